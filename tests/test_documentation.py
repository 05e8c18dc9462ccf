"""The README tells every command and every setting."""

from __future__ import annotations

import re
from pathlib import Path

import click

from bot import texts
from bot.cli import main
from bot.settings import PREFIX, Settings

CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    assert len(COMMANDS) >= 16
    missing = [name for name in COMMANDS if not re.search(rf"`{name}[ `]", README)]
    assert not missing


def test_every_setting_is_in_the_readme() -> None:
    missing = [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in README]
    assert not missing


def test_every_telegram_command_is_in_the_readme() -> None:
    missing = [name for name, _ in texts.COMMANDS if f"`/{name}`" not in README]
    assert not missing


def test_every_command_has_help() -> None:
    assert all(command and command.help for command in COMMANDS.values())
