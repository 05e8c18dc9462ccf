"""Learning as a whole: weights from all examples, calibration from examples that were held out in turn."""

from __future__ import annotations

import random
from collections.abc import Callable

from bot.knowledge.assemble import Learned
from bot.knowledge.calibration import Calibration, fit, signs
from bot.knowledge.cases import cases_of, context_after, conversations
from bot.knowledge.examples import Example
from bot.knowledge.hypotheses import Context, classes_of
from bot.knowledge.recognise import Recogniser
from bot.knowledge.training import train
from bot.knowledge.understand import Conversation, Engine

FOLDS = 5
FOLD_EPOCHS = 6
SEED = 11


def learn(recogniser: Recogniser, examples: list[Example], say: Callable[[str], None] = lambda _: None) -> Learned:
    """Train on all examples; calibrate on folds. Deterministic."""
    classes = classes_of([ref for ref in recogniser.knowledge.fiches if ref.startswith("theme:")])
    talks = conversations(examples)
    say(f"apprentissage sur {len(examples)} exemples…")
    model = train(cases_of(talks, recogniser.read, recogniser.knowledge), classes)
    say("réglage de la confiance…")
    shuffled = talks[:]
    random.Random(SEED).shuffle(shuffled)
    rows: list[list[float]] = []
    right: list[bool] = []
    # One fold held out is enough to fit a seven-weight curve, and keeps a reload short.
    held = shuffled[:: FOLDS]
    kept = [talk for number, talk in enumerate(shuffled) if number % FOLDS]
    fold_model = train(cases_of(kept, recogniser.read, recogniser.knowledge), classes, FOLD_EPOCHS)
    engine = Engine(recogniser, fold_model, Calibration())
    for talk in held:
        context = Context()
        previous: Example | None = None
        for example in talk:
            conversation = Conversation(previous.labels[0] if previous else None, context.ref)
            result = engine.understand(example.text, conversation)
            if result.candidates and result.reading:
                rows.append(signs(result.reading, [c.probability for c in result.candidates]))
                right.append(result.candidates[0].label in example.labels)
            context = context_after(example, context)
            previous = example
    calibration = fit(rows, right) if len(rows) > 50 else Calibration()
    return Learned(model, calibration)
