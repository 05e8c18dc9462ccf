"""What a message may be about: each entry it names, the one talked about before, or none.

Recognition weighs every pair of a hypothesis and a class (a facette of a kind, a theme, an action).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.knowledge.labels import ACTIONS, COMPARE, FACETTES, KINDS, LOCAL_ACTIONS, Label, parse_label
from bot.knowledge.lexicon import OUTSIDE, Mention
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message
from bot.knowledge.place_finding import Place

NAMED, CONTEXT, EARLIER, GUESSED, NONE = "nommée", "conversation", "plus tôt", "devinée", "aucune"
# Beside entries that are named or talked about, one that is only guessed by its words needs this score.
TELLING = 3.0
# How many entries of a conversation are kept in mind, the latest first.
MOST_ENTRIES = 4
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
# Answers that are about these dispositifs too, without being theirs.
ALSO_ABOUT = {
    "formation/vae": ("dispositif:vae",),
    "formation/apprentissage": ("dispositif:apprentissage",),
    "action:immersions": ("dispositif:pmsmp", "dispositif:stage-observation"),
}


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The message is about this entry (or about none: ``ref`` is None).

    ``rank`` and ``score`` say how near the fiche is by its words (1 is the nearest; 0, not near).
    """

    ref: str | None
    origin: str
    mentions: tuple[Mention, ...] = ()
    rank: int = 0
    score: float = 0.0

    @property
    def kind(self) -> str | None:
        """The entry's kind."""
        return self.ref.partition(":")[0] if self.ref else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible label, what it is about (actions), its probability, and the hypothesis it was read under."""

    label: Label
    about: tuple[str, ...]
    probability: float
    hypothesis: Hypothesis


@dataclass(frozen=True, slots=True)
class Context:
    """What the conversation has been about: its entries, the latest first, and the last answer's class.

    ``pair`` are the two entries that « le premier », « l'autre », « les deux » mean now, in the order they were said;
    only one where no other was.
    """

    refs: tuple[str, ...] = ()
    class_name: str | None = None
    pair: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A message with everything that was found in it, before anything is decided.

    ``strange`` are the indexes of the tokens whose words were hardly ever used about any entry.
    """

    message: Message
    mentions: tuple[Mention, ...]
    hypotheses: tuple[Hypothesis, ...]
    places: tuple[Place, ...] = ()
    previous: str | None = None
    strange: frozenset[int] = frozenset()


CLASSES: tuple[str, ...] = (
    *(f"{kind}/{facette}" for kind in KINDS if kind != "theme" for facette in FACETTES[kind]),
    *(f"action:{action}" for action in ACTIONS),
)


def class_of(label: Label) -> str:
    """The class of a label: what is asked, without the entry."""
    return f"{label.kind}/{label.facette}" if label.facette else str(label)


def classes_of(themes: list[str]) -> tuple[str, ...]:
    """All classes, given the themes that exist: facettes per kind, actions, themes."""
    return CLASSES + tuple(themes)


def allowed(ref: str | None, name: str) -> bool:
    """Whether a class makes sense for a hypothesis.

    A métier's name may stand for its formation and the other way round; only entries have facettes; what a
    search near a place is about may be named or not, and so may each entry that is compared; a theme may be
    named, or told by the whole message.
    """
    hypothesis_kind = ref.partition(":")[0] if ref else None
    if hypothesis_kind == "theme":
        return name == ref
    if name == str(COMPARE):
        return True
    if name.startswith("action:"):
        return hypothesis_kind is None or (
            name.removeprefix("action:") in LOCAL_ACTIONS and hypothesis_kind in ("metier", "formation")
        )
    if name.startswith("theme:"):
        return hypothesis_kind is None
    kind = name.partition("/")[0]
    if hypothesis_kind in ("metier", "formation"):
        return kind in ("metier", "formation")
    return kind == hypothesis_kind


def mask_of(
    hypothesis: Hypothesis, all_of_them: tuple[Hypothesis, ...], classes: tuple[str, ...]
) -> npt.NDArray[np.bool_]:
    """Which classes make sense for a hypothesis; a theme that has its own is not scored twice."""
    mask = _mask_of(hypothesis.ref if hypothesis.kind == "theme" else hypothesis.kind, classes)
    if hypothesis.ref is not None:
        return mask
    elsewhere = {other.ref for other in all_of_them}
    return np.asarray(mask & np.array([name not in elsewhere for name in classes]))


