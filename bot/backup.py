"""Saving the database to one file, and putting a saved one back.

The file is a ZIP with the database as it was at one moment, and the print of the salt: pseudonyms mean nothing with
another one. A salt that the bot made itself goes along; one that is a setting stays where it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import UnusableError
from bot.store import SALT_SUFFIX, Store, load_salt

DATABASE, SALT, ABOUT = "orientasoin.db", "orientasoin.sel", "contenu.json"
# What every database of the bot has, whatever its age.
TABLES = {"conversations", "questions", "arrivals"}
COUNTED = {
    "questions": "questions",
    "conversations": "conversations",
    "arrivals": "arrivées",
    "alerts": "alertes",
}


class BackupError(UnusableError):
    """A backup can't be made or put back."""


def save(db: Path, secret: str | None, to: Path) -> int:
    """Save the database to a new file that only its owner can read; gives its size in bytes.

    ``secret`` is the salt of the settings, if there is one. The bot may run meanwhile. Raises BackupError, and leaves no
    file, when there is no database, when the file exists already, or when it can't be written whole.
    """
    if not db.exists():
        raise BackupError(f"il n'y a pas de base {db} : rien à sauvegarder. Vérifiez ORIENTASOIN_DB.")
    salt = load_salt(secret, db)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        try:
            with closing(sqlite3.connect(db)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
                # One file, without a journal beside it.
                target.execute("PRAGMA journal_mode=DELETE")
            descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise BackupError(f"{to} existe déjà : donnez un autre nom.") from None
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"la sauvegarde {to} ne peut pas être écrite ({error}).") from None
        try:
            with (
                os.fdopen(descriptor, "wb") as stream,
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as whole,
            ):
                whole.write(copy, DATABASE)
                if secret is None:
                    whole.writestr(SALT, salt.hex())
                whole.writestr(ABOUT, json.dumps({"empreinte_du_sel": _print(salt)}))
        except OSError as error:
            to.unlink(missing_ok=True)
            raise BackupError(f"la sauvegarde {to} ne peut pas être écrite ({error}).") from None
    return to.stat().st_size


def restore(file: Path, db: Path, setting: str | None, replace: bool = False) -> dict[str, int]:
    """Put a saved database in place of the present one; gives what it holds, in words and numbers.

    ``setting`` is the salt of the settings, if there is one. Raises BackupError, and changes nothing, when the file is
    no backup, was made with another salt, or would replace questions that are there without being told to.
    """
    secret = setting.encode() if setting else None
    with _opened(file) as (copy, salt, print_):
        if secret is None and salt is None:
            raise BackupError(
                f"{file} a été faite avec un ORIENTASOIN_SECRET, qui n'est pas réglé ici : réglez-le d'abord."
            )
        if _print(secret or salt or b"") != print_:
            raise BackupError(
                f"{file} a été faite avec un autre sel : les pseudonymes ne correspondraient plus. "
                "Réglez le même ORIENTASOIN_SECRET qu'alors."
            )
        if not replace and _has_rows(db):
            raise BackupError(
                f"la base {db} n'est pas vide. Pour la remplacer : sauvegardez-la (orientasoin export), puis --remplacer."
            )
        _check(copy, file)
        try:
            with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(db, timeout=5)) as target:
                source.backup(target)
            if salt is not None and secret is None:
                _write_salt(db.with_name(db.name + SALT_SUFFIX), salt)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"la base {db} ne peut pas être remplacée ({error}).") from None
    # Opening it brings an older one up to date.
    store = Store(db, secret or salt or b"")
    counts = {name: store.db[table].count for table, name in COUNTED.items()}
    store.close()
    return counts


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Path, bytes | None, str]]:
    """The database of a backup in a temporary file, its salt if it has one, and the print of the salt it needs."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(file) as whole:
                about = json.loads(whole.read(ABOUT))
                print_ = str(about["empreinte_du_sel"])
                salt = bytes.fromhex(whole.read(SALT).decode().strip()) if SALT in whole.namelist() else None
                copy = Path(whole.extract(DATABASE, folder))
        except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError):
            raise BackupError(f"{file} n'est pas une sauvegarde d'OrientaSoin, ou elle est abîmée.") from None
        yield copy, salt, print_


def _check(copy: Path, file: Path) -> None:
    """Raise BackupError unless this is a whole database of the bot."""
    try:
        with closing(sqlite3.connect(copy)) as database:
            whole = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            names = {
                row[0] for row in database.execute("select name from sqlite_master where type = 'table'")
            }
    except sqlite3.Error:
        whole, names = False, set()
    if not whole or not names >= TABLES:
        raise BackupError(f"{file} n'est pas une sauvegarde d'OrientaSoin, ou elle est abîmée.")


def _has_rows(db: Path) -> bool:
    if not db.exists():
        return False
    try:
        with closing(sqlite3.connect(db)) as database:
            names = {
                row[0] for row in database.execute("select name from sqlite_master where type = 'table'")
            }
            return any(
                database.execute(f"select 1 from {table} limit 1").fetchone() for table in names & TABLES
            )
    except sqlite3.Error:
        return True  # whatever it is, it is not to be lost


def _write_salt(path: Path, salt: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(salt.hex())


def _print(salt: bytes) -> str:
    """What tells two salts apart without telling either."""
    return hashlib.sha256(b"orientasoin " + salt).hexdigest()[:16]
