"""The conversation in the terminal: buttons are numbers, « Voir plus » among them."""

from __future__ import annotations

import re

import click
from click.testing import CliRunner

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.local import Evenement, LocalKnowledge
from bot.terminal import converse


def talk(dialogue: Dialogue, *lines: str) -> str:
    command = click.command()(lambda: converse(dialogue))
    return CliRunner().invoke(command, input="\n".join([*lines, "q", ""])).output


def number_of(button: str, output: str) -> str:
    found = re.findall(rf"^ +(\d+)\. {re.escape(button)}", output, re.MULTILINE)
    assert found, f"no button « {button} »"
    return str(found[-1])


def test_a_number_taps_a_button_with_all_it_asks_for(dialogue: Dialogue) -> None:
    events = [
        {
            "id": f"e{n}",
            "titre": f"Forum {n}",
            "genre": "forum",
            "date": "2090-01-01",
            "debut": f"{n} h",
            "commune": "93066",
            "source": "exemple pour les tests",
            "verifie_le": "2026-11-21",
        }
        for n in range(1, 8)
    ]
    there = Dialogue(dialogue.engine, LocalKnowledge(tuple(map(Evenement.model_validate, events))))
    question = "événements à Saint-Denis"
    first = talk(there, question)
    assert "Forum 6" not in first
    assert "Forum 6" in talk(there, question, number_of(texts.BUTTON_MORE, first))
    moved = talk(there, question, number_of("Saint-Denis (La Réunion)", first))
    assert "rien signalé à moins de 60 km" in " ".join(moved.split())
    assert texts.BUTTON_KEEP not in first
