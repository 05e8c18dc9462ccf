"""What is offered when the bot is not sure: choices at first, then a person beside them, and help where it may matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.decide import decide
from bot.knowledge.labels import parse_label
from bot.knowledge.questions import measured
from bot.knowledge.understand import Conversation, Doubt
from bot.settings import Settings
from bot.store import Store

CHOICES = (parse_label("metier:aes/salaire"), parse_label("action:conseiller"))


def test_a_second_failure_leads_to_a_person(dialogue: Dialogue, settings: Settings) -> None:
    unclear = next(
        question.q
        for questions in measured(settings.data)
        for question in questions
        if dialogue.says(question.q, Conversation()).understanding.decision == "suggest"
    )
    first = dialogue.says(unclear, Conversation())
    assert first.answer.paragraphs[0] == texts.SUGGEST
    assert len(first.answer.buttons) == len(first.understanding.suggestions) <= 4
    second = dialogue.says(unclear, Conversation(failures=first.conversation.failures))
    assert second.answer.paragraphs[0] == texts.SUGGEST_AGAIN
    assert texts.BUTTON_PERSON in [button.text for button in second.answer.buttons]


def test_no_choice_is_offered_twice(dialogue: Dialogue) -> None:
    asked = [button.ask for button in dialogue.answerer.choices(CHOICES, again=True, watch=False).buttons]
    assert len(asked) == len(set(asked)) > len(CHOICES)


def test_help_numbers_stand_under_choices_and_under_what_is_not_understood(dialogue: Dialogue) -> None:
    assert texts.WATCH in dialogue.answerer.choices(CHOICES, again=False, watch=True).text
    assert texts.WATCH not in dialogue.answerer.choices(CHOICES, again=False, watch=False).text
    assert texts.WATCH in dialogue.answerer.fallback(texts.NOT_UNDERSTOOD, watch=True).text


@pytest.mark.parametrize(("other", "decision"), [("formation:deas", "answer"), ("formation:dei", "suggest")])
def test_nobody_is_asked_to_choose_between_a_metier_and_its_formation(
    dialogue: Dialogue, other: str, decision: str
) -> None:
    engine = dialogue.engine
    heard = engine.understand("aide-soignant ou infirmier", Conversation())
    assert heard.reading
    shares = {"metier:aide-soignant/acces": 0.5, f"{other}/acces": 0.45, "metier:aide-soignant/salaire": 0.04}
    candidates = [
        replace(heard.candidates[0], label=parse_label(label), probability=share)
        for label, share in shares.items()
    ]
    decided = decide(heard.reading, candidates, engine.calibration, engine.knowledge)
    assert decided.decision == decision
    assert str(decided.candidates[0].label) == "metier:aide-soignant/acces"


def test_what_follows_untapped_choices_may_lean_on_any_of_them(dialogue: Dialogue) -> None:
    first, second = "dispositif:poec", "dispositif:poei-afpr"
    unsure = Conversation(parse_label(f"{first}/presentation"), (first,))
    sure = dialogue.engine.understand("je serai payé ?", unsure)
    assert str(sure.label) == f"{first}/remuneration"
    other = Conversation(parse_label(f"{second}/presentation"), (second,)).context
    doubtful = dialogue.engine.understand("je serai payé ?", replace(unsure, others=(Doubt(other, 0.3),)))
    both = {str(candidate.label): candidate.probability for candidate in doubtful.candidates}
    assert both[f"{first}/remuneration"] >= 0.7 * sure.candidates[0].probability - 0.01
    assert both[f"{second}/remuneration"] > 0.3 / 2
    assert doubtful.confidence < sure.confidence


def test_choices_that_wait_are_remembered(dialogue: Dialogue, settings: Settings, tmp_path: Path) -> None:
    store = Store(tmp_path / "base.db", b"salt of the tests")
    asked = (question.q for questions in measured(settings.data) for question in questions)
    turns = (dialogue.says(text, Conversation()) for text in asked)
    offered = next(turn.conversation for turn in turns if turn.conversation.others)
    store.remember("someone", offered)
    assert store.conversation("someone") == offered
    store.close()


def read_again(path: Path, conversation: Conversation, age: Callable[[Store], None]) -> Conversation:
    """A conversation as it is read from a base that ``age`` made one of an older version."""
    store = Store(path, b"salt of the tests")
    store.remember("someone", conversation)
    age(store)
    store.db.conn.commit()
    store.close()
    again = Store(path, b"salt of the tests")
    found = again.conversation("someone")
    again.close()
    return found


def test_doubts_that_an_older_version_kept_are_forgotten(tmp_path: Path) -> None:
    conversation = Conversation(parse_label("metier:aes/salaire"), ("metier:aes",))

    def age(store: Store) -> None:
        store.db.execute("update conversations set others = ?", ['[["metier/salaire", "metier:ash"]]'])
        store.db.execute("delete from _sqlite_migrations where name = 'conversation_doubts_weighed'")

    assert read_again(tmp_path / "base.db", conversation, age) == conversation


def test_a_base_from_before_keeps_its_conversations(tmp_path: Path) -> None:
    conversation = Conversation(parse_label("metier:aes/salaire"), ("metier:aes",), failures=1)

    def age(store: Store) -> None:
        store.db["conversations"].transform(drop={"others"})  # type: ignore[union-attr]
        store.db.execute("delete from _sqlite_migrations where name like 'conversation_doubts%'")

    assert read_again(tmp_path / "base.db", conversation, age) == conversation
