"""Running the Telegram bot until it is told to stop."""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram.error import InvalidToken

from bot.app import ALLOWED_UPDATES, build_application
from bot.engines import Loaded
from bot.logs import set_up_logs
from bot.reload import LiveData
from bot.service_keys import service_keys
from bot.services import Services
from bot.settings import Settings, refused_token, require_token, revealed
from bot.store import Store


def run_bot(settings: Settings, loaded: Loaded, store: Store) -> None:
    """Long polling, or a webhook when its address is set. Returns when asked to stop, replies finished.

    Waits for Telegram when the network is down at the start. Raises SettingsError for a refused token.
    """
    set_up_logs()
    app = build_application(
        require_token(settings),
        settings.api_url,
        Services(loaded.dialogue, store),
        LiveData(settings, loaded),
        keys=service_keys(settings),
        admins=settings.admins,
    )
    try:
        if settings.webhook_url:
            app.run_webhook(
                listen="0.0.0.0",
                port=settings.port,
                url_path=urlsplit(settings.webhook_url).path.lstrip("/"),
                webhook_url=settings.webhook_url,
                secret_token=revealed(settings.webhook_secret),
                allowed_updates=ALLOWED_UPDATES,
                bootstrap_retries=-1,
            )
        else:
            app.run_polling(allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1)
    except InvalidToken:
        raise refused_token() from None
