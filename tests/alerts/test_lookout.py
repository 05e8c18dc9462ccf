"""Every item is told once and only once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alert_store import AlertStore
from bot.knowledge.alerts import LIFE, Alert, Found, Frequency, Watch
from bot.knowledge.reply import Answer
from bot.lookout import Lookout, Outcome
from bot.store import Store
from tests.alerts.samples import MONDAY, WATCH, found


@dataclass
class World:
    """What there is, the clock, and the chat that messages arrive in."""

    now: dt.datetime = MONDAY
    there: list[str] = field(default_factory=list)
    failing: bool = False
    outcome: Outcome = Outcome.SENT
    arrives: bool = True
    crashes: bool = False
    chat: list[Answer] = field(default_factory=list)

    async def find(self, watch: Watch, radius_km: int | None) -> Found | None:
        return None if self.failing else found(*self.there)

    async def tell(self, chat_id: int, answer: Answer) -> Outcome:
        if self.arrives:
            self.chat.append(answer)
        if self.crashes:
            raise SystemExit
        return self.outcome

    @property
    def told(self) -> list[str]:
        """The items that arrived, as often as they did."""
        lines = [line for answer in self.chat for line in answer.text.splitlines()]
        return [line.removeprefix("• ") for line in lines if line.startswith("• ")]


def lookout(alerts: AlertStore, world: World) -> Lookout:
    return Lookout(alerts, world.find, world.tell, lambda watch: "x", lambda: world.now)


def make(store: Store, *seen: str, frequency: Frequency = Frequency.AT_ONCE) -> Alert:
    made = store.alerts.make("p", 42, WATCH, frequency, MONDAY, 20, seen)
    assert made
    return made


HOW = {
    "sent": (Outcome.SENT, True),
    "refused": (Outcome.NOT_SENT, False),
    "lost": (Outcome.UNSURE, False),
    "answer lost": (Outcome.UNSURE, True),
}
STEPS = st.one_of(
    st.tuples(st.just("item"), st.integers(0, 4)),
    st.tuples(st.just("gone"), st.integers(0, 4)),
    st.tuples(st.just("wait"), st.integers(0, 40)),
    st.tuples(st.just("look"), st.sampled_from([*HOW, "service fails", "crash before", "crash after"])),
    st.tuples(st.just("restart"), st.none()),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=30), frequency=st.sampled_from(Frequency))
def test_each_item_once_whatever_the_looks_failures_crashes_and_restarts(
    steps: list[tuple[str, object]], frequency: Frequency
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_history(Path(folder) / "bot.db", steps, frequency))


async def _history(path: Path, steps: list[tuple[str, object]], frequency: Frequency) -> None:
    store = Store(path, b"salt")
    world = World(there=["shown"])
    make(store, "shown", frequency=frequency)
    ever, maybe_lost = {"shown"}, False
    for step, value in steps:
        if step == "item":
            ever.add(f"i{value}")
            world.there.append(f"i{value}")
        elif step == "gone":
            world.there = [key for key in world.there if key != f"i{value}"]
        elif step == "wait":
            world.now += dt.timedelta(hours=int(str(value)))
        elif step == "look":
            maybe_lost |= await _look(store, world, str(value))
        if step == "restart" or "crash" in str(value):
            store.close()
            store = Store(path, b"salt")
    # In the end everything works again, long enough for every alert to be due, by day.
    for _ in range(2):
        world.now = (world.now + dt.timedelta(days=8)).replace(hour=11)
        await _look(store, world, "sent")
    store.close()
    shown = [one for one in world.told if one.startswith("i")]
    assert len(shown) == len(set(shown)), "an item was told twice"
    assert "shown" not in world.told, "what was shown at first is no news"
    if not maybe_lost:
        assert set(world.there) - {"shown"} <= set(shown) <= ever


async def _look(store: Store, world: World, how: str) -> bool:
    """One look; says whether a message may have been lost without anybody knowing."""
    world.failing = how == "service fails"
    world.crashes = how.startswith("crash")
    world.outcome, world.arrives = HOW.get(how, (Outcome.SENT, how == "crash after"))
    before = len(world.chat)
    try:
        await lookout(store.alerts, world).look()
    except SystemExit:
        return len(world.chat) == before
    return how == "lost"


async def test_a_look_is_due_then_not_until_the_next_one(store: Store) -> None:
    world = World(there=["a"])
    make(store)
    looking = lookout(store.alerts, world)
    await looking.look()
    assert world.told == []
    world.now += dt.timedelta(hours=1)
    await looking.look()
    world.there.append("b")
    await looking.look()
    assert world.told == ["a"]
    world.now += dt.timedelta(hours=1)
    await looking.look()
    assert world.told == ["a", "b"]


async def test_nothing_is_sent_at_night_and_nothing_is_lost(store: Store) -> None:
    world = World(now=MONDAY.replace(hour=22), there=["a"])
    make(store)
    await lookout(store.alerts, world).look()
    assert world.told == []
    world.now = MONDAY + dt.timedelta(days=1)
    await lookout(store.alerts, world).look()
    assert world.told == ["a"]


async def test_a_service_that_fails_is_asked_again_at_the_next_look(store: Store) -> None:
    world = World(now=MONDAY + dt.timedelta(days=7), there=["a"], failing=True)
    make(store, frequency=Frequency.WEEKLY)
    await lookout(store.alerts, world).look()
    assert world.chat == []
    world.failing = False
    world.now += dt.timedelta(minutes=15)
    await lookout(store.alerts, world).look()
    assert world.told == ["a"]


async def test_who_left_has_no_alerts_any_more(store: Store) -> None:
    world = World(now=MONDAY + dt.timedelta(hours=2), there=["a"], outcome=Outcome.GONE)
    make(store)
    store.alerts.make("p", 42, Watch("offres", None, "44109"), Frequency.WEEKLY, MONDAY)
    await lookout(store.alerts, world).look()
    assert store.rows("alerts") == store.rows("alert_items") == []


async def test_an_alert_stopped_while_a_service_answers_tells_nothing(store: Store) -> None:
    world = World(now=MONDAY + dt.timedelta(hours=2), there=["a"])
    made = make(store)

    async def find(watch: Watch, radius_km: int | None) -> Found | None:
        store.alerts.stop(made.id, "p")
        return found("a")

    await Lookout(store.alerts, find, world.tell, lambda watch: "x", lambda: world.now).look()
    assert world.chat == []
    assert store.rows("alert_items") == []


async def test_the_end_is_told_once_with_a_way_to_renew(store: Store) -> None:
    world = World(now=MONDAY + LIFE, there=["a"], outcome=Outcome.NOT_SENT, arrives=False)
    make(store)
    await lookout(store.alerts, world).look()
    assert store.rows("alerts"), "the last message could not leave: it is tried again"
    world.outcome, world.arrives = Outcome.SENT, True
    await lookout(store.alerts, world).look()
    await lookout(store.alerts, world).look()
    assert [[button.data for button in answer.buttons] for answer in world.chat] == [
        ["n:j:evenements@metier:aide-soignant@44109"]
    ]
    assert store.rows("alerts") == store.rows("alert_items") == []


async def test_one_alert_that_breaks_does_not_stop_the_others(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(now=MONDAY + dt.timedelta(hours=2), there=["a"])
    make(store)
    store.alerts.make("q", 43, Watch("offres", None, "44109"), Frequency.AT_ONCE, MONDAY, 20)

    async def find(watch: Watch, radius_km: int | None) -> Found | None:
        if watch == WATCH:
            raise KeyError("metier:aide-soignant")
        return found("a")

    await Lookout(store.alerts, find, world.tell, lambda watch: "x", lambda: world.now).look()
    assert world.told == ["a"]
    assert "KeyError" in caplog.text
    assert "aide-soignant" not in caplog.text


async def test_stopping_waits_for_the_message_under_way(store: Store) -> None:
    world = World(now=MONDAY + dt.timedelta(hours=2), there=["a"])
    make(store)
    store.alerts.make("q", 43, WATCH, Frequency.AT_ONCE, MONDAY, 20)
    begun = asyncio.Event()

    async def tell(chat_id: int, answer: Answer) -> Outcome:
        begun.set()
        await asyncio.sleep(0.05)
        return await world.tell(chat_id, answer)

    looking = Lookout(store.alerts, world.find, tell, lambda watch: "x", lambda: world.now)
    looking.start()
    await begun.wait()
    await looking.stop()
    assert len(world.chat) == 1, "the first is finished, the second waits for the next start"
    await lookout(store.alerts, world).look()
    assert len(world.chat) == 2
