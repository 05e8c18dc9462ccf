"""From a decision to what the person reads: a title that says what was understood, the answer, its source,
and buttons that lead on. Plain text; the mouths (terminal, Telegram) dress it.
"""

from __future__ import annotations

from dataclasses import replace

from bot import texts
from bot.knowledge import links
from bot.knowledge.comparison import Comparison
from bot.knowledge.french import capital, listing, month_year
from bot.knowledge.labels import FACETTES, LOCAL_ACTIONS, Label, parse_label
from bot.knowledge.loader import REPERE_IN_TEXT
from bot.knowledge.models import Fiche, Knowledge, Reponse
from bot.knowledge.nearby import NearMe
from bot.knowledge.places import Gazetteer
from bot.knowledge.reply import Answer, Asked, Button, LivePage

MAX_BUTTONS = 10


class Answerer:
    """Builds answers from one knowledge."""

    def __init__(
        self,
        knowledge: Knowledge,
        gazetteer: Gazetteer,
        near_me: NearMe,
        contact: str | None = None,
    ):
        """``near_me`` answers what is sought near a place; ``contact`` is whom a person may talk to."""
        self.knowledge = knowledge
        self.gazetteer = gazetteer
        self.contact = contact
        self._near_me = near_me
        self._comparison = Comparison(knowledge)

    def answer(self, asked: Asked, found: LivePage | None = None) -> Answer:
        """The answer to a label; ``found`` is what public services gave for a search, where they were asked.

        Raises KeyError when the label names no entry of the knowledge.
        """
        answer = (
            self._action(asked, found)
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
            tuple(buttons[: max(MAX_BUTTONS, len(answer.buttons))]),
            asked.label,
        )

    def suggest(self, labels: tuple[Label, ...], text: str) -> Answer:
        """A sentence, and what may be asked for next."""
        return Answer("", (text,), buttons=tuple(Button(self.name(label), ask=label) for label in labels))

    def choices(self, labels: tuple[Label, ...], again: bool, watch: bool) -> Answer:
        """The readings of a message to choose from; asked ``again``, a person and a way on stand beside them.

        ``watch`` puts the help numbers under it.
        """
        answer = self.suggest(labels, texts.SUGGEST_AGAIN if again else texts.SUGGEST)
        others = [button for button in self._ways_on() if again and button.ask not in labels]
        help_numbers = (texts.WATCH,) if watch else ()
        return replace(
            answer, paragraphs=answer.paragraphs + help_numbers, buttons=(*answer.buttons, *others)
        )

    def fallback(self, text: str, labels: tuple[Label, ...] = (), watch: bool = False) -> Answer:
        """A sentence of the bot's own, with ways on; ``watch`` puts the help numbers under it."""
        choices = tuple(Button(self.name(label), ask=label) for label in labels)
        paragraphs = (text, texts.WATCH) if watch else (text,)
        return Answer("", paragraphs, buttons=(*choices[:3], *self._ways_on()))

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
                *self._searches(fiche, asked),
                *self._links(fiche, reponse),
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

    def _searches(self, fiche: Fiche, asked: Asked) -> list[Button]:
        """The official search, already filled in, where one goes with the fiche itself."""
        known = [link.url for link in fiche.reponse(asked.label).liens]
        if asked.label.facette == "vae" and not any(url.startswith(links.FRANCE_VAE) for url in known):
            return [Button(texts.LINK_VAE, url=links.vae(fiche.titre))]
        if fiche.ref == "dispositif:service-civique":
            place = links.where(self.gazetteer, asked.place) if asked.place else None
            return [Button(texts.LINK_CIVIC, url=links.civic_service(place))]
        return []

    def _links(self, fiche: Fiche, reponse: Reponse) -> list[Button]:
        """Where the next step is taken; failing that, where the answer comes from."""
        if reponse.liens:
            return [Button(link.texte, url=link.url) for link in reponse.liens[:2]]
        source = self.knowledge.sources[(reponse.sources or fiche.sources)[0]]
        return [Button(texts.LINK_SOURCE, url=source.url)]

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

    def _action(self, asked: Asked, found: LivePage | None) -> Answer:
        name = asked.label.id
        title = texts.ACTIONS[name]
        if name in LOCAL_ACTIONS:
            return self._near_me.answer(asked, found)
        if name == "comparer":
            return self._comparison.answer(asked.about) or Answer(
                title, (texts.COMPARE_WHICH,), buttons=(*self._entries(asked.about), *self._ways_on())
            )
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
        if name == "conseiller":
            paragraphs += self._near_me.structures(asked.place)
            if self.contact:
                paragraphs.append(texts.PERSON_CONTACT.format(contact=self.contact))
        return Answer("" if name == "accueil" else title, tuple(paragraphs), buttons=self._buttons_of(name))

    def _entries(self, refs: tuple[str, ...]) -> list[Button]:
        fiches = [self.knowledge.fiche(ref) for ref in refs]
        return [Button(capital(fiche.court), ask=fiche.label()) for fiche in fiches]

    def _buttons_of(self, action: str) -> tuple[Button, ...]:
        if action == "quiz":
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
