"""Usage in figures: they add up, and tell of nobody."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import texts
from bot.campaign_store import Campaign
from bot.cli import main
from bot.dialogue import Dialogue
from bot.knowledge.decide import Understanding
from bot.knowledge.labels import parse_label
from bot.question_store import KeptQuestion
from bot.stats import Stats, as_csv, as_text, figures
from bot.stats_page import as_page
from bot.store import Store

SALARY = parse_label("metier:aide-soignant/salaire")
OFFERS = parse_label("action:offres")
DECLINED = parse_label("action:hors_sujet")
FIRST, LAST = dt.date(2026, 11, 2), dt.date(2026, 11, 24)


def kept(
    person: str,
    asked: str = "2026-11-24T09:00",
    label: str | None = str(SALARY),
    decision: str = "answer",
    place: str | None = None,
    disputed: bool = False,
    chosen: bool = False,
) -> KeptQuestion:
    return KeptQuestion(
        1,
        person,
        dt.datetime.fromisoformat(asked).replace(tzinfo=dt.UTC),
        "un message secret",
        decision,
        parse_label(label) if label else None,
        (),
        place,
        (),
        0.9,
        disputed,
        SALARY if chosen else None,
    )


def count(dialogue: Dialogue, *questions: KeptQuestion, campaigns: tuple[Campaign, ...] = ()) -> Stats:
    return figures(questions, campaigns, dialogue, FIRST, LAST)


def rows(stats: Stats, title: str) -> list[tuple[str, int, int]]:
    (table,) = [table for table in stats.tables if table.title == title]
    return [(row.name, row.questions, row.people) for row in table.asked]


def test_what_was_asked_by_how_many(dialogue: Dialogue) -> None:
    stats = count(
        dialogue,
        kept("a"),
        kept("a", "2026-11-02T23:30"),
        kept("b", label="action:offres"),
        kept("c", label=None, decision="suggest"),
        kept("c", label=None, decision="suggest", chosen=True),
        kept("c", label="action:hors_sujet"),
        kept("c", label="action:hors_sujet", decision="fallback"),
        kept("d", disputed=True),
    )
    assert (stats.total.questions, stats.total.people, stats.returning) == (8, 4, 1)
    answered, chosen, hesitated, declined, not_understood, disputed = texts.STATS_OUTCOMES
    assert rows(stats, texts.STATS_OUTCOME) == [
        (answered, 3, 2), (chosen, 1, 1), (hesitated, 1, 1), (declined, 1, 1), (not_understood, 1, 1), (disputed, 1, 1)
    ]  # fmt: skip
    assert rows(stats, texts.STATS_ENTRIES) == [("Aide-soignant", 3, 2)]
    assert rows(stats, texts.STATS_CLASSES)[0] == ("salaire", 3, 2)
    # Half past midnight in Paris is another day than in UTC.
    assert rows(stats, texts.STATS_HOURS) == [("0 h", 1, 1), ("10 h", 7, 4)]
    assert rows(stats, texts.STATS_WEEKS) == [("02/11/2026", 1, 1), ("23/11/2026", 7, 4)]


def test_a_place_of_few_people_is_not_shown(dialogue: Dialogue) -> None:
    many = [kept(f"p{n}", place="44109") for n in range(5)]
    few = [kept(f"q{n}", place="49007") for n in range(4)]
    assert rows(count(dialogue, *many, *few), texts.STATS_PLACES) == [("Loire-Atlantique", 5, 5)]
    lone = kept("r", place="D:85")
    assert rows(count(dialogue, *many, *few, lone), texts.STATS_PLACES) == [
        ("Loire-Atlantique", 5, 5),
        (texts.STATS_ELSEWHERE, 5, 5),
    ]


def test_what_the_data_no_longer_have_does_no_harm(dialogue: Dialogue) -> None:
    stats = count(dialogue, kept("a", label="metier:disparu/salaire", place="99999"))
    assert stats.total.questions == 1
    assert rows(stats, texts.STATS_ENTRIES) == []


CAMPAIGN = Campaign("=cmd", "", None, 3, 2)


def test_the_csv_adds_up_and_runs_no_formula(dialogue: Dialogue) -> None:
    table = list(
        csv.reader(
            io.StringIO(as_csv(count(dialogue, kept("a"), kept("b"), campaigns=(CAMPAIGN,)))), delimiter=";"
        )
    )
    assert table[0] == list(texts.STATS_CSV_COLUMNS)
    assert table[-1] == [texts.STATS_CAMPAIGNS, "'=cmd", "2", "3"]
    assert sum(int(row[2]) for row in table if row[0] == texts.STATS_WEEKS) == 2


def test_the_page_is_whole_and_escapes_what_people_made_up(dialogue: Dialogue) -> None:
    page = as_page(count(dialogue, kept("a"), campaigns=(Campaign("x", "<b>$x$", None, 1, 0),)))
    assert "&lt;b&gt;$x$" in page
    assert page.count("<svg") == page.count("</svg>") == 5
    for part in page.split("<svg")[1:]:
        ElementTree.fromstring("<svg" + part[: part.index("</svg>")] + "</svg>")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            kept,
            st.sampled_from("abcdefgh"),
            st.sampled_from(["2026-11-03T10:00", "2026-11-24T22:59"]),
            st.sampled_from([None, "metier:aes/salaire", "theme:age", "action:offres", "action:hors_sujet"]),
            st.sampled_from(["answer", "suggest", "fallback"]),
            st.sampled_from([None, "44109", "D:49", "R:93"]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_figures_add_up_and_tell_of_nobody(dialogue: Dialogue, questions: list[KeptQuestion]) -> None:
    stats = count(dialogue, *questions)
    for title in (texts.STATS_OUTCOME, texts.STATS_WEEKS, texts.STATS_HOURS):
        assert sum(number for _, number, _ in rows(stats, title)) == len(questions)
    assert all(people >= 5 for _, _, people in rows(stats, texts.STATS_PLACES))
    for shown in (as_text(stats), as_csv(stats)):
        assert "secret" not in shown


@pytest.mark.parametrize(
    ("option", "begins"), [((), "Du "), (("--csv",), "tableau;"), (("--html",), "<!doctype html>")]
)
def test_the_command(
    option: tuple[str, ...], begins: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIENTASOIN_DB", str(tmp_path / "bot.db"))
    monkeypatch.setenv("ORIENTASOIN_SECRET", "salt")
    store = Store(tmp_path / "bot.db", b"salt")
    store.questions.record(store.pseudonym(1), "un message secret", Understanding("answer", SALARY))
    store.close()
    result = CliRunner().invoke(main, ["stats", *option])
    assert result.exit_code == 0
    assert result.output.startswith(begins)
    assert "secret" not in result.output
    file = tmp_path / "chiffres"
    assert CliRunner().invoke(main, ["stats", *option, "--sortie", str(file)]).exit_code == 0
    assert begins in file.read_text(encoding="utf-8")
    refused = CliRunner().invoke(main, ["stats", "--sortie", str(tmp_path / "absent" / "x")])
    assert (refused.exit_code, "écriture impossible" in refused.output) == (2, True)
