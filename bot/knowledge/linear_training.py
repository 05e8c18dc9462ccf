"""Learning the weight of every feature from cases: without network, always the same.

The model is a softmax over all (hypothesis, class) pairs of a message, so that « which entry » and « what
about it » are learned together. Optimised with AdaGrad on small batches; scipy holds the sparse rows.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from bot.knowledge.linear import LinearModel
from bot.knowledge.rows import NONE, Features, Goals, ranges
from bot.knowledge.tables import Floats

EPOCHS = 6
# How many of the last epochs' weights are averaged.
AVERAGED = 2
BATCH = 64
RATE = 0.8
# Each feature is hidden this often while learning, so that no single word carries a decision.
HIDDEN = 0.3
# A feature that weighs less than this for every class is dropped: most are, and little is lost.
NEGLIGIBLE = 0.2
SEED = 20261121


def train_linear(features: Features, goals: Goals, classes: tuple[str, ...]) -> LinearModel:
    """Learn the weights. Deterministic for the same cases in the same order."""
    weights = _optimise(features, goals, len(classes))
    kept = np.abs(weights).max(axis=1) > NEGLIGIBLE
    names = [name for name, keep in zip(features.names, kept, strict=True) if keep]
    return LinearModel(classes, {name: row for row, name in enumerate(names)}, weights[kept])


def _optimise(features: Features, goals: Goals, classes: int) -> Floats:
    """AdaGrad on the cross-entropy of each case's right pairs; the mean of the later epochs' weights."""
    weights = np.zeros((len(features.names), classes + 1), dtype=np.float32)
    squares = np.full_like(weights, 1e-2)
    random = np.random.default_rng(SEED)
    cases = len(goals.starts) - 1
    mean = np.zeros_like(weights)
    for epoch in range(EPOCHS):
        rate = RATE / (1 + 0.25 * epoch)
        order = random.permutation(cases)
        for begin in range(0, cases, BATCH):
            batch = order[begin : begin + BATCH]
            lengths = goals.starts[batch + 1] - goals.starts[batch]
            shared, own = features.shared[batch], features.own[ranges(goals.starts[batch], lengths)]
            active, where = np.unique(np.concatenate([shared.indices, own.indices]), return_inverse=True)
            shared = _hidden(shared, where[: shared.nnz], len(active), random)
            own = _hidden(own, where[shared.nnz :], len(active), random)
            now = weights[active]
            scores = np.repeat(shared @ now, lengths, axis=0) + own @ now
            gradient = gradient_of(goals, batch, scores)
            by_case = np.add.reduceat(gradient, np.concatenate([[0], np.cumsum(lengths)[:-1]]))
            change = (shared.T @ by_case + own.T @ gradient) / len(batch)
            squares[active] += change * change
            weights[active] = now - rate * change / np.sqrt(squares[active])
        if epoch >= EPOCHS - AVERAGED:
            mean += weights / AVERAGED
    return mean


def _hidden(
    rows: sp.csr_matrix, columns: np.ndarray, width: int, random: np.random.Generator
) -> sp.csr_matrix:
    """The rows with their features numbered anew, a part of them hidden, the others weighing more for it."""
    values = rows.data * (random.random(rows.data.shape) >= HIDDEN) / np.float32(1 - HIDDEN)
    return sp.csr_matrix((values.astype(np.float32), columns, rows.indptr), shape=(rows.shape[0], width))


def gradient_of(goals: Goals, batch: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """What each row's scores should lose: predicted minus right, for classes and for the row as a whole.

    ``scores`` has the rows of this batch of cases, one after the other; the last column scores the row. Where several
    classes of a row are right, they share what is right in it as the scores do; so do all those of a case of which
    only one class is known to be wrong.
    """
    lengths = goals.starts[batch + 1] - goals.starts[batch]
    picked = ranges(goals.starts[batch], lengths)
    logits = np.where(goals.mask[picked], scores[:, :-1] + scores[:, -1:], -np.inf)
    bounds = np.cumsum(lengths) - lengths
    highest = np.repeat(np.maximum.reduceat(logits.max(axis=1), bounds), lengths)
    exponentials = np.exp(logits - highest[:, None])
    predicted = exponentials / _sums(exponentials, bounds, lengths)
    expected = _expected(goals.target[picked], logits)
    never = np.repeat(goals.never[batch], lengths)
    open_rows = np.flatnonzero(never != NONE)
    if len(open_rows):
        exponentials[open_rows, never[open_rows]] = 0
        expected[open_rows] = (exponentials / _sums(exponentials, bounds, lengths))[open_rows]
    wrong = predicted - expected
    wrong *= np.repeat(goals.weights[batch], lengths)[:, None]
    return np.asarray(np.hstack([wrong, wrong.sum(axis=1, keepdims=True)]), dtype=np.float32)


def _sums(rows: np.ndarray, bounds: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """For each row, the sum of all rows of its case, as a column."""
    return np.asarray(np.repeat(np.add.reduceat(rows.sum(axis=1), bounds), lengths)[:, None])


def _expected(target: sp.csr_matrix, logits: np.ndarray) -> np.ndarray:
    """The target, with each row's sum shared among its right classes as the scores do."""
    expected = target.toarray()
    several = np.flatnonzero(np.diff(target.indptr) > 1)
    right = expected[several]
    with np.errstate(divide="ignore"):
        weighed = logits[several] + np.log(right)
    shares = np.exp(weighed - weighed.max(axis=1, keepdims=True))
    expected[several] = right.sum(axis=1, keepdims=True) * shares / shares.sum(axis=1, keepdims=True)
    return np.asarray(expected)
