"""The two learned readers and the arbiter as one: what each (hypothesis, class) pair of a message is worth.

The linear model weighs words wherever they stand, the convolution reads phrases. They were learned apart and
fail on different messages; the arbiter weighs what both say of each pair.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bot.knowledge.arbiter import Arbiter, Pair
from bot.knowledge.convolution import ConvolutionModel
from bot.knowledge.hypotheses import Reading, mask_of
from bot.knowledge.linear import LinearModel
from bot.knowledge.tables import Floats

# A pair that is less likely than this for the mean of both readers is not looked at.
PLAUSIBLE = 3e-4


@dataclass(frozen=True)
class Model:
    """Both readers, of the same classes, and the arbiter between them."""

    linear: LinearModel
    convolution: ConvolutionModel
    arbiter: Arbiter = field(default_factory=Arbiter)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the order of the columns."""
        return self.linear.classes

    def probabilities(self, reading: Reading, pairs: list[Pair] | None = None) -> Floats:
        """The probability of every (hypothesis, class) pair; they sum to 1, and are 0 for implausible pairs.

        ``pairs`` are the plausible ones, where they have been looked for already.
        """
        pairs = self.pairs(reading) if pairs is None else pairs
        probabilities = np.zeros((len(reading.hypotheses), len(self.classes)))
        for pair, share in zip(pairs, self.arbiter.shares(reading, pairs), strict=True):
            probabilities[pair.row, pair.column] = share
        return probabilities

    def pairs(self, reading: Reading) -> list[Pair]:
        """The pairs that make sense and that both readers together do not rule out."""
        linear, convolution = self.linear.scores(reading), self.convolution.scores(reading)
        mask = np.array([mask_of(h, reading.hypotheses, self.classes) for h in reading.hypotheses])
        mean = np.where(mask, (linear + convolution) / 2, -np.inf)
        likely = np.exp(mean - mean.max())
        return [
            Pair(
                row, column, self.classes[column], float(linear[row, column]), float(convolution[row, column])
            )
            for row, column in np.argwhere(likely >= PLAUSIBLE * likely.sum()).tolist()
        ]
