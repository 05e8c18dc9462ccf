"""Putting unknown words right, towards the words of this field and of everyday questions.

A word that French knows is never touched, whatever stands beside it (the lexicon deals with whole names).
An unknown word is compared by its sound with all common words, then by its letters with those that matter most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Below this length a typing error leaves too little to compare letters; sound still decides from 3 on.
MIN_LETTERS = 5
MIN_SOUND = 3
SIMILAR = 0.74
# How many of the common words may be meant by a word that has other letters and another sound.
MOST_COMMON = 300
# How many corrections are kept at hand.
REMEMBERED = 4096

_SOUND_RULES = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"h(?<!ch)(?<!ph)", ""),
        (r"ph", "f"),
        (r"sch|ch|sh", "S"),
        (r"tion|ssion|cion|sion", "sjO"),
        (r"cc(?=[eiy])|x(?=[aeiouy])", "ks"),
        (r"qu|q|ck|k|c(?![eiy])", "k"),
        (r"c(?=[eiy])", "s"),
        (r"g(?=[eiy])", "j"),
        (r"je(?=[ao])", "j"),
        (r"gn|ni(?=[aeou])", "N"),
        (r"eau|au", "o"),
        (r"oeu|eu", "e"),
        (r"oin", "wI"),
        (r"oi|oy|wa|oua", "wa"),
        (r"ou|w(?!a)", "u"),
        (r"(ain|ein|yn|ym|im(?=[pb])|in|un)(?![aeiouyn])", "I"),
        (r"(an|en|am(?=[pb])|em(?=[pb]))(?![aeiouyn])", "A"),
        (r"(on|om(?=[pb]))(?![aeiouyn])", "O"),
        (r"ill|ll?(?=i)y|yl", "j"),
        (r"ai|ei|ay|ey", "e"),
        (r"y", "i"),
        (r"ez$|er$|ee$|et$|es$", "e"),
        (r"x", "s"),
        (r"z", "s"),
        (r"(.)\1+", r"\1"),
        (r"e?s?$", ""),
        (r"(?<=..)[tdpx]$", ""),
    )
]


@lru_cache(maxsize=20000)
def sound(word: str) -> str:
    """A folded word as it is heard in French, roughly: « infirmier » and « infirmié » give the same key."""
    for pattern, replacement in _SOUND_RULES:
        word = pattern.sub(replacement, word)
    return word


class Speller:
    """Knows which words exist, and the nearest known word of one that does not."""

    def __init__(
        self,
        french: frozenset[str],
        abbreviations: Mapping[str, tuple[str, ...]],
        vocabulary: Iterable[str],
        sigles: Iterable[str],
        common: Sequence[str] = (),
        whole: frozenset[str] = frozenset(),
    ):
        """The words of French, the abbreviations, the field's own words and sigles, and the words of everyday questions.

        Both lists of words have the commonest first. ``whole`` are names: « Lille » is not « l'Ille », nor Quimper « qu'imper », nor Valence « violence ».
        All of them folded. Corrections lead to the field's words and to common ones.
        """
        self._whole = whole
        self._abbreviations = abbreviations
        self._sigles = frozenset(sigles)
        self._french = french
        self._vocabulary = dict.fromkeys(vocabulary)
        self._by_sound: dict[str, list[str]] = {}
        self._by_letter: dict[str, list[str]] = {}
        for word in dict.fromkeys((*common, *self._vocabulary)):
            if len(word) >= MIN_SOUND:
                self._by_sound.setdefault(sound(word), []).append(word)
        for word in dict.fromkeys((*self._vocabulary, *common[:MOST_COMMON])):
            if len(word) >= MIN_LETTERS:
                self._by_letter.setdefault(word[0], []).append(word)
        self._corrected: dict[str, str | None] = {}

    def knows(self, word: str) -> bool:
        """Whether this folded word exists: in French, in the field, or as a sigle."""
        return word in self._french or word in self._vocabulary or word in self._sigles

    def is_sigle(self, word: str) -> bool:
        """Whether this folded word is one of the field's acronyms."""
        return word in self._sigles

    def is_whole(self, word: str) -> bool:
        """Whether this folded word is never two words glued together."""
        return word in self._whole

    def abbreviation(self, word: str) -> tuple[str, ...] | None:
        """The words that an abbreviation stands for, or None."""
        return self._abbreviations.get(word)

    def sounds_known(self, word: str) -> bool:
        """Whether this folded word sounds like one that unknown words are put right to."""
        return len(word) > MIN_SOUND and sound(word) in self._by_sound

    def correct(self, word: str) -> str | None:
        """The field's word that an unknown folded word most likely is, or None."""
        if word not in self._corrected:
            if len(self._corrected) >= REMEMBERED:
                self._corrected.clear()
            self._corrected[word] = self._nearest(word)
        return self._corrected[word]

    def _nearest(self, word: str) -> str | None:
        if len(word) < MIN_SOUND or any(char.isdigit() for char in word):
            return None
        if len(word) > MIN_SOUND and word in self._whole:
            return None
        key = sound(word)
        if len(key) >= 2 and (alike := self._by_sound.get(key)):
            # The one with the nearest letters; the commonest of those.
            return max(alike, key=lambda other: OSA.normalized_similarity(word, other))
        if len(word) < MIN_LETTERS:
            return None
        match = process.extractOne(
            word,
            self._by_letter.get(word[0], ()),
            scorer=OSA.normalized_similarity,
            score_cutoff=SIMILAR if len(word) > 6 else 0.8,
        )
        return match[0] if match else None
