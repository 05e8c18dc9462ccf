"""How often the product and its peers read a message right, and how long each takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.peers import PEERS, Peer, Wording
from bench.timing import Durations, seconds, timed
from bot.dialogue import Dialogue, Turn
from bot.evaluation import evaluate
from bot.knowledge.questions import Question
from bot.knowledge.understand import Conversation


@dataclass(frozen=True)
class Row:
    """One method: per message whether its first reading is right, its times, and how long it took to build."""

    name: str
    first: tuple[bool, ...]
    durations: Durations
    built_seconds: float | None = None


def alone(questions: Sequence[Question]) -> list[bool]:
    """Per message, whether it can be understood without an earlier one: it begins a conversation or has none."""
    begun: set[str] = set()
    found: list[bool] = []
    for question in questions:
        found.append(not question.session or question.session not in begun)
        begun.add(question.session or "")
    return found


def some(questions: Sequence[Question], count: int) -> list[Question]:
    """About this many of the questions, spread evenly over all; conversations stay whole."""
    talks: dict[str, list[Question]] = {}
    for number, question in enumerate(questions):
        talks.setdefault(question.session or f"alone {number}", []).append(question)
    every = max(1, len(questions) // count)
    return [question for talk in list(talks.values())[::every] for question in talk]


def product_rows(dialogue: Dialogue, questions: Sequence[Question], warm: Sequence[str]) -> Iterator[Row]:
    """The product: times of whole turns on messages it meets for the first time, within their conversations, and
    given each message alone, as its peers are: what it owes to the conversation is left out.

    ``warm`` are other messages, answered first.
    """
    for text in warm:
        dialogue.says(text, Conversation())
    _, durations = timed(_speaker(dialogue), questions)
    first = tuple(outcome.first for outcome in evaluate(dialogue, list(questions)).outcomes)
    yield Row("OrientaSoin, avec la conversation", first, durations)

    def says(question: Question) -> Turn:
        return dialogue.says(question.q, Conversation())

    turns, durations = timed(says, questions)
    first = tuple(_top(turn) in question.gold for turn, question in zip(turns, questions, strict=True))
    yield Row("OrientaSoin, message seul", first, durations)


def peer_rows(
    wordings: Sequence[Wording], questions: Sequence[Question], warm: Sequence[str]
) -> Iterator[Row]:
    """The peers one after the other, each built and warmed before it is measured."""
    for name, build in PEERS.items():
        peer, built = seconds(lambda build=build: build(wordings))  # type: ignore[misc]
        yield peer_row(name, peer, questions, warm, built)


def peer_row(
    name: str, peer: Peer, questions: Sequence[Question], warm: Sequence[str], built: float | None = None
) -> Row:
    """One peer's row; a peer is right when its label is among the gold ones."""
    for text in warm:
        peer.label(text)
    labels, durations = timed(peer.label, [question.q for question in questions])
    first = tuple(label in question.gold for label, question in zip(labels, questions, strict=True))
    return Row(name, first, durations, built)


def _speaker(dialogue: Dialogue) -> Callable[[Question], Turn]:
    """What answers questions in order, each in the conversation of its session."""
    sessions: dict[str, Conversation] = {}

    def says(question: Question) -> Turn:
        turn = dialogue.says(question.q, sessions.get(question.session or "", Conversation()))
        if question.session:
            sessions[question.session] = turn.conversation
        return turn

    return says


def _top(turn: Turn) -> str | None:
    """The first reading, whatever was decided of it."""
    understanding = turn.understanding
    if understanding.candidates:
        return str(understanding.candidates[0].label)
    given = understanding.decision == "answer" and understanding.label
    return str(given) if given else None
