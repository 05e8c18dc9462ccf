"""From the model's probabilities to a confidence that means what it says.

A logistic curve over a few signs of doubt, fitted on messages that the model had not learned from:
of the answers given at 0.9, nine in ten are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge.hypotheses import CONTEXT, GUESSED, Hypothesis, Reading
from bot.knowledge.labels import Label


def signs(reading: Reading, hypothesis: Hypothesis, label: Label, probabilities: list[float]) -> list[float]:
    """What tells how far to trust a label read under a hypothesis, its probability first among all (sorted)."""
    first = min(max(probabilities[0], 1e-4), 1 - 1e-4)
    second = max(probabilities[1] if len(probabilities) > 1 else 0.0, 1e-4)
    tokens = reading.message.tokens
    unknown = sum(not token.known for token in tokens) / max(len(tokens), 1)
    named = [h for h in reading.hypotheses if h.mentions]
    return [
        1.0,
        float(np.log(first / (1 - first))),
        float(np.log(first / second)),
        first,
        unknown,
        min(len(tokens), 60) / 20,
        float(len(tokens) <= 2),
        float(hypothesis.origin == GUESSED),
        float(hypothesis.origin == CONTEXT),
        float(hypothesis.origin == CONTEXT and len(tokens) > 8),
        float(label.kind == "dispositif"),
        float(label.kind == "theme"),
        float(label.kind == "action"),
        float(len(named) > 2),
        float(sum(p > 0.1 for p in probabilities)),
    ]


@dataclass(frozen=True)
class Calibration:
    """The weight of each sign, in the order of :func:`signs`."""

    weights: tuple[float, ...] = (0.0, 1.0)

    def confidence(self, found: list[float]) -> float:
        """The probability, 0 to 1, that a reading with these signs is right."""
        total = float(np.dot(self.weights, found[: len(self.weights)]))
        return round(float(1 / (1 + np.exp(-total))), 3)


def fit(rows: list[list[float]], right: list[bool], steps: int = 4000, rate: float = 0.3) -> Calibration:
    """Fit the weights on signs and outcomes, by plain gradient descent with a light penalty."""
    x = np.array(rows)
    y = np.array(right, dtype=float)
    scale = np.abs(x).max(axis=0)
    scale[scale == 0] = 1
    x = x / scale
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        w -= rate * (x.T @ (p - y) / len(y) + 1e-4 * w)
    return Calibration(tuple(float(value) for value in w / scale))
