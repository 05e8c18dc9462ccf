"""From the model's probabilities to a confidence that means what it says.

A logistic curve over a few signs of doubt, fitted on messages that the model had not learned from:
of the answers given at 0.9, nine in ten are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge.hypotheses import Reading


def signs(reading: Reading, probabilities: list[float]) -> list[float]:
    """What tells how far to trust the first of these probabilities (sorted, best first)."""
    first = min(max(probabilities[0], 1e-4), 1 - 1e-4)
    second = max(probabilities[1] if len(probabilities) > 1 else 0.0, 1e-4)
    tokens = reading.message.tokens
    unknown = sum(not token.known for token in tokens) / max(len(tokens), 1)
    length = min(len(tokens), 60)
    return [
        1.0,
        float(np.log(first / (1 - first))),
        float(np.log(first / second)),
        first,
        unknown,
        length / 20,
        float(len(tokens) <= 2),
    ]


@dataclass(frozen=True)
class Calibration:
    """The weight of each sign, in the order of :func:`signs`."""

    weights: tuple[float, ...] = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)

    def confidence(self, reading: Reading, probabilities: list[float]) -> float:
        """The probability, 0 to 1, that the first candidate is right."""
        total = float(np.dot(self.weights, signs(reading, probabilities)))
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
