"""Labelled questions for measuring, in JSON lines: what was asked, and what a fair judge accepts.

The model never learns from those of ``data/mesure``: the confidence is set on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.problems import NOT_UTF8, DataError, Problem

FOLDER = "mesure"


@dataclass(frozen=True)
class Question:
    """One labelled message: acceptable labels, best first; what an action is about; acceptable places."""

    q: str
    gold: tuple[str, ...]
    about: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    session: str | None = None
    ident: str = ""
    line: int = 0


def read_questions(path: Path) -> list[Question]:
    """Read a JSONL file. Raises DataError naming the file, or each line, that can't be read."""
    questions: list[Question] = []
    problems: list[Problem] = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise DataError([Problem(path.name, 0, 0, NOT_UTF8)]) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            questions.append(
                Question(
                    str(row["q"]),
                    tuple(_many(row["gold"])),
                    tuple(_many(row.get("about"))),
                    tuple(_many(row.get("place"))),
                    row.get("session"),
                    str(row.get("id", number)),
                    number,
                )
            )
        except (ValueError, KeyError, TypeError):
            message = "on attend un objet JSON avec « q » (le message) et « gold » (les étiquettes)."
            problems.append(Problem(path.name, number, 1, message))
    if problems:
        raise DataError(problems)
    return questions


def measured(folder: Path) -> Iterator[list[Question]]:
    """The files of ``data/mesure``, one list each."""
    for path in sorted((folder / FOLDER).glob("*.jsonl")):
        yield read_questions(path)


def _many(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
