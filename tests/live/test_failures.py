"""Whatever a service does, the person gets a sentence, nothing is raised, and no key is shown."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from aiolimiter import AsyncLimiter

from bot.live.http import Request, Service, ServiceError, Timing
from bot.live.results import Results
from bot.live.service import Keys, LiveResults
from tests.live.conftest import FAST, KEYS, LIMOGES, SECRETS, Time, quick_client
from tests.live.double import (
    COMMUNES,
    COURSES,
    EVENTS,
    IMMERSIONS,
    JOBS,
    MISSIONS,
    OFFERS,
    TOKEN,
    Double,
    Said,
    closed_port,
    sample,
)

Ask = Callable[[LiveResults], Awaitable[Results | None]]

ASKS: dict[str, Ask] = {
    OFFERS: lambda live: live.offers("J1501", "", LIMOGES, 20),
    EVENTS: lambda live: live.events("J1501", LIMOGES, 20),
    IMMERSIONS: lambda live: live.immersions(["10891"], LIMOGES),
    JOBS: lambda live: live.apprenticeships("J1501", LIMOGES),
    COURSES: lambda live: live.trainings("J1501", LIMOGES),
    MISSIONS: lambda live: live.missions_locales(LIMOGES),
}
FAILURES = {
    "400": Said(400, sample("ft_offres_error_400")),
    "401": Said(401, sample("immersion_v3_error_401")),
    "403": Said(403),
    "404": Said(404),
    "429 without Retry-After": Said(429, sample("immersion_v3_error_429")),
    "429, a long wait": Said(429, b"Too many requests", {"Retry-After": "60"}),
    "429, twice": Said(429, b"Too many requests", {"Retry-After": "0"}),
    "500": Said(500, b"<html>oops</html>"),
    "503": Said(503),
    "redirect": Said(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}),
    "malformed": Said(200, b'{"resultats": [{"id": "1", "inti'),
    "not JSON": Said(200, b"<html>maintenance</html>"),
    "not UTF-8": Said(200, b'{"resultats": ["\xff\xfe"]}'),
    "another shape": Said(200, b'{"error": "indisponible"}'),
    "a number": Said(200, b"42"),
    "null": Said(200, b"null"),
    "odd rows": Said(200, b'{"resultats": [1], "content": [1], "data": [1], "jobs": [1]}'),
    "broken compression": Said(200, b"not gzip", {"Content-Encoding": "gzip"}),
}


def assert_failed(results: Results | None) -> None:
    assert results is not None
    assert results.failed
    assert results.items == ()
    assert results.note.startswith("Le service « ")
    assert "ne répond pas" in results.note


def assert_no_key(text: str) -> None:
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("failure", FAILURES)
async def test_every_failure_of_every_service_is_a_sentence(
    live: LiveResults, double: Double, caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for path, ask in ASKS.items():
        caplog.clear()
        double.says(path, FAILURES[failure])
        results = await ask(live)
        assert_failed(results)
        lines = [record for record in caplog.records if record.name.startswith("bot.")]
        assert [record.levelname for record in lines] == ["WARNING"], path
        assert_no_key(caplog.text)
        assert_no_key(repr(results))


@pytest.mark.parametrize("path", [OFFERS, IMMERSIONS, JOBS])
async def test_a_slow_service(live: LiveResults, double: Double, path: str) -> None:
    double.says(path, Said(body=b"{}", delay=0.6))
    assert_failed(await ASKS[path](live))


async def test_the_whole_answer_has_a_limit(double: Double) -> None:
    double.says(OFFERS, Said(body=b"{}", delay=0.6))
    async with LiveResults(
        KEYS, double.bases, timing=replace(FAST, call=5.0, whole=0.1), client=quick_client()
    ) as live:
        began = asyncio.get_running_loop().time()
        assert_failed(await ASKS[OFFERS](live))
        assert asyncio.get_running_loop().time() - began < 0.5


async def test_connection_refused(double: Double, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    nobody = closed_port()
    bases = replace(
        double.bases,
        francetravail_connexion=nobody,
        francetravail=nobody,
        immersion=nobody,
        alternance=nobody,
        communes=nobody,
    )
    async with LiveResults(KEYS, bases, timing=FAST, client=quick_client()) as live:
        for ask in ASKS.values():
            assert_failed(await ask(live))
        assert await live.town_at(45.8, 1.2) is None
        assert await live.towns_named("Limoges") == ()
    assert_no_key(caplog.text)


@pytest.mark.parametrize(
    "said",
    [
        Said(400, sample("ft_token_error_400")),
        Said(401),
        Said(500),
        Said(200, b"{}"),
        Said(200, b'{"access_token": "un\\njeton", "expires_in": 1499}'),
    ],
)
async def test_no_token(
    live: LiveResults, double: Double, caplog: pytest.LogCaptureFixture, said: Said
) -> None:
    caplog.set_level(logging.DEBUG)
    double.says(TOKEN, said)
    assert_failed(await ASKS[OFFERS](live))
    assert double.calls(OFFERS) == []
    assert_no_key(caplog.text)


async def test_a_wrong_key_is_told_to_the_operator(
    live: LiveResults, double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    double.says(TOKEN, Said(400, sample("ft_token_error_400")))
    double.says(IMMERSIONS, Said(401, sample("immersion_v3_error_401")))
    await ASKS[OFFERS](live)
    await ASKS[IMMERSIONS](live)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("bot.")] == [
        "France Travail : clé refusée (400)",
        "Immersion Facilitée : clé refusée (401)",
    ]


async def test_a_refused_request_names_the_parameter_and_no_value(
    live: LiveResults, double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    double.says(OFFERS, Said(400, sample("ft_offres_error_400")))
    await live.offers(None, "mot très personnel", LIMOGES)
    assert "France Travail : demande refusée (400, paramètre commune)" in caplog.text
    assert "personnel" not in caplog.text


async def test_an_unforeseen_error_is_a_failure_too(
    live: LiveResults, double: Double, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("SECRET-france-travail")

    monkeypatch.setattr("bot.live.france_travail._offer", broken)
    double.says(OFFERS, Said(206, sample("ft_offres_search_206")))
    assert_failed(await ASKS[OFFERS](live))
    assert "ZeroDivisionError" in caplog.text
    assert_no_key(caplog.text)


async def test_without_keys_nothing_is_asked(double: Double) -> None:
    async with LiveResults(
        Keys(francetravail_id="seul", immersion_key="  "), double.bases, client=quick_client()
    ) as live:
        assert [await ask(live) for ask in ASKS.values()] == [None] * len(ASKS)
    assert double.heard == []


async def test_an_impossible_key_is_not_used_and_not_shown(
    double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    odd = Keys("PAR_identifiant", "SECRET-france-travail\n2", "CLE-immersion é", "CLE-alternance 2")
    async with LiveResults(odd, double.bases, client=quick_client()) as live:
        assert [await ask(live) for ask in ASKS.values()] == [None] * len(ASKS)
    assert "caractère impossible" in caplog.text
    assert_no_key(caplog.text)


def test_keys_are_not_shown() -> None:
    assert_no_key(repr(KEYS))
    assert_no_key(repr(Request("GET", "/", headers={"Authorization": SECRETS[2]}, form={"a": SECRETS[1]})))


# -- waiting as asked ------------------------------------------------------------------------------------


class Naps:
    """Records the waits instead of sleeping."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.mark.parametrize(
    ("header", "waits", "calls"),
    [("3", [3.0], 2), ("5", [5.0], 2), ("6", [], 1), ("", [], 1), ("demain", [], 1), ("-1", [], 1)],
)
async def test_retry_after_is_waited_for_once_when_short(
    double: Double, header: str, waits: list[float], calls: int
) -> None:
    double.says("/x", Said(429, headers={"Retry-After": header}), Said(200, b"[]"))
    naps = Naps()
    async with quick_client() as client:
        service = Service("Essai", double.url, client, AsyncLimiter(10, 1), Timing(), sleep=naps)
        if calls == 2:
            assert (await service.send(Request("GET", "/x"))).status == 200
        else:
            with pytest.raises(ServiceError, match=r"Essai : trop de demandes \(429\)"):
                await service.send(Request("GET", "/x"))
    assert naps.seconds == waits
    assert len(double.calls("/x")) == calls


