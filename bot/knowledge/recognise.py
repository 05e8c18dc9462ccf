"""Reading a message: words put right, places, entries, and what it may be about. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.hypotheses import Context, Reading, distinct, hypotheses_of
from bot.knowledge.lexicon import Lexicon, Mention
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message, normalise
from bot.knowledge.place_finding import Place, PlaceFinder
from bot.knowledge.places import Gazetteer
from bot.knowledge.search import Search
from bot.knowledge.spelling import Speller

# « Le premier », « la 2e »: one of the two entries that were said last.
_ORDINALS = {
    **dict.fromkeys(("premier", "premiere", "1er", "1ere", "1re"), 0),
    **dict.fromkeys(("deuxieme", "second", "seconde", "2e", "2eme", "2nd", "2nde", "dernier", "derniere"), 1),
}
_THE = frozenset("le la l du au".split())
# « Lequel », « les deux »: both.
_WHICH = frozenset("lequel laquelle lekel lakel".split())
_BOTH = frozenset("les des ces aux".split())
# « La deuxième année », « l'autre jour », « les deux premiers mois », « la pièce dans laquelle » are no entries.
_COUNTED = frozenset(
    """annee annees an ans fois jour jours stage stages semestre semestres temps cycle emploi mois degre chance partie bac
    tour voeu voeux contrat contrats semaine semaines trimestre groupe rentree enfant enfants poste salaire soir nuit cote
    heure heures question chose pas age entretien oral ecrit cours epreuve epreuves etape marche mars avril mai juin
    juillet aout septembre octobre novembre decembre janvier fevrier secours soins emplois premiers premieres derniers
    dernieres mains bras jambes genoux filles fils garcons gosses parents""".split()
)
_INTO = frozenset("dans sur pour avec sans par chez selon pendant durant en a".split())


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
        named = distinct((m.ref for m in found.mentions if m.kind in ("nom", "sigle")), self.knowledge)
        mentions = (*found.mentions, *self._recalled(found.message, named, context))
        hypotheses = hypotheses_of(mentions, context, guesses, self.knowledge)
        strange = search.strange(found.message) if search else frozenset()
        return Reading(found.message, mentions, hypotheses, found.places, context.class_name, strange)

    def _recalled(self, message: Message, named: tuple[str, ...], context: Context) -> Iterator[Mention]:
        """The entries that a message means without naming them: by their order, as the other one, or as both.

        They are of the two that it names itself, else of the two that were said last.
        """
        pair = named if len(named) == 2 else context.pair
        if len(pair) != 2:
            return
        about_first = any(self.knowledge.same_subject(ref, pair[0]) for ref in context.refs[:1])
        other = pair[1] if about_first else pair[0]
        words = ("", *message.words, "")
        for index, word in enumerate(message.words):
            before, after = words[index], words[index + 2]
            recalled: tuple[str, ...] = ()
            if after in _COUNTED:
                continue
            if word in _ORDINALS and before in _THE:
                recalled = (pair[_ORDINALS[word]],)
            elif not named and word == "autre" and before in _THE:
                recalled = (other,)
            elif not named and (
                (word in _WHICH and before not in _INTO) or (word in ("deux", "2") and before in _BOTH)
            ):
                recalled = pair
            for ref in recalled:
                yield Mention(ref, index, index, "rappel", message.excerpt(index, index))
