"""Usage in figures, without personal data: how many questions and people, what about, where, and how it went.

A figure that tells of fewer than five people in one place is not given, so that nobody is recognised.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tabulate import tabulate

from bot import texts
from bot.campaign_store import Campaign
from bot.dialogue import Dialogue
from bot.knowledge.labels import OFF_TOPIC, Label
from bot.question_store import KeptQuestion

PARIS = ZoneInfo("Europe/Paris")
# Fewer people than this in one place might be recognised.
FEWEST_PEOPLE = 5
MOST_ENTRIES = 20


@dataclass(frozen=True)
class Row:
    """A line of a table: how many questions, and by how many different people."""

    name: str
    questions: int
    people: int


@dataclass(frozen=True)
class Table:
    """Rows under a title; ``gapless`` ones follow each other in time, rows of zeros too."""

    title: str
    rows: tuple[Row, ...]
    gapless: bool = False

    @property
    def asked(self) -> tuple[Row, ...]:
        """The rows without those of zeros."""
        return tuple(row for row in self.rows if row.questions)


@dataclass(frozen=True)
class Stats:
    """The figures of a time; every table's rows are in reading order."""

    first: dt.date
    last: dt.date
    total: Row
    returning: int
    tables: tuple[Table, ...]
    campaigns: tuple[Campaign, ...]


def figures(
    questions: Sequence[KeptQuestion],
    campaigns: Iterable[Campaign],
    dialogue: Dialogue,
    first: dt.date,
    last: dt.date,
) -> Stats:
    """The figures of these questions, asked from one day to another (in Paris)."""
    days: dict[str, set[dt.date]] = defaultdict(set)
    for question in questions:
        days[question.person].add(_local(question).date())
    return Stats(
        first,
        last,
        _row(texts.STATS_TOTAL, questions),
        sum(len(seen) > 1 for seen in days.values()),
        (
            Table(texts.STATS_OUTCOME, _table(questions, outcome, texts.STATS_OUTCOMES)),
            Table(texts.STATS_WEEKS, _table(questions, _monday, _mondays(first, last)), gapless=True),
            Table(texts.STATS_ENTRIES, _most(questions, lambda question: _entry(question.label, dialogue))),
            Table(texts.STATS_CLASSES, _most(questions, lambda question: _class(question.label))),
            Table(texts.STATS_PLACES, _places(questions, dialogue)),
            Table(
                texts.STATS_HOURS, _table(questions, _hour, [f"{hour} h" for hour in range(24)]), gapless=True
            ),
        ),
        tuple(campaigns),
    )


def outcome(question: KeptQuestion) -> str:
    """How a question went, as one of the names of texts.STATS_OUTCOMES."""
    answered, chosen, hesitated, declined, not_understood, disputed = texts.STATS_OUTCOMES
    if question.disputed:
        return disputed
    if question.chosen:
        return chosen
    if question.decision == "suggest":
        return hesitated
    if question.label == OFF_TOPIC and question.decision == "answer":
        return declined
    return answered if question.decision == "answer" else not_understood


def _row(name: str, questions: Iterable[KeptQuestion]) -> Row:
    kept = list(questions)
    return Row(name, len(kept), len({question.person for question in kept}))


def _grouped(
    questions: Iterable[KeptQuestion], name_of: Callable[[KeptQuestion], str | None]
) -> dict[str, list[KeptQuestion]]:
    groups: dict[str, list[KeptQuestion]] = defaultdict(list)
    for question in questions:
        name = name_of(question)
        if name:
            groups[name].append(question)
    return groups


def _table(
    questions: Iterable[KeptQuestion], name_of: Callable[[KeptQuestion], str | None], names: Iterable[str]
) -> tuple[Row, ...]:
    """One row for each of these names, in their order, those that nobody asked for with zero."""
    groups = _grouped(questions, name_of)
    return tuple(_row(name, groups.get(name, ())) for name in names)


def _most(
    questions: Iterable[KeptQuestion], name_of: Callable[[KeptQuestion], str | None]
) -> tuple[Row, ...]:
    """The most frequent names."""
    rows = [_row(name, group) for name, group in _grouped(questions, name_of).items()]
    return tuple(sorted(rows, key=lambda row: (-row.questions, row.name))[:MOST_ENTRIES])


