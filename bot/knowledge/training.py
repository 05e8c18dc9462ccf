"""Learning from labelled messages: the weights of every feature, without network, always the same.

The model is a softmax over all (hypothesis, class) pairs of a message, so that « which entry » and « what
about it » are learned together. Optimised with AdaGrad on small batches; scipy holds the sparse rows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from bot.knowledge.features import hypothesis_features, shared_features
from bot.knowledge.hypotheses import Reading
from bot.knowledge.linear import Floats, LinearModel, shared_scale

EPOCHS = 10
BATCH = 64
RATE = 0.35
DECAY = 0.002
# Each feature is hidden this often while learning, so that no single word carries a decision.
HIDDEN = 0.3
MIN_COUNT = 2
# A feature that weighs less than this for every class is dropped: two in three are, and nothing is lost.
NEGLIGIBLE = 0.08
SEED = 20261121


@dataclass(frozen=True)
class Case:
    """A reading with the (hypothesis index, class name) pairs that are right, and their shares."""

    reading: Reading
    right: tuple[tuple[int, str, float], ...]
    weight: float = 1.0


@dataclass(frozen=True)
class _Rows:
    """All cases as sparse rows: one row per hypothesis, grouped by case."""

    matrix: sp.csr_matrix
    case_of: np.ndarray
    starts: np.ndarray
    mask: np.ndarray
    target: np.ndarray
    weights: np.ndarray


def train(cases: list[Case], classes: tuple[str, ...], epochs: int = EPOCHS) -> LinearModel:
    """Learn a model from cases. Deterministic for the same cases in the same order."""
    vocabulary = _vocabulary(cases)
    empty = LinearModel(classes, vocabulary, np.zeros((0, len(classes) + 1)))
    rows = _rows(cases, empty)
    weights = _optimise(rows, len(vocabulary), len(classes), epochs)
    kept = np.abs(weights).max(axis=1) > NEGLIGIBLE
    names = [name for name, keep in zip(vocabulary, kept, strict=True) if keep]
    return LinearModel(classes, {name: row for row, name in enumerate(names)}, weights[kept])


def _vocabulary(cases: list[Case]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for case in cases:
        counts.update(shared_features(case.reading))
        for hypothesis in case.reading.hypotheses:
            counts.update(hypothesis_features(case.reading, hypothesis))
    return {
        name: row for row, name in enumerate(name for name, count in counts.items() if count >= MIN_COUNT)
    }


def _rows(cases: list[Case], model: LinearModel) -> _Rows:
    indices: list[int] = []
    values: list[float] = []
    pointers = [0]
    case_of: list[int] = []
    starts: list[int] = []
    masks: list[np.ndarray] = []
    total = sum(len(case.reading.hypotheses) for case in cases)
    target = np.zeros((total, len(model.classes)), dtype=np.float32)
    for number, case in enumerate(cases):
        features = shared_features(case.reading)
        scale = shared_scale(len(features))
        shared = model.rows(features)
        starts.append(len(case_of))
        named = {hypothesis.ref for hypothesis in case.reading.hypotheses}
        for index, hypothesis in enumerate(case.reading.hypotheses):
            for position, name, share in case.right:
                if position == index:
                    target[len(case_of), model.columns[name]] += share
            own = model.rows(hypothesis_features(case.reading, hypothesis))
            indices += shared + own
            values += [scale] * len(shared) + [1.0] * len(own)
            pointers.append(len(indices))
            case_of.append(number)
            masks.append(model.mask(hypothesis, named))
    matrix = sp.csr_matrix(
        (np.array(values, dtype=np.float32), np.array(indices), np.array(pointers)),
        shape=(len(case_of), len(model.vocabulary)),
    )
    return _Rows(
        matrix,
        np.array(case_of),
        np.array([*starts, len(case_of)]),
        np.array(masks),
        target,
        np.array([case.weight for case in cases], dtype=np.float32),
    )


def _optimise(rows: _Rows, features: int, classes: int, epochs: int) -> Floats:
    """AdaGrad on the cross-entropy of each case's right pairs; the mean of the later epochs' weights."""
    weights = np.zeros((features, classes + 1), dtype=np.float32)
    squares = np.full((features, classes + 1), 1e-2, dtype=np.float32)
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
            x = rows.matrix[picked]
            active = np.unique(x.indices)
            x = x[:, active]
            x.data = x.data * (random.random(x.data.shape) >= HIDDEN) / (1 - HIDDEN)
            gradient = _gradient(rows, x @ weights[active], picked, lengths, rows.weights[batch])
            change = (x.T @ gradient) / len(batch) + DECAY * weights[active] / len(batch)
            squares[active] += change * change
            weights[active] -= rate * change / np.sqrt(squares[active])
        if epoch >= epochs // 2:
            mean += weights / (epochs - epochs // 2)
    return mean


def _gradient(
    rows: _Rows, scores: np.ndarray, picked: np.ndarray, lengths: np.ndarray, case_weights: np.ndarray
) -> np.ndarray:
    """What each row's scores should lose: predicted minus right, for classes and for the row as a whole."""
    logits = np.where(rows.mask[picked], scores[:, :-1] + scores[:, -1:], -np.inf)
    bounds = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    highest = np.repeat(np.maximum.reduceat(logits.max(axis=1), bounds), lengths)
    exponentials = np.exp(logits - highest[:, None])
    sums = np.repeat(np.add.reduceat(exponentials.sum(axis=1), bounds), lengths)
    wrong = (exponentials / sums[:, None] - rows.target[picked]) * np.repeat(case_weights, lengths)[:, None]
    return np.asarray(np.hstack([wrong, wrong.sum(axis=1, keepdims=True)]), dtype=np.float32)
