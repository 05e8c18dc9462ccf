"""What a conversation remembers from one message to the next."""

from __future__ import annotations

from bot.dialogue import Dialogue
from bot.knowledge.understand import Conversation


def test_an_entry_named_in_a_question_about_a_theme_is_what_the_next_message_is_about(
    dialogue: Dialogue,
) -> None:
    first = dialogue.says("homme sage-femme ça existe ?", Conversation())
    assert str(first.understanding.label) == "theme:homme"
    assert first.conversation.ref == "metier:sage-femme"
    second = dialogue.says("et ça paye combien ?", first.conversation)
    assert str(second.understanding.label) == "metier:sage-femme/salaire"


def test_a_theme_that_names_no_entry_or_two_leaves_the_conversation_where_it_was(dialogue: Dialogue) -> None:
    before = Conversation(ref="metier:aes")
    for text in ("à 52 ans c'est trop vieux ?", "50 ans, infirmière ou ergothérapeute, trop vieille ?"):
        turn = dialogue.says(text, before)
        assert str(turn.understanding.label) == "theme:age"
        assert turn.conversation.ref == "metier:aes"
