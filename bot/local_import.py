"""Events taken over from a spreadsheet (CSV) or a calendar (iCalendar) into ``evenements.yaml``.

All rows hold, or nothing is written and the report names each row with its fault. What is there already is skipped.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component
from pydantic import ValidationError
from rapidfuzz import process

from bot.knowledge.french import one_line
from bot.knowledge.local import (
    EVENT_KINDS,
    EVENTS_FILE,
    Evenement,
    dangling,
    fault,
    load_local,
    read_day,
    same_event,
    same_words,
    whole_city,
)
from bot.knowledge.models import Knowledge
from bot.knowledge.places import ABBREVIATED, Commune, Gazetteer
from bot.knowledge.problems import DataError, Problem
from bot.knowledge.yaml_reader import read_yaml
from bot.local_writing import replace_file, yaml_lines

MAX_BYTES = 5_000_000
PARIS = ZoneInfo("Europe/Paris")

# Per key of an event, the column names that are understood (case, accents and marks don't count).
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "identifiant"),
    "titre": ("titre", "intitule", "nom", "evenement", "nom de l evenement", "titre de l evenement"),
    "genre": ("genre", "type", "type d evenement", "categorie", "nature"),
    "date": ("date", "jour", "date de debut", "date debut", "date de l evenement"),
    "jusqu_au": ("jusqu au", "date de fin", "date fin", "dernier jour"),
    "debut": ("debut", "heure", "heure de debut", "heure debut", "de"),
    "fin": ("fin", "heure de fin", "heure fin", "a"),
    "horaires": ("horaires", "horaire", "heures"),
    "periode": ("periode",),
    "commune": ("commune", "ville", "lieu ville"),
    "postal": ("code postal", "cp"),
    "insee": ("insee", "code insee", "code commune"),
    "adresse": ("adresse", "lieu", "adresse du lieu"),
    "public": ("public", "public vise", "pour qui"),
    "inscription": ("inscription", "lien", "url", "lien d inscription", "site", "site web"),
    "metiers": ("metiers", "metier", "formations", "formation", "metiers et formations"),
    "source": ("source", "organisateur"),
    "verifie_le": ("verifie le", "verifie"),
}
# Words of a kind or a title that tell the kind, the most telling first.
KIND_WORDS: tuple[tuple[str, str], ...] = (
    ("job dating", "job-dating"),
    ("jobdating", "job-dating"),
    ("portes ouvertes", "portes-ouvertes"),
    ("porte ouverte", "portes-ouvertes"),
    ("jpo", "portes-ouvertes"),
    ("immersion", "immersion"),
    ("salon", "salon"),
    ("forum", "forum"),
    ("reunion", "reunion"),
    ("information collective", "reunion"),
    ("info collective", "reunion"),
    ("atelier", "reunion"),
    ("recrutement", "job-dating"),
)
ONLINE = frozenset(
    {"en ligne", "visio", "visioconference", "a distance", "distanciel", "webinaire", "en visio"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in the file that was given: the row (« ligne 3 », « événement 2 ») and what is wrong."""

    row: str
    message: str

    def __str__(self) -> str:
        return f"{self.row} : {self.message}"


@dataclass(frozen=True)
class Report:
    """What an import did: nothing was written when there are faults."""

    added: tuple[Evenement, ...] = ()
    skipped: tuple[Fault, ...] = ()
    ignored: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def lines(self) -> list[str]:
        """The report in French, one line per matter."""
        said = [f"colonne « {name} » : non reprise." for name in self.ignored]
        said += [str(skipped) for skipped in self.skipped]
        said += [str(wrong) for wrong in self.faults]
        if self.faults:
            return [*said, f"Rien n'a été ajouté : {_count(len(self.faults), 'erreur')} à corriger."]
        total = f"{_count(len(self.added), 'événement')} {'ajoutés' if len(self.added) > 1 else 'ajouté'}"
        return [*said, f"{total}, {len(self.skipped)} non repris." if self.skipped else f"{total}."]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


@dataclass(frozen=True)
class _Row:
    """One event as the file gives it: what it is called in the report, and text per key."""

    name: str
    values: dict[str, str]
    faults: tuple[str, ...] = ()
    skip: str = ""


