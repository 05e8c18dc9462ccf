"""The command line: ``orientasoin``. Each command reads its options, calls, prints."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import texts
from bot.asking import answer_lines, as_json, explain
from bot.dialogue import Dialogue, Turn
from bot.engines import Loaded, find_learned, learn_now, load
from bot.errors import UnusableError
from bot.knowledge.labels import parse_label
from bot.knowledge.problems import DataError
from bot.knowledge.questions import read_questions
from bot.knowledge.understand import Conversation
from bot.settings import Settings, load_settings, require_token, revealed

if TYPE_CHECKING:
    from bot.knowledge.recognise import Recogniser


class Plain(click.Group):
    """A group whose commands end with one clear line, and exit code 2, when they can't do their work.

    The team's commands join the others when they are asked for: nobody who asks a question waits for their libraries.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, the team's as well."""
        if cmd_name not in self.commands:
            self._complete()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, the team's as well."""
        self._complete()
        return super().list_commands(ctx)

    def _complete(self) -> None:
        from bot.team_commands import COMMANDS

        for command in COMMANDS:
            self.add_command(command)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; turn what is wrong outside the program into a sentence."""
        try:
            super().invoke(ctx)
            return
        except UnusableError as error:
            click.echo(f"orientasoin : {error}", err=True)
        except DataError as error:
            first, more = error.problems[0], len(error.problems) - 1
            rest = f" (et {more} autres : orientasoin check)" if more else ""
            click.echo(f"orientasoin : données inutilisables. {first}{rest}", err=True)
        ctx.exit(2)


def _say(words: str) -> None:
    click.echo(words, err=True)


def _load(settings: Settings) -> Loaded:
    return load(settings, say=_say)


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orientasoin", message="%(prog)s %(version)s")
def main() -> None:
    """OrientaSoin : les métiers du soin et de l'accompagnement, en questions et réponses."""


@main.command()
@click.argument("question", required=False)
@click.option("--json", "as_object", is_flag=True, help="la réponse en JSON")
@click.option("--explain", "explained", is_flag=True, help="ce qui a été reconnu, les scores, la décision")
@click.option("--jsonl", is_flag=True, help="des questions sur l'entrée standard, une par ligne, en JSON")
def ask(question: str | None, as_object: bool, explained: bool, jsonl: bool) -> None:
    """Répondre à une question (ou donner la réponse d'une étiquette)."""
    if not jsonl and not (question or "").strip():
        raise click.UsageError("écrivez une question entre guillemets, ou utilisez --jsonl.")
    dialogue = _load(load_settings()).dialogue
    if jsonl:
        for row in answer_lines(dialogue, sys.stdin.buffer):
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    assert question is not None
    turn = _of_label(dialogue, question) or dialogue.says(question, Conversation())
    if as_object:
        click.echo(json.dumps({"id": None, **as_json(turn)}, ensure_ascii=False, indent=2))
    else:
        click.echo(turn.answer.text)
        for button in turn.answer.buttons:
            click.echo(f"  [{button.text}]" + (f" {button.url}" if button.url else ""))
    if explained:
        click.echo()
        click.echo(explain(dialogue, question, turn))


def _of_label(dialogue: Dialogue, text: str) -> Turn | None:
    """The answer of a label given in place of a question; None when it is no known label."""
    try:
        return dialogue.taps(parse_label(text), (), Conversation())
    except (ValueError, KeyError):
        return None


@main.command()
def chat() -> None:
    """Converser dans le terminal ; les boutons sont des numéros."""
    from bot.terminal import converse

    converse(_load(load_settings()).dialogue)


@main.command()
def run() -> None:
    """Lancer le bot Telegram (long polling, ou webhook si son adresse est réglée)."""
    from bot.running import run_bot
    from bot.store import Store, load_salt

    settings = load_settings()
    require_token(settings)
    loaded = _load(settings)
    run_bot(settings, loaded, Store(settings.db, load_salt(revealed(settings.secret), settings.db)))


@main.command(name="eval")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--min", "minimum", type=float, default=0.0, help="part stricte exigée, en pourcents")
@click.option("--failures", type=int, default=40, help="combien d'échecs montrer")
@click.option(
    "--exemples",
    "apart",
    is_flag=True,
    help="juger chaque exemple sans l'avoir lu (long : cinq apprentissages)",
)
def eval_(file: Path | None, minimum: float, failures: int, apart: bool) -> None:
    """Mesurer la compréhension sur des messages étiquetés (JSONL), ou sur les exemples eux-mêmes."""
    from bot.evaluation import evaluate, render

    if apart:
        _eval_examples(load_settings(), failures)
        return
    if file is None:
        raise click.UsageError("donnez un fichier de messages étiquetés (JSONL), ou --exemples.")

    report = evaluate(_load(load_settings()).dialogue, read_questions(file))
    click.echo(render(report, failures))
    if 100 * report.share("strict") < minimum:
        click.echo(f"En dessous du minimum demandé ({minimum:g} %).", err=True)
        sys.exit(1)


