"""From a message and its conversation to a decision: the heart of the product, pure and explainable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from bot.knowledge.arbiter import Pair
from bot.knowledge.calibration import signs
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
    twin_of_kind,
)
from bot.knowledge.labels import COMPARE, LOCAL_ACTIONS, OFF_TOPIC, URGENT, Label, parse_label
from bot.knowledge.learned import Learned
from bot.knowledge.lexicon import LINKS, OUTSIDE
from bot.knowledge.models import Knowledge
from bot.knowledge.place_finding import Place
from bot.knowledge.recognise import Recogniser
from bot.knowledge.safety import is_danger, is_distress, is_figurative, is_medical
from bot.knowledge.search import SearchIndex

# Below this confidence the bot offers choices instead of answering; below the floor it says it did not
# understand. Both were chosen on messages that the model had not learned from (see `orientasoin eval`).
ANSWER_FROM = 0.78
SUGGEST_FROM = 0.10
# To decline needs less: the other readings stand under it.
DECLINE_FROM = 0.50
# An unsure message that is this likely to be outside the subject is declined too, with its readings to choose from.
OUTSIDE_FROM = 0.20
# That is, when being outside is at least this likely beside the likeliest reading.
OUTSIDE_AGAINST_TOP = 0.4
# A search is about an entry when that is not this many times less likely than being about none.
ABOUT_FROM = 0.08
# Another reading is offered under an answer from this probability on.
OFFER_FROM = 0.06
MAX_SUGGESTIONS = 4
# When distress is the likeliest reading, the help numbers come first although it is unsure: a wrong « urgence » costs
# a tap, a missed one may cost a life. Words that leave no doubt decide alone; words of distress that are also those of
# the jobs (« un enfant en danger », « le suicide des internes ») need the score's consent, but hardly any.
URGENT_WITH_WORDS_FROM = 0.01
URGENT_SURE = 0.95
# A way of speaking (« je suis morte ») needs this much.
URGENT_ALTHOUGH_FIGURATIVE = 0.95
# Help numbers stand under any answer from this probability of distress on.
WATCH_FROM = 0.005

# When an entry has no twin of the kind that is asked, the nearest facette it has.
_METIER_INSTEAD = {"debouches": "debouches"}
_FORMATION_INSTEAD = {
    "missions": "presentation",
    "acces": "acces",
    "salaire": "debouches",
    "conditions": "presentation",
    "lieux": "debouches",
    "qualites": "acces",
    "debouches": "debouches",
    "evolution": "debouches",
}


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
    """

    label: Label | None = None
    refs: tuple[str, ...] = ()
    place: str | None = None
    failures: int = 0
    others: tuple[Doubt, ...] = ()

    @property
    def context(self) -> Context:
        """What recognition needs of it."""
        return Context(self.refs, class_of(self.label) if self.label else None)

    @property
    def sought(self) -> tuple[str, ...]:
        """What a search would be about: the latest métier or formation, if any."""
        return searched(self.refs)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was decided about a message, and everything it was decided from."""

    decision: str  # "answer", "suggest" or "fallback"
    label: Label | None
    about: tuple[str, ...] = ()
    suggestions: tuple[Label, ...] = ()
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    reading: Reading | None = None
    watch: bool = False
    why: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that the message names."""
        return self.reading.places if self.reading else ()

    @property
    def place(self) -> Place | None:
        """The first of them."""
        return self.places[0] if self.places else None


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
        if is_medical(reading.message) and not is_danger(reading.message):
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
        return self._decide(reading, candidates)

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
        named = [h for h in reading.hypotheses if any(m.kind in ("nom", "sigle") for m in h.mentions)]
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
            label, about = self.label_of(self.model.classes[column], hypothesis)
            if label is None or (inside and label == OFF_TOPIC):
                continue
            if label == COMPARE:
                about = self._compared(probabilities[:, column], reading)
            elif (
                label.kind == "action" and label.id in LOCAL_ACTIONS and hypothesis.origin in (NONE, GUESSED)
            ):
                about = self._sought(probabilities[:, column], reading, about)
            found.append(Candidate(label, about, float(probabilities[row, column]), hypothesis))
        return _merged(found)

    def label_of(self, name: str, hypothesis: Hypothesis) -> tuple[Label | None, tuple[str, ...]]:
        """The label of a class under a hypothesis and, for actions, what it is about; None where there is none."""
        if name.startswith(("theme:", "action:")):
            label = parse_label(name)
            if not self.knowledge.knows(label):
                return None, ()
            if hypothesis.ref and label.id in LOCAL_ACTIONS:
                return label, (hypothesis.ref,)
            return label, ()
        kind, _, facette = name.partition("/")
        if hypothesis.ref is None:
            return None, ()
        ref = twin_of_kind(self.knowledge, hypothesis.ref, kind)
        if ref is None:
            ref = hypothesis.ref
            own = ref.partition(":")[0]
            if own == "metier":
                facette = _METIER_INSTEAD.get(facette, "acces")
            elif own == "formation":
                facette = _FORMATION_INSTEAD.get(facette, "presentation")
            else:
                return None, ()
        return self.knowledge.fiche(ref).label(facette), ()

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
            and any(m.kind in ("nom", "sigle", "inclus") for m in h.mentions)
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
        can be.
        """
        order = [row for row in np.argsort(-column, kind="stable").tolist() if column[row] > 0]
        likeliest = (ref for row in order if (ref := reading.hypotheses[row].ref))
        both = distinct(likeliest, self.knowledge)[:2]
        if len(both) < 2:
            return both
        first, second = (h.ref for h in reading.hypotheses if h.ref in both)
        kind = first.partition(":")[0]
        if twin := twin_of_kind(self.knowledge, second, kind):
            return (first, twin)
        return (twin_of_kind(self.knowledge, first, second.partition(":")[0]) or first, second)

    # -- decision ------------------------------------------------------------------------------------

    def _decide(self, reading: Reading, candidates: list[Candidate]) -> Understanding:
        distress = is_distress(reading.message)
        figurative = not distress and is_figurative(reading.message)
        urgence = sum(c.probability for c in candidates if c.label == URGENT)
        if figurative and urgence < URGENT_ALTHOUGH_FIGURATIVE:
            candidates = [
                replace(c, probability=c.probability / (1 - urgence)) for c in candidates if c.label != URGENT
            ]
        if not candidates:
            return Understanding("fallback", OFF_TOPIC, reading=reading, watch=distress, why="rien reconnu")
        top = candidates[0]
        confidence = self.calibration.confidence(signs(reading, candidates))
        read = Understanding(
            "answer",
            top.label,
            top.about,
            confidence=confidence,
            candidates=tuple(candidates[:8]),
            reading=reading,
            watch=distress or urgence >= WATCH_FROM,
        )
        others = tuple(c.label for c in candidates[1:] if c.probability >= OFFER_FROM)
        danger = is_danger(reading.message)
        if top.label == URGENT or danger or (distress and urgence >= URGENT_WITH_WORDS_FROM):
            sure = URGENT_SURE if distress else confidence
            offered = others if top.label == URGENT else (top.label, *others)
            why = f"danger possible ({urgence:.2f}{', mots de détresse' if distress else ''})"
            return replace(
                _offering(read, offered), label=URGENT, about=(), confidence=sure, watch=False, why=why
            )
        declined = top.label == OFF_TOPIC
        enough = DECLINE_FROM if declined else ANSWER_FROM
        if confidence >= enough:
            return replace(_offering(read, others), why=f"confiance {confidence:.2f} ≥ {enough}")
        choices = _offering(replace(read, label=None), tuple(c.label for c in candidates))
        outside = sum(c.probability for c in candidates if c.label == OFF_TOPIC)
        likely_outside = outside >= max(OUTSIDE_FROM, OUTSIDE_AGAINST_TOP * top.probability)
        if len(choices.suggestions) >= 2 and confidence >= SUGGEST_FROM and not likely_outside:
            why = f"confiance {confidence:.2f}, vraisemblance {top.probability:.2f} : plusieurs lectures possibles"
            return replace(choices, decision="suggest", why=why)
        why = f"confiance {confidence:.2f}, hors sujet {outside:.2f}"
        return replace(choices, decision="fallback", label=OFF_TOPIC, about=(), why=why)


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


def _offering(understanding: Understanding, labels: tuple[Label, ...]) -> Understanding:
    """With these other readings to choose from, as many as are offered.

    A greeting is no choice to offer; « autre chose » is one.
    """
    offered = [label for label in labels if label not in (understanding.label, Label("action", "accueil"))]
    return replace(understanding, suggestions=tuple(offered[:MAX_SUGGESTIONS]))


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
