"""The commands: /start (with or without a payload), /aide, /confidentialite, /oublier."""

from __future__ import annotations

from telegram import Update

from bot import texts
from bot.context import Context
from bot.handlers.sending import send
from bot.knowledge.labels import Label
from bot.knowledge.reply import Answer
from bot.render import read_payload

WELCOME = Label("action", "accueil")
PRIVACY = Label("action", "confidentialite")


async def start(update: Update, context: Context) -> None:
    """Welcome; open the fiche that the payload names, or count the campaign that brought the person."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    word = context.args[0] if context.args else ""
    services = context.services
    label = read_payload(word, services.dialogue.engine.knowledge)
    if word and label is None:
        services.store.campaigns.arrive(services.store.pseudonym(user.id), word)
    await send(message, services.taps(user.id, label or WELCOME, ()).answer, context)


async def help_(update: Update, context: Context) -> None:
    """What can be asked."""
    if update.effective_message:
        answer = context.services.dialogue.answerer.fallback(texts.HELP)
        await send(update.effective_message, answer, context)


async def privacy(update: Update, context: Context) -> None:
    """What is kept."""
    if update.effective_message and update.effective_user:
        turn = context.services.taps(update.effective_user.id, PRIVACY, ())
        await send(update.effective_message, turn.answer, context)


async def forget(update: Update, context: Context) -> None:
    """Erase everything about the person, at once."""
    if update.effective_message and update.effective_user:
        store = context.services.store
        store.forget(store.pseudonym(update.effective_user.id))
        await send(update.effective_message, Answer("", (texts.FORGOTTEN,)), context)
