"""A message as the models read it: its words in order, entry names and places as one placeholder each.

What is learned of one métier so serves all. For the convolution, each word also tells what punctuation
follows it, and how far it stands from the names of what the message may be about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge.hypotheses import Hypothesis, Reading
from bot.knowledge.lexicon import OUTSIDE

PLACEHOLDER = {
    "metier": "_metier",
    "formation": "_formation",
    "dispositif": "_dispositif",
    OUTSIDE: "_dehors",
}
PLACE = "_lieu"
# Punctuation by what it parts: a question, a sentence, a clause; 0 is none.
MARKS = {"?": 1, ".": 2, "!": 2, "\n": 2, ",": 3, ";": 3, ":": 3}
# Distances from a name are told apart near it only: 1 to 4 words, up to 8, more; on either side.
_FAR = 6
INSIDE, UNNAMED = 2 * _FAR + 1, 2 * _FAR + 2
# What the convolution reads of a very long message.
MOST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message for the convolution.

    ``marks`` holds what punctuation follows each word; ``distances``, one row per way of seeing the message,
    where each word stands from the names; ``seen_from``, the row of each hypothesis.
    """

    words: tuple[str, ...]
    marks: np.ndarray
    distances: np.ndarray
    seen_from: np.ndarray


def words_of(reading: Reading) -> tuple[list[str], list[int]]:
    """The words as the models read them, and for each token of the message, which of them it became."""
    names: dict[int, str] = {}
    inside: set[int] = set()
    for mention in reading.mentions:
        kind = mention.ref.partition(":")[0]
        if kind in PLACEHOLDER and mention.kind != "vague" and mention.first not in inside:
            names.setdefault(mention.first, PLACEHOLDER[kind])
            inside.update(range(mention.first, mention.last + 1))
    for place in reading.places:
        names.setdefault(place.first, PLACE)
        inside.update(range(place.first, place.last + 1))
    words: list[str] = []
    became: list[int] = []
    for index, word in enumerate(reading.message.words):
        if index in names:
            words.append(names[index])
        elif index not in inside:
            words.append(_number(word) if word.isdigit() else word)
        became.append(len(words) - 1)
    return words, became


def phrase_of(reading: Reading) -> Phrase:
    """What the convolution reads of a message."""
    words, became = words_of(reading)
    if reading.previous:
        # What was just answered is read as a first word.
        words, became = [f"_{reading.previous}", *words], [index + 1 for index in became]
    words = words[:MOST_WORDS]
    rows: dict[bytes, int] = {}
    distances = [_distances(hypothesis, became, len(words)) for hypothesis in reading.hypotheses]
    seen_from = [rows.setdefault(row.tobytes(), len(rows)) for row in distances]
    return Phrase(
        tuple(words),
        _marks(reading, became, len(words)),
        np.frombuffer(b"".join(rows), np.int8).reshape(len(rows), len(words)),
        np.array(seen_from, np.int8),
    )


def _marks(reading: Reading, became: list[int], length: int) -> np.ndarray:
    marks = np.zeros(length, np.int8)
    tokens, text = reading.message.tokens, reading.message.text
    for index, token in enumerate(tokens):
        following = tokens[index + 1].start if index + 1 < len(tokens) else len(text)
        mark = next((kind for sign, kind in MARKS.items() if sign in text[token.end : following]), 0)
        if mark and became[index] < length:
            marks[became[index]] = mark
    return marks


def _distances(hypothesis: Hypothesis, became: list[int], length: int) -> np.ndarray:
    """Where each word stands from the nearest of a hypothesis's names: 0 to 12, INSIDE, or UNNAMED."""
    if not hypothesis.mentions:
        return np.full(length, UNNAMED, np.int8)
    at = np.arange(length)
    nearest = np.full(length, MOST_WORDS)
    for mention in hypothesis.mentions:
        first, last = became[mention.first], became[mention.last]
        gap = np.where(at < first, at - first, np.maximum(at - last, 0))
        nearest = np.where(np.abs(gap) < np.abs(nearest), gap, nearest)
    steps = np.abs(nearest)
    told = np.sign(nearest) * np.where(steps <= 4, steps, np.where(steps <= 8, 5, _FAR)) + _FAR
    return np.where(nearest == 0, INSIDE, told).astype(np.int8)


def _number(word: str) -> str:
    value = int(word[:9])
    if len(word) == 4 and 1900 <= value <= 2099:
        return "_annee"
    return word if value <= 3 else "_age" if 14 <= value <= 70 else "_nombre"
