"""What the services say becomes what the bot shows; what is asked is what they want."""

from __future__ import annotations

import asyncio
import datetime as dt
import json

import pytest

from bot.knowledge.links import Where
from bot.live.france_travail import keywords, offers_params
from bot.live.results import Result, departements, web_address
from bot.live.service import LiveResults, rome_codes
from tests.live.conftest import LIMOGES, Time
from tests.live.double import (
    COMMUNES,
    COURSES,
    EVENTS,
    IMMERSIONS,
    JOBS,
    MISSIONS,
    OFFERS,
    TOKEN,
    Double,
    Said,
    sample,
)

NOUVELLE_AQUITAINE = Where("R:75", "Nouvelle-Aquitaine")
HAUTE_VIENNE = Where("D:87", "Haute-Vienne")
BRETAGNE = Where("R:53", "Bretagne")  # not in the tests' REGIONS


def changed(name: str, at: tuple[str | int, ...], value: object) -> bytes:
    """A sample with one value replaced."""
    whole = json.loads(sample(name))
    inside = whole
    for step in at[:-1]:
        inside = inside[step]
    inside[at[-1]] = value
    return json.dumps(whole).encode()


# -- France Travail: offers ------------------------------------------------------------------------------


async def test_offers(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(206, sample("ft_offres_search_206"), {"Content-Range": "offres 0-1/42"}))
    results = await live.offers("J1501", "", LIMOGES, 20)
    assert results is not None
    assert not results.failed
    assert (results.total, results.service) == (42, "France Travail")
    assert results.note.startswith(
        "Source : France Travail, offres mises à jour le 25 août 2026. Licence : https://"
    )
    first, second = results.items
    assert first == Result(
        kind="offre",
        title="Aide-soignant / Aide-soignante de nuit (H/F)",
        employer="EHPAD Exemple (fictif)",
        town="Limoges",
        distance_km=3.1,
        contract="CDI, Temps plein",
        date=dt.datetime(2026, 8, 25, 6, tzinfo=dt.UTC),
        url="https://candidat.francetravail.fr/offres/recherche/detail/999ZZZA",
        service="France Travail",
        ident="999ZZZA",
        commune="87085",
        romes=("J1501",),
    )
    assert (second.employer, second.town, second.distance_km) == (None, "Haute-Vienne", None)


async def test_what_an_offers_search_sends(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(200, sample("ft_offres_search_206")))
    await live.offers("J1501", "nuit", LIMOGES, 30)
    token, search = double.heard
    assert (token.method, token.params) == ("POST", {"realm": "/partenaire"})
    assert token.headers["content-type"] == "application/x-www-form-urlencoded"
    assert token.form == {
        "grant_type": "client_credentials",
        "client_id": "PAR_identifiant",
        "client_secret": "SECRET-france-travail",
        "scope": "api_offresdemploiv2 o2dsoffre",
    }
    assert search.headers["authorization"] == "Bearer JETON-FICTIF-POUR-TESTS"
    assert search.params == {
        "codeROME": "J1501",
        "motsCles": "nuit",
        "commune": "87085",
        "distance": "30",
        "sort": "1",
        "range": "0-19",
    }


async def test_no_offer_has_no_body(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(204, headers={"Content-Range": "*/0"}))
    results = await live.offers("J1501", "", LIMOGES)
    assert results is not None
    assert (results.items, results.total, results.failed) == ((), 0, False)


async def test_a_count_that_is_not_told_is_at_least_what_is_there(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(200, sample("ft_offres_search_206"), {"Content-Range": "offres"}))
    results = await live.offers("J1501", "", LIMOGES)
    assert results is not None
    assert results.total == 2


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("resultats", 0, "lieuTravail"), None),
        (("resultats", 0, "lieuTravail"), "Limoges"),
        (("resultats", 0, "entreprise"), []),
        (("resultats", 0, "dateActualisation"), "hier"),
        (("resultats", 0, "origineOffre"), {"urlOrigine": "javascript:alert(1)"}),
        (("resultats", 0, "typeContratLibelle"), {"code": "CDI"}),
        (("filtresPossibles",), None),
    ],
)
async def test_odd_values_count_as_absent(
    live: LiveResults, double: Double, at: tuple[str | int, ...], value: object
) -> None:
    double.says(OFFERS, Said(200, changed("ft_offres_search_206", at, value)))
    results = await live.offers("J1501", "", LIMOGES)
    assert results is not None
    assert [item.url for item in results.items] == [
        "https://candidat.francetravail.fr/offres/recherche/detail/999ZZZA",
        "https://candidat.francetravail.fr/offres/recherche/detail/999ZZZB",
    ]


