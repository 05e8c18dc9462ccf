"""The double as the library's request object: no socket, same refusals."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from tests.doubles.telegram_double import TelegramDouble, decoded


class InProcess(BaseRequest):
    """Hands every call of the library to the double."""

    def __init__(self, double: TelegramDouble):
        self.double = double

    @property
    def read_timeout(self) -> float | None:
        return 1.0

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        params = decoded(request_data.json_parameters) if request_data else {}
        status, body = self.double.call(name, params)
        return status, json.dumps(body).encode()
