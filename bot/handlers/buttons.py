"""Taps on the buttons under answers."""

from __future__ import annotations

from contextlib import suppress

from telegram import CallbackQuery, Message, Update

from bot.context import Context
from bot.dialogue import Turn
from bot.handlers.sending import acknowledge, send
from bot.knowledge.reply import DISPUTE_PREFIX, KEEP_PREFIX, PLACE_PREFIX, Answer
from bot.render import read_callback

# A longer number is no question's, and SQLite would refuse it.
MOST_DIGITS = 18


async def button(update: Update, context: Context) -> None:
    """Give the answer that the button asks for; say so when the button is from another time."""
    query = update.callback_query
    if query is None:
        return
    turn = None
    with suppress(ValueError, KeyError):
        label, about, part = read_callback(query.data or "")
        turn = context.services.taps(query.from_user.id, label, about, part)
    await _reply(query, turn, context)


async def other_place(update: Update, context: Context) -> None:
    """Redo the search around another place, as one of several communes of a name."""
    query = update.callback_query
    if query is None:
        return
    turn = None
    with suppress(KeyError):
        turn = context.services.moves(query.from_user.id, (query.data or "").removeprefix(PLACE_PREFIX))
    await _reply(query, turn, context)


async def keep_place(update: Update, context: Context) -> None:
    """Keep a place as the person's own, or forget the one that is kept."""
    query = update.callback_query
    if query is None:
        return
    place = (query.data or "").removeprefix(KEEP_PREFIX)
    answer = None
    with suppress(KeyError):
        services, user_id = context.services, query.from_user.id
        answer = services.keeps(user_id, place) if place else services.forgets_place(user_id)
    await acknowledge(query, answer is not None)
    if answer:
        await _send(query, answer, context)


async def dispute(update: Update, context: Context) -> None:
    """The answer is not what was meant: note it, offer its other readings."""
    query = update.callback_query
    if query is None:
        return
    number = (query.data or "").removeprefix(DISPUTE_PREFIX)
    turn = None
    if number.isascii() and number.isdecimal() and len(number) < MOST_DIGITS:
        turn = context.services.disputes(query.from_user.id, int(number))
    await _reply(query, turn, context)


async def _reply(query: CallbackQuery, turn: Turn | None, context: Context) -> None:
    """Stop the button's spinner and send the answer; without one, say that the button is from another time."""
    await acknowledge(query, turn is not None)
    if turn:
        await _send(query, await context.services.completed(turn), context)


async def _send(query: CallbackQuery, answer: Answer, context: Context) -> None:
    if isinstance(query.message, Message):
        await send(query.message, answer, context)
