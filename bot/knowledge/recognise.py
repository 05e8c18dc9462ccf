"""Reading a message: words put right, places, entries, and what it may be about. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.hypotheses import Context, Reading, hypotheses_of
from bot.knowledge.lexicon import Lexicon, Mention
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message, normalise
from bot.knowledge.place_finding import Place, PlaceFinder
from bot.knowledge.places import Gazetteer
from bot.knowledge.search import Search
from bot.knowledge.spelling import Speller

# « Le premier », « la 2e »: one of the two entries that were just compared.
_ORDINALS = {
    **dict.fromkeys(("premier", "premiere", "1er", "1ere", "1re"), 0),
    **dict.fromkeys(("deuxieme", "second", "seconde", "2e", "2eme", "2nd", "2nde", "dernier", "derniere"), 1),
}
_BEFORE_ORDINAL = frozenset("le la l du au".split())
# « La deuxième année », « le premier stage » are no entries.
_COUNTED = frozenset(
    """annee annees an ans fois jour jours stage semestre temps cycle emploi mois degre chance partie bac tour voeu voeux
    contrat semaine trimestre groupe rentree enfant poste salaire""".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """A message with the entries and the places that it names."""

    message: Message
    mentions: tuple[Mention, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Recogniser:
    """All that recognises, built from one state of the data; immutable, safe to share."""

    knowledge: Knowledge
    speller: Speller
    lexicon: Lexicon
    gazetteer: Gazetteer
    place_finder: PlaceFinder

    def message(self, text: str) -> Message:
        """The words of a text, put right. Never raises."""
        return normalise(text, self.speller)

    def read(self, text: str, context: Context, search: Search | None = None) -> Reading:
        """Everything found in a message, given what was talked about before. Never raises.

        ``search`` finds the entries that the message resembles without naming them.
        """
        return self.in_context(self.find(text), context, search)

    def find(self, text: str) -> Found:
        """What a message says by itself: its words, the places and entries that it names. Never raises."""
        message = self.message(text)
        places = tuple(self.place_finder.find(message))
        mentions = tuple(
            mention
            for mention in self.lexicon.mentions(message)
            if not any(place.first <= mention.first and mention.last <= place.last for place in places)
        )
        return Found(message, mentions, places)

    def in_context(self, found: Found, context: Context, search: Search | None = None) -> Reading:
        """What it may be about, given what was talked about before."""
        guesses = search.nearest(found.message) if search else []
        mentions = (*found.mentions, *_recalled(found.message, context))
        hypotheses = hypotheses_of(mentions, context, guesses, self.knowledge)
        strange = search.strange(found.message) if search else frozenset()
        return Reading(found.message, mentions, hypotheses, found.places, context.class_name, strange)


def _recalled(message: Message, context: Context) -> Iterator[Mention]:
    """The entries that a message names by their place in the comparison that was just answered."""
    if context.class_name != "action:comparer" or len(context.refs) < 2:
        return
    words = ("", *message.words, "")
    for index, word in enumerate(message.words):
        before, after = words[index], words[index + 2]
        if word in _ORDINALS and before in _BEFORE_ORDINAL and after not in _COUNTED:
            yield Mention(
                context.refs[_ORDINALS[word]], index, index, "rappel", message.excerpt(index, index)
            )
