"""What there is near a place: what admins know of it, then official searches already filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from bot import texts
from bot.knowledge import links
from bot.knowledge.alerts import Item
from bot.knowledge.french import capital
from bot.knowledge.labels import LOCAL_ACTIONS, Label
from bot.knowledge.local import (
    Evenement,
    LocalKnowledge,
    Nearby,
    OffreLocale,
    about,
    closest_first,
    near,
    phone_words,
    when_words,
)
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.places import Gazetteer
from bot.knowledge.reply import Answer, Asked, Button

SHOWN = 5
STRUCTURES_SHOWN = 2
# An entry for the whole country is no news « near you »; a région's is.
FAR = 3


class NearMe:
    """Answers offres, evenements, immersions and ecoles, from one state of the data. Calls no service."""

    def __init__(
        self,
        knowledge: Knowledge,
        gazetteer: Gazetteer,
        local: LocalKnowledge,
        today: Callable[[], dt.date] = dt.date.today,
    ):
        """``local`` is what admins maintain; ``today`` tells what is over."""
        self._knowledge = knowledge
        self._gazetteer = gazetteer
        self._local = local
        self._today = today

    def answer(self, asked: Asked) -> Answer:
        """What is known near the place asked for; where to search; which other searches there are."""
        action = asked.label.id
        fiche = self._knowledge.fiche(asked.about[0]) if asked.about else None
        place = links.where(self._gazetteer, asked.place) if asked.place else None
        title = " · ".join(
            [texts.ACTIONS[action]]
            + ([capital(fiche.court)] if fiche else [])
            + ([place.label] if place else [])
        )
        sought = f" pour « {fiche.court} »" if fiche else ""
        around = f" ({place.label})" if place else ""
        known, buttons = self._known(action, fiche, asked.place)
        paragraphs = [*known, texts.LOCAL[action].format(about=sought, place=around)]
        paragraphs += self.structures(asked.place) if place else [texts.WHERE]
        buttons += self._searches(action, fiche, place)
        buttons += [
            Button(texts.ACTIONS[other], ask=Label("action", other), about=asked.about)
            for other in LOCAL_ACTIONS
            if other != action
        ]
        buttons.append(Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")))
        return Answer(title, tuple(paragraphs), buttons=tuple(buttons))

    def structures(self, place: str | None) -> list[str]:
        """A paragraph on who informs or receives people around a place; nothing when nobody is known there."""
        if not place:
            return []
        found = closest_first(near(self._local.structures, place, self._gazetteer))
        lines = [
            "• "
            + " · ".join(
                part
                for part in (
                    item.item.nom,
                    phone_words(item.item.telephone) if item.item.telephone else "",
                    item.item.url,
                )
                if part
            )
            for item in found
            if item.reach < FAR
        ][:STRUCTURES_SHOWN]
        return ["\n".join([texts.STRUCTURES, *lines])] if lines else []

    def items(self, asked: Asked) -> tuple[Item, ...]:
        """Everything that admins know for a question, closest first; none without a place.

        Raises KeyError when the question names no entry or no place of the data.
        """
        fiche = self._knowledge.fiche(asked.about[0]) if asked.about else None
        today = self._today()
        if asked.label.id == "evenements":
            return tuple(
                Item(f"evenement:{event.id}", self._event_line(event, today), event.titre, event.inscription)
                for event in self._events(fiche, asked.place)
            )
        if asked.label.id == "offres":
            return tuple(
                Item(f"offre:{offer.id}", self._offer_line(offer), offer.titre, offer.lien)
                for offer in self._offers(fiche, asked.place)
            )
        return ()

    def search(self, asked: Asked) -> Button:
        """The first official search for a question, already filled in. Raises KeyError as ``items`` does."""
        fiche = self._knowledge.fiche(asked.about[0]) if asked.about else None
        place = links.where(self._gazetteer, asked.place) if asked.place else None
        return self._searches(asked.label.id, fiche, place)[0]

    # -- what admins know ----------------------------------------------------------------------------

    def _known(self, action: str, fiche: Fiche | None, place: str | None) -> tuple[list[str], list[Button]]:
        if action == "evenements":
            events = self._events(fiche, place)[:SHOWN]
            today = self._today()
            lines = [self._event_line(event, today) for event in events]
            buttons = [
                Button(f"S'inscrire : {event.titre}"[:40], url=event.inscription)
                for event in events
                if event.inscription
            ][:2]
            return (["\n".join([texts.KNOWN_EVENTS, *lines])] if lines else []), buttons
        if action == "offres":
            offers = self._offers(fiche, place)[:SHOWN]
            lines = [self._offer_line(offer) for offer in offers]
            buttons = [Button(offer.titre[:40], url=offer.lien) for offer in offers if offer.lien][:2]
            return (["\n".join([texts.KNOWN_OFFERS, *lines])] if lines else []), buttons
        return [], []

    def _events(self, fiche: Fiche | None, place: str | None) -> list[Evenement]:
        return self._around(about(self._local.upcoming(self._today()), self._refs(fiche)), place)

    def _offers(self, fiche: Fiche | None, place: str | None) -> list[OffreLocale]:
        return self._around(about(self._local.open_offers(self._today()), self._refs(fiche)), place)

    def _refs(self, fiche: Fiche | None) -> set[str]:
        return {fiche.ref, *self._knowledge.twins.get(fiche.ref, ())} if fiche else set()

    def _around(self, items: Iterable[Evenement] | Iterable[OffreLocale], place: str | None) -> list:  # type: ignore[type-arg]
        if not place:
            return []
        found: list[Nearby] = closest_first(near(items, place, self._gazetteer))  # type: ignore[type-arg]
        return [nearby.item for nearby in found]

    def _event_line(self, event: Evenement, today: dt.date) -> str:
        where = self._gazetteer.name(event.commune) if event.commune else ""
        parts = [
            f"{event.titre} : {when_words(event, today)}",
            event.adresse or "",
            where,
            event.public or "",
        ]
        return "• " + ", ".join(part for part in parts if part)

    def _offer_line(self, offer: OffreLocale) -> str:
        where = self._gazetteer.name(offer.commune) if offer.commune else ""
        parts = [offer.titre, offer.employeur, offer.contrat or "", where, offer.contact or ""]
        return "• " + ", ".join(part for part in parts if part)

    # -- official searches ---------------------------------------------------------------------------

    def _searches(self, action: str, fiche: Fiche | None, place: links.Where | None) -> list[Button]:
        metier = self._twin(fiche, "metier")
        formation = self._twin(fiche, "formation")
        job = metier.court if metier else ""
        if action == "offres":
            return [
                Button(texts.LINK_OFFERS, url=links.offers(job, place)),
                Button(texts.LINK_APPRENTICE, url=links.apprenticeship(job or "santé", place)),
            ]
        if action == "immersions":
            ident = metier.id if metier else None
            return [
                Button(texts.LINK_IMMERSION, url=links.immersions(ident, place)),
                Button(texts.LINK_PUPILS, url=links.immersions(ident, place, pupils=True)),
            ]
        if action == "evenements":
            return [
                Button(texts.LINK_EVENTS, url=links.events()),
                Button(texts.LINK_YOUTH_EVENTS, url=links.youth_events()),
            ]
        words = job or (formation.court if formation else "santé")
        return [
            Button(texts.LINK_PARCOURSUP, url=links.parcoursup(words)),
            Button(texts.LINK_TRAINING, url=links.training(words, place)),
            Button(texts.LINK_APPRENTICE_TRAINING, url=links.apprenticeship(words, place, courses=True)),
        ]

    def _twin(self, fiche: Fiche | None, kind: str) -> Fiche | None:
        if fiche is None or fiche.kind == kind:
            return fiche
        for ref in self._knowledge.twins.get(fiche.ref, ()):
            if ref.startswith(f"{kind}:"):
                return self._knowledge.fiche(ref)
        return None
