"""What is kept, in SQLite: conversations, questions with their answers, places kept on demand, alerts, arrivals by
campaign.

A person is a pseudonym (HMAC of the Telegram id): no name, no number, no account; an alert has the number of the
chat to write to, as long as it lives. Everything about one pseudonym can be erased at once, and goes by itself
after a year; a conversation after twelve hours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot.alert_store import AlertStore, alert_distance, alert_tables
from bot.campaign_store import CampaignStore, arrival_table, campaign_table
from bot.errors import UnusableError
from bot.knowledge.hypotheses import Context
from bot.knowledge.labels import label_if_known
from bot.knowledge.understand import Conversation, Doubt
from bot.question_store import QuestionStore, question_table, question_verdicts

KEEP_DAYS = 365
# A conversation without a message for so long is over.
CONVERSATION_HOURS = 12
# The salt stands in a file beside the database, unless it is a setting.
SALT_SUFFIX = ".sel"
migrations = Migrations("orientasoin")


@migrations()
def first_tables(db: Database) -> None:
    """Conversations, questions, arrivals."""
    db["conversations"].create(  # type: ignore[union-attr]
        {"person": str, "label": str, "ref": str, "place": str, "failures": int, "updated": str}, pk="person"
    )
    question_table(db)
    arrival_table(db)


@migrations()
def alerts(db: Database) -> None:
    """Alerts, and what each person was already told of."""
    alert_tables(db)


@migrations()
def kept_places(db: Database) -> None:
    """The place that a person asked to keep."""
    db["places"].create({"person": str, "place": str, "kept": str}, pk="person")  # type: ignore[union-attr]


@migrations()
def alert_distances(db: Database) -> None:
    """How far around its place an alert looks, when the person said so."""
    alert_distance(db)


@migrations()
def conversation_doubts(db: Database) -> None:
    """What a conversation may be about instead of what was understood."""
    db["conversations"].add_column("others", str)  # type: ignore[union-attr]


@migrations()
def conversation_doubts_weighed(db: Database) -> None:
    """Doubts now say how likely they are: those kept without it are forgotten."""
    db.execute("update conversations set others = null")


@migrations()
def conversation_pair(db: Database) -> None:
    """The two entries that « le premier » and « l'autre » mean; doubts are kept with theirs, or forgotten."""
    db["conversations"].add_column("pair", str)  # type: ignore[union-attr]
    db.execute("update conversations set others = null")


@migrations()
def verdicts(db: Database) -> None:
    """What people make of an answer."""
    question_verdicts(db)


@migrations()
def campaigns(db: Database) -> None:
    """Campaigns that the team made."""
    campaign_table(db)


