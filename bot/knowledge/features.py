"""What the learned model looks at: the words of a message, and each entry's surroundings in it.

Entry names are replaced by their kind, so that what is learned of one métier serves all. Features are
strings that can be read in an explanation: ``w=combien gagne``, ``g1=pour etre``, ``s=ombie``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise, zip_longest

from bot.knowledge.hypotheses import EARLIER, Hypothesis, Reading
from bot.knowledge.lexicon import LINKS, OUTSIDE, stem
from bot.knowledge.normalise import Message
from bot.knowledge.phrases import words_of

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
    return [*word_features(reading), *shared_signs(reading)]


def hypothesis_features(reading: Reading, hypothesis: Hypothesis) -> list[str]:
    """The features of one thing the message may be about."""
    return [*hypothesis_signs(reading, hypothesis), *surroundings(reading, hypothesis)]


def shared_signs(reading: Reading) -> list[str]:
    """What was found in the message, but for its words: entries, places, length, the conversation so far."""
    words, _ = words_of(reading)
    signs: dict[str, None] = {}
    for mention in reading.mentions:
        signs[f"nom={mention.ref}"] = None
    signs[f"longueur={min(len(words) // 4, 8)}"] = None
    named = {h.kind for h in reading.hypotheses if h.mentions}
    signs[f"entrees={'+'.join(sorted(map(str, named)))}"] = None
    if reading.places:
        signs["lieu"] = None
        if all(word in SMALL_WORDS or word.startswith("_") for word in words):
            signs["lieu seul"] = None
            signs[f"lieu seul/{reading.previous}"] = None
    signs.update(dict.fromkeys(_strangeness(reading)))
    if any(mention.ref == OUTSIDE for mention in reading.mentions):
        signs["dehors"] = None
        signs[f"dehors/{'+'.join(sorted(map(str, named)))}"] = None
    if reading.previous:
        size = min(len(words) // 2, 6)
        signs["suite"] = None
        signs[f"suite/{size}"] = None
        signs[f"avant={reading.previous}"] = None
        signs[f"avant={reading.previous}/{size}/{'lieu' if reading.places else ''}"] = None
    return list(signs)


def hypothesis_signs(reading: Reading, hypothesis: Hypothesis) -> list[str]:
    """Where one thing the message may be about comes from, and how it stands among the others."""
    if hypothesis.ref is None:
        return ["h=aucune", f"h=aucune/{min(sum(bool(h.mentions) for h in reading.hypotheses), 3)}"]
    signs: dict[str, None] = {
        f"h={hypothesis.kind}": None,
        f"h={hypothesis.ref}": None,
        f"h={hypothesis.origin}": None,
        f"h={hypothesis.origin}/{hypothesis.kind}": None,
    }
    signs[f"cherche={hypothesis.rank}"] = None
    if hypothesis.rank:
        signs[f"cherche={hypothesis.rank}/{hypothesis.kind}/{min(int(hypothesis.score / 4), 6)}"] = None
        second = max((h.score for h in reading.hypotheses if h.ref != hypothesis.ref), default=0.0)
        signs[f"écart={max(-3, min(int((hypothesis.score - second) / 2.5), 4))}"] = None
    named = [h for h in reading.hypotheses if h.mentions]
    if hypothesis.origin == EARLIER:
        earlier = [h.ref for h in reading.hypotheses if h.origin == EARLIER]
        signs[f"h={EARLIER}/{earlier.index(hypothesis.ref)}"] = None
    if reading.previous:
        size = min(len(reading.message.words) // 2, 6)
        for sign in (
            "",
            f"/{size}",
            f"/{min(len(named), 2)} autres",
            f"/{hypothesis.kind}/{reading.previous}",
        ):
            signs[f"h={hypothesis.origin}/suite{sign}"] = None
    if not hypothesis.mentions:
        signs[f"h={hypothesis.origin}/{min(len(named), 2)} autres"] = None
        return list(signs)
    order = named.index(hypothesis)
    signs[f"rang={min(order, 3)}/{min(len(named), 4)}"] = None
    signs[f"rang fin={min(len(named) - 1 - order, 3)}"] = None
    signs[f"genres={hypothesis.kind}/{'+'.join(sorted({str(h.kind) for h in named if h != hypothesis}))}"] = (
        None
    )
    signs[f"fois={min(len(hypothesis.mentions), 3)}"] = None
    length = len(reading.message.words)
    for mention in hypothesis.mentions:
        signs[f"sorte={mention.kind}"] = None
        signs[f"sorte={mention.kind}/{hypothesis.kind}"] = None
        signs[f"sorte={mention.kind}/{min(len(named), 3)}"] = None
        remaining = length - 1 - mention.last
        signs[f"place={'début' if mention.first < 4 else 'fin' if remaining < 4 else 'milieu'}"] = None
    return list(signs)


def word_features(reading: Reading) -> list[str]:
    """The words, by ones, twos and threes, by their letters, at the end, and in what is asked."""
    words, _ = words_of(reading)
    features: dict[str, None] = {}
    for word in words:
        features[f"w={word}"] = None
        features[f"r={stem(word)}"] = None
    for first, second in pairwise(words):
        features[f"w={first} {second}"] = None
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        features[f"w={first} {second} {third}"] = None
    for gram in letters(words):
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
    if reading.previous:
        for word in words[:2]:
            features[f"suite w={word}"] = None
    return list(features)


def surroundings(reading: Reading, hypothesis: Hypothesis) -> list[str]:
    """The words on both sides of what names one thing the message may be about."""
    words = reading.message.words
    around = (_beside(words, mention.first, mention.last) for mention in hypothesis.mentions)
    return list(dict.fromkeys(chain.from_iterable(around)))


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


def _beside(words: tuple[str, ...], first: int, last: int) -> Iterator[str]:
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
        yield f"avant mot={word}"


def letters(words: Iterable[str]) -> Iterator[str]:
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
