"""Which fiches a message resembles by its words alone: BM25 over all that the fiches say.

It finds the entry that nobody named (« messagerie sécurisée », « la dame qui vient quand maman est malade »).
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from bot.knowledge.lexicon import LINKS, stem
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.normalise import Message, fold

# Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), usual values.
K1 = 1.2
B = 0.75
NAME_TIMES = 4
MIN_IDF = 0.7


class SearchIndex:
    """The words of every fiche, weighed."""

    def __init__(self, knowledge: Knowledge):
        self.refs = tuple(knowledge.fiches)
        counts = [_words(fiche) for fiche in knowledge.fiches.values()]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        seen: Counter[str] = Counter()
        for count in counts:
            seen.update(count.keys())
        documents = len(counts)
        self._rows = {word: row for row, word in enumerate(seen)}
        self._weights = np.zeros((len(seen), documents), dtype=np.float32)
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        for column, count in enumerate(counts):
            for word, times in count.items():
                idf = np.log(1 + (documents - seen[word] + 0.5) / (seen[word] + 0.5))
                if idf >= MIN_IDF:
                    self._weights[self._rows[word], column] = idf * times * (K1 + 1) / (times + norm[column])

    def nearest(self, message: Message, most: int = 3) -> list[tuple[str, float]]:
        """The fiches that share most with a message, with their scores; [] when no word is telling."""
        rows = {
            self._rows[word]
            for token in message.tokens
            if token.word not in LINKS and (word := stem(token.word)) in self._rows
        }
        if not rows:
            return []
        scores = self._weights[sorted(rows)].sum(axis=0)
        best = np.argsort(-scores, kind="stable")[:most]
        return [(self.refs[index], float(scores[index])) for index in best if scores[index] > 0]


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
    words = Counter(re.findall(r"[a-z0-9]+", fold(text)))
    stems: Counter[str] = Counter()
    for word, times in words.items():
        if word not in LINKS:
            stems[stem(word)] += times
    return stems
