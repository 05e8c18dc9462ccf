"""Questions in SQLite, with what was answered and what the person made of the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from bot.knowledge.decide import Understanding
from bot.knowledge.labels import Label, label_if_known
from bot.masking import masked

MOST_CHARACTERS = 2000
# A tap later than this after a question is no choice among what it was answered.
CHOICE_WITHIN = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question as it is kept. ``asked`` is a moment in UTC; the entries of its labels may be gone from the data.

    ``disputed`` tells that the person said « ce n'est pas ça », ``chosen`` what they tapped then, or among choices.
    """

    id: int
    person: str
    asked: dt.datetime
    text: str
    decision: str
    label: Label | None
    about: tuple[str, ...]
    place: str | None
    suggestions: tuple[Label, ...]
    confidence: float
    disputed: bool
    chosen: Label | None


def question_table(db: Database) -> None:
    """Make the table."""
    db["questions"].create(  # type: ignore[union-attr]
        {
            "id": int,
            "person": str,
            "asked": str,
            "text": str,
            "decision": str,
            "label": str,
            "about": str,
            "place": str,
            "suggestions": str,
            "confidence": float,
            "update_id": int,
        },
        pk="id",
    )
    db["questions"].create_index(["person"])  # type: ignore[union-attr]


def question_verdicts(db: Database) -> None:
    """What people make of an answer: that it is not what they meant, and what they chose instead."""
    db["questions"].add_column("disputed", int)  # type: ignore[union-attr]
    db["questions"].add_column("chosen", str)  # type: ignore[union-attr]


class QuestionStore:
    """The questions' part of the database; each method is one transaction."""

    def __init__(self, db: Database, clock: Callable[[], dt.datetime]):
        """``clock`` tells the time, in UTC."""
        self._db = db
        self._clock = clock

    def record(
        self, person: str, text: str, understanding: Understanding, update_id: int | None = None
    ) -> int:
        """Keep a question with what was made of it, without addresses and long numbers; gives its number."""
        with self._db.atomic():
            table = self._db[
                "questions"
            ].insert(  # type: ignore[union-attr]
                {
                    "person": person,
                    "asked": _text(self._clock()),
                    "text": masked(text)[:MOST_CHARACTERS],
                    "decision": understanding.decision,
                    "label": str(understanding.label) if understanding.label else None,
                    "about": " ".join(understanding.about),
                    "place": understanding.place.code if understanding.place else None,
                    "suggestions": " ".join(map(str, understanding.suggestions)),
                    "confidence": understanding.confidence,
                    "update_id": update_id,
                }
            )
        return int(str(table.last_pk))

    def dispute(self, question_id: int, person: str) -> KeptQuestion | None:
        """Note that an answer is not what the person meant. None when the question is gone, or another's."""
        with self._db.atomic():
            self._db.execute(
                "update questions set disputed = 1 where id = ? and person = ?", [question_id, person]
            )
        found = self._where("id = ? and person = ?", [question_id, person])
        return found[0] if found else None

    def choose(self, person: str, label: Label) -> None:
        """Note a tap when it chooses among what was offered after the person's last question, not long ago."""
        not_before = _text(self._clock() - CHOICE_WITHIN)
        last = self._where("person = ? and asked >= ? order by id desc limit 1", [person, not_before])
        if not last or label not in last[0].suggestions:
            return
        if last[0].decision == "answer" and not last[0].disputed:
            return  # another reading under an answer may just be the next question
        with self._db.atomic():
            self._db.execute("update questions set chosen = ? where id = ?", [str(label), last[0].id])

    def since(self, moment: dt.datetime) -> list[KeptQuestion]:
        """All questions from a moment on, the oldest first."""
        return self._where("asked >= ? order by id", [_text(moment)])

    def _where(self, condition: str, values: list[Any]) -> list[KeptQuestion]:
        cursor = self._db.execute(f"select * from questions where {condition}", values)
        names = [column[0] for column in cursor.description]
        return [_question(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _question(row: dict[str, Any]) -> KeptQuestion:
    return KeptQuestion(
        row["id"],
        row["person"],
        dt.datetime.fromisoformat(row["asked"]),
        row["text"],
        row["decision"],
        label_if_known(row["label"]),
        tuple((row["about"] or "").split()),
        row["place"],
        tuple(filter(None, map(label_if_known, (row["suggestions"] or "").split()))),
        row["confidence"] or 0.0,
        bool(row["disputed"]),
        label_if_known(row["chosen"]),
    )


def _text(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")
