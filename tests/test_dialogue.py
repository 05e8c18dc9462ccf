"""What a conversation remembers from one message to the next."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from bot.knowledge.hypotheses import Context, only_named
from bot.knowledge.understand import Conversation


def test_an_entry_named_in_a_question_about_a_theme_is_what_the_next_message_is_about(
    dialogue: Dialogue,
) -> None:
    first = dialogue.says("homme sage-femme ça existe ?", Conversation())
    assert str(first.understanding.label) == "theme:homme"
    assert first.conversation.ref == "metier:sage-femme"
    second = dialogue.says("et ça paye combien ?", first.conversation)
    assert str(second.understanding.label) == "metier:sage-femme/salaire"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("infirmière à 50 ans, trop vieille ?", "metier:infirmier"),
        ("infirmière, le diplôme d'infirmière à 50 ans ?", "metier:infirmier"),
        ("50 ans, infirmière ou ergothérapeute, trop vieille ?", None),
        ("à 52 ans c'est trop vieux ?", None),
    ],
)
def test_only_one_entry_can_be_what_a_theme_question_leaves(
    dialogue: Dialogue, text: str, named: str | None
) -> None:
    reading = dialogue.engine.recogniser.read(text, Context())
    assert only_named(reading.hypotheses, dialogue.engine.knowledge) == named
