"""What messages say of where: distances, homonyms, places that can't be searched; and what the bot answers."""

from __future__ import annotations

import pytest

from bot import texts
from bot.dialogue import Dialogue, Turn
from bot.knowledge.reply import Part
from bot.knowledge.understand import Conversation
from bot.knowledge.whereabouts import asked_radius, full_name, usable_radius


def ask(dialogue: Dialogue, *messages: str) -> Turn:
    conversation = Conversation()
    for message in messages:
        turn = dialogue.says(message, conversation)
        conversation = turn.conversation
    return turn


@pytest.mark.parametrize(
    ("text", "asked", "used"),
    [
        ("offres à 30 km de Lyon", 30, 30),
        ("à moins de 5km d'Angers", 5, 5),
        ("à 10 000 km de Lyon", 10_000, 100),
        ("dans un rayon de 0 kilomètres", 0, 5),
        ("à 12,5 km", 12, 12),
        ("à 1.000 km", 1000, 100),
    ],
)
def test_distances(text: str, asked: int, used: int) -> None:
    assert asked_radius(text) == asked
    assert usable_radius(asked) == used


@pytest.mark.parametrize("text", ["offres à Lyon", "35 h par semaine", "le 44", "km", ""])
def test_no_distance_is_invented(text: str) -> None:
    assert asked_radius(text) is None


@pytest.mark.parametrize(
    ("town", "others"),
    [
        ("Saint-Denis", ["Saint-Denis (La Réunion)"]),
        ("Valence", ["Valence (Tarn-et-Garonne)"]),
        ("Nogent", ["Nogent-sur-Marne (Val-de-Marne)", "Nogent-sur-Oise (Oise)"]),
        ("Saint-Germain", ["Saint-Germain-en-Laye (Yvelines)"]),
        ("Marseille", []),
        ("Paris", []),
        ("Lyon", []),
        ("Nice", []),
        ("Montreuil", []),
        ("Saint-Denis (974)", []),
        ("Saint-Denis de la Réunion", []),
        ("Valence dans la Drôme", []),
        ("Nogent (52)", []),
        ("Loire-Atlantique", []),
    ],
)
def test_only_real_rivals_are_offered(dialogue: Dialogue, town: str, others: list[str]) -> None:
    turn = ask(dialogue, f"offres aide-soignant à {town}")
    assert turn.asked
    names = [full_name(dialogue.engine.gazetteer, code) for code in turn.asked.rivals]
    assert names[: len(others)] == others
    assert bool(names) == bool(others)
    offered = [button for button in turn.answer.buttons if button.text in names]
    assert [button.part for button in offered] == [Part(place=code) for code in turn.asked.rivals]
    assert ("Si vous pensiez à une autre commune" in turn.answer.text) == bool(others)


def test_the_answer_to_where_tells_homonyms_too(dialogue: Dialogue) -> None:
    turn = ask(dialogue, "offres aide-soignant", "Saint-Denis")
    assert "Saint-Denis (Seine-Saint-Denis)" in turn.answer.text
    assert any(button.text == "Saint-Denis (La Réunion)" for button in turn.answer.buttons)


def test_the_text_of_a_homonym_button_can_be_typed(dialogue: Dialogue) -> None:
    turn = ask(dialogue, "offres aide-soignant à Saint-Denis", "Saint-Denis (La Réunion)")
    assert turn.asked
    assert (turn.asked.place, turn.asked.about) == ("97411", ("metier:aide-soignant",))


@pytest.mark.parametrize(
    ("text", "words", "abroad"),
    [
        ("offres aide-soignant à Bruxelles", "Bruxelles", True),
        ("offres infirmier geneve", "geneve", True),
        ("offres aide-soignant au Luxembourg", "Luxembourg", True),
        ("offres aide-soignant à Trifouillis-les-Oies", "Trifouillis-les-Oies", False),
        ("offres aide-soignant 99999", "99999", False),
    ],
)
def test_a_place_out_of_reach_is_said(dialogue: Dialogue, text: str, words: str, abroad: bool) -> None:
    turn = ask(dialogue, "offres aide-soignant à Angers", text)
    expected = texts.ABROAD if abroad else texts.UNKNOWN_PLACE
    assert expected.format(place=words) in turn.answer.text
    # The former town is not searched in its stead.
    assert turn.asked
    assert turn.asked.place is None
    assert "Angers" not in turn.answer.text
    assert any(button.url for button in turn.answer.buttons)


@pytest.mark.parametrize("text", ["Bruxelles", "et à Genève ?", "00000"])
def test_a_place_out_of_reach_may_stand_alone(dialogue: Dialogue, text: str) -> None:
    turn = ask(dialogue, "offres aide-soignant", text)
    assert str(turn.understanding.label) == "action:offres"
    assert turn.asked
    assert turn.asked.stray


def test_a_name_cut_short_offers_the_towns_it_may_be(dialogue: Dialogue) -> None:
    turn = ask(dialogue, "offres aide-soignant à Boulogne")
    assert "Quelle ville, pour « Boulogne » ?" in turn.answer.text
    assert any(button.text == "Boulogne-sur-Mer (Pas-de-Calais)" for button in turn.answer.buttons)


@pytest.mark.parametrize(
    "text",
    [
        "offres d'aide à domicile",
        "offres aide soignant avec un diplôme obtenu en Belgique",
        "je cherche un stage en ehpad",
        "offres infirmier en CDI à l'hôpital",
        "offres aide soignante à mi-temps",
        "evenements a venir",
        "un ifsi avec internat",
    ],
)
def test_no_place_out_of_reach_is_invented(dialogue: Dialogue, text: str) -> None:
    turn = ask(dialogue, text)
    assert turn.asked is None or turn.asked.stray is None


@pytest.mark.parametrize("distance", ["0", "10000", "99999999999"])
def test_impossible_distances_are_said(dialogue: Dialogue, distance: str) -> None:
    turn = ask(dialogue, f"offres aide-soignant à {distance} km de Lyon")
    used = 5 if distance == "0" else 100
    assert texts.RADIUS_LIMITS.format(least=5, most=100, radius=used) in turn.answer.text
    assert any(f"rayon={used}&" in (button.url or "") for button in turn.answer.buttons)


def test_the_kept_place_serves_when_none_is_named(dialogue: Dialogue) -> None:
    turn = dialogue.says("offres aide-soignant", Conversation(), home="49007")
    assert "Je cherche autour d'Angers, le lieu que vous m'avez demandé de retenir." in turn.answer.text
    assert turn.understanding.place is None
    assert turn.conversation.place is None
    named = dialogue.says("offres aide-soignant à Nantes", Conversation(), home="49007")
    assert "Angers" not in named.answer.text
    there = dialogue.says("offres près de chez moi", named.conversation, home="49007")
    assert there.asked
    assert there.asked.place == "49007"
    abroad = dialogue.says("offres aide-soignant à Bruxelles", Conversation(), home="49007")
    assert "Angers" not in abroad.answer.text
