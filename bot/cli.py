"""The command line: ``orientasoin``. Each command reads its options, calls, prints."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tabulate import tabulate

from bot import texts
from bot.asking import answer_lines, as_json, explain
from bot.dialogue import Dialogue, Turn
from bot.engines import Loaded, find_learned, learn_now, load
from bot.errors import UnusableError
from bot.knowledge.labels import parse_label
from bot.knowledge.problems import DataError
from bot.knowledge.questions import read_questions
from bot.knowledge.understand import Conversation
from bot.settings import Settings, load_settings, require_token

if TYPE_CHECKING:
    from bot.knowledge.recognise import Recogniser
    from bot.store import Store


class Plain(click.Group):
    """A group whose commands end with one clear line, and exit code 2, when they can't do their work."""

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

    settings = load_settings()
    require_token(settings)
    loaded = _load(settings)
    run_bot(settings, loaded, _open_store(settings))


def _open_store(settings: Settings) -> Store:
    """The database of the settings; made when there is none yet."""
    from bot.store import Store, load_salt

    return Store(settings.db, load_salt(_secret(settings), settings.db))


def _secret(settings: Settings) -> str | None:
    return settings.secret.get_secret_value() if settings.secret else None


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
@click.option("--depuis", "days", type=click.IntRange(1, 365), default=30, help="combien de jours regarder")
@click.option("--nombre", "most", type=click.IntRange(1), default=20, help="combien de groupes montrer")
def review(days: int, most: int) -> None:
    """Revoir les questions sans réponse ou mal répondues, groupées, les plus fréquentes d'abord."""
    from bot import review as reviewing
    from bot.knowledge.examples import load_examples

    settings = load_settings()
    store = _open_store(settings)
    now = dt.datetime.now(dt.UTC)
    questions = store.questions.since(now - dt.timedelta(days=days))
    store.close()
    dialogue = _load(settings).dialogue
    examples = (example.text for example in load_examples(settings.data, dialogue.engine.knowledge))
    groups = reviewing.review(questions, dialogue, examples)
    click.echo(reviewing.render(groups, dialogue, days, most))


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


@main.command()
@click.option("--depuis", "days", type=click.IntRange(1, 365), default=90, help="combien de jours regarder")
@click.option(
    "--html",
    "page",
    is_flag=True,
    help="une page avec des graphiques, sur la sortie standard ou dans --sortie",
)
@click.option("--csv", "table", is_flag=True, help="un tableau pour tableur")
@click.option(
    "--sortie", "file", type=click.Path(dir_okay=False, path_type=Path), help="écrire dans ce fichier"
)
def stats(days: int, page: bool, table: bool, file: Path | None) -> None:
    """Montrer l'usage en chiffres, sans donnée personnelle."""
    from bot import stats as counting

    if page and table:
        raise click.UsageError("choisissez --html ou --csv.")
    settings = load_settings()
    store = _open_store(settings)
    now = dt.datetime.now(dt.UTC)
    since = now - dt.timedelta(days=days)
    questions, campaigns = store.questions.since(since), store.campaigns.all(since)
    store.close()
    first, last = (moment.astimezone(counting.PARIS).date() for moment in (since, now))
    found = counting.figures(questions, campaigns, _load(settings).dialogue, first, last)
    if page:
        from bot.stats_page import as_page

        text = as_page(found)
    else:
        text = counting.as_csv(found) if table else counting.as_text(found)
    if file is None:
        click.echo(text.rstrip("\n"))
        return
    try:
        # Spreadsheets take a file for UTF-8 when it begins with the mark that says so.
        file.write_text(text, encoding="utf-8-sig" if table else "utf-8")
    except OSError as error:
        raise UnusableError(f"{file} : écriture impossible ({error.strerror}).") from None
    click.echo(str(file))


@main.group()
def campaign() -> None:
    """Faire et suivre des liens : un forum, une classe, un conseiller."""


