"""From what a message may mean to what is done about it: answer, offer choices, decline, or give help numbers first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.knowledge.calibration import Calibration, signs
from bot.knowledge.hypotheses import Candidate, Reading
from bot.knowledge.labels import OFF_TOPIC, URGENT, Label
from bot.knowledge.models import Knowledge
from bot.knowledge.place_finding import Place
from bot.knowledge.safety import is_danger, is_distress, is_figurative

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
# The confidence then: so many of those are outside indeed.
OUTSIDE_THEN = 0.6
# Another reading is offered under an answer from this probability on.
OFFER_FROM = 0.06
MAX_SUGGESTIONS = 4
# When distress is the likeliest reading, the help numbers come first although it is unsure: a wrong « urgence » costs
# a tap, a missed one may cost a life. Words that leave no doubt decide alone; words of distress that are also those of
# the jobs (« un enfant en danger », « le suicide des internes ») need the score's consent, but hardly any.
URGENT_WITH_WORDS_FROM = 0.005
# The confidence when words alone decide, against the score: so many of them are real.
URGENT_BY_WORDS = 0.7
# Without such words, distress needs this much, whatever is likelier: about half of those between this and the likeliest
# reading are real.
URGENT_FROM = 0.3
# A way of speaking (« je suis morte ») needs this much.
URGENT_ALTHOUGH_FIGURATIVE = 0.95
# Help numbers stand under any answer from this probability of distress on.
WATCH_FROM = 0.005


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


def decide(
    reading: Reading, candidates: list[Candidate], calibration: Calibration, knowledge: Knowledge
) -> Understanding:
    """What is done about a message, given what it may mean, most probable first. Pure; never raises."""
    distress = is_distress(reading.message)
    urgence = sum(candidate.probability for candidate in candidates if candidate.label == URGENT)
    figurative = not distress and is_figurative(reading.message) and urgence < URGENT_ALTHOUGH_FIGURATIVE
    if figurative:
        candidates = [
            replace(candidate, probability=candidate.probability / (1 - urgence))
            for candidate in candidates
            if candidate.label != URGENT
        ]
    if not candidates:
        return Understanding("fallback", OFF_TOPIC, reading=reading, watch=distress, why="rien reconnu")
    top = candidates[0]
    read = Understanding(
        "answer",
        top.label,
        top.about,
        confidence=calibration.confidence(signs(candidates)),
        candidates=tuple(candidates[:8]),
        reading=reading,
        watch=distress or urgence >= WATCH_FROM,
    )
    likely = urgence >= URGENT_FROM and not figurative
    if (
        top.label == URGENT
        or likely
        or is_danger(reading.message)
        or (distress and urgence >= URGENT_WITH_WORDS_FROM)
    ):
        return _help_first(read, candidates, urgence, distress)
    enough = DECLINE_FROM if top.label == OFF_TOPIC else ANSWER_FROM
    one_thing = _with_twin(candidates, knowledge)
    if read.confidence >= enough or calibration.confidence(signs(one_thing)) >= enough:
        return replace(
            _offering(read, _others(candidates)), why=f"confiance {read.confidence:.2f} ≥ {enough}"
        )
    return _ask_or_decline(read, candidates)


def _with_twin(candidates: list[Candidate], knowledge: Knowledge) -> list[Candidate]:
    """The same candidates, where the likeliest two are one facette of a métier and of its formation as one of them.

    « Comment devenir aide-soignant ? » is asked of either: choosing between the two would help nobody (of 16
    measured messages that were asked to choose, the first was right for 15).
    """
    if len(candidates) < 2:
        return candidates
    first, second = candidates[:2]
    a, b = first.label, second.label
    if a.facette is None or a.facette != b.facette or not knowledge.same_subject(a.ref, b.ref):
        return candidates
    return [replace(first, probability=first.probability + second.probability), *candidates[2:]]


def _help_first(
    read: Understanding, candidates: list[Candidate], urgence: float, distress: bool
) -> Understanding:
    """The help numbers, and what the message may ask besides."""
    others = _others(candidates)
    if read.label == URGENT:
        offered, confidence = others, read.confidence
    else:
        # The calibrated confidence is that of the likeliest reading, not of this one.
        offered = (candidates[0].label, *others)
        confidence = max(urgence, URGENT_BY_WORDS) if distress else urgence
    return replace(
        _offering(read, offered),
        label=URGENT,
        about=(),
        confidence=confidence,
        watch=False,
        why=f"danger possible ({urgence:.2f}{', mots de détresse' if distress else ''})",
    )


def _ask_or_decline(read: Understanding, candidates: list[Candidate]) -> Understanding:
    """Choices, when there are some and the message is hardly outside the subject."""
    choices = _offering(replace(read, label=None), tuple(candidate.label for candidate in candidates))
    top = candidates[0].probability
    outside = sum(candidate.probability for candidate in candidates if candidate.label == OFF_TOPIC)
    likely_outside = outside >= max(OUTSIDE_FROM, OUTSIDE_AGAINST_TOP * top)
    if len(choices.suggestions) >= 2 and read.confidence >= SUGGEST_FROM and not likely_outside:
        why = f"confiance {read.confidence:.2f}, vraisemblance {top:.2f} : plusieurs lectures possibles"
        return replace(choices, decision="suggest", why=why)
    why = f"confiance {read.confidence:.2f}, hors sujet {outside:.2f}"
    if read.label != OFF_TOPIC:
        choices = replace(choices, confidence=OUTSIDE_THEN)
    return replace(choices, decision="fallback", label=OFF_TOPIC, about=(), why=why)


def _others(candidates: list[Candidate]) -> tuple[Label, ...]:
    """The readings that are offered under an answer."""
    return tuple(other.label for other in candidates[1:] if other.probability >= OFFER_FROM)


def _offering(understanding: Understanding, labels: tuple[Label, ...]) -> Understanding:
    """With these other readings to choose from, as many as are offered.

    A greeting is no choice to offer; « autre chose » is one.
    """
    offered = [label for label in labels if label not in (understanding.label, Label("action", "accueil"))]
    return replace(understanding, suggestions=tuple(offered[:MAX_SUGGESTIONS]))
