"""Addresses of official searches, already filled in with métier and place. No key, no network.

The parameters are those that the services' own code or documentation show (read between January and
August 2026); each function names its service. Nothing here is called: people open the links.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bot.knowledge.places import Gazetteer

DEFAULT_RADIUS_KM = 20
CAMPAIGN = "orientasoin"

FRANCE_TRAVAIL = "https://candidat.francetravail.fr"
IMMERSION_FACILITEE = "https://immersion-facile.beta.gouv.fr"
LA_BONNE_ALTERNANCE = "https://labonnealternance.apprentissage.beta.gouv.fr/recherche"
EVENTS = "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenements"
UN_JEUNE_UNE_SOLUTION = "https://www.1jeune1solution.gouv.fr"
PARCOURSUP_MAP = "https://dossier.parcoursup.fr/Candidat/carte"
FRANCE_VAE = "https://vae.gouv.fr"

# France Travail knows Paris by its département, Lyon and Marseille by their first arrondissement.
_FRANCE_TRAVAIL_CITIES = {"75056": "75D", "69123": "69381", "13055": "13201"}


@dataclass(frozen=True, slots=True)
class Appellation:
    """A job name of France Travail's repertoire, as Immersion Facilitée filters by it."""

    code: str
    label: str
    rome: str


# Read in Immersion Facilitée's own table (March 2024). A métier that is not here is searched by place only.
APPELLATIONS: dict[str, Appellation] = {
    "aide-soignant": Appellation("10891", "Aide-soignant / Aide-soignante", "J1501"),
    "auxiliaire-puericulture": Appellation("11448", "Auxiliaire de puériculture", "J1304"),
    "infirmier": Appellation("15545", "Infirmier / Infirmière de soins généraux", "J1506"),
    "ash": Appellation("10698", "Agent / Agente des services hospitaliers", "J1301"),
    "brancardier": Appellation("11587", "Brancardier / Brancardière", "J1301"),
    "ambulancier": Appellation("10927", "Ambulancier / Ambulancière", "J1305"),
    "aes": Appellation("140948", "Accompagnant éducatif et social en structure collective", "K1301"),
    "assistant-soins-gerontologie": Appellation("38389", "Assistant de soins en gérontologie", "K1301"),
    "aide-a-domicile": Appellation("10805", "Aide à domicile", "K1304"),
    "tisf": Appellation("20174", "Technicien de l'intervention sociale et familiale", "K1305"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """A place as the services want it: code, label, and a point where it has one."""

    code: str
    label: str
    postal: str | None = None
    lat: float | None = None
    lon: float | None = None


def where(gazetteer: Gazetteer, code: str) -> Where:
    """The place of an INSEE commune code, « D:06 » or « R:93 ». Raises KeyError when unknown."""
    if ":" in code:
        return Where(code, gazetteer.name(code))
    commune = gazetteer.communes[code]
    return Where(code, commune.nom, commune.postal[0] if commune.postal else None, commune.lat, commune.lon)


def offers(words: str, place: Where | None, radius_km: int = DEFAULT_RADIUS_KM) -> str:
    """Job offers on France Travail, most recent first."""
    query: dict[str, str] = {"motsCles": words} if words else {"domaine": "J"}
    if place:
        query["lieux"] = france_travail_place(place.code)
        if ":" not in place.code and place.code != "75056":
            query["rayon"] = str(radius_km)
    return f"{FRANCE_TRAVAIL}/offres/recherche?{urlencode(query | {'offresPartenaires': 'true', 'tri': '1'})}"


def france_travail_place(code: str) -> str:
    """An INSEE code in France Travail's form: ``87085``, ``06D``, ``93R``."""
    kind, _, rest = code.partition(":")
    if rest:
        return f"{rest}{kind}"
    return _FRANCE_TRAVAIL_CITIES.get(code, code)


def training(words: str, place: Where | None) -> str:
    """Training courses on France Travail; the place counts only when it is a commune."""
    query = {"quoi": words, "range": "0-9", "tri": "0"}
    if place and ":" not in place.code:
        query["ou"] = f"COMMUNE-{place.code}"
    return f"{FRANCE_TRAVAIL}/formations/recherche?{urlencode(query)}"


def immersions(
    metier: str | None, place: Where | None, pupils: bool = False, radius_km: int = DEFAULT_RADIUS_KM
) -> str:
    """Employers that take people for an immersion, on Immersion Facilitée (pupils have their own search)."""
    path = "recherche-scolaire" if pupils else "recherche"
    query: dict[str, str] = {}
    if place and place.lat is not None:
        query |= {
            "latitude": f"{place.lat:.4f}",
            "longitude": f"{place.lon:.4f}",
            "distanceKm": str(max(1, min(radius_km, 100))),
            "place": place.label,
            "sortBy": "distance",
            "sortOrder": "asc",
        }
    appellation = APPELLATIONS.get(metier or "")
    if appellation:
        details = {
            "romeCode": appellation.rome,
            "romeLabel": appellation.label,
            "appellationCode": appellation.code,
            "appellationLabel": appellation.label,
        }
        query["appellationCodes"] = json.dumps([appellation.code], separators=(",", ":"))
        query["appellations"] = json.dumps([details], ensure_ascii=False, separators=(",", ":"))
    query["mtm_campaign"] = CAMPAIGN
    return f"{IMMERSION_FACILITEE}/{path}?{urlencode(query, quote_via=quote)}"


def apprenticeship(
    words: str, place: Where | None, courses: bool = False, radius_km: int = DEFAULT_RADIUS_KM
) -> str:
    """Apprenticeship jobs, or the courses that take apprentices, on La bonne alternance."""
    query = {"q": words, "source": "external_sites", "mode": "formations" if courses else "emplois"}
    if place and place.lat is not None:
        label = f"{place.label} {place.postal}" if place.postal else place.label
        query |= {
            "lieu_label": label,
            "latitude": f"{place.lat:.4f}",
            "longitude": f"{place.lon:.4f}",
            "radius": str(max(10, min(radius_km, 100))),
        }
    return f"{LA_BONNE_ALTERNANCE}?{urlencode(query | {'utm_source': CAMPAIGN})}"


def parcoursup(words: str) -> str:
    """Courses after the bac, on the Parcoursup map."""
    return f"{PARCOURSUP_MAP}?{urlencode({'search': words}, quote_via=quote)}"


def vae(words: str) -> str:
    """A diploma by experience, on France VAE."""
    return f"{FRANCE_VAE}/espace-candidat/recherche?{urlencode({'searchText': words}, quote_via=quote)}"


def civic_service(place: Where | None, radius_km: int = 30) -> str:
    """Service civique missions in health, on 1jeune1solution; it wants all the place's fields or none."""
    query = {"domain": "sante"}
    if place and place.lat is not None and place.postal:
        query |= {
            "ville": place.label,
            "codeCommune": place.code,
            "codePostal": place.postal,
            "latitudeCommune": f"{place.lat:.4f}",
            "longitudeCommune": f"{place.lon:.4f}",
            "distanceCommune": str(radius_km),
        }
    return f"{UN_JEUNE_UNE_SOLUTION}/service-civique?{urlencode(query | {'page': '1'})}"


def events() -> str:
    """The official list of recruitment events; its filters can't be filled in from outside."""
    return EVENTS


def youth_events() -> str:
    """Events for people under 30."""
    return f"{UN_JEUNE_UNE_SOLUTION}/evenements"
