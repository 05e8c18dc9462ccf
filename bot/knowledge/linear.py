"""The learned model at work: sums of weights, one column per class, and a probability per reading.

Weights are learned by :mod:`bot.knowledge.training`; here they are only looked up, with numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.knowledge.features import hypothesis_features, shared_features
from bot.knowledge.hypotheses import Hypothesis, Reading, allowed

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class LinearModel:
    """A log-linear model over (hypothesis, class) pairs.

    ``weights`` has one row per feature and one column per class, plus a last column that scores the
    hypothesis whatever the class. Features unknown to the vocabulary count for nothing.
    """

    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    weights: Floats

    def rows(self, features: list[str]) -> list[int]:
        """The weight rows of these features."""
        known = self.vocabulary
        return [known[name] for name in features if name in known]

    def logits(self, reading: Reading) -> Floats:
        """The score of every class (columns) under every hypothesis (rows); -inf where it makes no sense."""
        shared = self._sum(shared_features(reading), scaled=True)
        scores = np.full((len(reading.hypotheses), len(self.classes)), -np.inf)
        named = {hypothesis.ref for hypothesis in reading.hypotheses}
        for row, hypothesis in enumerate(reading.hypotheses):
            total = shared + self._sum(hypothesis_features(reading, hypothesis))
            mask = self.mask(hypothesis, named)
            scores[row, mask] = total[:-1][mask] + total[-1]
        return scores

    def probabilities(self, reading: Reading) -> Floats:
        """The probability of every (hypothesis, class) pair; they sum to 1."""
        scores = self.logits(reading)
        exponentials = np.exp(scores - scores.max())
        return np.asarray(exponentials / exponentials.sum())

    def contributions(self, reading: Reading, hypothesis: Hypothesis, name: str) -> list[tuple[str, float]]:
        """How much each feature adds to one class under one hypothesis, the weightiest first."""
        column = self.columns[name]
        shared = shared_features(reading)
        scale = shared_scale(len(shared))
        signs = [(sign, scale) for sign in shared]
        signs += [(sign, 1.0) for sign in hypothesis_features(reading, hypothesis)]
        weighed = [
            (sign, float(factor * (self.weights[row, column] + self.weights[row, -1])))
            for sign, factor in signs
            if (row := self.vocabulary.get(sign)) is not None
        ]
        return sorted(weighed, key=lambda item: -abs(item[1]))

    def mask(self, hypothesis: Hypothesis, named: set[str | None]) -> npt.NDArray[np.bool_]:
        """Which classes make sense for a hypothesis; a theme that has its own is not scored twice."""
        mask = self._mask_of(hypothesis.ref if hypothesis.kind == "theme" else hypothesis.kind)
        if hypothesis.ref is None:
            mask = mask.copy()
            mask[[self.columns[ref] for ref in named if ref in self.columns]] = False
        return mask

    @cached_property
    def columns(self) -> dict[str | None, int]:
        """The column of each class."""
        return {name: column for column, name in enumerate(self.classes)}

    def _mask_of(self, ref_or_kind: str | None) -> npt.NDArray[np.bool_]:
        if ref_or_kind not in self._masks:
            ref = ref_or_kind and (ref_or_kind if ":" in ref_or_kind else f"{ref_or_kind}:")
            self._masks[ref_or_kind] = np.array([allowed(ref, name) for name in self.classes])
        return self._masks[ref_or_kind]

    @cached_property
    def _masks(self) -> dict[str | None, npt.NDArray[np.bool_]]:
        return {}

    def _sum(self, features: list[str], scaled: bool = False) -> Floats:
        rows = self.rows(features)
        if not rows:
            return np.zeros(self.weights.shape[1])
        total = self.weights[rows].sum(axis=0, dtype=np.float32)
        return np.asarray(total * shared_scale(len(features)) if scaled else total)


def shared_scale(count: int) -> float:
    """How much each of a message's features weighs: a long message has many, and says no more by each."""
    return float(4.0 / np.sqrt(max(count, 1)))
