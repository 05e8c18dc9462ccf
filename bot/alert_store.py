"""Alerts in SQLite: who is told of what, how often, and what each person was already told of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlite_utils import Database

from bot.knowledge.alerts import LIFE, MOST_PER_PERSON, Alert, Frequency, Watch, next_look

# The bot was stopped when an alert ended: for so long its last message can still be sent, then it goes silently.
LAST_MESSAGE_WITHIN = dt.timedelta(days=7)
# A person has one alert for a search near a place, whatever the distance.
_SAME = "person = ? and action = ? and ref = ? and place = ?"


def alert_tables(db: Database) -> None:
    """Make the tables. An id is never given twice: an old « Arrêter » must not stop a newer alert."""
    db.execute(
        "create table alerts (id integer primary key autoincrement, person text not null, chat_id integer not null,"
        " action text not null, ref text not null, place text not null, frequency text not null, radius_km integer,"
        " created text not null, next_look text not null, expires text not null,"
        " unique (person, action, ref, place))"
    )
    db.execute(
        "create table alert_items (alert integer not null, item text not null, primary key (alert, item))"
        " without rowid"
    )


def alert_distance(db: Database) -> None:
    """How far around its place an alert looks, in km; empty when the person did not say."""
    db.execute("alter table alerts add column around_km integer")


class AlertStore:
    """The alerts' part of the database. Moments are in UTC; each method is one transaction."""

    def __init__(self, db: Database):
        self._db = db

    # -- people --------------------------------------------------------------------------------------

    def make(
        self,
        person: str,
        chat_id: int,
        watch: Watch,
        frequency: Frequency,
        now: dt.datetime,
        radius_km: int | None = None,
        seen: Iterable[str] = (),
    ) -> Alert | None:
        """A new alert, whose ``seen`` items are no news; the same one again changes its frequency and lasts anew.

        At another distance, what is ``seen`` there is no news either. None when the person has as many as can be.
        """
        same = [person, watch.action, watch.ref or "", watch.place]
        times = [frequency.value, _text(next_look(frequency, now)), _text(now + LIFE)]
        with self._db.atomic():
            before = self._where(_SAME, same)
            if not before:
                if len(self.of(person)) >= MOST_PER_PERSON:
                    return None
                made = self._db.execute(
                    "insert into alerts (person, action, ref, place, frequency, next_look, expires, chat_id, created,"
                    " radius_km, around_km) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*same, *times, chat_id, _text(now), radius_km, watch.radius_km],
                )
                self._mark(int(made.lastrowid or 0), seen)
                return self._where(_SAME, same)[0]
            self._db.execute(
                f"update alerts set chat_id = ?, frequency = ?, next_look = ?, expires = ? where {_SAME}",
                [chat_id, *times, *same],
            )
            if before[0].watch != watch:
                self._db.execute(
                    f"update alerts set radius_km = ?, around_km = ? where {_SAME}",
                    [radius_km, watch.radius_km, *same],
                )
                self._mark(before[0].id, seen)
            return self._where(_SAME, same)[0]

    def of(self, person: str) -> list[Alert]:
        """A person's alerts, oldest first."""
        return self._where("person = ? order by id", [person])

    def stop(self, alert_id: int, person: str) -> Alert | None:
        """Erase one alert, if it is this person's. Gives it as it was; None when there is no such alert."""
        with self._db.atomic():
            found = self._where("id = ? and person = ?", [alert_id, person])
            if not found:
                return None
            self.remove(alert_id)
            return found[0]

    def forget(self, person: str) -> int:
        """Erase all alerts of a person. Gives the number of rows erased."""
        return self._erase("person = ?", [person])

    def leave(self, chat_id: int) -> int:
        """Erase all alerts that write to a chat. Gives the number of rows erased."""
        return self._erase("chat_id = ?", [chat_id])

    def purge(self, today: dt.date) -> None:
        """Erase what ended long ago."""
        self._erase("expires < ?", [(today - LAST_MESSAGE_WITHIN).isoformat()])

    # -- looking -------------------------------------------------------------------------------------

    def due(self, now: dt.datetime) -> list[Alert]:
        """The alerts to look at now, and those that are over; the longest waiting first."""
        return self._where("next_look <= ? or expires <= ? order by next_look, id", [_text(now), _text(now)])

    def seen(self, alert_id: int) -> set[str]:
        """The keys of what an alert has already told, or began with."""
        rows = self._db.execute("select item from alert_items where alert = ?", [alert_id])
        return {item for (item,) in rows.fetchall()}

    def take(
        self, alert: Alert, keys: Collection[str], again: dt.datetime, radius_km: int | None = None
    ) -> set[str] | None:
        """Mark items as told and set when to look ``again``, before anything is sent: a crash never repeats an item.

        Gives the keys that were not marked yet; None when the alert was stopped meanwhile.
        """
        with self._db.atomic():
            kept = self._db.execute(
                "update alerts set next_look = ?, radius_km = coalesce(radius_km, ?) where id = ?",
                [_text(again), radius_km, alert.id],
            )
            return self._mark(alert.id, keys) if kept.rowcount else None

    def give_back(self, alert: Alert, keys: Collection[str]) -> None:
        """Undo ``take``: these items were surely not sent, and the alert is due as it was."""
        with self._db.atomic():
            for key in keys:
                self._db.execute("delete from alert_items where alert = ? and item = ?", [alert.id, key])
            self._db.execute(
                "update alerts set next_look = ? where id = ?", [_text(alert.next_look), alert.id]
            )

    def remove(self, alert_id: int) -> bool:
        """Erase one alert. False when it was gone already."""
        return self._erase("id = ?", [alert_id]) > 0

    # -- rows ----------------------------------------------------------------------------------------

    def _mark(self, alert_id: int, keys: Iterable[str]) -> set[str]:
        sql = "insert or ignore into alert_items (alert, item) values (?, ?)"
        return {key for key in keys if self._db.execute(sql, [alert_id, key]).rowcount}

    def _where(self, condition: str, values: list[Any]) -> list[Alert]:
        columns = "id, person, chat_id, action, ref, place, frequency, created, next_look, expires, radius_km, around_km"
        rows = self._db.execute(f"select {columns} from alerts where {condition}", values).fetchall()
        return [_alert(*row) for row in rows]

    def _erase(self, condition: str, values: list[Any]) -> int:
        with self._db.atomic():
            items = f"delete from alert_items where alert in (select id from alerts where {condition})"
            erased: int = self._db.execute(items, values).rowcount
            alerts: int = self._db.execute(f"delete from alerts where {condition}", values).rowcount
            return erased + alerts


def _alert(
    ident: int,
    person: str,
    chat_id: int,
    action: str,
    ref: str,
    place: str,
    frequency: str,
    created: str,
    next_look: str,
    expires: str,
    radius_km: int | None,
    around_km: int | None,
) -> Alert:
    return Alert(
        ident,
        person,
        chat_id,
        Watch(action, ref or None, place, around_km),
        Frequency(frequency),
        created=dt.datetime.fromisoformat(created),
        next_look=dt.datetime.fromisoformat(next_look),
        expires=dt.datetime.fromisoformat(expires),
        radius_km=radius_km,
    )


def _text(moment: dt.datetime) -> str:
    """A moment as it is written: in UTC and of one length, so that texts compare as moments do."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
