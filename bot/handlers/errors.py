"""What happens when something fails: a line in the log without anybody's words, a sentence for the person."""

from __future__ import annotations

import logging
import traceback

from telegram import Update
from telegram.error import Conflict, Forbidden, NetworkError, TelegramError

from bot import texts
from bot.context import Context

log = logging.getLogger(__name__)


async def failed(update: object, context: Context) -> None:
    """Log the kind of error and the update's number; tell the person, unless they left."""
    error = context.error
    number = update.update_id if isinstance(update, Update) else None
    if isinstance(error, Conflict):
        log.warning("une autre instance du bot tourne avec le même jeton : arrêtez l'une des deux")
        return
    if isinstance(error, Forbidden):
        log.info("message %s : la personne a bloqué le bot", number)
        return
    if isinstance(error, NetworkError) and number is None:
        log.warning("Telegram ne répond pas (%s), nouvel essai", type(error).__name__)
        return
    log.error("message %s : %s, %s", number, type(error).__name__, _where(error))
    if isinstance(update, Update) and update.effective_message:
        try:
            await update.effective_message.reply_text(texts.FAILED)
        except TelegramError as again:
            log.warning("message %s : pas de réponse possible (%s)", number, type(again).__name__)


def _where(error: BaseException | None) -> str:
    """Where an error arose; its own words are left out, they may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "endroit inconnu"
