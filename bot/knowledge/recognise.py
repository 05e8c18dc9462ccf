"""Reading a message: words put right, places, entries, and what it may be about. Nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.knowledge.hypotheses import Context, Reading, hypotheses_of
from bot.knowledge.lexicon import Lexicon
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message, normalise
from bot.knowledge.places import Gazetteer
from bot.knowledge.search import Search
from bot.knowledge.spelling import Speller


@dataclass(frozen=True)
class Recogniser:
    """All that recognises, built from one state of the data; immutable, safe to share."""

    knowledge: Knowledge
    speller: Speller
    lexicon: Lexicon
    gazetteer: Gazetteer

    @cached_property
    def _field_words(self) -> frozenset[str]:
        return frozenset(self.lexicon.vocabulary) | frozenset(self.lexicon.sigles)

    def message(self, text: str) -> Message:
        """The words of a text, put right. Never raises."""
        return normalise(text, self.speller)

    def read(self, text: str, context: Context, search: Search | None = None) -> Reading:
        """Everything found in a message, given what was talked about before. Never raises.

        ``search`` finds the entries that the message resembles without naming them.
        """
        message = self.message(text)
        places = tuple(self.gazetteer.find(message, self._field_words))
        mentions = [
            mention
            for mention in self.lexicon.mentions(message)
            if not any(place.first <= mention.first and mention.last <= place.last for place in places)
        ]
        guesses = search.nearest(message) if search else []
        hypotheses = hypotheses_of(mentions, context, guesses)
        strange = search.strange(message) if search else frozenset()
        return Reading(message, tuple(mentions), hypotheses, places, context.class_name, strange)
