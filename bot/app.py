"""The only place where the Telegram bot is put together: services, handlers, live data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from telegram import Bot, BotCommand, Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot import texts
from bot.alerts import find, name_of
from bot.context import SERVICES, App, Context
from bot.handlers.alerts import alert_button, alerts, membership
from bot.handlers.buttons import button, dispute, keep_place, other_place
from bot.handlers.commands import forget, help_, privacy, start
from bot.handlers.errors import failed
from bot.handlers.questions import location, not_text, question
from bot.handlers.sending import tell, tell_all
from bot.knowledge.reply import ALERT_PREFIX, DISPUTE_PREFIX, KEEP_PREFIX, PLACE_PREFIX
from bot.live.service import Keys, LiveResults
from bot.lookout import Lookout
from bot.reload import LiveData
from bot.services import Services

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
]
LOOKOUT = "lookout"


def build_application(
    token: str,
    api_url: str,
    services: Services,
    live: LiveData | None = None,
    request: BaseRequest | None = None,
    keys: Keys | None = None,
    admins: Sequence[int] = (),
) -> App:
    """The bot, ready to run. ``request`` replaces the network in tests; ``keys`` open the public services; ``admins``
    (Telegram ids) are told when an edit of the data is refused.
    """
    builder = (
        Application.builder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .context_types(ContextTypes(context=Context))
        .rate_limiter(AIORateLimiter(max_retries=2))
        .post_init(_started(live, keys, admins))
        .post_stop(_still)
        .post_shutdown(_stopped(live))
    )
    if request is not None:
        builder = builder.request(request).get_updates_request(request)
    app: Any = builder.build()
    app.bot_data[SERVICES] = services
    app.bot_data[LOOKOUT] = lookout(services, app.bot)
    private = filters.ChatType.PRIVATE
    # The order matters: the first handler that fits takes the update.
    app.add_handler(CommandHandler("start", start, filters=private))
    app.add_handler(CommandHandler(["aide", "help"], help_, filters=private))
    app.add_handler(CommandHandler(["confidentialite", "privacy"], privacy, filters=private))
    app.add_handler(CommandHandler("oublier", forget, filters=private))
    app.add_handler(CommandHandler("alertes", alerts, filters=private))
    app.add_handler(CallbackQueryHandler(other_place, pattern=f"^{PLACE_PREFIX}"))
    app.add_handler(CallbackQueryHandler(keep_place, pattern=f"^{KEEP_PREFIX}"))
    app.add_handler(CallbackQueryHandler(dispute, pattern=f"^{DISPUTE_PREFIX}"))
    app.add_handler(CallbackQueryHandler(alert_button, pattern=f"^{ALERT_PREFIX}"))
    app.add_handler(CallbackQueryHandler(button))
    app.add_handler(ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER))
    app.add_handler(MessageHandler(private & filters.TEXT, question))
    app.add_handler(MessageHandler(private & filters.LOCATION, location))
    app.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, not_text))
    app.add_error_handler(failed)
    return app  # type: ignore[no-any-return]


def lookout(
    services: Services,
    bot: Bot,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Lookout:
    """What looks at the alerts, with the data and the services in force at each look."""
    return Lookout(
        services.store.alerts,
        partial(find, services),
        partial(tell, bot),
        partial(name_of, services),
        now,
    )


def _started(live: LiveData | None, keys: Keys | None, admins: Sequence[int]) -> Any:
    async def started(app: App) -> None:
        services = app.bot_data[SERVICES]
        services.purge()
        if keys is not None:
            regions = services.dialogue.engine.gazetteer.departements_of
            services.live = LiveResults(keys, regions=regions)
        await app.bot.set_my_commands([BotCommand(name, what) for name, what in texts.COMMANDS])
        if live is not None:
            live.start(app.bot_data[SERVICES], partial(tell_all, app.bot, admins))
        app.bot_data[LOOKOUT].start()

    return started


async def _still(app: App) -> None:
    # Before the connection to Telegram closes: a message on its way is still sent.
    await app.bot_data[LOOKOUT].stop()


def _stopped(live: LiveData | None) -> Any:
    async def stopped(app: App) -> None:
        if live is not None:
            await live.stop()
        services = app.bot_data[SERVICES]
        if services.live is not None:
            await services.live.aclose()
        services.store.close()

    return stopped