async def test_an_unreadable_offer_does_not_hide_the_others(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(200, changed("ft_offres_search_206", ("resultats", 0, "intitule"), None)))
    results = await live.offers("J1501", "", LIMOGES)
    assert results is not None
    assert [item.title for item in results.items] == ["Auxiliaire de vie (H/F)"]


@pytest.mark.parametrize(
    ("place", "radius", "expected"),
    [
        (None, 20, {}),
        (Where("87085", "Limoges"), 0, {"commune": "87085", "distance": "0"}),
        (Where("87085", "Limoges"), 500, {"commune": "87085", "distance": "100"}),
        (Where("75056", "Paris"), 10, {"commune": "75101", "distance": "10"}),
        (Where("69123", "Lyon"), 0, {"commune": "69381", "distance": "5"}),
        (Where("13055", "Marseille"), 10, {"commune": "13201", "distance": "20"}),
        (Where("D:2A", "Corse-du-Sud"), 20, {"departement": "2A"}),
        (Where("R:93", "Provence-Alpes-Côte d'Azur"), 20, {"region": "93"}),
    ],
)
def test_places_as_france_travail_knows_them(
    place: Where | None, radius: int, expected: dict[str, str]
) -> None:
    params = dict(offers_params(("J1501",), "", place, radius))
    assert params == {"codeROME": "J1501", "sort": "1", "range": "0-19"} | expected


def test_without_job_nor_words_all_of_health() -> None:
    assert dict(offers_params((), " ! ", None, 20)) == {"grandDomaine": "J", "sort": "1", "range": "0-19"}


def test_keywords_are_what_the_service_takes() -> None:
    assert keywords("aide à l'enfance, x, éducateur (H/F)") == ["aide à l enfance", "éducateur H/F"]
    assert len(keywords(",".join(["nuit"] * 9))) == 7


def test_rome_codes() -> None:
    assert rome_codes(None) == ()
    assert rome_codes("j1501, K1302 et J1501") == ("J1501", "K1302")
    assert rome_codes(["J1501", "aide-soignant"]) == ("J1501",)


# -- France Travail: token -------------------------------------------------------------------------------


async def test_the_token_is_kept_until_a_minute_before_it_expires(
    live: LiveResults, double: Double, clock: Time
) -> None:
    double.says(OFFERS, Said(204))
    for radius, seconds, tokens in ((1, 0, 1), (2, 1438, 1), (3, 2, 2)):
        clock.now += seconds
        await live.offers("J1501", "", LIMOGES, radius)
        assert len(double.calls(TOKEN)) == tokens


async def test_questions_at_once_share_one_token(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(204))
    await asyncio.gather(*(live.offers("J1501", "", LIMOGES, radius) for radius in range(1, 5)))
    assert len(double.calls(TOKEN)) == 1
    assert len(double.calls(OFFERS)) == 4


async def test_a_refused_token_is_renewed_once(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(401), Said(206, sample("ft_offres_search_206")))
    results = await live.offers("J1501", "", LIMOGES)
    assert results is not None
    assert not results.failed
    assert len(double.calls(TOKEN)) == 2


# -- France Travail: events ------------------------------------------------------------------------------


async def test_events(live: LiveResults, double: Double) -> None:
    double.says(EVENTS, Said(body=sample("ft_evenements_search")))
    results = await live.events("J1501", LIMOGES, 20)
    assert results is not None
    assert results.note == "Source : Mes événements emploi, le 15 septembre 2026."
    (event,) = results.items
    assert (event.kind, event.contract, event.town, event.distance_km) == (
        "evenement",
        "Job Dating",
        "Limoges",
        3.1,
    )
    assert event.date is not None
    assert event.date.isoformat() == "2026-10-06T09:00:00+02:00"
    assert event.url == "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/900001"
    assert event.ident == "900001"
    (call,) = double.calls(EVENTS)
    assert call.params == {"page": "0", "size": "50"}
    assert call.json == {
        "dateDebut": "2026-09-15",
        "dateFin": "2026-11-14",
        "departements": ["87"],
        "secteurActivite": "J",
    }
    assert double.calls(TOKEN)[0].form["scope"] == "api_evenementsv1 evenements"


