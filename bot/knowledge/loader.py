"""From the folder of YAML files to one checked Knowledge, or to every problem in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from bot.knowledge.labels import FACETTES
from bot.knowledge.models import Fiche, Frozen, Knowledge, Repere, Source
from bot.knowledge.problems import NOT_UTF8, DataError, Problem
from bot.knowledge.yaml_reader import Document, read_yaml
from bot.knowledge.yaml_reader import Path as YamlPath

FICHE_FILES = {
    "metier": "metiers.yaml",
    "formation": "formations.yaml",
    "dispositif": "dispositifs.yaml",
    "theme": "themes.yaml",
}
SOURCES_FILE = "sources.yaml"
REPERES_FILE = "reperes.yaml"

REPERE_IN_TEXT = re.compile(r"\{([^{}]*)\}")

Model = TypeVar("Model", bound=Frozen)


def load_knowledge(folder: Path) -> Knowledge:
    """Read and check all of the folder's knowledge. Raises DataError with every problem found."""
    reader = _Reader(folder)
    sources = reader.table(SOURCES_FILE, Source)
    reperes = reader.table(REPERES_FILE, Repere)
    fiches: dict[str, Fiche] = {}
    for kind in FICHE_FILES:
        fiches.update(reader.fiches(kind))
    if not reader.problems:
        reader.problems.extend(_dangling(reader.documents, fiches, sources, reperes))
    if reader.problems:
        raise DataError(reader.problems)
    return Knowledge(fiches=fiches, sources=sources, reperes=reperes)


