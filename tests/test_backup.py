"""Saving and putting back: nothing lost, nothing half done, nothing put over what is there without being told."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.knowledge.decide import Understanding
from bot.store import Store, load_salt


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def fill(folder: Path, person: int, text: str) -> str:
    store = Store(folder / "bot.db", load_salt(None, folder / "bot.db"))
    pseudonym = store.pseudonym(person)
    store.questions.record(pseudonym, text, Understanding("fallback", None))
    store.campaigns.arrive(pseudonym, "forum")
    store.close()
    return pseudonym


def questions(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "bot.db") as database:
        return list(database.execute("select person, text from questions"))


def test_what_is_saved_comes_back_with_the_same_people(here: Path) -> None:
    zoe = fill(here, 1, "salaire as")
    assert run("export", "kept.zip").exit_code == 0
    assert (here / "kept.zip").stat().st_mode & 0o077 == 0
    for path in here.glob("bot.db*"):
        path.unlink()
    result = run("import", "kept.zip")
    assert (result.exit_code, result.output) == (
        0,
        "bot.db : 1 questions, 0 conversations, 1 arrivées, 0 alertes.\n",
    )
    assert questions(here) == [(zoe, "salaire as")]
    assert fill(here, 1, "encore") == zoe


def test_the_bot_may_run_while_saving(here: Path) -> None:
    fill(here, 1, "un")
    store = Store(here / "bot.db", load_salt(None, here / "bot.db"))
    with store.db.atomic():
        store.db.execute("update questions set text = 'pas encore écrit'")
        assert run("export", "kept.zip").exit_code == 0
    store.close()
    assert run("import", "kept.zip", "--remplacer").exit_code == 0
    assert [text for _, text in questions(here)] == ["un"]


def test_nothing_is_written_over(here: Path) -> None:
    fill(here, 1, "un")
    assert run("export", "kept.zip").exit_code == 0
    again = run("export", "kept.zip")
    assert (again.exit_code, "existe déjà" in again.output) == (2, True)
    fill(here, 2, "deux")
    refused = run("import", "kept.zip")
    assert (refused.exit_code, "n'est pas vide" in refused.output) == (2, True)
    assert len(questions(here)) == 2
    assert run("import", "kept.zip", "--remplacer").exit_code == 0
    assert len(questions(here)) == 1


def test_another_salt_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(here, 1, "un")
    run("export", "own.zip")
    monkeypatch.setenv("ORIENTASOIN_SECRET", "premier")
    run("export", "secret.zip")
    monkeypatch.setenv("ORIENTASOIN_SECRET", "second")
    for name in ("own.zip", "secret.zip"):
        refused = run("import", name, "--remplacer")
        assert (refused.exit_code, "autre sel" in refused.output) == (2, True)
    monkeypatch.setenv("ORIENTASOIN_SECRET", "premier")
    assert run("import", "secret.zip", "--remplacer").exit_code == 0


def test_a_setting_that_is_missing_here_is_asked_for(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTASOIN_SECRET", "premier")
    Store(here / "bot.db", b"premier").close()
    run("export", "secret.zip")
    monkeypatch.delenv("ORIENTASOIN_SECRET")
    refused = run("import", "secret.zip")
    assert (refused.exit_code, "réglez-le d'abord" in refused.output) == (2, True)


@pytest.mark.parametrize("content", [b"", b"PK", b"pas un zip"])
def test_what_is_no_backup_is_refused(here: Path, content: bytes) -> None:
    fill(here, 1, "un")
    (here / "x.zip").write_bytes(content)
    refused = run("import", "x.zip", "--remplacer")
    assert (refused.exit_code, "n'est pas une sauvegarde" in refused.output) == (2, True)
    assert len(questions(here)) == 1


def test_a_damaged_backup_changes_nothing(here: Path) -> None:
    fill(here, 1, "un")
    run("export", "kept.zip")
    with zipfile.ZipFile("kept.zip") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts["orientasoin.db"] = b"SQLite format 3\0" + b"x" * 5000
    with zipfile.ZipFile("bad.zip", "w") as bad:
        for name, data in parts.items():
            bad.writestr(name, data)
    refused = run("import", "bad.zip", "--remplacer")
    assert (refused.exit_code, "abîmée" in refused.output) == (2, True)
    assert [text for _, text in questions(here)] == ["un"]


def test_without_a_database_there_is_nothing_to_save(here: Path) -> None:
    refused = run("export")
    assert (refused.exit_code, "rien à sauvegarder" in refused.output) == (2, True)
    assert list(here.iterdir()) == []


def test_a_backup_that_does_not_fit_leaves_no_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(here, 1, "un")

    def full(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    refused = run("export", "kept.zip")
    assert (refused.exit_code, "ne peut pas être écrite" in refused.output) == (2, True)
    assert not (here / "kept.zip").exists()


def test_a_salt_that_no_longer_serves_stays_out(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(here, 1, "un")
    monkeypatch.setenv("ORIENTASOIN_SECRET", "premier")
    run("export", "secret.zip")
    with zipfile.ZipFile("secret.zip") as whole:
        assert "orientasoin.sel" not in whole.namelist()
