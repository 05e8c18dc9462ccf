"""API Alternance: apprenticeship jobs, the courses that take apprentices, missions locales."""

from __future__ import annotations

import datetime as dt
import re

from pydantic import Field

from bot.knowledge import links
from bot.knowledge.links import Where
from bot.live.http import Loose, Params, Request, Service
from bot.live.results import (
    ALTERNANCE,
    MISSIONS_LOCALES,
    Regions,
    Result,
    Results,
    away,
    departements,
    found,
    nearest_first,
    web_address,
)

MAX_RADIUS_KM = 200
COURSES_ASKED = 100

_TOWN_AFTER_CODE = re.compile(r"\b\d{5}\s+([^,\d][^,]*)$")


class Geopoint(Loose):
    """A GeoJSON point: longitude first."""

    coordinates: tuple[float, float] | None = None

    @property
    def lat(self) -> float | None:
        """Degrees north."""
        return self.coordinates[1] if self.coordinates else None

    @property
    def lon(self) -> float | None:
        """Degrees east."""
        return self.coordinates[0] if self.coordinates else None


# -- jobs ----------------------------------------------------------------------------------------------


class Location(Loose):
    """Where an employer is."""

    address: str | None = None
    geopoint: Geopoint = Geopoint()


class Workplace(Loose):
    """Who recruits."""

    name: str | None = None
    brand: str | None = None
    legal_name: str | None = None
    location: Location = Location()


class Apply(Loose):
    """How to apply."""

    url: str | None = None
    phone: str | None = None


class Contract(Loose):
    """The contract offered."""

    type: tuple[str, ...] = ()


class Publication(Loose):
    """When the offer appeared."""

    creation: dt.datetime | None = None


class JobOffer(Loose):
    """What the offer says."""

    title: str
    publication: Publication = Publication()
    status: str | None = None


class Job(Loose):
    """One apprenticeship job."""

    workplace: Workplace = Workplace()
    apply: Apply = Apply()
    contract: Contract = Contract()
    offer: JobOffer


class Jobs(Loose):
    """All jobs found; the service has no pages."""

    jobs: list[object]


# -- courses -------------------------------------------------------------------------------------------


class Named(Loose):
    """Something with a name."""

    nom: str | None = None


class Address(Loose):
    """Where a course is given."""

    commune: Named = Named()


class Lieu(Loose):
    """Where a course is given, with its point."""

    adresse: Address = Address()
    geolocalisation: Geopoint = Geopoint()


class Etablissement(Loose):
    """A school."""

    enseigne: str | None = None


class UniteLegale(Loose):
    """The body that a school belongs to."""

    raison_sociale: str | None = None


class Organisme(Loose):
    """Who teaches."""

    etablissement: Etablissement = Etablissement()
    unite_legale: UniteLegale = UniteLegale()

    @property
    def name(self) -> str | None:
        """The name that people see on the door, else the legal one."""
        return self.etablissement.enseigne or self.unite_legale.raison_sociale


class Formateur(Loose):
    """Who teaches, when the service knows."""

    organisme: Organisme | None = None


class Cfd(Loose):
    """The official title of a diploma."""

    long: str | None = None


class Intitule(Loose):
    """The titles of a certification."""

    cfd: Cfd = Cfd()
    rncp: str | None = None


class Valeur(Loose):
    """A certification."""

    intitule: Intitule = Intitule()


class Certification(Loose):
    """What the course leads to."""

    valeur: Valeur = Valeur()

    @property
    def title(self) -> str | None:
        """The title of the national register, else the ministry's."""
        return self.valeur.intitule.rncp or self.valeur.intitule.cfd.long


class Contact(Loose):
    """How to reach somebody."""

    email: str | None = None
    telephone: str | None = None
    site_web: str | None = Field(None, alias="siteWeb")


class Onisep(Loose):
    """The course on Onisep's site."""

    url: str | None = None


class Session(Loose):
    """When a course begins."""

    debut: dt.datetime | None = None


class Statut(Loose):
    """Whether the course is still offered."""

    catalogue: str | None = None


class Course(Loose):
    """One apprenticeship course."""

    statut: Statut = Statut()
    formateur: Formateur = Formateur()
    responsable: Formateur = Formateur()
    certification: Certification
    lieu: Lieu = Lieu()
    contact: Contact = Contact()
    onisep: Onisep = Onisep()
    sessions: tuple[Session, ...] = ()

    @property
    def school(self) -> str | None:
        """Who teaches, else who answers for the course."""
        for body in (self.formateur.organisme, self.responsable.organisme):
            if body and body.name:
                return body.name
        return None

    def next_session(self, today: dt.date) -> dt.datetime | None:
        """The first session that has not begun yet."""
        coming = (session.debut for session in self.sessions if session.debut)
        return min((debut for debut in coming if debut.date() >= today), default=None, key=dt.datetime.date)


class CoursePages(Loose):
    """How many pages there are."""

    page_count: int = 1


class Courses(Loose):
    """A page of courses."""

    data: list[object]
    pagination: CoursePages = CoursePages()


# -- missions locales ------------------------------------------------------------------------------------


