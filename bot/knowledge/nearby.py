"""What there is near a place: what admins know of it, then official searches already filled in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot import texts
from bot.knowledge import links
from bot.knowledge.alerts import Item
from bot.knowledge.french import capital, of_place
from bot.knowledge.labels import LOCAL_ACTIONS, Label
from bot.knowledge.local import (
    DEFAULT_RADIUS_KM,
    Evenement,
    LocalKnowledge,
    Nearby,
    OffreLocale,
    Structure,
    about,
    closest_first,
    near,
    phone_words,
    when_words,
)
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.places import Gazetteer
from bot.knowledge.reply import MOST_PAGES, PAGE, Answer, Asked, Button, LivePage, Part
from bot.knowledge.searches import official_searches, twin
from bot.knowledge.whereabouts import LEAST_RADIUS_KM, MOST_RADIUS_KM, full_name, usable_radius

EventOrOffer = Evenement | OffreLocale

STRUCTURES_SHOWN = 2
# Nothing within the first distance: how far the search goes instead, in kilometres.
WIDER_KM = 60
STRUCTURES_WIDER_KM = 100
# An entry for the whole country is no news « near you »; a région's is.
FAR = 3
# What is sought there is work, or a look at it.
WORK_ACTIONS = ("offres", "immersions")


@dataclass(frozen=True, slots=True)
class _Known:
    """One page of what is known: a sentence on it, lines, pages to open, the source of what services gave, and whether
    there is another page.
    """

    head: str = ""
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    source: str = ""
    more: bool = False


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

    def answer(self, asked: Asked, found: LivePage | None = None) -> Answer:
        """What is known near the place asked for; where to search; which other searches there are.

        ``found`` is what public services answer right now, where they were asked.
        """
        action = asked.label.id
        fiche = self._knowledge.fiche(asked.about[0]) if asked.about else None
        place = links.where(self._gazetteer, asked.place) if asked.place else None
        where = self._title_of(place) if place else ""
        # One works in a métier, not in its diploma.
        sought = twin(self._knowledge, fiche, "metier") or fiche if action in WORK_ACTIONS else fiche
        titles = [texts.ACTIONS[action], capital(sought.court) if sought else "", where]
        title = " · ".join(part for part in titles if part)
        known = self._known(asked, fiche, found)
        if asked.page > 1:
            return self._following(
                asked, title, known, found, official_searches(self._knowledge, asked, fiche, place)[:1]
            )
        paragraphs = [*self._on_the_place(asked, place), *_items(found, known)]
        paragraphs.append(texts.LOCAL[action].format(about=_for(sought), place=_around(asked, place)))
        if place:
            paragraphs += self.structures(asked.place, anywhere=True)
        elif not asked.stray:
            paragraphs.append(texts.WHERE)
        buttons = [*_links(found, known), *self._ways_to_more(asked, known, found)]
        buttons += [
            Button(
                full_name(self._gazetteer, rival), ask=asked.label, about=asked.about, part=Part(place=rival)
            )
            for rival in asked.rivals
        ]
        buttons += official_searches(self._knowledge, asked, fiche, place)
        buttons += [
            Button(texts.ACTIONS[other], ask=Label("action", other), about=asked.about)
            for other in LOCAL_ACTIONS
            if other != action
        ]
        buttons.append(Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")))
        return Answer(title, tuple(paragraphs), _source(found, known), tuple(buttons))

    def structures(self, place: str | None, anywhere: bool = False) -> list[str]:
        """A paragraph on who informs or receives people around a place; with ``anywhere``, failing that the nearest
        ones, failing that those of the whole country.
        """
        if not place:
            return []
        found: list[Nearby[Structure]] = []
        heads = {DEFAULT_RADIUS_KM: texts.STRUCTURES, STRUCTURES_WIDER_KM: texts.STRUCTURES_NEAREST}
        for radius_km, head in heads.items():
            found = closest_first(near(self._local.structures, place, self._gazetteer, radius_km))
            close = [item.item for item in found if item.reach < FAR][:STRUCTURES_SHOWN]
            if close or not anywhere:
                return ["\n".join([head, *map(_structure_line, close)])] if close else []
        lines = [_structure_line(item.item) for item in found[:STRUCTURES_SHOWN]]
        return ["\n".join([texts.STRUCTURES_FAR, *lines])] if lines else []

    @cached_property
    def _namesakes(self) -> Counter[tuple[str, ...]]:
        """How many communes have each name."""
        return Counter(commune.words for commune in self._gazetteer.communes.values())

    def _title_of(self, place: links.Where) -> str:
        """A place's name, with its département when another commune is called the same."""
        commune = self._gazetteer.communes.get(place.code)
        alone = commune is None or self._namesakes[commune.words] == 1
        return place.label if alone else full_name(self._gazetteer, place.code)

    def _on_the_place(self, asked: Asked, place: links.Where | None) -> list[str]:
        """What is to be told of the place itself: out of reach, one of several, kept from before, a distance."""
        told: list[str] = []
        if asked.stray:
            unknown = texts.WHICH_TOWN if asked.rivals else texts.UNKNOWN_PLACE
            told.append((texts.ABROAD if asked.stray.abroad else unknown).format(place=asked.stray.words))
        if place is None:
            return told
        if asked.kept:
            words = texts.KEPT_TOWN if place.lat is not None else texts.KEPT_AREA
            told.append(words.format(place=place.label, of_place=of_place(place.label)))
        if asked.rivals:
            told.append(texts.HOMONYMS.format(place=full_name(self._gazetteer, place.code)))
        if asked.radius_km is not None and place.lat is not None:
            usable = usable_radius(asked.radius_km)
            if usable != asked.radius_km:
                limits = {"least": LEAST_RADIUS_KM, "most": MOST_RADIUS_KM}
                told.append(texts.RADIUS_LIMITS.format(radius=usable, **limits))
        return told

    def _following(
        self, asked: Asked, title: str, known: _Known, found: LivePage | None, searches: list[Button]
    ) -> Answer:
        """A page after the first: its items alone."""
        return Answer(
            texts.FOLLOWING.format(title=title),
            tuple(_items(found, known)) or (texts.NO_MORE,),
            _source(found, known),
            (
                *_links(found, known),
                *self._ways_to_more(asked, known, found),
                *searches,
                Button(texts.BUTTON_PERSON, ask=Label("action", "conseiller")),
            ),
        )

    def _ways_to_more(self, asked: Asked, known: _Known, found: LivePage | None) -> list[Button]:
        more = known.more or (found is not None and found.more)
        if not more or asked.page >= MOST_PAGES:
            return []
        part = Part(asked.page + 1, asked.place, asked.radius_km)
        return [Button(texts.BUTTON_MORE, ask=asked.label, about=asked.about, part=part)]

    def items(self, asked: Asked, fetched: bool = True) -> tuple[Item, ...]:
        """All pages of what is known for a question, closest first, as far around as an answer looks.

        ``fetched``: with what public services gave earlier. Empty without a place. Raises KeyError when the question names no entry or no place of the data.
        """
        action, today = asked.label.id, self._today()
        fiche = self._knowledge.fiche(asked.about[0]) if asked.about else None
        if not asked.place or action not in texts.KNOWN:
            return ()
        _, around = self._around(self._signalled(action, fiche, fetched), asked, asked.place, told=True)
        return tuple(
            Item(_key(entry), self._line(entry, today), entry.titre, _address(entry)) for entry in around
        )

    def search(self, asked: Asked) -> Button:
        """The first official search for a question, already filled in. Raises KeyError as ``items`` does."""
        fiche = self._knowledge.fiche(asked.about[0]) if asked.about else None
        place = links.where(self._gazetteer, asked.place) if asked.place else None
        return official_searches(self._knowledge, asked, fiche, place)[0]

    # -- what admins know ----------------------------------------------------------------------------

    def _known(self, asked: Asked, fiche: Fiche | None, found: LivePage | None) -> _Known:
        """What is known of events and offers around the place asked for."""
        action, today = asked.label.id, self._today()
        if not asked.place or action not in texts.KNOWN:
            return _Known()
        head, around = self._around(
            self._signalled(action, fiche, fetched=found is None or found.failed),
            asked,
            asked.place,
            told=found is not None,
        )
        shown = around[(asked.page - 1) * PAGE : asked.page * PAGE]
        if not shown:
            return _Known(head if asked.page == 1 else "")
        return _Known(
            head if asked.page == 1 else texts.KNOWN[action],
            tuple(self._line(entry, today) for entry in shown),
            tuple(_opening(shown))[:2],
            next((item.source for item in shown if item.service), ""),
            len(around) > asked.page * PAGE,
        )

    def _signalled(self, action: str, fiche: Fiche | None, fetched: bool) -> Sequence[EventOrOffer]:
        """Coming events or open offers about an entry, wherever they are; what services gave earlier only if
        ``fetched``, after what people wrote.
        """
        refs = {fiche.ref, *self._knowledge.twins.get(fiche.ref, ())} if fiche else set()
        entries: Sequence[EventOrOffer] = (
            self._local.upcoming(self._today())
            if action == "evenements"
            else self._local.open_offers(self._today())
        )
        known = [entry for entry in about(entries, refs) if fetched or entry.service is None]
        return sorted(known, key=lambda entry: entry.service is not None)

    def _around(
        self, entries: Sequence[EventOrOffer], asked: Asked, place: str, told: bool
    ) -> tuple[str, list[EventOrOffer]]:
        """What serves a place, closest first, and the sentence before it; farther when there is nothing close.

        ``told``: services were asked, and have said by themselves what there is close by.
        """
        first = usable_radius(asked.radius_km) if asked.radius_km is not None else DEFAULT_RADIUS_KM
        wide = max(first, WIDER_KM)
        is_town = ":" not in place
        for radius_km in (first, wide) if is_town else (first,):
            found: list[Nearby[EventOrOffer]] = closest_first(
                near(entries, place, self._gazetteer, radius_km)
            )
            if found and found[0].reach == 0:
                known = texts.KNOWN[asked.label.id]
                head = known if radius_km == first else texts.KNOWN_WIDER.format(first=first, wide=wide)
                return head, [nearby.item for nearby in found]
        words = texts.KNOWN_NOTHING if is_town else texts.KNOWN_NOTHING_AREA
        # Without a single entry, nobody keeps a list here: there is nothing to say of it.
        nothing = "" if told or not entries else words.format(radius=wide, place=self._gazetteer.name(place))
        head = f"{nothing} {texts.KNOWN_BROADER}".strip() if found else nothing
        return head, [nearby.item for nearby in found]

    def _line(self, item: EventOrOffer, today: dt.date) -> str:
        where = self._gazetteer.name(item.commune) if item.commune else ""
        if isinstance(item, Evenement):
            parts = [f"{item.titre} : {when_words(item, today)}", item.adresse, where, item.public]
        else:
            parts = [item.titre, item.employeur, item.contrat, where, item.contact]
        return "• " + ", ".join(part for part in parts if part)


