"""Cases as arrays, for learning: what is looked at in each, and what is right in it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from bot.knowledge.features import hypothesis_signs, shared_signs, surroundings, word_features
from bot.knowledge.hypotheses import Reading, mask_of
from bot.knowledge.linear import shared_scale
from bot.knowledge.phrases import phrase_of

# A feature met less often says nothing of the next message.
MIN_COUNT = 8
# No column.
NONE = -1


@dataclass(frozen=True)
class Case:
    """A reading with the (hypothesis index, class name) pairs that are right, and their shares.

    With ``never`` any pair is right but those of that class.
    """

    reading: Reading
    right: tuple[tuple[int, str, float], ...] = ()
    weight: float = 1.0
    never: str = ""


@dataclass(frozen=True)
class Goals:
    """What is right: one row per hypothesis, one column per class, the rows grouped by case.

    ``starts`` tells where each case's hypotheses begin, and where the last one's end; ``mask``, which classes
    make sense; ``target``, the share of each pair; ``weights``, how much each case counts; ``never``, the column that
    is wrong where any other is right, else NONE.
    """

    starts: np.ndarray
    mask: np.ndarray
    target: sp.csr_matrix
    weights: np.ndarray
    never: np.ndarray


@dataclass(frozen=True)
class Features:
    """What the linear model looks at: ``shared``, one sparse row per case; ``own``, one per hypothesis.

    ``names`` are the features, in the order of the columns.
    """

    names: list[str]
    shared: sp.csr_matrix
    own: sp.csr_matrix


@dataclass(frozen=True)
class Phrases:
    """What the convolution reads, message after message: see :class:`bot.knowledge.phrases.Phrase`.

    ``words`` are numbers of ``names``; ``starts`` tells where each message's words begin, ``views`` how many rows
    of distances it has, ``view_starts`` where these begin; ``seen_from`` has one entry per hypothesis.
    """

    names: list[str]
    words: np.ndarray
    marks: np.ndarray
    starts: np.ndarray
    distances: np.ndarray
    views: np.ndarray
    view_starts: np.ndarray
    seen_from: np.ndarray


@dataclass(frozen=True)
class Rows:
    """Cases for learning; ``signs`` are the features that are no words."""

    goals: Goals
    features: Features
    signs: frozenset[str]
    phrases: Phrases

    def signs_alone(self) -> Features:
        """The features that are no words."""
        return _only(self.features, [n for n, name in enumerate(self.features.names) if name in self.signs])


def rows_of(cases: list[Case], classes: tuple[str, ...]) -> Rows:
    """What the models will look at in these cases, and what is right in them."""
    features, signs = _features(cases)
    return Rows(_goals(cases, classes), features, signs, _phrases(cases))


def joined(parts: list[Rows]) -> Rows:
    """Several parts as one, their features and words numbered together; without the rare features."""
    goals = [part.goals for part in parts]
    sizes = np.concatenate([np.diff(goal.starts) for goal in goals])
    starts = _starts(sizes)
    return Rows(
        Goals(
            starts,
            np.concatenate([goal.mask for goal in goals]),
            sp.vstack([goal.target for goal in goals], format="csr"),
            np.concatenate([goal.weights for goal in goals]),
            np.concatenate([goal.never for goal in goals]),
        ),
        _frequent(_joined_features([part.features for part in parts]), sizes),
        frozenset().union(*(part.signs for part in parts)),
        _joined_phrases([part.phrases for part in parts]),
    )


def ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The numbers from each start on, as many as each length, one after the other."""
    shift = starts - _starts(lengths)[:-1]
    return np.asarray(np.arange(lengths.sum()) + np.repeat(shift, lengths))


class _Table:
    """Features as numbers, given as they come; rows of them, to become a sparse matrix."""

    def __init__(self, numbers: dict[str, int]):
        self._numbers = numbers
        self._indices = array("i")
        self._values = array("f")
        self._ends = array("i", [0])

    def add(self, features: list[str], value: float) -> None:
        numbers = self._numbers
        self._indices.extend([numbers.setdefault(name, len(numbers)) for name in features])
        self._values.extend([value] * len(features))
        self._ends.append(len(self._indices))

    def matrix(self) -> sp.csr_matrix:
        parts = (np.array(self._values), np.array(self._indices), np.array(self._ends))
        return sp.csr_matrix(parts, shape=(len(self._ends) - 1, len(self._numbers)))


