"""From a message and its conversation to what it may mean: the heart of the product, pure and explainable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from bot.knowledge.arbiter import Pair
from bot.knowledge.decide import Understanding, decide
from bot.knowledge.hypotheses import (
    CONTEXT,
    EARLIER,
    GUESSED,
    NONE,
    Candidate,
    Context,
    Hypothesis,
    Reading,
    class_of,
    distinct,
    label_of,
    twin_of_kind,
)
from bot.knowledge.labels import COMPARE, LOCAL_ACTIONS, OFF_TOPIC, Label
from bot.knowledge.learned import Learned
from bot.knowledge.lexicon import LINKS, OUTSIDE
from bot.knowledge.models import Knowledge
from bot.knowledge.recognise import Recogniser
from bot.knowledge.safety import is_distress, is_medical
from bot.knowledge.search import SearchIndex

# A search is about an entry when that is not this many times less likely than being about none.
ABOUT_FROM = 0.08
# An entry that is only guessed is compared with another when it is at least this likely beside it: nobody asked how a
# médecin differs from the moniteur-éducateur that some word made think of.
COMPARED_FROM = 1 / 3


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a conversation may be about instead, and how likely that is, 0 to 1."""

    context: Context
    share: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is remembered of a conversation: the last answer, the entries and the place talked about.

    ``refs`` has the latest entry first. After a reading that was not sure, ``label`` and ``refs`` are those of the
    likeliest one (whether it was answered, or offered with others), ``others`` what the next ones would have left.
    ``pair`` are the two entries said last (see :class:`Context`).
    """

    label: Label | None = None
    refs: tuple[str, ...] = ()
    place: str | None = None
    failures: int = 0
    others: tuple[Doubt, ...] = ()
    pair: tuple[str, ...] = ()

    @property
    def context(self) -> Context:
        """What recognition needs of it."""
        return Context(self.refs, class_of(self.label) if self.label else None, self.pair)

    @property
    def sought(self) -> tuple[str, ...]:
        """What a search would be about: the latest métier or formation, if any."""
        return searched(self.refs)


class Engine:
    """Understands messages with one knowledge; immutable once built, safe to share."""

    def __init__(self, recogniser: Recogniser, learned: Learned):
        """What recognises, and what was learned."""
        self.recogniser = recogniser
        self.knowledge = recogniser.knowledge
        self.gazetteer = recogniser.gazetteer
        self.search = _still_known(learned.search, self.knowledge)
        self.model = learned.model
        self.calibration = learned.calibration

    def understand(self, text: str, conversation: Conversation) -> Understanding:
        """Decide what a message asks for. Never raises, whatever the text."""
        found = self.recogniser.find(text)
        reading = self.recogniser.in_context(found, conversation.context, self.search)
        if not reading.message.tokens:
            return Understanding("fallback", None, reading=reading, why="aucun mot dans le message")
        if is_medical(reading.message) and not is_distress(reading.message):
            label = Label("action", "medical")
            return Understanding(
                "answer", label, (), confidence=0.95, reading=reading, why="mots d'une demande médicale"
            )
        if _only_moves(reading, conversation.label, self.gazetteer.area_words):
            return Understanding(
                "answer",
                conversation.label,
                conversation.sought,
                confidence=0.95,
                reading=reading,
                why="un lieu seul : même recherche",
            )
        renamed = self._same_question(reading, conversation.label)
        if renamed:
            return Understanding(
                "answer", renamed, confidence=0.95, reading=reading, why="un nom seul : même question"
            )
        candidates = self.candidates(reading)
        if conversation.others:
            readings = [(1 - sum(other.share for other in conversation.others), candidates)]
            for other in conversation.others:
                elsewhere = self.recogniser.in_context(found, other.context, self.search)
                readings.append((other.share, self.candidates(elsewhere)))
            candidates = _mixed(readings)
        return decide(reading, candidates, self.calibration, self.knowledge)

    def reasons(self, reading: Reading, candidate: Candidate, most: int = 8) -> list[str]:
        """The signs that weigh most for a candidate, in the model's own words."""
        name = class_of(candidate.label)
        if name not in self.model.classes:
            return []
        weighed = self.model.linear.contributions(reading, candidate.hypothesis, name)
        return [f"  {weight:+5.2f}  {sign}" for sign, weight in weighed[:most]]

    def _same_question(self, reading: Reading, previous: Label | None) -> Label | None:
        """« Et pour infirmière ? »: the facette that was just answered, of the one entry that is named."""
        words = reading.message.words
        if previous is None or previous.facette is None or not _AND.intersection(words):
            return None
        named = [
            h for h in reading.hypotheses if any(m.kind in ("nom", "sigle", "rappel") for m in h.mentions)
        ]
        refs = {twin_of_kind(self.knowledge, h.ref, previous.kind) for h in named if h.ref}
        if len(refs) != 1 or (ref := refs.pop()) is None or ref == previous.ref:
            return None
        inside = {i for h in named for m in h.mentions for i in range(m.first, m.last + 1)}
        if any(i not in inside and word not in _RENAMING_WORDS for i, word in enumerate(words)):
            return None
        return self.knowledge.fiche(ref).label(previous.facette)

    # -- candidates ----------------------------------------------------------------------------------

    def candidates(self, reading: Reading, pairs: list[Pair] | None = None) -> list[Candidate]:
        """The labels that a message may mean, most probable first; the same label counts once.

        ``pairs`` are what both readers make of it, where they have been asked already.
        """
        probabilities = self.model.probabilities(reading, pairs)
        inside = _only_names_entries(reading)
        found: list[Candidate] = []
        for row, column in zip(*np.where(probabilities > 0.002), strict=True):
            hypothesis = reading.hypotheses[row]
            label = label_of(self.model.classes[column], hypothesis.ref, self.knowledge)
            if label is None or (inside and label == OFF_TOPIC):
                continue
            about: tuple[str, ...] = ()
            if label == COMPARE:
                about = self._compared(probabilities[:, column], reading)
            elif label.kind == "action" and label.id in LOCAL_ACTIONS:
                about = (hypothesis.ref,) if hypothesis.ref else ()
                if hypothesis.origin in (NONE, GUESSED):
                    about = self._sought(probabilities[:, column], reading, about)
            found.append(Candidate(label, about, float(probabilities[row, column]), hypothesis))
        return _merged(found)

    def _sought(self, column: np.ndarray, reading: Reading, guessed: tuple[str, ...]) -> tuple[str, ...]:
        """What a search near a place is about, when a reading leaves it open or only guesses it.

        The only métier or formation that is clearly named; else what was guessed; else the likeliest entry, unless
        being about none is far likelier; else, when nothing is named, what the conversation is about.
        """
        named = (
            h.ref
            for h in reading.hypotheses
            if h.ref
            and h.kind in ("metier", "formation")
            and any(m.kind in ("nom", "sigle", "inclus", "rappel") for m in h.mentions)
        )
        clear = distinct(named, self.knowledge)
        if len(clear) == 1:
            return clear
        if guessed:
            return guessed
        row = int(np.argmax(column[:-1])) if len(column) > 1 else 0
        likeliest = reading.hypotheses[row]
        if likeliest.ref and likeliest.origin != GUESSED and column[row] >= ABOUT_FROM * column[-1]:
            return (likeliest.ref,)
        if not clear:
            return searched(h.ref for h in reading.hypotheses if h.ref and h.origin in (CONTEXT, EARLIER))
        return ()

    def _compared(self, column: np.ndarray, reading: Reading) -> tuple[str, ...]:
        """The two entries to put side by side, in the order of the message: the likeliest two, of one kind if that
        can be; one when the other is not said.
        """
        enough = COMPARED_FROM * column.max()
        likeliest = (
            hypothesis.ref
            for row in np.argsort(-column, kind="stable").tolist()
            if column[row] > 0
            and (hypothesis := reading.hypotheses[row]).ref
            and (hypothesis.origin != GUESSED or column[row] >= enough)
        )
        both = distinct(likeliest, self.knowledge)[:2]
        if len(both) < 2:
            return both
        first, second = (h.ref for h in reading.hypotheses if h.ref in both)
        kind = first.partition(":")[0]
        if twin := twin_of_kind(self.knowledge, second, kind):
            return (first, twin)
        return (twin_of_kind(self.knowledge, first, second.partition(":")[0]) or first, second)