async def test_without_job_both_care_sectors_and_each_event_once(live: LiveResults, double: Double) -> None:
    double.says(
        EVENTS, Said(body=changed("ft_evenements_search", ("content", 1, "nombreInscritDistance"), 3))
    )
    results = await live.events(None, NOUVELLE_AQUITAINE)
    assert results is not None
    assert [item.town for item in results.items] == ["Limoges", "à distance"]
    bodies = [call.json for call in double.calls(EVENTS)]
    assert sorted(body["secteurActivite"] for body in bodies) == ["J", "K"]
    assert all(body["departements"] == ["19", "23", "87"] for body in bodies)


@pytest.mark.parametrize(
    ("at", "value", "kept"),
    [
        ((), None, 1),
        (("codesRome",), ["J1506"], 0),
        (("codesRome",), ["J"], 1),
        (("codesRome",), ["J15"], 1),
        (("codesRome",), [], 1),
        (("codesRome",), None, 1),
        (("multisectoriel",), True, 1),
        (("dateEvenement",), "2026-09-14T09:00:00.000+02:00", 0),
        (("dateEvenement",), None, 0),
        (("nombreInscritPresentiel",), 30, 0),
        (("nombrePlaceTotalPresentiel",), 0, 1),
        (("latitude",), 47.0, 0),
        (("latitude",), None, 1),
        (("modalites",), ["a distance"], 1),
        (("timezone",), "Nulle/Part", 1),
    ],
)
async def test_which_events_are_kept(
    live: LiveResults, double: Double, at: tuple[str], value: object, kept: int
) -> None:
    body = (
        changed("ft_evenements_search", ("content", 0, *at), value) if at else sample("ft_evenements_search")
    )
    double.says(EVENTS, Said(body=body))
    results = await live.events("J1501", LIMOGES, 20)
    assert results is not None
    assert not results.failed
    assert len(results.items) == kept


@pytest.mark.parametrize("said", [Said(204), Said(200), Said(200, sample("ft_evenements_search_vide"))])
async def test_no_event(live: LiveResults, double: Double, said: Said) -> None:
    double.says(EVENTS, said)
    results = await live.events("J1501", LIMOGES)
    assert results is not None
    assert (results.items, results.failed, results.note) == ((), False, "")


async def test_events_on_several_pages(live: LiveResults, double: Double) -> None:
    double.says(EVENTS, Said(body=changed("ft_evenements_search", ("totalElements",), 101)))
    await live.events("J1501", LIMOGES)
    assert sorted(call.params["page"] for call in double.calls(EVENTS)) == ["0", "1", "2"]


# -- Immersion Facilitée -----------------------------------------------------------------------------------


async def test_immersions(live: LiveResults, double: Double) -> None:
    double.says(IMMERSIONS, Said(body=sample("immersion_v3_offers")))
    results = await live.immersions(["10891", "10893", "J1501"], LIMOGES, 20)
    assert results is not None
    (item,) = results.items  # the other employer is not available now
    assert (results.total, item.employer, item.town, item.distance_km) == (
        1,
        "EHPAD Exemple (fictif)",
        "Limoges",
        1.2,
    )
    assert item.url == (
        "https://immersion-facile.beta.gouv.fr/offre?siret=00000000000000&appellationCode=%5B%2210891%22%5D"
        "&location=11111111-1111-4444-1111-111111111111&mtm_campaign=orientasoin"
    )
    assert item.ident == (
        "00000000000000/11111111-1111-4444-1111-111111111111/Aide-soignant / Aide-soignante"
    )
    (call,) = double.calls(IMMERSIONS)
    assert call.headers["authorization"] == "CLE-immersion"
    assert call.query == [
        ("appellationCodes[]", "10891"),
        ("appellationCodes[]", "10893"),
        ("latitude", "45.8567"),
        ("longitude", "1.2487"),
        ("distanceKm", "20"),
        ("sortBy", "distance"),
        ("sortOrder", "asc"),
        ("searchableBy", "jobSeekers"),
        ("page", "1"),
        ("perPage", "20"),
    ]


async def test_immersions_of_pupils_in_a_departement(live: LiveResults, double: Double) -> None:
    double.says(IMMERSIONS, Said(body=sample("immersion_v3_offers")))
    results = await live.immersions([], HAUTE_VIENNE, pupils=True)
    assert results is not None
    assert (results.items[0].url or "").startswith(
        "https://immersion-facile.beta.gouv.fr/offre-scolaire?siret="
    )
    (call,) = double.calls(IMMERSIONS)
    assert ("departmentCodes[]", "87") in call.query
    assert ("sortBy", "date") in call.query
    assert ("searchableBy", "students") in call.query
    assert "latitude" not in call.params