def _places(questions: Iterable[KeptQuestion], dialogue: Dialogue) -> tuple[Row, ...]:
    """Départements and regions that questions name; those of few people together, or not at all."""
    gazetteer = dialogue.engine.gazetteer

    def area(question: KeptQuestion) -> str | None:
        try:
            place = question.place or ""
            return gazetteer.name(gazetteer.departement_of(place) or place)
        except KeyError:
            return None  # none named, or one that the data no longer have

    groups = _grouped(questions, area)
    rows = [_row(name, group) for name, group in groups.items()]
    shown = [row for row in rows if row.people >= FEWEST_PEOPLE]
    hidden = {row.name for row in rows} - {row.name for row in shown}
    rest = _row(texts.STATS_ELSEWHERE, (q for name in hidden for q in groups[name]))
    shown.sort(key=lambda row: (-row.questions, row.name))
    return (*shown, *([rest] if rest.people >= FEWEST_PEOPLE else []))


def _entry(label: Label | None, dialogue: Dialogue) -> str | None:
    """The fiche that an answer is about, as buttons call it."""
    if label is None or label.kind == "action" or not dialogue.engine.knowledge.knows(label):
        return None
    return dialogue.answerer.name(label._replace(facette=None))


def _class(label: Label | None) -> str | None:
    """What is asked, whatever it is about: a facette, « thème », or an action."""
    if label is None:
        return None
    if label.kind == "action":
        return texts.ACTIONS[label.id]
    return texts.FACETTES[label.kind][label.facette] if label.facette else texts.STATS_THEME


def _local(question: KeptQuestion) -> dt.datetime:
    return question.asked.astimezone(PARIS)


def _hour(question: KeptQuestion) -> str:
    return f"{_local(question).hour} h"


def _monday(question: KeptQuestion) -> str:
    day = _local(question).date()
    return f"{day - dt.timedelta(days=day.weekday()):%d/%m/%Y}"


def _mondays(first: dt.date, last: dt.date) -> list[str]:
    monday = first - dt.timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    return [f"{monday + dt.timedelta(weeks=week):%d/%m/%Y}" for week in range(weeks)]


def as_text(stats: Stats) -> str:
    """The figures for a terminal; rows of zeros are left out."""
    parts = [head(stats)]
    for table in stats.tables:
        if table.asked:
            rows = [(row.name, row.questions, row.people) for row in table.asked]
            parts.append(f"{table.title}\n{tabulate(rows, texts.STATS_COLUMNS)}")
    if stats.campaigns:
        parts.append(
            f"{texts.STATS_CAMPAIGNS}\n{tabulate(campaign_rows(stats), texts.STATS_CAMPAIGN_COLUMNS)}"
        )
    return "\n\n".join(parts)


def head(stats: Stats) -> str:
    """The figures in one sentence."""
    return texts.STATS_HEAD.format(
        first=f"{stats.first:%d/%m/%Y}",
        last=f"{stats.last:%d/%m/%Y}",
        questions=stats.total.questions,
        people=stats.total.people,
        returning=stats.returning,
    )


def campaign_rows(stats: Stats) -> list[tuple[str, int, int]]:
    """Each campaign, with whom it brought and who asked something."""
    return [
        (one.title or one.code, one.arrived, one.asked) for one in stats.campaigns if one.arrived or one.made
    ]


def as_csv(stats: Stats) -> str:
    """The figures for a spreadsheet: semicolons, as French ones expect."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(texts.STATS_CSV_COLUMNS)
    writer.writerow([texts.STATS_TOTAL, "", stats.total.questions, stats.total.people])
    for table in stats.tables:
        writer.writerows([table.title, row.name, row.questions, row.people] for row in table.rows)
    for name, arrived, asked in campaign_rows(stats):
        writer.writerow([texts.STATS_CAMPAIGNS, _harmless(name), asked, arrived])
    return stream.getvalue()


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula: anybody may have typed a campaign's code."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@") else name
