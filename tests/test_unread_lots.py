"""Batches of messages from which nothing was learned, and on which nothing was set: how the next people will fare.

Each was measured before anybody read it; the figures asked for are those that the project set itself.
"""

from __future__ import annotations

from pathlib import Path

from bot.dialogue import Dialogue
from bot.evaluation import Outcome, Report, evaluate
from bot.knowledge.questions import read_questions

LOTS = Path(__file__).parent / "lots"


def outcomes(dialogue: Dialogue, subject: str) -> list[Outcome]:
    """All messages of the batches of this subject."""
    return [
        outcome
        for path in sorted(LOTS.glob(f"*-{subject}-*.jsonl"))
        for outcome in evaluate(dialogue, read_questions(path)).outcomes
    ]


def test_nearly_everybody_gets_the_right_answer_at_once_or_by_one_tap(dialogue: Dialogue) -> None:
    report = Report(outcomes(dialogue, "tout"))
    assert len(report.outcomes) >= 300
    assert report.share("strict") >= 0.80
    assert report.share("helped") >= 0.95
    assert report.share("wrong") <= 0.04


def test_urgence_is_told_from_its_look_alikes(dialogue: Dialogue) -> None:
    found = outcomes(dialogue, "urgence")
    urgent = [outcome for outcome in found if "action:urgence" in outcome.question.gold]
    others = [outcome for outcome in found if "action:urgence" not in outcome.question.gold]
    assert len(urgent) >= 100
    assert sum(outcome.given == "action:urgence" for outcome in urgent) >= 0.95 * len(urgent)
    assert sum(outcome.given == "action:urgence" for outcome in others) <= 0.04 * len(others)


def test_other_subjects_are_declined(dialogue: Dialogue) -> None:
    found = outcomes(dialogue, "horssujet")
    assert len(found) >= 100
    declined = sum(outcome.given in ("action:hors_sujet", "fallback") for outcome in found)
    assert declined >= 0.95 * len(found)
