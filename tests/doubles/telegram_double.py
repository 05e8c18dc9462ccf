"""A strict double of the Bot API: it answers as Telegram does, and refuses what Telegram refuses.

The same core serves in-process (as the library's request object) and over HTTP on 127.0.0.1.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

ALLOWED_TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
MAX_TEXT = 4096
MAX_CALLBACK_BYTES = 64
MAX_CALLBACK_ANSWER = 200
TOKEN = "123456789:TEST-token_of-the-double_0123456789"


class Refused(Exception):
    """What Telegram answers with an error code."""

    def __init__(self, code: int, description: str, **parameters: Any):
        self.code = code
        self.description = description
        self.parameters = parameters
        super().__init__(description)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ALLOWED_TAGS:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, f"Bad Request: can't parse entities: Unexpected end tag </{tag}>")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        if name not in ("lt", "gt", "amp", "quot"):
            raise Refused(400, "Bad Request: can't parse entities: unsupported entity")
        self.text.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.text.append(unescape(f"&#{name};"))


def visible(text: str, parse_mode: str | None) -> str:
    """What a person sees of a text; refuses broken markup, empty and too long texts."""
    if parse_mode == "HTML":
        if re.search(r"&(?!(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", text) or re.search(r"<(?![a-z/])", text):
            raise Refused(400, "Bad Request: can't parse entities: stray character")
        parser = _Tags()
        parser.feed(text)
        parser.close()
        if parser.open:
            raise Refused(400, "Bad Request: can't parse entities: unclosed tag")
        text = "".join(parser.text)
    elif parse_mode:
        raise Refused(400, "Bad Request: unsupported parse_mode")
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise Refused(400, "Bad Request: message is too long")
    return text


def checked_keyboard(markup: Any) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard; refuses what Telegram refuses."""
    if not markup:
        return []
    rows: list[list[dict[str, Any]]] = markup["inline_keyboard"]
    if sum(len(row) for row in rows) > 100:
        raise Refused(400, "Bad Request: reply markup is too long")
    for row in rows:
        for button in row:
            if not button.get("text"):
                raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            kinds = {"url", "callback_data"} & set(button)
            if len(kinds) != 1:
                raise Refused(400, "Bad Request: BUTTON_TYPE_INVALID")
            if (
                "callback_data" in button
                and not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES
            ):
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
            if "url" in button and not re.match(r"^https?://[^\s]+\.[^\s]+$", button["url"]):
                raise Refused(400, "Bad Request: BUTTON_URL_INVALID")
    return rows


