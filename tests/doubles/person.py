"""A person who talks with the bot: says, edits, taps, sees."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from telegram import Update

from bot.app import build_application
from bot.services import Services
from tests.doubles.in_process import InProcess
from tests.doubles.telegram_double import TOKEN, Sent, TelegramDouble


class Stage:
    """The whole bot on the double, for the time of a story."""

    def __init__(self, services: Services):
        self.telegram = TelegramDouble()
        self.app = build_application(
            TOKEN, "http://double.invalid", services, request=InProcess(self.telegram)
        )

    async def __aenter__(self) -> Stage:
        await self.app.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.app.shutdown()
        if error is None:
            assert not self.telegram.open_queries, "a tap was left without an answer"

    def person(self, user_id: int = 42) -> Person:
        return Person(self, user_id)


class Person:
    """One user of the bot."""

    def __init__(self, stage: Stage, user_id: int):
        self.stage = stage
        self.user_id = user_id
        self.last: dict[str, Any] | None = None

    async def says(self, text: str) -> Sent:
        """Write a message; gives what the bot says last."""
        self.last = self.stage.telegram.message(self.user_id, text)
        return await self._sent(self.last)

    async def shows(self, **content: Any) -> Sent:
        """Send something that is not text."""
        return await self._sent(self.stage.telegram.message(self.user_id, None, **content))

    async def edits(self, text: str) -> Sent:
        """Edit the last message."""
        assert self.last
        return await self._sent(self.stage.telegram.edited(self.last, text))

    async def taps(self, words: str) -> Sent:
        """Tap the button whose text holds these words, under the last message seen."""
        for button in self.sees.buttons:
            if words.lower() in button["text"].lower() and "callback_data" in button:
                return await self.taps_data(button["callback_data"])
        raise AssertionError(f"no button « {words} » among {self.sees.labels}")

    async def taps_data(self, data: str) -> Sent:
        """Tap a button that holds this data."""
        return await self._sent(self.stage.telegram.tap(self.user_id, self.sees, data))

    @property
    def sees(self) -> Sent:
        """The bot's last message in this chat."""
        return [m for m in self.stage.telegram.sent if m.chat_id == self.user_id][-1]

    async def _sent(self, update: dict[str, Any]) -> Sent:
        await self.stage.app.process_update(Update.de_json(update, self.stage.app.bot))
        return self.sees
