"""One turn of conversation: what was said or tapped, in; what is answered and remembered, out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import texts
from bot.knowledge.answer import Answerer
from bot.knowledge.decide import Understanding
from bot.knowledge.hypotheses import clearly_named, context_after
from bot.knowledge.labels import LOCAL_ACTIONS, Label
from bot.knowledge.local import LocalKnowledge
from bot.knowledge.nearby import NearMe
from bot.knowledge.reply import Answer, Asked, Part
from bot.knowledge.understand import Conversation, Doubt, Engine
from bot.knowledge.whereabouts import Stray, asked_radius, beginning_with, means_home, rivals, stray_place

# How many other readings are kept in mind after an unsure one, and how likely they must be.
MOST_DOUBTS = 2
LEAST_DOUBT = 0.02


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided, what is said, and what is remembered for the next turn.

    ``near`` is the place that the answer is about, when it is a search or a place by itself; ``home`` the one that
    the person had asked to keep. ``question`` is the number that the question is kept under, where one is.
    """

    understanding: Understanding
    answer: Answer
    conversation: Conversation
    asked: Asked | None = None
    near: str | None = None
    home: str | None = None
    question: int | None = None


class Dialogue:
    """Answers messages and taps with one engine; holds no conversation itself."""

    def __init__(self, engine: Engine, local: LocalKnowledge, contact: str | None = None):
        """``local`` is what admins know of their area; ``contact`` whom a person may talk to."""
        self.engine = engine
        self.near_me = NearMe(engine.knowledge, engine.gazetteer, local)
        self.answerer = Answerer(engine.knowledge, engine.gazetteer, self.near_me, contact)

    def says(self, text: str, conversation: Conversation, home: str | None = None) -> Turn:
        """Answer a typed message. ``home`` is the place that the person asked to keep: it serves when a search
        names none.
        """
        understanding = self.engine.understand(text, conversation)
        stray = stray_place(understanding.reading) if understanding.reading else None
        if stray and _only_names(stray, understanding, conversation):
            why = "un lieu seul, hors de France ou inconnu"
            understanding = replace(
                understanding,
                decision="answer",
                label=conversation.label,
                about=conversation.sought,
                suggestions=(),
                why=why,
            )
        place = understanding.place.code if understanding.place else conversation.place
        if understanding.decision == "suggest":
            likely = self._after_choices(understanding, conversation, place)
            answer = self.answerer.choices(
                understanding.suggestions, again=conversation.failures > 0, watch=understanding.watch
            )
            return Turn(understanding, answer, likely)
        if understanding.decision == "fallback" or understanding.label is None:
            return self._not_understood(understanding, conversation, place)
        asked = Asked(
            understanding.label,
            understanding.about,
            place,
            understanding.suggestions,
            understanding.watch,
        )
        if is_search(understanding.label):
            asked = self._sought(asked, text, understanding, stray, home)
        return self._turn(understanding, asked, conversation, home)

    def taps(
        self,
        label: Label,
        about: tuple[str, ...],
        conversation: Conversation,
        part: Part | None = None,
        home: str | None = None,
    ) -> Turn:
        """Answer a button; ``part`` is the part of a search that it asks for, ``home`` the place kept.

        Raises KeyError when the label names no entry of the knowledge, or the part no place.
        """
        if label.kind == "action" and not about and label.id in ("offres", "immersions", "ecoles"):
            about = conversation.sought
        about = tuple(
            ref for ref in about if ref in self.engine.knowledge.fiches and not ref.startswith("theme:")
        )
        part = part or Part()
        if part.place:
            self.engine.gazetteer.name(part.place)
        asked = Asked(
            label, about, part.place or conversation.place, page=part.page, radius_km=part.radius_km
        )
        if is_search(label) and home and not conversation.place and part.place in (None, home):
            asked = replace(asked, place=home, kept=True)
        understanding = Understanding("answer", label, about, confidence=1.0, why="bouton touché")
        return self._turn(understanding, asked, conversation, home)

    def disputed(self, suggestions: tuple[Label, ...], conversation: Conversation) -> Turn:
        """What is said when the last answer was not what the person meant: its other readings, or ways on."""
        known = tuple(label for label in suggestions if self.engine.knowledge.knows(label))
        text = texts.DISPUTED_CHOOSE if known else texts.DISPUTED
        return Turn(
            Understanding("suggest", None, suggestions=known, why="« ce n'est pas ça »"),
            self.answerer.fallback(text, known),
            replace(conversation, failures=conversation.failures + 1),
        )

    def shares_place(self, place: str, conversation: Conversation, home: str | None = None) -> Turn:
        """Answer a place given by itself, as Telegram's location: the search under way, else which ones there are.

        ``place`` is an INSEE commune code, « D:44 » or « R:93 ». Raises KeyError when there is none.
        """
        name = self.engine.gazetteer.name(place)
        if conversation.label is not None and is_search(conversation.label):
            return self.taps(conversation.label, conversation.sought, conversation, Part(place=place), home)
        choices = tuple(Label("action", action) for action in LOCAL_ACTIONS)
        return Turn(
            Understanding("suggest", None, suggestions=choices, why="position envoyée"),
            self.answerer.suggest(choices, texts.NEAR_ME.format(place=name)),
            replace(conversation, place=place),
            near=place,
            home=home,
        )

    def _sought(
        self, asked: Asked, text: str, understanding: Understanding, stray: Stray | None, home: str | None
    ) -> Asked:
        """A search with all that its message says of where."""
        asked = replace(asked, radius_km=asked_radius(text))
        if stray:
            likely = () if stray.abroad else beginning_with(self.engine.gazetteer, stray.words)
            return replace(asked, place=None, stray=stray, rivals=likely)
        if understanding.place is None or understanding.reading is None:
            message = understanding.reading.message if understanding.reading else None
            if home and (asked.place is None or (message and means_home(message))):
                return replace(asked, place=home, kept=True)
            return asked
        others = rivals(self.engine.gazetteer, understanding.place, understanding.reading.message)
        return replace(asked, rivals=others)

    def _turn(
        self, understanding: Understanding, asked: Asked, conversation: Conversation, home: str | None
    ) -> Turn:
        near = asked.place if is_search(asked.label) and asked.page == 1 else None
        answer = self.answerer.answer(asked)
        after = self._after(asked, conversation, self._named(understanding))
        doubts = self._doubts(understanding, asked, conversation)
        return Turn(understanding, answer, replace(after, others=doubts), asked, near, home)

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
            self.answerer.fallback(text, understanding.suggestions, understanding.watch),
            replace(conversation, place=place, failures=conversation.failures + 1),
        )

    def _named(self, understanding: Understanding) -> tuple[str, ...]:
        """The entries that the message clearly names."""
        reading = understanding.reading
        return clearly_named(reading.hypotheses, self.engine.knowledge) if reading else ()

    def _after(self, asked: Asked, before: Conversation, named: tuple[str, ...]) -> Conversation:
        """What is remembered once an answer has been given to a message that names these entries."""
        after = context_after(asked.label, asked.about, before.context, named, self.engine.knowledge)
        # A place that was kept is no part of the conversation: forgotten there, it is forgotten here.
        place = before.place if asked.kept else asked.place
        return Conversation(asked.label, after.refs, place, pair=after.pair)

    def _after_choices(
        self, understanding: Understanding, before: Conversation, place: str | None
    ) -> Conversation:
        """What follows most likely leans on the first choice, even before it is tapped."""
        first = understanding.candidates[0]
        asked = Asked(first.label, first.about, place)
        after = self._after(asked, before, self._named(understanding))
        doubts = self._doubts(understanding, asked, before)
        return replace(after, failures=before.failures + 1, others=doubts)

    def _doubts(self, understanding: Understanding, asked: Asked, before: Conversation) -> tuple[Doubt, ...]:
        """What else the conversation may be about, when this reading was not sure: as the next ones leave it.

        They share what confidence leaves, each as likely as it was.
        """
        rivals = [candidate for candidate in understanding.candidates if candidate.label != asked.label]
        total = sum(candidate.probability for candidate in rivals)
        named = self._named(understanding)
        doubts = []
        for candidate in rivals[:MOST_DOUBTS]:
            share = (1 - understanding.confidence) * candidate.probability / total
            if share >= LEAST_DOUBT:
                after = self._after(Asked(candidate.label, candidate.about, asked.place), before, named)
                doubts.append(Doubt(after.context, share))
        return tuple(doubts)


def is_search(label: Label) -> bool:
    """Whether a label is a search near a place."""
    return label.kind == "action" and label.id in LOCAL_ACTIONS


def _only_names(stray: Stray, understanding: Understanding, conversation: Conversation) -> bool:
    """Whether a message only gives, to the search that was just answered, a place that can't be searched."""
    if conversation.label is None or not is_search(conversation.label) or not stray.alone:
        return False
    label = understanding.label
    # Distress is never explained away as a place.
    return label is None or not (is_search(label) or label.id in ("urgence", "medical"))
