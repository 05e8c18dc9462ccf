"""What admins and counselors know of their own area: dated events, offers, and places where people are received.

Three files, all optional: ``evenements.yaml``, ``offres.yaml``, ``structures.yaml``; two more that ``orientasoin fetch``
writes, with what public services gave. What is over vanishes by itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from rapidfuzz import process

from bot.knowledge.loader import explain
from bot.knowledge.models import Frozen, Ident, Ref, Territoire, Url
from bot.knowledge.normalise import fold
from bot.knowledge.places import Gazetteer, distance_km
from bot.knowledge.problems import NOT_UTF8, DataError, Problem
from bot.knowledge.yaml_reader import Document, read_yaml
from bot.texts import MONTHS

EVENTS_FILE = "evenements.yaml"
OFFERS_FILE = "offres.yaml"
STRUCTURES_FILE = "structures.yaml"
FETCHED_EVENTS_FILE = "evenements-recus.yaml"
FETCHED_OFFERS_FILE = "offres-recues.yaml"

DEFAULT_RADIUS_KM = 30
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FIRST_YEAR, LAST_YEAR = 2000, 2100

GenreEvenement = Literal["job-dating", "forum", "portes-ouvertes", "reunion", "salon", "immersion"]
GenreOffre = Literal["emploi", "alternance", "formation", "immersion", "service-civique"]
GenreStructure = Literal[
    "orientation", "emploi", "jeunes", "handicap", "formation", "financement", "autonomie"
]
EVENT_KINDS: tuple[str, ...] = get_args(GenreEvenement)


# -- French dates and times --------------------------------------------------------------------------


def read_day(text: str) -> dt.date:
    """A day as people write it: ``2026-11-24``, ``24/11/2026``, ``mardi 24 novembre 2026``, ``1er déc. 2026``.

    Raises ValueError with a French sentence when it is no such day, or when the weekday named is another one.
    """
    written = " ".join(text.split())
    folded = fold(written).removeprefix("le ")
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", folded):
        return _day(written, *(int(part) for part in match.groups()))
    if match := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", folded):
        year = int(match[4]) + (FIRST_YEAR if len(match[4]) == 2 else 0)
        return _day(written, year, int(match[3]), int(match[1]))
    match = re.fullmatch(r"(?:([a-z]{3,})[.,]* )?(\d{1,2})(?:er)? ([a-z]{3,})\.?(?: (\d{4}))?", folded)
    months = [n for n, name in enumerate(MONTHS, 1) if match and fold(name).startswith(match[3])]
    if match is None or len(months) != 1:
        raise ValueError(f"« {written} » n'est pas une date. Écrivez par exemple 2026-11-24 ou 24/11/2026.")
    if match[4] is None:
        raise ValueError(f"« {written} » : il manque l'année. Écrivez par exemple 24 novembre 2026.")
    day = _day(written, int(match[4]), months[0], int(match[2]))
    if match[1] and not WEEKDAYS[day.weekday()].startswith(match[1]):
        raise ValueError(f"« {written} » : ce jour est un {WEEKDAYS[day.weekday()]}. Vérifiez la date.")
    return day


def _day(written: str, year: int, month: int, day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"« {written} » : l'année {year} n'est pas possible.")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(f"« {written} » : ce jour n'existe pas dans le calendrier.") from None


def read_time(text: str) -> dt.time:
    """A time of day: ``14 h``, ``14h30``, ``14:30``. Raises ValueError with a French sentence."""
    written = " ".join(text.split())
    match = re.fullmatch(r"(\d{1,2}) ?(?:h|:|heures?) ?(\d{2})?(?::00| ?min)?", fold(written))
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise ValueError(f"« {written} » n'est pas une heure. Écrivez par exemple 14 h ou 14 h 30.")
    return dt.time(int(match[1]), int(match[2] or 0))


def time_words(time: dt.time) -> str:
    """« 14 h », « 14 h 30 »."""
    return f"{time.hour} h {time.minute:02d}" if time.minute else f"{time.hour} h"


def day_words(day: dt.date, today: dt.date | None = None) -> str:
    """« mardi 24 novembre », with the year when it is not today's (or when today is not told)."""
    number = "1er" if day.day == 1 else str(day.day)
    year = "" if today and day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}{year}"


