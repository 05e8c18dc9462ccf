"""From labelled messages to what the model learns from: readings with the pairs that are right in them.

Most messages tell something and then ask. Learned whole, their question alone says what is right, and nothing is learned
of what was told. So that part is learned once more by itself: it may call for anything, but not for help.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import chain, product

from bot.knowledge.examples import Example
from bot.knowledge.hypotheses import (
    Context,
    Hypothesis,
    Reading,
    class_of,
    clearly_named,
    context_after,
    label_of,
    twin_of_kind,
)
from bot.knowledge.labels import COMPARE, FACETTES, URGENT, Label
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message
from bot.knowledge.recognise import Recogniser
from bot.knowledge.rows import Case
from bot.knowledge.search import Heard, WordCounts

# A label that is acceptable but not the best counts for less.
SECOND_BEST = 0.25
# Statements that ask nothing (« je dors chez ma sœur pendant le stage ») are rare among the examples, but for those of
# people in danger, so that whoever told of a day seemed to be in danger. Batches of both, so named, are read this often.
ALARMS, TIMES = "-alarme-", 4
# How often a message that opens a conversation is learned once more in the middle of another one.
INTERRUPTIONS = 0.15
SEED = 7
# What a message tells before it asks has at least this many words.
MIN_TOLD = 5
_ASKING = frozenset("quoi combien comment quel quelle quels quelles pourquoi savoir".split())
_JOINING = frozenset("et mais donc alors car parce puis".split())
_PAUSE = re.compile(r"[.!?…;,:\n]")


def conversations(examples: list[Example]) -> list[list[Example]]:
    """The examples as conversations; most hold one message."""
    found: list[list[Example]] = []
    for example in examples:
        if example.follows and found:
            found[-1].append(example)
        else:
            found.append([example])
    return found


def emphasised(talks: list[list[Example]]) -> list[list[Example]]:
    """The conversations, those of ALARMS batches TIMES times."""
    return [talk for talk in talks for _ in range(TIMES if ALARMS in talk[0].file else 1)]


def heard_in(talks: list[list[Example]], recogniser: Recogniser) -> list[Heard]:
    """The words of these conversations' messages, with the entries that they are about, where that is known."""
    known = (example for talk in talks for example in talk if not example.never)
    return [(recogniser.message(example.text).words, example.entries) for example in known]


def cases_of(talks: list[list[Example]], recogniser: Recogniser, counts: WordCounts) -> list[Case]:
    """The cases of these conversations, what is told in them before asking, and some met in the middle of another talk.

    Each message is looked up in ``counts`` as if it had not been counted: it will find others, not itself.
    """
    chance = random.Random(SEED)
    knowledge = recogniser.knowledge
    opened = (context_then(talk[0], Context(), (), knowledge) for talk in talks)
    contexts = [context for context in opened if context.refs]
    cases: list[Case] = []
    for talk in talks:
        found = [recogniser.find(example.text) for example in talk]
        context = Context()
        for example, said in zip(talk, found, strict=True):
            reading = recogniser.in_context(said, context, counts.without(example.entries))
            cases.extend(_case(example, reading, knowledge))
            before = told(said.message)
            if before and (example.never or URGENT not in example.labels):
                elsewhere = counts.without(example.entries)
                part = recogniser.in_context(recogniser.find(before), context, elsewhere)
                cases.append(Case(part, never=str(URGENT)))
            named = clearly_named(reading.hypotheses, knowledge)
            context = context_then(example, context, named, knowledge)
        if contexts and chance.random() < INTERRUPTIONS and _stands_alone(talk[0]):
            elsewhere = counts.without(talk[0].entries)
            reading = recogniser.in_context(found[0], chance.choice(contexts), elsewhere)
            cases.extend(_case(talk[0], reading, knowledge, weight=0.7))
    return cases