@dataclass
class _Rows:
    """What was read from a file, before anything is checked against the knowledge."""

    rows: list[_Row] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def import_events(
    file: Path, folder: Path, knowledge: Knowledge, gazetteer: Gazetteer, today: dt.date
) -> Report:
    """Add the events of a CSV or iCalendar file to the data folder's events, if all of them hold.

    Raises DataError when the local data that are there already are broken or can't be written.
    """
    present = load_local(folder, knowledge.fiches.keys(), gazetteer).evenements
    read = _read(file)
    importer = _Importer(knowledge, gazetteer, today, f"import de {file.name}", present)
    for row in read.rows:
        importer.take(row)
    faults = (*read.faults, *importer.faults)
    if not read.rows and not faults:
        faults = (Fault(file.name, "le fichier ne contient aucun événement."),)
    if faults:
        return Report((), tuple(importer.skipped), tuple(read.ignored), faults)
    if importer.added:
        _append(folder, importer.added)
    return Report(tuple(importer.added), tuple(importer.skipped), tuple(read.ignored))


# -- reading files -----------------------------------------------------------------------------------


def _read(file: Path) -> _Rows:
    def refused(message: str) -> _Rows:
        return _Rows(faults=[Fault(file.name, message)])

    try:
        if file.stat().st_size > MAX_BYTES:
            return refused("le fichier est trop gros (5 Mo au plus). Coupez-le en plusieurs.")
        content = file.read_bytes()
    except OSError as error:
        return refused(f"le fichier ne peut pas être lu ({error.strerror}).")
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\xd0\xcf\x11\xe0"):
        return refused("c'est un classeur. Dans le tableur, enregistrez-le au format CSV, puis recommencez.")
    text = decoded(content)
    if text is None or "\0" in text:
        return refused("ce n'est pas un fichier texte en UTF-8 ni en Windows-1252.")
    if text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return _read_calendar(file.name, text)
    return _read_table(text)


