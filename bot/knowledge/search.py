"""Which entries a message resembles by its words: what fiches say, and how people asked when they meant them.

It finds the entry that nobody named (« messagerie sécurisée », « la dame qui vient quand maman est malade »).
An entry's score is how much likelier its words make the message than the words of all entries together: a
unigram language model with Dirichlet smoothing (Zhai and Lafferty, A Study of Smoothing Methods, 2004).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable
from dataclasses import InitVar, dataclass, field
from typing import Any, Protocol

import numpy as np

from bot.knowledge.lexicon import LINKS, stem
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.normalise import Message, fold

MOST = 3
# How many words of all entries together are added to what is known of each: rare entries stay prudent.
SMOOTHING = 800.0
# A word of a fiche counts for half a message, and for four messages at most.
FICHE_SHARE = 0.5
FICHE_MOST = 8
NAME_TIMES = 4
MIN_COUNT = 2

Guesses = list[tuple[str, float]]
# The words of a message, and the entries that it was about.
Heard = tuple[tuple[str, ...], Collection[str]]


class Search(Protocol):
    """Whatever finds the entries that a message resembles."""

    def nearest(self, message: Message) -> Guesses:
        """The likeliest entries, best first, with their scores."""

    def strange(self, message: Message) -> frozenset[int]:
        """The indexes of the tokens whose words were hardly ever used about any entry: noise, or another subject."""


@dataclass(frozen=True)
class SearchIndex:
    """What each word says of each entry: ``weights`` has a row per word (a stem) and a column per entry."""

    refs: tuple[str, ...]
    rows: dict[str, int]
    weights: np.ndarray[Any, np.dtype[np.floating]]

    def nearest(self, message: Message) -> Guesses:
        """The entries whose words are likelier than those of all entries together; [] when no word is telling."""
        found = rows_of(message, self.rows)
        return best(self.refs, self.weights[found].sum(axis=0, dtype=np.float32)) if found else []

    def strange(self, message: Message) -> frozenset[int]:
        """The indexes of the tokens whose words have no row."""
        return _strange(message, self.rows)


def rows_of(message: Message, rows: dict[str, int]) -> list[int]:
    """The rows of a message's words, once each."""
    return sorted({rows[word] for token in message.tokens if (word := _known(token.word)) in rows})


def best(refs: tuple[str, ...], scores: np.ndarray[Any, np.dtype[np.floating]]) -> Guesses:
    """The entries with the highest scores, if above nothing."""
    order = np.argsort(-scores, kind="stable")[:MOST]
    return [(refs[index], float(scores[index])) for index in order if scores[index] > 0]


@dataclass
class WordCounts:
    """How often each entry's fiche and messages have each word; an index is made of it."""

    knowledge: Knowledge
    heard: InitVar[Iterable[Heard]]
    index: SearchIndex = field(init=False)

    def __post_init__(self, heard: Iterable[Heard]) -> None:
        """Count, and weigh. ``heard`` are the words of messages with the entries that they were about."""
        by_ref: dict[str, Counter[str]] = defaultdict(Counter)
        for ref, fiche in self.knowledge.fiches.items():
            for word, times in _words(fiche).items():
                by_ref[ref][word] += FICHE_SHARE * min(times, FICHE_MOST)  # type: ignore[assignment]
        for said, refs in heard:
            # In the order of the message: sets have another order in every process.
            words = [word for word in dict.fromkeys(map(_known, said)) if word]
            for ref in sorted(refs):
                by_ref[ref].update(words)
        totals: Counter[str] = Counter()
        for counter in by_ref.values():
            totals.update(counter)
        refs = tuple(self.knowledge.fiches)
        rows = {word: row for row, word in enumerate(w for w, times in totals.items() if times >= MIN_COUNT)}
        self._counts = np.zeros((len(rows), len(refs)), dtype=np.float32)
        for column, ref in enumerate(refs):
            for word, times in by_ref[ref].items():
                if word in rows:
                    self._counts[rows[word], column] = times
        self._sizes = self._counts.sum(axis=0)
        self._totals = self._counts.sum(axis=1)
        self._shares = self._totals / max(self._counts.sum(), 1)
        weights = _weights(self._counts, self._sizes, self._shares[:, None])
        self.index = SearchIndex(refs, rows, weights.astype(np.float16))
        self._columns = {ref: column for column, ref in enumerate(refs)}

    def without(self, refs: Collection[str]) -> Search:
        """The index as if a message about these entries, the one that is then looked up, had not been heard."""
        return _LeftOut(self, refs)

    def heard_else(self, row: int, times: int) -> bool:
        """Whether a word has been heard often enough, were it heard these many times less."""
        return bool(self._totals[row] - times >= MIN_COUNT)

    def unheard(self, found: list[int], ref: str) -> float:
        """The score of an entry for words of which one message less has been heard."""
        column = self._columns[ref]
        counts = np.maximum(self._counts[found, column] - 1, 0)
        size = max(self._sizes[column] - len(found), 0)
        return float(_weights(counts, size, self._shares[found]).sum())


@dataclass(frozen=True)
class _LeftOut:
    counts: WordCounts
    refs: Collection[str]

    def nearest(self, message: Message) -> Guesses:
        index = self.counts.index
        found = rows_of(message, index.rows)
        if not found:
            return []
        scores = index.weights[found].sum(axis=0, dtype=np.float32)
        for ref in self.refs:
            scores[index.refs.index(ref)] = self.counts.unheard(found, ref)
        return best(index.refs, scores)

    def strange(self, message: Message) -> frozenset[int]:
        rows = self.counts.index.rows
        words = {_known(token.word) for token in message.tokens} & rows.keys()
        return _strange(message, {w for w in words if self.counts.heard_else(rows[w], len(self.refs))})


def _strange(message: Message, heard: Container[str]) -> frozenset[int]:
    """The indexes of the tokens, numbers and mere links aside, whose stems are not among these."""
    stems = ((index, _known(token.word)) for index, token in enumerate(message.tokens))
    return frozenset(index for index, word in stems if word and not word.isdigit() and word not in heard)


def _weights(counts: Any, sizes: Any, shares: Any) -> Any:
    """Log of (a word's share in an entry, smoothed, over its share in all of them)."""
    return np.log((counts + SMOOTHING * shares) / (sizes + SMOOTHING) / shares)


def _known(word: str) -> str:
    """What a word is counted as; nothing when it only links others."""
    return "" if word in LINKS else stem(word)


def _words(fiche: Fiche) -> Counter[str]:
    """The stems of all that a fiche says, its names several times."""
    names = _stems(" ".join([*fiche.noms, *fiche.sigles, *fiche.noms_vagues, fiche.titre]))
    texts = [
        part for reponse in fiche.reponses.values() for part in (reponse.texte, *reponse.regions.values())
    ]
    counts = _stems(" ".join([fiche.resume, *texts]))
    for word, times in names.items():
        counts[word] += NAME_TIMES * times
    return counts


def _stems(text: str) -> Counter[str]:
    stems: Counter[str] = Counter()
    for word in re.findall(r"[a-z0-9]+", fold(text)):
        if word not in LINKS:
            stems[stem(word)] += 1
    return stems
