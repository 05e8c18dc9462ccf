"""Broken data: each error says where it is and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.loader import load_knowledge
from bot.knowledge.problems import DataError
from bot.knowledge.yaml_reader import read_yaml


def problems_after(folder: Path, file: str, old: str, new: str) -> list[str]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_knowledge(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("metiers.yaml", "  resume:", "  resumer:", "Vouliez-vous dire « resume » ?"),
        ("metiers.yaml", "- id: brancardier\n", "- id: Brancardier\n", "Minuscules sans accent"),
        ("metiers.yaml", "- id: brancardier\n", "- id: ambulancier\n", "est déjà pris"),
        ("metiers.yaml", "    salaire:\n", "    salaires:\n", "Vouliez-vous dire « salaire » ?"),
        ("metiers.yaml", "verifie_le: 2026-11-21", "verifie_le: 2026-02-30", "n'est pas une date"),
        ("metiers.yaml", "voisins: [", "voisins: [metier:inconnu, ", "entrée inconnue « metier:inconnu »"),
        ("metiers.yaml", "{smic_mensuel}", "{smic_mensuelle}", "Vouliez-vous dire « smic_mensuel » ?"),
        ("sources.yaml", 'url: "https://', 'url: "', "Une adresse commence par https://"),
        ("reperes.yaml", "source: service-civique", "source: service-civic", "Vouliez-vous dire"),
        ("themes.yaml", "- id: age\n", "- id: age\n  id: age\n", "écrite deux fois"),
        ("themes.yaml", "  court: ", "  court: Durée : ", "un « : » suivi d'une espace coupe la valeur"),
        ("themes.yaml", "- id: age\n", "- id: age\n\tx: y\n", "tabulation"),
    ],
)
def test_each_fault_is_named_with_its_place(
    small_data: Path, file: str, old: str, new: str, words: str
) -> None:
    found = problems_after(small_data, file, old, new)
    assert any(words in line and line.startswith(f"{file}:") for line in found), found[:3]


def test_a_missing_answer_is_named(small_data: Path) -> None:
    found = problems_after(small_data, "themes.yaml", "    reponse:\n", "    autre:\n")
    assert any("il manque la réponse « reponse »" in line for line in found)


def test_a_text_too_long_is_named(small_data: Path) -> None:
    found = problems_after(
        small_data, "metiers.yaml", "texte: |\n", "texte: |\n        " + "bla " * 300 + "\n"
    )
    assert any("trop long" in line and "Raccourcissez" in line for line in found)


def test_a_missing_file_and_a_wrong_encoding(small_data: Path) -> None:
    (small_data / "reperes.yaml").unlink()
    (small_data / "themes.yaml").write_bytes("- id: été".encode("latin-1"))
    with pytest.raises(DataError) as caught:
        load_knowledge(small_data)
    said = str(caught.value)
    assert "reperes.yaml : le fichier manque" in said
    assert "themes.yaml : le fichier n'est pas enregistré en UTF-8" in said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06000", "06000"),
        ("9:30", "9:30"),
        ("on", "on"),
        ("2026-02-30", "2026-02-30"),
        ("12e", "12e"),
        ("0612345670", "0612345670"),
    ],
)
def test_values_stay_as_typed(typed: str, kept: str) -> None:
    assert read_yaml(f"cp: {typed}\n", "x.yaml").value == {"cp": kept}


def test_a_hashtag_that_cuts_a_value_is_found() -> None:
    with pytest.raises(DataError, match="coupe la valeur"):
        read_yaml("- programme #Avenir\n", "x.yaml")
    assert read_yaml("- un # commentaire\n", "x.yaml").value == ["un"]
