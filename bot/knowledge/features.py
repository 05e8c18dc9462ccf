"""What the learned model looks at: the words of a message, and each entry's surroundings in it.

Entry names are replaced by their kind, so that what is learned of one métier serves all. Features are
strings that can be read in an explanation: ``w=combien gagne``, ``g1=pour etre``, ``s=ombie``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, zip_longest

from bot.knowledge.hypotheses import Hypothesis, Reading
from bot.knowledge.lexicon import LINKS, OUTSIDE, stem
from bot.knowledge.normalise import Message

PLACEHOLDER = {
    "metier": "_metier",
    "formation": "_formation",
    "dispositif": "_dispositif",
    OUTSIDE: "_dehors",
}
PLACE = "_lieu"
# What may stand beside a place that is all a message says.
SMALL_WORDS = frozenset(
    "a et vers sur de du en dans le la les l d pour pres cote region ou autour moi je suis".split()
)
TAIL = 8
# How many words of a question are looked at, and the words that open one.
ASKED = 7
ASKING = frozenset(
    "combien comment quel quelle quels quelles quoi quand pourquoi qui lequel laquelle faut peut puis possible droit".split()
)
AFTER_WHERE = frozenset("est ce on se je c peut faire trouver puis sont aller".split())


def shared_features(reading: Reading) -> list[str]:
    """The features of the message itself, the same whatever it is about."""
    words = _delexicalised(reading)
    features: dict[str, None] = {}
    for word in words:
        features[f"w={word}"] = None
        features[f"r={stem(word)}"] = None
    for first, second in pairwise(words):
        features[f"w={first} {second}"] = None
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        features[f"w={first} {second} {third}"] = None
    for gram in _letters(words):
        features[f"s={gram}"] = None
    if len(words) > TAIL + 4:
        for word in words[-TAIL:]:
            features[f"fin={word}"] = None
        for first, second in pairwise(words[-TAIL:]):
            features[f"fin={first} {second}"] = None
    for first, second, third in _question(reading):
        features[f"q={first}"] = None
        features[f"q={first} {second}"] = None
        features[f"q={first} {second} {third}"] = None
    for mention in reading.mentions:
        features[f"nom={mention.ref}"] = None
    features[f"longueur={min(len(words) // 4, 8)}"] = None
    named = {h.kind for h in reading.hypotheses if h.mentions}
    features[f"entrees={'+'.join(sorted(map(str, named)))}"] = None
    if reading.places:
        features["lieu"] = None
        if all(word in SMALL_WORDS or word.startswith("_") for word in words):
            features["lieu seul"] = None
            features[f"lieu seul/{reading.previous}"] = None
    features.update(dict.fromkeys(_strangeness(reading)))
    if any(mention.ref == OUTSIDE for mention in reading.mentions):
        features["dehors"] = None
        features[f"dehors/{'+'.join(sorted(map(str, named)))}"] = None
    if reading.previous:
        size = min(len(words) // 2, 6)
        features["suite"] = None
        features[f"suite/{size}"] = None
        features[f"avant={reading.previous}"] = None
        features[f"avant={reading.previous}/{size}/{'lieu' if reading.places else ''}"] = None
        for word in words[:2]:
            features[f"suite w={word}"] = None
    return list(features)


def hypothesis_features(reading: Reading, hypothesis: Hypothesis) -> list[str]:
    """The features of one thing the message may be about."""
    if hypothesis.ref is None:
        return ["h=aucune", f"h=aucune/{min(sum(bool(h.mentions) for h in reading.hypotheses), 3)}"]
    features: dict[str, None] = {
        f"h={hypothesis.kind}": None,
        f"h={hypothesis.ref}": None,
        f"h={hypothesis.origin}": None,
        f"h={hypothesis.origin}/{hypothesis.kind}": None,
    }
    features[f"cherche={hypothesis.rank}"] = None
    if hypothesis.rank:
        features[f"cherche={hypothesis.rank}/{hypothesis.kind}/{min(int(hypothesis.score / 4), 6)}"] = None
        second = max((h.score for h in reading.hypotheses if h.ref != hypothesis.ref), default=0.0)
        features[f"écart={max(-3, min(int((hypothesis.score - second) / 2.5), 4))}"] = None
    named = [h for h in reading.hypotheses if h.mentions]
    if not hypothesis.mentions:
        features[f"h={hypothesis.origin}/{min(len(named), 2)} autres"] = None
        return list(features)
    order = named.index(hypothesis)
    features[f"rang={min(order, 3)}/{min(len(named), 4)}"] = None
    features[f"rang fin={min(len(named) - 1 - order, 3)}"] = None
    features[
        f"genres={hypothesis.kind}/{'+'.join(sorted({str(h.kind) for h in named if h != hypothesis}))}"
    ] = None
    features[f"fois={min(len(hypothesis.mentions), 3)}"] = None
    words = reading.message.words
    for mention in hypothesis.mentions:
        features[f"sorte={mention.kind}"] = None
        features[f"sorte={mention.kind}/{hypothesis.kind}"] = None
        features[f"sorte={mention.kind}/{min(len(named), 3)}"] = None
        features.update(dict.fromkeys(_surroundings(words, mention.first, mention.last)))
        remaining = len(words) - 1 - mention.last
        features[f"place={'début' if mention.first < 4 else 'fin' if remaining < 4 else 'milieu'}"] = None
    return list(features)


def _strangeness(reading: Reading) -> Iterator[str]:
    """How many words nobody uses about this subject: what gives away a subject that no example has."""
    known = {i for name in reading.mentions for i in range(name.first, name.last + 1)}
    known.update(i for place in reading.places for i in range(place.first, place.last + 1))
    words = reading.message.words
    strange = min(len({words[i] for i in reading.strange - known}), 4)
    telling = len({stem(word) for i, word in enumerate(words) if i not in known and word not in LINKS})
    yield f"étranges={strange}"
    yield f"étranges={strange}/{min(telling // 2, 5)}"
    yield f"étranges={strange}/{'nom' if reading.mentions else ''}"


def _surroundings(words: tuple[str, ...], first: int, last: int) -> Iterator[str]:
    """The words on both sides of a name, nearest first: what tells « je suis AS » from « devenir AS »."""
    left = [*("^",) * 4, *words[:first]][-4:][::-1]
    right = [*words[last + 1 : last + 4], *("$",) * 3][:3]
    for distance, word in enumerate(left, 1):
        yield f"g{distance}={word}"
        if distance > 1:
            yield f"g={word}"
    yield f"g12={left[1]} {left[0]}"
    yield f"g123={left[2]} {left[1]} {left[0]}"
    for distance, word in enumerate(right, 1):
        yield f"d{distance}={word}"
    yield f"d12={right[0]} {right[1]}"
    yield f"gd={left[0]} {right[0]}"
    for word in words[max(0, first - 8) : first]:
        yield f"avant={word}"


def _delexicalised(reading: Reading) -> list[str]:
    """The words, with each entry's name and each place as one placeholder, and numbers by their size."""
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
    for index, word in enumerate(reading.message.words):
        if index in names:
            words.append(names[index])
        elif index not in inside:
            words.append(_number(word) if word.isdigit() else word)
    return words


