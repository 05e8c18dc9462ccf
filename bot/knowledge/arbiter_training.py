"""Fitting the arbiter on measured messages: a log-linear model of few weights, by L-BFGS. Deterministic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from bot.knowledge.arbiter import MEAN, Arbiter

# How strongly weights are held to what they start from: the plain mean of both readers.
PENALTY = 2.0
STEPS = 300
# No message, however badly read, weighs more than one whose right reading has this probability.
LEAST = 1e-3


@dataclass(frozen=True)
class Weighed:
    """The plausible pairs of one message: the signs of each, whether a fair judge accepts it; what the message counts."""

    signs: list[dict[str, float]]
    right: list[bool]
    weight: float = 1.0


def fit_arbiter(messages: list[Weighed]) -> Arbiter:
    """The weights that make the accepted pairs likeliest. Messages with none among theirs teach nothing."""
    messages = [message for message in messages if any(message.right)]
    names = sorted({name for message in messages for signs in message.signs for name in signs} | {MEAN})
    column = {name: number for number, name in enumerate(names)}
    lengths = np.array([len(message.signs) for message in messages])
    table = np.zeros((int(lengths.sum()), len(names)))
    for row, signs in enumerate(signs for message in messages for signs in message.signs):
        for name, value in signs.items():
            table[row, column[name]] = value
    right = np.array([accepted for message in messages for accepted in message.right])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    shares = np.array([message.weight for message in messages])
    first = np.zeros(len(names))
    first[column[MEAN]] = 1.0

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        exponentials = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), lengths))
        probabilities = exponentials / np.repeat(np.add.reduceat(exponentials, starts), lengths)
        accepted = np.maximum(np.add.reduceat(probabilities * right, starts), LEAST)
        wanted = probabilities * right / np.repeat(accepted, lengths)
        gradient = table.T @ ((probabilities - wanted) * np.repeat(shares, lengths))
        away = weights - first
        return float(-shares @ np.log(accepted) + PENALTY * away @ away), gradient + 2 * PENALTY * away

    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return Arbiter(dict(zip(names, map(float, found.x), strict=True)))
