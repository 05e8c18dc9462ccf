"""Adding what public services answer right now to what the bot says, when keys are set for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot import texts
from bot.knowledge import links
from bot.knowledge.labels import LOCAL_ACTIONS
from bot.knowledge.local import day_words
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.places import Gazetteer
from bot.knowledge.reply import Answer, Asked, Button
from bot.live.results import Result, Results
from bot.live.service import LiveResults

SHOWN = 5
# Nothing within the first radius: the next one is tried, and said. In kilometres.
RADII_KM = (20, 60)


async def with_live_results(
    answer: Answer, asked: Asked, live: LiveResults, knowledge: Knowledge, gazetteer: Gazetteer
) -> Answer:
    """The answer, with up to five results in front when its question is a search near a place.

    A service without key, or a question without place, changes nothing; one that fails is said plainly.
    """
    if asked.label.kind != "action" or asked.label.id not in LOCAL_ACTIONS or not asked.place:
        return answer
    found, radius = await search_live(asked, live, knowledge, gazetteer)
    if found is None:
        return answer
    if found.failed:
        return replace(answer, paragraphs=(found.note, *answer.paragraphs))
    if found.items:
        return _shown(answer, found, radius)
    nothing = texts.LIVE_NOTHING.format(radius=radius)
    return replace(answer, paragraphs=(nothing, *answer.paragraphs))


async def search_live(
    asked: Asked,
    live: LiveResults,
    knowledge: Knowledge,
    gazetteer: Gazetteer,
    radii_km: Sequence[int] = RADII_KM,
) -> tuple[Results | None, int]:
    """What public services have for a search near a place, within the first radius that has something.

    With it comes the radius, the last one when there is nothing. None when no service has a key for that search.
    Raises ValueError without a place, KeyError for an unknown one.
    """
    if not asked.place:
        raise ValueError("une recherche près de nulle part")
    search = _search(asked, live, knowledge, links.where(gazetteer, asked.place))
    for radius in radii_km:
        found = await search(radius)
        if found is None or found.failed or found.items:
            break
    return found, radius


def _search(
    asked: Asked, live: LiveResults, knowledge: Knowledge, place: links.Where
) -> Callable[[int], Awaitable[Results | None]]:
    metier = _metier(asked, knowledge)
    rome = str(metier.chiffres.rome.valeur) if metier and metier.chiffres.rome else None
    action = asked.label.id
    if action == "offres":
        words = "" if rome or not metier else metier.court
        return lambda radius: live.offers(rome, words, place, radius)
    if action == "evenements":
        return lambda radius: live.events(rome, place, radius)
    if action == "immersions":
        appellation = links.APPELLATIONS.get(metier.id) if metier else None
        codes = [appellation.code] if appellation else []
        return lambda radius: live.immersions(codes, place, radius)
    return lambda radius: live.trainings(rome, place, radius)


def _metier(asked: Asked, knowledge: Knowledge) -> Fiche | None:
    for ref in asked.about:
        for candidate in (ref, *knowledge.twins.get(ref, ())):
            if candidate.startswith("metier:"):
                return knowledge.fiche(candidate)
    return None


def _shown(answer: Answer, found: Results, radius: int) -> Answer:
    shown = found.items[:SHOWN]
    lines = [result_line(result) for result in shown]
    head = texts.LIVE_FOUND.format(total=found.total, radius=radius)
    buttons = [Button(result.title[:40], url=result.url) for result in shown if result.url]
    return replace(
        answer,
        paragraphs=("\n".join([head, *lines]), *answer.paragraphs),
        source=found.note,
        buttons=(*buttons, *answer.buttons),
    )


def result_line(result: Result) -> str:
    """One result in one line, as answers and alerts show it."""
    distance = f"{result.distance_km:g} km".replace(".", ",") if result.distance_km is not None else ""
    date = day_words(result.date.date(), dt.date.today()) if result.date else ""
    parts = (result.title, result.employer, result.town, distance, result.contract, date, result.detail)
    return "• " + ", ".join(part for part in parts if part)
