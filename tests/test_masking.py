"""What tells who somebody is leaves a message before it is kept; what the question is about stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import masked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mon mail zoé.m+a@exemple.asso.fr svp", "mon mail [adresse] svp"),
        ("appelez moi au 0612345678", "appelez moi au [numéro]"),
        ("+33 6 12 34 56 78 merci", "[numéro] merci"),
        ("06.12.34.56.78", "[numéro]"),
        ("ma sécu 2 91 07 75 116 123 45", "ma sécu [numéro]"),
        ("FR76 3000 6000 0112 3456 7890 189", "[numéro]"),
        ("ecris a @zoe_martin", "ecris a [compte]"),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "salaire 1800 à 2100 euros net",
        "75018 Paris, à 10 km",
        "je suis né en 1991, bac en 2009 2010",
        "le 3114 et le 39 49",
        "rdv le 12/12/2026",
        "de 8h30 à 16h30",
        "1 867,02 € brut",
    ],
)
def test_what_the_question_is_about_stays(text: str) -> None:
    assert masked(text) == text


@given(st.from_regex(r"0[1-9]([ .-]?\d\d){4}", fullmatch=True))
def test_no_phone_number_is_left(number: str) -> None:
    assert masked(f"tel {number} merci") == "tel [numéro] merci"


@given(st.text(max_size=200))
def test_hiding_twice_is_hiding_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)
