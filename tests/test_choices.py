"""What is offered when the bot is not sure: choices at first, then a person beside them, and help where it may matter."""

from __future__ import annotations

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.labels import parse_label
from bot.knowledge.questions import measured
from bot.knowledge.understand import Conversation
from bot.settings import Settings

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
