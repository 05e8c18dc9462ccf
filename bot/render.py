"""An answer as Telegram wants it: safe HTML, buttons whose data fit in 64 bytes, links to share."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.knowledge.labels import FACETTES, Label, parse_label
from bot.knowledge.models import Knowledge
from bot.knowledge.reply import (
    ANSWER_PREFIX,
    MAX_CALLBACK_BYTES,
    MOST_PAGES,
    PLACE_PREFIX,
    Answer,
    Button,
    Part,
)

_PART = re.compile(r"(\d{1,2})(?:,(\d[\dAB]\d{3}|[DR]:[\dAB]{2,3})(?:,(\d{1,6}))?)?", re.ASCII)
# Two short buttons share a row; a longer one has its own, or phones cut it.
SHORT = 16


def to_html(answer: Answer) -> str:
    """The answer's text; what comes from data or people is escaped here and only here."""
    title = f"<b>{escape(answer.title, quote=False)}</b>" if answer.title else ""
    source = f"<i>{escape(answer.source, quote=False)}</i>" if answer.source else ""
    body = [escape(paragraph, quote=False) for paragraph in answer.paragraphs]
    return "\n\n".join(part for part in (title, *body, source) if part)


def to_keyboard(answer: Answer, username: str | None = None) -> InlineKeyboardMarkup | None:
    """The answer's buttons; a fiche gets one more, to share it (when the bot's name is known)."""
    buttons = [_button(button) for button in answer.buttons]
    if username and answer.label and answer.label.kind != "action":
        buttons.append(InlineKeyboardButton(texts.BUTTON_SHARE, url=share_url(answer, username)))
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        short = len(button.text) <= SHORT
        if rows and short and len(rows[-1]) == 1 and len(rows[-1][0].text) <= SHORT:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    if button.data:
        return InlineKeyboardButton(button.text, callback_data=button.data)
    if button.ask is None:
        raise ValueError(f"bouton sans suite : {button.text}")
    if button.part and button.part.place and button.part.page == 1:
        return InlineKeyboardButton(button.text, callback_data=PLACE_PREFIX + button.part.place)
    data = callback_data(button.ask, button.about, button.part)
    return InlineKeyboardButton(button.text, callback_data=data)


def callback_data(label: Label, about: tuple[str, ...] = (), part: Part | None = None) -> str:
    """What Telegram gives back when the button is tapped: ``a:action:offres@metier:aes``.

    A further page, its place and radius stand behind a « # »: ``a:action:offres@metier:aes#2,49007,50``. What
    is too long loses its radius first, then its place, then what it is about.
    """
    bare = ANSWER_PREFIX + str(label)
    whole = bare + "".join(f"@{ref}" for ref in about)
    details: list[str] = []
    if part and part.page > 1:
        details = [f"#{part.page}"]
        if part.place:
            details += [f",{part.place}"] + ([f",{part.radius_km}"] if part.radius_km is not None else [])
    shorter = (whole + "".join(details[:count]) for count in range(len(details), -1, -1))
    return next((data for data in shorter if len(data.encode()) <= MAX_CALLBACK_BYTES), bare)


def read_callback(data: str) -> tuple[Label, tuple[str, ...], Part]:
    """The label, the entries and the part of a search in a button's data. Raises ValueError when it is not ours."""
    if not data.startswith(ANSWER_PREFIX):
        raise ValueError("bouton inconnu")
    what, mark, which = data.removeprefix(ANSWER_PREFIX).partition("#")
    label, *about = what.split("@")
    match = _PART.fullmatch(which)
    if not mark:
        return parse_label(label), tuple(about), Part()
    if not match or not 1 < int(match[1]) <= MOST_PAGES:
        raise ValueError("page inconnue")
    radius = int(match[3]) if match[3] else None
    return parse_label(label), tuple(about), Part(int(match[1]), match[2], radius)


def payload(label: Label) -> str:
    """A label as a /start payload: letters, digits, « _ » and « - » only, 64 at most."""
    parts = [label.kind, label.id, *([label.facette] if label.facette else [])]
    return "_".join(parts)[:64]


def read_payload(text: str, knowledge: Knowledge) -> Label | None:
    """The label that a /start payload names (``metier_aes_salaire``, or an entry's id alone), or None."""
    pieces = [piece for piece in text.split("_") if piece]
    if not pieces:
        return None
    kind = pieces[0] if pieces[0] in FACETTES else None
    named = pieces[1:] if kind else pieces
    if not named or (not kind and len(named) > 2):
        return None
    ident, *rest = named
    for candidate in [kind] if kind else FACETTES:
        fiche = knowledge.fiches.get(f"{candidate}:{ident}")
        if fiche:
            facette = rest[0] if rest else None
            if facette and facette not in FACETTES[fiche.kind]:
                return None
            return fiche.label(facette)
    return None


def share_url(answer: Answer, username: str) -> str:
    """A page that offers to send this fiche to somebody, on Telegram."""
    if answer.label is None:
        raise ValueError("rien à partager")
    link = f"https://t.me/{username}?start={payload(answer.label)}"
    text = texts.SHARE_TEXT.format(title=answer.title)
    return f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(text, safe='')}"
