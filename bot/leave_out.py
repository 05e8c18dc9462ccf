"""Every example judged by a model that has not read it: which fiches look alike, which examples mislead."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from bot.knowledge.cases import context_then, conversations
from bot.knowledge.examples import Example
from bot.knowledge.hypotheses import Context, class_of, clearly_named
from bot.knowledge.labels import Label
from bot.knowledge.learning import learn_from
from bot.knowledge.recognise import Recogniser
from bot.knowledge.understand import Conversation, Engine

PARTS = 5
SEED = 3
# An example is misleading when a model that has not read it is this sure of another answer.
SURE = 0.9
PAIRS_SHOWN = 15

Talks = list[list[Example]]


@dataclass(frozen=True)
class Judged:
    """An example, the label read in it by a model that had not learned from it, and how surely (0 to 1)."""

    example: Example
    given: Label
    probability: float

    @property
    def right(self) -> bool:
        """Whether the label read is one of the example's, or is not the one that it must not be."""
        return (self.given in self.example.labels) != self.example.never


def leave_out(recogniser: Recogniser, examples: list[Example], parts: int = PARTS) -> list[Judged]:
    """Judge every example with a model learned from the other parts; conversations stay whole.

    One process per part, as many at once as there are cores; each learns for some minutes.
    """
    talks = conversations(examples)
    random.Random(SEED).shuffle(talks)
    with ProcessPoolExecutor() as pool:
        found = pool.map(partial(_judge_part, recogniser, talks, parts), range(parts))
        return [judged for part in found for judged in part]


def _judge_part(recogniser: Recogniser, talks: Talks, parts: int, part: int) -> list[Judged]:
    kept = [talk for number, talk in enumerate(talks) if number % parts != part]
    engine = Engine(recogniser, learn_from(recogniser, kept, workers=1))
    return [judged for talk in talks[part::parts] for judged in _judge(engine, talk)]


def _judge(engine: Engine, talk: list[Example]) -> Iterator[Judged]:
    """Each message of a conversation, which goes on as if it had been answered rightly."""
    context = Context()
    previous: Label | None = None
    for example in talk:
        result = engine.understand(example.text, Conversation(previous, context.refs, pair=context.pair))
        if result.candidates:
            yield Judged(example, result.candidates[0].label, result.candidates[0].probability)
        elif result.label:
            yield Judged(example, result.label, result.confidence)
        named = clearly_named(result.reading.hypotheses, engine.knowledge) if result.reading else ()
        context = context_then(example, context, named, engine.knowledge)
        previous = None if example.never else example.labels[0]


def render(judged: list[Judged], failures: int) -> str:
    """What was found, as text: how many are right, what is taken for what, and the misleading examples."""
    wrong = [item for item in judged if not item.right]
    lines = [
        f"{len(judged)} exemples, {1 - len(wrong) / max(len(judged), 1):.1%} compris sans avoir été lus."
    ]
    entries = Counter(
        " et ".join(sorted((item.example.labels[0].ref, item.given.ref)))
        for item in wrong
        if item.example.labels[0].ref != item.given.ref
    )
    questions = Counter(
        " et ".join(sorted((class_of(item.example.labels[0]), class_of(item.given))))
        for item in wrong
        if class_of(item.example.labels[0]) != class_of(item.given)
    )
    for title, pairs in (("Fiches qui se ressemblent", entries), ("Questions qui se ressemblent", questions)):
        lines += ["", title, *(f"{count:4} × {pair}" for pair, count in pairs.most_common(PAIRS_SHOWN))]
    misleading = sorted((item for item in wrong if item.probability >= SURE), key=lambda i: -i.probability)
    lines += [
        "",
        f"{len(misleading)} exemples sans doute mal étiquetés, ou trompeurs (les plus sûrs d'abord)",
    ]
    for item in misleading[:failures]:
        lines.append(f"data/{item.example.file}, ligne {item.example.line} : {item.example.text[:140]}")
        labels = ("!" if item.example.never else "") + ", ".join(map(str, item.example.labels))
        lines.append(f"      étiquette {labels} ; lu {item.given} ({item.probability:.2f})")
    return "\n".join(lines)
