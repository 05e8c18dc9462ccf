"""Offers and events that public services have around some places, fetched into files of the data folder.

The bot shows them where it can't ask the services itself, or when they don't answer. What is fetched replaces what was
fetched before; what people wrote stays in files of its own. Fetched offers vanish by themselves after three days.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot import texts
from bot.errors import UnusableError
from bot.knowledge import links
from bot.knowledge.french import one_line
from bot.knowledge.local import (
    DEFAULT_RADIUS_KM,
    FETCHED_EVENTS_FILE,
    FETCHED_OFFERS_FILE,
    Entry,
    Evenement,
    OffreLocale,
    dangling,
)
from bot.knowledge.models import Knowledge
from bot.knowledge.places import Gazetteer
from bot.knowledge.recognise import Recogniser
from bot.live.results import (
    EVENTS,
    FRANCE_TRAVAIL,
    NOTE_OFFERS,
    NOTE_SOURCE,
    OFFERS_LICENCE,
    Result,
    Results,
    day,
)
from bot.live.service import Bases, Keys, LiveResults
from bot.local_import import event_kind
from bot.local_writing import replace_file, yaml_lines

# What was not fetched again for so long may be gone: it is no longer shown.
OFFERS_HOLD = dt.timedelta(days=3)
# Twenty offers each, the most recent first.
MOST_BATCHES = 10
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


class FetchError(UnusableError):
    """Nothing could be fetched."""


@dataclass(frozen=True)
class Fetched:
    """What was written: the file, its entries, and how many results could not be used."""

    kind: str
    file: Path
    entries: tuple[Entry, ...]
    left_out: int

    def words(self) -> str:
        """The same in French."""
        done = texts.FETCH_DONE.format(
            file=self.file, count=len(self.entries), what=texts.FETCH_KINDS[self.kind]
        )
        return f"{done} {texts.FETCH_LEFT_OUT.format(count=self.left_out)}" if self.left_out else done


async def fetch_all(
    kinds: Sequence[str],
    places: Sequence[str],
    keys: Keys,
    data: Recogniser,
    folder: Path,
    today: dt.date,
    bases: Bases | None = None,
) -> list[Fetched]:
    """Fetch offers, events or both around each place (INSEE codes, « D:49 » or « R:93 »), into their files.

    ``bases`` are other addresses of the services, for tests. Raises FetchError, and writes no more, when a service has
    no key or fails.
    """
    regions = data.gazetteer.departements_of
    async with LiveResults(keys, bases, regions=regions, today=lambda: today) as live:
        fetcher = Fetcher(live, data.knowledge, data.gazetteer, folder, today)
        fetches = {"offres": fetcher.offers, "evenements": fetcher.events}
        return [await fetches[kind](places) for kind in dict.fromkeys(kinds)]


class Fetcher:
    """Fetches for one state of the data."""

    def __init__(
        self, live: LiveResults, knowledge: Knowledge, gazetteer: Gazetteer, folder: Path, today: dt.date
    ):
        """``folder`` is that of the YAML files; ``live`` asks the services."""
        self._live = live
        self._knowledge = knowledge
        self._gazetteer = gazetteer
        self._folder = folder
        self._today = today
        self._refs = _refs_by_rome(knowledge)

    async def offers(self, places: Sequence[str]) -> Fetched:
        """The most recent job offers for the métiers of the knowledge, around each place, in their file.

        ``places`` are INSEE codes, « D:49 » or « R:93 ». Raises FetchError, and writes nothing, when the service has
        no key or fails; KeyError for an unknown place.
        """
        results = [await self._all_offers(place) for place in places]
        return self._write("offres", FETCHED_OFFERS_FILE, OffreLocale, _once(results), self._offer)

    async def events(self, places: Sequence[str]) -> Fetched:
        """The coming events of care around each place, in their file. Raises as ``offers`` does."""
        results = [
            self._given(await self._live.events(None, links.where(self._gazetteer, place), DEFAULT_RADIUS_KM))
            for place in places
        ]
        return self._write("evenements", FETCHED_EVENTS_FILE, Evenement, _once(results), self._event)

    async def _all_offers(self, place: str) -> Results:
        where, romes = links.where(self._gazetteer, place), tuple(self._refs)
        items: list[Result] = []
        for batch in range(MOST_BATCHES):
            page = self._given(await self._live.offers(romes, "", where, DEFAULT_RADIUS_KM, batch))
            items += page.items
            if not page.more:
                break
        return Results(tuple(items))

    @staticmethod
    def _given(results: Results | None) -> Results:
        if results is None:
            raise FetchError(texts.FETCH_NO_KEY)
        if results.failed:
            raise FetchError(results.note)
        return results

    def _write(
        self,
        kind: str,
        name: str,
        model: type[Entry],
        results: Iterable[Result],
        values_of: Callable[[Result], dict[str, Any]],
    ) -> Fetched:
        entries: list[Entry] = []
        left_out = 0
        for result in results:
            try:
                entry = model.model_validate(values_of(result))
            except ValidationError:
                left_out += 1
                continue
            if any(dangling(entry, self._knowledge.fiches.keys(), self._gazetteer)):
                left_out += 1
                continue
            entries.append(entry)
        lines = [line for entry in entries for line in ("", *yaml_lines(entry))] or ["", "[]"]
        file = self._folder / name
        try:
            replace_file(file, texts.FETCH_HEAD.format(date=day(self._today)) + "\n".join(lines) + "\n")
        except OSError as error:
            raise FetchError(f"{file} : écriture impossible ({error.strerror}).") from None
        return Fetched(kind, file, tuple(entries), left_out)

    def _offer(self, result: Result) -> dict[str, Any]:
        return self._common(result) | {
            "genre": "emploi",
            "employeur": _cut(result.employer or texts.FETCH_NO_EMPLOYER, 200),
            "contrat": _cut(result.contract, 200),
            "lien": result.url,
            "expire_le": self._today + OFFERS_HOLD,
            "source": NOTE_OFFERS.format(
                date=day(result.date.date() if result.date else self._today), licence=OFFERS_LICENCE
            ),
            "service": FRANCE_TRAVAIL,
        }

    def _event(self, result: Result) -> dict[str, Any]:
        begins = result.date
        return self._common(result) | {
            "genre": event_kind(f"{result.contract or ''} {result.title}") or "reunion",
            "date": begins.date() if begins else None,
            "debut": begins.time().replace(tzinfo=None) if begins and begins.time() != dt.time() else None,
            "inscription": result.url,
            "source": NOTE_SOURCE.format(service=EVENTS, date=day(self._today)),
            "service": EVENTS,
        }

    def _common(self, result: Result) -> dict[str, Any]:
        refs = (ref for rome in result.romes for ref in self._refs.get(rome, ()))
        return {
            "id": "-".join(
                part for part in ("ft", _NOT_IN_IDS.sub("-", result.ident.lower()).strip("-")) if part
            )[:40],
            "titre": _cut(result.title, 120),
            "commune": result.commune,
            "metiers": tuple(dict.fromkeys(refs)),
            "verifie_le": self._today,
        }


def _once(results: Iterable[Results]) -> Iterator[Result]:
    """Every result once: places may be close to each other."""
    seen: set[str] = set()
    for page in results:
        for result in page.items:
            if result.ident and result.ident not in seen:
                seen.add(result.ident)
                yield result


def _refs_by_rome(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """The métiers of each ROME code."""
    refs: dict[str, tuple[str, ...]] = {}
    for fiche in knowledge.fiches.values():
        if fiche.kind == "metier" and fiche.chiffres.rome:
            code = str(fiche.chiffres.rome.valeur)
            refs[code] = (*refs.get(code, ()), fiche.ref)
    return refs


def _cut(text: str | None, most: int) -> str | None:
    """A line of at most so many characters; None for an empty one."""
    line = one_line(text or "")
    return (line if len(line) <= most else line[: most - 1] + "…") or None
