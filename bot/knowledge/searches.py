"""Official searches for what is sought near a place, already filled in with métier, place and distance."""

from __future__ import annotations

from bot import texts
from bot.knowledge import links
from bot.knowledge.models import Fiche, Knowledge
from bot.knowledge.reply import Asked, Button
from bot.knowledge.whereabouts import usable_radius


def official_searches(
    knowledge: Knowledge, asked: Asked, fiche: Fiche | None, place: links.Where | None
) -> list[Button]:
    """The pages to open for a search, the likeliest first: about a fiche (or all of care), around a place."""
    action = asked.label.id
    radius = links.DEFAULT_RADIUS_KM if asked.radius_km is None else usable_radius(asked.radius_km)
    metier = twin(knowledge, fiche, "metier")
    formation = twin(knowledge, fiche, "formation")
    job = metier.court if metier else ""
    if action == "offres":
        return [
            Button(texts.LINK_OFFERS, url=links.offers(job, place, radius)),
            Button(texts.LINK_APPRENTICE, url=links.apprenticeship(job or "santé", place, radius_km=radius)),
        ]
    if action == "immersions":
        ident = metier.id if metier else None
        return [
            Button(texts.LINK_IMMERSION, url=links.immersions(ident, place, radius_km=radius)),
            Button(texts.LINK_PUPILS, url=links.immersions(ident, place, pupils=True, radius_km=radius)),
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
        Button(
            texts.LINK_APPRENTICE_TRAINING,
            url=links.apprenticeship(words, place, courses=True, radius_km=radius),
        ),
    ]


def twin(knowledge: Knowledge, fiche: Fiche | None, kind: str) -> Fiche | None:
    """The fiche if it is of this kind, or the one of this kind that goes with it: a métier's formation, or the other
    way round.
    """
    if fiche is None or fiche.kind == kind:
        return fiche
    for ref in knowledge.twins.get(fiche.ref, ()):
        if ref.startswith(f"{kind}:"):
            return knowledge.fiche(ref)
    return None
