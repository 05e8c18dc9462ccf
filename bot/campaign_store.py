"""Campaigns in SQLite: links for a forum or a counselor, and the people whom each brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

# As many characters as Telegram takes behind « ?start= ».
MOST_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class Campaign:
    """A tracked link. ``title`` is empty when somebody made the code up; ``asked`` are those who asked something."""

    code: str
    title: str
    made: dt.date | None
    arrived: int
    asked: int


def arrival_table(db: Database) -> None:
    """Make the table of people's arrivals."""
    db["arrivals"].create({"person": str, "campaign": str, "at": str}, pk=("person", "campaign"))  # type: ignore[union-attr]


def campaign_table(db: Database) -> None:
    """Make the table of the campaigns that the team made."""
    db["campaigns"].create({"code": str, "title": str, "made": str}, pk="code", not_null={"title", "made"})  # type: ignore[union-attr]


class CampaignStore:
    """The campaigns' part of the database; each method is one transaction."""

    def __init__(self, db: Database, clock: Callable[[], dt.datetime]):
        """``clock`` tells the time, in UTC."""
        self._db = db
        self._clock = clock

    def make(self, code: str, title: str) -> bool:
        """Make a campaign; False when there is one of this code already."""
        with self._db.atomic():
            cursor = self._db.execute(
                "insert or ignore into campaigns (code, title, made) values (?, ?, ?)",
                [code, title, self._clock().date().isoformat()],
            )
        return bool(cursor.rowcount)

    def arrive(self, person: str, code: str) -> None:
        """Count a person once for the campaign that brought them."""
        with self._db.atomic():
            self._db.execute(
                "insert or ignore into arrivals (person, campaign, at) values (?, ?, ?)",
                [person, code[:MOST_CHARACTERS], self._clock().isoformat(timespec="seconds")],
            )

    def find(self, code: str) -> Campaign | None:
        """The campaign that the team made under this code."""
        return next((one for one in self.all() if one.code == code and one.made), None)

    def all(self, since: dt.datetime | None = None) -> list[Campaign]:
        """All campaigns, made by the team or met in links, those that brought most people first.

        ``since`` counts only the people who arrived from a moment on (UTC).
        """
        rows = self._db.execute(
            "select code, max(title), max(made), count(person), count(asks) from ("
            " select code, title, made, null as person, null as asks from campaigns union all"
            " select campaign, '', null, person,"
            " (select 1 from questions where questions.person = arrivals.person limit 1)"
            " from arrivals where at >= ?) group by code order by 4 desc, code",
            [since.isoformat(timespec="seconds") if since else ""],
        )
        return [
            Campaign(code, title, dt.date.fromisoformat(made) if made else None, arrived, asked)
            for code, title, made, arrived, asked in rows.fetchall()
        ]
