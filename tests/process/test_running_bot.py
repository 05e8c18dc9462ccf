"""The real process, over HTTP on 127.0.0.1, against the strict double."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.doubles.over_http import Server
from tests.doubles.telegram_double import TOKEN, Refused, TelegramDouble

PATIENCE_SECONDS = 45


def environment(tmp_path: Path, url: str, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ORIENTASOIN_")}
    return kept | {
        "ORIENTASOIN_TOKEN": TOKEN,
        "ORIENTASOIN_API_URL": url,
        "ORIENTASOIN_DB": str(tmp_path / "bot.db"),
        "ORIENTASOIN_SECRET": "salt",
        "PTB_TIMEDELTA": "1",
        **more,
    }


@contextmanager
def running(
    env: dict[str, str], cwd: Path, command: tuple[str, ...] = ("-m", "bot", "run")
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        env=env | {"PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.05)


def stop(process: subprocess.Popen[str]) -> None:
    """Ask to stop; what the process said is shown when that goes wrong."""
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=PATIENCE_SECONDS)
    assert code == 0, process.stderr.read() if process.stderr else ""


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def test_a_conversation_survives_a_restart_and_sigterm_is_graceful(tmp_path: Path) -> None:
    telegram = TelegramDouble()
    with Server(telegram) as server:
        env = environment(tmp_path, server.url)
        with running(env, tmp_path) as process:
            telegram.push(telegram.message(7, "/start"))
            wait_for(lambda: len(telegram.sent) == 1, "the welcome")
            question = telegram.message(7, "c'est quoi brancardier")
            telegram.push(question)
            wait_for(lambda: len(telegram.sent) == 2, "the first answer")
            assert telegram.sent[1].text.startswith("Brancardier")
            salary = next(b for b in telegram.sent[1].buttons if "Salaire" in b["text"])
            telegram.push(telegram.tap(7, telegram.sent[1], salary["callback_data"]))
            wait_for(lambda: len(telegram.sent) == 3, "the answer to the tap")
            telegram.push(telegram.edited(question, "c'est quoi ambulancier"))
            wait_for(lambda: telegram.sent[1].text.startswith("Ambulancier"), "the corrected answer")
            assert memory_mb(process.pid) < 220
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
            errors = process.stderr.read() if process.stderr else ""
            assert TOKEN not in errors
            assert "brancardier" not in errors
        with running(env, tmp_path) as process:
            telegram.push(telegram.message(7, "et le salaire ?"))
            wait_for(lambda: len(telegram.sent) == 4, "the follow-up")
            assert telegram.sent[3].text.startswith("Ambulancier · salaire")
            telegram.fail("sendMessage", Refused(429, "Too Many Requests: retry after 2", retry_after=2))
            telegram.push(telegram.message(7, "salaire aide-soignant"))
            wait_for(lambda: [m for m, _ in telegram.calls].count("sendMessage") >= 5, "the refused call")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
            assert telegram.sent[-1].text.startswith("Aide-soignant · salaire"), (
                "the reply was finished first"
            )


def test_valid_edits_go_live_and_broken_ones_do_not(tmp_path: Path, small_data: Path) -> None:
    telegram = TelegramDouble()
    fiches = small_data / "metiers.yaml"
    text = fiches.read_text(encoding="utf-8")
    start = text.index("- id: brancardier")
    title = text.index("texte: |", start)
    admin, absent = 77, 78
    telegram.open_chats.add(admin)
    settings = {"ORIENTASOIN_DATA": str(small_data), "ORIENTASOIN_ADMINS": f"{absent},{admin}"}

    def seen(person: int) -> list[str]:
        return [message.text for message in telegram.sent if message.chat_id == person]

    with Server(telegram) as server, running(environment(tmp_path, server.url, **settings), tmp_path):
        telegram.push(telegram.message(7, "missions brancardier"))
        wait_for(lambda: len(seen(7)) == 1, "the first answer")
        fiches.write_text(text[:start] + "- id: [cassé\n" + text[start:], encoding="utf-8")
        wait_for(lambda: len(seen(admin)) == 1, "the admin to be told")
        where = re.search(r"metiers\.yaml:(\d+):\d+", seen(admin)[0])
        assert where
        assert abs(int(where[1]) - text[:start].count("\n")) <= 3
        telegram.push(telegram.message(7, "missions brancardier"))
        wait_for(lambda: len(seen(7)) == 2, "the answer while the file is broken")
        assert seen(7)[1] == seen(7)[0]
        marked = (
            text[:title]
            + "texte: |\n        Phrase mise à jour pendant que le bot tourne.\n"
            + text[title + 8 :].lstrip("\n")
        )
        fiches.write_text(marked, encoding="utf-8")

        def updated() -> bool:
            count = len(seen(7))
            telegram.push(telegram.message(7, "missions brancardier"))
            wait_for(lambda: len(seen(7)) > count, "an answer")
            return "Phrase mise à jour" in seen(7)[-1]

        wait_for(updated, "the edit to go live")
        wait_for(lambda: len(seen(admin)) == 2, "the admin to be told that it is mended")
        assert "réparé" in seen(admin)[1]
    assert not seen(absent)


# The bot as it runs, except that it also writes at night: tests run at any hour.
AWAKE = (
    "-c",
    "import bot.lookout, bot.cli; bot.lookout.awake = lambda now: True; bot.cli.main(['run'])",
)


def test_an_alert_survives_restarts_and_repeats_nothing(tmp_path: Path, small_data: Path) -> None:
    telegram = TelegramDouble()
    env_data = {"ORIENTASOIN_DATA": str(small_data)}
    with Server(telegram) as server:
        env = environment(tmp_path, server.url, **env_data)
        with running(env, tmp_path, AWAKE) as process:
            telegram.push(telegram.message(7, "événements aide-soignant à Nantes"))
            wait_for(lambda: len(telegram.sent) == 1, "the answer")
            telegram.push(telegram.tap(7, telegram.sent[0], "n:j:evenements@metier:aide-soignant@44109"))
            wait_for(lambda: len(telegram.sent) == 2, "the confirmation")
            stop(process)
        tomorrow = dt.date.today() + dt.timedelta(days=1)
        with (small_data / "evenements.yaml").open("a", encoding="utf-8") as events:
            events.write(
                f"\n- id: essai\n  titre: Job dating d'essai\n  genre: job-dating\n  date: {tomorrow}\n"
                "  commune: 44109\n  source: exemple pour les tests\n  verifie_le: 2026-11-21\n"
            )
        an_hour_passes(tmp_path / "bot.db")
        with running(env, tmp_path, AWAKE) as process:
            wait_for(lambda: len(telegram.sent) == 3, "the news")
            assert "Job dating d'essai" in telegram.sent[2].text
            stop(process)
        an_hour_passes(tmp_path / "bot.db")
        with running(env, tmp_path, AWAKE) as process:
            wait_for(lambda: not waiting(tmp_path / "bot.db"), "the look after the restart")
            telegram.push(telegram.tap(7, telegram.sent[2], telegram.sent[2].buttons[-1]["callback_data"]))
            wait_for(lambda: len(telegram.sent) == 4, "the answer to the stop")
            assert telegram.sent[3].text.startswith("C'est arrêté"), "nothing came in between"
            stop(process)
    assert not alert_rows(tmp_path / "bot.db")


def an_hour_passes(path: Path) -> None:
    """Make all alerts due, as an hour would."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("update alerts set next_look = '2026-01-01T00:00:00+00:00'")
        db.commit()


