"""Near a place: what admins know comes first, what is over is gone, live results where there are keys."""

from __future__ import annotations

import datetime as dt
from typing import cast

import pytest

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.labels import Label
from bot.knowledge.local import Evenement, LocalKnowledge, OffreLocale
from bot.knowledge.nearby import NearMe
from bot.knowledge.reply import Asked
from bot.live.results import Result, Results, failure
from bot.live.service import LiveResults
from bot.live_answers import with_live_results

TODAY = dt.date(2026, 11, 21)
NANTES, ANGERS = "44109", "49007"


def event(ident: str, day: dt.date) -> Evenement:
    return Evenement.model_validate(
        {
            "id": ident,
            "titre": f"Job dating {ident}",
            "genre": "job-dating",
            "date": day.isoformat(),
            "debut": "14 h",
            "commune": NANTES,
            "metiers": "metier:aide-soignant",
            "inscription": "https://exemple.invalid/inscription",
            "source": "exemple pour les tests",
            "verifie_le": "2026-11-21",
        }
    )


@pytest.fixture
def near_me(dialogue: Dialogue) -> NearMe:
    offer = OffreLocale.model_validate(
        {
            "id": "offre",
            "titre": "Aide-soignant de nuit",
            "genre": "emploi",
            "employeur": "Résidence d'exemple",
            "commune": NANTES,
            "contact": "accueil de la résidence",
            "expire_le": "2026-12-01",
            "source": "exemple pour les tests",
            "verifie_le": "2026-11-21",
        }
    )
    local = LocalKnowledge(
        (event("demain", TODAY + dt.timedelta(3)), event("hier", TODAY - dt.timedelta(1))), (offer,)
    )
    return NearMe(dialogue.engine.knowledge, dialogue.engine.gazetteer, local, lambda: TODAY)


def asked(action: str, place: str | None) -> Asked:
    return Asked(Label("action", action), ("metier:aide-soignant",), place)


def test_coming_events_are_told_with_their_date_and_past_ones_are_not(near_me: NearMe) -> None:
    answer = near_me.answer(asked("evenements", NANTES))
    assert "Job dating demain : mardi 24 novembre, 14 h" in answer.text
    assert "hier" not in answer.text
    assert any(button.url == "https://exemple.invalid/inscription" for button in answer.buttons)


def test_an_event_far_away_is_not_near(near_me: NearMe) -> None:
    assert "Job dating" not in near_me.answer(asked("evenements", "13055")).text


def test_local_offers_come_before_the_official_search(near_me: NearMe) -> None:
    answer = near_me.answer(asked("offres", NANTES))
    assert "Résidence d'exemple" in answer.paragraphs[0]
    assert any(
        (button.url or "").startswith("https://candidat.francetravail.fr/") for button in answer.buttons
    )


def test_without_a_place_the_bot_asks_where(near_me: NearMe) -> None:
    assert texts.WHERE in near_me.answer(asked("offres", None)).text


class FakeLive:
    """A public service that gives what the test says, by radius."""

    def __init__(self, by_radius: dict[int, Results | None]):
        self.by_radius = by_radius

    async def offers(self, rome: object, words: str, place: object, radius_km: int) -> Results | None:
        return self.by_radius.get(radius_km)


OFFER = Result(
    "offre", "AS de jour", "Clinique d'exemple", "Nantes", 3.2, "CDI", None, "https://exemple.invalid/1"
)


@pytest.mark.parametrize(
    ("by_radius", "words"),
    [
        (
            {20: Results((OFFER,), 1, "x", "Source : x.")},
            "AS de jour, Clinique d'exemple, Nantes, 3,2 km, CDI",
        ),
        ({20: Results(), 60: Results((OFFER,), 1, "x", "")}, "à moins de 60 km"),
        ({20: Results(), 60: Results()}, "Rien trouvé aujourd'hui à moins de 60 km"),
        ({20: failure("France Travail")}, "ne répond pas en ce moment"),
    ],
)
async def test_live_results_widen_and_say_so(
    near_me: NearMe, dialogue: Dialogue, by_radius: dict[int, Results | None], words: str
) -> None:
    question = asked("offres", NANTES)
    live = cast(LiveResults, FakeLive(by_radius))
    engine = dialogue.engine
    answer = await with_live_results(
        near_me.answer(question), question, live, engine.knowledge, engine.gazetteer
    )
    assert words in answer.text
    assert any(
        (button.url or "").startswith("https://candidat.francetravail.fr/") for button in answer.buttons
    )


async def test_no_key_changes_nothing(near_me: NearMe, dialogue: Dialogue) -> None:
    question = asked("offres", NANTES)
    before = near_me.answer(question)
    live = cast(LiveResults, FakeLive({20: None}))
    engine = dialogue.engine
    assert await with_live_results(before, question, live, engine.knowledge, engine.gazetteer) == before


def test_two_entries_side_by_side(dialogue: Dialogue) -> None:
    from bot.knowledge.understand import Conversation

    answer = dialogue.says("quelle différence entre AS et AES ?", Conversation()).answer
    assert answer.title.startswith("Aide-soignant ou ")
    assert len([p for p in answer.paragraphs if "Niveau" in p]) == 2
