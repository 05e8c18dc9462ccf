"""Small matters of French: dates in words, elisions, lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.texts import MONTHS


def month_year(date: dt.date) -> str:
    """« novembre 2026 »."""
    return f"{MONTHS[date.month - 1]} {date.year}"


def one_line(text: str) -> str:
    """A text as one line of printable characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def capital(text: str) -> str:
    """The first letter in capital, the rest untouched (acronyms stay)."""
    return text[:1].upper() + text[1:]


def de(name: str) -> str:
    """« de » or « d' » before a name."""
    return f"d'{name}" if name[:1].lower() in "aeéèêiîoôuyhâ" else f"de {name}"


def of_place(name: str) -> str:
    """« d'Angers », « du Mans », « des Ulis », « de Nantes »."""
    for article, joined in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    return de(name)


def listing(words: Sequence[str], last: str = "et") -> str:
    """« a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def number(value: float) -> str:
    """« 1 540 », « 12,5 »: thousands apart by a narrow no-break space, a comma for decimals."""
    if value == int(value):
        return f"{int(value):,}".replace(",", " ")
    return f"{value:,.2f}".rstrip("0").replace(",", " ").replace(".", ",")
