"""Alerts on disk: made once, ten at most, erased with everything about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot import store as store_module
from bot.knowledge.alerts import LIFE, MOST_PER_PERSON, Frequency, Watch
from bot.store import Store
from tests.alerts.samples import MONDAY, NANTES, WATCH

HOUR = dt.timedelta(hours=1)


def test_an_alert_is_read_back_as_it_was_made(store: Store) -> None:
    made = store.alerts.make("p", 42, WATCH, Frequency.WEEKLY, MONDAY, 60, ["a", "b"])
    assert made
    assert store.alerts.of("p") == [made]
    assert (made.watch, made.frequency, made.radius_km, made.chat_id) == (WATCH, Frequency.WEEKLY, 60, 42)
    assert (made.created, made.expires) == (MONDAY, MONDAY + LIFE)
    assert made.next_look == MONDAY + dt.timedelta(days=7)
    assert store.alerts.seen(made.id) == {"a", "b"}


def test_the_same_alert_again_changes_its_frequency_and_forgets_nothing(store: Store) -> None:
    for watch in (WATCH, replace(WATCH, ref=None)):
        first = store.alerts.make("p", 42, watch, Frequency.WEEKLY, MONDAY, 20, ["a"])
        again = store.alerts.make("p", 42, watch, Frequency.AT_ONCE, MONDAY + HOUR, 60, ["a", "new"])
        assert first
        assert again
        assert again.id == first.id
        assert again.frequency is Frequency.AT_ONCE
        assert again.next_look == MONDAY + 2 * HOUR
        assert again.expires == MONDAY + HOUR + LIFE
        # What came between the two was not told yet: it still is news.
        assert store.alerts.seen(again.id) == {"a"}
    assert len(store.alerts.of("p")) == 2


def test_at_another_distance_it_is_the_same_alert_which_starts_from_what_is_there(store: Store) -> None:
    far = replace(WATCH, radius_km=50)
    first = store.alerts.make("p", 42, WATCH, Frequency.WEEKLY, MONDAY, 20, ["a"])
    again = store.alerts.make("p", 42, far, Frequency.WEEKLY, MONDAY, 50, ["a", "farther"])
    assert first
    assert again
    assert (again.id, again.watch, again.radius_km) == (first.id, far, 50)
    assert store.alerts.of("p") == [again]
    assert store.alerts.seen(again.id) == {"a", "farther"}


def test_ten_at_most_for_one_person(store: Store) -> None:
    places = [f"440{number:02}" for number in range(MOST_PER_PERSON + 1)]
    made = [
        store.alerts.make("p", 42, Watch("offres", None, place), Frequency.WEEKLY, MONDAY) for place in places
    ]
    assert [alert is None for alert in made] == [False] * MOST_PER_PERSON + [True]
    assert store.alerts.make("p", 42, Watch("offres", None, places[0]), Frequency.AT_ONCE, MONDAY)
    assert store.alerts.make("q", 43, Watch("offres", None, places[-1]), Frequency.AT_ONCE, MONDAY)


def test_only_the_owner_stops_an_alert_and_its_number_is_never_given_again(store: Store) -> None:
    made = store.alerts.make("p", 42, WATCH, Frequency.WEEKLY, MONDAY, seen=["a"])
    assert made
    assert store.alerts.stop(made.id, "q") is None
    assert store.alerts.stop(made.id, "p") == made
    assert store.alerts.stop(made.id, "p") is None
    again = store.alerts.make("p", 42, WATCH, Frequency.WEEKLY, MONDAY)
    assert again
    assert again.id > made.id
    assert store.rows("alert_items") == []


def test_due_is_what_waits_and_what_is_over(store: Store) -> None:
    weekly = store.alerts.make("p", 42, WATCH, Frequency.WEEKLY, MONDAY)
    hourly = store.alerts.make("q", 43, WATCH, Frequency.AT_ONCE, MONDAY)
    assert weekly
    assert hourly
    assert store.alerts.due(MONDAY + HOUR - dt.timedelta(seconds=1)) == []
    assert store.alerts.due(MONDAY + HOUR) == [hourly]
    store.alerts.take(weekly, (), MONDAY + 2 * LIFE)
    assert {alert.id for alert in store.alerts.due(MONDAY + LIFE)} == {weekly.id, hourly.id}


def test_taking_marks_once_and_giving_back_undoes_it(store: Store) -> None:
    made = store.alerts.make("p", 42, WATCH, Frequency.AT_ONCE, MONDAY, seen=["a"])
    assert made
    assert store.alerts.take(made, {"a", "b"}, MONDAY + 5 * HOUR, 60) == {"b"}
    assert store.alerts.of("p")[0].radius_km == 60
    assert store.alerts.due(MONDAY + 4 * HOUR) == []
    store.alerts.give_back(made, {"b"})
    assert store.alerts.seen(made.id) == {"a"}
    assert [alert.id for alert in store.alerts.due(made.next_look)] == [made.id]
    store.alerts.stop(made.id, "p")
    assert store.alerts.take(made, {"c"}, MONDAY) is None
    assert store.rows("alert_items") == []


def test_erasing_a_person_erases_their_alerts(store: Store) -> None:
    store.alerts.make("p", 42, WATCH, Frequency.AT_ONCE, MONDAY, seen=["a", "b"])
    other = store.alerts.make("q", 43, WATCH, Frequency.AT_ONCE, MONDAY, seen=["a"])
    assert store.forget("p") == 3
    assert [row["person"] for row in store.rows("alerts")] == ["q"]
    assert other
    assert [row["alert"] for row in store.rows("alert_items")] == [other.id]
    store.alerts.leave(43)
    assert store.rows("alerts") == store.rows("alert_items") == []


def test_purge_leaves_a_week_for_the_last_message(store: Store) -> None:
    store.alerts.make("p", 42, WATCH, Frequency.AT_ONCE, MONDAY, seen=["a"])
    end = (MONDAY + LIFE).date()
    store.purge(end + dt.timedelta(days=7))
    assert store.rows("alerts")
    store.purge(end + dt.timedelta(days=8))
    assert store.rows("alerts") == store.rows("alert_items") == []


STEPS = ("first_tables", "alerts", "kept_places", "alert_distances")


@pytest.mark.parametrize("before", [STEPS[:1], STEPS[:2], (STEPS[0], STEPS[2]), STEPS[:3]])
def test_a_database_from_before_gets_the_tables(tmp_path: Path, before: tuple[str, ...]) -> None:
    path = tmp_path / "bot.db"
    older = Migrations("orientasoin")
    for step in before:
        older(name=step)(getattr(store_module, step))
    db = Database(path)
    older.apply(db)
    db.execute("insert into arrivals values ('p', 'forum', '2026-11-22')")
    db.conn.commit()
    db.close()
    for _ in range(2):
        opened = Store(path, b"salt")
        far = Watch("offres", None, NANTES, 50)
        assert opened.alerts.make("p", 42, far, Frequency.WEEKLY, MONDAY)
        assert [alert.watch for alert in opened.alerts.of("p")] == [far]
        opened.keep_place("p", NANTES)
        assert opened.kept_place("p") == NANTES
        assert opened.rows("arrivals")
        opened.close()
