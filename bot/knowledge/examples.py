"""Labelled messages: what people write, and the answer that it calls for.

One message a line in ``data/exemples/*.txt``::

    metier:aide-soignant/salaire | cest paye combien aide soignante
    + formation:deas/duree | et la formation c long ?
    action:offres @metier:brancardier | brancardier rouen emploi

Several acceptable labels are separated by commas, best first; ``@`` names what an action is about; a line
that begins with ``+`` goes on with the conversation of the line above. ``#`` begins a comment line. ``!`` tells what a
message is not (an action), where what it is matters less or has no one answer::

    !action:urgence | jai froid au boulo le chauffage é mort

Batches of labelled questions that have served as a measure (``data/exemples/*.jsonl``) teach as well: the people
who wrote them had seen no example.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.knowledge.labels import Label, parse_label
from bot.knowledge.models import Knowledge
from bot.knowledge.problems import NOT_UTF8, DataError, Problem
from bot.knowledge.questions import Question, read_questions

FOLDER = "exemples"


@dataclass(frozen=True, slots=True)
class Example:
    """A message, its acceptable labels (best first), and what it leans on.

    With ``never`` it may be anything but its one label.
    """

    text: str
    labels: tuple[Label, ...]
    about: tuple[str, ...] = ()
    follows: bool = False
    never: bool = False
    file: str = ""
    line: int = 0

    @property
    def entries(self) -> frozenset[str]:
        """The fiches that the message is about first of all, as refs; none for an action about none."""
        if self.never:
            return frozenset()
        best = self.labels[0]
        return frozenset(self.about) if best.kind == "action" else frozenset((best.ref,))


def load_examples(folder: Path, knowledge: Knowledge) -> list[Example]:
    """All labelled messages of the data folder. Raises DataError with every line that can't be used."""
    examples: list[Example] = []
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob("*")):
        read = _READERS.get(path.suffix)
        for item in read(path, knowledge) if read else ():
            (examples if isinstance(item, Example) else problems).append(item)  # type: ignore[arg-type]
    if not examples and not problems:
        problems.append(Problem(FOLDER, 0, 0, f"aucun fichier d'exemples (*.txt) dans {folder / FOLDER}."))
    if problems:
        raise DataError(problems)
    return examples


def _read_text(path: Path, knowledge: Knowledge) -> Iterator[Example | Problem]:
    """The examples of a text file, one a line."""
    name, started = f"{FOLDER}/{path.name}", False
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        yield Problem(name, 0, 0, NOT_UTF8)
        return
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        head, bar, text = line.partition("|")
        if not bar or not text.strip():
            yield Problem(name, number, 1, "on attend « étiquette | message » sur une ligne.")
            continue
        follows = head.startswith("+")
        if follows and not started:
            yield Problem(name, number, 1, "un « + » continue la ligne du dessus, mais il n'y en a pas.")
            continue
        started = True
        pieces = head.removeprefix("+").replace(",", " ").split()
        labels = [piece for piece in pieces if not piece.startswith("@")]
        about = tuple(piece[1:] for piece in pieces if piece.startswith("@"))
        example = Example(text.strip(), (), about, follows, file=name, line=number)
        if any(label.startswith("!") for label in labels):
            example, labels = replace(example, never=True), [label.removeprefix("!") for label in labels]
            if len(labels) > 1 or not labels[0].startswith("action:"):
                message = "« ! » dit ce qu'un message n'est pas : une action, seule sur sa ligne."
                yield Problem(name, number, 1, message)
                continue
        yield _labelled(example, labels, knowledge)


def _read_questions(path: Path, knowledge: Knowledge) -> Iterator[Example | Problem]:
    """The questions of a measured batch as examples, those of a conversation one after the other."""
    name = f"{FOLDER}/{path.name}"
    try:
        questions = read_questions(path)
    except DataError as error:
        yield from (replace(problem, file=name) for problem in error.problems)
        return
    talks: dict[str, list[Question]] = {}
    for question in questions:
        talks.setdefault(question.session or f"ligne {question.line}", []).append(question)
    for talk in talks.values():
        for question in talk:
            follows = question is not talk[0]
            example = Example(question.q, (), question.about, follows, file=name, line=question.line)
            yield _labelled(example, question.gold, knowledge)


_READERS = {".txt": _read_text, ".jsonl": _read_questions}


def _labelled(example: Example, labels: Sequence[str], knowledge: Knowledge) -> Example | Problem:
    """The example with these labels, unless they or what it is about can't be used."""
    try:
        parsed = tuple(parse_label(label) for label in labels)
    except ValueError as error:
        return Problem(example.file, example.line, 1, f"{error}.")
    unknown = [str(label) for label in parsed if not knowledge.knows(label)]
    unknown += [ref for ref in example.about if ref not in knowledge.fiches]
    if unknown or not parsed:
        message = f"entrée inconnue : {', '.join(unknown) or 'aucune étiquette'}."
        return Problem(example.file, example.line, 1, message)
    return replace(example, labels=parsed)
