"""One event as a file that phones and calendars open (.ics)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.knowledge.local import Evenement
from bot.knowledge.places import Gazetteer

PARIS = ZoneInfo("Europe/Paris")
PRODUCER = "-//OrientaSoin//FR"


def to_ics(event: Evenement, gazetteer: Gazetteer, now: dt.datetime) -> str:
    """The text of an .ics file, hours in Europe/Paris; a whole day when the hours are not known.

    ``now`` (with its time zone) is written as the time of making. Raises ValueError when the event has no date.
    """
    if event.date is None:
        raise ValueError(f"{event.id} n'a pas de date")
    start, end = _span(event, event.date)
    made = Event.new(
        summary=event.titre,
        start=start,
        end=end,
        uid=f"{event.id}@orientasoin",
        stamp=now.astimezone(dt.UTC),
        location=_location(event, gazetteer) or None,
        description=_description(event),
        url=event.inscription,
    )
    calendar = Calendar.new(prodid=PRODUCER, uid=f"{event.id}@orientasoin")
    calendar.add_component(made)
    # Two years of clock changes around the event are all that a phone needs.
    year = event.date.year
    calendar.add_missing_timezones(dt.date(year - 1, 1, 1), dt.date(year + 2, 1, 1))
    text: str = calendar.to_ical().decode()
    return text


def _span(event: Evenement, day: dt.date) -> tuple[dt.date, dt.date | None]:
    last = event.jusqu_au or day
    # Over several days, hours are those of each day: a calendar can only show whole days then.
    if event.debut is None or last != day:
        return day, last + dt.timedelta(days=1)
    end = dt.datetime.combine(day, event.fin, PARIS) if event.fin else None
    return dt.datetime.combine(day, event.debut, PARIS), end


def _location(event: Evenement, gazetteer: Gazetteer) -> str:
    commune = gazetteer.name(event.commune) if event.commune else ""
    if event.adresse and commune in event.adresse:
        return event.adresse
    return ", ".join(part for part in (event.adresse, commune) if part)


def _description(event: Evenement) -> str:
    lines = (
        f"Pour qui : {event.public}" if event.public else "",
        f"Inscription : {event.inscription}" if event.inscription else "",
        f"Source : {event.source}. Vérifiez avant de vous déplacer.",
    )
    return "\n".join(line for line in lines if line)
