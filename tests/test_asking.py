"""The JSON of one answer, line by line, as other programs read it."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import texts
from bot.asking import answer_lines, explain
from bot.dialogue import Dialogue
from bot.knowledge.understand import Conversation
from tests.doubles.local_data import seven_forums

KEYS = {"id", "decision", "label", "about", "place", "suggestions", "confidence", "text", "buttons"}


def ask(dialogue: Dialogue, *rows: object) -> list[dict[str, object]]:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return list(answer_lines(dialogue, lines))


def test_one_object_a_line_in_order(dialogue: Dialogue) -> None:
    rows = [{"id": f"x{n}", "q": q} for n, q in enumerate(["salaire aide-soignant", "", "bonjour", "🙂"])]
    answers = ask(dialogue, *rows)
    assert [answer["id"] for answer in answers] == ["x0", "x1", "x2", "x3"]
    for answer in answers:
        assert set(answer) == KEYS
        assert answer["decision"] in ("answer", "suggest", "fallback")
        assert 0 <= float(str(answer["confidence"])) <= 1
        assert isinstance(answer["suggestions"], list)
        assert len(answer["suggestions"]) <= 4
        if answer["decision"] == "suggest":
            assert answer["label"] is None


def test_a_bad_line_is_an_error_in_its_place(dialogue: Dialogue) -> None:
    answers = ask(
        dialogue,
        b"not json",
        b"\xff\xfe",
        [1, 2],
        {"id": "a"},
        {"id": "b", "q": 12},
        {"id": "c", "label": "metier:inconnu/salaire"},
        {"id": "d", "label": "theme:age", "ignored": True},
    )
    assert [("error" in answer, answer["id"]) for answer in answers] == [
        (True, None),
        (True, None),
        (True, None),
        (True, "a"),
        (True, "b"),
        (True, "c"),
        (False, "d"),
    ]


def test_sessions_keep_apart(dialogue: Dialogue) -> None:
    answers = ask(
        dialogue,
        {"id": 1, "q": "c'est quoi brancardier", "session": "s1"},
        {"id": 2, "q": "c'est quoi ergothérapeute", "session": "s2"},
        {"id": 3, "q": "et le salaire ?", "session": "s1"},
        {"id": 4, "q": "et le salaire ?", "session": "s2"},
    )
    assert answers[2]["label"] == "metier:brancardier/salaire"
    assert answers[3]["label"] == "metier:ergotherapeute/salaire"


def test_a_label_gives_that_answer(dialogue: Dialogue) -> None:
    answer = ask(dialogue, {"id": "x", "label": "formation:deas/duree"})[0]
    assert answer["label"] == "formation:deas/duree"
    assert answer["decision"] == "answer"
    assert "1 540" in str(answer["text"]).replace("\u202f", " ").replace("\xa0", " ")


def test_the_label_of_a_button_just_shown_taps_it(dialogue: Dialogue) -> None:
    engine = dialogue.engine
    there = Dialogue(engine, seven_forums("49007"))
    answers = ask(
        there,
        {"id": 1, "q": "événements à Angers", "session": "s"},
        {"id": 2, "label": "action:evenements", "session": "s"},
        {"id": 3, "label": "action:evenements", "session": "s"},
    )
    buttons = answers[0]["buttons"]
    assert isinstance(buttons, list)
    assert {"text": texts.BUTTON_MORE, "ask": "action:evenements"} in buttons
    seen = [["Forum 5" in str(answer["text"]), "Forum 6" in str(answer["text"])] for answer in answers]
    assert seen == [[True, False], [False, True], [True, False]]
    assert [answer["place"] for answer in answers] == ["49007", None, None]


def test_every_button_leads_somewhere(dialogue: Dialogue) -> None:
    for fiche in dialogue.engine.knowledge.fiches.values():
        for label in fiche.labels():
            turn = dialogue.taps(label, (), Conversation())
            for button in turn.answer.buttons:
                assert button.text
                if button.url:
                    assert button.url.startswith(("https://", "http://"))
                else:
                    assert button.ask
                    assert dialogue.engine.knowledge.knows(button.ask)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(dialogue: Dialogue, text: str) -> None:
    turn = dialogue.says(text, Conversation())
    assert turn.answer.text.strip()
    assert turn.understanding.decision in ("answer", "suggest", "fallback")


def test_the_explanation_says_what_was_recognised(dialogue: Dialogue) -> None:
    question = "combien gagne une aide soignante à Nantes"
    words = explain(dialogue, question, dialogue.says(question, Conversation()))
    assert "metier:aide-soignant dans « aide soignante »" in words
    assert "44109" in words
    assert "décision : answer" in words
