"""Batches of messages from which nothing was learned, and on which nothing was set: how the next people will fare.

Each was measured before anybody read it; the figures asked for are those that the project set itself. States of the
whole have been compared on them, except on the latest. Where words were added after a batch had been read, it is in
``lots/lus`` and no longer tells how the next people will fare: it only may not get worse.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.evaluation import BANDS, Outcome, Report, evaluate
from bot.knowledge.labels import URGENT
from bot.knowledge.questions import read_questions
from bot.knowledge.understand import Conversation

LOTS = Path(__file__).parent / "lots"
READ = LOTS / "lus"


def outcomes(dialogue: Dialogue, subject: str, folder: Path = LOTS) -> list[Outcome]:
    """All messages of the batches of this subject."""
    return [
        outcome
        for path in sorted(folder.glob(f"*-{subject}-*.jsonl"))
        for outcome in evaluate(dialogue, read_questions(path)).outcomes
    ]


@pytest.mark.parametrize(("folder", "least"), [(LOTS, 300), (READ, 100)])
def test_nearly_everybody_gets_the_right_answer_at_once_or_by_one_tap(
    dialogue: Dialogue, folder: Path, least: int
) -> None:
    report = Report(outcomes(dialogue, "tout", folder))
    assert len(report.outcomes) >= least
    assert report.share("strict") >= 0.80
    assert report.share("helped") >= 0.95
    assert report.share("wrong") <= 0.04


@pytest.mark.parametrize(("folder", "least"), [(LOTS, 100), (READ, 50)])
def test_urgence_is_told_from_its_look_alikes(dialogue: Dialogue, folder: Path, least: int) -> None:
    found = outcomes(dialogue, "urgence", folder)
    urgent = [outcome for outcome in found if "action:urgence" in outcome.question.gold]
    others = [outcome for outcome in found if "action:urgence" not in outcome.question.gold]
    assert len(urgent) >= least
    assert sum(outcome.given == "action:urgence" for outcome in urgent) >= 0.95 * len(urgent)
    assert sum(outcome.given == "action:urgence" for outcome in others) <= 0.04 * len(others)


def test_people_who_only_tell_something_seldom_get_the_help_numbers(dialogue: Dialogue) -> None:
    told = [
        line for path in sorted(LOTS.glob("*-recits-*.txt")) for line in path.read_text("utf-8").splitlines()
    ]
    assert len(told) >= 700
    understood = [dialogue.engine.understand(line, Conversation()) for line in told]
    alarms = sum(each.decision == "answer" and each.label == URGENT for each in understood)
    # None would be right: 27 of 700 when this was written (3.9 %).
    assert alarms <= 0.06 * len(told)


def test_details_of_regional_plans_are_mostly_found(dialogue: Dialogue) -> None:
    # Asked by counselors and employers who know the plans: the hardest batch so far, and the one where confidence promises
    # too much. 71 % at once, 88 % by one tap, 11 % wrong when this was written: it may not get worse.
    report = Report(outcomes(dialogue, "inities"))
    assert len(report.outcomes) >= 100
    assert report.share("helped") >= 0.80
    assert report.share("wrong") <= 0.15


def test_follow_ups_that_only_a_person_finds_clear_do_not_get_worse(dialogue: Dialogue) -> None:
    # Written to be hard: jobs told by what they do, and « et pendant ? », « qui paie ? », « et l'autre ? » after them.
    # 64 % at once, 80 % by one tap, 15 % wrong when this was written, before anything was learned from it.
    report = Report(outcomes(dialogue, "suites", READ))
    assert len(report.outcomes) >= 150
    assert report.share("helped") >= 0.75
    assert report.share("wrong") <= 0.18


def test_other_subjects_are_declined(dialogue: Dialogue) -> None:
    found = outcomes(dialogue, "horssujet")
    assert len(found) >= 100
    declined = sum(outcome.given in ("action:hors_sujet", "fallback") for outcome in found)
    assert declined >= 0.95 * len(found)


def test_confidence_never_promises_much_more_than_it_holds(dialogue: Dialogue) -> None:
    found = [
        outcome for subject in ("tout", "urgence", "horssujet") for outcome in outcomes(dialogue, subject)
    ]
    bands = [
        [outcome for outcome in found if low <= outcome.turn.understanding.confidence < high]
        for low, high in pairwise(BANDS)
    ]
    large = [band for band in bands if len(band) >= 50]
    assert len(large) >= 4
    for band in large:
        stated = sum(outcome.turn.understanding.confidence for outcome in band) / len(band)
        assert stated <= Report(band).share("first") + 0.05