def when_words(event: Evenement, today: dt.date | None = None) -> str:
    """When an event takes place: « mardi 24 novembre, 14 h », « …, de 14 h à 16 h 30 », or its season."""
    if event.date is None:
        return event.periode or ""
    if event.jusqu_au and event.jusqu_au != event.date:
        words = f"du {day_words(event.date, today)} au {day_words(event.jusqu_au, today)}"
    else:
        words = day_words(event.date, today)
    if event.debut and event.fin:
        return f"{words}, de {time_words(event.debut)} à {time_words(event.fin)}"
    return f"{words}, {time_words(event.debut)}" if event.debut else words


# -- entries -----------------------------------------------------------------------------------------


def _with(read: Any) -> BeforeValidator:
    """A validator that reads text and keeps the reader's own sentence as the error."""

    def convert(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read(value)
        except ValueError as error:
            raise PydanticCustomError("sentence", "{sentence}", {"sentence": str(error)}) from None

    return BeforeValidator(convert)


def _as_list(value: Any) -> Any:
    """Nothing, one value or several, as a list."""
    if value is None:
        return ()
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


def whole_city(code: str) -> str:
    """Paris, Lyon and Marseille instead of one of their arrondissements; other INSEE codes as they are."""
    for city, first, last in (("75056", 75101, 75120), ("69123", 69381, 69389), ("13055", 13201, 13216)):
        if code.isdigit() and first <= int(code) <= last:
            return city
    return code


Day = Annotated[dt.date, _with(read_day)]
Time = Annotated[dt.time, _with(read_time)]
Commune = Annotated[str, StringConstraints(pattern=r"^\d[\dAB]\d{3}$"), AfterValidator(whole_city)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Phone = Annotated[
    str, StringConstraints(pattern=r"^(0\d(\d{2}){4}|[13]\d{3})$"), BeforeValidator(lambda v: _phone(v))
]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")]


def _phone(value: Any) -> Any:
    """Figures only; the way it is shown is decided when it is written."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", value) if isinstance(value, str) else value


def phone_words(phone: str) -> str:
    """A number as people read it: « 04 42 82 43 20 », « 0 800 400 070 », « 3949 »."""
    if len(phone) == 4:
        return phone
    if phone.startswith("08"):
        return f"{phone[0]} {phone[1:4]} {phone[4:7]} {phone[7:]}"
    return " ".join(phone[i : i + 2] for i in range(0, 10, 2))


class Entry(Frozen):
    """What the three kinds share. Without commune nor territoires, it is for all of France (or on line).

    ``service`` is the public service that gave it; None when a person wrote it.
    """

    id: Ident
    commune: Commune | None = None
    adresse: Line | None = None
    territoires: Annotated[tuple[Territoire, ...], BeforeValidator(_as_list)] = ()
    public: Line | None = None
    metiers: Annotated[tuple[Ref, ...], BeforeValidator(_as_list)] = ()
    source: Line
    service: Line | None = None
    verifie_le: Day

    @property
    def name(self) -> str:
        """What people call it."""
        raise NotImplementedError

    def current(self, today: dt.date) -> bool:
        """Whether it still holds today."""
        return True


class Evenement(Entry):
    """One event: a date (with hours when known), or a season of the year when it comes back without a date yet."""

    titre: Title
    genre: GenreEvenement
    date: Day | None = None
    jusqu_au: Day | None = None
    debut: Time | None = None
    fin: Time | None = None
    periode: Line | None = None
    inscription: Url | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.date is None) == (self.periode is None):
            raise _sentence(
                "donnez soit « date », soit « periode » (par exemple : chaque année au printemps)."
            )
        if self.date is None and (self.debut or self.fin or self.jusqu_au):
            raise _sentence("des heures sans « date ». Ajoutez la date, ou retirez les heures.")
        if self.fin and not self.debut:
            raise _sentence("« fin » sans « debut ». Ajoutez l'heure de début.")
        if self.date and self.jusqu_au and self.jusqu_au < self.date:
            raise _sentence("« jusqu_au » est avant « date ».")
        if self.debut and self.fin and self.fin <= self.debut:
            raise _sentence("« fin » n'est pas après « debut ».")
        return self

    @property
    def name(self) -> str:
        """The title."""
        return self.titre

    @property
    def last_day(self) -> dt.date | None:
        """The last day it takes place; None when only its season is known."""
        return self.jusqu_au or self.date

    def current(self, today: dt.date) -> bool:
        """Not over yet; what only has a season comes back every year."""
        return self.last_day is None or self.last_day >= today


class OffreLocale(Entry):
    """A job, training or immersion offer that somebody told the team about; it goes by itself after ``expire_le``."""

    titre: Title
    genre: GenreOffre
    employeur: Line
    contrat: Line | None = None
    lien: Url | None = None
    contact: Line | None = None
    expire_le: Day

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not self.lien and not self.contact:
            raise _sentence("il manque « lien » ou « contact » : comment répond-on à cette offre ?")
        return self

    @property
    def name(self) -> str:
        """The title and who offers it."""
        return f"{self.titre} ({self.employeur})"

    def current(self, today: dt.date) -> bool:
        """Not expired."""
        return self.expire_le >= today


class Structure(Entry):
    """A place, a number or a site where people are informed or received."""

    nom: Title
    genre: GenreStructure
    role: Line
    telephone: Phone | None = None
    courriel: Email | None = None
    url: Url

    @property
    def name(self) -> str:
        """What it is called."""
        return self.nom


def _sentence(words: str) -> PydanticCustomError:
    return PydanticCustomError("sentence", "{sentence}", {"sentence": words})


# -- all of it ---------------------------------------------------------------------------------------

EntryType = TypeVar("EntryType", bound=Entry)


@dataclass(frozen=True, slots=True)
class Nearby(Generic[EntryType]):
    """An entry that serves a place: ``km`` as the crow flies when both are communes; ``reach`` 0 is the commune
    itself or its surroundings, 1 the département, 2 the région, 3 the whole country.
    """

    item: EntryType
    km: float | None
    reach: int


@dataclass(frozen=True, slots=True)
class LocalKnowledge:
    """All local entries, checked, in the order of their files."""

    evenements: tuple[Evenement, ...] = ()
    offres: tuple[OffreLocale, ...] = ()
    structures: tuple[Structure, ...] = ()

    def upcoming(self, today: dt.date) -> list[Evenement]:
        """Events that are not over, soonest first, then those that only have a season."""
        held = [event for event in self.evenements if event.current(today)]
        return sorted(held, key=lambda e: (e.date or dt.date.max, e.debut or dt.time.min, e.titre))

    def open_offers(self, today: dt.date) -> list[OffreLocale]:
        """Offers that have not expired, those that end soonest first."""
        return sorted((o for o in self.offres if o.current(today)), key=lambda o: (o.expire_le, o.titre))

    def checked(self) -> Iterator[tuple[dt.date, str]]:
        """Per entry that people wrote, the day it was last verified and how it is called in the data."""
        for file, entries in self._files():
            for entry in entries:
                if entry.service is None:
                    yield entry.verifie_le, f"{file} {entry.id}"

    def over(self, today: dt.date) -> list[str]:
        """What people wrote that is no longer shown, as named in the data: somebody may remove it from the files."""
        return [
            f"{file} {entry.id}"
            for file, entries in self._files()
            for entry in entries
            if entry.service is None and not entry.current(today)
        ]

    def _files(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        return (
            (EVENTS_FILE, self.evenements),
            (OFFERS_FILE, self.offres),
            (STRUCTURES_FILE, self.structures),
        )


def of_kind(items: Iterable[EntryType], *genres: str) -> list[EntryType]:
    """Those of these genres, in their order."""
    return [item for item in items if getattr(item, "genre", None) in genres]


def about(items: Iterable[EntryType], refs: Collection[str]) -> list[EntryType]:
    """Those about one of these entries (``metier:aes``), and those that are about all. No refs: everything."""
    return [item for item in items if not refs or not item.metiers or not set(item.metiers).isdisjoint(refs)]


def near(
    items: Iterable[EntryType], place: str, gazetteer: Gazetteer, radius_km: float = DEFAULT_RADIUS_KM
) -> list[Nearby[EntryType]]:
    """Those that serve a place (INSEE code, ``D:13`` or ``R:93``), in their order. Raises KeyError: unknown place."""
    gazetteer.name(place)
    found = (_nearby(item, place, gazetteer, radius_km) for item in items)
    return [nearby for nearby in found if nearby]


def closest_first(found: Iterable[Nearby[EntryType]]) -> list[Nearby[EntryType]]:
    """What is around first, then what is for the département, the région, the country."""
    return sorted(found, key=lambda nearby: (nearby.reach, nearby.km or 0.0))


def _nearby(item: EntryType, place: str, gazetteer: Gazetteer, radius_km: float) -> Nearby[EntryType] | None:
    serving = [area for area in item.territoires if _meet(area, place, gazetteer)]
    if item.commune and ":" not in place:
        here, there = gazetteer.communes[item.commune], gazetteer.communes[place]
        km = distance_km(here.lat, here.lon, there.lat, there.lon)
        if km <= radius_km:
            return Nearby(item, km, 0)
    elif item.commune and gazetteer.contains(place, item.commune):
        return Nearby(item, None, 0)
    if serving:
        return Nearby(item, None, 1 if any(area.startswith("D:") for area in serving) else 2)
    return None if item.commune or item.territoires else Nearby(item, None, 3)


def _meet(area: str, place: str, gazetteer: Gazetteer) -> bool:
    return gazetteer.contains(area, place) or (":" in place and gazetteer.contains(place, area))


def same_event(one: Evenement, other: Evenement) -> bool:
    """Whether two entries are one event: same title (case, accents, marks aside), day and commune, no other hour."""
    return (
        same_words(one.titre) == same_words(other.titre)
        and (one.date, one.periode) == (other.date, other.periode)
        and one.commune == other.commune
        and (one.debut == other.debut or one.debut is None or other.debut is None)
    )


def same_words(text: str) -> tuple[str, ...]:
    """The bare words of a text, for comparing."""
    return tuple(re.findall(r"[a-z0-9]+", fold(text)))


# -- loading -----------------------------------------------------------------------------------------


def load_local(folder: Path, refs: Collection[str], gazetteer: Gazetteer) -> LocalKnowledge:
    """Read and check the local files of the data folder; one that is missing counts as empty.

    ``refs`` are the entries of the knowledge that ``metiers`` may name. Raises DataError with every problem.
    """
    reader = _Reader(folder, refs, gazetteer)
    local = LocalKnowledge(
        _unlike(reader.entries(EVENTS_FILE, Evenement), reader.entries(FETCHED_EVENTS_FILE, Evenement)),
        (*reader.entries(OFFERS_FILE, OffreLocale), *reader.entries(FETCHED_OFFERS_FILE, OffreLocale)),
        reader.entries(STRUCTURES_FILE, Structure),
    )
    if reader.problems:
        raise DataError(reader.problems)
    return local


def _unlike(written: tuple[Evenement, ...], fetched: tuple[Evenement, ...]) -> tuple[Evenement, ...]:
    """All events, without those of services that a person wrote down as well."""
    others = (event for event in fetched if not any(same_event(event, known) for known in written))
    return (*written, *others)


class _Reader:
    """Reads the three files and gathers the problems met on the way."""

    def __init__(self, folder: Path, refs: Collection[str], gazetteer: Gazetteer):
        self._folder = folder
        self._refs = refs
        self._gazetteer = gazetteer
        self.problems: list[Problem] = []

    def entries(self, name: str, model: type[EntryType]) -> tuple[EntryType, ...]:
        document = self._document(name)
        if document is None or document.value is None:
            return ()
        if not isinstance(document.value, list):
            self.problems.append(document.problem((), "on attend ici une liste : « - id: … »."))
            return ()
        found: list[tuple[int, EntryType]] = []
        for index, value in enumerate(document.value):
            entry = self._entry(document, index, value, model)
            if entry is not None:
                self._twice(document, index, entry, found)
                found.append((index, entry))
        return tuple(entry for _, entry in found)

    def _document(self, name: str) -> Document | None:
        try:
            return read_yaml((self._folder / name).read_text(encoding="utf-8-sig"), name)
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            self.problems.append(Problem(name, 0, 0, NOT_UTF8))
        except OSError as error:
            self.problems.append(Problem(name, 0, 0, f"le fichier ne peut pas être lu ({error.strerror})."))
        except DataError as error:
            self.problems.extend(error.problems)
        return None

    def _entry(self, document: Document, index: int, value: Any, model: type[EntryType]) -> EntryType | None:
        if not isinstance(value, dict):
            self.problems.append(document.problem((index,), "on attend ici un groupe de clés : « - id: … »."))
            return None
        prefix = f"« {value['id']} » : " if value.get("id") else ""
        try:
            entry = model.model_validate(value)
        except ValidationError as error:
            for details in error.errors():
                self.problems.append(
                    document.problem((index, *details["loc"]), prefix + fault(details, model))
                )
            return None
        for path, words in dangling(entry, self._refs, self._gazetteer):
            self.problems.append(document.problem((index, *path), prefix + words))
        return entry

    def _twice(
        self, document: Document, index: int, entry: EntryType, before: list[tuple[int, EntryType]]
    ) -> None:
        for number, other in before:
            line = document.positions[(number,)][0]
            if other.id == entry.id:
                words = f"l'id « {entry.id} » est déjà pris ligne {line}. Changez-le."
                self.problems.append(document.problem((index, "id"), words))
            elif isinstance(entry, Evenement) and isinstance(other, Evenement) and same_event(entry, other):
                words = f"« {entry.id} » : c'est le même événement que « {other.id} », ligne {line}. Gardez-en un."
                self.problems.append(document.problem((index, "titre"), words))


def fault(details: ErrorDetails, model: type[Entry]) -> str:
    """One pydantic error of a local entry in French, with what to write instead."""
    where, kind = " › ".join(map(str, details["loc"])), details["type"]
    given = details["input"]
    if kind == "sentence":
        words = str(details.get("ctx", {})["sentence"])
        return f"« {where} » : {words}" if where else words
    if kind == "literal_error" and given is not None:
        choices = ", ".join(get_args(model.model_fields[where].annotation))
        return f"« {where} » : « {given} » n'existe pas. Possibles : {choices}."
    if kind == "string_pattern_mismatch" and (form := _FORMS.get(where)):
        return f"« {where} » : « {given} » n'a pas la bonne forme. {form}"
    return explain(details, model)


_FORMS = {
    "commune": "Écrivez le code INSEE de la commune, par exemple 13055 pour Marseille.",
    "telephone": "Écrivez par exemple 04 42 82 43 20, 0 800 400 070 ou 3949.",
    "courriel": "Écrivez par exemple contact@exemple.fr.",
}


def dangling(
    entry: Entry, refs: Collection[str], gazetteer: Gazetteer
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What an entry names that does not exist: the path of the key, and a French sentence."""
    if entry.commune and entry.commune not in gazetteer.communes:
        yield (
            ("commune",),
            f"aucune commune n'a le code INSEE « {entry.commune} » (ce n'est pas le code postal).",
        )
    for index, area in enumerate(entry.territoires):
        kind, _, code = area.partition(":")
        if code not in (gazetteer.regions if kind == "R" else gazetteer.departements):
            yield ("territoires", index), f"aucun territoire n'a le code « {area} »."
    for index, ref in enumerate(entry.metiers):
        if ref not in refs:
            match = process.extractOne(ref, refs, score_cutoff=60)
            advice = f" Vouliez-vous dire « {match[0]} » ?" if match else ""
            yield ("metiers", index), f"entrée inconnue « {ref} ».{advice}"