class _Reader:
    """Reads the files of one folder and gathers the problems met on the way."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}

    def document(self, name: str) -> Document | None:
        path = self.folder / name
        try:
            document = read_yaml(path.read_text(encoding="utf-8-sig"), name)
        except FileNotFoundError:
            self.problems.append(Problem(name, 0, 0, f"le fichier manque dans {self.folder}."))
        except UnicodeDecodeError:
            self.problems.append(Problem(name, 0, 0, NOT_UTF8))
        except OSError as error:
            self.problems.append(Problem(name, 0, 0, f"le fichier ne peut pas être lu ({error.strerror})."))
        except DataError as error:
            self.problems.extend(error.problems)
        else:
            self.documents[name] = document
            return document
        return None

    def table(self, name: str, model: type[Model]) -> dict[str, Model]:
        """A file that maps names to objects."""
        document = self.document(name)
        if document is None:
            return {}
        if not isinstance(document.value, dict):
            self.problems.append(document.problem((), "on attend ici des noms suivis de « : »."))
            return {}
        rows = {key: self._validate(document, (key,), value, model) for key, value in document.value.items()}
        return {key: row for key, row in rows.items() if row is not None}

    def fiches(self, kind: str) -> dict[str, Fiche]:
        """The fiches of one kind, by ref."""
        document = self.document(FICHE_FILES[kind])
        if document is None:
            return {}
        if not isinstance(document.value, list):
            self.problems.append(document.problem((), "on attend ici une liste de fiches : « - id: … »."))
            return {}
        found: dict[str, Fiche] = {}
        for index, value in enumerate(document.value):
            fiche = self._fiche(document, index, value, kind)
            if fiche is None:
                continue
            if fiche.ref in found:
                self.problems.append(
                    document.problem(
                        (index, "id"), f"l'id « {fiche.id} » est déjà pris plus haut. Changez-le."
                    )
                )
            found[fiche.ref] = fiche
        return found

    def _fiche(self, document: Document, index: int, value: Any, kind: str) -> Fiche | None:
        if not isinstance(value, dict):
            self.problems.append(document.problem((index,), "on attend ici une fiche : « - id: … »."))
            return None
        fiche = self._validate(document, (index,), value | {"kind": kind}, Fiche)
        if fiche is None:
            return None
        for facette in fiche.reponses:
            if facette not in FACETTES[kind]:
                advice = _nearest(facette, FACETTES[kind])
                self.problems.append(
                    document.problem(
                        (index, "reponses", facette),
                        f"fiche « {fiche.id} » : la facette « {facette} » n'existe pas pour ce genre. {advice}",
                    )
                )
        for facette in FACETTES[kind]:
            if facette not in fiche.reponses:
                self.problems.append(
                    document.problem(
                        (index, "reponses"), f"fiche « {fiche.id} » : il manque la réponse « {facette} »."
                    )
                )
        return fiche

    def _validate(self, document: Document, path: YamlPath, value: Any, model: type[Model]) -> Model | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            name = value.get("id") if isinstance(value, dict) else None
            prefix = f"fiche « {name} » : " if name else ""
            for details in error.errors():
                where = path + tuple(step for step in details["loc"])
                self.problems.append(document.problem(where, prefix + explain(details, model)))
            return None


def explain(details: ErrorDetails, model: type[BaseModel]) -> str:
    """One pydantic error in French, with what to write instead."""
    loc = [str(step) for step in details["loc"]]
    where = " › ".join(loc) or "cette valeur"
    given = details["input"]
    context = details.get("ctx", {})
    kind = details["type"]
    if kind == "extra_forbidden":
        return f"la clé « {loc[-1]} » n'existe pas. {_nearest(loc[-1], _keys_at(model, loc[:-1]))}"
    if kind == "missing":
        return f"il manque « {where} »."
    if kind == "string_too_long":
        return (
            f"« {where} » est trop long : {len(str(given).strip())} caractères, {context['max_length']} au plus. "
            "Raccourcissez."
        )
    if kind in ("string_too_short", "too_short"):
        return f"« {where} » est vide ou trop court. Complétez."
    if kind == "too_long":
        return f"« {where} » compte trop d'éléments ({context['max_length']} au plus)."
    if kind.startswith("date"):
        return f"« {where} » : « {given} » n'est pas une date. Écrivez par exemple 2026-11-21."
    if kind.startswith(("int", "float")):
        return f"« {where} » : « {given} » n'est pas un nombre."
    if kind == "string_pattern_mismatch":
        return (
            f"« {where} » : « {given} » n'a pas la bonne forme. {_FORMS.get(context['pattern'], '')}".strip()
        )
    if given is None:
        return f"« {where} » est vide. Complétez, ou supprimez la ligne."
    if kind in ("string_type", "tuple_type", "list_type", "dict_type", "model_type"):
        wanted = {"s": "un texte", "t": "une liste", "l": "une liste"}.get(kind[0], "un groupe de clés")
        return f"« {where} » : on attend ici {wanted}."
    return f"« {where} » ne va pas : « {str(given)[:60]} »."


_FORMS = {
    r"^[a-z0-9][a-z0-9-]*$": "Minuscules sans accent, chiffres et tirets seulement.",
    r"^(metier|formation|dispositif|theme):[a-z0-9-]+$": "Écrivez par exemple metier:aide-soignant.",
    r"^(R:\d{2}|D:(\d{2,3}|2[AB]))$": "Écrivez par exemple R:93 (région) ou D:13 (département).",
    r"^https?://[^\s\"<>]+$": "Une adresse commence par https:// et ne contient pas d'espace.",
    r"^\d{4}(-\d{2}){0,2}$": "Écrivez par exemple 2024, 2024-09 ou 2024-09-01.",
}


def _keys_at(model: type[BaseModel], loc: list[str]) -> list[str]:
    """The keys allowed where the unknown one stands, as far as the models tell."""
    from bot.knowledge.models import Chiffre, Chiffres, Lien, Reponse

    by_parent: dict[str, type[BaseModel]] = {"chiffres": Chiffres}
    if not loc:
        return list(model.model_fields)
    if loc[-1] in by_parent:
        return list(by_parent[loc[-1]].model_fields)
    if "liens" in loc:
        return list(Lien.model_fields)
    if "reponses" in loc:
        return list(Reponse.model_fields)
    return list(Chiffre.model_fields)


def _nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """« Vouliez-vous dire … ? », or the list of what is known when nothing is near."""
    match = process.extractOne(word, known, score_cutoff=60)
    if match:
        return f"Vouliez-vous dire « {match[0]} » ?"
    return "Possibles : " + ", ".join(known) + "." if len(known) <= 20 else "Vérifiez l'orthographe."


def _dangling(
    documents: dict[str, Document],
    fiches: dict[str, Fiche],
    sources: dict[str, Source],
    reperes: dict[str, Repere],
) -> Iterator[Problem]:
    """References that lead nowhere: neighbours, métiers, sources, amounts named in texts."""
    source_ids, repere_ids, refs = list(sources), list(reperes), list(fiches)
    for name, repere in reperes.items():
        if repere.source not in sources:
            yield documents[REPERES_FILE].problem(
                (name, "source"),
                f"source inconnue « {repere.source} ». {_nearest(repere.source, source_ids)}",
            )
    positions = dict.fromkeys(FICHE_FILES, 0)
    for fiche in fiches.values():
        document = documents[FICHE_FILES[fiche.kind]]
        index = positions[fiche.kind]
        positions[fiche.kind] += 1

        def problem(
            *path: str | int, says: str, document: Document = document, index: int = index
        ) -> Problem:
            return document.problem((index, *path), f"fiche « {document.value[index]['id']} » : {says}")

        for number, ref in enumerate(fiche.voisins):
            if ref not in fiches:
                yield problem("voisins", number, says=f"entrée inconnue « {ref} ». {_nearest(ref, refs)}")
        for number, metier in enumerate(fiche.mene_a):
            if f"metier:{metier}" not in fiches:
                yield problem("mene_a", number, says=f"métier inconnu « {metier} ».")
        for number, source in enumerate(fiche.sources):
            if source not in sources:
                yield problem(
                    "sources", number, says=f"source inconnue « {source} ». {_nearest(source, source_ids)}"
                )
        for key, chiffre in fiche.chiffres.present().items():
            if chiffre.source not in sources:
                yield problem("chiffres", key, "source", says=f"source inconnue « {chiffre.source} ».")
            if chiffre.valeur is None and chiffre.min is None and chiffre.max is None:
                yield problem("chiffres", key, says="ce chiffre n'a ni valeur, ni min, ni max.")
        for facette, reponse in fiche.reponses.items():
            for source in reponse.sources:
                if source not in sources:
                    yield problem("reponses", facette, "sources", says=f"source inconnue « {source} ».")
            for text in (reponse.texte, *reponse.regions.values()):
                for name in REPERE_IN_TEXT.findall(text):
                    if name not in reperes:
                        yield problem(
                            "reponses",
                            facette,
                            "texte",
                            says=f"le repère « {{{name}}} » n'existe pas. {_nearest(name, repere_ids)}",
                        )
