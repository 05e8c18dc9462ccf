"""From the model's probabilities to a confidence that means what it says.

A logistic curve over a few signs of doubt, fitted on messages that the model had not learned from:
of the answers given at 0.9, nine in ten are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge.hypotheses import Candidate
from bot.knowledge.labels import OFF_TOPIC

# A reading this likely, 0 to 1, is one that the message may well have.
POSSIBLE_FROM = 0.1


def signs(candidates: list[Candidate]) -> list[float]:
    """What tells how far to trust the first of these candidates, which are sorted by their probability.

    Few signs on purpose: nineteen others were tried (the kind, the length, unknown words, where the entry comes from, bends
    of the curve), and messages that the curve had not been fitted on were judged worse with them.
    """
    top = candidates[0]
    first = min(max(top.probability, 1e-4), 1 - 1e-4)
    odds = float(np.log(first / (1 - first)))
    next_best = max(candidates[1].probability if len(candidates) > 1 else 0.0, 1e-4)
    off_topic = float(top.label == OFF_TOPIC)
    return [
        1.0,
        odds,
        float(np.log(first / next_best)),
        float(sum(candidate.probability > POSSIBLE_FROM for candidate in candidates)),
        off_topic,
        off_topic * odds,
    ]


@dataclass(frozen=True)
class Calibration:
    """The weight of each sign, in the order of :func:`signs`."""

    weights: tuple[float, ...] = (0.0, 1.0)

    def confidence(self, found: list[float]) -> float:
        """The probability, 0 to 1, that a reading with these signs is right."""
        total = float(np.dot(self.weights, found[: len(self.weights)]))
        return round(float(1 / (1 + np.exp(-total))), 3)


def fit(rows: list[list[float]], right: list[bool], steps: int = 25) -> Calibration:
    """Fit the weights on signs and outcomes, by Newton's method with a light penalty."""
    x, y = np.array(rows), np.array(right, dtype=float)
    penalty = np.eye(x.shape[1])
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        slope = x.T @ (p - y) + penalty @ w
        w -= np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, slope)
    return Calibration(tuple(map(float, w)))