def decoded(content: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 with its mark, or Windows-1252 (in that order); None when in none."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _key_of(header: str) -> str | None:
    words = " ".join(same_words(header))
    return next((key for key, names in COLUMNS.items() if words in names), None)


def _read_table(text: str) -> _Rows:
    """The rows of a CSV text; the delimiter is the one that makes most sense of the first line."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t|", key=lambda mark: sum(bool(_key_of(cell)) for cell in head.split(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = _Rows()
    keys: list[str | None] = []
    try:
        before = 0
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not keys:
                keys = _header(cells, line, found)
                if found.faults:
                    return found
                continue
            found.rows.append(_table_row(keys, cells, line))
    except csv.Error as error:
        found.faults.append(Fault(f"ligne {reader.line_num}", f"la ligne ne peut pas être lue ({error})."))
    return found


def _header(cells: list[str], line: int, found: _Rows) -> list[str | None]:
    keys = [_key_of(cell) for cell in cells]
    wrong: list[str] = []
    if "titre" not in keys:
        known = ", ".join(key.replace("_", " ") for key in COLUMNS)
        wrong.append(f"il manque la colonne « titre ». Colonnes comprises : {known}.")
    elif "date" not in keys and "periode" not in keys:
        wrong.append("il manque la colonne « date » (ou « periode »).")
    if not {"commune", "postal", "insee"} & set(keys):
        wrong.append("il manque la colonne « commune » (ou « code postal », ou « code insee »).")
    for key in dict.fromkeys(key for key in keys if key):
        if keys.count(key) > 1:
            twice = " et ".join(f"« {c.strip()} »" for c, k in zip(cells, keys, strict=True) if k == key)
            wrong.append(f"les colonnes {twice} disent la même chose. Gardez-en une.")
    found.faults += [Fault(f"ligne {line}", message) for message in wrong]
    found.ignored += [c.strip() for c, k in zip(cells, keys, strict=True) if k is None and c.strip()]
    return keys


def _table_row(keys: list[str | None], cells: list[str], line: int) -> _Row:
    faults: tuple[str, ...] = ()
    if any(cell.strip() for cell in cells[len(keys) :]):
        faults = (
            "la ligne a plus de cellules que de colonnes : mettez entre guillemets le texte qui en contient.",
        )
    values = {key: clean for key, cell in zip(keys, cells, strict=False) if key and (clean := one_line(cell))}
    return _Row(f"ligne {line}", values, faults)


def _read_calendar(name: str, text: str) -> _Rows:
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError) as error:
        return _Rows(faults=[Fault(name, f"le calendrier est abîmé ({one_line(str(error))[:80]}).")])
    return _Rows(rows=[_calendar_row(number, event) for number, event in enumerate(events, 1)])


def _calendar_row(number: int, event: Component) -> _Row:
    """What is taken from a calendar: never its people (organiser, guests) nor its free text."""
    values = {
        key: clean
        for key, name in (("titre", "SUMMARY"), ("adresse", "LOCATION"), ("inscription", "URL"))
        if (clean := one_line(str(event.get(name, ""))))
    }
    row = f"événement {number}" + (f" (« {values['titre'][:40]} »)" if "titre" in values else "")
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return _Row(row, values, skip="annulé dans le calendrier, non repris.")
    if event.get("RRULE") or event.get("RDATE"):
        return _Row(
            row, values, ("il se répète. Faites un événement par date, ou une ligne avec « periode ».",)
        )
    try:
        values |= _calendar_time(event)
    except ValueError:
        return _Row(row, values, ("sa date manque ou ne peut pas être lue.",))
    categories = getattr(event, "categories", None) or []
    values["genre"] = one_line(" ".join(map(str, categories)))
    values["calendrier"] = "oui"
    return _Row(row, {key: value for key, value in values.items() if value})


def _calendar_time(event: Component) -> dict[str, str]:
    start: dt.date = event.start  # type: ignore[attr-defined]
    end: dt.date = event.end  # type: ignore[attr-defined]
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
        last = end - dt.timedelta(days=1)  # a calendar counts whole days up to the morning after
        return {"date": start.isoformat(), "jusqu_au": last.isoformat() if last > start else ""}
    start, end = _in_paris(start), _in_paris(end)
    last = max(start, end - dt.timedelta(microseconds=1)).date()
    if last > start.date():
        return {"date": start.date().isoformat(), "jusqu_au": last.isoformat()}
    known_end = start < end and end.date() == start.date()
    return {
        "date": start.date().isoformat(),
        "debut": start.strftime("%H:%M"),
        "fin": end.strftime("%H:%M") if known_end else "",
    }


def _in_paris(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(PARIS) if moment.tzinfo else moment.replace(tzinfo=PARIS)


# -- from text to events -----------------------------------------------------------------------------


class _Importer:
    """Turns rows into events, and gathers what is wrong, skipped and added."""

    def __init__(
        self,
        knowledge: Knowledge,
        gazetteer: Gazetteer,
        today: dt.date,
        source: str,
        present: tuple[Evenement, ...],
    ):
        self._refs = _names(knowledge)
        self._knowledge = knowledge
        self._gazetteer = gazetteer
        self._towns = _Towns(gazetteer)
        self._today = today
        self._source = source
        self._present = present
        self._origins: dict[str, str] = {}
        self.added: list[Evenement] = []
        self.skipped: list[Fault] = []
        self.faults: list[Fault] = []

    def take(self, row: _Row) -> None:
        """One row: add its event, skip it, or keep its faults."""
        if row.skip:
            self.skipped.append(Fault(row.name, row.skip))
            return
        if row.faults:
            self.faults += [Fault(row.name, words) for words in row.faults]
            return
        values, wrong = self._prepared(row.values)
        event = None
        try:
            event = Evenement.model_validate(values)
        except ValidationError as error:
            wrong += [fault(details, Evenement) for details in error.errors()]
        else:
            wrong += [words for _, words in dangling(event, self._knowledge.fiches.keys(), self._gazetteer)]
        if wrong or event is None:
            self.faults += [Fault(row.name, words) for words in dict.fromkeys(wrong)]
        else:
            self._settle(row, event)

    def _settle(self, row: _Row, event: Evenement) -> None:
        """A sound event: new, there already, or over."""
        if not event.current(self._today):
            if "calendrier" in row.values:  # a calendar holds its past; in a table it is rather a wrong year
                self.skipped.append(Fault(row.name, "déjà passé, non repris."))
            else:
                words = f"la date est passée ({event.last_day}). Corrigez l'année, ou retirez la ligne."
                self.faults.append(Fault(row.name, words))
            return
        for other in (*self._present, *self.added):
            if same_event(event, other):
                where = self._origins.get(other.id, f"{EVENTS_FILE}, « {other.id} »")
                self.skipped.append(Fault(row.name, f"déjà là ({where}), non repris."))
                return
        taken = {other.id for other in (*self._present, *self.added)}
        if "id" in row.values and event.id in taken:
            self.faults.append(Fault(row.name, f"l'id « {event.id} » est déjà pris. Changez-le."))
            return
        event = event.model_copy(update={"id": _free(event.id, taken)})
        self._origins[event.id] = row.name
        self.added.append(event)

    def _prepared(self, values: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
        """Text as the file has it → the keys of an event, with what could not be understood."""
        wrong: list[str] = []
        ready: dict[str, Any] = {k: v for k, v in values.items() if k in Evenement.model_fields}
        for step in (self._kind, self._hours, self._place, self._about):
            try:
                step(values, ready)
            except ValueError as error:
                wrong.append(str(error))
        ready.setdefault("source", self._source)
        ready.setdefault("verifie_le", self._today)
        ready.setdefault("id", _slug(values.get("titre", ""), ready.get("date", "")))
        return ready, wrong

    def _kind(self, values: Mapping[str, str], ready: dict[str, Any]) -> None:
        given, title = values.get("genre", ""), values.get("titre", "")
        # The categories of a calendar may say anything; a table's column « genre » is meant.
        texts = (given, title) if "calendrier" in values else (given or title,)
        kind = next((found for text in texts if (found := event_kind(text))), None)
        # The row's other faults are told too: a kind stands in where none is understood.
        ready["genre"] = kind or EVENT_KINDS[0]
        if kind is None:
            said = f"genre inconnu : « {given} »" if given else "le genre manque"
            raise ValueError(f"{said}. Possibles : {', '.join(EVENT_KINDS)}.")

    def _hours(self, values: Mapping[str, str], ready: dict[str, Any]) -> None:
        date = values.get("date", "")
        # Spreadsheets write « 24/11/2026 14:00 », or midnight when there is no hour.
        if match := re.fullmatch(r"(\S+)[ T](\d{1,2}[:h]\d{2}(?::\d{2})?)", date):
            ready["date"] = match[1]
            if not match[2].startswith(("00:00", "0:00")):
                ready.setdefault("debut", match[2])
        if hours := values.get("horaires"):
            parts = [
                part for part in re.split(r"\s*(?:-|–|—|à|\ba\b)\s*", re.sub(r"^de\s+", "", hours)) if part
            ]
            if len(parts) > 2:
                raise ValueError(f"horaires « {hours} » : écrivez par exemple 14 h - 16 h 30.")
            ready.update(zip(("debut", "fin"), parts, strict=False))

    def _place(self, values: Mapping[str, str], ready: dict[str, Any]) -> None:
        ready.pop("commune", None)
        town, postal, insee = (values.get(key, "") for key in ("commune", "postal", "insee"))
        if "calendrier" in values and not town:
            town = values.get("adresse", "")
            if not town:
                raise ValueError("le lieu manque. Écrivez l'adresse, avec le code postal et la commune.")
            if " ".join(same_words(town)) not in ONLINE:
                ready["commune"] = self._towns.in_address(town)
                return
        if " ".join(same_words(town)) in ONLINE:
            ready.setdefault("adresse", "En ligne")
            return
        if insee:
            ready["commune"] = insee
        elif town or postal:
            ready["commune"] = self._towns.find(town, postal)
        elif not values.get("periode"):
            raise ValueError("la commune manque (écrivez « en ligne » si l'on ne se déplace pas).")

    def _about(self, values: Mapping[str, str], ready: dict[str, Any]) -> None:
        refs: list[str] = []
        for name in re.split(r"[,;|/]", values.get("metiers", "")):
            words = " ".join(same_words(name))
            if not words:
                continue
            if name.strip() not in self._knowledge.fiches and words not in self._refs:
                match = process.extractOne(words, self._refs.keys(), score_cutoff=75)
                advice = f" Vouliez-vous dire « {match[0]} » ?" if match else ""
                ready.pop("metiers", None)
                raise ValueError(f"métier ou formation inconnu : « {name.strip()} ».{advice}")
            refs.append(name.strip() if name.strip() in self._knowledge.fiches else self._refs[words])
        ready["metiers"] = tuple(dict.fromkeys(refs))


def event_kind(text: str) -> str | None:
    """The kind of event that a text tells, the most telling words first; None when it tells none."""
    said = " ".join(same_words(text))
    return next((kind for words, kind in KIND_WORDS if re.search(rf"\b{words}s?\b", said)), None)


def _names(knowledge: Knowledge) -> dict[str, str]:
    """Every name of a métier or a formation → its ref; a name of both is the métier's."""
    names: dict[str, str] = {}
    for kind in ("metier", "formation"):
        for fiche in knowledge.fiches.values():
            if fiche.kind == kind:
                for name in (fiche.id, fiche.titre, fiche.court, *fiche.sigles, *fiche.noms):
                    names.setdefault(" ".join(same_words(name)), fiche.ref)
    return names


def _slug(title: str, date: str) -> str:
    try:
        day = read_day(date).isoformat()
    except ValueError:
        day = ""
    words = "-".join(same_words(title))[: 29 if day else 40].strip("-") or "evenement"
    return f"{words}-{day}" if day else words


def _free(ident: str, taken: set[str]) -> str:
    """The id itself, or the first free one made of it."""
    number, free = 1, ident
    while free in taken:
        number += 1
        free = f"{ident[: 39 - len(str(number))]}-{number}"
    return free


class _Towns:
    """Communes by the names and postal codes that people write. Nothing is guessed when two are possible."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer
        self._named: dict[str, list[Commune]] = defaultdict(list)
        self._posted: dict[str, list[Commune]] = defaultdict(list)
        for commune in gazetteer.communes.values():
            self._named[_town_words(commune.nom)].append(commune)
            for postal in commune.postal:
                self._posted[postal].append(commune)

    def find(self, name: str, postal: str = "") -> str:
        """The INSEE code of a name, a postal code, or both. Raises ValueError with a French sentence."""
        departement = ""
        if match := re.fullmatch(r"(\D.*?)\s*\((\d{2,3}|2[ABab])\)", name):
            name, departement = match[1], match[2].upper()
        elif match := re.fullmatch(r"(\d{5})\s*(\D.*)?|(\D.*?)\s*\(?(\d{5})\)?", name):
            postal, name = postal or match[1] or match[4], (match[2] or match[3] or "").strip()
            if not name:
                return self._by_number(postal)
        elif name.upper() in self._gazetteer.communes:
            return name.upper()  # a Corsican INSEE code
        postal = postal.zfill(5) if postal.isdigit() else postal
        if not name:
            return self._one(self._posted.get(postal, []), f"le code postal « {postal} »")
        named = self._by_name(name)
        if "cedex" in same_words(name):  # such a postal code is an office's: only its département counts
            postal, departement = "", departement or postal[: 3 if postal.startswith("97") else 2]
        kept = [c for c in named if not postal or postal in c.postal]
        kept = [
            c for c in kept if not departement or c.departement == departement or _corsica(c, departement)
        ]
        if not kept:
            said = postal or departement
            raise ValueError(f"« {name} » ne va pas avec « {said} ». Vérifiez l'un et l'autre.")
        return self._one(kept, f"« {name} »")

    def _by_name(self, name: str) -> list[Commune]:
        words = _town_words(name)
        if words not in self._named:
            match = process.extractOne(words, self._named.keys(), score_cutoff=80)
            advice = f" Vouliez-vous dire « {self._named[match[0]][0].nom} » ?" if match else ""
            raise ValueError(f"commune inconnue : « {name} ».{advice}")
        return self._named[words]

    def in_address(self, address: str) -> str:
        """The commune at the end of an address. Raises ValueError with a French sentence."""
        text = re.sub(r",?\s*france\s*$", "", address, flags=re.IGNORECASE)
        if match := re.search(r"\b(\d{5})\s+([^,\d]+)", text):
            return self.find(match[2].strip(), match[1])
        try:
            return self.find(text.rsplit(",", 1)[-1].strip())
        except ValueError:
            raise ValueError(
                f"la commune n'est pas reconnue dans « {address[:80]} ». Écrivez le code postal et la commune à la fin."
            ) from None

    def _by_number(self, number: str) -> str:
        """Five figures alone may be an INSEE code or a postal code: taken only when both say the same."""
        code = whole_city(number)
        posted = self._posted.get(number, [])
        if code not in self._gazetteer.communes:
            return self._one(posted, f"le code postal « {number} »")
        if posted and code not in {commune.code for commune in posted}:
            town = self._gazetteer.communes[code].nom
            raise ValueError(
                f"« {number} » est le code INSEE de {town} et le code postal de {posted[0].nom}. Écrivez le nom."
            )
        return code

    def _one(self, communes: list[Commune], said: str) -> str:
        if not communes:
            raise ValueError(f"commune inconnue : {said}.")
        if len(communes) > 1:
            listed = ", ".join(f"{c.nom} ({c.departement})" for c in communes[:5])
            raise ValueError(
                f"{said} : plusieurs communes possibles ({listed}). Ajoutez le code postal et le nom."
            )
        return communes[0].code


def _corsica(commune: Commune, departement: str) -> bool:
    return departement == "20" and commune.departement in ("2A", "2B")


def _town_words(name: str) -> str:
    """A commune's name for comparing: « St-Étienne », « Marseille 3e » and « Lille Cedex 9 » as the plain name."""
    words = [ABBREVIATED.get(word, word) for word in same_words(name)]
    if "cedex" in words[1:]:
        words = words[: words.index("cedex")]
    if words[:1] in (["paris"], ["lyon"], ["marseille"]) and re.fullmatch(
        r"\d{1,2}(e|er|eme)?( arrondissement)?", " ".join(words[1:])
    ):
        words = words[:1]
    return " ".join(words)


# -- writing -----------------------------------------------------------------------------------------


def _append(folder: Path, events: list[Evenement]) -> None:
    """Add events at the end of the file, whose present lines stay as they are. Raises DataError."""
    path = folder / EVENTS_FILE
    try:
        raw = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        newline = "\r\n" if "\r\n" in raw else "\n"
        text = appended(raw.replace("\r\n", "\n"), events)
        replace_file(path, text.replace("\n", newline))
    except OSError as error:
        words = f"le fichier ne peut pas être écrit ({error.strerror})."
        raise DataError([Problem(EVENTS_FILE, 0, 0, words)]) from None


def appended(text: str, events: list[Evenement]) -> str:
    """The text of an events file with these at its end. Raises DataError when its list is written in brackets."""
    document = read_yaml(text, EVENTS_FILE)
    indent = ""
    if document.value:
        line, _ = document.positions[()]
        first = text.split("\n")[line - 1]
        if not first.lstrip().startswith("-"):
            words = (
                "la liste est écrite entre crochets. Écrivez chaque événement sur ses lignes : « - id: … »."
            )
            raise DataError([document.problem((), words)])
        indent = first[: len(first) - len(first.lstrip())]
    elif document.value is not None:
        # An empty list is written « [] »: it gives way to the first events.
        line, _ = document.positions[()]
        lines = text.split("\n")
        lines[line - 1] = re.sub(r"^\s*\[\s*\]", "", lines[line - 1])
        text = "\n".join(lines)
    text = text.rstrip("\n")
    blocks = "".join("\n" + "".join(f"{indent}{row}\n" for row in yaml_lines(event)) for event in events)
    longer = (text + "\n" if text else "") + blocks.removeprefix("" if text else "\n")
    _says_the_same(longer, len(document.value or ()), events)
    return longer


def _says_the_same(text: str, before: int, events: list[Evenement]) -> None:
    """Make sure that the new text reads as what was there plus these events. Raises DataError."""
    value = read_yaml(text, EVENTS_FILE).value
    if isinstance(value, list) and len(value) == before + len(events):
        with contextlib.suppress(ValidationError):
            if [Evenement.model_validate(row) for row in value[before:]] == events:
                return
    words = (
        "la fin du fichier est mise en forme d'une façon inattendue. Écrivez chaque événement « - id: … »."
    )
    raise DataError([Problem(EVENTS_FILE, 0, 0, words)])
