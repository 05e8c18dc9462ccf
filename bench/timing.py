"""Time per message: each call is measured alone, once, so that the slow ones show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np

Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Durations:
    """What each call took, in milliseconds, in the order of the calls."""

    each: tuple[float, ...]

    @property
    def median(self) -> float:
        """Half of the calls took less than this, in ms."""
        return float(np.median(self.each))

    @property
    def p99(self) -> float:
        """99 calls in 100 took less than this, in ms."""
        return float(np.percentile(self.each, 99))


def timed(function: Callable[[Given], Result], items: Iterable[Given]) -> tuple[list[Result], Durations]:
    """Call the function on each item; its results, and what each call took. Raises what the function raises."""
    results: list[Result] = []
    each: list[float] = []
    for item in items:
        start = perf_counter()
        results.append(function(item))
        each.append(1000 * (perf_counter() - start))
    return results, Durations(tuple(each))


def seconds(function: Callable[[], Result]) -> tuple[Result, float]:
    """Call the function once; its result, and how many seconds it took."""
    start = perf_counter()
    result = function()
    return result, perf_counter() - start
