"""France Travail: job offers (Offres d'emploi v2) and events (Mes évènements emploi v1)."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from dataclasses import dataclass, field
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from bot.knowledge import links
from bot.knowledge.links import Where
from bot.live.http import Camel, Clock, Loose, Params, Reply, Request, Service, ServiceError, inside
from bot.live.results import (
    EVENTS,
    FRANCE_TRAVAIL,
    NOTE_OFFERS,
    OFFERS_LICENCE,
    Regions,
    Result,
    Results,
    away,
    day,
    departements,
    found,
    web_address,
)

TOKEN_PATH = "/connexion/oauth2/access_token"
REALM = "/partenaire"
OFFERS_SCOPE = "api_offresdemploiv2 o2dsoffre"
EVENTS_SCOPE = "api_evenementsv1 evenements"
RENEW_SECONDS_EARLY = 60.0

OFFERS_SHOWN = 20
MAX_RADIUS_KM = 100
MAX_KEYWORDS = 7
# The commune referential only has arrondissements for these three. Any arrondissement of Paris gives all Paris, Lyon
# needs its centre inside the radius, Marseille is only as wide as the radius: INSEE code → (code, least radius in km).
BIG_CITIES = {"75056": ("75101", 0), "69123": ("69381", 5), "13055": ("13201", 20)}

EVENTS_PAGE = 50
EVENTS_MOST_PAGES = 4
EVENTS_DAYS = 60
CARE_SECTORS = ("J", "K")  # Santé, Services à la personne et à la collectivité

_NOT_ALLOWED = re.compile(r'[^\w @#$%^&+./"-]|_')
_CONTENT_RANGE = re.compile(r"/(\d+)\s*$")
_DEPARTEMENT_FIRST = re.compile(r"^\d[\dAB]\d?\s+-\s+")


class Token(Loose):
    """What the token address answers."""

    access_token: str = Field(repr=False, pattern=r"^[!-~]+$")
    expires_in: float = 0


class Offre(Camel):
    """One job offer, the fields that are shown."""

    id: str
    intitule: str
    date_creation: dt.datetime | None = None
    date_actualisation: dt.datetime | None = None
    lieu: str | None = inside("lieuTravail", "libelle")
    commune: str | None = inside("lieuTravail", "commune")
    rome_code: str | None = None
    latitude: float | None = inside("lieuTravail", "latitude")
    longitude: float | None = inside("lieuTravail", "longitude")
    entreprise: str | None = inside("entreprise", "nom")
    type_contrat: str | None = None
    type_contrat_libelle: str | None = None
    duree_travail_libelle_converti: str | None = None
    url: str | None = inside("origineOffre", "urlOrigine")


class OffresPage(Camel):
    """A page of offers."""

    resultats: list[object]


class Evenement(Camel):
    """One event, the fields that are shown or filtered by."""

    id: str
    titre: str
    type: str | None = None
    date_evenement: dt.datetime
    heure_debut: dt.time | None = None
    timezone: str | None = None
    ville: str | None = None
    code_insee: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    modalites: tuple[str, ...] = ()
    codes_rome: tuple[str, ...] = ()
    multisectoriel: bool = False
    nombre_place_total_presentiel: int = 0
    nombre_inscrit_presentiel: int = 0
    nombre_place_total_distance: int = 0
    nombre_inscrit_distance: int = 0
    libelle_organisateur_principal: str | None = None
    url_detail_evenement: str | None = None

    @property
    def only_remote(self) -> bool:
        """It takes place by video or telephone, so anywhere."""
        return bool(self.modalites) and all("distance" in modalite.lower() for modalite in self.modalites)

    @property
    def full(self) -> bool:
        """Places were counted, and none is left."""
        places = self.nombre_place_total_presentiel + self.nombre_place_total_distance
        return 0 < places <= self.nombre_inscrit_presentiel + self.nombre_inscrit_distance

    @property
    def begins(self) -> dt.datetime:
        """The day and hour where it takes place."""
        moment = self.date_evenement
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_zone(self.timezone))
        moment = moment.astimezone(_zone(self.timezone))
        if self.heure_debut:
            moment = moment.replace(hour=self.heure_debut.hour, minute=self.heure_debut.minute)
        return moment

    def concerns(self, romes: tuple[str, ...]) -> bool:
        """It is about one of these jobs: its codes are whole (J1501) or only begin (J)."""
        if not romes or self.multisectoriel or not self.codes_rome:
            return True
        return any(code and rome.startswith(code) for code in self.codes_rome for rome in romes)


class EvenementsPage(Camel):
    """A page of events."""

    total_elements: int = 0
    content: list[object]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A token and the moment to renew it."""

    token: str = field(repr=False)
    until: float


