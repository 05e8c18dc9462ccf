"""Sending an answer, or putting it in place of an earlier one."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress

import httpx
from telegram import Bot, CallbackQuery, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot import texts
from bot.context import Context
from bot.knowledge.reply import Answer
from bot.lookout import Outcome
from bot.render import to_html, to_keyboard

log = logging.getLogger(__name__)

# How many answers are remembered in order to be corrected when the question is.
REMEMBERED = 500
_ANSWERS = "answers"


async def send(message: Message, answer: Answer, context: Context) -> Message:
    """Send an answer below a message."""
    return await message.reply_text(
        to_html(answer),
        parse_mode=ParseMode.HTML,
        reply_markup=to_keyboard(answer, context.bot.username),
        disable_web_page_preview=True,
    )


async def send_to(bot: Bot, chat_id: int, answer: Answer) -> Message:
    """Send an answer to a chat. Raises TelegramError."""
    return await bot.send_message(
        chat_id,
        to_html(answer),
        parse_mode=ParseMode.HTML,
        reply_markup=to_keyboard(answer),
        disable_web_page_preview=True,
    )


async def tell(bot: Bot, chat_id: int, answer: Answer) -> Outcome:
    """Send an answer that nobody waits for; says what became of it instead of raising."""
    try:
        await send_to(bot, chat_id, answer)
    except Forbidden:
        return Outcome.GONE
    except TelegramError as error:
        if isinstance(error, BadRequest) and "chat not found" in str(error).lower():
            return Outcome.GONE
        outcome = Outcome.NOT_SENT if _surely_not_sent(error) else Outcome.UNSURE
        log.warning("message non demandé : %s, %s", type(error).__name__, outcome.name)
        return outcome
    return Outcome.SENT


async def tell_all(bot: Bot, chat_ids: Iterable[int], words: str) -> None:
    """Send a sentence to people who may never have opened the chat: who can't be told is skipped."""
    for chat_id in chat_ids:
        await tell(bot, chat_id, Answer("", (words,)))


def _surely_not_sent(error: TelegramError) -> bool:
    """Telegram answered that it refuses, or was never reached; an answer that got lost proves nothing."""
    if not isinstance(error, NetworkError):
        # A bare TelegramError is an answer that can't be read.
        return type(error) is not TelegramError
    cause = error.__cause__
    unreached = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
    return cause is None or isinstance(cause, (*unreached, TelegramError))


async def acknowledge(query: CallbackQuery, valid: bool) -> None:
    """Stop a button's spinner; say so when it is from another time. A tap too old for that is still answered."""
    with suppress(BadRequest):
        await query.answer(None if valid else texts.STALE_BUTTON)


async def send_or_correct(question: Message, answer: Answer, context: Context) -> None:
    """Answer a question; when it has been edited, correct the answer it had instead of adding one."""
    answers: OrderedDict[tuple[int, int], int] = context.bot_data.setdefault(_ANSWERS, OrderedDict())
    key = (question.chat_id, question.message_id)
    earlier = answers.get(key)
    if earlier is not None:
        try:
            await context.bot.edit_message_text(
                to_html(answer),
                chat_id=question.chat_id,
                message_id=earlier,
                parse_mode=ParseMode.HTML,
                reply_markup=to_keyboard(answer, context.bot.username),
                disable_web_page_preview=True,
            )
        except BadRequest as error:
            if "not modified" not in str(error).lower():
                raise
        return
    sent = await send(question, answer, context)
    answers[key] = sent.message_id
    while len(answers) > REMEMBERED:
        answers.popitem(last=False)
