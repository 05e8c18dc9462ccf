"""Two entries side by side, from what their fiches hold in figures."""

from __future__ import annotations

from bot import texts
from bot.knowledge.french import capital, listing, month_year, number
from bot.knowledge.labels import FACETTES
from bot.knowledge.models import Chiffre, Fiche, Knowledge
from bot.knowledge.reply import Answer, Button


class Comparison:
    """Compares entries of one knowledge."""

    def __init__(self, knowledge: Knowledge):
        self.knowledge = knowledge

    def answer(self, refs: tuple[str, ...]) -> Answer | None:
        """The first two entries side by side; None when there are not two."""
        fiches = [self.knowledge.fiche(ref) for ref in refs[:2]]
        if len(fiches) < 2:
            return None
        title = f"{capital(fiches[0].court)} ou {fiches[1].court}"
        paragraphs = tuple(self.card(fiche) for fiche in fiches)
        buttons = [
            Button(
                f"{capital(fiche.court)} : {texts.FACETTES[fiche.kind][facette]}", ask=fiche.label(facette)
            )
            for facette in _COMPARED
            for fiche in fiches
            if facette in FACETTES[fiche.kind]
        ]
        ids = list(dict.fromkeys(fiche.sources[0] for fiche in fiches))
        sources = [self.knowledge.sources[ident] for ident in ids]
        line = texts.SOURCES.format(
            titles=" ; ".join(source.titre for source in sources),
            date=f"vérifié en {month_year(min(fiche.verifie_le for fiche in fiches))}",
        )
        return Answer(title, paragraphs, line, tuple(buttons[:8]))

    def card(self, fiche: Fiche) -> str:
        """A fiche in a few lines: what it is, and its figures."""
        lines = [f"{capital(fiche.court)} : {fiche.resume}"]
        present = fiche.chiffres.present()
        for key, name in texts.COMPARE_ROWS.items():
            if key in present:
                lines.append(f"• {name} : {_figure(key, present[key])}")
        return "\n".join(lines)


_COMPARED = (
    "missions",
    "presentation",
    "salaire",
    "acces",
    "conditions",
    "public",
    "demarche",
    "duree",
    "cout",
)


def _figure(key: str, chiffre: Chiffre) -> str:
    """A structured figure in words, with its unit and year."""
    units = {
        "duree_mois": "mois",
        "duree_etudes_mois": "mois",
        "duree_heures": "heures",
        "duree_jours": "jours",
        "age_minimum": "ans",
        "age_maximum": "ans",
    }
    unit = chiffre.unite or units.get(key, "")
    if isinstance(chiffre.valeur, tuple):
        value = listing(chiffre.valeur)
    elif isinstance(chiffre.valeur, float):
        if key == "niveau":
            return texts.LEVELS.get(int(chiffre.valeur), number(chiffre.valeur))
        value = number(chiffre.valeur)
    elif chiffre.valeur is not None:
        value = chiffre.valeur
        unit = "" if unit and unit in value else unit
    elif chiffre.min is not None and chiffre.max is not None:
        value = f"{number(chiffre.min)} à {number(chiffre.max)}"
    elif chiffre.min is not None:
        value = f"au moins {number(chiffre.min)}"
    else:
        value = f"au plus {number(chiffre.max or 0)}"
    year = f" ({chiffre.annee})" if chiffre.annee and str(chiffre.annee) not in value else ""
    return f"{value} {unit}".strip() + year