class Tokens:
    """The OAuth2 tokens of one application, one for each scope, kept until shortly before they expire."""

    def __init__(self, service: Service, client_id: str, client_secret: str, clock: Clock = time.monotonic):
        self._service = service
        self._id = client_id
        self._secret = client_secret
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, scope: str) -> str:
        """A token for this scope, kept or new. Raises ServiceError."""
        async with self._locks.setdefault(scope, asyncio.Lock()):
            kept = self._kept.get(scope)
            if kept and self._clock() < kept.until:
                return kept.token
            asked = self._clock()
            token = self._service.read(Token, await self._ask(scope))
            until = asked + token.expires_in - RENEW_SECONDS_EARLY
            self._kept[scope] = _Kept(token.access_token, until)
            return token.access_token

    def refused(self, scope: str, token: str) -> None:
        """Forget a token that was refused, unless a newer one has come meanwhile."""
        kept = self._kept.get(scope)
        if kept and kept.token == token:
            del self._kept[scope]

    async def _ask(self, scope: str) -> Reply:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._id,
            "client_secret": self._secret,
            "scope": scope,
        }
        try:
            return await self._service.send(Request("POST", TOKEN_PATH, (("realm", REALM),), form=form))
        except ServiceError as error:
            if error.status != 400:
                raise
        # This address says 400 for a wrong identifier, secret or scope: for us, the key is to be mended.
        raise ServiceError(self._service.name, "clé refusée", 400)


