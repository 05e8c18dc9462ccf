"""The conversation in the terminal: buttons are numbers, « Voir plus » among them."""

from __future__ import annotations

import re

import click
from click.testing import CliRunner

from bot import texts
from bot.dialogue import Dialogue
from bot.terminal import converse
from tests.doubles.local_data import seven_forums


def talk(dialogue: Dialogue, *lines: str) -> str:
    command = click.command()(lambda: converse(dialogue))
    return CliRunner().invoke(command, input="\n".join([*lines, "q", ""])).output


def number_of(button: str, output: str) -> str:
    found = re.findall(rf"^ +(\d+)\. {re.escape(button)}", output, re.MULTILINE)
    assert found, f"no button « {button} »"
    return str(found[-1])


def test_a_number_taps_a_button_with_all_it_asks_for(dialogue: Dialogue) -> None:
    there = Dialogue(dialogue.engine, seven_forums("93066"))
    question = "événements à Saint-Denis"
    first = talk(there, question)
    assert "Forum 6" not in first
    assert "Forum 6" in talk(there, question, number_of(texts.BUTTON_MORE, first))
    moved = talk(there, question, number_of("Saint-Denis (La Réunion)", first))
    assert "rien signalé à moins de 60 km" in " ".join(moved.split())
    assert texts.BUTTON_KEEP not in first
