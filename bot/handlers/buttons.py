"""Taps on the buttons under answers."""

from __future__ import annotations

from contextlib import suppress

from telegram import Message, Update
from telegram.error import BadRequest

from bot import texts
from bot.context import Context
from bot.handlers.sending import send
from bot.render import read_callback


async def button(update: Update, context: Context) -> None:
    """Give the answer that the button asks for; say so when the button is from another time."""
    query = update.callback_query
    if query is None:
        return
    turn = None
    with suppress(ValueError, KeyError):
        label, about = read_callback(query.data or "")
        turn = context.services.taps(query.from_user.id, label, about)
    # A tap may be too old for its spinner; the answer below still helps.
    with suppress(BadRequest):
        await query.answer(None if turn else texts.STALE_BUTTON)
    if turn and isinstance(query.message, Message):
        await send(query.message, await context.services.completed(turn), context)