def _features(cases: list[Case]) -> tuple[Features, frozenset[str]]:
    numbers: dict[str, int] = {}
    shared, own = _Table(numbers), _Table(numbers)
    signs: set[str] = set()
    for case in cases:
        found = shared_signs(case.reading)
        features = [*word_features(case.reading), *found]
        shared.add(features, shared_scale(len(features)))
        signs.update(found)
        for hypothesis in case.reading.hypotheses:
            found = hypothesis_signs(case.reading, hypothesis)
            own.add([*found, *surroundings(case.reading, hypothesis)], 1.0)
            signs.update(found)
    return Features(list(numbers), shared.matrix(), own.matrix()), frozenset(signs)


def _goals(cases: list[Case], classes: tuple[str, ...]) -> Goals:
    columns = {name: column for column, name in enumerate(classes)}
    sizes = [len(case.reading.hypotheses) for case in cases]
    starts = _starts(np.array(sizes, int))
    rights = [
        (start + index, columns[name], share)
        for start, case in zip(starts, cases, strict=False)
        for index, name, share in case.right
    ]
    rows, at, shares = zip(*rights, strict=True) if rights else ((), (), ())
    target = sp.csr_matrix((shares, (rows, at)), shape=(int(starts[-1]), len(classes)), dtype=np.float32)
    masks = [
        mask_of(hypothesis, case.reading.hypotheses, classes)
        for case in cases
        for hypothesis in case.reading.hypotheses
    ]
    weights = np.array([case.weight for case in cases], dtype=np.float32)
    never = np.array([columns.get(case.never, NONE) for case in cases], dtype=int)
    return Goals(starts, np.array(masks, bool).reshape(-1, len(classes)), target, weights, never)


def _phrases(cases: list[Case]) -> Phrases:
    numbers: dict[str, int] = {}
    phrases = [phrase_of(case.reading) for case in cases]
    words = array("i", [numbers.setdefault(w, len(numbers)) for phrase in phrases for w in phrase.words])
    views = np.array([len(phrase.distances) for phrase in phrases], int)
    lengths = np.array([len(phrase.words) for phrase in phrases], int)
    return Phrases(
        list(numbers),
        np.array(words),
        _flat([phrase.marks for phrase in phrases]),
        _starts(lengths),
        _flat([phrase.distances.ravel() for phrase in phrases]),
        views,
        _starts(views * lengths),
        _flat([phrase.seen_from for phrase in phrases]),
    )


def _joined_features(parts: list[Features]) -> Features:
    numbers, columns = _numbered([part.names for part in parts])

    def stacked(tables: list[sp.csr_matrix]) -> sp.csr_matrix:
        renamed = [
            sp.csr_matrix((t.data, to[t.indices], t.indptr), shape=(t.shape[0], len(numbers)))
            for t, to in zip(tables, columns, strict=True)
        ]
        return sp.vstack(renamed, format="csr")

    return Features(
        list(numbers), stacked([part.shared for part in parts]), stacked([part.own for part in parts])
    )


def _joined_phrases(parts: list[Phrases]) -> Phrases:
    numbers, to = _numbered([part.names for part in parts])
    return Phrases(
        list(numbers),
        np.concatenate([new[part.words] for part, new in zip(parts, to, strict=True)]),
        np.concatenate([part.marks for part in parts]),
        _starts(np.concatenate([np.diff(part.starts) for part in parts])),
        np.concatenate([part.distances for part in parts]),
        np.concatenate([part.views for part in parts]),
        _starts(np.concatenate([np.diff(part.view_starts) for part in parts])),
        np.concatenate([part.seen_from for part in parts]),
    )


def _numbered(parts: list[list[str]]) -> tuple[dict[str, int], list[np.ndarray]]:
    """Names numbered together, and for each part the new numbers of its names."""
    numbers: dict[str, int] = {}
    return numbers, [
        np.array([numbers.setdefault(name, len(numbers)) for name in part], int) for part in parts
    ]


def _frequent(features: Features, hypotheses: np.ndarray) -> Features:
    """Without the features hardly ever met, given how many hypotheses each case has.

    A message's own feature counts once per hypothesis: a message with as many hypotheses is enough.
    """
    times = np.repeat(hypotheses, np.diff(features.shared.indptr))
    counts = np.bincount(features.shared.indices, times, len(features.names))
    counts += np.bincount(features.own.indices, minlength=len(features.names))
    return _only(features, np.flatnonzero(counts >= MIN_COUNT).tolist())


def _only(features: Features, kept: list[int]) -> Features:
    """Some of the features, by their numbers."""
    names = [features.names[number] for number in kept]
    return Features(names, features.shared[:, kept], features.own[:, kept])


def _flat(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, np.int8)


def _starts(lengths: np.ndarray) -> np.ndarray:
    """Where each of these lengths begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(int)
