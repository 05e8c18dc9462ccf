"""A poster to print for a campaign: what the bot does, its QR code, its link. PDF, SVG or PNG."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from typing import Any

import segno
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot import texts
from bot.errors import UnusableError

FORMATS = ("pdf", "svg", "png")
# A4 upright, in inches: what matplotlib counts in.
A4 = (8.27, 11.69)
PIXELS_PER_INCH = 200
GREEN, DARK, PAPER = "#0b6e4f", "#1d2b28", "#ffffff"
# Readers need four modules of margin (ISO/IEC 18004); level M still reads with 15 % of it stained.
MARGIN, STAINS = 4, "m"
# Letters that fit in a line of the title.
TITLE_WIDTH = 26


def poster(title: str, link: str, contact: str | None, fmt: str) -> bytes:
    """The poster of a campaign as a file of this format (one of FORMATS). Raises ValueError for another format.

    ``title`` stands above the rest (a forum, a counselor's name), ``contact`` below it, as in the settings.
    """
    if fmt not in FORMATS:
        raise ValueError(f"format inconnu : {fmt}")
    figure = Figure(figsize=A4, facecolor=PAPER)
    _head(figure, title)
    _code(figure, link)
    _foot(figure, link, contact)
    stream = io.BytesIO()
    # Dates and random ids would make two files of the same poster differ.
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}[fmt]
    with rc_context({"svg.hashsalt": "orientasoin", "pdf.fonttype": 42}):
        figure.savefig(stream, format=fmt, dpi=PIXELS_PER_INCH, metadata=metadata)
    return stream.getvalue()


def qr_code(link: str, fmt: str) -> bytes:
    """The QR code alone, as a file of this format (one of FORMATS)."""
    stream = io.BytesIO()
    segno.make_qr(link, error=STAINS).save(stream, kind=fmt, scale=12, border=MARGIN)
    return stream.getvalue()


def format_of(file: Path) -> str:
    """The format that a file's name asks for. Raises UnusableError when there is none of it."""
    fmt = file.suffix.lower().removeprefix(".")
    if fmt not in FORMATS:
        raise UnusableError(f"{file} : le nom doit finir par .pdf, .svg ou .png.")
    return fmt


def _head(figure: Figure, title: str) -> None:
    figure.add_artist(
        Rectangle((0, 0.8), 1, 0.2, transform=figure.transFigure, facecolor=GREEN, edgecolor="none")
    )
    lines = textwrap.wrap(title or texts.NAME, TITLE_WIDTH, max_lines=2, placeholder="…")
    _write(figure, 0.5, 0.9, "\n".join(lines), color=PAPER, size=30, weight="bold")
    _write(figure, 0.5, 0.75, texts.POSTER_QUESTION, color=DARK, size=21, weight="bold")
    _write(figure, 0.5, 0.66, texts.POSTER_EXAMPLES, color=DARK, size=15, linespacing=1.6)


def _code(figure: Figure, link: str) -> None:
    side = 0.44
    axes = figure.add_axes((0.5 - side / 2, 0.20, side, side * A4[0] / A4[1]))
    axes.set_axis_off()
    matrix = [list(row) for row in segno.make_qr(link, error=STAINS).matrix_iter(border=MARGIN)]
    axes.imshow(matrix, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    _write(figure, 0.5, 0.545, texts.POSTER_SCAN, color=GREEN, size=17, weight="bold")


def _foot(figure: Figure, link: str, contact: str | None) -> None:
    _write(figure, 0.5, 0.175, link.removeprefix("https://"), color=DARK, size=14)
    _write(figure, 0.5, 0.115, texts.POSTER_PROMISE, color=DARK, size=12, linespacing=1.5)
    if contact:
        lines = textwrap.wrap(texts.POSTER_CONTACT.format(contact=contact), 80, max_lines=2, placeholder="…")
        _write(figure, 0.5, 0.055, "\n".join(lines), color=DARK, size=12)


def _write(figure: Figure, x: float, y: float, text: str, **style: Any) -> None:
    """Centred text; « $ » is a letter like any other, no formula."""
    figure.text(x, y, text, ha="center", va="center", parse_math=False, **style)
