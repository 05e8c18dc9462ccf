"""The reader of phrases: what it is shown, and that it learns by the slope of what it is used for."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from bot.dialogue import Dialogue
from bot.knowledge import convolution_training
from bot.knowledge.cases import cases_of, conversations, heard_in
from bot.knowledge.convolution import ConvolutionModel, Weights
from bot.knowledge.convolution_training import _Parameter, train_convolution
from bot.knowledge.examples import Example
from bot.knowledge.hypotheses import Context, Reading, classes_of, mask_of
from bot.knowledge.labels import parse_label
from bot.knowledge.linear import LinearModel
from bot.knowledge.model import Model
from bot.knowledge.phrases import INSIDE, MARKS, UNNAMED, phrase_of
from bot.knowledge.recognise import Recogniser
from bot.knowledge.rows import Case, Rows, joined, rows_of
from bot.knowledge.search import WordCounts

CLASSES = classes_of([])
MESSAGES = (
    ("aide-soignante combien ?", "metier:aide-soignant/salaire"),
    ("combien de mois, la formation aes", "formation:deaes/duree"),
    ("bonjour. ça va", "action:accueil"),
    ("je ne suis plus ash", "metier:ash/missions"),
    ("je dors chez ma soeur à Nantes, aes ça paye combien", "metier:aes/salaire"),
)


def cases(recogniser: Recogniser, messages: tuple[tuple[str, str], ...]) -> list[Case]:
    examples = [Example(text, (parse_label(label),)) for text, label in messages]
    talks = conversations(examples)
    return cases_of(talks, recogniser, WordCounts(recogniser.knowledge, heard_in(talks, recogniser)))


def network(rows: Rows) -> ConvolutionModel:
    return train_convolution(rows.phrases, rows.signs_alone(), rows.goals, len(CLASSES), seed=1)


def read(dialogue: Dialogue, text: str) -> Reading:
    return dialogue.engine.recogniser.read(text, Context())


def test_names_and_places_are_shown_by_their_kind_with_the_distance_of_each_word(dialogue: Dialogue) -> None:
    reading = read(dialogue, "bonjour, être infirmière à Nantes ?")
    phrase = phrase_of(reading)
    assert phrase.words == ("bonjour", "etre", "_metier", "a", "_lieu")
    assert phrase.marks.tolist() == [MARKS[","], 0, 0, 0, MARKS["?"]]
    views = {
        hypothesis.ref: phrase.distances[view].tolist()
        for hypothesis, view in zip(reading.hypotheses, phrase.seen_from, strict=True)
    }
    assert views["metier:infirmier"] == [4, 5, INSIDE, 7, 8]
    assert views[None] == [UNNAMED] * 5


def loss(model: ConvolutionModel, given: list[Case]) -> float:
    """The mean cross-entropy of the cases, by the model as the bot uses it."""
    total = 0.0
    for case in given:
        scores = model.scores(case.reading).astype(float)
        mask = np.array([mask_of(h, case.reading.hypotheses, CLASSES) for h in case.reading.hypotheses])
        logs = scores - np.log(np.exp(scores[mask]).sum())
        right = sum(share * logs[row, CLASSES.index(name)] for row, name, share in case.right)
        if case.never:
            right = np.log(
                1 - np.exp(logs[:, CLASSES.index(case.never)][mask[:, CLASSES.index(case.never)]]).sum()
            )
        total -= case.weight * right
    return total / len(given)


def test_each_step_follows_the_slope_of_what_the_bot_will_use(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = cases(dialogue.engine.recogniser, MESSAGES)
    rows = joined([rows_of(given, CLASSES)] * 4)
    for name in ("HIDDEN_WORD", "HIDDEN_DIMENSION", "HIDDEN_PATTERN", "HIDDEN_TOGETHER"):
        monkeypatch.setattr(convolution_training, name, 0.0)
    monkeypatch.setattr(convolution_training, "EPOCHS", 1)
    slopes: dict[int, np.ndarray] = {}

    def note(
        parameter: _Parameter, gradient: np.ndarray, rate: float, rows: np.ndarray | slice = slice(None)
    ) -> None:
        slope = slopes[id(parameter.value)] = np.zeros_like(parameter.value)
        slope[rows] = gradient

    monkeypatch.setattr(_Parameter, "step", note)
    model = network(rows)
    assert loss(model, given) == pytest.approx(np.log(len(CLASSES)), rel=0.5)
    for array in fields(Weights):
        value = getattr(model.networks[0], array.name)
        slope = slopes[id(value)]
        steepest = np.unravel_index(np.abs(slope).argmax(), slope.shape)
        change = np.zeros_like(value)
        change[steepest] = 2e-3
        up, down = (
            loss(
                replace(model, networks=(replace(model.networks[0], **{array.name: value + sign * change}),)),
                given,
            )
            for sign in (1, -1)
        )
        assert (up - down) / 4e-3 == pytest.approx(slope[steepest], rel=0.05), array.name


def test_the_order_of_the_same_words_can_make_the_difference(dialogue: Dialogue) -> None:
    pairs = (("d'abord rouge puis vert", "action:accueil"), ("d'abord vert puis rouge", "action:conseiller"))
    recogniser = dialogue.engine.recogniser
    given = cases(recogniser, pairs * 400)
    model = network(joined([rows_of(given, CLASSES)]))
    for text, label in pairs:
        scores = model.scores(recogniser.read(text, Context()))[-1]
        likeliest = max((CLASSES.index(name) for _, name in pairs), key=lambda column: scores[column])
        assert CLASSES[likeliest] == label


def test_a_reading_that_makes_no_sense_has_no_probability(dialogue: Dialogue) -> None:
    recogniser = dialogue.engine.recogniser
    rows: Rows = joined([rows_of(cases(recogniser, MESSAGES), CLASSES)])
    nothing = LinearModel(CLASSES, {}, np.zeros((0, len(CLASSES) + 1)))
    model = Model(nothing, network(rows))
    reading = read(dialogue, "infirmière ou bonjour ?")
    probabilities = model.probabilities(reading)
    mask = np.array([mask_of(h, reading.hypotheses, CLASSES) for h in reading.hypotheses])
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities[mask] > 0).all()
    assert (probabilities[~mask] == 0).all()
