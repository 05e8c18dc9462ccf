"""Data that change under a running bot: what was learned before serves on, whatever becomes of the learning."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import reload
from bot.engines import Loaded, load
from bot.reload import LiveData
from bot.services import Services
from bot.settings import Settings


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(400):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


async def test_learning_that_fails_is_said_once_and_tried_again_at_the_next_change(
    small_data: Path,
    settings: Settings,
    loaded: Loaded,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    started: list[Path] = []

    def fails(data: Path, cache: Path) -> subprocess.Popen[bytes]:
        started.append(data)
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(9)"])

    def said() -> int:
        return sum("apprentissage n'a pas abouti (code 9)" in line for line in caplog.messages)

    monkeypatch.setattr(reload, "learn_apart", fails)
    monkeypatch.setattr(reload, "LOOK_EVERY_SECONDS", 0.05)
    copied = settings.model_copy(update={"data": small_data})
    live = LiveData(copied, load(copied, loaded.learned))
    live.start(services)
    added = {
        "courts.txt": "metier:ash/salaire | ash combien le numéro 1",
        "2026-11-22-lot-a.jsonl": '{"q": "ash combien le numéro 2", "gold": ["metier:ash/salaire"]}',
    }
    try:
        for count, (name, line) in enumerate(added.items(), 1):
            with (small_data / "exemples" / name).open("a", encoding="utf-8") as stream:
                stream.write(f"{line}\n")
            await until(lambda count=count: said() == count, "the failure to be said")  # type: ignore[misc]
            await asyncio.sleep(0.5)
            assert len(started) == count
            assert services.says(1, "salaire ash").answer.title  # the former weights serve
    finally:
        await live.stop()
