"""Labelled messages, as admins write them and as measured batches hold them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.knowledge.cases import TIMES, cases_of, conversations, emphasised, heard_in, told
from bot.knowledge.examples import FOLDER, Example, load_examples
from bot.knowledge.labels import parse_label
from bot.knowledge.models import Knowledge
from bot.knowledge.problems import DataError
from bot.knowledge.search import WordCounts


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def question(q: str, gold: str, session: str | None = None, about: str | None = None) -> str:
    return json.dumps({"q": q, "gold": [gold], "session": session, "about": about})


def test_a_batch_that_was_measured_teaches_as_text_files_do(tmp_path: Path, knowledge: Knowledge) -> None:
    write(
        tmp_path,
        "a.txt",
        "metier:aes/missions | c koi aes",
        "+ metier:aes/salaire | é la pay",
        "action:offres @metier:ash | poste ash à Niort",
    )
    text = load_examples(tmp_path, knowledge)
    (tmp_path / FOLDER / "a.txt").unlink()
    write(
        tmp_path,
        "2026-11-22-lot-a.jsonl",
        question("c koi aes", "metier:aes/missions", "c1"),
        question("poste ash à Niort", "action:offres", about="metier:ash"),
        # Conversations may be told at the same time.
        question("é la pay", "metier:aes/salaire", "c1"),
    )
    batch = load_examples(tmp_path, knowledge)

    def told(examples: list[Example]) -> list[object]:
        return [[(e.text, e.labels, e.about, e.follows) for e in talk] for talk in conversations(examples)]

    assert told(batch) == told(text)
    assert [len(talk) for talk in conversations(batch)] == [2, 1]
    assert emphasised(conversations(batch)) == conversations(batch)
    assert batch[1].labels == (parse_label("metier:aes/salaire"),)
    assert [(example.file, example.line) for example in batch] == [
        (f"{FOLDER}/2026-11-22-lot-a.jsonl", line) for line in (1, 3, 2)
    ]


def test_batches_of_alarms_are_read_several_times(tmp_path: Path, knowledge: Knowledge) -> None:
    write(tmp_path, "a.txt", "metier:aes/missions | c koi aes")
    write(
        tmp_path, "2026-11-23-alarme-a.jsonl", question("je dors chez ma soeur", "theme:logement-transport")
    )
    talks = conversations(load_examples(tmp_path, knowledge))
    read = Counter(talk[0].text for talk in emphasised(talks))
    assert read == {"c koi aes": 1, "je dors chez ma soeur": TIMES}


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Jdors chez ma soeur depuis lundi, aes ça paye cb", "Jdors chez ma soeur depuis lundi"),
        ("je suis ash depuis 8 ans et la vae cest koi", "je suis ash depuis 8 ans"),
        (
            "Je vis seule avec deux enfants. Peut-on payer mon école ? Merci !",
            "Je vis seule avec deux enfants",
        ),
        ("bonjour, combien gagne une aes", ""),
        (
            "est-ce que je peux loger à l'internat, je vis loin de tout, merci ?",
            "est-ce que je peux loger à l'internat, je vis loin de tout",
        ),
        ("comment devenir aes, j'ai trois enfants et pas de permis", ""),
    ],
)
def test_what_is_told_before_asking_ends_with_a_whole_clause(
    dialogue: Dialogue, text: str, before: str
) -> None:
    assert told(dialogue.engine.recogniser.message(text)) == before


def test_what_is_told_before_asking_may_be_anything_but_an_alarm(dialogue: Dialogue) -> None:
    recogniser = dialogue.engine.recogniser
    text = "je dors chez ma soeur depuis lundi, "
    asks = Example(text + "aes ça paye combien", (parse_label("metier:aes/salaire"),))
    alarm = Example(text + "elle me frappe", (parse_label("action:urgence"),))
    counts = WordCounts(recogniser.knowledge, [])
    whole, part = cases_of([[asks]], recogniser, counts)
    assert whole.right
    assert not whole.never
    assert (part.reading.message.text, part.right, part.never) == (
        "je dors chez ma soeur depuis lundi",
        (),
        "action:urgence",
    )
    assert [case.never for case in cases_of([[alarm]], recogniser, counts)] == [""]


def test_a_message_can_be_said_not_to_be_an_action(dialogue: Dialogue, tmp_path: Path) -> None:
    recogniser = dialogue.engine.recogniser
    write(
        tmp_path,
        "a.txt",
        "metier:aes/missions | c koi aes",
        "+ !action:urgence | j'ai froid au boulot",
        "+ metier:aes/salaire | et ça paye",
    )
    talks = conversations(load_examples(tmp_path, recogniser.knowledge))
    assert [example.never for example in talks[0]] == [False, True, False]
    heard = heard_in(talks, recogniser)
    assert len(heard) == 2
    _, said, last = cases_of(talks, recogniser, WordCounts(recogniser.knowledge, heard))
    assert (said.never, said.right) == ("action:urgence", ())
    # The conversation goes on as if it had not been said.
    assert last.reading.previous == "metier/missions"


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("a.txt", "metier:aes/salaire, combien", "on attend « étiquette | message »"),
        ("a.txt", "metier:aes/paye | combien", "paye"),
        ("a.txt", "metier:dompteur/salaire | combien", "entrée inconnue : metier:dompteur/salaire"),
        ("a.txt", "!metier:aes/salaire | combien", "une action, seule sur sa ligne"),
        ("a.txt", "!action:urgence, action:accueil | salut", "une action, seule sur sa ligne"),
        ("a.txt", "+ metier:aes/salaire | combien", "un « + » continue la ligne du dessus"),
        ("a.jsonl", '{"q": "combien"}', "on attend un objet JSON"),
        ("a.jsonl", question("combien", "metier:dompteur/salaire"), "entrée inconnue : metier:dompteur"),
        ("a.jsonl", question("poste", "action:offres", about="metier:dompteur"), "metier:dompteur"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_with_its_file_and_number(
    tmp_path: Path, knowledge: Knowledge, name: str, line: str, said: str
) -> None:
    write(tmp_path, name, "" if name.endswith("jsonl") else "# un commentaire", line)
    with pytest.raises(DataError) as raised:
        load_examples(tmp_path, knowledge)
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == (f"{FOLDER}/{name}", 2)
    assert said in problem.message


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_file_that_is_not_utf8_is_told(tmp_path: Path, knowledge: Knowledge, name: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / name).write_bytes("metier:aes/salaire | payé combien".encode("latin-1"))
    with pytest.raises(DataError) as raised:
        load_examples(tmp_path, knowledge)
    (problem,) = raised.value.problems
    assert problem.file == f"{FOLDER}/{name}"
    assert "UTF-8" in problem.message
