"""Sending an answer, or putting it in place of an earlier one."""

from __future__ import annotations

from collections import OrderedDict

from telegram import Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Context
from bot.knowledge.reply import Answer
from bot.render import to_html, to_keyboard

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
