"""Large tables of weights in little room: two digits are enough to tell one reading from another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
# Tables with more numbers than this are packed.
LARGE = 100_000


@dataclass(frozen=True, eq=False)
class Packed:
    """A table whose rows are whole numbers from -127 to 127, times a power of two for each row.

    A number is told to a hundredth of its row's largest. Rows are unpacked when they are asked for, by their indexes.
    """

    numbers: npt.NDArray[np.int8]
    powers: npt.NDArray[np.int8]

    def __getitem__(self, rows: Any) -> Floats:
        return np.asarray(self.numbers[rows] * self._scales[rows])

    @property
    def shape(self) -> tuple[int, ...]:
        """How many rows and columns."""
        return self.numbers.shape

    def whole(self) -> Floats:
        """All rows, in half precision, which holds them exactly or nearly."""
        values = self.numbers.astype(np.float16)
        np.ldexp(values, self.powers, out=values)
        return values

    @cached_property
    def _scales(self) -> Floats:
        return np.ldexp(np.float32(1), self.powers)


# Of a table that is read by rows, it makes no difference whether it is packed.
Table = Floats | Packed


def pack(table: Table) -> Table:
    """A large table packed, another as it is. What was unpacked is packed to the same numbers again."""
    if isinstance(table, Packed) or table.ndim < 2 or table.size < LARGE:
        return table
    rows = table.astype(np.float32)
    powers = np.frexp(np.abs(rows).max(axis=1, keepdims=True) / 127.5)[1]
    return Packed(np.round(np.ldexp(rows, -powers)).astype(np.int8), powers.astype(np.int8))