@lru_cache(maxsize=256)
def _mask_of(ref_or_kind: str | None, classes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    ref = ref_or_kind and (ref_or_kind if ":" in ref_or_kind else f"{ref_or_kind}:")
    return np.array([allowed(ref, name) for name in classes])


def hypotheses_of(
    mentions: Iterable[Mention], context: Context, guesses: list[tuple[str, float]], knowledge: Knowledge
) -> tuple[Hypothesis, ...]:
    """One hypothesis per entry named, then the conversation's entries, the guesses, and none.

    A formation is no guess where its métier is named or talked about, nor the other way round: whatever is asked of
    either is read under the one that is there, which counts as found by its words.
    """
    by_ref: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.ref != OUTSIDE:
            by_ref.setdefault(mention.ref, []).append(mention)
    found = [Hypothesis(ref, NAMED, tuple(group)) for ref, group in by_ref.items()]
    theme = context.class_name if context.class_name and context.class_name.startswith("theme:") else None
    talked = {theme: CONTEXT} if theme else {}
    for ref in context.refs:
        talked.setdefault(ref, EARLIER if talked.keys() - {theme} else CONTEXT)
    found += [Hypothesis(ref, origin) for ref, origin in talked.items() if ref not in by_ref]
    ranks = {ref: (rank, score) for rank, (ref, score) in enumerate(guesses, 1)}
    spoken_for = {ref for h in found for ref in _spoken_for(h.ref, knowledge)}
    found = [_ranked(h, ranks, knowledge) for h in found]
    least = TELLING if found else 0.0
    found += [
        Hypothesis(ref, GUESSED, (), rank, score)
        for ref, (rank, score) in ranks.items()
        if ref not in spoken_for and score >= least
    ]
    return (*found, Hypothesis(None, NONE))


def _ranked(hypothesis: Hypothesis, ranks: dict[str, tuple[int, float]], knowledge: Knowledge) -> Hypothesis:
    """The hypothesis with the rank and score of whichever entry it speaks for is nearest by its words."""
    near = [ranks[ref] for ref in _spoken_for(hypothesis.ref, knowledge) if ref in ranks]
    if not near:
        return hypothesis
    rank, score = min(near)
    return replace(hypothesis, rank=rank, score=score)


def _spoken_for(ref: str | None, knowledge: Knowledge) -> tuple[str, ...]:
    """The entries whose answers are all given under this one: itself, and the twin that it stands for."""
    if ref is None:
        return ()
    other = {"metier": "formation", "formation": "metier"}.get(ref.partition(":")[0])
    twin = twin_of_kind(knowledge, ref, other) if other else None
    return (ref, twin) if twin else (ref,)


def clearly_named(hypotheses: Iterable[Hypothesis], knowledge: Knowledge) -> tuple[str, ...]:
    """The entries that a message clearly names, in its order; a métier and its formation count as one."""
    return distinct(
        (
            h.ref
            for h in hypotheses
            if h.ref and h.kind != "theme" and any(mention.kind in ("nom", "sigle") for mention in h.mentions)
        ),
        knowledge,
    )


def distinct(refs: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """These entries without those that are gone or told before; a métier and its formation count as one."""
    kept: list[str] = []
    for ref in refs:
        if ref in knowledge.fiches and not any(knowledge.same_subject(ref, other) for other in kept):
            kept.append(ref)
    return tuple(kept)


def context_after(
    label: Label, about: tuple[str, ...], before: Context, named: tuple[str, ...], knowledge: Knowledge
) -> Context:
    """What a conversation is about once this label has been answered.

    ``about`` is what an action is about, ``named`` the entries that the message clearly names. A métier and its
    formation count as one.
    """
    refs = _refs_after(label, about, before.refs, named, knowledge)
    compared = distinct(about if label == COMPARE else named, knowledge)
    pair = compared if len(compared) == 2 else _pair_after(refs, before, knowledge)
    return Context(refs, class_of(label), pair)


def _pair_after(refs: tuple[str, ...], before: Context, knowledge: Knowledge) -> tuple[str, ...]:
    """The same two while the talk is about either; else the entry talked about before, and the new one."""
    if not refs or any(knowledge.same_subject(refs[0], ref) for ref in before.pair):
        return before.pair
    return distinct((*before.refs[:1], refs[0]), knowledge)


def _refs_after(
    label: Label,
    about: tuple[str, ...],
    before: tuple[str, ...],
    named: tuple[str, ...],
    knowledge: Knowledge,
) -> tuple[str, ...]:
    """The entries that a conversation is about once this label has been answered, the latest first.

    The only entry that is named beside a question about a theme (« sage-femme pour un homme ? ») comes first; those
    named beside any other question come next.
    """
    alone = named if len(named) == 1 else ()
    latest = {"theme": alone, "action": about}.get(label.kind, (label.ref,))
    main = latest if any(latest) else before[:1]
    also = ALSO_ABOUT.get(class_of(label), ())
    # A stage de 3e that is named, or was talked about, is no other immersion.
    said = (tuple(ref for ref in also if ref in refs) for refs in (named, before))
    also = next(filter(None, said), also)
    told = (ref for ref in (*main, *also, *named, *before) if ref)
    return distinct(told, knowledge)[:MOST_ENTRIES]


def twin_of_kind(knowledge: Knowledge, ref: str, kind: str) -> str | None:
    """The entry itself, or its métier ↔ formation twin, when it is of that kind; else None."""
    if ref.startswith(f"{kind}:"):
        return ref
    for twin in knowledge.twins.get(ref, ()):
        if twin.startswith(f"{kind}:"):
            return twin
    return None


def label_of(name: str, ref: str | None, knowledge: Knowledge) -> Label | None:
    """The label that answers a class when the message is about this entry, or about none; None where there is none.

    What is asked of the training of a métier that has no formation is answered by its access, and the like.
    """
    if name.startswith(("theme:", "action:")):
        label = parse_label(name)
        return label if knowledge.knows(label) else None
    if ref is None:
        return None
    kind, _, facette = name.partition("/")
    entry = twin_of_kind(knowledge, ref, kind)
    if entry is not None:
        return knowledge.fiche(entry).label(facette)
    own = ref.partition(":")[0]
    if own == "metier":
        return knowledge.fiche(ref).label(_METIER_INSTEAD.get(facette, "acces"))
    if own == "formation":
        return knowledge.fiche(ref).label(_FORMATION_INSTEAD.get(facette, "presentation"))
    return None
