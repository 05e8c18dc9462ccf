"""The learned weights at work: the sum of what each feature says for each class.

Weights are learned by :mod:`bot.knowledge.linear_training`; here they are only looked up, with numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.knowledge.features import hypothesis_features, shared_features
from bot.knowledge.hypotheses import Hypothesis, Reading
from bot.knowledge.tables import Floats, Table


@dataclass(frozen=True)
class LinearModel:
    """A log-linear model over (hypothesis, class) pairs.

    ``weights`` has one row per feature and one column per class, plus a last column that scores the
    hypothesis whatever the class. Features unknown to the vocabulary count for nothing.
    """

    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    weights: Table

    def scores(self, reading: Reading) -> Floats:
        """The score of every class (columns) under every hypothesis (rows), whether it makes sense or not."""
        shared = self._sum(shared_features(reading), scaled=True)
        totals = np.stack([shared + self._sum(hypothesis_features(reading, h)) for h in reading.hypotheses])
        return np.asarray(totals[:, :-1] + totals[:, -1:])

    def contributions(self, reading: Reading, hypothesis: Hypothesis, name: str) -> list[tuple[str, float]]:
        """How much each feature adds to one class under one hypothesis, the weightiest first."""
        column = self._columns[name]
        shared = shared_features(reading)
        scale = shared_scale(len(shared))
        signs = [(sign, scale) for sign in shared]
        signs += [(sign, 1.0) for sign in hypothesis_features(reading, hypothesis)]
        weighed = [
            (sign, float(factor * (self.weights[row][column] + self.weights[row][-1])))
            for sign, factor in signs
            if (row := self.vocabulary.get(sign)) is not None
        ]
        return sorted(weighed, key=lambda item: -abs(item[1]))

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.classes)}

    def _sum(self, features: list[str], scaled: bool = False) -> Floats:
        rows = [self.vocabulary[name] for name in features if name in self.vocabulary]
        if not rows:
            return np.zeros(self.weights.shape[1], np.float32)
        total = self.weights[rows].sum(axis=0, dtype=np.float32)
        return np.asarray(total * np.float32(shared_scale(len(features))) if scaled else total)


def shared_scale(count: int) -> float:
    """How much each of a message's features weighs: a long message has many, and says no more by each."""
    return float(4.0 / np.sqrt(max(count, 1)))
