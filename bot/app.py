"""The only place where the Telegram bot is put together: services, handlers, live data."""

from __future__ import annotations

from typing import Any

from telegram import BotCommand, Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot import texts
from bot.context import SERVICES, App, Context
from bot.handlers.buttons import button, keep_place, other_place
from bot.handlers.commands import forget, help_, privacy, start
from bot.handlers.errors import failed
from bot.handlers.questions import location, not_text, question
from bot.live.service import Keys, LiveResults
from bot.reload import LiveData
from bot.render import KEEP_PREFIX, PLACE_PREFIX
from bot.services import Services

ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]


def build_application(
    token: str,
    api_url: str,
    services: Services,
    live: LiveData | None = None,
    request: BaseRequest | None = None,
    keys: Keys | None = None,
) -> App:
    """The bot, ready to run. ``request`` replaces the network in tests; ``keys`` open the public services."""
    builder = (
        Application.builder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .context_types(ContextTypes(context=Context))
        .rate_limiter(AIORateLimiter(max_retries=2))
        .post_init(_started(live, keys))
        .post_shutdown(_stopped(live))
    )
    if request is not None:
        builder = builder.request(request).get_updates_request(request)
    app: Any = builder.build()
    app.bot_data[SERVICES] = services
    private = filters.ChatType.PRIVATE
    # The order matters: the first handler that fits takes the update.
    app.add_handler(CommandHandler("start", start, filters=private))
    app.add_handler(CommandHandler(["aide", "help"], help_, filters=private))
    app.add_handler(CommandHandler(["confidentialite", "privacy"], privacy, filters=private))
    app.add_handler(CommandHandler("oublier", forget, filters=private))
    app.add_handler(CallbackQueryHandler(other_place, pattern=f"^{PLACE_PREFIX}"))
    app.add_handler(CallbackQueryHandler(keep_place, pattern=f"^{KEEP_PREFIX}"))
    app.add_handler(CallbackQueryHandler(button))
    app.add_handler(MessageHandler(private & filters.TEXT, question))
    app.add_handler(MessageHandler(private & filters.LOCATION, location))
    app.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, not_text))
    app.add_error_handler(failed)
    return app  # type: ignore[no-any-return]


def _started(live: LiveData | None, keys: Keys | None) -> Any:
    async def started(app: App) -> None:
        services = app.bot_data[SERVICES]
        services.purge()
        if keys is not None:
            regions = services.dialogue.engine.gazetteer.departements_of
            services.live = LiveResults(keys, regions=regions)
        await app.bot.set_my_commands([BotCommand(name, what) for name, what in texts.COMMANDS])
        if live is not None:
            live.start(app.bot_data[SERVICES])

    return started


def _stopped(live: LiveData | None) -> Any:
    async def stopped(app: App) -> None:
        if live is not None:
            await live.stop()
        services = app.bot_data[SERVICES]
        if services.live is not None:
            await services.live.aclose()
        services.store.close()

    return stopped