def waiting(path: Path) -> bool:
    """Whether an alert that is due has not been looked at."""
    return any(due.startswith("2026-01-01") for due in alert_rows(path))


def alert_rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [due for (due,) in db.execute("select next_look from alerts")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ORIENTASOIN_TOKEN": ""}, "ORIENTASOIN_TOKEN manque"),
        ({"ORIENTASOIN_DATA": "/nowhere/at/all"}, "le fichier manque"),
        ({"ORIENTASOIN_ADMINS": "zoé"}, "ORIENTASOIN_ADMINS ne va pas"),
        ({"ORIENTASOIN_API_URL": "pas une adresse"}, "ORIENTASOIN_API_URL ne va pas"),
        ({"ORIENTASOIN_DB": "/nowhere/bot.db"}, "la base /nowhere/bot.db"),
    ],
)
def test_a_bad_setting_is_one_clear_line(tmp_path: Path, change: dict[str, str], words: str) -> None:
    env = environment(tmp_path, "http://127.0.0.1:9", **change)
    with running(env, tmp_path) as process:
        assert process.wait(timeout=PATIENCE_SECONDS) == 2
        errors = process.stderr.read() if process.stderr else ""
    assert words in errors
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) == 1


def test_a_broken_file_never_starts_the_bot(tmp_path: Path, small_data: Path) -> None:
    (small_data / "themes.yaml").write_text("- id: age\n  reponse: Durée : 10 mois\n", encoding="utf-8")
    env = environment(tmp_path, "http://127.0.0.1:9", ORIENTASOIN_DATA=str(small_data))
    with running(env, tmp_path) as process:
        assert process.wait(timeout=PATIENCE_SECONDS) == 2
        errors = process.stderr.read() if process.stderr else ""
    assert "themes.yaml:2:" in errors
    assert len(errors.strip().splitlines()) == 1


def test_a_refused_token_is_said_without_showing_it(tmp_path: Path) -> None:
    with Server(TelegramDouble()) as server:
        env = environment(tmp_path, server.url, ORIENTASOIN_TOKEN="42:wrong-token_0123456789")
        with running(env, tmp_path) as process:
            assert process.wait(timeout=PATIENCE_SECONDS) == 2
            errors = process.stderr.read() if process.stderr else ""
    assert "refusé par Telegram" in errors
    assert "wrong-token" not in errors
