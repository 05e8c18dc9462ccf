"""What an answer is made of, before any mouth dresses it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.labels import Label
from bot.knowledge.whereabouts import Stray

# How many results one answer shows, and how many times there can be five more.
PAGE = 5
MOST_PAGES = 40
# What a tap gives back begins with: an answer to give, a place to move the search to, a place to keep (or none), alerts,
# an answer that is not what was meant.
ANSWER_PREFIX, PLACE_PREFIX, KEEP_PREFIX, ALERT_PREFIX, DISPUTE_PREFIX = "a:", "l:", "r:", "n:", "d:"
MAX_CALLBACK_BYTES = 64


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a search a button asks for: a page (from 1), around a place, within a radius (km).

    What is None is the conversation's, or the usual one.
    """

    page: int = 1
    place: str | None = None
    radius_km: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A way on: a page to open, or an answer to ask for (with what an action is about, and which part of a search).

    ``data`` is for what only one mouth can do; that mouth puts the button in, the others never see it.
    """

    text: str
    url: str | None = None
    ask: Label | None = None
    about: tuple[str, ...] = ()
    part: Part | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said: a title, paragraphs, a source line, and buttons."""

    title: str
    paragraphs: tuple[str, ...]
    source: str = ""
    buttons: tuple[Button, ...] = ()
    label: Label | None = None

    @property
    def text(self) -> str:
        """The whole answer as plain text."""
        return "\n\n".join(part for part in (self.title, *self.paragraphs, self.source) if part)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is built for: the label, what an action is about, where, and other readings to offer.

    Of a search: ``page`` counts from 1; ``radius_km`` is what was asked for, as typed; ``rivals`` are the other
    communes of the place's name; ``stray`` is a place that can't be searched; ``kept`` tells that the place is
    the one that the person had asked to keep.
    """

    label: Label
    about: tuple[str, ...] = ()
    place: str | None = None
    suggestions: tuple[Label, ...] = ()
    watch: bool = False
    page: int = 1
    radius_km: int | None = None
    rivals: tuple[str, ...] = ()
    stray: Stray | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class LivePage:
    """One page of what public services answered: a sentence on it, lines, pages to open, the source.

    ``more`` tells that there is another page, ``failed`` that the service did not answer.
    """

    head: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    source: str = ""
    more: bool = False
    failed: bool = False
