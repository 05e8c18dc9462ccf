"""What every service gives, in one shape, whatever its own looks like."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.knowledge.links import Where
from bot.knowledge.places import distance_km
from bot.texts import MONTHS

FRANCE_TRAVAIL = "France Travail"
EVENTS = "Mes événements emploi"
IMMERSION = "Immersion Facilitée"
ALTERNANCE = "La bonne alternance"
MISSIONS_LOCALES = "Missions locales"
COMMUNES = "geo.api.gouv.fr"

OFFERS_LICENCE = "https://francetravail.io/produits-partages/documentation/conditions-dutilisation-api/licence-offres-emploi"
NOTE_OFFERS = "Source : France Travail, offres mises à jour le {date}. Licence : {licence}"
NOTE_SOURCE = "Source : {service}, le {date}."
NOTE_FAILED = (
    "Le service « {service} » ne répond pas en ce moment. "
    "Réessayez dans quelques minutes, ou cherchez sur son site."
)

Kind = Literal["offre", "evenement", "immersion", "alternance", "formation", "mission_locale"]
# The départements of each région: « R:93 » → (« 04 », « 05 », …). The services don't search by région.
Regions = Mapping[str, tuple[str, ...]]
# A GeoJSON point, in degrees: longitude first.
Point = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found. ``date`` is when an offer was updated, an event begins, or a session starts.

    ``distance_km`` is from the centre of the place asked for, as the crow flies; ``contract`` is the contract of an
    offer, or the kind of an event; ``detail`` says how to get in touch, when the service tells it. ``ident`` is how
    the service itself tells it from the others, ``commune`` its INSEE code, ``romes`` its jobs, where those are known.
    """

    kind: Kind
    title: str
    employer: str | None = None
    town: str | None = None
    distance_km: float | None = None
    contract: str | None = None
    date: dt.datetime | None = None
    url: str | None = None
    service: str = ""
    detail: str = ""
    ident: str = ""
    commune: str | None = None
    romes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """What a service gave. ``total`` counts all that it has, at least; ``note`` is a sentence to show.

    ``failed`` means that the service did not answer: there may be results, nobody knows. ``more`` means that
    the next batch holds further ones.
    """

    items: tuple[Result, ...] = ()
    total: int = 0
    service: str = ""
    note: str = ""
    failed: bool = False
    more: bool = False


def failure(service: str) -> Results:
    """What is given when a service does not answer."""
    return Results(service=service, note=NOTE_FAILED.format(service=service), failed=True)


def found(
    items: list[Result], service: str, date: dt.date, total: int | None = None, more: bool = False
) -> Results:
    """Results with their source; ``total`` is at least the number of items."""
    note = NOTE_SOURCE.format(service=service, date=day(date)) if items else ""
    return Results(tuple(items), max(total or 0, len(items)), service, note, more=more)


def day(date: dt.date) -> str:
    """« 1er mars 2026 »."""
    return f"{'1er' if date.day == 1 else date.day} {MONTHS[date.month - 1]} {date.year}"


def away(place: Where | None, lat: float | None, lon: float | None) -> float | None:
    """Kilometres from a place's centre to a point, to one decimal; None when either point is unknown."""
    if place is None or place.lat is None or place.lon is None or lat is None or lon is None:
        return None
    distance = distance_km(place.lat, place.lon, lat, lon)
    return round(distance, 1) if math.isfinite(distance) else None


def lat_lon(point: Point) -> tuple[float | None, float | None]:
    """Degrees north and east of a GeoJSON point; nothing twice for an unknown one."""
    return (point[1], point[0]) if point else (None, None)


def nearest_first(result: Result) -> tuple[bool, float]:
    """Sort key: by distance, unknown distances last."""
    return result.distance_km is None, result.distance_km or 0.0


def departements(place: Where, regions: Regions) -> tuple[str, ...]:
    """The départements of a commune, a département or a région; none for a région that is not in ``regions``."""
    kind, _, code = place.code.partition(":")
    if kind == "R":
        return regions.get(place.code, ())
    if kind == "D":
        return (code,)
    return (place.code[:3] if place.code.startswith(("97", "98")) else place.code[:2],)


def web_address(text: str | None) -> str | None:
    """An address that can be opened, or None."""
    text = (text or "").strip()
    if text.startswith("www."):
        text = f"https://{text}"
    return text if text.startswith(("https://", "http://")) and not any(map(str.isspace, text)) else None
