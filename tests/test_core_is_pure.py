"""The pure core needs neither Telegram, nor a database, nor the network."""

from __future__ import annotations

import subprocess
import sys


def test_the_core_imports_no_mouth_no_database_no_network() -> None:
    program = (
        "import pkgutil, importlib, sys, bot.knowledge\n"
        "for m in pkgutil.iter_modules(bot.knowledge.__path__): importlib.import_module('bot.knowledge.' + m.name)\n"
        "bad = {'telegram', 'sqlite3', 'sqlite_utils', 'httpx', 'requests', 'click'} & set(sys.modules)\n"
        "print(sorted(bad))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_running_bot_does_without_the_learning_libraries() -> None:
    program = "import sys, bot.running, bot.cli\nprint(sorted({'scipy', 'sklearn'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
