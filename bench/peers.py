"""Simple methods that learn from the very same wordings, to know what the product's own work is worth.

Each sees one message alone, folded and without punctuation, and always gives the label it finds nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bot.knowledge.examples import Example
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import fold

WORD = r"[a-z0-9]+"
SEED = 20261121

# Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), usual values.
K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Wording:
    """Something people write, made plain, and the label that it calls for."""

    text: str
    label: str


class Peer(Protocol):
    """A method that has its wordings already."""

    def label(self, text: str) -> str:
        """The label nearest to a message as typed; "" when nothing at all is near."""


Scorer = Callable[..., float]


def plain(text: str) -> str:
    """A message folded, with spaces in place of punctuation: what every peer compares."""
    return utils.default_process(fold(text))


def wordings_of(knowledge: Knowledge, examples: Iterable[Example]) -> list[Wording]:
    """All names of all fiches, then all examples; a name calls for its fiche's first answer."""
    named = [
        Wording(plain(name), str(fiche.label()))
        for fiche in knowledge.fiches.values()
        for name in (*fiche.sigles, *fiche.noms, *fiche.noms_vagues)
    ]
    return named + [Wording(plain(example.text), str(example.labels[0])) for example in examples]


class FuzzyPeer:
    """The wording that one of rapidfuzz's scorers finds most alike."""

    def __init__(self, wordings: Sequence[Wording], scorer: Scorer):
        self._wordings = wordings
        self._texts = [wording.text for wording in wordings]
        self._scorer = scorer

    def label(self, text: str) -> str:
        """The label of the most similar wording, the first one among equals."""
        match = process.extractOne(plain(text), self._texts, scorer=self._scorer)
        return self._wordings[match[2]].label if match and match[1] > 0 else ""


class Bm25Peer:
    """The wording with the highest BM25 score, each wording being a document of whole words."""

    def __init__(self, wordings: Sequence[Wording]):
        self._labels = [wording.label for wording in wordings]
        self._counter = CountVectorizer(token_pattern=WORD)
        counts = sp.coo_matrix(self._counter.fit_transform(wording.text for wording in wordings))
        documents = counts.shape[0]
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        seen = np.bincount(counts.col, minlength=counts.shape[1])
        idf = np.log(1 + (documents - seen + 0.5) / (seen + 0.5))
        norms = K1 * (1 - B + B * lengths / lengths.mean())
        weights = idf[counts.col] * counts.data * (K1 + 1) / (counts.data + norms[counts.row])
        self._by_word = sp.csr_matrix((weights, (counts.col, counts.row)), shape=counts.shape[::-1])

    def label(self, text: str) -> str:
        """The label of the best wording; a word said twice counts twice."""
        return _nearest(self._counter.transform([plain(text)]), self._by_word, self._labels)


class CharTfidfPeer:
    """The wording with the highest cosine between TF-IDF vectors of 2 to 4 letters within words."""

    def __init__(self, wordings: Sequence[Wording]):
        self._labels = [wording.label for wording in wordings]
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        rows = self._vectorizer.fit_transform(wording.text for wording in wordings)
        self._by_letters = sp.csr_matrix(rows.T)

    def label(self, text: str) -> str:
        """The label of the wording at the smallest angle."""
        return _nearest(self._vectorizer.transform([plain(text)]), self._by_letters, self._labels)


class LinearPeer:
    """A linear classifier, one label against all others, on TF-IDF of words and pairs of words.

    Letters would gain a little on misspelled words, but learning takes several minutes with them.
    """

    def __init__(self, wordings: Sequence[Wording]):
        vectorizer = TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        self._pipeline = make_pipeline(vectorizer, LinearSVC(tol=0.01, random_state=SEED))
        self._pipeline.fit([wording.text for wording in wordings], [wording.label for wording in wordings])

    def label(self, text: str) -> str:
        """The label with the highest score."""
        return str(self._pipeline.predict([plain(text)])[0])


PEERS: dict[str, Callable[[Sequence[Wording]], Peer]] = {
    "rapidfuzz WRatio": lambda wordings: FuzzyPeer(wordings, fuzz.WRatio),
    "rapidfuzz token_set_ratio": lambda wordings: FuzzyPeer(wordings, fuzz.token_set_ratio),
    "BM25": Bm25Peer,
    "TF-IDF de lettres, plus proche": CharTfidfPeer,
    "classifieur linéaire (mots)": LinearPeer,
}


def _nearest(query: sp.csr_matrix, by_feature: sp.csr_matrix, labels: Sequence[str]) -> str:
    """The label of the wording with the highest product; "" when no feature is shared."""
    scores = (query @ by_feature).toarray().ravel()
    best = int(scores.argmax())
    return labels[best] if scores[best] > 0 else ""