def _mixed(readings: list[tuple[float, list[Candidate]]]) -> list[Candidate]:
    """The candidates of one message read in several contexts, each with its likelihood."""
    return _merged(
        replace(candidate, probability=share * candidate.probability)
        for share, candidates in readings
        for candidate in candidates
    )


def _merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Most probable first; the same label counts once, as its likeliest reading."""
    best: dict[Label, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.label)
        if known is None:
            best[candidate.label] = candidate
        else:
            lead = max(known, candidate, key=lambda c: c.probability)
            best[candidate.label] = replace(lead, probability=known.probability + candidate.probability)
    return sorted(best.values(), key=lambda c: (-c.probability, str(c.label)))


# What may stand beside a place in « et sinon vers Cholet ? ».
_MOVING_WORDS = frozenset(
    """a et ou sinon sur vers dans le la les l en de du des d au aux aussi peut etre plutot juste alors cote pres autour
    pareil pour il y quoi quelque chose par bas svp stp s te plait vous merci rien moi je j suis habite region departement ville
    chez bon ok ah donc est c ce que possible mais plus loin voir""".split()
)


# What opens « et pour infirmière ? », and what may stand beside the name in it.
_AND = frozenset("et pour sinon alors ou".split())
_REACTIONS = frozenset("ah oh ok oui ouais d accord merci bon bah ben super cool tres bien".split())
_RENAMING_WORDS = (
    _AND
    | _REACTIONS
    | frozenset(
        "un une le la les l de d du des chez en concernant niveau celui celle quoi svp stp c est pareil meme chose".split()
    )
)


def _only_moves(reading: Reading, previous: Label | None, area_words: frozenset[str]) -> bool:
    """Whether a message only gives another place, maybe with its area, to the search that was just answered."""
    if (
        previous is None
        or previous.kind != "action"
        or previous.id not in LOCAL_ACTIONS
        or not reading.places
    ):
        return False
    inside = {index for place in reading.places for index in range(place.first, place.last + 1)}
    allowed = _MOVING_WORDS | area_words
    return all(index in inside or word in allowed for index, word in enumerate(reading.message.words))


def _only_names_entries(reading: Reading) -> bool:
    """Whether a message is nothing but names of entries (« salaire »): it can't be outside the subject."""
    inside = {i for m in reading.mentions if m.ref != OUTSIDE for i in range(m.first, m.last + 1)}
    words = reading.message.words
    return bool(inside) and all(i in inside for i, word in enumerate(words) if word not in LINKS)


def _still_known(search: SearchIndex, knowledge: Knowledge) -> SearchIndex:
    """The index without fiches that are gone: what was learned serves on for a while after data have changed."""
    kept = [column for column, ref in enumerate(search.refs) if ref in knowledge.fiches]
    if len(kept) == len(search.refs):
        return search
    return SearchIndex(tuple(search.refs[column] for column in kept), search.rows, search.weights[:, kept])


def searched(refs: Iterable[str]) -> tuple[str, ...]:
    """The first métier or formation of these entries: what a search may be about."""
    return tuple(ref for ref in refs if ref.startswith(("metier:", "formation:")))[:1]


def origin_in_words(hypothesis: Hypothesis) -> str:
    """Where a hypothesis comes from, for an explanation."""
    if hypothesis.mentions:
        return "« " + " », « ".join(mention.words for mention in hypothesis.mentions) + " »"
    return {
        CONTEXT: "la conversation",
        EARLIER: "plus tôt dans la conversation",
        GUESSED: "deviné d'après les mots",
    }.get(hypothesis.origin, "aucune entrée")
