"""Logs that can be shown to anybody: no token, no message text."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(?:bot)?\d+:[A-Za-z0-9_-]{10,}")


class Redacted(logging.Formatter):
    """A formatter that hides whatever looks like a bot token, in messages and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        """The line to print."""
        return _TOKEN.sub("<jeton>", super().format(record))


class WithoutUpdates(logging.Filter):
    """Drops the details of the lines in which the library prints what a person wrote."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, shortened when it would show an update."""
        if record.levelno >= logging.ERROR and record.name.startswith("telegram"):
            record.msg = str(record.msg).split("\n", 1)[0].split("{", 1)[0][:200]
            record.args = ()
        return True


def set_up_logs(level: int = logging.INFO) -> None:
    """Log to standard error, redacted; the HTTP libraries print addresses that hold the token: silenced."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s : %(message)s"))
    handler.addFilter(WithoutUpdates())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "apscheduler", "telegram.ext.Application"):
        logging.getLogger(name).setLevel(logging.WARNING)
