"""The team's commands: what people made of answers, figures, campaigns, backups, erasing."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import click
from tabulate import tabulate

from bot import stats as counting
from bot import texts
from bot.backup import restore, save
from bot.bot_name import bot_name
from bot.campaigns import code_of, link_of
from bot.dialogue import Dialogue
from bot.engines import load
from bot.errors import UnusableError
from bot.knowledge.examples import load_examples
from bot.knowledge.loader import load_knowledge
from bot.settings import Settings, load_settings, revealed
from bot.store import Store, load_salt


def _open_store(settings: Settings) -> Store:
    """The database of the settings; made when there is none yet."""
    return Store(settings.db, load_salt(revealed(settings.secret), settings.db))


def _dialogue(settings: Settings) -> Dialogue:
    return load(settings, say=partial(click.echo, err=True)).dialogue


@click.command()
@click.option("--depuis", "days", type=click.IntRange(1, 365), default=30, help="combien de jours regarder")
@click.option("--nombre", "most", type=click.IntRange(1), default=20, help="combien de groupes montrer")
def review(days: int, most: int) -> None:
    """Revoir les questions sans réponse ou mal répondues, groupées, les plus fréquentes d'abord."""
    # Imported here: no other command needs to wait for the clustering library.
    from bot import review as reviewing

    settings = load_settings()
    store = _open_store(settings)
    now = dt.datetime.now(dt.UTC)
    questions = store.questions.since(now - dt.timedelta(days=days))
    store.close()
    dialogue = _dialogue(settings)
    examples = (example.text for example in load_examples(settings.data, dialogue.engine.knowledge))
    groups = reviewing.review(questions, dialogue, examples)
    click.echo(reviewing.render(groups, dialogue, days, most))


@click.command()
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
    if page and table:
        raise click.UsageError("choisissez --html ou --csv.")
    settings = load_settings()
    store = _open_store(settings)
    now = dt.datetime.now(dt.UTC)
    since = now - dt.timedelta(days=days)
    questions, campaigns = store.questions.since(since), store.campaigns.all(since)
    store.close()
    first, last = (moment.astimezone(counting.PARIS).date() for moment in (since, now))
    found = counting.figures(questions, campaigns, _dialogue(settings), first, last)
    if page:
        # Imported here: no other command needs to wait for the drawing library.
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


@click.group()
def campaign() -> None:
    """Faire et suivre des liens : un forum, une classe, un conseiller."""


@campaign.command(name="new")
@click.argument("title")
@click.option("--bot", "name", help="nom du bot sur Telegram (sinon, demandé à Telegram)")
def campaign_new(title: str, name: str | None) -> None:
    """Faire une campagne : un lien qui compte les personnes qu'il amène."""
    settings = load_settings()
    code = code_of(title, load_knowledge(settings.data))
    name = name or (bot_name(settings) if settings.token else None)
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


@click.command()
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
    # Imported here: no other command needs to wait for the drawing library.
    from bot import poster as drawing

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
    link = link_of(code, name or bot_name(settings))
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


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def export(file: Path | None) -> None:
    """Sauvegarder la base dans un fichier (orientasoin-DATE.zip si aucun n'est nommé) ; le bot peut tourner."""
    settings = load_settings()
    to = file or Path(f"orientasoin-{dt.date.today().isoformat()}.zip")
    size = save(settings.db, revealed(settings.secret), to)
    click.echo(
        f"{to} : {size / 1000:.0f} ko. Ce fichier contient les questions des gens : gardez-le à l'abri."
    )


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--remplacer", "replace", is_flag=True, help="remplacer une base qui n'est pas vide")
def import_(file: Path, replace: bool) -> None:
    """Remettre en place une base sauvegardée par export. Arrêtez le bot d'abord."""
    settings = load_settings()
    counts = restore(file, settings.db, revealed(settings.secret), replace)
    click.echo(f"{settings.db} : " + ", ".join(f"{count} {what}" for what, count in counts.items()) + ".")


@click.command()
@click.argument("user_id")
def forget(user_id: str) -> None:
    """Effacer tout ce qui est gardé d'une personne (identifiant Telegram, ou pseudonyme)."""
    store = _open_store(load_settings())
    person = store.pseudonym(user_id) if user_id.isdigit() else user_id
    click.echo(f"{store.forget(person)} lignes effacées.")
    store.close()


COMMANDS = (review, stats, campaign, poster, export, import_, forget)
