"""Local knowledge: what is shown, what vanishes, what is near, and what is said of a mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.calendar_export import to_ics
from bot.knowledge.loader import load_knowledge
from bot.knowledge.local import (
    Evenement,
    LocalKnowledge,
    about,
    closest_first,
    day_words,
    load_local,
    near,
    of_kind,
    phone_words,
    read_day,
    read_time,
    same_event,
    time_words,
    when_words,
    whole_city,
)
from bot.knowledge.places import Gazetteer, load_gazetteer
from bot.knowledge.problems import DataError
from bot.settings import PROJECT

DATA = PROJECT / "data"
TODAY = dt.date(2026, 11, 21)
REFS = ("metier:aide-soignant", "metier:aes", "formation:deas")
Load = Callable[..., LocalKnowledge]

EVENT = """\
- id: forum-marseille
  titre: Forum des métiers du soin
  genre: forum
  date: 2026-11-24
  commune: 13055
  source: la Ville
  verifie_le: 2026-11-21
"""


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(DATA)


@pytest.fixture(scope="module")
def shipped(gazetteer: Gazetteer) -> LocalKnowledge:
    return load_local(DATA, load_knowledge(DATA).fiches.keys(), gazetteer)


@pytest.fixture
def load(tmp_path: Path, gazetteer: Gazetteer) -> Load:
    def loaded(evenements: str = "", offres: str = "", structures: str = "") -> LocalKnowledge:
        for name, text in (("evenements", evenements), ("offres", offres), ("structures", structures)):
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_local(tmp_path, REFS, gazetteer)

    return loaded


def problems(load: Load, evenements: str = "", **files: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        load(evenements, **files)
    return [str(problem) for problem in caught.value.problems]


def event(**values: object) -> Evenement:
    base: dict[str, object] = {"id": "x", "titre": "Forum du soin", "genre": "forum", "date": "2026-11-24"}
    return Evenement.model_validate(base | {"source": "moi", "verifie_le": "2026-11-21"} | values)


# -- what ships --------------------------------------------------------------------------------------


def test_what_ships_is_in_order(shipped: LocalKnowledge) -> None:
    assert 15 <= len(shipped.structures) <= 30
    assert shipped.upcoming(TODAY)
    assert shipped.over(TODAY) == []
    assert {day for day, _ in shipped.checked()} == {TODAY}


def test_the_carif_oref_serves_marseille_first(shipped: LocalKnowledge, gazetteer: Gazetteer) -> None:
    found = [nearby.item.id for nearby in closest_first(near(shipped.structures, "13055", gazetteer))]
    assert found[0] == "carif-oref-paca"
    assert found.index("orientation-region-sud") < found.index("france-travail")
    assert "oriane" not in found


def test_missing_files_are_no_local_knowledge(tmp_path: Path, gazetteer: Gazetteer) -> None:
    assert load_local(tmp_path, REFS, gazetteer) == LocalKnowledge()


# -- dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24",
        "24/11/2026",
        "24-11-2026",
        "24.11.26",
        "24 novembre 2026",
        "mardi 24 novembre 2026",
        "le Mardi  24 nov. 2026",
        "mar. 24 NOVEMBRE 2026",
    ],
)
def test_dates_as_people_write_them(written: str) -> None:
    assert read_day(written) == dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("lundi 24 novembre 2026", "ce jour est un mardi"),
        ("24 novembre", "il manque l'année"),
        ("30/02/2026", "n'existe pas"),
        ("24/11/1026", "l'année 1026"),
        ("11/24/2026", "n'existe pas"),
        ("20261124", "n'est pas une date"),
        ("1795478400", "n'est pas une date"),
        ("24 ju 2026", "n'est pas une date"),
        ("24 jui 2026", "n'est pas une date"),
        ("24/11-2026", "n'est pas une date"),
        ("demain", "n'est pas une date"),
        ("", "n'est pas une date"),
    ],
)
def test_what_is_no_date_is_said(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_day(written)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)))
def test_every_date_said_reads_back(day: dt.date) -> None:
    assert read_day(day_words(day)) == day
    assert read_day(day.strftime("%d/%m/%Y")) == day


@given(st.times().map(lambda time: time.replace(second=0, microsecond=0)))
def test_every_time_said_reads_back(time: dt.time) -> None:
    assert read_time(time_words(time)) == time
    assert read_time(time.strftime("%H:%M")) == time


@settings(max_examples=50)
@given(st.text("0123456789/-:h. lundimarsàé", max_size=30))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    said: list[str] = []
    for read in (read_day, read_time):
        try:
            read(text)
        except ValueError as error:
            said.append(str(error))
    assert said  # nothing is both
    assert all("«" in sentence for sentence in said)


@pytest.mark.parametrize("written", ["25:00", "14:60", "14", "1430", "midi", "14h5"])
def test_what_is_no_time_is_said(written: str) -> None:
    with pytest.raises(ValueError, match="n'est pas une heure"):
        read_time(written)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"debut": "14:00"}, "mardi 24 novembre, 14 h"),
        ({"debut": "9h30", "fin": "12 h"}, "mardi 24 novembre, de 9 h 30 à 12 h"),
        ({}, "mardi 24 novembre"),
        ({"date": "2027-01-01"}, "vendredi 1er janvier 2027"),
        ({"jusqu_au": "2026-11-26"}, "du mardi 24 novembre au jeudi 26 novembre"),
        ({"date": None, "periode": "chaque printemps"}, "chaque printemps"),
    ],
)
def test_when_in_french(values: dict[str, object], said: str) -> None:
    assert when_words(event(**values), TODAY) == said


# -- selecting ---------------------------------------------------------------------------------------


def test_the_past_vanishes_and_the_rest_comes_soonest_first() -> None:
    past = event(id="past", date="2026-11-20")
    running = event(id="running", date="2026-11-20", jusqu_au="2026-11-21")
    afternoon = event(id="afternoon", debut="14 h")
    morning = event(id="morning", debut="9 h")
    season = event(id="season", date=None, periode="chaque printemps")
    local = LocalKnowledge((season, afternoon, past, morning, running))
    assert [e.id for e in local.upcoming(TODAY)] == ["running", "morning", "afternoon", "season"]
    assert local.over(TODAY) == ["evenements.yaml past"]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_an_event_shows_up_to_its_day_and_never_after(day: dt.date, today: dt.date) -> None:
    shown = LocalKnowledge((event(date=day),)).upcoming(today)
    assert bool(shown) == (day >= today)


def test_offers_vanish_when_they_expire(load: Load) -> None:
    local = load(
        offres="- {id: o, titre: Aide-soignant, genre: emploi, employeur: CHU, contact: accueil, "
        "expire_le: 2026-11-30, source: CHU, verifie_le: 2026-11-21}"
    )
    assert [offer.name for offer in local.open_offers(dt.date(2026, 11, 30))] == ["Aide-soignant (CHU)"]
    assert local.open_offers(dt.date(2026, 12, 1)) == []


def test_near_a_commune_by_distance(gazetteer: Gazetteer) -> None:
    marseille, aix, nice = (event(id=c, commune=c) for c in ("13055", "13001", "06088"))
    found = near([nice, marseille, aix], "13055", gazetteer, radius_km=30)
    assert [nearby.item.id for nearby in found] == ["13055", "13001"]
    assert found[0].km == pytest.approx(0)
    assert 20 < (found[1].km or 0) < 30


def test_near_an_area_and_for_an_area(gazetteer: Gazetteer) -> None:
    marseille, nice = event(id="marseille", commune="13055"), event(id="nice", commune="06088")
    department, region = event(id="d", territoires="D:13"), event(id="r", territoires=["R:93"])
    normandy, everywhere = event(id="n", territoires=["R:28"]), event(id="e")
    items = [everywhere, normandy, region, department, nice, marseille]

    def found(place: str) -> list[str]:
        return [nearby.item.id for nearby in closest_first(near(items, place, gazetteer))]

    assert found("13055") == ["marseille", "d", "r", "e"]
    assert found("D:06") == ["nice", "r", "e"]
    assert set(found("R:93")) == {"marseille", "nice", "d", "r", "e"}
    with pytest.raises(KeyError):
        found("99999")


def test_by_kind_and_by_metier() -> None:
    forum, dating = event(id="f"), event(id="j", genre="job-dating", metiers="metier:aes, formation:deas")
    assert of_kind([forum, dating], "job-dating", "salon") == [dating]
    assert about([forum, dating], ["formation:deas"]) == [forum, dating]
    assert about([forum, dating], ["metier:infirmier"]) == [forum]
    assert about([forum, dating], []) == [forum, dating]


def test_the_same_event_is_recognised() -> None:
    one = event(commune="13055", debut="14 h")
    assert same_event(one, event(titre="FORUM, du Soin !", commune="13055"))
    assert not same_event(one, event(commune="13055", debut="16 h"))
    assert not same_event(one, event(commune="13001"))


def test_arrondissements_are_their_city() -> None:
    assert [whole_city(c) for c in ("75115", "69383", "13201", "13217", "2A004")] == [
        "75056", "69123", "13055", "13217", "2A004",
    ]  # fmt: skip


def test_phones_as_people_read_them() -> None:
    assert [phone_words(p) for p in ("0442824320", "0800400070", "3949")] == [
        "04 42 82 43 20", "0 800 400 070", "3949",
    ]  # fmt: skip


# -- mistakes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right", "place", "said"),
    [
        ("genre: forum", "genre: fete", "3:3", "« fete » n'existe pas. Possibles : job-dating, forum"),
        ("date: 2026-11-24", "date: 20261124", "4:3", "n'est pas une date"),
        ("date: 2026-11-24", "date: lundi 24 novembre 2026", "4:3", "ce jour est un mardi"),
        ("date: 2026-11-24", "date:", "1:3", "soit « date », soit « periode »"),
        ("date: 2026-11-24", "date: 2026-11-24\n  periode: au printemps", "1:3", "soit « periode »"),
        ("date: 2026-11-24", "date: 2026-11-24\n  fin: 16 h", "1:3", "« fin » sans « debut »"),
        ("date: 2026-11-24", "date: 2026-11-24\n  debut: 17 h\n  fin: 16 h", "1:3", "pas après « debut »"),
        ("date: 2026-11-24", "date: 2026-11-24\n  jusqu_au: 2026-11-23", "1:3", "avant « date »"),
        ("commune: 13055", "commune: 13999", "5:3", "aucune commune n'a le code INSEE « 13999 »"),
        ("commune: 13055", "commune: Marseille", "5:3", "code INSEE de la commune"),
        ("commune: 13055", "territoires: [R:99]", "5:17", "aucun territoire n'a le code « R:99 »"),
        (
            "commune: 13055",
            "metiers: [metier:aide-soignants]",
            "5:13",
            "Vouliez-vous dire « metier:aide-soignant »",
        ),
        ("commune: 13055", "vile: 13055", "5:3", "la clé « vile » n'existe pas"),
        ("  source: la Ville\n", "", "1:3", "il manque « source »"),
        ("titre: Forum des métiers du soin", "titre:", "2:3", "« titre » est vide"),
    ],
)
def test_mistakes_are_told_with_their_place(
    load: Load, wrong: str, right: str, place: str, said: str
) -> None:
    text = EVENT.replace(wrong, right)
    assert text != EVENT
    (problem,) = problems(load, text)
    assert problem.startswith(f"evenements.yaml:{place} : « forum-marseille »")
    assert said in problem


def test_duplicates_are_told(load: Load) -> None:
    (same_id,) = problems(load, EVENT + EVENT.replace("Forum des", "Salon des"))
    assert same_id.startswith("evenements.yaml:8:3 : l'id « forum-marseille » est déjà pris ligne 1")
    (same,) = problems(load, EVENT + EVENT.replace("id: forum-marseille", "id: autre"))
    assert "le même événement que « forum-marseille », ligne 1" in same


def test_all_mistakes_of_all_files_at_once(load: Load) -> None:
    found = problems(
        load,
        "evenement: rien",
        offres="- {id: o, titre: Poste, genre: emploi, employeur: CHU, expire_le: 2026-12-01, source: a, verifie_le: 2026-11-21}",
        structures="- {id: s, nom: Un lieu, genre: jeunes, role: aide, url: exemple.fr, telephone: 12, source: a, verifie_le: 2026-11-21}\n- texte",
    )
    assert len(found) == 5
    assert "on attend ici une liste" in found[0]
    assert "« lien » ou « contact »" in found[1]
    assert any("« telephone »" in line and "3949" in line for line in found)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path, gazetteer: Gazetteer) -> None:
    (tmp_path / "evenements.yaml").write_bytes("- titre: Forum à Nîmes".encode("cp1252"))
    with pytest.raises(DataError, match="UTF-8"):
        load_local(tmp_path, REFS, gazetteer)


# -- calendar file -----------------------------------------------------------------------------------


NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)


def test_an_event_as_a_calendar_file(gazetteer: Gazetteer) -> None:
    summer = event(
        date="2027-07-06",
        debut="14 h",
        fin="16 h 30",
        commune="13055",
        adresse="2 rue; du Port",
        public="tous",
    )
    text = to_ics(summer, gazetteer, NOW)
    assert "DTSTART;TZID=Europe/Paris:20270706T140000\r\n" in text
    (read,) = Calendar.from_ical(text).events
    assert isinstance(read.start, dt.datetime)
    assert read.start.astimezone(dt.UTC).hour == 12  # summer time
    assert read.end - read.start == dt.timedelta(hours=2, minutes=30)
    assert str(read["LOCATION"]) == "2 rue; du Port, Marseille"
    assert "Source : moi" in str(read["DESCRIPTION"])
    assert text == to_ics(summer, gazetteer, NOW)


def test_whole_days_end_the_morning_after(gazetteer: Gazetteer) -> None:
    (one,) = Calendar.from_ical(to_ics(event(), gazetteer, NOW)).events
    (three,) = Calendar.from_ical(to_ics(event(jusqu_au="2026-11-26", debut="9 h"), gazetteer, NOW)).events
    assert (one.start, one.end) == (dt.date(2026, 11, 24), dt.date(2026, 11, 25))
    assert (three.start, three.end) == (dt.date(2026, 11, 24), dt.date(2026, 11, 27))


def test_a_season_makes_no_calendar_file(gazetteer: Gazetteer) -> None:
    with pytest.raises(ValueError, match="pas de date"):
        to_ics(event(date=None, periode="au printemps"), gazetteer, NOW)
