"""Valid edits of the data go live within seconds; broken ones leave what works, and the log says why."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path
from subprocess import Popen

from bot.engines import Loaded, learn_apart, load
from bot.knowledge.problems import DataError
from bot.services import Services
from bot.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.5
SHOWN_PROBLEMS = 10

Stamp = tuple[tuple[str, int, int], ...]


class LiveData:
    """Watches the data folder. Editors save in several steps: a change counts once two looks agree."""

    def __init__(self, settings: Settings, loaded: Loaded):
        self._settings = settings
        self._loaded = loaded
        self._task: asyncio.Task[None] | None = None
        self._learning: Popen[bytes] | None = None
        self._learning_for = ""
        self._used = stamp(settings.data)

    def start(self, services: Services) -> None:
        """Begin to watch, in the running event loop."""
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
            return
        except Exception:
            log.exception("données non reprises, les précédentes restent en service")
            return
        self._loaded = loaded
        services.dialogue = loaded.dialogue
        log.info("données reprises : %d fiches", len(loaded.dialogue.engine.knowledge.fiches))
        if not loaded.fresh and self._learning is None:
            self._learning = learn_apart(self._settings.data, self._settings.cache)
            self._learning_for = loaded.key


def stamp(folder: Path) -> Stamp:
    """What changes when a data file does: names, sizes and times."""
    found: list[tuple[str, int, int]] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".txt", ".csv", ".jsonl"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(found)
