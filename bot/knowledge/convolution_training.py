"""Learning the network that reads phrases: back-propagation by hand, Adam, no network access, always the same.

A batch's messages are laid one after the other; every (message, way of seeing it) pair is a run of rows, so that
the strongest place of each pattern is a maximum over runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import scipy.sparse as sp

from bot.knowledge.convolution import BUCKETS, WINDOW, ConvolutionModel, Weights, rows_of_word
from bot.knowledge.linear_training import gradient_of
from bot.knowledge.phrases import MARKS, UNNAMED
from bot.knowledge.rows import Features, Goals, Phrases, ranges

EPOCHS = 6
BATCH = 256
RATE = 7e-3
DIMENSIONS = 80
PATTERNS = 256
# What patterns and signs tell together.
TOGETHER = 192
# How often a word, one dimension of a word, a pattern, what it tells together with signs is hidden while learning.
HIDDEN_WORD, HIDDEN_DIMENSION, HIDDEN_PATTERN, HIDDEN_TOGETHER = 0.1, 0.1, 0.2, 0.2
# A word met less often is read by its letters alone.
MIN_COUNT = 3
# One network for each.
SEEDS = (20261122, 20261123)


def train_convolution(
    phrases: Phrases, signs: Features, goals: Goals, classes: int, seed: int
) -> ConvolutionModel:
    """Learn one network. Deterministic for the same cases in the same order and the same seed."""
    words = _known_words(phrases)
    network = _Network(_composition(phrases.names, words), phrases, signs, goals, classes, seed)
    network.learn()
    return ConvolutionModel(words, {name: row for row, name in enumerate(signs.names)}, (network.weights(),))


def as_one(models: list[ConvolutionModel]) -> ConvolutionModel:
    """The networks that were learned from the same cases, as one model."""
    networks = tuple(chain.from_iterable(model.networks for model in models))
    return replace(models[0], networks=networks)


def _known_words(phrases: Phrases) -> dict[str, int]:
    counts = np.bincount(phrases.words, minlength=len(phrases.names))
    kept = [name for name, count in zip(phrases.names, counts, strict=True) if count >= MIN_COUNT]
    return {name: row for row, name in enumerate(kept)}


def _composition(names: list[str], words: dict[str, int]) -> sp.csr_matrix:
    """One row per word that was met: which vectors it is the mean of."""
    rows = [rows_of_word(name, words) for name in names]
    lengths = np.array([len(row) for row in rows])
    values = np.repeat(1 / lengths, lengths).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return sp.csr_matrix((values, np.concatenate(rows), starts), shape=(len(names), len(words) + 1 + BUCKETS))


class _Parameter:
    """An array that Adam changes: all of it, or only the rows that a batch touched."""

    def __init__(self, value: np.ndarray):
        self.value = value.astype(np.float32)
        self._mean = np.zeros_like(self.value)
        self._square = np.zeros_like(self.value)

    def step(self, gradient: np.ndarray, rate: float, rows: np.ndarray | slice = slice(None)) -> None:
        mean = self._mean[rows]
        mean *= 0.9
        mean += np.float32(0.1) * gradient
        self._mean[rows] = mean
        square = self._square[rows]
        square *= 0.999
        square += np.float32(0.001) * gradient * gradient
        self._square[rows] = square
        self.value[rows] -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(1e-8))


@dataclass(frozen=True)
class _Batch:
    """Where a batch's rows are: ``at``, each word's row in the padded sequence; ``words``, the distinct words
    and ``which`` of them each is; ``run_words`` and ``run_distances``, each run's rows, ``run_lengths`` long;
    ``run_of``, each hypothesis's run.
    """

    cases: np.ndarray
    hypotheses: np.ndarray
    lengths: np.ndarray
    at: np.ndarray
    words: np.ndarray
    which: np.ndarray
    marks: np.ndarray
    run_words: np.ndarray
    run_distances: np.ndarray
    run_lengths: np.ndarray
    run_of: np.ndarray


class _Network:
    """The network while it learns."""

    def __init__(
        self,
        composition: sp.csr_matrix,
        phrases: Phrases,
        signs: Features,
        goals: Goals,
        classes: int,
        seed: int,
    ):
        self._composition = composition
        self._phrases = phrases
        self._goals = goals
        self._shared, self._own = signs.shared.copy(), signs.own
        # A sign counts as one, however many words the message has.
        self._shared.data[:] = 1
        self._random = random = np.random.default_rng(seed)
        width = WINDOW * DIMENSIONS
        self._vectors = _Parameter(0.3 * random.standard_normal((composition.shape[1], DIMENSIONS)))
        self._patterns = _Parameter(random.uniform(-1, 1, (width, PATTERNS)) / np.sqrt(width))
        self._bias = _Parameter(np.zeros(PATTERNS))
        self._marks = _Parameter(0.05 * random.standard_normal((max(MARKS.values()) + 1, PATTERNS)))
        self._distances = _Parameter(0.05 * random.standard_normal((UNNAMED + 1, PATTERNS)))
        self._columns = classes + 1
        head = 0.02 * random.standard_normal((PATTERNS, classes + 1))
        into = random.uniform(-1, 1, (PATTERNS, TOGETHER)) / np.sqrt(PATTERNS)
        self._head = _Parameter(np.hstack([head, into]))
        self._head_bias = _Parameter(np.zeros(classes + 1 + TOGETHER))
        self._signs = _Parameter(np.zeros((len(signs.names), classes + 1 + TOGETHER)))
        self._together = _Parameter(0.02 * random.standard_normal((TOGETHER, classes + 1)))

    def weights(self) -> Weights:
        """What was learned."""
        return Weights(
            self._vectors.value,
            self._patterns.value,
            self._bias.value,
            self._marks.value,
            self._distances.value,
            self._head.value,
            self._head_bias.value,
            self._signs.value,
            self._together.value,
        )

    def learn(self) -> None:
        """All epochs, at a rate that falls to almost nothing."""
        cases = len(self._goals.starts) - 1
        steps = EPOCHS * -(-cases // BATCH)
        step = 0
        for _ in range(EPOCHS):
            order = self._random.permutation(cases)
            for begin in range(0, cases, BATCH):
                step += 1
                # Adam's means start at zero: what they lack in the first steps is made up for here.
                warm = np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                self._step(
                    self._batch(order[begin : begin + BATCH]),
                    RATE * warm * max(1 - step / steps, 0.02) ** 0.7,
                )

    def _batch(self, cases: np.ndarray) -> _Batch:
        phrases, starts = self._phrases, self._goals.starts
        lengths = phrases.starts[cases + 1] - phrases.starts[cases]
        views = phrases.views[cases]
        hypotheses = starts[cases + 1] - starts[cases]
        first = np.cumsum(lengths) - lengths
        picked = ranges(phrases.starts[cases], lengths)
        words, which = np.unique(phrases.words[picked], return_inverse=True)
        own = ranges(starts[cases], hypotheses)
        return _Batch(
            cases,
            own,
            hypotheses,
            np.arange(len(picked)) + np.repeat((np.arange(len(cases)) + 1) * (WINDOW // 2), lengths),
            words,
            which,
            phrases.marks[picked],
            ranges(np.repeat(first, views), np.repeat(lengths, views)),
            phrases.distances[ranges(phrases.view_starts[cases], views * lengths)].astype(int),
            np.repeat(lengths, views),
            phrases.seen_from[own] + np.repeat(np.cumsum(views) - views, hypotheses),
        )

    def _step(self, batch: _Batch, rate: float) -> None:
        """Read a batch, see what was wrong, and change every parameter a little."""
        composition = self._composition[batch.words]
        shown = self._shown(batch)
        vectors = (composition @ self._vectors.value)[batch.which] * shown
        padded = np.zeros((batch.at[-1] + 1 + WINDOW // 2, DIMENSIONS), np.float32)
        padded[batch.at] = vectors
        around = _windows(padded, batch.at)
        seen = around @ self._patterns.value + self._bias.value + self._marks.value[batch.marks]
        compared = seen[batch.run_words] + self._distances.value[batch.run_distances]
        strongest = np.maximum.reduceat(compared, np.cumsum(batch.run_lengths) - batch.run_lengths, axis=0)
        kept = (strongest > 0) * self._kept(strongest.shape, HIDDEN_PATTERN)
        told = strongest * kept
        shared, own = self._shared[batch.cases], self._own[batch.hypotheses]
        totals = (told @ self._head.value + self._head_bias.value)[batch.run_of]
        totals += np.repeat(shared @ self._signs.value, batch.lengths, axis=0) + own @ self._signs.value

        wrong = self._wrong(totals, batch.cases, rate)
        self._learn_signs(wrong, batch, shared, own, rate)
        by_run = _summed(wrong, batch.run_of, len(strongest))
        by_pattern = (by_run @ self._head.value.T) * kept
        self._head.step(told.T @ by_run, rate)
        self._head_bias.step(by_run.sum(axis=0), rate)
        by_seen = self._learn_distances(by_pattern, compared, strongest, batch, rate)
        self._marks.step(_summed(by_seen, batch.marks, len(self._marks.value)), rate)
        self._bias.step(by_seen.sum(axis=0), rate)
        by_around = (by_seen @ self._patterns.value.T).reshape(-1, WINDOW, DIMENSIONS)
        self._patterns.step(around.T @ by_seen, rate)
        by_padded = np.zeros_like(padded)
        for place in range(WINDOW):
            by_padded[batch.at + place - WINDOW // 2] += by_around[:, place]
        by_word = _summed(by_padded[batch.at] * shown, batch.which, len(batch.words))
        active, column = np.unique(composition.indices, return_inverse=True)
        parts = sp.csr_matrix(
            (composition.data, column, composition.indptr), shape=(len(batch.words), len(active))
        )
        self._vectors.step(parts.T @ by_word, rate, active)

    def _wrong(self, totals: np.ndarray, cases: np.ndarray, rate: float) -> np.ndarray:
        """What the totals should lose, those of classes and those of what patterns and signs tell together."""
        inner = totals[:, self._columns :]
        kept = (inner > 0) * self._kept(inner.shape, HIDDEN_TOGETHER)
        told = inner * kept
        scores = totals[:, : self._columns] + told @ self._together.value
        wrong = gradient_of(self._goals, cases, scores) / np.float32(len(cases))
        by_inner = (wrong @ self._together.value.T) * kept
        self._together.step(told.T @ wrong, rate)
        return np.hstack([wrong, by_inner])

    def _learn_signs(
        self, wrong: np.ndarray, batch: _Batch, shared: sp.csr_matrix, own: sp.csr_matrix, rate: float
    ) -> None:
        by_case = np.add.reduceat(wrong, np.cumsum(batch.lengths) - batch.lengths)
        active = np.unique(np.concatenate([shared.indices, own.indices]))
        self._signs.step((shared.T @ by_case + own.T @ wrong)[active], rate, active)

    def _learn_distances(
        self, by_pattern: np.ndarray, compared: np.ndarray, strongest: np.ndarray, batch: _Batch, rate: float
    ) -> np.ndarray:
        """Only the place where a pattern was strongest is answerable; what each word's row should lose."""
        row, column = np.nonzero(compared == np.repeat(strongest, batch.run_lengths, axis=0))
        run = np.repeat(np.arange(len(strongest)), batch.run_lengths)[row]
        blame = by_pattern[run, column]

        def by(rows: np.ndarray, count: int) -> np.ndarray:
            total = np.bincount(rows[row] * PATTERNS + column, blame, count * PATTERNS)
            return np.asarray(total.reshape(count, PATTERNS), np.float32)

        self._distances.step(by(batch.run_distances, UNNAMED + 1), rate)
        return by(batch.run_words, len(batch.which))

    def _shown(self, batch: _Batch) -> np.ndarray:
        """What is shown of each word: a word that is hidden is hidden all through the batch."""
        words = self._random.random((len(batch.words), 1), dtype=np.float32) >= HIDDEN_WORD
        return np.asarray(words[batch.which] * self._kept((len(batch.which), DIMENSIONS), HIDDEN_DIMENSION))

    def _kept(self, shape: tuple[int, ...], hidden: float) -> np.ndarray:
        kept = self._random.random(shape, dtype=np.float32) >= hidden
        return np.asarray(kept / np.float32(1 - hidden))


def _windows(padded: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Each word's vector with its neighbours' beside it."""
    view = np.lib.stride_tricks.sliding_window_view(padded, (WINDOW, DIMENSIONS))
    return np.asarray(view[at - WINDOW // 2, 0].reshape(len(at), -1))


def _summed(rows: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """The rows of each group, added up."""
    count = len(group)
    chooses = sp.csr_matrix((np.ones(count, np.float32), group, np.arange(count + 1)), shape=(count, groups))
    return np.asarray(chooses.T @ rows)
