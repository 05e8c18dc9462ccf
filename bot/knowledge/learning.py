"""Learning as a whole: weights from the examples, confidence from messages that were never learned."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain

from threadpoolctl import threadpool_limits

from bot.knowledge.arbiter import Arbiter, Pair, pair_signs
from bot.knowledge.arbiter_training import Weighed, fit_arbiter
from bot.knowledge.calibration import Calibration, fit, signs
from bot.knowledge.cases import cases_of, conversations, emphasised, heard_in
from bot.knowledge.convolution_training import SEEDS, as_one, train_convolution
from bot.knowledge.examples import Example
from bot.knowledge.hypotheses import Reading, classes_of, clearly_named, context_after, label_of
from bot.knowledge.labels import OFF_TOPIC, URGENT, parse_label
from bot.knowledge.learned import Learned
from bot.knowledge.linear_training import train_linear
from bot.knowledge.model import Model
from bot.knowledge.questions import Question
from bot.knowledge.recognise import Recogniser
from bot.knowledge.rows import Rows, joined, rows_of
from bot.knowledge.search import WordCounts
from bot.knowledge.understand import Conversation, Engine

MIN_QUESTIONS = 100
# Messages that were sought out on purpose, far more than people send them, count for less when weights are fitted.
SOUGHT_OUT = {str(OFF_TOPIC): 0.33, str(URGENT): 0.5}
# In how many parts examples are read: always the same, or weights would depend on the machine.
PARTS = 4

# A measured question, how it is read, and what both readers make of it.
Asked = tuple[Question, Reading, list[Pair]]


def learn(
    recogniser: Recogniser,
    examples: list[Example],
    measured: Iterable[list[Question]],
    say: Callable[[str], None] = lambda _: None,
) -> Learned:
    """Train on the examples, then set the arbiter and the confidence on the measured questions. Deterministic."""
    say(f"apprentissage sur {len(examples)} exemples…")
    learned = learn_from(recogniser, conversations(examples))
    say("réglage de la confiance…")
    engine = Engine(recogniser, learned)
    heard = list(in_conversation(engine, measured))
    learned = replace(learned, model=replace(learned.model, arbiter=arbiter_for(engine, heard)))
    return replace(learned, calibration=calibrate(Engine(recogniser, learned), heard))


def learn_from(recogniser: Recogniser, talks: list[list[Example]], workers: int | None = None) -> Learned:
    """What these conversations teach; the confidence is yet to be set.

    They are read in PARTS, by that many processes at once as there are cores; ``workers`` sets another number.
    """
    knowledge = recogniser.knowledge
    classes = classes_of([ref for ref in knowledge.fiches if ref.startswith("theme:")])
    listen = partial(heard_in, recogniser=recogniser)
    with _pool(workers) as pool:
        counts = WordCounts(knowledge, chain.from_iterable(pool.map(listen, _parts(talks))))
        rows = joined(list(pool.map(partial(_rows, recogniser, counts, classes), _parts(emphasised(talks)))))
    # Other processes: those that read have grown, and hold on to it.
    with _pool(workers) as pool:
        phrases = partial(train_convolution, rows.phrases, rows.signs_alone(), rows.goals, len(classes))
        networks = [pool.submit(phrases, seed) for seed in SEEDS]
        words = pool.submit(train_linear, rows.features, rows.goals, classes)
        return Learned(counts.index, Model(words.result(), as_one([each.result() for each in networks])))


def _parts(talks: list[list[Example]]) -> list[list[list[Example]]]:
    return [talks[number::PARTS] for number in range(PARTS)]


def _pool(workers: int | None) -> ProcessPoolExecutor:
    """Processes that use one core each."""
    return ProcessPoolExecutor(workers, initializer=_start)


def _start() -> None:
    threadpool_limits(1)
    # Millions of small objects that all stay: looking for garbage among them takes a tenth of the time.
    gc.disable()


def _rows(
    recogniser: Recogniser, counts: WordCounts, classes: tuple[str, ...], talks: list[list[Example]]
) -> Rows:
    return rows_of(cases_of(talks, recogniser, counts), classes)


def in_conversation(engine: Engine, measured: Iterable[list[Question]]) -> Iterator[Asked]:
    """The measured questions that have words, as they are read when those before them were answered rightly."""
    for questions in measured:
        sessions: dict[str, Conversation] = {}
        for question in questions:
            before = sessions.get(question.session or "", Conversation())
            reading = engine.recogniser.read(question.q, before.context, engine.search)
            if reading.message.tokens:
                yield question, reading, engine.model.pairs(reading)
            if question.session:
                label = parse_label(question.gold[0])
                named = clearly_named(reading.hypotheses, engine.knowledge)
                after = context_after(label, question.about, before.context, named, engine.knowledge)
                sessions[question.session] = Conversation(label, after.refs, pair=after.pair)


def arbiter_for(engine: Engine, heard: list[Asked]) -> Arbiter:
    """The arbiter that fits these questions; the mean of both readers when they are too few."""
    if len(heard) < MIN_QUESTIONS:
        return Arbiter()
    return fit_arbiter([_weighed(engine, *asked) for asked in heard])


def _weighed(engine: Engine, question: Question, reading: Reading, pairs: list[Pair]) -> Weighed:
    found = [label_of(pair.name, reading.hypotheses[pair.row].ref, engine.knowledge) for pair in pairs]
    return Weighed(
        [dict(pair_signs(reading, pair)) for pair in pairs],
        [str(label) in question.gold for label in found],
        SOUGHT_OUT.get(question.gold[0], 1.0),
    )


def calibrate(engine: Engine, heard: list[Asked]) -> Calibration:
    """The confidence curve that fits these questions; the plain probability when they are too few."""
    rows: list[list[float]] = []
    right: list[bool] = []
    for question, reading, pairs in heard:
        candidates = engine.candidates(reading, pairs)
        if candidates:
            rows.append(signs(candidates))
            right.append(str(candidates[0].label) in question.gold)
    return fit(rows, right) if len(rows) >= MIN_QUESTIONS else Calibration()
