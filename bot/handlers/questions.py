"""What people write: questions, edited questions, and whatever is not text."""

from __future__ import annotations

from telegram import Update

from bot import texts
from bot.context import Context
from bot.handlers.sending import send, send_or_correct


async def question(update: Update, context: Context) -> None:
    """Answer a message in a private chat; correct the answer when the message has been edited."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None or message.text is None:
        return
    turn = context.services.says(user.id, message.text, update.update_id)
    await send_or_correct(message, await context.services.completed(turn), context)


async def location(update: Update, context: Context) -> None:
    """A shared location: search around it, unless it is far from France."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None or message.location is None:
        return
    turn = context.services.shares_place(user.id, message.location.latitude, message.location.longitude)
    if turn is None:
        answer = context.services.dialogue.answerer.fallback(texts.FAR_FROM_FRANCE)
    else:
        answer = await context.services.completed(turn)
    await send(message, answer, context)


async def not_text(update: Update, context: Context) -> None:
    """A photo, a sticker, a voice message: say what to do instead."""
    if update.effective_message:
        answer = context.services.dialogue.answerer.fallback(texts.NOT_TEXT)
        await send(update.effective_message, answer, context)
