"""From the model's probabilities to a confidence that means what it says.

A logistic curve over a few signs of doubt, fitted on messages that the model had not learned from:
of the answers given at 0.9, nine in ten are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge.hypotheses import CONTEXT, EARLIER, GUESSED, Candidate, Reading
from bot.knowledge.labels import OFF_TOPIC

# The log-odds, from even chances on, where the curve may bend.
BENDS = (0.0, 1.5, 3.0)


def signs(reading: Reading, candidates: list[Candidate]) -> list[float]:
    """What tells how far to trust the first of these candidates, which are sorted by their probability."""
    top, second = candidates[0], candidates[1] if len(candidates) > 1 else None
    label, origin = top.label, top.hypothesis.origin
    first = min(max(top.probability, 1e-4), 1 - 1e-4)
    odds = float(np.log(first / (1 - first)))
    next_best = max(second.probability if second else 0.0, 1e-4)
    same_entry = (
        second is not None and second.hypothesis.ref is not None and second.hypothesis == top.hypothesis
    )
    tokens = reading.message.tokens
    unknown = sum(not token.known for token in tokens) / max(len(tokens), 1)
    named = [h for h in reading.hypotheses if h.mentions]
    return [
        1.0,
        odds,
        # The curve may bend where most doubt is.
        *(max(odds - bend, 0.0) for bend in BENDS),
        float(np.log(first / next_best)),
        first,
        unknown,
        min(len(tokens), 60) / 20,
        float(len(tokens) <= 2),
        float(origin == GUESSED),
        float(origin == CONTEXT),
        float(origin == CONTEXT and len(tokens) > 8),
        float(origin == EARLIER),
        float(label.kind == "dispositif"),
        float(label.kind == "theme"),
        float(label.kind == "action"),
        float(len(named) > 2),
        float(sum(candidate.probability > 0.1 for candidate in candidates)),
        # Two facettes of one entry are often both right.
        float(same_entry),
        float(np.log(next_best)) if same_entry else 0.0,
        sum(candidate.probability for candidate in candidates if candidate.label == OFF_TOPIC),
        float(second is not None and second.label == OFF_TOPIC),
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
