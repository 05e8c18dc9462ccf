"""Live results for the bot: one question, one answer, and never an exception.

A service that fails gives ``Results(failed=True)`` with a sentence for the person; the log has the reason.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import TypeVar

import httpx
from aiolimiter import AsyncLimiter

from bot.knowledge.links import DEFAULT_RADIUS_KM, Where
from bot.live import results
from bot.live.alternance import Alternance
from bot.live.cache import Cache
from bot.live.communes import Communes
from bot.live.france_travail import FranceTravail, Tokens
from bot.live.http import Clock, Service, ServiceError, Timing
from bot.live.immersion import Immersions
from bot.live.results import Regions, Results

log = logging.getLogger(__name__)

APPRENTICE_RADIUS_KM = 30

_ROME = re.compile(r"\b[A-N]\d{4}\b")
_NO_REGIONS: Regions = MappingProxyType({})

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Keys:
    """What each service gave the team; a service without its key is not asked. Never shown."""

    francetravail_id: str | None = field(default=None, repr=False)
    francetravail_secret: str | None = field(default=None, repr=False)
    immersion_key: str | None = field(default=None, repr=False)
    alternance_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Bases:
    """Where the services are; a test double goes here."""

    francetravail_connexion: str = "https://entreprise.francetravail.fr"
    francetravail: str = "https://api.francetravail.io/partenaire"
    immersion: str = "https://immersion-facile.beta.gouv.fr/api"
    alternance: str = "https://api.apprentissage.beta.gouv.fr/api"
    communes: str = "https://geo.api.gouv.fr"


class LiveResults:
    """Asks the services that have a key. Made inside the event loop that uses it; closed once."""

    def __init__(
        self,
        keys: Keys,
        bases: Bases | None = None,
        *,
        regions: Regions = _NO_REGIONS,
        timing: Timing | None = None,
        today: Callable[[], dt.date] = dt.date.today,
        clock: Clock = time.monotonic,
        client: httpx.AsyncClient | None = None,
    ):
        """``regions`` gives the départements of each « R:93 »; ``clock`` counts in seconds.

        ``client`` makes the calls, and is closed with the rest; a new one when absent.
        """
        self._timing = timing or Timing()
        self._today = today
        self._regions = regions
        self._cache = Cache(clock=clock)
        self._client = client or httpx.AsyncClient()
        self._connect(keys, bases or Bases(), clock)

    def _connect(self, keys: Keys, bases: Bases, clock: Clock) -> None:
        def service(name: str, base: str, limiter: AsyncLimiter) -> Service:
            return Service(name, base, self._client, limiter, self._timing, clock=clock)

        # A leaky bucket lets its size through at once and as much again while it empties: each is half the limit
        # (France Travail 10 a second, Immersion Facilitée 5 a second, API Alternance 60 a minute).
        self._france_travail: FranceTravail | None = None
        ident = _usable(keys.francetravail_id, results.FRANCE_TRAVAIL)
        secret = _usable(keys.francetravail_secret, results.FRANCE_TRAVAIL)
        if ident and secret:
            pace = AsyncLimiter(5, 1)
            tokens = Tokens(
                service(results.FRANCE_TRAVAIL, bases.francetravail_connexion, pace), ident, secret, clock
            )
            api = service(results.FRANCE_TRAVAIL, bases.francetravail, pace)
            self._france_travail = FranceTravail(api, tokens, self._regions)
        self._immersions: Immersions | None = None
        if key := _usable(keys.immersion_key, results.IMMERSION):
            api = service(results.IMMERSION, bases.immersion, AsyncLimiter(2, 1))
            self._immersions = Immersions(api, key, self._regions)
        self._alternance: Alternance | None = None
        if key := _usable(keys.alternance_key, results.ALTERNANCE):
            api = service(results.ALTERNANCE, bases.alternance, AsyncLimiter(30, 60))
            self._alternance = Alternance(api, key, self._regions)
        self._communes = Communes(service(results.COMMUNES, bases.communes, AsyncLimiter(5, 1)))

    @property
    def has_immersions(self) -> bool:
        """Whether the key of Immersion Facilitée is set."""
        return self._immersions is not None

    async def offers(
        self,
        rome: str | Sequence[str] | None,
        words: str,
        place: Where | None,
        radius_km: int = DEFAULT_RADIUS_KM,
        batch: int = 0,
    ) -> Results | None:
        """The most recent job offers that match the ROME codes and the words, all of health without either.

        ``batch`` counts from 0: what comes after the first ones, while ``Results.more``. None when France
        Travail's key is not set.
        """
        service, romes, today = self._france_travail, rome_codes(rome), self._today()
        if service is None:
            return None
        return await self._answer(
            results.FRANCE_TRAVAIL,
            ("offers", romes, words, place, radius_km, batch),
            lambda: service.offers(romes, words, place, radius_km, today, batch),
        )

    async def events(
        self, rome: str | Sequence[str] | None, place: Where | None, radius_km: int = DEFAULT_RADIUS_KM
    ) -> Results | None:
        """Coming recruitment events for these ROME codes, all of care without any, soonest first.

        None when France Travail's key is not set, or for a région that is not in ``regions``.
        """
        service, romes, today = self._france_travail, rome_codes(rome), self._today()
        if service is None or not self._has_departement(place):
            return None
        return await self._answer(
            results.EVENTS,
            ("events", romes, place, radius_km, today),
            lambda: service.events(romes, place, radius_km, today),
        )

    async def immersions(
        self,
        appellations: Sequence[str],
        place: Where | None,
        radius_km: int = DEFAULT_RADIUS_KM,
        pupils: bool = False,
        batch: int = 0,
    ) -> Results | None:
        """Employers who take people for an immersion, for these appellation codes (not ROME), nearest first.

        ``batch`` counts from 0. None when the key of Immersion Facilitée is not set, or for a région that is not in ``regions``.
        """
        service, codes, today = self._immersions, tuple(appellations), self._today()
        if service is None or not self._has_departement(place):
            return None
        return await self._answer(
            results.IMMERSION,
            ("immersions", codes, place, radius_km, pupils, batch),
            lambda: service.offers(codes, place, radius_km, pupils, today, batch),
        )

    async def apprenticeships(
        self, rome: str | Sequence[str] | None, place: Where | None, radius_km: int = APPRENTICE_RADIUS_KM
    ) -> Results | None:
        """Apprenticeship jobs, nearest first.

        None when the key of API Alternance is not set, or for a région that is not in ``regions``.
        """
        service, romes, today = self._alternance, rome_codes(rome), self._today()
        if service is None or not self._has_departement(place):
            return None
        return await self._answer(
            results.ALTERNANCE,
            ("apprenticeships", romes, place, radius_km),
            lambda: service.jobs(romes, place, radius_km, today),
        )

    async def trainings(
        self,
        rome: str | Sequence[str] | None,
        place: Where | None,
        radius_km: int = APPRENTICE_RADIUS_KM,
        batch: int = 0,
    ) -> Results | None:
        """Courses that take apprentices, nearest first; not every school: those of apprenticeship only.

        ``batch`` counts from 0. None when the key of API Alternance is not set, or for a place without a point (the service has no other
        way to search).
        """
        service, romes, today = self._alternance, rome_codes(rome), self._today()
        if service is None or (place and place.lat is None):
            return None
        return await self._answer(
            results.ALTERNANCE,
            ("trainings", romes, place, radius_km, today, batch),
            lambda: service.courses(romes, place, radius_km, today, batch),
        )

    async def missions_locales(
        self, place: Where | None, radius_km: int = APPRENTICE_RADIUS_KM
    ) -> Results | None:
        """Missions locales, nearest first. None when the key of API Alternance is not set, or without a point."""
        service, today = self._alternance, self._today()
        if service is None or place is None or place.lat is None:
            return None
        return await self._answer(
            results.MISSIONS_LOCALES,
            ("missions_locales", place, radius_km),
            lambda: service.missions_locales(place, radius_km, today),
        )

    async def town_at(self, lat: float, lon: float) -> Where | None:
        """The commune of a shared location, in degrees; None when there is none or the service fails."""
        return await self._guarded(results.COMMUNES, lambda: self._communes.at(lat, lon), None)

    async def towns_named(self, name: str) -> tuple[Where, ...]:
        """The communes of a name, the likeliest first; none when the service fails."""
        return await self._guarded(results.COMMUNES, lambda: self._communes.named(name), ())

    async def aclose(self) -> None:
        """Give up what is under way and close the connections."""
        await self._cache.close()
        await self._client.aclose()

    async def __aenter__(self) -> LiveResults:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _has_departement(self, place: Where | None) -> bool:
        """The place can be told by départements, or no place is asked for."""
        return place is None or bool(results.departements(place, self._regions))

    async def _answer(self, service: str, key: Hashable, ask: Callable[[], Awaitable[Results]]) -> Results:
        return await self._cache.get(key, lambda: self._guarded(service, ask, results.failure(service)))

    async def _guarded(self, service: str, ask: Callable[[], Awaitable[Given]], otherwise: Given) -> Given:
        """What ``ask`` gives in time, else ``otherwise`` and a line in the log."""
        try:
            async with asyncio.timeout(self._timing.whole):
                return await ask()
        except ServiceError as error:
            log.warning("%s", error)
        except TimeoutError:
            log.warning("%s : trop lent", service)
        except Exception as error:
            # No message and no traceback: either could quote what was sent.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s : %s, %s:%s", service, type(error).__name__, frame.filename, frame.lineno)
        return otherwise


def rome_codes(rome: str | Sequence[str] | None) -> tuple[str, ...]:
    """ROME codes, in order and once each, from « J1501 », « J1501, K1302 » or a list; what is not one is dropped."""
    text = rome if isinstance(rome, str) else " ".join(rome or ())
    return tuple(dict.fromkeys(_ROME.findall(text.upper())))


def _usable(key: str | None, service: str) -> str:
    """A key without the blanks around it; empty when it can't be one (the HTTP library would quote it)."""
    key = (key or "").strip()
    if key.isascii() and key.isprintable() and " " not in key:
        return key
    log.error("%s : la clé contient un caractère impossible, le service n'est pas utilisé", service)
    return ""
