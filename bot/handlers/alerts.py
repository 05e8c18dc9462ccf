"""« Prévenez-moi » : asking for alerts, seeing them, stopping them, and leaving."""

from __future__ import annotations

import datetime as dt

from telegram import CallbackQuery, ChatMember, Update
from telegram.constants import ChatType

from bot import texts
from bot.alerts import name_of, subscribe
from bot.context import Context
from bot.handlers.sending import acknowledge, send, send_to
from bot.knowledge.alerts import MOST_PER_PERSON, Tap, Watch, how_often, listing, made, read_tap
from bot.knowledge.reply import Answer
from bot.services import Services


async def alerts(update: Update, context: Context) -> None:
    """/alertes: the person's alerts, a button to stop each."""
    if update.effective_message and update.effective_user:
        person = context.services.store.pseudonym(update.effective_user.id)
        await send(update.effective_message, _listing(context.services, person), context)


async def alert_button(update: Update, context: Context) -> None:
    """A tap on a button of alerts; says so when it is from another time, or another person's."""
    query = update.callback_query
    if query is None:
        return
    tap = _read(query, context.services)
    answer = None
    if tap and tap.alert_id is not None:
        # Stopped before anything is sent: whatever happens next, nothing more comes.
        answer = _stopped(context.services, query.from_user.id, tap.alert_id)
    stale = tap is None or (tap.alert_id is not None and answer is None)
    await acknowledge(query, not stale)
    if stale or tap is None or query.message is None:
        return
    if tap.watch:
        answer = await _asked(context.services, query, tap, tap.watch)
    if answer:
        await send_to(context.bot, query.message.chat.id, answer)


async def membership(update: Update, context: Context) -> None:
    """The person blocked the bot: their alerts are erased at once."""
    change = update.my_chat_member
    if change and change.new_chat_member.status == ChatMember.BANNED:
        context.services.store.alerts.leave(change.chat.id)


def _read(query: CallbackQuery, services: Services) -> Tap | None:
    """What is asked for; None when it can't be had here and now."""
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    engine = services.dialogue.engine
    try:
        tap = read_tap(query.data or "", engine.knowledge, engine.gazetteer)
    except (ValueError, KeyError):
        return None
    return None if tap.watch and not services.can_watch(tap.watch) else tap


def _stopped(services: Services, user_id: int, alert_id: int) -> Answer | None:
    alert = services.store.alerts.stop(alert_id, services.store.pseudonym(user_id))
    if alert is None:
        return None
    return Answer("", (texts.ALERT_STOPPED.format(what=name_of(services, alert.watch)),))


async def _asked(services: Services, query: CallbackQuery, tap: Tap, watch: Watch) -> Answer | None:
    what = name_of(services, watch)
    if tap.frequency is None:
        return how_often(watch, what)
    if query.message is None:
        return None
    person = services.store.pseudonym(query.from_user.id)
    now = dt.datetime.now(dt.UTC)
    subscribed = await subscribe(services, person, query.message.chat.id, watch, tap.frequency, now)
    if subscribed is None:
        return _listing(services, person, texts.ALERT_TOO_MANY.format(most=MOST_PER_PERSON))
    return made(subscribed.alert, subscribed.found, what)


def _listing(services: Services, person: str, text: str = "") -> Answer:
    return listing(
        [(alert, name_of(services, alert.watch)) for alert in services.store.alerts.of(person)], text
    )
