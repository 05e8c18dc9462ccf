"""Where: the communes, départements and régions of France, their names, codes and points, without any network.

Codes are INSEE's: ``13055``, ``D:06``, ``R:93``; Paris, Lyon and Marseille are one commune each. What a message
names is found by :mod:`bot.knowledge.place_finding`.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.knowledge.normalise import fold
from bot.knowledge.problems import DataError, Problem

FOLDER = "lieux"

LINKS = frozenset("la le les l sur en de du des d et a au aux sous lez".split())
ABBREVIATED = {"st": "saint", "ste": "sainte", "fd": "ferrand", "s": "sur", "ss": "sous", "aix": "aix"}

NICKNAMES = {
    "paca": "R:93", "region sud": "R:93", "provence alpes cote d azur": "R:93", "provence": "R:93",
    "cote d azur": "R:93", "idf": "R:11", "ile de france": "R:11", "region parisienne": "R:11", "aura": "R:84",
    "rhone alpes": "R:84", "auvergne": "R:84", "hdf": "R:32", "hauts de france": "R:32",
    "nord pas de calais": "R:32", "npdc": "R:32", "picardie": "R:32", "alsace": "R:44", "lorraine": "R:44",
    "champagne ardenne": "R:44", "grand est": "R:44", "bourgogne": "R:27", "franche comte": "R:27",
    "bfc": "R:27", "haute normandie": "R:28", "basse normandie": "R:28", "limousin": "R:75",
    "aquitaine": "R:75", "poitou charentes": "R:75", "midi pyrenees": "R:76", "languedoc roussillon": "R:76",
    "languedoc": "R:76", "pdl": "R:52", "pays de loire": "R:52", "la reunion": "D:974",
    "mayotte": "D:976", "guadeloupe": "D:971", "martinique": "D:972", "guyane": "D:973", "corse": "R:94",
    "bretagne": "R:53", "normandie": "R:28", "occitanie": "R:76", "vendee": "D:85", "neuf trois": "D:93",
    "neuf deux": "D:92", "neuf quatre": "D:94", "neuf cinq": "D:95", "pays basque": "D:64", "bearn": "D:64",
    "perigord": "D:24", "anjou": "D:49", "cotentin": "D:50", "berry": "D:18", "touraine": "D:37",
    "haute corse": "D:2B", "corse du sud": "D:2A", "9 3": "D:93", "region centre": "R:24",
    "centre val de loire": "R:24", "nouvelle aquitaine": "R:75", "pays de la loire": "R:52",
}  # fmt: skip
# Old or usual short names of towns, where they are not the first words of the whole one.
TOWN_NICKNAMES = {
    "valence d agen": "82186", "au havre": "76351", "au mans": "72181", "vire": "14762",
    "la baule": "44055", "les sables": "85194", "saint naz": "44184", "st naz": "44184", "clermont": "63113", "aix": "13001", "la roche": "85191",
    "boulogne billancourt": "92012", "sainte foy": "69202", "montbe": "25388", "marsiho": "13055",
    "panam": "75056", "paname": "75056", "lille": "59350", "la rochelle": "17300", "saint brieuc": "22278",
    "saint etienne": "42218", "st etienne": "42218", "sainte": "42218", "bayeux": "14047",
    "chalon": "71076", "bourg": "01053",
    "saint quentin": "02691", "saint denis": "93066", "saint malo": "35288", "annecy": "74010",
    "montreuil": "93048", "evry": "91228", "saint nazaire": "44184", "aubagne": "13005",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune: codes, the folded words of its name, population, and a point (``exact`` is False when it is a neighbours' mean)."""

    code: str
    nom: str
    words: tuple[str, ...]
    departement: str
    region: str
    postal: tuple[str, ...]
    population: int
    lat: float
    lon: float
    exact: bool


class Gazetteer:
    """All places of France, by their codes."""

    def __init__(
        self, communes: Iterable[Commune], departements: dict[str, tuple[str, str]], regions: dict[str, str]
    ):
        """The communes; the départements (code → name, région) and régions (code → name)."""
        self.communes = {commune.code: commune for commune in communes}
        self.departements = departements
        self.regions = regions

    @cached_property
    def area_words(self) -> frozenset[str]:
        """The words of the names of départements and régions, folded."""
        names = [name for name, _ in self.departements.values()] + list(self.regions.values())
        return frozenset(word for name in names for word in words_of(name))

    @property
    def town_words(self) -> frozenset[str]:
        """The words of the names of towns of 2,000 people and more, folded."""
        return frozenset(w for town in self.communes.values() if town.population >= 2000 for w in town.words)

    def name(self, code: str) -> str:
        """How people call the place of this code. Raises KeyError when there is none."""
        kind, _, rest = code.partition(":")
        if kind == "R":
            return self.regions[rest]
        if kind == "D":
            return self.departements[rest][0]
        return self.communes[code].nom

    def region_of(self, code: str) -> str:
        """The région (``R:93``) that a place belongs to, or is."""
        kind, _, rest = code.partition(":")
        if kind == "R":
            return code
        if kind == "D":
            return f"R:{self.departements[rest][1]}"
        return f"R:{self.communes[code].region}"

    def departement_of(self, code: str) -> str | None:
        """The département (``D:13``) of a place, or None for a région."""
        if code.startswith("R:"):
            return None
        return code if code.startswith("D:") else f"D:{self.communes[code].departement}"

    @cached_property
    def departements_of(self) -> dict[str, tuple[str, ...]]:
        """The codes of each région's départements: ``R:93`` → ``("04", "05", …)``."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, (_, region) in self.departements.items():
            found[f"R:{region}"].append(code)
        return {region: tuple(codes) for region, codes in found.items()}

    def at(self, lat: float, lon: float) -> Commune:
        """The commune whose point is nearest to these coordinates, in degrees."""
        return min(self.communes.values(), key=lambda c: distance_km(lat, lon, c.lat, c.lon))

    def contains(self, area: str, code: str) -> bool:
        """Whether a département or région holds a place."""
        if area.startswith("R:"):
            return self.region_of(code) == area
        return self.departement_of(code) == area


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres between two points in degrees (haversine formula)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((p2 - p1) / 2) ** 2
    half += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read the places of the data folder. Raises DataError when a file is missing or broken."""
    try:
        departements = {code: (name, region) for code, name, region in _csv(folder, "departements.csv")}
        regions = dict(_csv(folder, "regions.csv"))
        communes = [
            Commune(
                code,
                name,
                tuple(key.split()),
                departement,
                region,
                tuple(postal.split()),
                int(people),
                float(lat),
                float(lon),
                point == "exact",
            )
            for code, name, key, departement, region, postal, people, lat, lon, point in _csv(
                folder, "communes.csv"
            )
        ]
    except (OSError, ValueError) as error:
        message = f"les fichiers de lieux manquent ou sont abîmés ({error}). Reprenez ceux du projet."
        raise DataError([Problem(FOLDER, 0, 0, message)]) from None
    return Gazetteer(communes, departements, regions)


def _csv(folder: Path, name: str) -> list[Any]:
    with (folder / FOLDER / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def words_of(name: str) -> tuple[str, ...]:
    """The words of a place name, folded; « St » is « saint »."""
    return tuple(ABBREVIATED.get(word, word) for word in re.findall(r"[a-z0-9]+", fold(name)))
