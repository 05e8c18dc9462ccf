"""What handlers find in their context, typed."""

from __future__ import annotations

from typing import Any, cast

from telegram.ext import Application, CallbackContext, ExtBot

from bot.services import Services

SERVICES = "services"


class Context(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The library's context with the product's services."""

    @property
    def services(self) -> Services:
        """The dialogue in force and the store."""
        return cast(Services, self.bot_data[SERVICES])


App = Application[ExtBot[Any], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]
