"""geo.api.gouv.fr: the commune of a point, or of a name. No key."""

from __future__ import annotations

import math

from bot.knowledge.links import Where
from bot.knowledge.normalise import fold
from bot.live.http import Camel, Params, Request, Service, inside
from bot.live.results import Point, lat_lon

FIELDS = "nom,code,codesPostaux,centre,population"
NAMES_ASKED = 8
# About a hundred metres: enough to tell the commune, and the person's door stays unknown.
DECIMALS = 3


class Commune(Camel):
    """One commune."""

    nom: str
    code: str
    codes_postaux: tuple[str, ...] = ()
    centre: Point = inside("centre", "coordinates")
    population: int = 0

    @property
    def place(self) -> Where:
        """The commune as the services want it."""
        postal = self.codes_postaux[0] if self.codes_postaux else None
        return Where(self.code, self.nom, postal, *lat_lon(self.centre))


class Communes:
    """Looks communes up."""

    def __init__(self, service: Service):
        self._service = service

    async def at(self, lat: float, lon: float) -> Where | None:
        """The commune that contains a point, in degrees; None outside France. Raises ServiceError."""
        if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
            return None
        found = await self._ask((("lat", f"{lat:.{DECIMALS}f}"), ("lon", f"{lon:.{DECIMALS}f}")))
        return found[0].place if found else None

    async def named(self, name: str) -> tuple[Where, ...]:
        """The communes of a name: exact names first, then the most populated. Raises ServiceError."""
        name = name.strip()
        if not name:
            return ()
        found = await self._ask((("nom", name), ("boost", "population"), ("limit", str(NAMES_ASKED))))
        wanted = _letters(name)
        found.sort(key=lambda commune: (_letters(commune.nom) != wanted, -commune.population))
        return tuple(commune.place for commune in found)

    async def _ask(self, params: Params) -> list[Commune]:
        reply = await self._service.send(Request("GET", "/communes", (*params, ("fields", FIELDS))))
        return self._service.items(Commune, self._service.read(list[object], reply))


def _letters(name: str) -> str:
    """A name without accents, hyphens or apostrophes."""
    return "".join(letter for letter in fold(name) if letter.isalnum())