def _source(found: LivePage | None, known: _Known) -> str:
    return (found.source if found else "") or known.source


def _for(fiche: Fiche | None) -> str:
    return f" pour « {fiche.court} »" if fiche else ""


def _around(asked: Asked, place: links.Where | None) -> str:
    if place is None:
        return ""
    if asked.radius_km is None or place.lat is None:
        return f" ({place.label})"
    return texts.AROUND.format(place=place.label, radius=usable_radius(asked.radius_km))


def _items(found: LivePage | None, known: _Known) -> list[str]:
    """What was found and what is known, a paragraph each."""
    parts = [(found.head, found.lines)] if found else []
    parts.append((known.head, known.lines))
    return ["\n".join([head, *lines]) for head, lines in parts if head]


def _links(found: LivePage | None, known: _Known) -> tuple[Button, ...]:
    return (*(found.buttons if found else ()), *known.buttons)


def _opening(items: Iterable[EventOrOffer]) -> Iterator[Button]:
    """Where one registers for an event, or reads an offer."""
    for item in items:
        url = _address(item)
        if url:
            words = f"S'inscrire : {item.titre}" if isinstance(item, Evenement) else item.titre
            yield Button(words[:40], url=url)


def _key(item: EventOrOffer) -> str:
    """What tells an event or an offer from all others, for ever."""
    return f"{'evenement' if isinstance(item, Evenement) else 'offre'}:{item.id}"


def _address(item: EventOrOffer) -> str | None:
    """The page to open for an event or an offer, when there is one."""
    return item.inscription if isinstance(item, Evenement) else item.lien


def _structure_line(structure: Structure) -> str:
    phone = phone_words(structure.telephone) if structure.telephone else ""
    return "• " + " · ".join(part for part in (structure.nom, phone, structure.url) if part)
