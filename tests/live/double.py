"""A double of the public services: one HTTP server on 127.0.0.1 that says what each path was told to say.

It keeps every request for the tests to look at.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.live.service import Bases

SAMPLES = Path(__file__).parent / "samples"

TOKEN = "/connexion/oauth2/access_token"
OFFERS = "/partenaire/offresdemploi/v2/offres/search"
EVENTS = "/partenaire/evenements/v1/mee/evenements"
IMMERSIONS = "/immersion/v3/offers"
JOBS = "/alternance/job/v1/search"
COURSES = "/alternance/formation/v1/search"
MISSIONS = "/alternance/geographie/v1/mission-locale"
COMMUNES = "/geo/communes"


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@dataclass(frozen=True)
class Said:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True)
class Heard:
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def params(self) -> dict[str, str]:
        return dict(self.query)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


class Double:
    """Serves while the ``with`` block lasts."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._said: dict[str, list[Said]] = defaultdict(list)
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: two would each wait for the other
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                heard = Heard(
                    self.command, address.path, parse_qsl(address.query, keep_blank_values=True), headers, raw
                )
                said = double.answer(heard)
                time.sleep(said.delay)
                try:
                    self.send_response(said.status)
                    for name, value in said.headers.items():
                        self.send_header(name, value)
                    if said.status != 204:
                        self.send_header("Content-Length", str(len(said.body)))
                    self.end_headers()
                    self.wfile.write(said.body)
                except OSError:
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815

            def log_message(self, *args: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def bases(self) -> Bases:
        return Bases(
            francetravail_connexion=self.url,
            francetravail=f"{self.url}/partenaire",
            immersion=f"{self.url}/immersion",
            alternance=f"{self.url}/alternance",
            communes=f"{self.url}/geo",
        )

    def says(self, path: str, *answers: Said) -> None:
        """What a path answers, call after call; the last answer stays."""
        self._said[path] = list(answers)

    def calls(self, path: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.path == path]

    def answer(self, heard: Heard) -> Said:
        self.heard.append(heard)
        answers = self._said.get(heard.path)
        if not answers:
            return Said(404, b'{"message": "no such path"}')
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def __enter__(self) -> Double:
        threading.Thread(target=self._server.serve_forever, args=(0.002,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