def _number(word: str) -> str:
    value = int(word[:9])
    if len(word) == 4 and 1900 <= value <= 2099:
        return "_annee"
    return word if value <= 3 else "_age" if 14 <= value <= 70 else "_nombre"


def _letters(words: list[str]) -> Iterator[str]:
    """Letter groups of 3 to 5 inside each word, its edges marked."""
    for word in words:
        if word.startswith("_"):
            continue
        edged = f" {word} "
        for size in (3, 4, 5):
            for start in range(len(edged) - size + 1):
                yield edged[start : start + size]


def _question(reading: Reading) -> Iterator[tuple[str, str, str]]:
    """The words, three by three, of what is asked in longer messages: what stands around it is told beside it.

    That is the sentences that end with a question mark, or the whole message when none does; in each, what
    follows the words that ask, or the last words when none does.
    """
    message = reading.message
    if len(message.tokens) < 10:
        return
    for sentence in _asking_sentences(message):
        starts = [i for i, pair in enumerate(pairwise([*sentence, "$"])) if _asks(*pair)]
        for start in starts or [max(0, len(sentence) - ASKED)]:
            words = [*sentence[start : start + ASKED], "$", "$"]
            yield from zip(words, words[1:], words[2:], strict=False)


def _asking_sentences(message: Message) -> list[list[str]]:
    """The words of the sentences that end with a question mark; of the whole message when there is none."""
    asking: list[list[str]] = []
    sentence: list[str] = []
    for token, following in zip_longest(message.tokens, message.tokens[1:]):
        sentence.append(token.word)
        gap = message.text[token.end : following.start if following else None]
        if any(mark in gap for mark in ".!?\n"):
            if "?" in gap:
                asking.append(sentence)
            sentence = []
    return asking or [list(message.words)]


def _asks(word: str, following: str) -> bool:
    """Whether a word opens a question; « où », once folded, only before a verb or a pronoun."""
    return word in ASKING or (word == "ou" and following in AFTER_WHERE)
