"""The services' double, and live results that talk to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from bot.knowledge.links import Where
from bot.live.http import Timing
from bot.live.service import Keys, LiveResults
from tests.live.double import TOKEN, Double, Said, sample

KEYS = Keys("PAR_identifiant", "SECRET-france-travail", "CLE-immersion", "CLE-alternance")
SECRETS = ("PAR_identifiant", "SECRET-france-travail", "CLE-immersion", "CLE-alternance", "JETON-FICTIF")
TODAY = dt.date(2026, 9, 15)
LIMOGES = Where("87085", "Limoges", "87000", 45.8567, 1.2487)
FAST = Timing(call=0.25, longest_wait=0.05, whole=2.0)
REGIONS = {"R:75": ("19", "23", "87")}


class Time:
    """A clock that tests move."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def quick_client() -> httpx.AsyncClient:
    """A client for 127.0.0.1 only: reading the certificates takes longer than a test."""
    return httpx.AsyncClient(verify=False)


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as running:
        running.says(TOKEN, Said(body=sample("ft_token")))
        yield running


@pytest_asyncio.fixture
async def live(double: Double, clock: Time) -> AsyncIterator[LiveResults]:
    client = quick_client()
    async with LiveResults(
        KEYS, double.bases, regions=REGIONS, timing=FAST, today=lambda: TODAY, clock=clock, client=client
    ) as opened:
        yield opened
