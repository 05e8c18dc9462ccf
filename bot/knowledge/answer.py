"""From a decision to what the person reads: a title that says what was understood, the answer, its source,
and buttons that lead on. Plain text; the mouths (terminal, Telegram) dress it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import texts
from bot.knowledge import links
from bot.knowledge.french import capital, listing, month_year, number
from bot.knowledge.labels import FACETTES, Label
from bot.knowledge.loader import REPERE_IN_TEXT
from bot.knowledge.models import Chiffre, Fiche, Knowledge, Reponse
from bot.knowledge.places import Gazetteer

MAX_BUTTONS = 10


@dataclass(frozen=True, slots=True)
class Button:
    """A way on: a page to open, or an answer to ask for (with what an action is about)."""

    text: str
    url: str | None = None
    ask: Label | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said: a title, paragraphs, a source line, and buttons."""

    title: str
    paragraphs: tuple[str, ...]
    source: str = ""
    buttons: tuple[Button, ...] = ()
    label: Label | None = None

    @property
    def text(self) -> str:
        """The whole answer as plain text."""
        return "\n\n".join(part for part in (self.title, *self.paragraphs, self.source) if part)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is built for: the label, what an action is about, where, and other readings to offer."""

    label: Label
    about: tuple[str, ...] = ()
    place: str | None = None
    suggestions: tuple[Label, ...] = ()
    watch: bool = False


class Answerer:
    """Builds answers from one knowledge."""

    def __init__(self, knowledge: Knowledge, gazetteer: Gazetteer, contact: str | None = None):
        """``contact`` is whom a person may talk to, as the settings say it."""
        self.knowledge = knowledge
        self.gazetteer = gazetteer
        self.contact = contact

    def answer(self, asked: Asked) -> Answer:
        """The answer to a label. Raises KeyError when the label names no entry of the knowledge."""
        answer = (
            self._action(asked)
            if asked.label.kind == "action"
            else self._fiche(self.knowledge.fiche(asked.label.ref), asked)
        )
        extra: list[str] = []
        if asked.watch:
            extra.append(texts.WATCH)
        buttons = list(answer.buttons)
        known = {button.ask for button in buttons}
        buttons += [
            Button(self.name(label), ask=label)
            for label in asked.suggestions
            if label not in known and label != asked.label
        ]
        return Answer(
            answer.title,
            (*answer.paragraphs, *extra),
            answer.source,
            tuple(buttons[:MAX_BUTTONS]),
            asked.label,
        )

    def suggest(self, labels: tuple[Label, ...]) -> Answer:
        """Several readings to choose from."""
        return Answer(
            "", (texts.SUGGEST,), buttons=tuple(Button(self.name(label), ask=label) for label in labels)
        )

    def fallback(self, text: str, labels: tuple[Label, ...] = ()) -> Answer:
        """A sentence of the bot's own, with ways on."""
        choices = tuple(Button(self.name(label), ask=label) for label in labels)
        return Answer("", (text,), buttons=(*choices[:3], *self._ways_on()))

    def name(self, label: Label) -> str:
        """A label in words that people use: « Aide-soignant · salaire »."""
        if label.kind == "action":
            return texts.ACTIONS[label.id]
        fiche = self.knowledge.fiche(label.ref)
        if label.facette is None:
            return capital(fiche.court)
        return f"{capital(fiche.court)} · {texts.FACETTES[label.kind][label.facette]}"

    # -- fiches --------------------------------------------------------------------------------------

    def _fiche(self, fiche: Fiche, asked: Asked) -> Answer:
        reponse = fiche.reponse(asked.label)
        paragraphs = [self.fill(reponse.texte)]
        region = self._regional(reponse, asked.place)
        if region:
            paragraphs.append(region)
        elsewhere = self._elsewhere(fiche, asked.place)
        if elsewhere:
            paragraphs.append(elsewhere)
        return Answer(
            self.name(asked.label),
            tuple(paragraphs),
            self._source_line(fiche, reponse),
            (
                *self._links(fiche, asked.label, reponse),
                *self._facettes(fiche, asked.label),
                *self._next(fiche),
            ),
        )

    def fill(self, text: str) -> str:
        """A text with its yearly amounts written in, each with the month it holds from."""

        def amount(match: object) -> str:
            repere = self.knowledge.reperes[match.group(1)]  # type: ignore[attr-defined]
            return f"{repere.valeur} (depuis {month_year(repere.depuis)})"

        return REPERE_IN_TEXT.sub(amount, text)

    def _regional(self, reponse: Reponse, place: str | None) -> str:
        if not place or not reponse.regions:
            return ""
        for code in (self.gazetteer.departement_of(place), self.gazetteer.region_of(place)):
            if code in reponse.regions:
                return self.fill(reponse.regions[code])
        return ""

    def _elsewhere(self, fiche: Fiche, place: str | None) -> str:
        """A warning when the person's place is outside the only territories where this exists."""
        if not place or not fiche.territoires:
            return ""
        for territory in fiche.territoires:
            if self.gazetteer.contains(territory, place) or self.gazetteer.region_of(territory) == place:
                return ""
        names = [self.gazetteer.name(code) for code in fiche.territoires]
        return texts.ELSEWHERE.format(territories=listing(names))

    def _source_line(self, fiche: Fiche, reponse: Reponse) -> str:
        ids = (reponse.sources or fiche.sources)[:2]
        sources = [self.knowledge.sources[ident] for ident in ids]
        checked = f"vérifié en {month_year(min(source.verifie_le for source in sources))}"
        if len(sources) == 1:
            return texts.SOURCE.format(title=sources[0].titre, date=checked)
        return texts.SOURCES.format(titles=" ; ".join(source.titre for source in sources), date=checked)

    def _links(self, fiche: Fiche, label: Label, reponse: Reponse) -> list[Button]:
        buttons = [Button(link.texte, url=link.url) for link in reponse.liens]
        if not buttons:
            source = self.knowledge.sources[(reponse.sources or fiche.sources)[0]]
            buttons = [Button("Page officielle" if len(source.titre) > 30 else source.titre, url=source.url)]
        return buttons[:2]

    def _facettes(self, fiche: Fiche, label: Label) -> list[Button]:
        """The other facettes, those that follow the present one first."""
        if fiche.kind == "theme":
            return []
        order = FACETTES[fiche.kind]
        here = order.index(label.facette or order[0])
        following = [*order[here + 1 :], *order[:here]][:4]
        return [
            Button(capital(texts.FACETTES[fiche.kind][facette]), ask=fiche.label(facette))
            for facette in following
        ]

    def _next(self, fiche: Fiche) -> list[Button]:
        related = [self.knowledge.fiche(ref) for ref in fiche.voisins[: 2 if fiche.kind != "theme" else 4]]
        buttons = [Button(capital(other.court), ask=other.label()) for other in related]
        about = (fiche.ref,) if fiche.kind in ("metier", "formation") else ()
        action = "ecoles" if fiche.kind == "formation" else "offres" if fiche.kind == "metier" else None
        if action:
            buttons.append(Button(texts.BUTTON_NEAR_ME, ask=Label("action", action), about=about))
        buttons.append(Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")))
        return buttons

    # -- actions -------------------------------------------------------------------------------------

    def _action(self, asked: Asked) -> Answer:
        name = asked.label.id
        title = texts.ACTIONS[name]
        if name in ("offres", "evenements", "immersions", "ecoles"):
            return self._local(asked)
        if name == "comparer":
            return self._compare(asked.about)
        simple = {
            "accueil": texts.WELCOME,
            "confidentialite": texts.PRIVACY,
            "urgence": texts.URGENT,
            "medical": texts.MEDICAL,
            "hors_sujet": texts.OFF_TOPIC,
            "quiz": texts.QUIZ,
            "conseiller": texts.PERSON,
        }
        paragraphs = [simple[name]]
        if name == "conseiller" and self.contact:
            paragraphs.append(texts.PERSON_CONTACT.format(contact=self.contact))
        return Answer("" if name == "accueil" else title, tuple(paragraphs), buttons=self._buttons_of(name))

    def _buttons_of(self, action: str) -> tuple[Button, ...]:
        if action == "quiz":
            from bot.knowledge.labels import parse_label

            return tuple(Button(text, ask=parse_label(label)) for text, label in texts.QUIZ_CHOICES)
        if action == "conseiller":
            return (
                Button("Mon conseil en évolution pro", url="https://mon-cep.org/"),
                Button("France Travail", url="https://www.francetravail.fr/"),
            )
        if action == "urgence":
            return (
                Button("3114 : prévention du suicide", url="https://3114.fr/"),
                Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")),
            )
        return self._ways_on()

    def _ways_on(self) -> tuple[Button, ...]:
        return (
            Button(texts.BUTTON_QUIZ, ask=Label("action", "quiz")),
            Button(texts.BUTTON_JOBS, ask=Label("theme", "metiers-qui-recrutent")),
            Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")),
        )

    def _local(self, asked: Asked) -> Answer:
        action = asked.label.id
        fiche = self.knowledge.fiche(asked.about[0]) if asked.about else None
        place = links.where(self.gazetteer, asked.place) if asked.place else None
        title = " · ".join(
            [texts.ACTIONS[action]]
            + ([capital(fiche.court)] if fiche else [])
            + ([place.label] if place else [])
        )
        about = f" pour « {fiche.court} »" if fiche else ""
        near = f" ({place.label})" if place else ""
        paragraphs = [texts.LOCAL[action].format(about=about, place=near)]
        if not place:
            paragraphs.append(texts.WHERE)
        buttons = [
            *self._local_links(action, fiche, place),
            *(
                Button(texts.ACTIONS[other], ask=Label("action", other), about=asked.about)
                for other in ("offres", "immersions", "evenements", "ecoles")
                if other != action
            ),
            Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")),
        ]
        return Answer(title, tuple(paragraphs), buttons=tuple(buttons))

    def _local_links(self, action: str, fiche: Fiche | None, place: links.Where | None) -> list[Button]:
        metier = self._twin(fiche, "metier")
        formation = self._twin(fiche, "formation")
        job = metier.court if metier else ""
        course = (formation or metier).court if (formation or metier) else "santé"  # type: ignore[union-attr]
        if action == "offres":
            return [
                Button(texts.LINK_OFFERS, url=links.offers(job, place)),
                Button(texts.LINK_APPRENTICE, url=links.apprenticeship(job or "santé", place)),
            ]
        if action == "immersions":
            return [
                Button(texts.LINK_IMMERSION, url=links.immersions(metier.id if metier else None, place)),
                Button(
                    texts.LINK_PUPILS, url=links.immersions(metier.id if metier else None, place, pupils=True)
                ),
            ]
        if action == "evenements":
            return [
                Button(texts.LINK_EVENTS, url=links.events()),
                Button(texts.LINK_YOUTH_EVENTS, url=links.youth_events()),
            ]
        words = job or course
        return [
            Button(texts.LINK_PARCOURSUP, url=links.parcoursup(words)),
            Button(texts.LINK_TRAINING, url=links.training(words, place)),
            Button(texts.LINK_APPRENTICE_TRAINING, url=links.apprenticeship(words, place, courses=True)),
        ]

    def _twin(self, fiche: Fiche | None, kind: str) -> Fiche | None:
        if fiche is None or fiche.kind == kind:
            return fiche
        for ref in self.knowledge.twins.get(fiche.ref, ()):
            if ref.startswith(f"{kind}:"):
                return self.knowledge.fiche(ref)
        return None

    # -- comparison ----------------------------------------------------------------------------------

    def _compare(self, refs: tuple[str, ...]) -> Answer:
        fiches = [self.knowledge.fiche(ref) for ref in refs[:2]]
        if len(fiches) < 2:
            buttons = [Button(capital(fiche.court), ask=fiche.label()) for fiche in fiches]
            return Answer(
                texts.ACTIONS["comparer"], (texts.COMPARE_WHICH,), buttons=(*buttons, *self._ways_on())
            )
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
