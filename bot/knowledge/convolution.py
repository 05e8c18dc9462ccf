"""A reader of phrases: a small network over a message's words in their order.

Each word is the mean of the vectors of its letter groups, and of its own when it is known; patterns look at
five words at a time, at the punctuation after the middle one and at its distance from the entry in question; what
counts for the message is each pattern's strongest place. Patterns and signs (where an entry comes from, what was
just answered) count by themselves, and together: « et combien ? » asks another thing after another answer.

The linear model counts words wherever they stand; this one tells « je ne veux plus être AS » from « je veux être AS ».
Both fail on other messages, so that together they fail less (:mod:`bot.knowledge.model`). For the same reason there are
two such networks, learned from the same examples in another order, and their mean is what counts.

Learned by :mod:`bot.knowledge.convolution_training`; at work here, with numpy alone.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from bot.knowledge.features import hypothesis_signs, letters, shared_signs
from bot.knowledge.hypotheses import Reading
from bot.knowledge.phrases import Phrase, phrase_of
from bot.knowledge.tables import Floats, Table

# How many words a pattern looks at.
WINDOW = 5
# Letter groups share this many vectors, by their checksum.
BUCKETS = 30_000


@dataclass(frozen=True)
class Weights:
    """The network's arrays; classes have one column each, plus one that scores the hypothesis.

    ``vectors`` holds the known words', one for unknown words, then the letter groups'. ``patterns`` has one row
    per place in the window and dimension, and one column per pattern; ``bias``, ``marks`` (by punctuation) and
    ``distances`` are added to what a pattern sees. ``head`` turns patterns, and ``signs`` features that are no words,
    into classes (first columns) and into what both tell together (the others), which ``together`` turns into classes.
    """

    vectors: Table
    patterns: Floats
    bias: Floats
    marks: Floats
    distances: Floats
    head: Floats
    head_bias: Floats
    signs: Table
    together: Floats


@dataclass(frozen=True)
class ConvolutionModel:
    """The networks with the rows of the words and of the signs that they all know."""

    words: dict[str, int]
    signs: dict[str, int]
    networks: tuple[Weights, ...]

    def scores(self, reading: Reading) -> Floats:
        """The score of every class (columns) under every hypothesis (rows), whether it makes sense or not."""
        phrase = phrase_of(reading)
        words = [rows_of_word(word, self.words) for word in phrase.words]
        shared = self._known(shared_signs(reading))
        own = [self._known(hypothesis_signs(reading, hypothesis)) for hypothesis in reading.hypotheses]
        told = [_scores(network, phrase, words, shared, own) for network in self.networks]
        return np.asarray(np.mean(told, axis=0))

    def _known(self, signs: list[str]) -> list[int]:
        return [self.signs[sign] for sign in signs if sign in self.signs]


def _scores(
    w: Weights, phrase: Phrase, words: list[list[int]], shared: list[int], own: list[list[int]]
) -> Floats:
    """One network's scores, given the rows of each word's vectors, and of the signs (each hypothesis's own)."""
    vectors = [w.vectors[rows].mean(axis=0, dtype=np.float32) for rows in words]
    seen = windows(np.stack(vectors)) @ w.patterns + w.bias + w.marks[phrase.marks]
    strongest = np.stack([(seen + w.distances[view]).max(axis=0) for view in phrase.distances])
    views = np.maximum(strongest, 0) @ w.head + w.head_bias + w.signs[shared].sum(axis=0, dtype=np.float32)
    by_signs = [w.signs[rows].sum(axis=0, dtype=np.float32) for rows in own]
    totals = views[phrase.seen_from] + np.stack(by_signs)
    columns = w.together.shape[1]
    scores = totals[:, :columns] + np.maximum(totals[:, columns:], 0) @ w.together
    return np.asarray(scores[:, :-1] + scores[:, -1:])


def rows_of_word(word: str, words: dict[str, int]) -> list[int]:
    """The vectors that make a word: its own (or that of unknown words), then those of its letter groups."""
    rows = [words.get(word, len(words))]
    if not word.startswith("_"):
        rows += [len(words) + 1 + zlib.crc32(group.encode()) % BUCKETS for group in letters([word])]
    return rows


def windows(vectors: Floats) -> Floats:
    """Each word's vector with its neighbours' beside it, zeros beyond the ends: one row per word."""
    length, dimensions = vectors.shape
    around = np.zeros((length + WINDOW - 1, dimensions), np.float32)
    around[WINDOW // 2 : WINDOW // 2 + length] = vectors
    return np.lib.stride_tricks.sliding_window_view(around, (WINDOW, dimensions)).reshape(length, -1)
