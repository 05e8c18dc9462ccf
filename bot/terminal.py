"""The conversation in the terminal: the same answers, buttons as numbers."""

from __future__ import annotations

import textwrap

import click

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.labels import Label
from bot.knowledge.reply import Answer, Button
from bot.knowledge.understand import Conversation

WIDTH = 88
QUIT = {"q", "quit", "quitter", "exit"}


def converse(dialogue: Dialogue) -> None:
    """Talk until the person leaves (« q », Ctrl-D or Ctrl-C)."""
    conversation = Conversation()
    buttons = _show(dialogue.taps(Label("action", "accueil"), (), conversation).answer)
    click.echo(click.style("Tapez un numéro pour un bouton, « q » pour quitter.", dim=True))
    while True:
        try:
            said = click.prompt(">", prompt_suffix=" ", default="", show_default=False).strip()
        except (EOFError, click.Abort):
            said = "q"
        if said.lower() in QUIT:
            click.echo("\nÀ bientôt !")
            return
        if said in ("/aide", "/help"):
            buttons = _show(dialogue.answerer.fallback(texts.HELP))
            continue
        if said == "/start":
            said = "bonjour"
        button = buttons[int(said) - 1] if said.isdecimal() and 0 < int(said[:6]) <= len(buttons) else None
        if button and button.url:
            click.echo(button.url)
            continue
        if button and button.ask:
            turn = dialogue.taps(button.ask, button.about, conversation, button.part)
        elif said == "/confidentialite":
            turn = dialogue.taps(Label("action", "confidentialite"), (), conversation)
        elif said == "/oublier":
            conversation = Conversation()
            buttons = _show(Answer("", (texts.FORGOTTEN,)))
            continue
        else:
            turn = dialogue.says(said, conversation)
        conversation = turn.conversation
        buttons = _show(turn.answer)


def _show(answer: Answer) -> tuple[Button, ...]:
    click.echo()
    if answer.title:
        click.echo(click.style(answer.title, bold=True))
    for paragraph in answer.paragraphs:
        for line in paragraph.splitlines():
            click.echo(textwrap.fill(line, WIDTH))
        click.echo()
    if answer.source:
        click.echo(click.style(textwrap.fill(answer.source, WIDTH), dim=True))
    for number, button in enumerate(answer.buttons, 1):
        address = click.style(f"  {button.url}", dim=True) if button.url else ""
        click.echo(f"  {number}. {button.text}{address}")
    return answer.buttons