class FranceTravail:
    """Searches offers and events."""

    def __init__(self, service: Service, tokens: Tokens, regions: Regions):
        """``regions`` tells the départements of each région, for the events."""
        self._service = service
        self._tokens = tokens
        self._regions = regions

    async def offers(
        self,
        romes: tuple[str, ...],
        words: str,
        place: Where | None,
        radius_km: int,
        today: dt.date,
        batch: int = 0,
    ) -> Results:
        """The most recent offers for these ROME codes and words together (both may be empty: all of health).

        Raises ServiceError.
        """
        params = offers_params(romes, words, place, radius_km, batch)
        reply = await self._call(OFFERS_SCOPE, Request("GET", "/offresdemploi/v2/offres/search", params))
        if reply.status == 204:
            return Results(service=FRANCE_TRAVAIL)
        page = self._service.read(OffresPage, reply)
        offres = self._service.items(Offre, page.resultats)
        if not offres:
            return Results(service=FRANCE_TRAVAIL)
        items = tuple(_offer(offre, place) for offre in offres)
        match = _CONTENT_RANGE.search(reply.headers.get("Content-Range", ""))
        counted = int(match[1]) if match else 0
        updated = max((item.date.date() for item in items if item.date), default=today)
        note = NOTE_OFFERS.format(date=day(updated), licence=OFFERS_LICENCE)
        more = (batch + 1) * OFFERS_SHOWN < counted
        return Results(items, max(counted, len(items)), FRANCE_TRAVAIL, note, more=more)

    async def events(
        self, romes: tuple[str, ...], place: Where | None, radius_km: int, today: dt.date
    ) -> Results:
        """Coming events of the care sectors, soonest first, those that are full left out. Raises ServiceError.

        The service searches by département; what is farther than the radius is dropped here.
        """
        sectors = tuple(dict.fromkeys(rome[0] for rome in romes)) or CARE_SECTORS
        body: dict[str, object] = {
            "dateDebut": today.isoformat(),
            "dateFin": (today + dt.timedelta(days=EVENTS_DAYS)).isoformat(),
        }
        if place:
            body["departements"] = list(departements(place, self._regions))
        pages = await asyncio.gather(
            *(self._sector(body | {"secteurActivite": letter}) for letter in sectors)
        )
        events = {event.id: event for page in pages for event in page}.values()
        items = [
            _event(event, place)
            for event in sorted(events, key=lambda event: event.begins)
            if event.begins.date() >= today and not event.full and event.concerns(romes)
        ]
        return found(
            [item for item in items if item.distance_km is None or item.distance_km <= radius_km],
            EVENTS,
            today,
        )

    async def _sector(self, body: dict[str, object]) -> list[Evenement]:
        """All events of one sector, as far as the pages go."""
        first = await self._events_page(body, 0)
        last = min(-(-first.total_elements // EVENTS_PAGE), EVENTS_MOST_PAGES)
        others = await asyncio.gather(*(self._events_page(body, number) for number in range(1, last)))
        rows = [row for page in (first, *others) for row in page.content]
        return self._service.items(Evenement, rows)

    async def _events_page(self, body: dict[str, object], number: int) -> EvenementsPage:
        params = (("page", str(number)), ("size", str(EVENTS_PAGE)))
        request = Request("POST", "/evenements/v1/mee/evenements", params, json=body)
        reply = await self._call(EVENTS_SCOPE, request)
        if reply.status == 204 or not reply.content.strip():
            return EvenementsPage(content=[])
        return self._service.read(EvenementsPage, reply)

    async def _call(self, scope: str, request: Request) -> Reply:
        """Call with a token; one that is refused (revoked, expired early) is renewed once."""
        token = await self._tokens.get(scope)
        try:
            return await self._service.send(_signed(request, token))
        except ServiceError as error:
            if error.status != 401:
                raise
        self._tokens.refused(scope, token)
        return await self._service.send(_signed(request, await self._tokens.get(scope)))


def offers_params(
    romes: tuple[str, ...], words: str, place: Where | None, radius_km: int, batch: int = 0
) -> Params:
    """The parameters of an offers search. The place becomes what France Travail knows it by."""
    params: dict[str, str] = {}
    if romes:
        params["codeROME"] = ",".join(romes)
    kept = keywords(words)
    if kept:
        params["motsCles"] = ",".join(kept)
    if not params:
        params["grandDomaine"] = "J"
    if place:
        kind, _, code = place.code.partition(":")
        if code:
            params["region" if kind == "R" else "departement"] = code
        else:
            params["commune"], least = BIG_CITIES.get(place.code, (place.code, 0))
            params["distance"] = str(max(least, min(radius_km, MAX_RADIUS_KM), 0))
    params["sort"] = "1"
    params["range"] = f"{batch * OFFERS_SHOWN}-{(batch + 1) * OFFERS_SHOWN - 1}"
    return tuple(params.items())


def keywords(words: str) -> list[str]:
    """Words in the form that the service takes: only its characters, two at least each, seven at most."""
    pieces = (" ".join(_NOT_ALLOWED.sub(" ", piece).split()) for piece in words.split(","))
    return [piece for piece in pieces if len(piece) >= 2][:MAX_KEYWORDS]


def _signed(request: Request, token: str) -> Request:
    headers = {"Authorization": f"Bearer {token}"}
    return Request(request.method, request.path, request.params, headers, request.json)


def _offer(offre: Offre, place: Where | None) -> Result:
    contract = (offre.type_contrat_libelle or offre.type_contrat, offre.duree_travail_libelle_converti)
    return Result(
        kind="offre",
        title=offre.intitule,
        employer=offre.entreprise,
        town=_town(offre.lieu),
        distance_km=away(place, offre.latitude, offre.longitude),
        contract=", ".join(part for part in contract if part) or None,
        date=offre.date_actualisation or offre.date_creation,
        url=web_address(offre.url)
        or f"{links.FRANCE_TRAVAIL}/offres/recherche/detail/{quote(offre.id, safe='')}",
        service=FRANCE_TRAVAIL,
        ident=offre.id,
        commune=offre.commune,
        romes=(offre.rome_code,) if offre.rome_code else (),
    )


def _event(event: Evenement, place: Where | None) -> Result:
    remote = event.only_remote
    return Result(
        kind="evenement",
        title=event.titre,
        employer=event.libelle_organisateur_principal,
        town="à distance" if remote else event.ville,
        distance_km=None if remote else away(place, event.latitude, event.longitude),
        contract=event.type,
        date=event.begins,
        url=web_address(event.url_detail_evenement) or f"{links.EVENTS.removesuffix('s')}/{event.id}",
        service=EVENTS,
        ident=event.id,
        commune=None if remote else event.code_insee,
        romes=event.codes_rome,
    )


def _town(label: str | None) -> str | None:
    """« 87 - LIMOGES » → « Limoges »; what is not in capitals stays as it is."""
    if not label:
        return None
    name = _DEPARTEMENT_FIRST.sub("", label).strip()
    return name.title() if name.isupper() else name or None


def _zone(name: str | None) -> dt.tzinfo:
    """The time zone of a name, else that of Paris."""
    for candidate in (name, "Europe/Paris"):
        try:
            return ZoneInfo(candidate or "")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return dt.UTC