def _eval_examples(settings: Settings, failures: int) -> None:
    from bot.knowledge.assemble import load_recogniser
    from bot.knowledge.examples import load_examples
    from bot.leave_out import leave_out, render

    recogniser = load_recogniser(settings.data)
    judged = leave_out(recogniser, load_examples(settings.data, recogniser.knowledge))
    click.echo(render(judged, failures))


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--perime", type=int, default=None, help="lister ce qui n'a pas été vérifié depuis N jours")
def check(files: tuple[Path, ...], perime: int | None) -> None:
    """Vérifier les données : chaque erreur avec fichier, ligne, colonne, et ce qu'il faut écrire."""
    from bot.checking import check_data, outdated

    settings = load_settings()
    problems, notes = check_data(settings.data, files)
    for problem in problems:
        click.echo(str(problem))
    if perime is not None and not problems:
        for line in outdated(settings.data, perime):
            click.echo(line)
    for note in notes:
        click.echo(note)
    if problems:
        click.echo(f"{len(problems)} erreur{'s' if len(problems) > 1 else ''} à corriger.")
        sys.exit(1)
    click.echo("Tout est en ordre.")


@main.command()
@click.option("--data", type=click.Path(path_type=Path), default=None, help="dossier des données")
@click.option("--cache", type=click.Path(path_type=Path), default=None, help="dossier des poids appris")
@click.option("--livrer", is_flag=True, help="garder aussi les poids avec les données (dossier appris)")
def train(data: Path | None, cache: Path | None, livrer: bool) -> None:
    """Apprendre à reconnaître les messages, si ce n'est pas déjà fait pour ces données."""
    from bot.knowledge.assemble import fingerprint, load_recogniser
    from bot.knowledge.learned import FOLDER

    settings = load_settings()
    changes = {"data": data or settings.data, "cache": cache or settings.cache}
    settings = settings.model_copy(update=changes)
    recogniser = load_recogniser(settings.data)
    key = fingerprint(settings.data, recogniser)
    learned = find_learned(settings, key) or learn_now(settings, recogniser, key, _say)
    if livrer:
        try:
            learned.save(settings.data / FOLDER, key, kept=1)
        except OSError as error:
            raise UnusableError(
                f"{settings.data / FOLDER} : écriture impossible ({error.strerror})."
            ) from None


@main.command(name="import-events")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_events_(file: Path) -> None:
    """Ajouter les événements d'un tableau CSV ou d'un agenda iCalendar : tout est valable, ou rien n'est écrit."""
    from bot.knowledge.assemble import load_recogniser
    from bot.local_import import import_events

    settings = load_settings()
    data = load_recogniser(settings.data)
    report = import_events(file, settings.data, data.knowledge, data.gazetteer, dt.date.today())
    click.echo("\n".join(report.lines()))
    if report.faults:
        sys.exit(1)


@main.command()
@click.argument("kinds", nargs=-1, required=True, type=click.Choice(list(texts.FETCH_KINDS)))
@click.option(
    "--lieu", "places", multiple=True, required=True, help="commune, code INSEE, D:49 ou R:93 ; répétable"
)
def fetch(kinds: tuple[str, ...], places: tuple[str, ...]) -> None:
    """Relever les offres et les événements des services publics autour de ces lieux, là où les clés sont réglées."""
    import asyncio

    from bot.fetching import FetchError, fetch_all
    from bot.knowledge.assemble import load_recogniser
    from bot.service_keys import service_keys

    settings = load_settings()
    keys = service_keys(settings)
    if keys is None:
        raise FetchError(texts.FETCH_NO_KEY)
    data = load_recogniser(settings.data)
    codes = [_place(data, place) for place in places]
    for fetched in asyncio.run(fetch_all(kinds, codes, keys, data, settings.data, dt.date.today())):
        click.echo(fetched.words())


def _place(data: Recogniser, place: str) -> str:
    """The code of a place given by its code or its name. Raises UsageError when it is unknown."""
    try:
        data.gazetteer.name(place)
        return place
    except KeyError:
        found = data.find(f"à {place}").places
    if not found:
        raise click.UsageError(
            f"lieu inconnu : « {place} ». Écrivez le nom ou le code INSEE d'une commune, D:49 ou R:93."
        )
    return found[0].code


@main.command()
@click.argument("event_id")
def calendar(event_id: str) -> None:
    """Écrire un événement de data/evenements.yaml au format iCalendar (.ics), sur la sortie standard."""
    from bot.calendar_export import to_ics
    from bot.knowledge.assemble import load_recogniser
    from bot.knowledge.local import load_local

    settings = load_settings()
    data = load_recogniser(settings.data)
    local = load_local(settings.data, data.knowledge.fiches.keys(), data.gazetteer)
    for event in local.evenements:
        if event.id == event_id:
            try:
                click.echo(to_ics(event, data.gazetteer, dt.datetime.now(dt.UTC)), nl=False)
            except ValueError as error:
                raise click.UsageError(f"{error} : il ne peut pas aller dans un agenda.") from None
            return
    raise click.UsageError(f"aucun événement ne s'appelle « {event_id} ».")
