"""Confidence means what it says, whichever way an answer was decided."""

from __future__ import annotations

import numpy as np

from bot.dialogue import Dialogue
from bot.knowledge.calibration import Calibration, fit, signs
from bot.knowledge.decide import OUTSIDE_THEN, URGENT_BY_WORDS, Understanding, decide
from bot.knowledge.hypotheses import NONE, Candidate, Context, Hypothesis
from bot.knowledge.labels import OFF_TOPIC, URGENT, Label, parse_label

SALARY, TASKS = parse_label("metier:infirmier/salaire"), parse_label("metier:infirmier/missions")


def candidates(**shares: float) -> list[Candidate]:
    """Readings with these probabilities, the likeliest first."""
    labels: dict[str, Label] = {"salary": SALARY, "tasks": TASKS, "outside": OFF_TOPIC, "urgent": URGENT}
    found = [Candidate(labels[name], (), share, Hypothesis(None, NONE)) for name, share in shares.items()]
    return sorted(found, key=lambda candidate: -candidate.probability)


def decided(dialogue: Dialogue, text: str, **shares: float) -> Understanding:
    reading = dialogue.engine.recogniser.read(text, Context())
    return decide(reading, candidates(**shares), dialogue.engine.calibration, dialogue.engine.knowledge)


def test_a_curve_fitted_on_readings_says_how_many_were_right() -> None:
    chance = np.random.default_rng(1)
    shares = chance.uniform(0.3, 0.99, 4000)
    rows = [signs(candidates(salary=share, tasks=(1 - share) * 0.9)) for share in shares]
    right = chance.random(4000) < shares**2  # less often than the model thinks
    curve = fit(rows, right.tolist())
    said = np.array([curve.confidence(row) for row in rows])
    for low, high in ((0.1, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0)):
        band = (said >= low) & (said < high)
        assert abs(said[band].mean() - right[band].mean()) < 0.05


def test_before_anything_was_measured_confidence_is_the_plain_probability() -> None:
    assert Calibration().confidence(signs(candidates(salary=0.8, tasks=0.1))) == 0.8


def test_a_likelier_reading_is_surer(dialogue: Dialogue) -> None:
    curve = dialogue.engine.calibration
    said = [curve.confidence(signs(candidates(salary=p, tasks=(1 - p) / 2))) for p in (0.5, 0.7, 0.9, 0.99)]
    assert said == sorted(set(said))


def test_what_is_answered_against_the_score_is_no_surer_than_such_answers_have_been(
    dialogue: Dialogue,
) -> None:
    by_words = decided(dialogue, "je veux mourir, et le salaire ?", salary=0.9, urgent=0.05)
    assert (by_words.label, by_words.confidence) == (URGENT, URGENT_BY_WORDS)
    by_score = decided(dialogue, "bonjour", salary=0.6, urgent=0.35)
    assert (by_score.label, by_score.confidence) == (URGENT, 0.35)
    declined = decided(dialogue, "bonjour", salary=0.4, outside=0.3)
    assert (declined.decision, declined.label, declined.confidence) == ("fallback", OFF_TOPIC, OUTSIDE_THEN)
