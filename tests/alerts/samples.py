"""Alerts and items that tests make up."""

from __future__ import annotations

import datetime as dt

from bot.knowledge.alerts import LIFE, Alert, Found, Frequency, Item, Watch, next_look
from bot.knowledge.local import Evenement
from bot.knowledge.reply import Button

NANTES = "44109"
WATCH = Watch("evenements", "metier:aide-soignant", NANTES)
# A Monday, 10 h in Paris.
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def alert(
    now: dt.datetime = MONDAY, frequency: Frequency = Frequency.AT_ONCE, radius_km: int | None = 20
) -> Alert:
    return Alert(1, "person", 42, WATCH, frequency, now, next_look(frequency, now), now + LIFE, radius_km)


def item(key: str, published: dt.date | None = None) -> Item:
    return Item(key, f"• {key}", key, f"https://exemple.invalid/{key}", published)


def found(*keys: str) -> Found:
    search = Button("Chercher", url="https://exemple.invalid/recherche")
    return Found(live=tuple(map(item, keys)), radius_km=20, source="Source : exemple.", search=search)


def event(ident: str, in_days: int = 5) -> Evenement:
    return Evenement.model_validate(
        {
            "id": ident,
            "titre": f"Job dating {ident}",
            "genre": "job-dating",
            "date": (dt.date.today() + dt.timedelta(in_days)).isoformat(),
            "commune": NANTES,
            "metiers": "metier:aide-soignant",
            "inscription": f"https://exemple.invalid/{ident}",
            "source": "exemple pour les tests",
            "verifie_le": "2026-11-21",
        }
    )
