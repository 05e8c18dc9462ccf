"""Near a place: what admins know comes first, what is over is gone, live results where there are keys."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.labels import Label
from bot.knowledge.local import Evenement, LocalKnowledge, OffreLocale, Structure
from bot.knowledge.nearby import NearMe
from bot.knowledge.reply import Answer, Asked, Button
from bot.live.results import Result, Results, failure
from bot.live_answers import live_page
from tests.doubles.public_services import FakeLive

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


@pytest.fixture(scope="module")
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


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("offres", "Offres d'emploi · Aide-soignant · Angers"),
        ("immersions", "Immersions · Aide-soignant · Angers"),
        ("ecoles", "Écoles et instituts · Diplôme d'aide-soignant · Angers"),
    ],
)
def test_work_is_sought_in_a_metier_even_after_its_diploma(near_me: NearMe, action: str, title: str) -> None:
    answer = near_me.answer(Asked(Label("action", action), ("formation:deas",), ANGERS))
    assert answer.title == title


def test_without_a_place_the_bot_asks_where(near_me: NearMe) -> None:
    assert texts.WHERE in near_me.answer(asked("offres", None)).text


def offer(number: int) -> Result:
    url = f"https://exemple.invalid/{number}"
    return Result("offre", f"AS de jour {number}", "Clinique d'exemple", "Nantes", 3.2, "CDI", None, url)


async def completed(dialogue: Dialogue, near_me: NearMe, question: Asked, fake: FakeLive) -> Answer:
    engine = dialogue.engine
    found = await live_page(question, fake.live, engine.knowledge, engine.gazetteer)
    return near_me.answer(question, found)


@pytest.mark.parametrize(
    ("by_radius", "words"),
    [
        (
            {20: Results((offer(1),), 1, "x", "Source : x.")},
            "1 résultat à moins de 20 km. Les plus récents ou les plus proches :\n"
            "• AS de jour 1, Clinique d'exemple, Nantes, 3,2 km, CDI",
        ),
        (
            {20: Results(), 60: Results((offer(1), offer(2)), 2, "x", "")},
            "Rien à moins de 20 km. 2 résultats à moins de 60 km :",
        ),
        ({20: Results(), 60: Results()}, "Rien trouvé aujourd'hui à moins de 60 km"),
        ({20: failure("France Travail")}, "ne répond pas en ce moment"),
    ],
)
async def test_live_results_widen_and_say_so(
    near_me: NearMe, dialogue: Dialogue, by_radius: dict[int, Results | None], words: str
) -> None:
    answer = await completed(dialogue, near_me, asked("offres", NANTES), FakeLive(by_radius))
    assert words in answer.text
    assert any(
        (button.url or "").startswith("https://candidat.francetravail.fr/") for button in answer.buttons
    )


@pytest.mark.parametrize(
    ("place", "radius", "tried"),
    [(NANTES, None, [20, 60]), (NANTES, 50, [50, 100]), (NANTES, 10_000, [100]), ("D:44", 50, [20])],
)
async def test_the_distances_tried(
    near_me: NearMe, dialogue: Dialogue, place: str, radius: int | None, tried: list[int]
) -> None:
    fake = FakeLive({km: Results() for km in (5, 20, 50, 60, 100)})
    question = replace(asked("offres", place), radius_km=radius)
    answer = await completed(dialogue, near_me, question, fake)
    assert [km for km, _ in fake.asked] == tried
    assert ("Loire-Atlantique" in answer.text) == (place == "D:44")


async def test_when_nothing_is_found_somebody_near_is_named(near_me: NearMe, dialogue: Dialogue) -> None:
    mission = Result("mission_locale", "Mission locale d'exemple", detail="1 rue de l'Exemple, 0000000000")
    fake = FakeLive({20: Results(), 60: Results()}, Results((mission,), 1))
    answer = await completed(dialogue, near_me, asked("offres", NANTES), fake)
    assert "Mission locale d'exemple, 1 rue de l'Exemple" in answer.text


async def test_no_key_changes_nothing(near_me: NearMe, dialogue: Dialogue) -> None:
    question = asked("offres", NANTES)
    assert await completed(dialogue, near_me, question, FakeLive({20: None})) == near_me.answer(question)


def more_of(answer: Answer) -> Button | None:
    return next((button for button in answer.buttons if button.text == texts.BUTTON_MORE), None)


@given(total=st.integers(0, 30))
def test_pages_show_each_result_once_in_order_until_nothing_is_left(
    near_me: NearMe, dialogue: Dialogue, total: int
) -> None:
    offers = tuple(offer(number) for number in range(total))
    fake = FakeLive({20: Results(offers, total, "x", ""), 60: Results()})
    seen: list[str] = []
    question: Asked | None = asked("offres", NANTES)
    pages = 0
    while question:
        answer = asyncio.run(completed(dialogue, near_me, question, fake))
        pages += 1
        seen += [
            button.url for button in answer.buttons if "exemple.invalid" in (button.url or "") if button.url
        ]
        button = more_of(answer)
        question = None
        if button and button.ask and button.part:
            assert (button.part.page, button.part.place) == (pages + 1, NANTES)
            question = replace(asked("offres", button.part.place), page=button.part.page)
    assert seen == [offer.url for offer in offers]
    assert pages == max(1, -(-total // 5))


async def test_a_service_that_fails_on_a_further_page_is_said_and_shown_pages_stay(
    near_me: NearMe, dialogue: Dialogue
) -> None:
    class Failing(FakeLive):
        async def offers(self, *args: Any, **kwargs: Any) -> Results | None:
            return failure("France Travail") if args[-1] else await super().offers(*args, **kwargs)

    fake = Failing({20: Results(tuple(offer(number) for number in range(12)), 12, "x", "")})
    second = await completed(dialogue, near_me, replace(asked("offres", NANTES), page=2), fake)
    third = await completed(dialogue, near_me, replace(asked("offres", NANTES), page=3), fake)
    assert "AS de jour 9" in second.text
    assert "ne répond pas" in third.text


def test_local_events_have_pages_too(dialogue: Dialogue) -> None:
    events = tuple(event(f"numero-{n}", TODAY + dt.timedelta(n)) for n in range(1, 8))
    engine = dialogue.engine
    near_me = NearMe(engine.knowledge, engine.gazetteer, LocalKnowledge(events), lambda: TODAY)
    first = near_me.answer(asked("evenements", NANTES))
    assert ("numero-5" in first.text, "numero-6" in first.text) == (True, False)
    assert more_of(first)
    second = near_me.answer(replace(asked("evenements", NANTES), page=2))
    assert ("numero-5" in second.text, "numero-7" in second.text) == (False, True)
    assert more_of(second) is None
    assert texts.NO_MORE in near_me.answer(replace(asked("evenements", NANTES), page=3)).text


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (NANTES, texts.KNOWN["evenements"]),
        ("44036", "Rien de signalé à moins de 30 km. Jusqu'à 60 km :"),  # Châteaubriant
        (ANGERS, "rien signalé à moins de 60 km"),
        ("D:49", "rien signalé ici : Maine-et-Loire"),
    ],
)
def test_local_knowledge_widens_and_says_so(near_me: NearMe, place: str, words: str) -> None:
    answer = near_me.answer(asked("evenements", place))
    assert words in answer.text
    assert any(
        button.url == "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenements"
        for button in answer.buttons
    )


def test_without_any_list_nothing_is_said_of_it(dialogue: Dialogue) -> None:
    engine = dialogue.engine
    answer = NearMe(engine.knowledge, engine.gazetteer, LocalKnowledge()).answer(asked("offres", NANTES))
    assert "partenaires" not in answer.text


def test_the_nearest_structure_then_those_of_the_whole_country(dialogue: Dialogue) -> None:
    def structure(ident: str, **where: str) -> Structure:
        return Structure.model_validate(
            {
                "id": ident,
                "nom": f"Structure {ident}",
                "genre": "orientation",
                "role": "informe",
                "url": "https://exemple.invalid/",
                "source": "exemple pour les tests",
                "verifie_le": "2026-11-21",
                **where,
            }
        )

    engine = dialogue.engine
    local = LocalKnowledge(structures=(structure("pays"), structure("nantaise", commune=NANTES)))
    near_me = NearMe(engine.knowledge, engine.gazetteer, local, lambda: TODAY)
    found = {place: near_me.answer(asked("offres", place)).text for place in (NANTES, ANGERS, "13055")}
    assert texts.STRUCTURES in found[NANTES]
    assert f"{texts.STRUCTURES_NEAREST}\n• Structure nantaise" in found[ANGERS]
    assert f"{texts.STRUCTURES_FAR}\n• Structure pays" in found["13055"]


def test_two_entries_side_by_side(dialogue: Dialogue) -> None:
    from bot.knowledge.understand import Conversation

    answer = dialogue.says("quelle différence entre AS et AES ?", Conversation()).answer
    assert answer.title.startswith("Aide-soignant ou ")
    assert len([p for p in answer.paragraphs if "Niveau" in p]) == 2