class StoreError(UnusableError):
    """The database can't be opened or written."""


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Store:
    """The database, opened for one process. Methods take and give plain objects."""

    def __init__(self, path: Path | str, salt: bytes, clock: Callable[[], dt.datetime] = _utc):
        """Open (or make) the database and bring its tables up to date. Raises StoreError.

        ``clock`` tells the time, in UTC.
        """
        try:
            connection = sqlite3.connect(str(path), check_same_thread=False, timeout=5)
            connection.execute("PRAGMA journal_mode=WAL")
            self.db = Database(connection)
            migrations.apply(self.db)
        except sqlite3.Error as error:
            raise StoreError(
                f"la base {path} ne peut pas être ouverte ({error}). Vérifiez ORIENTASOIN_DB."
            ) from None
        self._salt = salt
        self._clock = clock
        self.alerts = AlertStore(self.db)
        self.campaigns = CampaignStore(self.db, clock)
        self.questions = QuestionStore(self.db, clock)

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def pseudonym(self, user_id: int | str) -> str:
        """The pseudonym of a Telegram user: HMAC-SHA256 with the salt, first 16 hex digits."""
        return hmac.new(self._salt, str(user_id).encode(), hashlib.sha256).hexdigest()[:16]

    # -- conversations -------------------------------------------------------------------------------

    def conversation(self, person: str) -> Conversation:
        """What is remembered of a person's conversation; an empty one when nothing is, or when it is over."""
        rows = list(
            self.db["conversations"].rows_where("person = ? and updated >= ?", [person, self._over()])
        )
        if not rows:
            return Conversation()
        row = rows[0]
        return Conversation(
            label_if_known(row["label"]),
            _refs(row["ref"]),
            row["place"],
            row["failures"] or 0,
            _others(row["others"]),
            _refs(row["pair"]),
        )

    def remember(self, person: str, conversation: Conversation) -> None:
        """Keep a conversation's state; those that are over go."""
        with self.db.atomic():
            self.db.execute("delete from conversations where updated < ?", [self._over()])
            self.db["conversations"].upsert(  # type: ignore[union-attr]
                {
                    "person": person,
                    "label": str(conversation.label) if conversation.label else None,
                    "ref": " ".join(conversation.refs),
                    "place": conversation.place,
                    "failures": conversation.failures,
                    "others": json.dumps([[o.share, *astuple(o.context)] for o in conversation.others]),
                    "pair": " ".join(conversation.pair),
                    "updated": self._now(),
                },
                pk="person",
            )

    # -- places --------------------------------------------------------------------------------------

    def kept_place(self, person: str) -> str | None:
        """The code of the place that a person asked to keep, or None."""
        rows = list(self.db["places"].rows_where("person = ?", [person]))
        return str(rows[0]["place"]) if rows else None

    def keep_place(self, person: str, place: str | None) -> None:
        """Keep a place instead of the former one; None: keep none."""
        with self.db.atomic():
            self.db.execute("delete from places where person = ?", [person])
            if place:
                row = {"person": person, "place": place, "kept": self._now()}
                self.db["places"].insert(row)  # type: ignore[union-attr]

    # -- erasing -------------------------------------------------------------------------------------

    def forget(self, person: str) -> int:
        """Erase everything about a person. Gives the number of rows erased."""
        with self.db.atomic():
            return self.alerts.forget(person) + sum(
                self.db.execute(f"delete from {table} where person = ?", [person]).rowcount
                for table in ("conversations", "questions", "arrivals", "places")
            )

    def purge(self, today: dt.date) -> None:
        """Erase what is older than a year, the conversations that are over, and alerts that nobody could be told the
        end of.
        """
        limit = (today - dt.timedelta(days=KEEP_DAYS)).isoformat()
        with self.db.atomic():
            self.db.execute("delete from questions where asked < ?", [limit])
            self.db.execute("delete from conversations where updated < ?", [self._over()])
            self.db.execute("delete from places where kept < ?", [limit])
            self.db.execute("delete from arrivals where at < ?", [limit])
            self.alerts.purge(today)

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")

    def _over(self) -> str:
        """A conversation whose last message is older than this is over."""
        return (self._clock() - dt.timedelta(hours=CONVERSATION_HOURS)).isoformat(timespec="seconds")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, for tests and figures."""
        return list(self.db[table].rows)


def load_salt(secret: str | None, db: Path) -> bytes:
    """The salt of the pseudonyms: the setting, else a file beside the database, made at the first start."""
    if secret:
        return secret.encode()
    path = db.with_name(db.name + SALT_SUFFIX)
    try:
        if path.exists():
            return bytes.fromhex(path.read_text().strip())
        salt = secrets.token_bytes(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(salt.hex())
    except (OSError, ValueError) as error:
        raise StoreError(f"le sel {path} ne peut pas être lu ou créé ({error}).") from None
    return salt


def _refs(text: str | None) -> tuple[str, ...]:
    """Entries as they are kept: ``kind:id``, the latest first, with spaces between."""
    return tuple((text or "").split())


def _others(text: str | None) -> tuple[Doubt, ...]:
    """What else a conversation may be about, as it is kept: how likely, then the context."""
    return tuple(
        Doubt(Context(tuple(refs), class_name, tuple(pair)), share)
        for share, refs, class_name, pair in json.loads(text or "[]")
    )