class Localisation(Loose):
    """Where a mission locale is."""

    geopoint: Geopoint = Geopoint()
    adresse: str | None = None
    cp: str | None = None
    ville: str | None = None


class MissionLocale(Loose):
    """One mission locale: help for people under 26."""

    nom: str
    localisation: Localisation = Localisation()
    contact: Contact = Contact()


class Alternance:
    """Searches jobs, courses and missions locales."""

    def __init__(self, service: Service, key: str, regions: Regions):
        """``regions`` tells the départements of each région, for the jobs."""
        self._service = service
        self._headers = {"Authorization": f"Bearer {key}"}
        self._regions = regions

    async def jobs(
        self, romes: tuple[str, ...], place: Where | None, radius_km: int, today: dt.date
    ) -> Results:
        """Apprenticeship jobs, nearest first. Raises ServiceError."""
        params = [*_romes(romes), *_around(place, radius_km)]
        if place and place.lat is None:
            params += [("departements", code) for code in departements(place, self._regions)]
        reply = await self._service.send(Request("GET", "/job/v1/search", tuple(params), self._headers))
        jobs = self._service.items(Job, self._service.read(Jobs, reply).jobs)
        items = [_job(job, place) for job in jobs if job.offer.status in (None, "Active")]
        return found(sorted(items, key=nearest_first), ALTERNANCE, today)

    async def courses(
        self, romes: tuple[str, ...], place: Where | None, radius_km: int, today: dt.date
    ) -> Results:
        """Courses that take apprentices, nearest first, each school once for a diploma. Raises ServiceError."""
        pages = (("page_size", str(COURSES_ASKED)), ("page_index", "0"))
        params = (*_romes(romes), *_around(place, radius_km), *pages)
        reply = await self._service.send(Request("GET", "/formation/v1/search", params, self._headers))
        page = self._service.read(Courses, reply)
        courses = self._service.items(Course, page.data)
        open_ones = [course for course in courses if course.statut.catalogue in (None, "publié")]
        results = sorted((_course(course, place, today) for course in open_ones), key=nearest_first)
        items = list({(item.title, item.employer, item.town): item for item in reversed(results)}.values())[
            ::-1
        ]
        # The service counts its pages only: all but the last are full.
        return found(items, ALTERNANCE, today, (page.pagination.page_count - 1) * COURSES_ASKED)

    async def missions_locales(self, place: Where, radius_km: int, today: dt.date) -> Results:
        """Missions locales around a place that has a point, nearest first. Raises ServiceError."""
        request = Request("GET", "/geographie/v1/mission-locale", _around(place, radius_km), self._headers)
        rows = self._service.read(list[object], await self._service.send(request))
        missions = self._service.items(MissionLocale, rows)
        items = sorted((_mission_locale(mission, place) for mission in missions), key=nearest_first)
        return found(items, MISSIONS_LOCALES, today)


def _romes(romes: tuple[str, ...]) -> Params:
    return (("romes", ",".join(romes)),) if romes else ()


def _around(place: Where | None, radius_km: int) -> Params:
    """The point and radius of a search; nothing for a place without a point."""
    if place is None or place.lat is None or place.lon is None:
        return ()
    radius = max(1, min(radius_km, MAX_RADIUS_KM))
    return (("latitude", f"{place.lat:.4f}"), ("longitude", f"{place.lon:.4f}"), ("radius", str(radius)))


def _job(job: Job, place: Where | None) -> Result:
    workplace = job.workplace
    point = workplace.location.geopoint
    town = _TOWN_AFTER_CODE.search(workplace.location.address or "")
    return Result(
        kind="alternance",
        title=job.offer.title,
        employer=workplace.brand or workplace.name or workplace.legal_name,
        town=town[1].strip() if town else None,
        distance_km=away(place, point.lat, point.lon),
        contract=", ".join(job.contract.type) or None,
        date=job.offer.publication.creation,
        url=web_address(job.apply.url) or links.apprenticeship(job.offer.title, place),
        service=ALTERNANCE,
        detail=job.apply.phone or "",
    )


def _course(course: Course, place: Where | None, today: dt.date) -> Result:
    point = course.lieu.geolocalisation
    title = course.certification.title or "Formation en apprentissage"
    return Result(
        kind="formation",
        title=title,
        employer=course.school,
        town=course.lieu.adresse.commune.nom,
        distance_km=away(place, point.lat, point.lon),
        contract="Apprentissage",
        date=course.next_session(today),
        url=web_address(course.onisep.url) or links.apprenticeship(title, place, courses=True),
        service=ALTERNANCE,
        detail=course.contact.telephone or course.contact.email or "",
    )


def _mission_locale(mission: MissionLocale, place: Where) -> Result:
    where = mission.localisation
    address = " ".join(part for part in (where.adresse, where.cp, where.ville) if part)
    reach = (address, mission.contact.telephone or mission.contact.email)
    return Result(
        kind="mission_locale",
        title=mission.nom,
        town=where.ville,
        distance_km=away(place, where.geopoint.lat, where.geopoint.lon),
        url=web_address(mission.contact.site_web),
        service=MISSIONS_LOCALES,
        detail=", ".join(part for part in reach if part),
    )
