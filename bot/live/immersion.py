"""Immersion Facilitée, public API v3: employers who take people for a few days."""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import quote, urlencode

from pydantic import Field

from bot.knowledge import links
from bot.knowledge.links import Where
from bot.live.http import Camel, Params, Request, Service, inside
from bot.live.results import IMMERSION, Regions, Result, Results, away, departements, found, web_address

SHOWN = 20
_APPELLATION = re.compile(r"^\d{5,6}$")


class Appellation(Camel):
    """A job name, as the service knows it."""

    appellation_code: str
    appellation_label: str


class Offer(Camel):
    """One employer and the jobs that can be seen there."""

    siret: str
    name: str
    customized_name: str | None = None
    rome_label: str | None = None
    appellations: tuple[Appellation, ...] = ()
    location_id: str | None = None
    lat: float | None = inside("position", "lat")
    lon: float | None = inside("position", "lon")
    city: str | None = inside("address", "city")
    distance_m: float | None = Field(None, alias="distance_m")
    updated_at: dt.datetime | None = None
    is_available: bool = True


class Page(Camel):
    """A page of employers."""

    data: list[object]
    total: int = inside("pagination", "totalRecords", default=0)


class Immersions:
    """Searches employers."""

    def __init__(self, service: Service, key: str, regions: Regions):
        """``regions`` tells the départements of each région."""
        self._service = service
        self._key = key
        self._regions = regions

    async def offers(
        self,
        appellations: tuple[str, ...],
        place: Where | None,
        radius_km: int,
        pupils: bool,
        today: dt.date,
        batch: int = 0,
    ) -> Results:
        """Employers for these appellation codes (none: any job), nearest first. Raises ServiceError."""
        params = (*self._params(appellations, place, radius_km, pupils), *_page_params(batch))
        # The key goes as it is: this service wants no « Bearer » before it.
        request = Request("GET", "/v3/offers", params, {"Authorization": self._key})
        page = self._service.read(Page, await self._service.send(request))
        offers = self._service.items(Offer, page.data)
        items = [_employer(offer, appellations, place, pupils) for offer in offers if offer.is_available]
        hidden = len(offers) - len(items)
        more = (batch + 1) * SHOWN < page.total
        return found(items, IMMERSION, today, page.total - hidden, more=more)

    def _params(
        self, appellations: tuple[str, ...], place: Where | None, radius_km: int, pupils: bool
    ) -> Params:
        params = [("appellationCodes[]", code) for code in appellations if _APPELLATION.match(code)]
        if place and place.lat is not None and place.lon is not None:
            params += [
                ("latitude", f"{place.lat:.4f}"),
                ("longitude", f"{place.lon:.4f}"),
                ("distanceKm", str(max(1, min(radius_km, 100)))),
                ("sortBy", "distance"),
                ("sortOrder", "asc"),
            ]
        else:
            if place:
                params += [("departmentCodes[]", code) for code in departements(place, self._regions)]
            params += [("sortBy", "date"), ("sortOrder", "desc")]
        who = "students" if pupils else "jobSeekers"
        return (*params, ("searchableBy", who))


def _page_params(batch: int) -> Params:
    return (("page", str(batch + 1)), ("perPage", str(SHOWN)))


def _employer(offer: Offer, asked: tuple[str, ...], place: Where | None, pupils: bool) -> Result:
    wanted = [one for one in offer.appellations if one.appellation_code in asked] or [*offer.appellations]
    distance = away(place, offer.lat, offer.lon)
    if offer.distance_m is not None:
        distance = round(offer.distance_m / 1000, 1)
    return Result(
        kind="immersion",
        title=wanted[0].appellation_label if wanted else offer.rome_label or IMMERSION,
        employer=offer.customized_name or offer.name,
        town=offer.city,
        distance_km=distance,
        contract="Immersion",
        date=offer.updated_at,
        url=_page(offer, wanted[0].appellation_code, pupils)
        if wanted
        else links.immersions(None, place, pupils),
        service=IMMERSION,
        ident="/".join([offer.siret, offer.location_id or "", offer.rome_label or ""]),
    )


def _page(offer: Offer, appellation: str, pupils: bool) -> str | None:
    """The employer's page on the site; the appellation goes in a JSON array."""
    query = {"siret": offer.siret, "appellationCode": json.dumps([appellation])}
    if offer.location_id:
        query["location"] = offer.location_id
    query["mtm_campaign"] = links.CAMPAIGN
    path = "offre-scolaire" if pupils else "offre"
    return web_address(f"{links.IMMERSION_FACILITEE}/{path}?{urlencode(query, quote_via=quote)}")
