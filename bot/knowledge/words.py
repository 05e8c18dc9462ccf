"""The word lists that admins can edit: French words and abbreviations, from ``data/lexique``."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.normalise import fold
from bot.knowledge.problems import NOT_UTF8, DataError, Problem

FOLDER = "lexique"
WORDS_FILE = "mots.txt"
COMMON_FILE = "courants.txt"
ABBREVIATIONS_FILE = "abreviations.txt"
OUTSIDE_FILE = "hors_sujet.txt"


def load_words(folder: Path) -> frozenset[str]:
    """The words of French, folded. Raises DataError when the file is missing."""
    return frozenset(_lines(folder, WORDS_FILE))


def load_common(folder: Path) -> tuple[str, ...]:
    """The words that people's questions are made of, commonest first. Raises DataError when the file is missing."""
    return tuple(_lines(folder, COMMON_FILE))


def load_abbreviations(folder: Path, french: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """What each abbreviation stands for; a form that is a French word once folded is left alone.

    Raises DataError on a line without « : ».
    """
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(_lines(folder, ABBREVIATIONS_FILE), 1):
        if not line.strip() or line.startswith("#"):
            continue
        meaning, colon, forms = line.partition(":")
        if not colon or not forms.strip():
            message = "on attend « ce que cela veut dire : formes tapées »."
            raise DataError([Problem(f"{FOLDER}/{ABBREVIATIONS_FILE}", number, 1, message)])
        for form in map(fold, forms.split()):
            if form not in french:
                found[form] = tuple(fold(meaning).split())
    return found


def load_outside(folder: Path) -> tuple[str, ...]:
    """Names of trades and things outside the subject. Raises DataError when the file is missing."""
    lines = (line.strip() for line in _lines(folder, OUTSIDE_FILE))
    return tuple(line for line in lines if line and not line.startswith("#"))


def _lines(folder: Path, name: str) -> list[str]:
    try:
        return (folder / FOLDER / name).read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        raise DataError([Problem(f"{FOLDER}/{name}", 0, 0, f"le fichier manque dans {folder}.")]) from None
    except UnicodeDecodeError:
        raise DataError([Problem(f"{FOLDER}/{name}", 0, 0, NOT_UTF8)]) from None