@campaign.command(name="new")
@click.argument("title")
@click.option("--bot", "name", help="nom du bot sur Telegram (sinon, demandé à Telegram)")
def campaign_new(title: str, name: str | None) -> None:
    """Faire une campagne : un lien qui compte les personnes qu'il amène."""
    from bot.campaigns import code_of, link_of
    from bot.knowledge.loader import load_knowledge

    settings = load_settings()
    code = code_of(title, load_knowledge(settings.data))
    name = name or (_bot_name(settings) if settings.token else None)
    store = _open_store(settings)
    made = store.campaigns.make(code, title.strip())
    store.close()
    if not made:
        raise UnusableError(f"il y a déjà une campagne « {code} » (orientasoin campaign list).")
    click.echo(texts.CAMPAIGN_MADE.format(title=title.strip(), code=code))
    if name:
        click.echo(texts.CAMPAIGN_LINK.format(link=link_of(code, name)))
    else:
        click.echo(texts.CAMPAIGN_NO_NAME.format(code=code))
    click.echo(texts.CAMPAIGN_POSTER.format(code=code))


@campaign.command(name="list")
def campaign_list() -> None:
    """Montrer les campagnes, et combien de personnes chacune a amenées."""
    store = _open_store(load_settings())
    campaigns = store.campaigns.all()
    store.close()
    if not campaigns:
        click.echo(texts.CAMPAIGNS_NONE)
        return
    rows = [
        (
            one.code,
            one.title or texts.CAMPAIGN_UNTITLED,
            f"{one.made:%d/%m/%Y}" if one.made else "",
            one.arrived,
            one.asked,
        )
        for one in campaigns
    ]
    click.echo(tabulate(rows, texts.CAMPAIGNS_HEAD))


@main.command()
@click.argument("code")
@click.option(
    "--sortie",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="un seul fichier : .pdf, .svg ou .png",
)
@click.option("--qr", "alone", is_flag=True, help="le QR code seul")
@click.option("--bot", "name", help="nom du bot sur Telegram (sinon, demandé à Telegram)")
def poster(code: str, file: Path | None, alone: bool, name: str | None) -> None:
    """Faire l'affiche d'une campagne, avec son QR code : affiche-CODE.pdf, .svg et .png."""
    from bot import poster as drawing
    from bot.campaigns import link_of

    settings = load_settings()
    store = _open_store(settings)
    found = store.campaigns.find(code)
    store.close()
    if found is None:
        raise UnusableError(
            f"aucune campagne « {code} » : orientasoin campaign list les montre, campaign new en fait."
        )
    stem = f"{'qr' if alone else 'affiche'}-{code}"
    formats = [drawing.format_of(file)] if file else drawing.FORMATS
    link = link_of(code, name or _bot_name(settings))
    for fmt in formats:
        path = file or Path(f"{stem}.{fmt}")
        content = (
            drawing.qr_code(link, fmt) if alone else drawing.poster(found.title, link, settings.contact, fmt)
        )
        try:
            path.write_bytes(content)
        except OSError as error:
            raise UnusableError(f"{path} : écriture impossible ({error.strerror}).") from None
        click.echo(str(path))


def _bot_name(settings: Settings) -> str:
    from bot.bot_name import bot_name

    return bot_name(settings)


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def export(file: Path | None) -> None:
    """Sauvegarder la base dans un fichier (orientasoin-DATE.zip si aucun n'est nommé) ; le bot peut tourner."""
    from bot.backup import save
    from bot.store import load_salt

    settings = load_settings()
    to = file or Path(f"orientasoin-{dt.date.today().isoformat()}.zip")
    salt = load_salt(_secret(settings), settings.db) if settings.db.exists() else b""
    size = save(settings.db, salt, to)
    click.echo(
        f"{to} : {size / 1000:.0f} ko. Ce fichier contient les questions des gens : gardez-le à l'abri."
    )


@main.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--remplacer", "replace", is_flag=True, help="remplacer une base qui n'est pas vide")
def import_(file: Path, replace: bool) -> None:
    """Remettre en place une base sauvegardée par export. Arrêtez le bot d'abord."""
    from bot.backup import restore

    settings = load_settings()
    secret = _secret(settings)
    counts = restore(file, settings.db, secret.encode() if secret else None, replace)
    click.echo(f"{settings.db} : " + ", ".join(f"{count} {what}" for what, count in counts.items()) + ".")


@main.command()
@click.argument("user_id")
def forget(user_id: str) -> None:
    """Effacer tout ce qui est gardé d'une personne (identifiant Telegram, ou pseudonyme)."""
    store = _open_store(load_settings())
    person = store.pseudonym(user_id) if user_id.isdigit() else user_id
    click.echo(f"{store.forget(person)} lignes effacées.")
    store.close()
