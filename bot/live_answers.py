"""What public services answer right now to a search near a place, when keys are set for them: one page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot import texts
from bot.knowledge import links
from bot.knowledge.labels import LOCAL_ACTIONS
from bot.knowledge.local import day_words
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.places import Gazetteer
from bot.knowledge.reply import PAGE, Asked, Button, LivePage
from bot.knowledge.whereabouts import MOST_RADIUS_KM, usable_radius
from bot.live.results import Result, Results
from bot.live.service import LiveResults

# Nothing within the first radius: the next one is tried, and said. In kilometres.
RADII_KM = (20, 60)
# Twenty results at least each, as many as there may be pages.
MOST_BATCHES = 10

# Asks a service: the radius in kilometres, and which batch of results, from 0.
Search = Callable[[int, int], Awaitable[Results | None]]


async def live_page(
    asked: Asked, live: LiveResults, knowledge: Knowledge, gazetteer: Gazetteer
) -> LivePage | None:
    """The page asked for of what a service answers; one that fails, or has nothing, is said plainly.

    None for what is no search near a place, and for a service without key.
    """
    if asked.label.kind != "action" or asked.label.id not in LOCAL_ACTIONS or not asked.place:
        return None
    results, radius = await search_live(asked, live, knowledge, gazetteer)
    if results is None:
        return None
    place = links.where(gazetteer, asked.place)
    radii = _radii(asked, place)
    if results.items:
        return _page(results, asked.page, _head(results, place, radii[0], radius))
    if results.failed:
        return LivePage(results.note, failed=True)
    return LivePage(await _nothing(live, place, radii[-1]))


async def search_live(
    asked: Asked,
    live: LiveResults,
    knowledge: Knowledge,
    gazetteer: Gazetteer,
    radius_km: int | None = None,
) -> tuple[Results | None, int]:
    """What public services have for a search near a place, up to the end of the page asked for.

    They are searched within ``radius_km``, else within the first radius that has something. With the results
    comes the radius, the last one when there is nothing. None when no service has a key for that search. Raises
    ValueError without a place, KeyError for an unknown one.
    """
    if not asked.place:
        raise ValueError("une recherche près de nulle part")
    place = links.where(gazetteer, asked.place)
    search = _search(asked, live, knowledge, place)
    for radius in (radius_km,) if radius_km else _radii(asked, place):
        results = await _until(search, radius, asked.page)
        if results is None or results.failed or results.items:
            break
    return results, radius


def _search(asked: Asked, live: LiveResults, knowledge: Knowledge, place: links.Where) -> Search:
    """How the service that knows what is asked for is asked. Events come in one batch."""
    metier = _metier(asked, knowledge)
    rome = str(metier.chiffres.rome.valeur) if metier and metier.chiffres.rome else None
    action = asked.label.id
    if action == "offres":
        words = "" if rome or not metier else metier.court
        return lambda radius, batch: live.offers(rome, words, place, radius, batch)
    if action == "evenements":
        return lambda radius, batch: live.events(rome, place, radius)
    if action == "immersions":
        appellation = links.APPELLATIONS.get(metier.id) if metier else None
        codes = [appellation.code] if appellation else []
        return lambda radius, batch: live.immersions(codes, place, radius, batch=batch)
    return lambda radius, batch: live.trainings(rome, place, radius, batch)


def _metier(asked: Asked, knowledge: Knowledge) -> Fiche | None:
    for ref in asked.about:
        for candidate in (ref, *knowledge.twins.get(ref, ())):
            if candidate.startswith("metier:"):
                return knowledge.fiche(candidate)
    return None


def _radii(asked: Asked, place: links.Where) -> tuple[int, ...]:
    """The distances to try, one after the other; around an area there is only the area."""
    if ":" in place.code:
        return RADII_KM[:1]
    if asked.radius_km is None:
        return RADII_KM
    first = usable_radius(asked.radius_km)
    return tuple(dict.fromkeys((first, min(max(2 * first, RADII_KM[-1]), MOST_RADIUS_KM))))


async def _until(search: Search, radius: int, page: int) -> Results | None:
    """All results up to the end of a page, each once. What was asked for earlier comes from the cache."""
    first = results = await search(radius, 0)
    if first is None or results is None:
        return None
    items = list(first.items)
    for batch in range(1, MOST_BATCHES):
        if not results.more or len(items) >= page * PAGE:
            break
        further = await search(radius, batch)
        if further is None or further.failed:
            # On the page that it should begin, the failure is said; before, what there is gets shown.
            return further if len(items) <= (page - 1) * PAGE else replace(first, items=tuple(items))
        results = further
        items = list(dict.fromkeys([*items, *further.items]))
    return replace(first, items=tuple(items), more=results.more)


def _page(results: Results, page: int, head: str) -> LivePage:
    shown = results.items[(page - 1) * PAGE : page * PAGE]
    if not shown:
        return LivePage("")
    if page > 1:
        first = (page - 1) * PAGE + 1
        head = texts.LIVE_FOLLOWING.format(first=first, last=first + len(shown) - 1)
    return LivePage(
        head,
        tuple(result_line(result) for result in shown),
        tuple(Button(result.title[:40], url=result.url) for result in shown if result.url),
        results.note,
        results.more or len(results.items) > page * PAGE,
    )


def _head(results: Results, place: links.Where, first: int, radius: int) -> str:
    count = texts.LIVE_COUNT_ONE if results.total == 1 else texts.LIVE_COUNT.format(total=results.total)
    if ":" in place.code:
        return texts.LIVE_FOUND_AREA.format(count=count, place=place.label)
    words = texts.LIVE_FOUND if radius == first else texts.LIVE_FOUND_WIDER
    return words.format(count=count, radius=radius, first=first)


async def _nothing(live: LiveResults, place: links.Where, radius: int) -> str:
    """What is said when nothing was found: with somebody to see, where a service knows who is near."""
    if ":" in place.code:
        return texts.LIVE_NOTHING_AREA.format(place=place.label)
    words = texts.LIVE_NOTHING.format(radius=radius)
    missions = await live.missions_locales(place, radius)
    if missions is None or not missions.items:
        return words
    nearest = missions.items[0]
    told = ", ".join(part for part in (nearest.title, nearest.detail) if part)
    return f"{words}\n{texts.LIVE_MISSION.format(mission=told)}"


def result_line(result: Result) -> str:
    """One result in one line, as answers and alerts show it."""
    distance = f"{result.distance_km:g} km".replace(".", ",") if result.distance_km is not None else ""
    date = day_words(result.date.date(), dt.date.today()) if result.date else ""
    parts = (result.title, result.employer, result.town, distance, result.contract, date, result.detail)
    return "• " + ", ".join(part for part in parts if part)
