"""Questions as data: one JSON object in, one out; and the explanation of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot import texts
from bot.dialogue import Dialogue, Turn
from bot.knowledge.labels import parse_label
from bot.knowledge.reply import Button
from bot.knowledge.understand import Conversation, origin_in_words


def answer_lines(dialogue: Dialogue, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Answer JSON lines in order. A line that can't be answered gives an object with « error », and the rest
    goes on. Lines with the same « session » are one conversation; there, the label of a button just shown taps it,
    so that « Voir plus » gives the next page.
    """
    sessions: dict[str, Session] = {}
    for line in lines:
        if line.strip():
            yield _answer_line(dialogue, line, sessions)


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation, and the buttons under its last answer."""

    conversation: Conversation = field(default_factory=Conversation)
    buttons: tuple[Button, ...] = ()


def _answer_line(dialogue: Dialogue, line: bytes, sessions: dict[str, Session]) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {"id": None, "error": "cette ligne n'est pas un objet JSON en UTF-8"}
    if not isinstance(row, dict):
        return {"id": None, "error": "cette ligne n'est pas un objet JSON"}
    ident = row.get("id")
    session = row.get("session")
    key = json.dumps(session, sort_keys=True) if session is not None else None
    known = sessions.get(key, Session()) if key else Session()
    if isinstance(row.get("q"), str):
        turn = dialogue.says(row["q"], known.conversation)
    elif isinstance(row.get("label"), str):
        try:
            label = parse_label(row["label"])
            button = next((button for button in known.buttons if button.ask == label), Button("", ask=label))
            turn = dialogue.taps(label, button.about, known.conversation, button.part)
        except (ValueError, KeyError):
            return {"id": ident, "error": f"étiquette inconnue : {row['label']}"}
    else:
        return {"id": ident, "error": "il manque « q » (un texte) ou « label » (une étiquette connue)"}
    if key:
        sessions[key] = Session(turn.conversation, turn.answer.buttons)
    return {"id": ident, **as_json(turn)}


def as_json(turn: Turn) -> dict[str, Any]:
    """A turn in the shape that other programs read."""
    understanding = turn.understanding
    about: str | list[str] | None = None
    if understanding.label and understanding.label.kind == "action" and understanding.about:
        is_comparison = understanding.label.id == "comparer"
        about = list(understanding.about) if is_comparison else understanding.about[0]
    return {
        "decision": understanding.decision,
        "label": str(understanding.label) if understanding.label else None,
        "about": about,
        "place": understanding.place.code if understanding.place else None,
        "suggestions": [str(label) for label in understanding.suggestions][:4],
        "confidence": understanding.confidence,
        "text": turn.answer.text,
        "buttons": [
            {"text": button.text, "url": button.url}
            if button.url
            else {"text": button.text, "ask": str(button.ask)}
            for button in turn.answer.buttons
            if button.url or button.ask
        ],
    }


def explain(dialogue: Dialogue, question: str, turn: Turn) -> str:
    """What was recognised in which words, the candidates with their scores, and why this decision."""
    understanding = turn.understanding
    lines = ["— Explication —"]
    reading = understanding.reading
    if reading:
        lines.append(f"mots compris : {' '.join(reading.message.words) or texts.EXPLAIN_NOTHING}")
        for mention in reading.mentions:
            lines.append(f"reconnu : {mention.ref} dans « {mention.words} » ({mention.kind})")
        for place in understanding.places:
            words = reading.message.excerpt(place.first, place.last)
            others = f", ou {', '.join(place.others[:3])}" if place.others else ""
            lines.append(
                f"lieu : {place.code} {dialogue.engine.gazetteer.name(place.code)} dans « {words} »{others}"
            )
    for candidate in understanding.candidates:
        about = f" sur {', '.join(candidate.about)}" if candidate.about else ""
        lines.append(
            f"{candidate.probability:6.3f}  {candidate.label}{about}  d'après {origin_in_words(candidate.hypothesis)}"
        )
    if reading and understanding.candidates:
        lines += dialogue.engine.reasons(reading, understanding.candidates[0])
    lines.append(
        f"décision : {understanding.decision}, confiance {understanding.confidence:.2f} ({understanding.why})"
    )
    return "\n".join(lines)
