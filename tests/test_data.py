"""The data that ship: complete, sourced, and every wording leads to its own fiche."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from bot.checking import check_data, outdated
from bot.knowledge.labels import FACETTES
from bot.knowledge.models import Knowledge
from bot.settings import Settings

CATALOGUE = yaml.safe_load((Path(__file__).parent / "catalogue.yaml").read_text(encoding="utf-8"))
FILES = {"metier": "metiers", "formation": "formations", "dispositif": "dispositifs", "theme": "themes"}


def test_the_data_are_in_order(settings: Settings) -> None:
    problems, _ = check_data(settings.data)
    assert [str(problem) for problem in problems] == []


def test_the_whole_catalogue_is_there(knowledge: Knowledge) -> None:
    wanted = {f"{kind}:{entry['id']}" for kind, part in FILES.items() for entry in CATALOGUE[part]}
    assert wanted <= set(knowledge.fiches)
    for ref in wanted:
        fiche = knowledge.fiches[ref]
        assert set(fiche.reponses) == set(FACETTES[fiche.kind]), ref


def test_official_acronyms_are_kept(knowledge: Knowledge) -> None:
    for kind, part in FILES.items():
        for entry in CATALOGUE[part]:
            fiche = knowledge.fiches[f"{kind}:{entry['id']}"]
            known = {*fiche.sigles, *fiche.noms}
            missing = [sigle for sigle in entry.get("sigles", []) if sigle not in known]
            assert not missing, f"{fiche.ref}: {missing}"


def test_no_two_fiches_share_a_sentence(knowledge: Knowledge) -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for fiche in knowledge.fiches.values():
        for reponse in fiche.reponses.values():
            for sentence in re.split(r"(?<=[.!?])\s+", reponse.texte):
                if len(sentence) > 70:
                    where[sentence].add(fiche.ref)
    shared = {sentence: refs for sentence, refs in where.items() if len(refs) > 1}
    assert not shared


def test_every_figure_that_moves_has_its_year(knowledge: Knowledge) -> None:
    for fiche in knowledge.fiches.values():
        for key, chiffre in fiche.chiffres.present().items():
            if key in ("salaire_debut", "salaire_experimente", "montant", "cout", "tension"):
                assert chiffre.annee, f"{fiche.ref} {key}"


def test_no_markup_in_texts(knowledge: Knowledge) -> None:
    for fiche in knowledge.fiches.values():
        for reponse in fiche.reponses.values():
            assert not re.search(r"</?[a-z]+>|\*\*|\]\(", reponse.texte), fiche.ref


@pytest.mark.parametrize("days", [0, 3650])
def test_freshness_lists_what_is_old(settings: Settings, days: int) -> None:
    lines = list(outdated(settings.data, days=days))
    assert lines[-1].endswith(f"depuis plus de {days} jours.")
