"""One turn of conversation: what was said or tapped, in; what is answered and remembered, out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import texts
from bot.knowledge.answer import Answerer
from bot.knowledge.labels import LOCAL_ACTIONS, Label
from bot.knowledge.local import LocalKnowledge
from bot.knowledge.nearby import NearMe
from bot.knowledge.reply import Answer, Asked
from bot.knowledge.understand import Conversation, Engine, Understanding


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided, what is said, and what is remembered for the next turn."""

    understanding: Understanding
    answer: Answer
    conversation: Conversation
    asked: Asked | None = None


class Dialogue:
    """Answers messages and taps with one engine; holds no conversation itself."""

    def __init__(self, engine: Engine, local: LocalKnowledge, contact: str | None = None):
        """``local`` is what admins know of their area; ``contact`` whom a person may talk to."""
        self.engine = engine
        self.near_me = NearMe(engine.knowledge, engine.gazetteer, local)
        self.answerer = Answerer(engine.knowledge, engine.gazetteer, self.near_me, contact)

    def says(self, text: str, conversation: Conversation) -> Turn:
        """Answer a typed message."""
        understanding = self.engine.understand(text, conversation)
        place = understanding.place.code if understanding.place else conversation.place
        if understanding.decision == "suggest":
            # What follows most likely leans on the first reading, even before a choice is tapped.
            top = understanding.candidates[0]
            likely = self._after(Asked(top.label, top.about, place), conversation)
            return Turn(
                understanding,
                self.answerer.suggest(understanding.suggestions),
                replace(likely, failures=conversation.failures + 1),
            )
        if understanding.decision == "fallback" or understanding.label is None:
            return self._not_understood(understanding, conversation, place)
        asked = Asked(
            understanding.label,
            understanding.about,
            place,
            understanding.suggestions,
            understanding.watch,
        )
        return Turn(understanding, self.answerer.answer(asked), self._after(asked, conversation), asked)

    def taps(self, label: Label, about: tuple[str, ...], conversation: Conversation) -> Turn:
        """Answer a button. Raises KeyError when the label names no entry of the knowledge."""
        if label.kind == "action" and not about and label.id in ("offres", "immersions", "ecoles"):
            about = (conversation.ref,) if conversation.ref else ()
        about = tuple(
            ref for ref in about if ref in self.engine.knowledge.fiches and not ref.startswith("theme:")
        )
        asked = Asked(label, about, conversation.place)
        understanding = Understanding("answer", label, about, confidence=1.0, why="bouton touché")
        return Turn(understanding, self.answerer.answer(asked), self._after(asked, conversation), asked)

    def shares_place(self, place: str, conversation: Conversation) -> Turn:
        """Answer a place given by itself, as Telegram's location: the search under way, else which ones there are.

        ``place`` is an INSEE commune code.
        """
        label = conversation.label
        searching = label is not None and label.kind == "action" and label.id in LOCAL_ACTIONS
        if label is not None and searching:
            about = (conversation.ref,) if conversation.ref else ()
            return self.taps(label, about, replace(conversation, place=place))
        choices = tuple(Label("action", action) for action in LOCAL_ACTIONS)
        return Turn(
            Understanding("suggest", None, suggestions=choices, why="position envoyée"),
            self.answerer.suggest(choices, texts.NEAR_ME.format(place=self.engine.gazetteer.name(place))),
            replace(conversation, place=place),
        )

    def _not_understood(
        self, understanding: Understanding, conversation: Conversation, place: str | None
    ) -> Turn:
        if understanding.reading is None or not understanding.reading.message.tokens:
            text = texts.EMPTY
        elif conversation.failures:
            text = texts.NOT_UNDERSTOOD_AGAIN
        else:
            text = texts.NOT_UNDERSTOOD
        return Turn(
            understanding,
            self.answerer.fallback(text, understanding.suggestions),
            replace(conversation, place=place, failures=conversation.failures + 1),
        )

    def _after(self, asked: Asked, before: Conversation) -> Conversation:
        """What is remembered once an answer has been given."""
        ref = before.ref
        if asked.label.kind not in ("action", "theme"):
            ref = asked.label.ref
        elif asked.about:
            ref = asked.about[0]
        return Conversation(asked.label, ref, asked.place, 0)