@dataclass
class Sent:
    """A message of the bot as it stands in the chat."""

    message_id: int
    chat_id: int
    text: str
    keyboard: list[list[dict[str, Any]]]

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons, in reading order."""
        return [button for row in self.keyboard for button in row]

    @property
    def labels(self) -> list[str]:
        """The texts of its buttons."""
        return [button["text"] for button in self.buttons]


@dataclass
class TelegramDouble:
    """The state of a small Telegram: chats, messages, updates waiting to be fetched."""

    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    failures: dict[str, deque[Refused]] = field(default_factory=dict)
    open_chats: set[int] = field(default_factory=set)
    open_queries: set[str] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    next_id: int = 1
    next_update: int = 1000
    changed: threading.Condition = field(default_factory=threading.Condition)

    # -- what people do ------------------------------------------------------------------------------

    def message(self, user_id: int, text: str | None, **content: Any) -> dict[str, Any]:
        """A private message from a person, as an update."""
        self.open_chats.add(user_id)
        body: dict[str, Any] = {
            "message_id": self._id(),
            "date": int(time.time()),
            "chat": {"id": user_id, "type": "private", "first_name": "Zoé <3"},
            "from": {"id": user_id, "is_bot": False, "first_name": "Zoé <3"},
            **content,
        }
        if text is not None:
            body["text"] = text
            if text.startswith("/"):
                body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._update({"message": body})

    def edited(self, earlier: dict[str, Any], text: str) -> dict[str, Any]:
        """The same message, edited by the person."""
        body = {**earlier["message"], "text": text, "edit_date": int(time.time())}
        return self._update({"edited_message": body})

    def tap(self, user_id: int, message: Sent, data: str) -> dict[str, Any]:
        """A tap on an inline button."""
        query = f"q{self._id()}"
        self.open_queries.add(query)
        return self._update(
            {
                "callback_query": {
                    "id": query,
                    "from": {"id": user_id, "is_bot": False, "first_name": "Zoé <3"},
                    "chat_instance": "1",
                    "data": data,
                    "message": self._as_message(message),
                }
            }
        )

    def blocks(self, user_id: int) -> dict[str, Any]:
        """A person blocks the bot: what it sends is refused, and it is told so."""
        self.blocked.add(user_id)
        bot = {"id": 123456789, "is_bot": True, "first_name": "OrientaSoin"}
        return self._update(
            {
                "my_chat_member": {
                    "chat": {"id": user_id, "type": "private", "first_name": "Zoé <3"},
                    "from": {"id": user_id, "is_bot": False, "first_name": "Zoé <3"},
                    "date": int(time.time()),
                    "old_chat_member": {"user": bot, "status": "member"},
                    "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
                }
            }
        )

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        update = {"update_id": self.next_update, **body}
        self.next_update += 1
        return update

    def push(self, update: dict[str, Any]) -> None:
        """Let an update be fetched by long polling."""
        with self.changed:
            self.waiting.append(update)
            self.changed.notify_all()

    # -- what the bot calls --------------------------------------------------------------------------

    def fail(self, method: str, *refusals: Refused) -> None:
        """The next calls of this method are refused."""
        self.failures.setdefault(method, deque()).extend(refusals)

    def call(self, method: str, params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer one call: the HTTP status and the JSON body."""
        with self.changed:
            self.calls.append((method, params))
            self.changed.notify_all()
        try:
            queue = self.failures.get(method)
            if queue:
                raise queue.popleft()
            handler = getattr(self, f"_{method}", None)
            if handler is None:
                raise Refused(404, "Not Found: method not found")
            return 200, {"ok": True, "result": handler(params)}
        except Refused as refusal:
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            return refusal.code, body

    def _getMe(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {
            "id": 123456789,
            "is_bot": True,
            "first_name": "OrientaSoin",
            "username": "orientasoin_test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _setMyCommands(self, params: dict[str, Any]) -> bool:  # noqa: N802
        for command in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not command["description"]:
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        return True

    def _deleteWebhook(self, params: dict[str, Any]) -> bool:  # noqa: N802
        return True

    def _getUpdates(self, params: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        offset = int(params.get("offset", 0) or 0)
        deadline = time.monotonic() + min(float(params.get("timeout", 0) or 0), 1.0)
        with self.changed:
            while self.waiting and self.waiting[0]["update_id"] < offset:
                self.waiting.popleft()
            while not self.waiting and time.monotonic() < deadline:
                self.changed.wait(0.05)
            return list(self.waiting)[:100]

    def _sendMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = int(params["chat_id"])
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat not in self.open_chats:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        text = visible(params.get("text", ""), params.get("parse_mode"))
        message = Sent(self._id(), chat, text, checked_keyboard(params.get("reply_markup")))
        with self.changed:
            self.sent.append(message)
            self.changed.notify_all()
        return self._as_message(message)

    def _editMessageText(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat, ident = int(params["chat_id"]), int(params["message_id"])
        for message in self.sent:
            if (message.chat_id, message.message_id) == (chat, ident):
                text = visible(params.get("text", ""), params.get("parse_mode"))
                keyboard = checked_keyboard(params.get("reply_markup"))
                if (text, keyboard) == (message.text, message.keyboard):
                    raise Refused(400, "Bad Request: message is not modified: specified new message content")
                with self.changed:
                    message.text, message.keyboard = text, keyboard
                    self.changed.notify_all()
                return self._as_message(message)
        raise Refused(400, "Bad Request: message to edit not found")

    def _answerCallbackQuery(self, params: dict[str, Any]) -> bool:  # noqa: N802
        if params["callback_query_id"] not in self.open_queries:
            raise Refused(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(params.get("text") or "") > MAX_CALLBACK_ANSWER:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.open_queries.discard(params["callback_query_id"])
        return True

    def _id(self) -> int:
        self.next_id += 1
        return self.next_id

    @staticmethod
    def _as_message(message: Sent) -> dict[str, Any]:
        body: dict[str, Any] = {
            "message_id": message.message_id,
            "date": int(time.time()),
            "chat": {"id": message.chat_id, "type": "private", "first_name": "Zoé <3"},
            "from": {"id": 123456789, "is_bot": True, "first_name": "OrientaSoin"},
            "text": message.text,
        }
        if message.keyboard:
            body["reply_markup"] = {"inline_keyboard": message.keyboard}
        return body


def decoded(params: dict[str, Any]) -> dict[str, Any]:
    """Form parameters as the API reads them: JSON where it is JSON."""
    found: dict[str, Any] = {}
    for key, value in params.items():
        if key in (
            "reply_markup",
            "commands",
            "allowed_updates",
            "entities",
            "link_preview_options",
        ) and isinstance(value, str):
            value = json.loads(value)
        found[key] = value
    return found
