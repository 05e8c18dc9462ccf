"""What was learned, and the files that keep it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge.arbiter import Arbiter
from bot.knowledge.calibration import Calibration
from bot.knowledge.convolution import ConvolutionModel, Weights
from bot.knowledge.linear import LinearModel
from bot.knowledge.model import Model
from bot.knowledge.search import SearchIndex
from bot.knowledge.tables import Packed, Table, pack

# Where the data folder holds the weights that were learned from it.
FOLDER = "appris"
# How many former states the cache keeps.
KEPT = 4
_POWERS = "_powers"
# Tables of which a message needs a few rows.
_BY_ROWS = ("weights", "_vectors", "_signs")


@dataclass(frozen=True)
class Learned:
    """What was learned from the examples: which entries words resemble, the model's weights, their confidence."""

    search: SearchIndex
    model: Model
    calibration: Calibration = field(default_factory=Calibration)

    def save(self, folder: Path, key: str, kept: int = KEPT) -> None:
        """Keep it under this key, in one file, written whole or not at all; all but the newest ``kept`` go.

        Raises OSError.
        """
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{key}.tmp.npz"
        with temporary.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **self._arrays())
        temporary.replace(folder / f"{key}.npz")
        saved = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in saved[kept:]:
            old.unlink(missing_ok=True)

    def _arrays(self) -> dict[str, np.ndarray]:
        linear, convolution = self.model.linear, self.model.convolution
        arrays = {
            "classes": np.array(linear.classes),
            "vocabulary": _bytes(linear.vocabulary),
            "weights": linear.weights,
            "known_words": _bytes(convolution.words),
            "signs": _bytes(convolution.signs),
            "arbiter_signs": _bytes(self.model.arbiter.weights),
            "arbiter": np.array(list(self.model.arbiter.weights.values())),
            "calibration": np.array(self.calibration.weights),
            "refs": np.array(self.search.refs),
            "words": _bytes(self.search.rows),
            "resemblance": self.search.weights,
        }
        for number, network in enumerate(convolution.networks):
            arrays |= {f"network_{number}_{f.name}": getattr(network, f.name) for f in fields(Weights)}
        return {name: stored for full, array in arrays.items() for name, stored in _packed(full, array)}


def load_learned(folder: Path, key: str) -> Learned | None:
    """What was learned and kept under this key, or None when there is nothing that can be read."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as file:
            kept = {name: _unpacked(file, name) for name in file.files if not name.endswith(_POWERS)}
        search = SearchIndex(_names(kept["refs"]), _rows(kept["words"]), kept["resemblance"])
        linear = LinearModel(_names(kept["classes"]), _rows(kept["vocabulary"]), kept["weights"])
        networks = tuple(
            Weights(**{array.name: kept[f"network_{number}_{array.name}"] for array in fields(Weights)})
            for number in range(sum(name.endswith("_patterns") for name in kept))
        )
        convolution = ConvolutionModel(_rows(kept["known_words"]), _rows(kept["signs"]), networks)
        weighed = zip(_rows(kept["arbiter_signs"]), map(float, kept["arbiter"]), strict=True)
        model = Model(linear, convolution, Arbiter(dict(weighed)))
        return Learned(search, model, Calibration(tuple(map(float, kept["calibration"]))))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def _packed(name: str, table: Table) -> Iterator[tuple[str, np.ndarray]]:
    """A table as it is kept: when it is large, its whole numbers and their powers."""
    kept = pack(table)
    if isinstance(kept, Packed):
        yield name, kept.numbers
        yield name + _POWERS, kept.powers
    else:
        yield name, kept


def _unpacked(file: Mapping[str, np.ndarray], name: str) -> Any:
    """A table as it is used: those that are read by rows stay packed."""
    if name + _POWERS not in file:
        return file[name]
    table = Packed(file[name], file[name + _POWERS])
    return table if name.endswith(_BY_ROWS) else table.whole()


def _bytes(names: Iterable[str]) -> np.ndarray:
    """Names as bytes: numpy's own texts would take four times the longest for each."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _rows(names: np.ndarray) -> dict[str, int]:
    return {name: row for row, name in enumerate(names.tobytes().decode().split("\n"))}


def _names(names: np.ndarray) -> tuple[str, ...]:
    return tuple(map(str, names))
