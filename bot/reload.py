"""Valid edits of the data go live within seconds; broken ones leave what works; the log and the admins are told why."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from subprocess import Popen

from bot import texts
from bot.engines import Loaded, learn_apart, load
from bot.knowledge.problems import DataError, Problem
from bot.services import Services
from bot.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.5
SHOWN_PROBLEMS = 10
# Of a line that is sent: ten of them fit in a message.
MOST_CHARACTERS = 350

Stamp = tuple[tuple[str, int, int], ...]
Tell = Callable[[str], Awaitable[None]]


class LiveData:
    """Watches the data folder. Editors save in several steps: a change counts once two looks agree."""

    def __init__(self, settings: Settings, loaded: Loaded):
        self._settings = settings
        self._loaded = loaded
        self._task: asyncio.Task[None] | None = None
        self._learning: Popen[bytes] | None = None
        self._learning_for = ""
        self._used = stamp(settings.data)
        self._tell: Tell = _nobody
        self._refused = False

    def start(self, services: Services, tell: Tell | None = None) -> None:
        """Begin to watch, in the running event loop. ``tell`` takes what those who edit the data are to know."""
        self._tell = tell or _nobody
        self._task = asyncio.create_task(self._watch(services))

    async def stop(self) -> None:
        """Stop watching; learning under way is dropped, the next start takes it up again."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._learning and self._learning.poll() is None:
            self._learning.terminate()

    async def _watch(self, services: Services) -> None:
        seen = self._used
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            now = stamp(self._settings.data)
            if now != self._used and now == seen:
                self._used = now
                await self._take(services)
            elif self._learning and (code := self._learning.poll()) is not None:
                await self._take_learned(services, code)
            seen = now

    async def _take_learned(self, services: Services, code: int) -> None:
        """Learning has ended with this code: use its weights, or say that it failed and wait for another change."""
        self._learning = None
        if code and self._learning_for == self._loaded.key:
            log.warning(
                "l'apprentissage n'a pas abouti (code %d) : les poids précédents restent en service", code
            )
            await self._tell(texts.DATA_NOT_LEARNED)
            return
        await self._take(services)

    async def _take(self, services: Services) -> None:
        """Load the data as they are now, and put them in force when they hold."""
        try:
            loaded = await asyncio.to_thread(load, self._settings, self._loaded.learned)
        except DataError as error:
            log.warning("données non reprises, les précédentes restent en service :")
            for problem in error.problems[:SHOWN_PROBLEMS]:
                log.warning("  %s", problem)
            self._refused = True
            await self._tell(refused(error.problems))
            return
        except Exception:
            log.exception("données non reprises, les précédentes restent en service")
            await self._tell(texts.DATA_FAILED)
            return
        self._loaded = loaded
        services.dialogue = loaded.dialogue
        count = len(loaded.dialogue.engine.knowledge.fiches)
        log.info("données reprises : %d fiches", count)
        if self._refused:
            self._refused = False
            await self._tell(texts.DATA_TAKEN.format(count=count))
        if not loaded.fresh and self._learning is None:
            self._learning = learn_apart(self._settings.data, self._settings.cache)
            self._learning_for = loaded.key


async def _nobody(words: str) -> None:
    """Nobody is to be told."""


def refused(problems: Sequence[Problem]) -> str:
    """What the first problems of an edit are, with where, in a message."""
    more = len(problems) - SHOWN_PROBLEMS
    lines = [f"• {problem}" for problem in problems[:SHOWN_PROBLEMS]]
    lines += [texts.DATA_MORE_PROBLEMS.format(count=more)] if more > 0 else []
    return "\n".join([texts.DATA_REFUSED, *(line[:MOST_CHARACTERS] for line in lines)])


def stamp(folder: Path) -> Stamp:
    """What changes when a data file does: names, sizes and times."""
    found: list[tuple[str, int, int]] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".txt", ".csv", ".jsonl"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(found)
