"""What alerts look for: in the data in force, and at the public services where keys are set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.knowledge.alerts import Alert, Found, Frequency, Item, Watch, name
from bot.live.results import Result
from bot.live_answers import result_line, search_live
from bot.services import Services


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A new or changed alert, with what there is now (None when a service did not answer)."""

    alert: Alert
    found: Found | None


async def subscribe(
    services: Services,
    person: str,
    chat_id: int,
    watch: Watch,
    frequency: Frequency,
    now: dt.datetime,
) -> Subscribed | None:
    """Make an alert that starts from what there is now. None when the person has as many as can be.

    When a public service does not answer, what admins know is where it starts from, and what the service gives
    the first time.
    """
    found = await find(services, watch)
    known = found or Found(local=services.dialogue.near_me.items(watch.asked))
    alert = services.store.alerts.make(
        person, chat_id, watch, frequency, now, known.radius_km, [item.key for item in known.items]
    )
    return Subscribed(alert, found) if alert else None


async def find(services: Services, watch: Watch, radius_km: int | None = None) -> Found | None:
    """Everything there is now for a watch. None when a service does not answer: nobody knows what there is.

    Public services are searched within the radius, else as for an answer: within the first one that has something.
    Raises KeyError when the data no longer hold the entry or the place.
    """
    near_me, engine = services.dialogue.near_me, services.dialogue.engine
    search = near_me.search(watch.asked)
    if services.live is None:
        return Found(near_me.items(watch.asked), search=search)
    results, radius = await search_live(
        watch.asked, services.live, engine.knowledge, engine.gazetteer, radius_km
    )
    if results is None:
        return Found(near_me.items(watch.asked), search=search)
    if results.failed:
        return None
    items = tuple(_item(result) for result in results.items)
    local = near_me.items(watch.asked, fetched=False)
    return Found(local, items, radius, results.note, search)


def name_of(services: Services, watch: Watch) -> str:
    """A watch in words, from the data in force: « offres aide-soignant, Angers »."""
    engine = services.dialogue.engine
    return name(watch, engine.knowledge, engine.gazetteer)


def _item(result: Result) -> Item:
    # An event's date is when it takes place, which says nothing of when it was published.
    published = result.date.date() if result.date and result.kind != "evenement" else None
    ident = result.ident or result.url or result_line(result)
    return Item(
        f"{result.service}/{result.kind}:{ident}", result_line(result), result.title, result.url, published
    )
