"""The data, checked as a whole: files, references, names that lead elsewhere, answers too long, old facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from bot.knowledge.answer import Answerer
from bot.knowledge.assemble import load_recogniser
from bot.knowledge.examples import load_examples
from bot.knowledge.hypotheses import Context
from bot.knowledge.loader import FICHE_FILES
from bot.knowledge.local import LocalKnowledge, load_local
from bot.knowledge.nearby import NearMe
from bot.knowledge.problems import DataError, Problem
from bot.knowledge.recognise import Recogniser
from bot.knowledge.reply import ANSWER_PREFIX, MAX_CALLBACK_BYTES, Asked
from bot.render import to_html

# Telegram's limit for a text, in UTF-16 units, and ours: people read on a phone.
TELEGRAM_UNITS = 4096
MAX_ANSWER = 1700


def check_data(folder: Path, files: tuple[Path, ...] = ()) -> tuple[list[Problem], list[str]]:
    """Every problem of the data (of these files only, when given), and a few figures about them."""
    try:
        recogniser = load_recogniser(folder)
        examples = load_examples(folder, recogniser.knowledge)
        local = load_local(folder, recogniser.knowledge.fiches.keys(), recogniser.gazetteer)
    except DataError as error:
        names = {path.name for path in files}
        return [p for p in error.problems if not names or Path(p.file).name in names], []
    problems = [*_names_that_stray(recogniser), *_answers_too_long(recogniser)]
    names = {path.name for path in files}
    answers = sum(len(fiche.reponses) for fiche in recogniser.knowledge.fiches.values())
    note = (
        f"{len(recogniser.knowledge.fiches)} fiches, {answers} réponses, {len(recogniser.knowledge.sources)} sources, "
        f"{len(recogniser.knowledge.reperes)} repères, {len(examples)} exemples."
    )
    notes = [
        note,
        *(f"passé, à retirer quand vous voudrez : {entry}" for entry in local.over(dt.date.today())),
    ]
    return [p for p in problems if not names or Path(p.file).name in names], notes


def _names_that_stray(recogniser: Recogniser) -> Iterator[Problem]:
    """A name or acronym, alone, must lead to its own entry (or its métier ↔ formation twin)."""
    for fiche in recogniser.knowledge.fiches.values():
        own = {fiche.ref, *recogniser.knowledge.twins.get(fiche.ref, ())}
        for name in (*fiche.noms, *fiche.sigles):
            reading = recogniser.read(name, Context())
            found = {mention.ref for mention in reading.mentions}
            if not found & own:
                got = ", ".join(sorted(found)) or "rien"
                yield Problem(
                    FICHE_FILES[fiche.kind],
                    0,
                    0,
                    f"fiche « {fiche.id} » : le nom « {name} » mène à {got}. Précisez-le ou retirez-le.",
                )


def _answers_too_long(recogniser: Recogniser) -> Iterator[Problem]:
    near_me = NearMe(recogniser.knowledge, recogniser.gazetteer, LocalKnowledge())
    answerer = Answerer(recogniser.knowledge, recogniser.gazetteer, near_me)
    for fiche in recogniser.knowledge.fiches.values():
        for label in fiche.labels():
            answer = answerer.answer(Asked(label))
            where = FICHE_FILES[fiche.kind]
            units = len(to_html(answer).encode("utf-16-le")) // 2
            if units > TELEGRAM_UNITS or len(answer.text) > MAX_ANSWER:
                yield Problem(
                    where, 0, 0, f"{label} : {len(answer.text)} caractères une fois rendu. Raccourcissez."
                )
            if len(f"{ANSWER_PREFIX}{label}".encode()) > MAX_CALLBACK_BYTES:
                yield Problem(where, 0, 0, f"{label} : l'id est trop long pour un bouton Telegram.")


def outdated(folder: Path, days: int, today: dt.date | None = None) -> Iterator[str]:
    """What was last checked more than so many days ago, oldest first. The data must be valid."""
    recogniser = load_recogniser(folder)
    knowledge = recogniser.knowledge
    limit = (today or dt.date.today()) - dt.timedelta(days=days)
    dated = [(fiche.verifie_le, f"fiche {fiche.ref}") for fiche in knowledge.fiches.values()]
    dated += [(source.verifie_le, f"source {name}") for name, source in knowledge.sources.items()]
    dated += [(repere.verifie_le, f"repère {name}") for name, repere in knowledge.reperes.items()]
    dated += load_local(folder, knowledge.fiches.keys(), recogniser.gazetteer).checked()
    old = sorted(item for item in dated if item[0] < limit)
    for date, name in old:
        yield f"{date} : {name}"
    yield f"{len(old)} éléments non vérifiés depuis plus de {days} jours."
