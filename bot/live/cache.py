"""Answers kept for a while, so that a class asking the same thing at once costs one call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

from cachetools import TTLCache

from bot.live.results import Results

KEPT = 500
KEPT_SECONDS = 900.0

Ask = Callable[[], Awaitable[Results]]


class Cache:
    """Keeps results for a time, failures never; those who ask while a call is under way share its answer."""

    def __init__(
        self, seconds: float = KEPT_SECONDS, size: int = KEPT, clock: Callable[[], float] = time.monotonic
    ):
        """``seconds`` each answer is kept, ``size`` answers at most; ``clock`` counts in seconds."""
        self._kept: TTLCache[Hashable, Results] = TTLCache(maxsize=size, ttl=seconds, timer=clock)
        self._under_way: dict[Hashable, asyncio.Task[Results]] = {}

    async def get(self, key: Hashable, ask: Ask) -> Results:
        """The answer kept under a key, else what ``ask`` gives. ``ask`` must not raise."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(key, ask))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        # One person who goes away must not take the answer from the others.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Give up the calls under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, key: Hashable, ask: Ask) -> Results:
        results = await ask()
        if not results.failed:
            self._kept[key] = results
        return results
