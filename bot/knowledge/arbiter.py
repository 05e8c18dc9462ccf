"""The last word on a message: both readers' scores, weighed with what each reading of it rests on.

The readers learn from examples, where an entry is named, guessed or carried on about as often as their writers
thought of it. What people send is not quite that: so some weights (how far to trust each reader, an entry that is
only guessed, a theme after an answer) are fitted on measured messages, which the readers never saw. This is stacked
generalisation (Wolpert, 1992). Fitted by :mod:`bot.knowledge.arbiter_training`; at work here, with numpy alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from bot.knowledge.hypotheses import CONTEXT, GUESSED, Reading
from bot.knowledge.labels import OFF_TOPIC, URGENT
from bot.knowledge.tables import Floats

# What the arbiter starts from: the plain mean of both readers.
MEAN = "moyenne"
_OUTSIDE_OR_URGENT = (str(OFF_TOPIC), str(URGENT))


@dataclass(frozen=True, slots=True)
class Pair:
    """One way to read a message: the class ``name`` (``column``) under a hypothesis (``row``), and both scores."""

    row: int
    column: int
    name: str
    linear: float
    convolution: float


@dataclass(frozen=True)
class Arbiter:
    """The weight of each sign of :func:`pair_signs`; signs without a weight count for nothing."""

    weights: dict[str, float] = field(default_factory=lambda: {MEAN: 1.0})

    def shares(self, reading: Reading, pairs: list[Pair]) -> Floats:
        """The probability of each pair, in the same order; they sum to 1."""
        scores = np.array([self._score(pair_signs(reading, pair)) for pair in pairs])
        exponentials = np.exp(scores - scores.max())
        return np.asarray(exponentials / exponentials.sum())

    def _score(self, signs: Iterator[tuple[str, float]]) -> float:
        return sum(value * self.weights.get(sign, 0.0) for sign, value in signs)


def pair_signs(reading: Reading, pair: Pair) -> Iterator[tuple[str, float]]:
    """What speaks for or against this way to read the message.

    Nearly every sign has one weight for messages that open a conversation and one for those that follow.
    """
    hypothesis, name = reading.hypotheses[pair.row], pair.name
    when = "suite" if reading.previous else "début"
    origin, kind = hypothesis.origin, name.partition("/")[0].partition(":")[0]
    mean = (pair.linear + pair.convolution) / 2
    yield MEAN, mean
    yield f"{when} {MEAN}", mean
    yield f"{when} différence", (pair.linear - pair.convolution) / 2
    yield name, 1.0
    if name in _OUTSIDE_OR_URGENT:
        yield f"{when} {name}", 1.0
    yield f"{when} {origin}/{kind}", 1.0
    yield f"{when} {origin} longueur", min(len(reading.message.tokens), 40) / 20
    if hypothesis.rank == 1:
        yield f"{when} {origin} la plus proche", 1.0
    if origin == GUESSED:
        yield f"{when} ressemblance", hypothesis.score / 10
    if reading.previous:
        others = min(sum(bool(h.mentions) for h in reading.hypotheses), 2)
        yield f"suite {origin} parmi {others}", 1.0
        if name == reading.previous:
            yield "suite redite", 1.0
            if origin == CONTEXT:
                yield "suite redite de la même", 1.0
