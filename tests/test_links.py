"""Official searches: each address carries the parameters that the service reads."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.dialogue import Dialogue
from bot.knowledge import links


def query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


@pytest.fixture
def limoges(dialogue: Dialogue) -> links.Where:
    return links.where(dialogue.engine.gazetteer, "87085")


def test_offers(limoges: links.Where) -> None:
    asked = query(links.offers("aide-soignant", limoges))
    assert asked == {
        "motsCles": "aide-soignant",
        "lieux": "87085",
        "rayon": "20",
        "offresPartenaires": "true",
        "tri": "1",
    }


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("75056", "75D"),
        ("69123", "69381"),
        ("13055", "13201"),
        ("D:06", "06D"),
        ("R:93", "93R"),
        ("87085", "87085"),
    ],
)
def test_france_travail_writes_places_its_own_way(code: str, form: str) -> None:
    assert links.france_travail_place(code) == form


def test_offers_without_a_place_or_a_metier() -> None:
    assert "lieux" not in query(links.offers("infirmier", None))
    assert query(links.offers("", None))["domaine"] == "J"


def test_immersions_filter_by_appellation_and_point(limoges: links.Where) -> None:
    asked = query(links.immersions("aide-soignant", limoges))
    assert json.loads(asked["appellationCodes"]) == ["10891"]
    assert json.loads(asked["appellations"])[0]["romeCode"] == "J1501"
    assert {"latitude", "longitude", "distanceKm", "place"} <= set(asked)


@pytest.mark.parametrize(("radius", "used"), [(0, "1"), (10_000, "100"), (30, "30")])
def test_a_radius_stays_within_what_the_service_takes(limoges: links.Where, radius: int, used: str) -> None:
    assert query(links.immersions(None, limoges, radius_km=radius))["distanceKm"] == used


def test_pupils_have_their_own_search(limoges: links.Where) -> None:
    assert urlsplit(links.immersions(None, limoges, pupils=True)).path == "/recherche-scolaire"


def test_an_area_has_no_point(dialogue: Dialogue) -> None:
    where = links.where(dialogue.engine.gazetteer, "R:93")
    assert "latitude" not in query(links.immersions("aide-soignant", where))
    assert "ou" not in query(links.training("aide-soignant", where))


def test_apprenticeship(limoges: links.Where) -> None:
    asked = query(links.apprenticeship("aide-soignant", limoges, courses=True))
    assert asked["mode"] == "formations"
    assert asked["source"] == "external_sites"
    assert {"latitude", "longitude", "radius", "lieu_label"} <= set(asked)


def test_the_other_searches(limoges: links.Where) -> None:
    assert query(links.training("aide-soignant", limoges))["ou"] == "COMMUNE-87085"
    assert query(links.parcoursup("infirmier"))["search"] == "infirmier"
    assert query(links.vae("aide-soignant"))["searchText"] == "aide-soignant"
    civic = query(links.civic_service(limoges))
    fields = {"ville", "codeCommune", "codePostal", "latitudeCommune", "longitudeCommune", "distanceCommune"}
    assert fields <= set(civic)
    assert civic["domain"] == "sante"
    assert links.events().startswith("https://mesevenementsemploi.francetravail.fr/")
    assert links.youth_events().startswith("https://www.1jeune1solution.gouv.fr/")
