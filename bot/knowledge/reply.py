"""What an answer is made of, before any mouth dresses it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.labels import Label


@dataclass(frozen=True, slots=True)
class Button:
    """A way on: a page to open, or an answer to ask for (with what an action is about).

    ``data`` is for what only one mouth can do; that mouth puts the button in, the others never see it.
    """

    text: str
    url: str | None = None
    ask: Label | None = None
    about: tuple[str, ...] = ()
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
    """What an answer is built for: the label, what an action is about, where, and other readings to offer."""

    label: Label
    about: tuple[str, ...] = ()
    place: str | None = None
    suggestions: tuple[Label, ...] = ()
    watch: bool = False