# -- API Alternance ----------------------------------------------------------------------------------------


async def test_apprenticeships(live: LiveResults, double: Double) -> None:
    double.says(JOBS, Said(body=sample("alternance_job_v1_search")))
    results = await live.apprenticeships("J1501", LIMOGES)
    assert results is not None
    (item,) = results.items
    assert (item.employer, item.town, item.distance_km, item.contract) == (
        "EHPAD Exemple (fictif)",
        "Limoges",
        3.1,
        "Apprentissage",
    )
    assert (item.url or "").startswith("https://labonnealternance.apprentissage.beta.gouv.fr/emploi/")
    (call,) = double.calls(JOBS)
    assert call.headers["authorization"] == "Bearer CLE-alternance"
    assert call.params == {"romes": "J1501", "latitude": "45.8567", "longitude": "1.2487", "radius": "30"}


@pytest.mark.parametrize("status", ["Filled", "Cancelled"])
async def test_a_filled_job_is_not_shown(live: LiveResults, double: Double, status: str) -> None:
    double.says(JOBS, Said(body=changed("alternance_job_v1_search", ("jobs", 0, "offer", "status"), status)))
    results = await live.apprenticeships("J1501", NOUVELLE_AQUITAINE)
    assert results is not None
    assert results.items == ()
    assert [value for name, value in double.calls(JOBS)[0].query if name == "departements"] == [
        "19",
        "23",
        "87",
    ]


async def test_trainings(live: LiveResults, double: Double) -> None:
    whole = json.loads(sample("alternance_formation_v1_search"))
    whole["data"] *= 2
    whole["data"][0]["sessions"].append({"debut": "2027-09-01T00:00:00.000+02:00"})
    whole["pagination"]["page_count"] = 3
    double.says(COURSES, Said(body=json.dumps(whole).encode()))
    results = await live.trainings("J1501", LIMOGES)
    assert results is not None
    (item,) = results.items
    assert (item.kind, item.title, item.employer, item.town, item.distance_km) == (
        "formation",
        "Diplôme d'Etat d'aide-soignant (exemple)",
        "CFA SANTE EXEMPLE (FICTIF)",
        "Limoges",
        3.1,
    )
    assert results.total == 200
    assert item.detail == "contact@exemple.invalid"
    assert (item.url or "").startswith(
        "https://labonnealternance.apprentissage.beta.gouv.fr/recherche?q=Dipl"
    )
    (call,) = double.calls(COURSES)
    assert (call.params["page_size"], call.params["page_index"], call.params["radius"]) == ("100", "0", "30")


async def test_missions_locales(live: LiveResults, double: Double) -> None:
    double.says(MISSIONS, Said(body=sample("alternance_mission_locale_v1")))
    results = await live.missions_locales(LIMOGES)
    assert results is not None
    (item,) = results.items
    assert (item.title, item.distance_km, item.url) == (
        "Mission locale Exemple (fictive)",
        3.1,
        "https://exemple.invalid",
    )
    assert item.detail == "1 rue de l'Exemple 87000 Limoges, 0000000000"


async def test_places_that_a_service_cannot_search(live: LiveResults, double: Double) -> None:
    assert await live.trainings("J1501", HAUTE_VIENNE) is None
    assert await live.missions_locales(HAUTE_VIENNE) is None
    assert await live.missions_locales(None) is None
    assert await live.events("J1501", BRETAGNE) is None
    assert await live.immersions([], BRETAGNE) is None
    assert await live.apprenticeships("J1501", BRETAGNE) is None
    assert double.heard == []


# -- communes ----------------------------------------------------------------------------------------------


async def test_the_town_of_a_shared_location(live: LiveResults, double: Double) -> None:
    double.says(COMMUNES, Said(body=sample("geo_communes_par_code_postal")))
    assert await live.town_at(45.831234, 1.261234) == LIMOGES
    assert double.calls(COMMUNES)[0].params == {
        "lat": "45.831",
        "lon": "1.261",
        "fields": "nom,code,codesPostaux,centre,population",
    }


