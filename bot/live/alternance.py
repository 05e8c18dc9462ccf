"""API Alternance: apprenticeship jobs, the courses that take apprentices, missions locales."""

from __future__ import annotations

import datetime as dt
import re

from bot.knowledge import links
from bot.knowledge.links import Where
from bot.live.http import Loose, Params, Request, Service, inside
from bot.live.results import (
    ALTERNANCE,
    MISSIONS_LOCALES,
    Point,
    Regions,
    Result,
    Results,
    away,
    departements,
    found,
    lat_lon,
    nearest_first,
    web_address,
)

MAX_RADIUS_KM = 200
COURSES_ASKED = 100

_TOWN_AFTER_CODE = re.compile(r"\b\d{5}\s+([^,\d][^,]*)$")


class Job(Loose):
    """One apprenticeship job."""

    title: str = inside("offer", "title", default=...)
    status: str | None = inside("offer", "status")
    published: dt.datetime | None = inside("offer", "publication", "creation")
    brand: str | None = inside("workplace", "brand")
    name: str | None = inside("workplace", "name")
    legal_name: str | None = inside("workplace", "legal_name")
    address: str | None = inside("workplace", "location", "address")
    point: Point = inside("workplace", "location", "geopoint", "coordinates")
    contracts: tuple[str, ...] = inside("contract", "type", default=())
    url: str | None = inside("apply", "url")
    phone: str | None = inside("apply", "phone")


class Jobs(Loose):
    """All jobs found; the service has no pages."""

    jobs: list[object]


class Session(Loose):
    """When a course begins."""

    debut: dt.datetime | None = None


class Course(Loose):
    """One apprenticeship course."""

    certification: dict[str, object]
    national_title: str | None = inside("certification", "valeur", "intitule", "rncp")
    ministry_title: str | None = inside("certification", "valeur", "intitule", "cfd", "long")
    status: str | None = inside("statut", "catalogue")
    teacher_sign: str | None = inside("formateur", "organisme", "etablissement", "enseigne")
    teacher_name: str | None = inside("formateur", "organisme", "unite_legale", "raison_sociale")
    owner_sign: str | None = inside("responsable", "organisme", "etablissement", "enseigne")
    owner_name: str | None = inside("responsable", "organisme", "unite_legale", "raison_sociale")
    town: str | None = inside("lieu", "adresse", "commune", "nom")
    point: Point = inside("lieu", "geolocalisation", "coordinates")
    phone: str | None = inside("contact", "telephone")
    email: str | None = inside("contact", "email")
    url: str | None = inside("onisep", "url")
    sessions: tuple[Session, ...] = ()

    @property
    def title(self) -> str | None:
        """The title of the national register, else the ministry's."""
        return self.national_title or self.ministry_title

    @property
    def school(self) -> str | None:
        """Who teaches, else who answers for the course; the name on the door, else the legal one."""
        return self.teacher_sign or self.teacher_name or self.owner_sign or self.owner_name

    def next_session(self, today: dt.date) -> dt.datetime | None:
        """The first session that has not begun yet."""
        coming = (session.debut for session in self.sessions if session.debut)
        return min((debut for debut in coming if debut.date() >= today), default=None, key=dt.datetime.date)


class Courses(Loose):
    """A page of courses."""

    data: list[object]
    page_count: int = inside("pagination", "page_count", default=1)


class MissionLocale(Loose):
    """One mission locale: help for people under 26."""

    nom: str
    point: Point = inside("localisation", "geopoint", "coordinates")
    adresse: str | None = inside("localisation", "adresse")
    cp: str | None = inside("localisation", "cp")
    ville: str | None = inside("localisation", "ville")
    phone: str | None = inside("contact", "telephone")
    email: str | None = inside("contact", "email")
    url: str | None = inside("contact", "siteWeb")


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
        items = [_job(job, place) for job in jobs if job.status in (None, "Active")]
        return found(sorted(items, key=nearest_first), ALTERNANCE, today)

    async def courses(
        self, romes: tuple[str, ...], place: Where | None, radius_km: int, today: dt.date, batch: int = 0
    ) -> Results:
        """Courses that take apprentices, nearest first, each school once for a diploma. Raises ServiceError."""
        pages = (("page_size", str(COURSES_ASKED)), ("page_index", str(batch)))
        params = (*_romes(romes), *_around(place, radius_km), *pages)
        reply = await self._service.send(Request("GET", "/formation/v1/search", params, self._headers))
        page = self._service.read(Courses, reply)
        courses = self._service.items(Course, page.data)
        open_ones = [course for course in courses if course.status in (None, "publié")]
        results = sorted((_course(course, place, today) for course in open_ones), key=nearest_first)
        items = list({(item.title, item.employer, item.town): item for item in reversed(results)}.values())[
            ::-1
        ]
        # The service counts its pages only: all but the last are full.
        counted = (page.page_count - 1) * COURSES_ASKED
        return found(items, ALTERNANCE, today, counted, more=batch + 1 < page.page_count)

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
    town = _TOWN_AFTER_CODE.search(job.address or "")
    return Result(
        kind="alternance",
        title=job.title,
        employer=job.brand or job.name or job.legal_name,
        town=town[1].strip() if town else None,
        distance_km=away(place, *lat_lon(job.point)),
        contract=", ".join(job.contracts) or None,
        date=job.published,
        url=web_address(job.url) or links.apprenticeship(job.title, place),
        service=ALTERNANCE,
        detail=job.phone or "",
    )


def _course(course: Course, place: Where | None, today: dt.date) -> Result:
    title = course.title or "Formation en apprentissage"
    return Result(
        kind="formation",
        title=title,
        employer=course.school,
        town=course.town,
        distance_km=away(place, *lat_lon(course.point)),
        contract="Apprentissage",
        date=course.next_session(today),
        url=web_address(course.url) or links.apprenticeship(title, place, courses=True),
        service=ALTERNANCE,
        detail=course.phone or course.email or "",
    )


def _mission_locale(mission: MissionLocale, place: Where) -> Result:
    address = " ".join(part for part in (mission.adresse, mission.cp, mission.ville) if part)
    return Result(
        kind="mission_locale",
        title=mission.nom,
        town=mission.ville,
        distance_km=away(place, *lat_lon(mission.point)),
        url=web_address(mission.url),
        service=MISSIONS_LOCALES,
        detail=", ".join(part for part in (address, mission.phone or mission.email) if part),
    )
