"""Learning from labelled messages: the weights of every feature, without network, always the same.

The model is a softmax over all (hypothesis, class) pairs of a message, so that « which entry » and « what
about it » are learned together. Optimised with AdaGrad on small batches; scipy holds the sparse rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from bot.knowledge.features import hypothesis_features, shared_features
from bot.knowledge.hypotheses import Reading
from bot.knowledge.linear import Floats, LinearModel, shared_scale

EPOCHS = 8
# How many of the last epochs' weights are averaged.
AVERAGED = 2
BATCH = 64
RATE = 0.8
# Each feature is hidden this often while learning, so that no single word carries a decision.
HIDDEN = 0.3
MIN_COUNT = 4
# A feature that weighs less than this for every class is dropped: most are, and little is lost.
NEGLIGIBLE = 0.15
SEED = 20261121


@dataclass(frozen=True)
class Case:
    """A reading with the (hypothesis index, class name) pairs that are right, and their shares."""

    reading: Reading
    right: tuple[tuple[int, str, float], ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Rows:
    """Cases as sparse rows: ``shared``, one per case; ``own``, one per hypothesis, grouped by case.

    ``names`` are the features, in the order of the columns; ``starts`` tells where each case's hypotheses begin,
    and where the last one's end.
    """

    names: list[str]
    shared: sp.csr_matrix
    own: sp.csr_matrix
    starts: np.ndarray
    mask: np.ndarray
    target: np.ndarray
    weights: np.ndarray


def train(parts: Iterable[Rows], classes: tuple[str, ...], epochs: int = EPOCHS) -> LinearModel:
    """Learn a model from cases. Deterministic for the same cases in the same order."""
    rows = _frequent(_joined(list(parts)))
    weights = _optimise(rows, len(classes), epochs)
    kept = np.abs(weights).max(axis=1) > NEGLIGIBLE
    names = [name for name, keep in zip(rows.names, kept, strict=True) if keep]
    return LinearModel(classes, {name: row for row, name in enumerate(names)}, weights[kept])


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


def rows_of(cases: list[Case], classes: tuple[str, ...]) -> Rows:
    """What the model will look at in these cases, and what is right in them."""
    model = LinearModel(classes, {}, np.zeros((0, len(classes) + 1)))
    numbers: dict[str, int] = {}
    shared, own = _Table(numbers), _Table(numbers)
    starts = [0]
    masks: list[np.ndarray] = []
    target = np.zeros((sum(len(case.reading.hypotheses) for case in cases), len(classes)), np.float32)
    for case in cases:
        features = shared_features(case.reading)
        shared.add(features, shared_scale(len(features)))
        hypotheses = case.reading.hypotheses
        for index, name, share in case.right:
            target[starts[-1] + index, model.columns[name]] += share
        named = {hypothesis.ref for hypothesis in hypotheses}
        for hypothesis in hypotheses:
            own.add(hypothesis_features(case.reading, hypothesis), 1.0)
            masks.append(model.mask(hypothesis, named))
        starts.append(len(masks))
    weights = np.array([case.weight for case in cases], dtype=np.float32)
    return Rows(
        list(numbers),
        shared.matrix(),
        own.matrix(),
        np.array(starts),
        np.array(masks),
        target,
        weights,
    )


def _joined(parts: list[Rows]) -> Rows:
    """Several parts as one, their features numbered together."""
    numbers: dict[str, int] = {}
    columns = [np.array([numbers.setdefault(name, len(numbers)) for name in part.names]) for part in parts]

    def stacked(tables: list[sp.csr_matrix]) -> sp.csr_matrix:
        renamed = [
            sp.csr_matrix((t.data, to[t.indices], t.indptr), shape=(t.shape[0], len(numbers)))
            for t, to in zip(tables, columns, strict=True)
        ]
        return sp.vstack(renamed, format="csr")

    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    return Rows(
        list(numbers),
        stacked([part.shared for part in parts]),
        stacked([part.own for part in parts]),
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate([part.mask for part in parts]),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def _frequent(rows: Rows) -> Rows:
    """Without the features hardly ever met: they say nothing of the next message.

    A message's own feature counts once per hypothesis: a message with as many hypotheses is enough.
    """
    times = np.repeat(np.diff(rows.starts), np.diff(rows.shared.indptr))
    counts = np.bincount(rows.shared.indices, times, len(rows.names))
    counts += np.bincount(rows.own.indices, minlength=len(rows.names))
    kept = np.flatnonzero(counts >= MIN_COUNT)
    names = [rows.names[number] for number in kept]
    return replace(rows, names=names, shared=rows.shared[:, kept], own=rows.own[:, kept])


def _optimise(rows: Rows, classes: int, epochs: int) -> Floats:
    """AdaGrad on the cross-entropy of each case's right pairs; the mean of the later epochs' weights."""
    weights = np.zeros((len(rows.names), classes + 1), dtype=np.float32)
    squares = np.full_like(weights, 1e-2)
    random = np.random.default_rng(SEED)
    cases = len(rows.starts) - 1
    mean = np.zeros_like(weights)
    for epoch in range(epochs):
        rate = RATE / (1 + 0.25 * epoch)
        order = random.permutation(cases)
        for begin in range(0, cases, BATCH):
            batch = order[begin : begin + BATCH]
            picked = np.concatenate([np.arange(rows.starts[c], rows.starts[c + 1]) for c in batch])
            lengths = rows.starts[batch + 1] - rows.starts[batch]
            shared, own = rows.shared[batch], rows.own[picked]
            active, where = np.unique(np.concatenate([shared.indices, own.indices]), return_inverse=True)
            shared = _hidden(shared, where[: shared.nnz], len(active), random)
            own = _hidden(own, where[shared.nnz :], len(active), random)
            now = weights[active]
            scores = np.repeat(shared @ now, lengths, axis=0) + own @ now
            gradient = _gradient(rows, scores, picked, lengths, rows.weights[batch])
            by_case = np.add.reduceat(gradient, np.concatenate([[0], np.cumsum(lengths)[:-1]]))
            change = (shared.T @ by_case + own.T @ gradient) / len(batch)
            squares[active] += change * change
            weights[active] = now - rate * change / np.sqrt(squares[active])
        if epoch >= epochs - AVERAGED:
            mean += weights / AVERAGED
    return mean


def _hidden(
    rows: sp.csr_matrix, columns: np.ndarray, width: int, random: np.random.Generator
) -> sp.csr_matrix:
    """The rows with their features numbered anew, a part of them hidden, the others weighing more for it."""
    values = rows.data * (random.random(rows.data.shape) >= HIDDEN) / np.float32(1 - HIDDEN)
    return sp.csr_matrix((values.astype(np.float32), columns, rows.indptr), shape=(rows.shape[0], width))


def _gradient(
    rows: Rows, scores: np.ndarray, picked: np.ndarray, lengths: np.ndarray, case_weights: np.ndarray
) -> np.ndarray:
    """What each row's scores should lose: predicted minus right, for classes and for the row as a whole."""
    logits = np.where(rows.mask[picked], scores[:, :-1] + scores[:, -1:], -np.inf)
    bounds = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    highest = np.repeat(np.maximum.reduceat(logits.max(axis=1), bounds), lengths)
    exponentials = np.exp(logits - highest[:, None])
    sums = np.repeat(np.add.reduceat(exponentials.sum(axis=1), bounds), lengths)
    wrong = (exponentials / sums[:, None] - rows.target[picked]) * np.repeat(case_weights, lengths)[:, None]
    return np.asarray(np.hstack([wrong, wrong.sum(axis=1, keepdims=True)]), dtype=np.float32)
