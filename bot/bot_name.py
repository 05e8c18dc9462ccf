"""The bot's name on Telegram, which links and posters need: asked of Telegram with the token."""

from __future__ import annotations

import asyncio

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.errors import UnusableError
from bot.settings import Settings, refused_token, require_token


def bot_name(settings: Settings, request: BaseRequest | None = None) -> str:
    """The bot's name, without « @ ». ``request`` replaces the network in tests.

    Raises SettingsError when the token is missing or refused, UnusableError when Telegram does not answer.
    """
    return asyncio.run(_ask(require_token(settings), f"{settings.api_url}/bot", request))


async def _ask(token: str, base_url: str, request: BaseRequest | None) -> str:
    try:
        async with Bot(token, base_url=base_url, request=request) as bot:
            return bot.username
    except InvalidToken:
        raise refused_token() from None
    except TelegramError as error:
        raise UnusableError(
            f"Telegram ne dit pas le nom du bot ({type(error).__name__}). Ajoutez --bot NOM."
        ) from None
