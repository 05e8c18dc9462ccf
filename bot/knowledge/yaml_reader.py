"""YAML as people write it: every value stays the text that was typed, and keeps its place in the file.

Reading plain values as text (``06000``, ``9:30``, ``on``, ``2026-02-30``) removes the traps of YAML at the
root; the pydantic models turn text into numbers and dates where they expect them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.knowledge.problems import DataError, Problem

Path = tuple[str | int, ...]
Position = tuple[int, int]

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: same nodes, more slowly
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_ADVICE = (
    (
        "mapping values are not allowed",
        "un « : » suivi d'une espace coupe la valeur. Mettez tout le texte entre guillemets, ou à la ligne après « | ».",
    ),
    (
        "found unexpected end of stream",
        "un guillemet ouvert n'est pas refermé.",
    ),
    (
        "could not find expected ':'",
        "il manque « : » après la clé, ou la ligne n'est pas assez décalée vers la droite.",
    ),
    (
        "undefined alias",
        "une étoile en tête est réservée. Mettez la valeur entre guillemets.",
    ),
    (
        "cannot start any token",
        "ce caractère ne peut pas commencer une valeur. Mettez la valeur entre guillemets.",
    ),
    (
        "expected <block end>",
        "le décalage ne va pas, ou un guillemet (ou un crochet) se referme trop tôt : alignez la ligne avec ses "
        "voisines ; pour un texte qui contient des guillemets ou des crochets, écrivez-le à la ligne après « | ».",
    ),
)


@dataclass
class Document:
    """A YAML file as plain values, with the position of each value and key."""

    file: str
    value: Any
    lines: list[str] = field(default_factory=list)
    positions: dict[Path, Position] = field(default_factory=dict)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at the value of that path, or at the nearest value above it that stands in the file."""
        while path and path not in self.positions:
            path = path[:-1]
        line, column = self.positions.get(path, (1, 1))
        return Problem(self.file, line, column, message)


def read_yaml(text: str, file: str) -> Document:
    """Parse one YAML text. Raises DataError, with line and column, on a syntax error or a duplicate key."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise DataError([_syntax_problem(error, file, text.splitlines())]) from None
    except yaml.YAMLError as error:
        # A character that YAML refuses: the reader knows the offset only.
        offset = getattr(error, "position", 0)
        line = text.count("\n", 0, offset) + 1
        raise DataError(
            [
                Problem(
                    file, line, 1, "un caractère invisible ou interdit se cache dans cette ligne. Retapez-la."
                )
            ]
        ) from None
    document = Document(file, None, text.splitlines())
    problems: list[Problem] = []
    if node is not None:
        document.value = _build(node, (), document, problems)
    if problems:
        raise DataError(problems)
    return document


def _syntax_problem(error: yaml.MarkedYAMLError, file: str, lines: list[str]) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = f"{error.context or ''} {error.problem or ''}"
    for clue, words in _ADVICE:
        if clue in what:
            advice = words
            break
    else:
        advice = "la mise en forme YAML est cassée ici. Comparez avec la fiche voisine."
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    typed = lines[line - 1] if line <= len(lines) else ""
    if "\t" in typed[: len(typed) - len(typed.lstrip())]:
        advice = "une tabulation sert de décalage. Remplacez-la par des espaces."
    return Problem(file, line, column, advice)


def _build(node: yaml.Node, path: Path, document: Document, problems: list[Problem]) -> Any:
    document.positions[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), document, problems) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                first = document.positions[(*path, key)][0]
                problems.append(
                    Problem(
                        document.file,
                        key_node.start_mark.line + 1,
                        key_node.start_mark.column + 1,
                        f"la clé « {key} » est écrite deux fois (déjà vue ligne {first}). Gardez-en une.",
                    )
                )
                continue
            mapping[key] = _build(value_node, (*path, key), document, problems)
            document.positions[(*path, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        return mapping
    end = node.end_mark
    if not getattr(node, "style", None) and _HASHTAG.match(
        document.lines[end.line][end.column :] if document.lines else ""
    ):
        message = "« # » derrière une espace coupe la valeur. Mettez-la entre guillemets."
        problems.append(Problem(document.file, end.line + 1, end.column + 1, message))
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


# YAML drops the rest of the line after « # » silently; a meant comment has a space behind it.
_HASHTAG = re.compile(r"\s+#\w")
