"""Labelled messages: what people write, and the answer that it calls for.

One message a line in ``data/exemples/*.txt``::

    metier:aide-soignant/salaire | cest paye combien aide soignante
    + formation:deas/duree | et la formation c long ?
    action:offres @metier:brancardier | brancardier rouen emploi

Several acceptable labels are separated by commas, best first; ``@`` names what an action is about; a line
that begins with ``+`` goes on with the conversation of the line above. ``#`` begins a comment line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.labels import Label, parse_label
from bot.knowledge.models import Knowledge
from bot.knowledge.problems import DataError, Problem

FOLDER = "exemples"


@dataclass(frozen=True, slots=True)
class Example:
    """A message, its acceptable labels (best first), and what it leans on."""

    text: str
    labels: tuple[Label, ...]
    about: tuple[str, ...] = ()
    follows: bool = False
    file: str = ""
    line: int = 0

    @property
    def entries(self) -> frozenset[str]:
        """The fiches that the message is about first of all, as refs; none for an action about none."""
        best = self.labels[0]
        return frozenset(self.about) if best.kind == "action" else frozenset((best.ref,))


def load_examples(folder: Path, knowledge: Knowledge) -> list[Example]:
    """All labelled messages of the data folder. Raises DataError with every line that can't be used."""
    examples: list[Example] = []
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob("*.txt")):
        name = f"{FOLDER}/{path.name}"
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            problems.append(Problem(name, 0, 0, "le fichier n'est pas enregistré en UTF-8."))
            continue
        for item in _parse(lines, name, knowledge):
            (examples if isinstance(item, Example) else problems).append(item)  # type: ignore[arg-type]
    if not examples and not problems:
        problems.append(Problem(FOLDER, 0, 0, f"aucun fichier d'exemples (*.txt) dans {folder / FOLDER}."))
    if problems:
        raise DataError(problems)
    return examples


def _parse(lines: list[str], name: str, knowledge: Knowledge) -> Iterator[Example | Problem]:
    started = False
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
        try:
            labels = tuple(parse_label(piece) for piece in pieces if not piece.startswith("@"))
        except ValueError as error:
            yield Problem(name, number, 1, f"{error}.")
            continue
        about = tuple(piece[1:] for piece in pieces if piece.startswith("@"))
        unknown = [str(label) for label in labels if not knowledge.knows(label)]
        unknown += [ref for ref in about if ref not in knowledge.fiches]
        if unknown or not labels:
            yield Problem(name, number, 1, f"entrée inconnue : {', '.join(unknown) or 'aucune étiquette'}.")
            continue
        yield Example(text.strip(), labels, about, follows, name, number)
