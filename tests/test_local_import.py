"""Events taken over from spreadsheets and calendars: all or nothing, and every fault named."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.calendar_export import to_ics
from bot.knowledge.loader import load_knowledge
from bot.knowledge.local import Evenement, load_local
from bot.knowledge.models import Knowledge
from bot.knowledge.places import TOWN_NICKNAMES, Gazetteer, load_gazetteer
from bot.knowledge.problems import DataError
from bot.knowledge.yaml_reader import read_yaml
from bot.local_import import Report, appended, decoded, import_events
from bot.settings import PROJECT

DATA = PROJECT / "data"
TODAY = dt.date(2026, 11, 21)
Run = Callable[..., Report]

TABLE = """\
Titre;Type;Date;Heure de début;Heure de fin;Ville;Code postal;Adresse;Lien;Métiers
Forum de l'été;forum;24/11/2026;14h;17 h 30;Marseille;13003;2 rue du Port;https://exemple.fr/a;AS, AES
Portes ouvertes IFAS;JPO;mercredi 2 décembre 2026;;;Nîmes;;;;aide-soignant
"""


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    """The towns of 20,000 people and more, and those of nicknames, and the Saint-Denis: quicker to read than all 35,000."""
    folder = tmp_path_factory.mktemp("places")
    shutil.copytree(DATA / "lieux", folder / "lieux")
    communes = folder / "lieux" / "communes.csv"
    lines = communes.read_text(encoding="utf-8").splitlines()
    needed = set(TOWN_NICKNAMES.values())
    rows = ((line, line.split(",")) for line in lines[1:])
    kept = [line for line, (code, name, *_, people, _lat, _lon, _point) in rows
            if int(people) >= 20_000 or name == "Saint-Denis" or code in needed]  # fmt: skip
    communes.write_text("\n".join([lines[0], *kept]), encoding="utf-8")
    return load_gazetteer(folder)


@pytest.fixture(scope="module")
def fiches() -> Knowledge:
    return load_knowledge(DATA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "data"
    target.mkdir()
    (target / "evenements.yaml").write_text("# Gardez ce commentaire.\n\n[]\n", encoding="utf-8")
    return target


@pytest.fixture
def run(tmp_path: Path, folder: Path, fiches: Knowledge, gazetteer: Gazetteer) -> Run:
    def imported(content: str | bytes, name: str = "agenda.csv") -> Report:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_events(file, folder, fiches, gazetteer, TODAY)

    return imported


def kept(folder: Path) -> str:
    return (folder / "evenements.yaml").read_text(encoding="utf-8")


def events_of(folder: Path, fiches: Knowledge, gazetteer: Gazetteer) -> tuple[Evenement, ...]:
    return load_local(folder, fiches.fiches.keys(), gazetteer).evenements


def row(**changes: str) -> str:
    values = {
        "titre": "Forum du soin",
        "genre": "forum",
        "date": "24/11/2026",
        "commune": "Marseille",
    } | changes
    return ";".join(values) + "\n" + ";".join(values.values()) + "\n"


# -- tables ------------------------------------------------------------------------------------------


def test_a_table_is_taken_over(run: Run, folder: Path, fiches: Knowledge, gazetteer: Gazetteer) -> None:
    report = run(TABLE)
    assert report.lines() == ["2 événements ajoutés."]
    forum, ifas = events_of(folder, fiches, gazetteer)
    assert forum.id == "forum-de-l-ete-2026-11-24"
    assert (forum.commune, forum.debut, forum.fin) == ("13055", dt.time(14), dt.time(17, 30))
    assert forum.metiers == ("metier:aide-soignant", "metier:aes")
    assert (forum.source, forum.verifie_le) == ("import de agenda.csv", TODAY)
    assert (ifas.genre, ifas.date, ifas.commune) == ("portes-ouvertes", dt.date(2026, 12, 2), "30189")
    assert kept(folder).startswith("# Gardez ce commentaire.\n")
    assert "debut: 14 h\n" in kept(folder)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_any_encoding_and_delimiter(run: Run, encoding: str, delimiter: str) -> None:
    text = "Titre;Type;Date;Ville\nForum de l'été;forum;24/11/2026;Nîmes\n".replace(";", delimiter)
    report = run(text.replace("\n", "\r\n").encode(encoding))
    assert [(e.titre, e.commune) for e in report.added] == [("Forum de l'été", "30189")]


def test_the_events_that_are_there_stay_as_they_are(run: Run, folder: Path) -> None:
    before = (
        "# en tête\r\n  - id: ancien   # son commentaire\r\n    titre: Salon ancien\r\n    genre: salon\r\n"
        "    date: 2026-12-24\r\n    source: nous\r\n    verifie_le: 2026-11-21\r\n# à la fin\r\n"
    )
    (folder / "evenements.yaml").write_bytes(before.encode())
    assert len(run(TABLE).added) == 2
    raw = (folder / "evenements.yaml").read_bytes().decode()
    assert raw.startswith(before)
    assert "\n  - id: forum" in raw
    assert raw.count("\n") == raw.count("\r\n")


def test_a_second_import_adds_nothing(run: Run, folder: Path) -> None:
    run(TABLE)
    before = kept(folder)
    report = run(TABLE.replace("Forum de l'été", "FORUM DE L’ETE"))
    assert report.added == ()
    assert len(report.skipped) == 2
    assert "déjà là (evenements.yaml, « forum-de-l-ete-2026-11-24 »)" in report.lines()[0]
    assert kept(folder) == before


def test_a_row_twice_in_one_table_is_skipped_and_said(run: Run) -> None:
    text = row()
    report = run(text + text.split("\n")[1] + "\n")
    assert len(report.added) == 1
    assert report.lines()[0] == "ligne 3 : déjà là (ligne 2), non repris."


def test_two_sessions_of_a_day_get_two_ids(run: Run) -> None:
    report = run("titre;genre;date;debut;commune\nJob dating;job dating;24/11/2026;9h;Aix-en-Provence\n"
                 "Job dating;job dating;24/11/2026;14h;Aix-en-Provence\n")  # fmt: skip
    assert [e.id for e in report.added] == ["job-dating-2026-11-24", "job-dating-2026-11-24-2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"date": "31/11/2026"}, "n'existe pas dans le calendrier"),
        ({"date": "bientôt"}, "n'est pas une date"),
        ({"date": "lundi 24 novembre 2026"}, "ce jour est un mardi"),
        ({"date": "24/11/2025"}, "la date est passée (2025-11-24). Corrigez l'année"),
        ({"date": ""}, "soit « date », soit « periode »"),
        ({"commune": "Marseile"}, "Vouliez-vous dire « Marseille » ?"),
        ({"commune": "Xyzzyville"}, "commune inconnue"),
        ({"commune": ""}, "la commune manque"),
        ({"commune": "Saint-Denis"}, "plusieurs communes possibles"),
        ({"commune": "13001"}, "code INSEE de Aix-en-Provence et le code postal de Marseille"),
        ({"commune": "Marseille", "code postal": "06000"}, "ne va pas avec « 06000 »"),
        ({"commune": "", "code insee": "13999"}, "aucune commune n'a le code INSEE"),
        ({"genre": "fête"}, "genre inconnu : « fête ». Possibles : job-dating"),
        ({"genre": "", "titre": "Rencontre"}, "le genre manque"),
        ({"titre": ""}, "il manque « titre »"),
        ({"titre": "x" * 121}, "trop long"),
        ({"debut": "25h"}, "n'est pas une heure"),
        ({"horaires": "9h-12h-14h"}, "horaires"),
        ({"horaires": "17h à 14h"}, "« fin » n'est pas après « debut »"),
        ({"metiers": "aide soignand"}, "Vouliez-vous dire « aide soignant"),
        ({"lien": "exemple.fr"}, "https://"),
        ({"id": "Pas Bon"}, "Minuscules sans accent"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    run: Run, folder: Path, changes: dict[str, str], said: str
) -> None:
    before = kept(folder)
    good = row(
        **dict.fromkeys(changes, "")
        | {"titre": "Salon sûr", "genre": "salon", "date": "25/11/2026", "commune": "Lyon"}
    )
    report = run(good + row(**changes).split("\n")[1] + "\n")
    assert report.added == ()
    assert any(said in wrong.message for wrong in report.faults), report.lines()
    assert {wrong.row for wrong in report.faults} == {"ligne 3"}
    assert report.lines()[-1].startswith("Rien n'a été ajouté")
    assert kept(folder) == before


def test_all_faults_of_all_rows_are_told(run: Run) -> None:
    report = run("titre;genre;date;commune\nA b c;fête;hier;Nulle-Part-Du-Tout\n;forum;24/11/2026;Lyon\n")
    assert [wrong.row for wrong in report.faults].count("ligne 2") == 3
    assert [wrong.row for wrong in report.faults].count("ligne 3") == 1
    assert report.lines()[-1] == "Rien n'a été ajouté : 4 erreurs à corriger."


@pytest.mark.parametrize(
    ("written", "postal", "code"),
    [
        ("Marseille 3e", "", "13055"),
        ("paris 15", "", "75056"),
        ("75015 Paris", "", "75056"),
        ("Lille Cedex 9", "59021", "59350"),
        ("St-Etienne", "42000", "42218"),
        ("SAINT-DENIS (93)", "", "93066"),
        ("Saint Denis", "97400", "97411"),
        ("Nice", "6000", "06088"),
        ("2A004", "", "2A004"),
        ("Bastia", "20200", "2B033"),
        ("", "06000", "06088"),
        ("L'Haÿ-les-Roses", "", "94038"),
        ("En ligne", "", None),
    ],
)
def test_communes_as_people_write_them(run: Run, written: str, postal: str, code: str | None) -> None:
    report = run(row(commune=written, **{"code postal": postal}))
    assert [e.commune for e in report.added] == [code], report.lines()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Quoi;Quand;Où\na;b;c\n", "il manque la colonne « titre »"),
        ("titre;genre;commune\na;b;c\n", "il manque la colonne « date »"),
        ("titre;genre;date\na;b;c\n", "il manque la colonne « commune »"),
        ("titre;nom;date;ville\na;b;c;d\n", "les colonnes « titre » et « nom » disent la même chose"),
        ("titre;genre;date;commune\n", "ne contient aucun événement"),
        ("", "ne contient aucun événement"),
        (b"PK\x03\x04rien", "c'est un classeur"),
        (b"\x81\x8d\x00", "n'est pas un fichier texte"),
        ("titre;genre;date;commune\nForum;forum;24/11/2026;Lyon;trop\n", "plus de cellules que de colonnes"),
        ('titre;genre;date;commune\nForum;forum;24/11/2026;"' + "x" * 140_000, "ne peut pas être lue"),
    ],
)
def test_files_that_cannot_be_used(run: Run, folder: Path, text: str | bytes, said: str) -> None:
    before = kept(folder)
    report = run(text)
    assert report.added == ()
    assert any(said in wrong.message for wrong in report.faults), report.lines()
    assert kept(folder) == before


def test_a_missing_file_is_told(folder: Path, fiches: Knowledge, gazetteer: Gazetteer) -> None:
    report = import_events(folder / "absent.csv", folder, fiches, gazetteer, TODAY)
    assert "ne peut pas être lu" in report.lines()[0]


def test_unknown_columns_are_said(run: Run) -> None:
    report = run(row(remarque="à voir"))
    assert report.lines() == ["colonne « remarque » : non reprise.", "1 événement ajouté."]


def test_lines_are_counted_as_the_spreadsheet_shows_them(run: Run) -> None:
    report = run(
        'titre;genre;date;commune\n"Forum\nsur deux lignes";forum;24/11/2026;Lyon\n\nSalon;salon;hier;Lyon\n'
    )
    assert [wrong.row for wrong in report.faults] == ["ligne 5"]


def test_hours_in_one_cell_or_in_the_date(run: Run) -> None:
    assert [(e.debut, e.fin) for e in run(row(horaires="de 9h30 à 12 h")).added] == [
        (dt.time(9, 30), dt.time(12))
    ]
    assert [e.debut for e in run(row(date="25/11/2026 14:00:00")).added] == [dt.time(14)]
    assert [e.debut for e in run(row(date="2026-11-26 00:00:00")).added] == [None]


# -- calendars ---------------------------------------------------------------------------------------


def calendar(*events: str) -> str:
    blocks = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{blocks}END:VCALENDAR\r\n"


SUMMARY = "SUMMARY:Forum du soin\r\nLOCATION:2 rue du Port\\, 13002 Marseille\\, France"


def test_a_calendar_is_taken_over_in_paris_time(run: Run) -> None:
    text = calendar(
        f"{SUMMARY}\r\nDTSTART:20261124T130000Z\r\nDTEND:20261124T160000Z\r\nORGANIZER;CN=Jean:mailto:j@a.fr"
    )
    (event,) = run(text, "agenda.ics").added
    assert (event.date, event.debut, event.fin) == (dt.date(2026, 11, 24), dt.time(14), dt.time(17))
    assert (event.commune, event.genre) == ("13055", "forum")
    assert "Jean" not in str(event)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("DTSTART;VALUE=DATE:20261124", ("2026-11-24", None, None)),
        ("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261127", ("2026-11-24", "2026-11-26", None)),
        ("DTSTART:20261124T200000\r\nDTEND:20261125T000000", ("2026-11-24", None, "20:00:00")),
        ("DTSTART:20261124T090000\r\nDTEND:20261125T170000", ("2026-11-24", "2026-11-25", None)),
        ("DTSTART;TZID=Europe/Paris:20261124T090000\r\nDURATION:PT2H", ("2026-11-24", None, "09:00:00")),
    ],
)  # fmt: skip
def test_days_and_hours_of_calendars(
    run: Run, times: str, expected: tuple[str, str | None, str | None]
) -> None:
    (event,) = run(calendar(f"{SUMMARY}\r\n{times}"), "a.ics").added
    found = (event.date, event.jusqu_au, event.debut)
    assert tuple(str(value) if value else None for value in found) == expected


def test_what_is_over_or_cancelled_in_a_calendar_is_skipped_and_said(run: Run) -> None:
    past = f"{SUMMARY}\r\nDTSTART;VALUE=DATE:20251124"
    cancelled = f"{SUMMARY}\r\nDTSTART;VALUE=DATE:20261124\r\nSTATUS:CANCELLED"
    report = run(calendar(past, cancelled, f"{SUMMARY}\r\nDTSTART;VALUE=DATE:20261125"), "a.ics")
    assert len(report.added) == 1
    assert sorted(line.split(" : ")[-1] for line in report.lines()[:2]) == [
        "annulé dans le calendrier, non repris.", "déjà passé, non repris.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (calendar(f"{SUMMARY}\r\nDTSTART:hier"), "sa date manque ou ne peut pas être lue"),
        (calendar(SUMMARY), "sa date manque"),
        (calendar(f"{SUMMARY}\r\nDTSTART:20261124T090000\r\nRRULE:FREQ=WEEKLY"), "il se répète"),
        (calendar("SUMMARY:Forum\r\nDTSTART;VALUE=DATE:20261124"), "le lieu manque"),
        (
            calendar("SUMMARY:Forum\r\nLOCATION:chez nous\r\nDTSTART;VALUE=DATE:20261124"),
            "n'est pas reconnue",
        ),
        (calendar("LOCATION:Lyon\r\nDTSTART;VALUE=DATE:20261124\r\nCATEGORIES:Forum"), "il manque « titre »"),
        (
            calendar(f"{SUMMARY}\r\nDTSTART:20261124T090000").replace("END:VEVENT\r\n", ""),
            "ne contient aucun|abîmé",
        ),
        ("BEGIN:VCALENDAR\r\nn'importe quoi\r\n", "abîmé"),
    ],
)
def test_bad_calendars_are_told(run: Run, folder: Path, text: str, said: str) -> None:
    before = kept(folder)
    report = run(text, "a.ics")
    assert report.added == ()
    assert any(part in wrong.message for part in said.split("|") for wrong in report.faults), report.lines()
    assert kept(folder) == before


def test_an_exported_event_can_be_taken_over(run: Run, gazetteer: Gazetteer) -> None:
    values = {"id": "x", "titre": "Salon", "genre": "salon", "date": "2026-12-01", "debut": "9 h", "fin": "12 h",
              "commune": "35238", "source": "moi", "verifie_le": "2026-11-21"}  # fmt: skip
    original = Evenement.model_validate(values)
    (event,) = run(to_ics(original, gazetteer, dt.datetime(2026, 11, 21, tzinfo=dt.UTC)), "a.ics").added
    keys = ("titre", "genre", "date", "debut", "fin", "commune")
    assert [getattr(event, key) for key in keys] == [getattr(original, key) for key in keys]


# -- writing -----------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_made(run: Run, folder: Path) -> None:
    (folder / "evenements.yaml").unlink()
    assert len(run(TABLE).added) == 2
    assert kept(folder).startswith("- id: forum-de-l-ete-2026-11-24\n")
    assert not list(folder.glob(".*"))


def test_broken_local_data_stop_the_import(run: Run, folder: Path) -> None:
    (folder / "evenements.yaml").write_text("- id: [", encoding="utf-8")
    with pytest.raises(DataError):
        run(TABLE)


@pytest.mark.parametrize(
    "text",
    ["[{id: a, titre: Salon, genre: salon, periode: été, source: a, verifie_le: 2026-11-21}]", "[\n]\n"],
)
def test_a_list_in_brackets_is_refused_unharmed(run: Run, folder: Path, text: str) -> None:
    (folder / "evenements.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        run(TABLE)
    assert kept(folder) == text


def test_the_files_that_ship_take_an_import(run: Run, folder: Path) -> None:
    shipped = (DATA / "evenements.yaml").read_text(encoding="utf-8")
    (folder / "evenements.yaml").write_text(shipped, encoding="utf-8")
    assert len(run(TABLE).added) == 2
    assert kept(folder).startswith(shipped)


@given(
    st.text(min_size=3, max_size=60),
    st.text(min_size=1, max_size=60),
    st.sampled_from(["", "[]\n", "# a\n\n[]  # vide\n"]),
)
def test_any_text_is_written_so_that_it_reads_back(title: str, source: str, before: str) -> None:
    clean = ["".join(c if c.isprintable() else " " for c in text) for text in (title, source)]
    values = {"id": "x", "genre": "forum", "date": "2026-11-24", "debut": "14:05", "verifie_le": "2026-11-21"}
    try:
        event = Evenement.model_validate({**values, "titre": clean[0], "source": clean[1]})
    except ValidationError:
        return  # too short once trimmed
    (read,) = read_yaml(appended(before, [event]), "evenements.yaml").value
    assert Evenement.model_validate(read) == event


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_not(content: bytes) -> None:
    text = decoded(content)
    assert text is None or isinstance(text, str)
