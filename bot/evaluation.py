"""Measuring understanding on labelled messages: the scores, the confusions, the calibration."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from bot.dialogue import Dialogue, Turn
from bot.knowledge.models import Knowledge
from bot.knowledge.questions import Question
from bot.knowledge.understand import Conversation

BANDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


@dataclass(frozen=True)
class Outcome:
    """A labelled message with what the bot made of it."""

    question: Question
    turn: Turn
    strict: bool
    helped: bool
    wrong: bool
    first: bool
    place_right: bool

    @property
    def given(self) -> str:
        """The label given, or the decision where there is none."""
        understanding = self.turn.understanding
        if understanding.decision == "answer" and understanding.label:
            return str(understanding.label)
        return understanding.decision


@dataclass
class Report:
    """The outcomes of a whole file, and the figures drawn from them."""

    outcomes: list[Outcome] = field(default_factory=list)

    def share(self, attribute: str, among: Iterable[Outcome] | None = None) -> float:
        """The share, 0 to 1, of outcomes of which this attribute is true."""
        chosen = list(self.outcomes if among is None else among)
        return float(sum(getattr(outcome, attribute) for outcome in chosen)) / max(len(chosen), 1)


def evaluate(dialogue: Dialogue, questions: list[Question]) -> Report:
    """Ask every question, sessions in order, and judge each answer."""
    report = Report()
    sessions: dict[str, Conversation] = {}
    for question in questions:
        conversation = sessions.get(question.session or "", Conversation())
        turn = dialogue.says(question.q, conversation)
        if question.session:
            sessions[question.session] = turn.conversation
        report.outcomes.append(judge(question, turn, dialogue.engine.knowledge))
    return report


def judge(question: Question, turn: Turn, knowledge: Knowledge) -> Outcome:
    """Strict: answered with a gold label (and the right about and place for an action; a formation and the métier
    it leads to count as the same). Helped: strict, or a gold label among the choices offered. Wrong: answered with
    another label.
    """
    u = turn.understanding
    given = str(u.label) if u.decision == "answer" and u.label else None
    in_gold = given in question.gold
    place = u.place.code if u.place else None
    place_right = (
        place in question.place or (place is None and not question.place) if question.place else place is None
    )
    strict = in_gold
    if in_gold and given and given.startswith("action:"):
        if question.about:
            strict = len(u.about) == len(question.about) and all(
                any(knowledge.same_subject(wanted, ref) for ref in u.about) for wanted in question.about
            )
        if question.place:
            strict = strict and place in question.place
    offered = {str(label) for label in u.suggestions}
    helped = strict or (u.decision == "suggest" and bool(offered & set(question.gold)))
    # What it says, or the likeliest of the choices that it offers.
    said = u.label or (u.candidates[0].label if u.candidates else None)
    return Outcome(
        question,
        turn,
        strict,
        helped,
        given is not None and not in_gold,
        str(said) in question.gold,
        place_right,
    )


def render(report: Report, failures: int = 40) -> str:
    """The report as text."""
    outcomes = report.outcomes
    lines = [
        f"{len(outcomes)} messages : strict {report.share('strict'):.1%}, aidés {report.share('helped'):.1%}, "
        f"faux {report.share('wrong'):.1%}, première lecture juste {report.share('first'):.1%}, "
        f"lieu {report.share('place_right'):.1%}",
        "",
        "Par genre (étiquette attendue)        n  strict  aidés   faux",
    ]
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        gold = outcome.question.gold[0]
        kind = gold.partition(":")[0]
        groups[gold if kind == "action" else kind].append(outcome)
        if outcome.question.session:
            groups["(dans une conversation)"].append(outcome)
    for name, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        lines.append(
            f"{name:34} {len(group):4}  {report.share('strict', group):6.1%} {report.share('helped', group):6.1%} "
            f"{report.share('wrong', group):6.1%}"
        )
    lines += [
        "",
        "Confiance annoncée et justesse de la première lecture",
        "bande          n   annoncée  juste",
    ]
    for low, high in pairwise(BANDS):
        band = [o for o in outcomes if low <= o.turn.understanding.confidence < high]
        if band:
            stated = sum(o.turn.understanding.confidence for o in band) / len(band)
            lines.append(
                f"{low:.2f} à {min(high, 1):.2f} {len(band):5}   {stated:7.1%} {report.share('first', band):7.1%}"
            )
    confusions = Counter((o.question.gold[0], o.given) for o in outcomes if o.wrong)
    if confusions:
        lines += ["", "Confusions les plus fréquentes"]
        lines += [f"{count:3} × {gold} → {given}" for (gold, given), count in confusions.most_common(12)]
    failed = sorted((o for o in outcomes if not o.strict), key=lambda o: (o.helped, not o.wrong))
    if failed and failures:
        lines += ["", "Échecs (les pires d'abord)"]
        for outcome in failed[:failures]:
            u = outcome.turn.understanding
            mark = "faux" if outcome.wrong else "aidé" if outcome.helped else "raté"
            lines.append(f"{mark}  {outcome.question.ident}  {outcome.question.q[:160]}")
            detail = f"      attendu {outcome.question.gold[0]}, reçu {outcome.given} ({u.confidence:.2f})"
            if u.about or outcome.question.about:
                detail += f" sur {list(u.about)} au lieu de {list(outcome.question.about)}"
            if not outcome.place_right:
                detail += (
                    f" lieu {u.place.code if u.place else None} au lieu de {list(outcome.question.place)}"
                )
            lines.append(detail)
    return "\n".join(lines)
