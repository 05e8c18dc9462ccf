"""The two learned readers as one: what each (hypothesis, class) pair of a message is worth.

The linear model weighs words wherever they stand, the convolution reads phrases. They were learned apart and
fail on different messages: the mean of their scores is right more often, and surer of it, than either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge.convolution import ConvolutionModel
from bot.knowledge.hypotheses import Reading, mask_of
from bot.knowledge.linear import Floats, LinearModel

# How much the convolution weighs in the mean.
SHARE = 0.5


@dataclass(frozen=True)
class Model:
    """Both readers, of the same classes."""

    linear: LinearModel
    convolution: ConvolutionModel

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the order of the columns."""
        return self.linear.classes

    def probabilities(self, reading: Reading) -> Floats:
        """The probability of every (hypothesis, class) pair; they sum to 1, and are 0 where they make no sense."""
        scores = (1 - SHARE) * self.linear.scores(reading) + SHARE * self.convolution.scores(reading)
        mask = np.array([mask_of(h, reading.hypotheses, self.classes) for h in reading.hypotheses])
        scores = np.where(mask, scores, -np.inf)
        exponentials = np.exp(scores - scores.max())
        return np.asarray(exponentials / exponentials.sum())
