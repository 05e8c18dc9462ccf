"""Local entries written as YAML, and files swapped whole."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.local import Entry, time_words

# The keys of events and offers in the order that the files have them.
ORDER = (
    "id titre genre employeur contrat date jusqu_au debut fin periode commune adresse territoires public inscription lien "
    "contact metiers expire_le source service verifie_le"
).split()


def yaml_lines(entry: Entry) -> Iterator[str]:
    """The YAML lines of one event or offer, as an admin would write them."""
    values: dict[str, Any] = {}
    for key in ORDER:
        value = getattr(entry, key, None)
        if isinstance(value, dt.time):
            value = time_words(value)
        if isinstance(value, tuple):
            value = list(value)
        if value:
            values[key] = value
    dumped = yaml.safe_dump([values], allow_unicode=True, sort_keys=False, width=10_000)
    yield from dumped.removesuffix("\n").split("\n")


def replace_file(path: Path, text: str) -> None:
    """Write beside, then swap: a reader never sees half a file. Raises OSError."""
    beside = path.with_name(f".{path.name}.tmp")
    try:
        beside.write_bytes(text.encode())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
