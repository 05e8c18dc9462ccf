"""Looking for news again and again, and telling each person once."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import traceback
from collections.abc import Awaitable, Callable
from enum import Enum, auto

from bot.alert_store import AlertStore
from bot.knowledge.alerts import Alert, Found, Watch, awake, new_items, news, next_look, over
from bot.knowledge.reply import Answer

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 15 * 60.0
# The bot is put on its feet first: nothing is sent by one that can't be stopped in order yet.
FIRST_LOOK_AFTER_SECONDS = 1.0
# A message that is being sent when the bot is told to stop may take so long.
STOP_WITHIN_SECONDS = 10.0
# Told in the place of an item's key: the alert's last message is on its way.
LAST_MESSAGE = "fin"


class Outcome(Enum):
    """What became of a message: sent, surely not sent, nobody knows, or the person is gone."""

    SENT = auto()
    NOT_SENT = auto()
    UNSURE = auto()
    GONE = auto()


Find = Callable[[Watch, int | None], Awaitable[Found | None]]
Tell = Callable[[int, Answer], Awaitable[Outcome]]


class Lookout:
    """Looks at the alerts that are due, one after the other, and tells what is new."""

    def __init__(
        self,
        alerts: AlertStore,
        find: Find,
        tell: Tell,
        name: Callable[[Watch], str],
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ):
        """``find`` gives what there is for a watch within a radius in km, None when that can't be known now.

        ``tell`` sends to a chat and never raises; ``name`` puts a watch in words; ``now`` is the clock.
        """
        self._alerts = alerts
        self._find = find
        self._tell = tell
        self._name = name
        self._now = now
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, in the running event loop."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop once the message under way is sent; one that takes too long is given up."""
        self._stopping.set()
        if self._task:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self._task, STOP_WITHIN_SECONDS)

    async def _watch(self) -> None:
        pause = FIRST_LOOK_AFTER_SECONDS
        while not await self._stopped_within(pause):
            try:
                await self.look()
            except Exception as error:
                _log("alertes", error)
            pause = LOOK_EVERY_SECONDS

    async def _stopped_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def look(self) -> None:
        """Look once at all alerts that are due; nobody is written to at night."""
        now = self._now()
        if not awake(now):
            return
        for alert in self._alerts.due(now):
            if self._stopping.is_set():
                return
            try:
                await (self._end(alert) if alert.expires <= now else self._look_at(alert, now))
            except Exception as error:
                _log(f"alerte {alert.id}", error)

    async def _look_at(self, alert: Alert, now: dt.datetime) -> None:
        what = self._name(alert.watch)
        found = await self._find(alert.watch, alert.radius_km)
        if found is None:
            return
        new = new_items(alert, found, self._alerts.seen(alert.id))
        keys = {item.key for item in found.items}
        taken = self._alerts.take(alert, keys, next_look(alert.frequency, now), found.radius_km)
        if taken is None:
            return
        new = [item for item in new if item.key in taken]
        if not new:
            return
        outcome = await self._tell(alert.chat_id, news(alert, found, new, what))
        self._after(alert, {item.key for item in new}, outcome)

    async def _end(self, alert: Alert) -> None:
        last = over(alert, self._name(alert.watch))
        taken = self._alerts.take(alert, {LAST_MESSAGE}, alert.next_look)
        if taken is None:
            return
        outcome = Outcome.UNSURE
        if taken:
            outcome = await self._tell(alert.chat_id, last)
            self._after(alert, taken, outcome)
        if outcome is not Outcome.NOT_SENT:
            self._alerts.remove(alert.id)

    def _after(self, alert: Alert, keys: set[str], outcome: Outcome) -> None:
        if outcome is Outcome.NOT_SENT:
            self._alerts.give_back(alert, keys)
        elif outcome is Outcome.GONE:
            self._alerts.leave(alert.chat_id)


def _log(what: str, error: Exception) -> None:
    """The kind of error and where it arose; its own words are left out."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    log.error("%s : %s, %s:%s", what, type(error).__name__, frame.filename, frame.lineno)
