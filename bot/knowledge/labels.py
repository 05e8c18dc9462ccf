"""The closed vocabulary of the product: kinds, facettes, actions, and the labels made of them.

A label names one answer: ``metier:aide-soignant/salaire``, ``theme:age``, ``action:offres``.
"""

from __future__ import annotations

from typing import NamedTuple

KINDS = ("metier", "formation", "dispositif", "theme")

FACETTES: dict[str, tuple[str, ...]] = {
    "metier": (
        "missions",
        "acces",
        "salaire",
        "conditions",
        "lieux",
        "qualites",
        "debouches",
        "evolution",
    ),
    "formation": (
        "presentation",
        "acces",
        "inscription",
        "duree",
        "cout",
        "remuneration",
        "dispenses",
        "debouches",
        "apprentissage",
        "vae",
    ),
    "dispositif": ("presentation", "public", "demarche", "duree", "remuneration", "cout", "territoire"),
    "theme": ("reponse",),
}

ACTIONS = (
    "offres",
    "evenements",
    "immersions",
    "ecoles",
    "comparer",
    "quiz",
    "conseiller",
    "accueil",
    "confidentialite",
    "urgence",
    "medical",
    "hors_sujet",
)

# The actions that look for something near a place.
LOCAL_ACTIONS = ("offres", "evenements", "immersions", "ecoles")

# What a person most often wants to know first of an entry, per kind.
FIRST_FACETTE = {kind: facettes[0] for kind, facettes in FACETTES.items()}


class Label(NamedTuple):
    """One answer's name: a kind (or "action"), an id, and the facette where the kind has several."""

    kind: str
    id: str
    facette: str | None = None

    @property
    def ref(self) -> str:
        """The entry alone: ``metier:aide-soignant``."""
        return f"{self.kind}:{self.id}"

    def __str__(self) -> str:
        return f"{self.ref}/{self.facette}" if self.facette else self.ref


COMPARE = Label("action", "comparer")
OFF_TOPIC = Label("action", "hors_sujet")
URGENT = Label("action", "urgence")


def parse_label(text: str) -> Label:
    """Read ``kind:id/facette``. Raises ValueError when the shape, kind, facette or action is unknown.

    Whether the entry itself exists is the knowledge's to say.
    """
    kind, separator, rest = text.strip().partition(":")
    ident, slash, facette = rest.partition("/")
    if not separator or not ident:
        raise ValueError(f"étiquette illisible : « {text} »")
    if kind == "action":
        if ident not in ACTIONS or slash:
            raise ValueError(f"action inconnue : « {text} »")
        return Label(kind, ident)
    if kind not in FACETTES:
        raise ValueError(f"genre inconnu : « {kind} »")
    if kind == "theme":
        if slash and facette != "reponse":
            raise ValueError(f"un thème n'a pas de facette : « {text} »")
        return Label(kind, ident)
    if facette not in FACETTES[kind]:
        raise ValueError(f"facette inconnue pour {kind} : « {facette} »")
    return Label(kind, ident, facette)


def label_if_known(text: str | None) -> Label | None:
    """Read a label that was kept; None for none, or for one whose kind, facette or action no longer exists."""
    try:
        return parse_label(text) if text else None
    except ValueError:
        return None