async def test_retry_after_may_be_a_date(double: Double) -> None:
    past = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    double.says("/x", Said(503, headers=past), Said(200, b"[]"))
    naps = Naps()
    async with quick_client() as client:
        service = Service("Essai", double.url, client, AsyncLimiter(10, 1), sleep=naps)
        assert (await service.send(Request("GET", "/x"))).status == 200
    assert naps.seconds == [0.0]


async def test_a_long_wait_is_respected_by_the_next_questions(
    live: LiveResults, double: Double, clock: Time
) -> None:
    double.says(OFFERS, Said(429, headers={"Retry-After": "60"}), Said(206, sample("ft_offres_search_206")))
    assert_failed(await ASKS[OFFERS](live))
    clock.now += 59
    assert_failed(await ASKS[OFFERS](live))
    assert len(double.calls(OFFERS)) == 1
    clock.now += 2
    again = await ASKS[OFFERS](live)
    assert again is not None
    assert not again.failed


async def test_exceptions_carry_nothing_along() -> None:
    async with quick_client() as client:
        service = Service("Essai", closed_port(), client, AsyncLimiter(10, 1))
        request = Request("GET", "/x", headers={"Authorization": "CLE-immersion\n"})
        with pytest.raises(ServiceError) as caught:
            await service.send(request)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert_no_key("".join(traceback.format_exception(caught.value)))


async def test_the_pace_is_kept(double: Double) -> None:
    double.says("/x", Said(200, b"[]"))
    async with quick_client() as client:
        service = Service("Essai", double.url, client, AsyncLimiter(2, 0.2))
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(service.send(Request("GET", "/x")) for _ in range(5)))
        assert asyncio.get_running_loop().time() - began >= 0.25


async def test_communes_fail_quietly(live: LiveResults, double: Double) -> None:
    for name in ("400", "500", "malformed"):
        double.says(COMMUNES, FAILURES[name])
        assert await live.town_at(45.8567, 1.2487) is None
        assert await live.towns_named("Limoges") == ()