def context_then(example: Example, before: Context, named: tuple[str, ...], knowledge: Knowledge) -> Context:
    """What the conversation is about once this example, which names these entries, has been answered rightly."""
    if example.never:
        return before
    return context_after(example.labels[0], tuple(example.about), before, named, knowledge)


def told(message: Message) -> str:
    """What a message tells in whole clauses before it asks; nothing when that is little."""
    end = told_words = told_end = 0
    for index, token in enumerate(message.tokens):
        between = message.text[end : token.start]
        if "?" in between or token.word in _ASKING:
            break
        if _PAUSE.search(between) or token.word in _JOINING:
            told_words, told_end = index, end
        end = token.end
    return message.text[:told_end] if told_words >= MIN_TOLD else ""


def _stands_alone(example: Example) -> bool:
    """Whether the message says by itself what it is about (else another talk would change its meaning)."""
    label = example.labels[0]
    return label.kind not in ("theme",) and len(example.text.split()) > 2


def _case(example: Example, reading: Reading, knowledge: Knowledge, weight: float = 1.0) -> Iterator[Case]:
    # A message without words (« ??? ») is never scored.
    if not reading.message.tokens:
        return
    if example.never:
        yield Case(reading, weight=weight, never=class_of(example.labels[0]))
        return
    right: dict[tuple[int, str], float] = {}
    for rank, label in enumerate(example.labels):
        share = 1.0 if rank == 0 else SECOND_BEST
        indexes = _indexes(example, label, reading.hypotheses, knowledge)
        names = names_of(label, knowledge)
        for index, name in product(indexes, names):
            right[index, name] = max(right.get((index, name), 0.0), share / len(indexes) / len(names))
    total = sum(right.values())
    if total:
        yield Case(reading, tuple((i, name, share / total) for (i, name), share in right.items()), weight)


def names_of(label: Label, knowledge: Knowledge) -> list[str]:
    """The classes that this label answers: one, but for a métier without formation, or a formation without métier.

    « Combien coûte la formation d'orthoptiste ? », « elle dure combien ? » and « comment le devenir ? » have one answer.
    """
    other = {"metier": "formation", "formation": "metier"}.get(label.kind)
    if other is None or twin_of_kind(knowledge, label.ref, other):
        return [class_of(label)]
    elsewhere = [f"{other}/{facette}" for facette in FACETTES[other]]
    return [class_of(label), *(n for n in elsewhere if label_of(n, label.ref, knowledge) == label)]


def _indexes(
    example: Example, label: Label, hypotheses: tuple[Hypothesis, ...], knowledge: Knowledge
) -> list[int]:
    """The hypotheses that a label is right for; the last one, that names no entry, where there is no other."""
    none = len(hypotheses) - 1
    if label.kind == "theme":
        return [i for i, h in enumerate(hypotheses) if h.ref == label.ref] or [none]
    if label.kind == "action":
        return (example.about and _about(example, label, hypotheses, knowledge)) or [none]
    return _about(example, label, hypotheses, knowledge)


def _about(
    example: Example, label: Label, hypotheses: tuple[Hypothesis, ...], knowledge: Knowledge
) -> list[int]:
    """The hypotheses that the label is about; both of those that are compared."""
    if label.kind != "action":
        return right_hypotheses(hypotheses, {label.ref}, knowledge)
    if label == COMPARE:
        both = (right_hypotheses(hypotheses, {ref}, knowledge) for ref in example.about)
        return sorted(set(chain.from_iterable(both)))
    return right_hypotheses(hypotheses, set(example.about), knowledge)


def right_hypotheses(hypotheses: tuple[Hypothesis, ...], refs: set[str], knowledge: Knowledge) -> list[int]:
    """The hypotheses that hold one of these entries; failing that, one of their twins."""
    exact = [index for index, hypothesis in enumerate(hypotheses) if hypothesis.ref in refs]
    if exact:
        return exact
    twins = {twin for ref in refs for twin in knowledge.twins.get(ref, ())}
    return [index for index, hypothesis in enumerate(hypotheses) if hypothesis.ref in twins]
