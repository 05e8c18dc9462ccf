"""The knowledge as typed, frozen objects: fiches, answers, figures, sources and yearly amounts.

Field names are the YAML keys that admins write, hence French.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.knowledge.labels import FACETTES, FIRST_FACETTE, Label

# A rendered answer adds a title and a source line to the text; Telegram takes 4,096 units. People read less.
MAX_TEXTE = 900

Ident = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
Ref = Annotated[str, StringConstraints(pattern=r"^(metier|formation|dispositif|theme):[a-z0-9-]+$")]
Territoire = Annotated[str, StringConstraints(pattern=r"^(R:\d{2}|D:(\d{2,3}|2[AB]))$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"<>]+$")]
PlainText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Frozen(BaseModel):
    """Immutable, and strict about keys: an unknown key is a typing error of the editor."""

    # Built when first used: most starts read the knowledge back from the cache.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Source(Frozen):
    """Where a fact comes from, and when it was last checked there."""

    titre: PlainText
    url: Url
    date: str | None = Field(None, pattern=r"^\d{4}(-\d{2}){0,2}$")
    verifie_le: dt.date


class Repere(Frozen):
    """An amount that moves every year. Written once; texts name it between braces."""

    titre: PlainText
    valeur: PlainText
    depuis: dt.date
    source: Ident
    verifie_le: dt.date


class Lien(Frozen):
    """The page where the next step is taken."""

    texte: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    url: Url


def _number(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?\d+([.,]\d+)?", value.strip()):
        return float(value.replace(",", "."))
    return value


Number = Annotated[float, BeforeValidator(_number)]


class Chiffre(Frozen):
    """A structured figure: one value, a range, or a list, with its source and, for what moves, its year."""

    valeur: Annotated[float | str | tuple[str, ...] | None, BeforeValidator(_number)] = None
    min: Number | None = None
    max: Number | None = None
    unite: str | None = None
    annee: int | None = Field(None, ge=2000, le=2100)
    note: str | None = None
    source: Ident


class Reponse(Frozen):
    """What the bot says about one facette."""

    texte: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=MAX_TEXTE)]
    sources: tuple[Ident, ...] = ()
    liens: tuple[Lien, ...] = Field((), max_length=3)
    regions: dict[Territoire, Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]] = {}


def _as_reponse(value: Any) -> Any:
    """An answer may be written as a bare block of text."""
    return {"texte": value} if isinstance(value, str) else value


class Chiffres(Frozen):
    """The figures that comparisons and the fiche's card are built from; which ones depends on the kind."""

    niveau: Chiffre | None = None
    rome: Chiffre | None = None
    rncp: Chiffre | None = None
    duree_etudes_mois: Chiffre | None = None
    duree_heures: Chiffre | None = None
    duree_mois: Chiffre | None = None
    duree_jours: Chiffre | None = None
    heures_cours: Chiffre | None = None
    heures_stage: Chiffre | None = None
    semaines_stage: Chiffre | None = None
    age_minimum: Chiffre | None = None
    age_maximum: Chiffre | None = None
    voies: Chiffre | None = None
    cout: Chiffre | None = None
    montant: Chiffre | None = None
    salaire_debut: Chiffre | None = None
    salaire_experimente: Chiffre | None = None
    tension: Chiffre | None = None

    def present(self) -> dict[str, Chiffre]:
        """The figures that are given, by key, in the order above."""
        return {key: value for key in type(self).model_fields if (value := getattr(self, key))}


class Fiche(Frozen):
    """One entry of the knowledge: its names, what is said of it, its figures, neighbours and sources."""

    kind: Literal["metier", "formation", "dispositif", "theme"]
    id: Ident
    titre: PlainText
    court: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
    resume: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=200)]
    sigles: tuple[PlainText, ...] = ()
    noms: tuple[PlainText, ...] = Field(min_length=1)
    noms_vagues: tuple[PlainText, ...] = ()
    voisins: tuple[Ref, ...] = ()
    mene_a: tuple[Ident, ...] = ()
    territoires: tuple[Territoire, ...] = ()
    verifie_le: dt.date
    chiffres: Chiffres = Chiffres()
    sources: tuple[Ident, ...] = Field(min_length=1)
    reponses: dict[str, Annotated[Reponse, BeforeValidator(_as_reponse)]]

    @property
    def ref(self) -> str:
        """``kind:id``."""
        return f"{self.kind}:{self.id}"

    def label(self, facette: str | None = None) -> Label:
        """The label of one of its answers, of its first one by default."""
        if self.kind == "theme":
            return Label("theme", self.id)
        return Label(self.kind, self.id, facette or FIRST_FACETTE[self.kind])

    def labels(self) -> list[Label]:
        """All its answers' labels, in the order of the facettes."""
        return [self.label(facette) for facette in FACETTES[self.kind]]

    def reponse(self, label: Label) -> Reponse:
        """The answer that this label names. Raises KeyError when the facette is not of this kind."""
        return self.reponses[label.facette or FIRST_FACETTE[self.kind]]


class Knowledge(BaseModel):
    """Everything the bot knows, checked as a whole and never changed: a reload builds another one."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,))

    fiches: dict[str, Fiche]
    sources: dict[str, Source]
    reperes: dict[str, Repere]

    @cached_property
    def formations_of(self) -> dict[str, tuple[str, ...]]:
        """Per métier ref, the refs of the formations that lead to it."""
        leads: dict[str, list[str]] = {}
        for fiche in self.fiches.values():
            for metier in fiche.mene_a:
                leads.setdefault(f"metier:{metier}", []).append(fiche.ref)
        return {metier: tuple(formations) for metier, formations in leads.items()}

    @cached_property
    def twins(self) -> dict[str, tuple[str, ...]]:
        """Métier ↔ formation: a person who names one often means the other."""
        twins: dict[str, list[str]] = {}
        for metier, formations in self.formations_of.items():
            for formation in formations:
                twins.setdefault(metier, []).append(formation)
                twins.setdefault(formation, []).append(metier)
        return {ref: tuple(others) for ref, others in twins.items()}

    def same_subject(self, ref: str, other: str) -> bool:
        """Whether two entries are one, or a métier and a formation that leads to it."""
        return ref == other or other in self.twins.get(ref, ())

    def fiche(self, ref: str) -> Fiche:
        """The fiche of ``kind:id``. Raises KeyError when there is none."""
        return self.fiches[ref]

    def knows(self, label: Label) -> bool:
        """Whether this label names an answer that can be given."""
        return label.kind == "action" or label.ref in self.fiches
