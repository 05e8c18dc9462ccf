"""What is learned: found by others' words and not by one's own, kept and read back, and safe when data change."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from click.testing import CliRunner

from bot.cli import main
from bot.dialogue import Dialogue
from bot.engines import find_learned
from bot.knowledge.assemble import fingerprint
from bot.knowledge.cases import conversations, names_of
from bot.knowledge.convolution import Weights
from bot.knowledge.examples import Example
from bot.knowledge.hypotheses import CONTEXT, GUESSED, NAMED, NONE, Context, hypotheses_of
from bot.knowledge.labels import parse_label
from bot.knowledge.learned import FOLDER, Learned, load_learned
from bot.knowledge.learning import learn_from
from bot.knowledge.lexicon import Mention
from bot.knowledge.linear_training import _expected
from bot.knowledge.model import Model
from bot.knowledge.search import SearchIndex, WordCounts
from bot.knowledge.tables import Floats, Packed, Table, pack
from bot.knowledge.understand import Conversation, Engine
from bot.leave_out import Judged, render
from bot.settings import Settings

AES = "metier:aes"


def learned_by(engine: Engine) -> Learned:
    return Learned(engine.search, engine.model, engine.calibration)


def numbers(table: Table) -> Floats:
    return table.whole() if isinstance(table, Packed) else table


def same_model(one: Model, two: Model) -> bool:
    """Whether two models hold the same names and numbers."""
    arrays = [(one.linear.weights, two.linear.weights)]
    for first, second in zip(one.convolution.networks, two.convolution.networks, strict=True):
        arrays += [(getattr(first, array.name), getattr(second, array.name)) for array in fields(Weights)]
    return (
        one.linear.vocabulary == two.linear.vocabulary
        and one.convolution.words == two.convolution.words
        and one.convolution.signs == two.convolution.signs
        and all(np.array_equal(numbers(first), numbers(second)) for first, second in arrays)
    )


def test_a_message_is_found_by_others_but_not_by_itself(dialogue: Dialogue) -> None:
    recogniser = dialogue.engine.recogniser
    strange = recogniser.message("zblork grumpfif")
    once = WordCounts(recogniser.knowledge, [(strange.words, [AES]), (strange.words, [AES])])
    assert once.index.nearest(strange)[0][0] == AES
    assert once.without([AES]).nearest(strange)[0][0] == AES
    rare = WordCounts(recogniser.knowledge, [(strange.words, [AES]), (strange.words, ["metier:ash"])])
    assert AES not in [ref for ref, _ in rare.without([AES]).nearest(strange)]


def test_words_that_nobody_else_used_are_strange(dialogue: Dialogue) -> None:
    recogniser = dialogue.engine.recogniser
    message = recogniser.message("zblork grumpfif 12 aide")
    twice = WordCounts(recogniser.knowledge, [(message.words, [AES]), (message.words, [AES])])
    assert twice.index.strange(message) == frozenset()
    assert twice.without([AES]).strange(message) == {0, 1}
    assert twice.without([]).strange(message) == frozenset()


def test_what_was_learned_is_kept_and_read_back(dialogue: Dialogue, tmp_path: Path) -> None:
    learned = learned_by(dialogue.engine)
    learned.save(tmp_path, "clef")
    again = load_learned(tmp_path, "clef")
    assert again is not None
    assert again.search.refs == learned.search.refs
    assert again.search.rows == learned.search.rows
    assert same_model(again.model, learned.model)
    assert again.calibration == learned.calibration


def test_large_tables_are_kept_to_a_hundredth_of_each_rows_largest_number() -> None:
    scales = np.geomspace(1e-3, 10, 1000)[:, None]
    table = np.random.default_rng(1).normal(size=(1000, 200)) * scales
    table[7] = 0
    kept = pack(table)
    assert isinstance(kept, Packed)
    assert kept.shape == table.shape
    assert kept.numbers.nbytes + kept.powers.nbytes < table.size * 1.1
    rows = [3, 7, 999]
    for unpacked, whole in ((kept[rows], table[rows]), (kept.whole(), table)):
        assert (np.abs(unpacked - whole) <= np.abs(whole).max(axis=1, keepdims=True) / 100).all()
    assert pack(kept) is kept
    assert (pack(kept.whole())[rows] == kept[rows]).all()
    small = table[:3]
    assert pack(small) is small


def test_weights_that_come_with_the_data_need_not_be_learned(dialogue: Dialogue, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", cache=tmp_path / "cache")
    assert find_learned(settings, "clef") is None
    learned_by(dialogue.engine).save(settings.data / FOLDER, "clef", kept=1)
    assert find_learned(settings, "clef") is not None
    assert find_learned(settings, "autre") is None
    learned_by(dialogue.engine).save(settings.data / FOLDER, "autre", kept=1)
    assert [path.name for path in (settings.data / FOLDER).iterdir()] == ["autre.npz"]


def test_the_weights_that_come_with_the_data_are_for_these_data(dialogue: Dialogue) -> None:
    data = Settings().data
    key = fingerprint(data, dialogue.engine.recogniser)
    assert load_learned(data / FOLDER, key), "data/appris is for former data: run `make weights`"


def test_weights_that_cant_be_written_are_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Learned, "save", refuses)
    result = CliRunner().invoke(main, ["train", "--livrer"])
    assert result.exit_code == 2
    assert "data/appris : écriture impossible (Permission denied)" in result.output


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive"])
def test_what_cant_be_read_is_learned_again(tmp_path: Path, content: bytes) -> None:
    assert load_learned(tmp_path, "clef") is None
    (tmp_path / "clef.npz").write_bytes(content)
    assert load_learned(tmp_path, "clef") is None


def test_a_fiche_that_is_gone_is_never_an_answer(dialogue: Dialogue) -> None:
    """The former weights serve while new ones are learned, with a fiche that an admin has just removed."""
    engine = dialogue.engine
    gone = "dispositif:qui-n-existe-plus"
    column = engine.search.refs.index("dispositif:vae")
    refs = (*engine.search.refs[:column], gone, *engine.search.refs[column + 1 :])
    former = replace(learned_by(engine), search=SearchIndex(refs, engine.search.rows, engine.search.weights))
    asked = "valider mon experience pour avoir un diplome sans retourner a l'ecole"
    assert gone in [ref for ref, _ in former.search.nearest(engine.recogniser.message(asked))]
    understood = Engine(engine.recogniser, former).understand(asked, Conversation())
    assert understood.candidates
    assert gone not in [candidate.label.ref for candidate in understood.candidates]


def test_weights_do_not_depend_on_the_number_of_workers(dialogue: Dialogue) -> None:
    examples = [
        Example(f"{words} numéro {n}", (parse_label(label),))
        for n in range(6)
        for words, label in (("salaire aes", f"{AES}/salaire"), ("bonjour", "action:accueil"))
    ]
    talks, recogniser = conversations(examples), dialogue.engine.recogniser
    one, two = (learn_from(recogniser, talks, workers) for workers in (1, 2))
    assert numbers(one.model.linear.weights).size
    assert one.model.convolution.words
    assert same_model(one.model, two.model)


def test_what_is_asked_of_the_training_of_a_metier_without_formation_is_its_access(
    dialogue: Dialogue,
) -> None:
    knowledge = dialogue.engine.knowledge
    assert names_of(parse_label("metier:aide-soignant/acces"), knowledge) == ["metier/acces"]
    alone = names_of(parse_label("metier:orthoptiste/acces"), knowledge)
    assert {"metier/acces", "formation/cout", "formation/duree", "formation/inscription"} <= set(alone)
    assert "formation/debouches" not in alone


def test_a_formation_is_no_guess_where_its_metier_is_named(dialogue: Dialogue) -> None:
    knowledge = dialogue.engine.knowledge
    guesses = [("formation:dees", 9.0), ("formation:deeje", 8.0), ("metier:moniteur-educateur", 7.0)]
    mention = Mention("metier:educateur-specialise", 0, 1, "nom", "éduc spé")
    found = hypotheses_of([mention], Context(("formation:deme",)), guesses, knowledge)
    assert [(h.ref, h.origin, h.rank) for h in found] == [
        ("metier:educateur-specialise", NAMED, 1),
        ("formation:deme", CONTEXT, 3),
        ("formation:deeje", GUESSED, 2),
        (None, NONE, 0),
    ]


def test_classes_that_are_both_right_share_what_is_right_as_the_scores_do() -> None:
    target = sp.csr_matrix(np.array([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.6, 0.0, 0.2]]))
    logits = np.log(np.array([[3.0, 1.0, 6.0], [5.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 9.0, 3.0]]))
    assert _expected(target, logits) == pytest.approx(
        np.array([[0.75, 0.25, 0], [0, 1, 0], [0, 0, 0], [0.4, 0, 0.4]])
    )


def test_a_misleading_example_is_named_by_file_and_line() -> None:
    example = Example("salaire aes", (parse_label(f"{AES}/salaire"),), file="exemples/a.txt", line=3)
    sure = Judged(example, parse_label("action:offres"), 0.97)
    shown = render([sure, Judged(example, parse_label(f"{AES}/salaire"), 0.9)], failures=5)
    assert "2 exemples, 50.0%" in shown
    assert "data/exemples/a.txt, ligne 3" in shown
    assert "action:offres et metier:aes" in shown
    not_so = Example(
        "j'ai froid", (parse_label("action:urgence"),), never=True, file="exemples/a.txt", line=9
    )
    shown = render(
        [
            Judged(not_so, parse_label("action:urgence"), 0.97),
            Judged(not_so, parse_label("action:accueil"), 0.9),
        ],
        failures=5,
    )
    assert "2 exemples, 50.0%" in shown
    assert "étiquette !action:urgence ; lu action:urgence" in shown
