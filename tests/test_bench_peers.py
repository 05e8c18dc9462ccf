"""The simple methods that the product is measured beside do what their names say."""

from __future__ import annotations

import pytest

from bench.accuracy import alone, peer_row, some
from bench.peers import PEERS, FuzzyPeer, Peer, Wording, plain, wordings_of
from bench.speed import grown, names_of
from bench.timing import Durations
from bot.knowledge.examples import Example
from bot.knowledge.labels import parse_label
from bot.knowledge.loader import load_knowledge
from bot.knowledge.models import Knowledge
from bot.knowledge.questions import Question
from bot.settings import Settings

SALARY = "metier:aide-soignant/salaire"
LENGTH = "formation:dei/duree"
OFFERS = "action:offres"
WORDINGS = [
    Wording(plain(text), label)
    for text, label in (
        ("combien gagne une aide-soignante", SALARY),
        ("salaire aide-soignante", SALARY),
        ("combien gagne un aide-soignant par mois", SALARY),
        ("combien d'années pour les études d'infirmière", LENGTH),
        ("durée des études d'infirmière", LENGTH),
        ("les études d'infirmière en combien d'années", LENGTH),
        ("offres d'emploi près de chez moi", OFFERS),
        ("je cherche des offres d'emploi", OFFERS),
        ("offres d'emploi brancardier", OFFERS),
    )
]


def test_a_sample_is_spread_over_all_and_keeps_conversations_whole() -> None:
    questions = [
        Question(f"message {n}", (SALARY,), session=f"talk {n // 3}" if 30 <= n < 60 else None)
        for n in range(90)
    ]
    sample = some(questions, 30)
    assert 25 <= len(sample) <= 45
    assert sample[0] == questions[0]
    assert sample[-1].q >= "message 87"
    for session in {question.session for question in sample if question.session}:
        assert [q for q in sample if q.session == session] == [q for q in questions if q.session == session]
    assert some(questions, 1000) == questions


@pytest.fixture(scope="module")
def knowledge(settings: Settings) -> Knowledge:
    """The fiches alone: nothing here needs learned weights."""
    return load_knowledge(settings.data)


@pytest.fixture(scope="module", params=PEERS)
def peer(request: pytest.FixtureRequest) -> Peer:
    return PEERS[request.param](WORDINGS)


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("SALAIRE d'une aide-soignante ?", SALARY),
        ("études d'infirmière, durée", LENGTH),
        ("je cherche des offres d'emploi !!", OFFERS),
    ],
)
def test_a_peer_gives_the_label_of_the_nearest_wording(peer: Peer, message: str, label: str) -> None:
    assert peer.label(message) == label


@pytest.mark.parametrize("message", ["", "🙂🙂", "?!", "zzz"])
def test_a_peer_takes_any_message(peer: Peer, message: str) -> None:
    assert peer.label(message) in {SALARY, LENGTH, OFFERS, ""}


def test_peers_compare_messages_made_plain() -> None:
    assert plain("Où est l’École d’Aide-Soignante ?") == "ou est l ecole d aide soignante"


def test_wordings_are_all_names_and_all_examples(knowledge: Knowledge) -> None:
    example = Example("cest paye combien", (parse_label(SALARY), parse_label(LENGTH)))
    wordings = wordings_of(knowledge, [example])
    assert len(wordings) == len(names_of(knowledge)) + 1
    assert wordings[-1] == Wording("cest paye combien", SALARY)
    assert Wording("aide soignant", "metier:aide-soignant/missions") in wordings


def test_a_peer_is_right_when_its_label_is_among_the_gold_ones() -> None:
    peer = FuzzyPeer(WORDINGS, lambda one, other, **_: 100.0 * (one == other))
    questions = [
        Question("salaire aide-soignante", (LENGTH, SALARY)),
        Question("salaire aide-soignante", (LENGTH,)),
        Question("tout autre chose", (SALARY,)),
    ]
    row = peer_row("même texte", peer, questions, warm=[])
    assert row.first == (True, False, False)
    assert len(row.durations.each) == 3


def test_only_the_first_message_of_a_conversation_stands_alone() -> None:
    sessions = (None, "a", "a", None, "b", "a")
    questions = [Question("q", (SALARY,), session=session) for session in sessions]
    assert alone(questions) == [True, True, False, True, True, False]


def test_durations_tell_the_usual_and_the_slow() -> None:
    durations = Durations(tuple(float(ms) for ms in range(1, 102)))
    assert durations.median == 51
    assert durations.p99 == 100


def test_a_grown_knowledge_has_so_many_times_the_names_and_is_always_the_same(knowledge: Knowledge) -> None:
    french = frozenset({"salaire"})
    bigger = grown(knowledge, 3, french)
    names = names_of(bigger)
    assert len(names) == 3 * len(names_of(knowledge))
    assert names == names_of(grown(knowledge, 3, french))
    assert set(names_of(knowledge)) <= set(names)
    assert set(bigger.fiches) == set(knowledge.fiches)
    assert names_of(grown(knowledge, 1, french)) == names_of(knowledge)
