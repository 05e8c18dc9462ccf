"""From what was typed to tokens: accents folded, elisions and SMS forms opened, words put right.

Every token keeps the span of the message it comes from, so that later steps can look at capitals and
explain themselves in the person's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.knowledge.spelling import Speller

# What is understood of a very long message: enough for a life story, not for a pasted document.
MAX_LENGTH = 2000
MAX_TOKENS = 250

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "`": "'", "´": "'"})
_ACCENTS = re.compile(r"[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word as understood (``word``), as typed and folded (``typed``), and where it stands.

    Words that were typed as one (« lecole ») stand at the same place.
    """

    word: str
    typed: str
    start: int
    end: int
    capitals: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be recognised."""

    text: str
    tokens: tuple[Token, ...]
    shouted: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The words as understood."""
        return tuple(token.word for token in self.tokens)

    def excerpt(self, first: int, last: int) -> str:
        """What was typed from one token to another, both included."""
        return self.text[self.tokens[first].start : self.tokens[last].end]


def fold(text: str) -> str:
    """Lower case without accents; ligatures opened (``Sœur`` → ``soeur``)."""
    text = text.lower()
    if text.isascii():
        return text
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(_LIGATURES)))


_fold_char = lru_cache(maxsize=4096)(fold)


# The dots inside « L.AS », « A.E.S »: an acronym is one word.
_DOTTED = re.compile(r"(?<![^\W\d_])[A-Z]\.(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")
_ELISION_SPLIT = re.compile(r"(?<=[a-z0-9])'(?=[a-z0-9])")
# What may be glued in front of a word: « lecole », « jhabite », « dlaide », « quilfaut ».
GLUED = ("qu", "l", "d", "j", "s", "m", "n", "t", "c")


def normalise(text: str, speller: Speller) -> Message:
    """Cut a message into tokens. Pure; never raises, whatever the characters; long texts are cut."""
    text = unicodedata.normalize("NFKC", text)[:MAX_LENGTH]
    folded, origin = _fold_with_origin(text)
    letters = [char for char in text if char.isalpha()]
    shouted = len(letters) > 12 and sum(char.isupper() for char in letters) > 0.7 * len(letters)
    tokens: list[Token] = []
    for match in _WORD.finditer(folded):
        start, end = origin[match.start()], origin[match.end() - 1] + 1
        raw = text[start:end]
        token = Token(match.group(), match.group(), start, end, capitals=raw.isupper() and not shouted)
        tokens.extend(_open(token, speller))
        if len(tokens) >= MAX_TOKENS:
            break
    return Message(text, tuple(_join_spelled_out(tokens[:MAX_TOKENS], speller)), shouted)


def _fold_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index in the text it comes from."""
    folded: list[str] = []
    origin: list[int] = []
    dots = {match.start() + 1 for match in _DOTTED.finditer(text)}
    for index, char in enumerate(text):
        if index in dots:
            continue
        for piece in _fold_char(char):
            folded.append(piece)
            origin.append(index)
    return "".join(folded), origin


def _open(token: Token, speller: Speller) -> list[Token]:
    """One typed word as the words it stands for, put right."""
    typed = token.typed
    meant = speller.abbreviation(typed)
    # « AVC » is no « avec », whatever « avc » is.
    if token.capitals and ((len(typed) > 1 and speller.is_sigle(typed)) or (meant and len(typed) > 2)):
        return [token]
    if meant:
        return [replace(token, word=word) for word in meant]
    if speller.knows(typed) or typed.isdigit():
        return [token]
    if opened := _unglued(token, speller, speller.knows):
        return opened
    corrected = speller.correct(typed)
    if corrected:
        return [replace(token, word=word, known=False) for word in corrected.split()]
    return _unglued(token, speller, speller.sounds_known) or [replace(token, known=False)]


def _unglued(token: Token, speller: Speller, fits: Callable[[str], bool]) -> list[Token]:
    """« lecole » as two words, « jtecris » as three, when what is left fits; nothing when none does."""
    typed = token.typed
    for glue in () if speller.is_whole(typed) else GLUED:
        rest = typed.removeprefix(glue)
        shortest = 3 if glue in ("l", "d", "j", "qu") else 4
        if glue in ("l", "d") and speller.is_sigle(rest):
            shortest = 2  # « das » is « d'AS »
        if rest == typed or len(rest) < shortest or not (rest[0] in "aeiouyh" or glue == "j"):
            continue
        first = replace(token, word=glue, typed=glue)
        if fits(rest) or (glue == "d" and len(rest) > 3 and speller.is_whole(rest)):
            return [first, *_open(replace(token, word=rest, typed=rest), speller)]
        if (
            glue == "j"
            and rest[0] in "tlmn"
            and (others := _unglued(replace(token, typed=rest), speller, fits))
        ):
            return [replace(token, word="je", typed=typed[:2]), *others[1:]]
    return []


def _join_spelled_out(tokens: list[Token], speller: Speller) -> list[Token]:
    """« v a e », « A.E.S. » → one token, when the single letters make a known sigle."""
    joined: list[Token] = []
    run: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and len(token.typed) == 1 and token.typed.isalpha():
            if not run or run[-1].start != token.start:
                run.append(token)
            elif run:
                run[-1] = token
            continue
        word = "".join(t.typed for t in run)
        if speller.is_sigle(word) and len(run) >= 3:
            joined.append(Token(word, word, run[0].start, run[-1].end, capitals=True))
        else:
            joined.extend(run)
        run = []
        if token is not None:
            joined.append(token)
    return joined