async def test_outside_france(live: LiveResults, double: Double) -> None:
    double.says(COMMUNES, Said(body=b"[]"))
    assert await live.town_at(0.0, 0.0) is None
    assert await live.town_at(float("nan"), 1.0) is None
    assert len(double.calls(COMMUNES)) == 1


async def test_towns_of_a_name_exact_first(live: LiveResults, double: Double) -> None:
    double.says(COMMUNES, Said(body=sample("geo_communes_par_nom")))
    assert [town.code for town in await live.towns_named("limoges fourches")] == ["77252", "87085"]
    assert [town.code for town in await live.towns_named("LIMOGES")] == ["87085", "77252"]
    assert await live.towns_named("  ") == ()


# -- cache -------------------------------------------------------------------------------------------------


async def test_an_answer_is_kept_a_quarter_of_an_hour(live: LiveResults, double: Double, clock: Time) -> None:
    double.says(OFFERS, Said(206, sample("ft_offres_search_206")))
    for seconds, calls in ((0, 1), (899, 1), (2, 2)):
        clock.now += seconds
        await live.offers("J1501", "", LIMOGES)
        assert len(double.calls(OFFERS)) == calls


async def test_a_class_asking_at_once_costs_one_call(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(206, sample("ft_offres_search_206"), delay=0.05))
    answers = await asyncio.gather(*(live.offers("J1501", "", LIMOGES) for _ in range(20)))
    assert len(double.calls(OFFERS)) == 1
    assert len(set(answers)) == 1


async def test_one_person_leaving_takes_nothing_from_the_others(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(206, sample("ft_offres_search_206"), delay=0.05))
    leaving = asyncio.create_task(live.offers("J1501", "", LIMOGES))
    staying = asyncio.create_task(live.offers("J1501", "", LIMOGES))
    await asyncio.sleep(0.01)
    leaving.cancel()
    results = await staying
    assert results is not None
    assert not results.failed
    assert leaving.cancelled()


async def test_a_failure_is_not_kept(live: LiveResults, double: Double) -> None:
    double.says(OFFERS, Said(500), Said(206, sample("ft_offres_search_206")))
    first = await live.offers("J1501", "", LIMOGES)
    second = await live.offers("J1501", "", LIMOGES)
    assert first is not None
    assert second is not None
    assert (first.failed, second.failed) == (True, False)


# -- what comes after the first results --------------------------------------------------------------------


async def test_the_next_batch_of_offers_is_asked_for_once(live: LiveResults, double: Double) -> None:
    double.says(
        OFFERS,
        Said(206, sample("ft_offres_search_206"), {"Content-Range": "offres 0-19/21"}),
        Said(206, sample("ft_offres_search_206"), {"Content-Range": "offres 20-20/21"}),
    )
    for _ in range(2):
        first = await live.offers("J1501", "", LIMOGES)
        second = await live.offers("J1501", "", LIMOGES, batch=1)
        assert first is not None
        assert second is not None
        assert (first.more, second.more) == (True, False)
    assert [call.params["range"] for call in double.calls(OFFERS)] == ["0-19", "20-39"]


async def test_the_next_batch_of_the_other_services(live: LiveResults, double: Double) -> None:
    double.says(IMMERSIONS, Said(body=changed("immersion_v3_offers", ("pagination", "totalRecords"), 40)))
    double.says(
        COURSES, Said(body=changed("alternance_formation_v1_search", ("pagination", "page_count"), 2))
    )
    found = [
        await ask
        for batch in (0, 1)
        for ask in (
            live.immersions(["10891"], LIMOGES, batch=batch),
            live.trainings("J1501", LIMOGES, batch=batch),
        )
    ]
    assert [results.more for results in found if results] == [True, True, False, False]
    assert [call.params["page"] for call in double.calls(IMMERSIONS)] == ["1", "2"]
    assert [call.params["page_index"] for call in double.calls(COURSES)] == ["0", "1"]


# -- small matters -----------------------------------------------------------------------------------------


def test_departements() -> None:
    codes = ("87085", "2A004", "97411", "D:2B", "R:75", "R:00")
    found = [departements(Where(code, ""), {"R:75": ("19", "87")}) for code in codes]
    assert found == [("87",), ("2A",), ("974",), ("2B",), ("19", "87"), ()]


def test_web_addresses() -> None:
    assert web_address("www.exemple.invalid") == "https://www.exemple.invalid"
    assert [web_address(text) for text in (None, "", "javascript:x", "https://a b", "https://a\nb")] == [
        None
    ] * 5
