"""How the time to find entries grows with the number of names, and what finding places costs.

The added names look like names: words of the real ones around invented words, with as many new words per
name as the real names have.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.timing import Durations, seconds, timed
from bot.knowledge.lexicon import LINKS, Lexicon
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message, fold, normalise
from bot.knowledge.recognise import Recogniser
from bot.knowledge.spelling import Speller
from bot.knowledge.words import load_abbreviations, load_common, load_outside, load_words

SIZES = (1, 10, 100)
SEED = 20261121

_CONSONANTS = "b c d f g l m n p r s t v br cl dr fl gr pl tr".split()
_VOWELS = "a e i o u ai eau ou on an".split()


@dataclass(frozen=True)
class Growth:
    """One size: how many times the names, how many that makes, and what it costs."""

    times: int
    names: int
    built_seconds: float
    mentions: Durations
    normalise: Durations


def names_of(knowledge: Knowledge) -> list[str]:
    """All names of all fiches, acronyms included."""
    return [
        name
        for fiche in knowledge.fiches.values()
        for name in (*fiche.sigles, *fiche.noms, *fiche.noms_vagues)
    ]


def grown(knowledge: Knowledge, times: int, french: frozenset[str]) -> Knowledge:
    """The same knowledge with ``times`` as many names, shared among its fiches. Always the same names."""
    real = names_of(knowledge)
    added = _invented_names(real, len(real) * (times - 1), french)
    fiches = list(knowledge.fiches.values())
    return Knowledge(
        fiches={
            fiche.ref: fiche.model_copy(update={"noms": (*fiche.noms, *added[index :: len(fiches)])})
            for index, fiche in enumerate(fiches)
        },
        sources=knowledge.sources,
        reperes=knowledge.reperes,
    )


def growths(
    recogniser: Recogniser, folder: Path, texts: Sequence[str], warm: Sequence[str]
) -> Iterator[Growth]:
    """Each size in turn, on the same messages; ``warm`` are other messages, read first."""
    french = load_words(folder)
    abbreviations = load_abbreviations(folder, french)
    outside = load_outside(folder)
    common = load_common(folder)
    messages = [normalise(text, recogniser.speller) for text in texts]
    warming = [normalise(text, recogniser.speller) for text in warm]
    for times in SIZES:
        knowledge = grown(knowledge=recogniser.knowledge, times=times, french=french)
        lexicon, built = seconds(lambda knowledge=knowledge: Lexicon(knowledge, french, outside))  # type: ignore[misc]
        for message in warming:
            lexicon.mentions(message)
        _, mentions = timed(lexicon.mentions, messages)
        speller = Speller(french, abbreviations, sorted(lexicon.vocabulary), lexicon.sigles, common)
        yield Growth(times, len(names_of(knowledge)), built, mentions, _normalising(speller, texts, warm))


def place_durations(recogniser: Recogniser, texts: Sequence[str], warm: Sequence[str]) -> Durations:
    """What finding the places of a message takes."""
    timed(recogniser.place_finder.find, [normalise(text, recogniser.speller) for text in warm])
    _, durations = timed(
        recogniser.place_finder.find, [normalise(text, recogniser.speller) for text in texts]
    )
    return durations


def _normalising(speller: Speller, texts: Sequence[str], warm: Sequence[str]) -> Durations:
    """What putting the words of a message right takes: every unknown word is compared to the field's."""

    def read(text: str) -> Message:
        return normalise(text, speller)

    timed(read, warm)
    _, durations = timed(read, texts)
    return durations


def _invented_names(real: list[str], count: int, french: frozenset[str]) -> list[str]:
    """Real names with one of their words changed for an invented one; a name of one word gets a second."""
    chooser = random.Random(SEED)
    split = [re.findall(r"[a-z0-9]+", fold(name)) for name in real]
    vocabulary = {word for words in split for word in words}
    words = _invented_words(1 + count * len(vocabulary) // len(real), french | vocabulary, chooser)
    names: dict[str, None] = {}
    while len(names) < count:
        name = list(chooser.choice(split))
        content = [index for index, word in enumerate(name) if word not in LINKS]
        invented = chooser.choice(words)
        if len(content) > 1:
            name[chooser.choice(content)] = invented
        else:
            name.append(invented)
        names[" ".join(name)] = None
    return list(names)


def _invented_words(count: int, known: frozenset[str], chooser: random.Random) -> list[str]:
    """Words that can be said but that neither French nor the names have; letters only."""
    words: dict[str, None] = {}
    while len(words) < count:
        syllables = chooser.randint(3, 4)
        word = "".join(chooser.choice(_CONSONANTS) + chooser.choice(_VOWELS) for _ in range(syllables))
        if word not in known:
            words[word] = None
    return list(words)
