"""One careful way to call a public service: paced, short, and silent about keys.

Whatever goes wrong becomes a ServiceError that holds a reason and a status, never an address, a header, a body
or the first exception (the HTTP libraries may quote a key in theirs).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar

import httpx
from aiolimiter import AsyncLimiter
from pydantic import (
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic import ValidatorFunctionWrapHandler as Handler
from pydantic.alias_generators import to_camel

USER_AGENT = "OrientaSoin"
LONGEST_PAUSE_SECONDS = 600.0

Reason = Literal["injoignable", "trop lent", "trop de demandes", "clé refusée", "demande refusée", "en panne"]
Params = tuple[tuple[str, str], ...]
Sleep = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]
Parsed = TypeVar("Parsed")
Model = TypeVar("Model", bound=BaseModel)


class ServiceError(Exception):
    """A service gave nothing that can be used.

    ``status`` is its HTTP status, when it answered; ``parameters`` are the names of ours that its message quotes.
    """

    def __init__(
        self, service: str, reason: Reason, status: int | None = None, parameters: tuple[str, ...] = ()
    ):
        self.service = service
        self.reason: Reason = reason
        self.status = status
        self.parameters = parameters
        details = [str(status)] if status else []
        details += [f"paramètre {name}" for name in parameters]
        super().__init__(f"{service} : {reason}" + (f" ({', '.join(details)})" if details else ""))


@dataclass(frozen=True, slots=True)
class Timing:
    """How long to wait, in seconds: for one call, when asked to come back, and for a whole answer."""

    call: float = 4.0
    longest_wait: float = 5.0
    whole: float = 12.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a service. Headers and form may hold keys: they are not shown."""

    method: str
    path: str
    params: Params = ()
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    json: dict[str, Any] | None = None
    form: dict[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered, with one of the statuses of success."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)


class Service:
    """One public service: its name, base address, pace and patience."""

    def __init__(
        self,
        name: str,
        base: str,
        client: httpx.AsyncClient,
        limiter: AsyncLimiter,
        timing: Timing | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
    ):
        """``base`` is the address that the paths follow; ``sleep`` and ``clock`` count in seconds."""
        self.name = name
        self._base = base.rstrip("/")
        self._client = client
        self._limiter = limiter
        self._timing = timing or Timing()
        self._sleep = sleep
        self._clock = clock
        self._closed_until = float("-inf")

    async def send(self, request: Request) -> Reply:
        """Call the service, a second time when it asks to come back soon.

        Raises ServiceError for any other status than 200, 204 and 206, and when no answer comes.
        """
        if self._clock() < self._closed_until:
            raise ServiceError(self.name, "trop de demandes")
        reply = await self._once(request)
        wait = asked_wait(reply)
        if wait is not None and wait <= self._timing.longest_wait:
            await self._sleep(wait)
            reply = await self._once(request)
            wait = asked_wait(reply)
        if wait is not None:
            self._closed_until = self._clock() + min(wait, LONGEST_PAUSE_SECONDS)
        if reply.status not in (200, 204, 206):
            raise ServiceError(self.name, _reason(reply.status), reply.status, _quoted(request, reply))
        return reply

    async def _once(self, request: Request) -> Reply:
        await self._limiter.acquire()
        reason: Reason
        try:
            async with asyncio.timeout(self._timing.call):
                response = await self._client.request(
                    request.method,
                    self._base + request.path,
                    params=request.params or None,
                    headers={"Accept": "application/json", "User-Agent": USER_AGENT} | request.headers,
                    json=request.json,
                    data=request.form,
                    timeout=self._timing.call,
                    follow_redirects=False,
                )
            return Reply(response.status_code, response.headers, response.content)
        except (TimeoutError, httpx.TimeoutException):
            reason = "trop lent"
        except Exception:
            # Broad on purpose: a key with an odd character fails outside httpx's own errors, and is quoted there.
            reason = "injoignable"
        # Raised out of the handler, so that the first exception does not travel along.
        raise ServiceError(self.name, reason)

    def read(self, kind: type[Parsed], reply: Reply) -> Parsed:
        """The body of a reply, checked. Raises ServiceError when it is not what the service promises."""
        try:
            return TypeAdapter(kind).validate_json(reply.content)
        except ValidationError:
            pass
        raise ServiceError(self.name, "en panne", reply.status)

    def items(self, model: type[Model], rows: Iterable[object]) -> list[Model]:
        """The rows that can be read; an odd one is left out. Raises ServiceError when none can be."""
        found: list[Model] = []
        odd = 0
        for row in rows:
            try:
                found.append(model.model_validate(row))
            except ValidationError:
                odd += 1
        if odd and not found:
            raise ServiceError(self.name, "en panne")
        return found


class Loose(BaseModel):
    """What a service says, read with indulgence: unknown fields are ignored, an odd value counts as absent."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _absent_when_odd(cls, value: object, handler: Handler, info: ValidationInfo) -> object:
        try:
            return handler(value)
        except ValidationError:
            field = cls.model_fields[info.field_name or ""]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True)


def inside(*path: str, default: Any = None) -> Any:
    """A field that a service keeps inside others: ``inside("offer", "title")``; without it, the default."""
    return Field(default, validation_alias=AliasPath(path[0], *path[1:]))


class Camel(Loose):
    """The same, for services whose names look like ``codePostal``."""

    model_config = ConfigDict(alias_generator=to_camel)


def asked_wait(reply: Reply) -> float | None:
    """The seconds that a service asks to wait (``Retry-After``, a number or a date); None when it does not."""
    value = reply.headers.get("Retry-After", "").strip()
    if reply.status not in (429, 503) or not value:
        return None
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def _reason(status: int) -> Reason:
    if status in (401, 403):
        return "clé refusée"
    if status == 429:
        return "trop de demandes"
    return "demande refusée" if 400 <= status < 500 else "en panne"


def _quoted(request: Request, reply: Reply) -> tuple[str, ...]:
    """The names of our parameters that a 400 complains of: enough to mend, and no value is repeated."""
    if reply.status != 400:
        return ()
    message = reply.content[:2000].decode(errors="replace")
    names = dict.fromkeys([*(name for name, _ in request.params), *(request.json or {})])
    return tuple(name for name in names if name in message)
