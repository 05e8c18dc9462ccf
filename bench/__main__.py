"""``python -m bench [FILE.jsonl | FOLDER]…``: accuracy, time and memory, beside simple methods, in one run."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt
from pathlib import Path

import click
from threadpoolctl import threadpool_limits

from bench.accuracy import Row, alone, peer_rows, product_rows, some
from bench.memory import Memory, measure_apart
from bench.peers import plain, wordings_of
from bench.speed import Growth, growths, place_durations
from bot.engines import load
from bot.evaluation import Report, evaluate
from bot.knowledge.examples import load_examples
from bot.knowledge.problems import DataError
from bot.knowledge.questions import Question, measured, read_questions
from bot.settings import PROJECT, Settings, SettingsError, load_settings

QUESTIONS = PROJECT / "data" / "mesure"
# How many other messages, from the examples, warm every method.
WARMING = 50
# How many messages are put to all methods: the slowest takes a fifth of a second for each.
COMPARED = 250


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(paths: tuple[Path, ...]) -> None:
    """Mesurer justesse, temps et mémoire sur des messages étiquetés (data/mesure par défaut)."""
    try:
        files = _files(paths)
        questions = _read(files)
        settings = load_settings()
        # One core for everybody: what a small server gives, and what can be compared.
        with threadpool_limits(limits=1):
            _measure(settings, files, questions)
    except (ValueError, OSError, SettingsError) as error:
        raise click.UsageError(str(error)) from None
    except DataError as error:
        raise click.UsageError(f"données inutilisables. {error.problems[0]}") from None


def _files(paths: Sequence[Path]) -> list[Path]:
    """The JSONL files of these paths, of data/mesure when there are none. Raises ValueError when empty."""
    files: list[Path] = []
    for path in paths or (QUESTIONS,):
        files += sorted(path.glob("*.jsonl")) if path.is_dir() else [path] if path.exists() else []
    if not files:
        raise ValueError(f"aucun fichier *.jsonl dans {QUESTIONS} : indiquez un fichier ou un dossier.")
    return files


def _read(files: Sequence[Path]) -> list[Question]:
    """All their messages; sessions of two files are never the same conversation."""
    questions = [
        replace(question, session=f"{path.name}:{question.session}" if question.session else None)
        for path in files
        for question in read_questions(path)
    ]
    if not questions:
        raise ValueError(f"aucun message dans {', '.join(path.name for path in files)}.")
    return questions


def _measure(settings: Settings, files: list[Path], questions: list[Question]) -> None:
    dialogue = load(settings, say=_say).dialogue
    recogniser = dialogue.engine.recogniser
    examples = load_examples(settings.data, recogniser.knowledge)
    wordings = wordings_of(recogniser.knowledge, examples)
    warm = [example.text for example in examples[:: max(1, len(examples) // WARMING)]]
    texts = [question.q for question in questions]
    known = {wording.text for wording in wordings}
    same = sum(len(plain(text).split()) > 3 and plain(text) in known for text in texts)
    _say(f"{len(questions)} messages de {', '.join(path.name for path in files)}")
    _say(f"{len(wordings)} formulations ({len(examples)} exemples, le reste des noms)")
    _say(f"{same} messages de plus de trois mots sont, mot pour mot, parmi les formulations")
    tuned = {question.q for group in measured(settings.data) for question in group}
    _say(f"{sum(text in tuned for text in texts)} messages ont servi à régler la confiance (data/mesure)")
    _show_product(evaluate(dialogue, questions))
    compared = some(questions, COMPARED)
    independent = alone(compared)
    _show_table_head(len(compared))
    for shown in product_rows(dialogue, compared, warm):
        _show_row(shown, independent)
    for shown in peer_rows(wordings, compared, warm):
        _show_row(shown, independent)
    _show_growth(growths(recogniser, settings.data, texts, warm))
    places = place_durations(recogniser, texts, warm)
    _say(
        f"\nLieux : {len(recogniser.gazetteer.communes)} communes ; "
        f"médiane {places.median:.3f} ms par message, 99 % en moins de {places.p99:.3f} ms"
    )
    _show_memory(measure_apart(files))


def _show_product(report: Report) -> None:
    count = len(report.outcomes)
    _say(
        f"\nOrientaSoin : strict {report.share('strict'):.1%}, aidés {report.share('helped'):.1%}, "
        f"faux {report.share('wrong'):.1%}, première lecture juste {report.share('first'):.1%}"
    )
    _say(
        f"(avec {count} messages, le hasard du tirage fait ± {100 * 1.96 * sqrt(0.25 / count):.0f} points au plus)"
    )


def _show_table_head(count: int) -> None:
    _say(
        f"\nPremière lecture juste de {count} de ces messages ; « isolés » : sans les suites de conversation. Temps par message, un seul cœur."
    )
    _say(f"{'':36}{'tous':>8}{'isolés':>9}{'médiane':>12}{'99 %':>12}{'construction':>15}")


def _show_row(row: Row, independent: Sequence[bool]) -> None:
    isolated = [right for right, single in zip(row.first, independent, strict=True) if single]
    built = "" if row.built_seconds is None else f"{row.built_seconds:13.1f} s"
    _say(
        f"{row.name:36}{_share(row.first):8.1%}{_share(isolated):9.1%}"
        f"{row.durations.median:9.2f} ms{row.durations.p99:9.2f} ms{built}"
    )


def _show_growth(measured_sizes: Iterable[Growth]) -> None:
    """A line per size: medians with their ratio to the first size's, then the slow messages."""
    _say(
        "\nTemps par message selon le nombre de noms (entre parenthèses, rapport de la médiane à la première)"
    )
    _say(
        f"{'':6}{'noms':>9}{'entrées nommées':>26}{'99 %':>13}{'mots remis droit':>26}{'99 %':>13}{'construction':>15}"
    )
    first = None
    for growth in measured_sizes:
        first = first or growth
        columns = "".join(
            f"{now.median:14.3f} ms (×{now.median / start.median:5.1f}){now.p99:10.3f} ms"
            for now, start in ((growth.mentions, first.mentions), (growth.normalise, first.normalise))
        )
        _say(f"{growth.times:4} ×{growth.names:9}{columns}{growth.built_seconds:13.1f} s")


def _show_memory(memory: Memory) -> None:
    _say(
        f"Mémoire du processus : {memory.before:.0f} Mo avant les données, {memory.loaded:.0f} Mo une fois chargé, "
        f"{memory.used:.0f} Mo après ces messages, {memory.peak:.0f} Mo au plus haut"
    )


def _share(right: Sequence[bool]) -> float:
    return sum(right) / max(len(right), 1)


def _say(words: str) -> None:
    """Lines come as they are measured; a run takes several minutes."""
    click.echo(words)
    sys.stdout.flush()


if __name__ == "__main__":
    main(prog_name="python -m bench")
