"""What tests share: the real knowledge with its learned weights, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.engines import Loaded, load
from bot.knowledge.models import Knowledge
from bot.services import Services
from bot.settings import Settings
from bot.store import Store


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def loaded(settings: Settings) -> Loaded:
    return load(settings)


@pytest.fixture(scope="session")
def dialogue(loaded: Loaded) -> Dialogue:
    return loaded.dialogue


@pytest.fixture(scope="session")
def knowledge(dialogue: Dialogue) -> Knowledge:
    return dialogue.engine.knowledge


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(":memory:", b"salt of the tests")
    yield opened
    opened.close()


@pytest.fixture
def services(dialogue: Dialogue, store: Store) -> Services:
    return Services(dialogue, store)


@pytest.fixture
def small_data(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the data folder that a test may break."""
    import shutil

    target = tmp_path / "data"
    shutil.copytree(settings.data, target)
    return target


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run commands in: its database, and neither secret nor token set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORIENTASOIN_DB", "bot.db")
    for name in ("SECRET", "TOKEN"):
        monkeypatch.delenv(f"ORIENTASOIN_{name}", raising=False)
    return tmp_path
