"""The last word between the readers: the mean at first, then what measured messages teach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import Dialogue
from bot.knowledge.arbiter import MEAN, Arbiter, Pair, pair_signs
from bot.knowledge.arbiter_training import Weighed, fit_arbiter
from bot.knowledge.hypotheses import Context, Reading

SALARY, TASKS = "metier/salaire", "metier/missions"


def reading(dialogue: Dialogue, text: str, context: Context | None = None) -> Reading:
    return dialogue.engine.recogniser.read(text, context or Context())


def test_without_weights_of_its_own_it_says_what_the_mean_of_both_readers_says(dialogue: Dialogue) -> None:
    pairs = [Pair(0, 0, SALARY, 3.0, 1.0), Pair(0, 1, TASKS, 0.0, 2.0)]
    shares = Arbiter().shares(reading(dialogue, "infirmière combien ?"), pairs)
    means = np.exp([2.0, 1.0])
    assert shares == pytest.approx(means / means.sum())


def test_signs_tell_a_message_that_follows_from_one_that_opens(dialogue: Dialogue) -> None:
    pair = Pair(0, 0, SALARY, 1.0, 1.0)
    first = dict(pair_signs(reading(dialogue, "infirmière combien ?"), pair))
    talked = Context(("metier:aes",), SALARY)
    following = dict(pair_signs(reading(dialogue, "infirmière combien ?", talked), pair))
    assert first["début nommée/metier"] == following["suite nommée/metier"] == 1
    assert following["suite redite"] == 1
    assert not [sign for sign in first if sign.startswith("suite")]


def test_it_learns_to_trust_the_reader_that_is_right() -> None:
    """The mean is undecided each time; what decides is the difference between both readers."""
    signs = [{MEAN: 1.0, "différence": 2.0}, {MEAN: 1.0, "différence": -2.0}]
    arbiter = fit_arbiter([Weighed(signs, [True, False])] * 50)
    assert arbiter.weights["différence"] > 0.5
    assert fit_arbiter([Weighed(signs, [False, True])] * 50).weights["différence"] < -0.5


def test_messages_that_were_sought_out_weigh_less() -> None:
    signs = [{MEAN: 1.0, "différence": 2.0}, {MEAN: 1.0, "différence": -2.0}]
    both = [Weighed(signs, [True, False]), Weighed(signs, [False, True], weight=0.3)]
    assert fit_arbiter(both * 50).weights["différence"] > 0.1


def test_a_message_without_an_acceptable_reading_teaches_nothing() -> None:
    signs = [{MEAN: 1.0, "différence": 2.0}, {MEAN: 1.0, "différence": -2.0}]
    taught = [Weighed(signs, [True, False])] * 20
    hopeless = Weighed([{MEAN: 5.0, "autre": 1.0}], [False])
    assert fit_arbiter([*taught, hopeless]) == fit_arbiter(taught)


@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=1, max_size=12))
def test_shares_always_sum_to_one(dialogue: Dialogue, scores: list[tuple[float, float]]) -> None:
    pairs = [Pair(0, 0, SALARY, *both) for both in scores]
    shares = dialogue.engine.model.arbiter.shares(reading(dialogue, "infirmière combien ?"), pairs)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
