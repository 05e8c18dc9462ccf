"""What the team is shown of the questions that were left without their answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.dialogue import Dialogue
from bot.knowledge.decide import Understanding
from bot.knowledge.examples import load_examples
from bot.knowledge.labels import Label, parse_label
from bot.question_store import KeptQuestion
from bot.review import Group, render, review
from bot.store import Store

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
SALARY = parse_label("metier:aide-soignant/salaire")
COST = parse_label("formation:deas/cout")


def kept(
    ident: int,
    text: str,
    decision: str = "fallback",
    person: str = "p",
    suggestions: tuple[Label, ...] = (),
    disputed: bool = False,
    chosen: Label | None = None,
    label: Label | None = None,
) -> KeptQuestion:
    return KeptQuestion(
        ident, person, NOW, text, decision, label, (), None, suggestions, 0.4, disputed, chosen
    )


def test_the_most_frequent_group_comes_first_with_its_closest_entry(dialogue: Dialogue) -> None:
    groups = review(
        [
            kept(1, "zblorg trifouille", person="a"),
            kept(2, "koi la paye as de nui", "suggest", "b", (SALARY, COST)),
            kept(3, "la paye as de nuit koi", "suggest", "c", (SALARY,)),
            kept(4, "salaire as", "answer", "d", label=SALARY),
        ],
        dialogue,
        (),
    )
    assert [[question.id for question in group.questions] for group in groups] == [[2, 3], [1]]
    assert groups[0].closest == SALARY
    assert groups[0].people == 2


def test_a_disputed_answer_is_reviewed_under_what_the_person_chose_then(dialogue: Dialogue) -> None:
    question = kept(1, "prix as", "answer", suggestions=(COST,), disputed=True, chosen=COST, label=SALARY)
    (group,) = review([question], dialogue, ())
    assert (group.closest, group.disputed, group.chosen) == (COST, 1, 1)
    shown = render([group], dialogue, 30, 20)
    assert "formation:deas/cout | prix as" in shown
    assert str(SALARY) in shown


def test_what_has_become_an_example_leaves_the_list(dialogue: Dialogue) -> None:
    questions = [kept(1, "Koi la  PAYÉ as ?", "suggest", suggestions=(SALARY,))]
    assert review(questions, dialogue, ["autre chose"])
    assert not review(questions, dialogue, ["koi la paye as ?"])


def test_different_questions_stay_apart(dialogue: Dialogue) -> None:
    questions = [
        kept(1, "combien gagne une aide soignante la nuit", "suggest", suggestions=(SALARY,)),
        kept(2, "prime dimanche fonction publique hospitaliere", "suggest", suggestions=(SALARY,)),
    ]
    assert len(review(questions, dialogue, ())) == 2


def test_an_entry_that_is_gone_is_not_the_closest(dialogue: Dialogue) -> None:
    gone = Label("metier", "disparu", "salaire")
    (group,) = review([kept(1, "salaire brancardier", "suggest", suggestions=(gone,))], dialogue, ())
    assert group.closest == parse_label("metier:brancardier/salaire")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_every_question_is_in_exactly_one_group(dialogue: Dialogue, texts_: list[str]) -> None:
    questions = [kept(ident, text) for ident, text in enumerate(texts_)]
    groups: list[Group] = review(questions, dialogue, ())
    found = [question.id for group in groups for question in group.questions]
    assert len(found) == len(set(found))
    assert {question.id for question in questions if question.text.strip()} >= set(found)
    assert render(groups, dialogue, 30, 3)


@pytest.fixture
def filled(tmp_path: Path, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("ORIENTASOIN_DB", str(tmp_path / "bot.db"))
    monkeypatch.setenv("ORIENTASOIN_SECRET", "salt")
    store = Store(tmp_path / "bot.db", b"salt")
    yield store
    store.close()


def test_the_command_shows_lines_that_can_become_examples(
    filled: Store, dialogue: Dialogue, small_data: Path
) -> None:
    for person in ("a", "b"):
        filled.questions.record(person, "aide xyzzy", Understanding("suggest", None, suggestions=(SALARY,)))
    result = CliRunner().invoke(main, ["review"])
    assert result.exit_code == 0
    assert "2 messages à revoir depuis 30 jours, en 1 groupes" in result.output
    (line,) = [line for line in result.output.splitlines() if line.endswith("| aide xyzzy   (× 2)")]
    example = line.removesuffix("   (× 2)").strip()
    (small_data / "exemples" / "revus.txt").write_text(example + "\n", encoding="utf-8")
    taught = [item.text for item in load_examples(small_data, dialogue.engine.knowledge)]
    assert "aide xyzzy" in taught


def test_what_people_wrote_commands_no_terminal(dialogue: Dialogue) -> None:
    groups = review([kept(1, "salaire\x1b[2J\r\nas zblorg", "suggest", suggestions=(SALARY,))], dialogue, ())
    assert "| salaire [2J as zblorg" in render(groups, dialogue, 30, 20)


def test_nothing_to_review_is_said(filled: Store) -> None:
    result = CliRunner().invoke(main, ["review", "--depuis", "7"])
    assert (result.exit_code, result.output) == (0, "Rien à revoir depuis 7 jours.\n")
