"""Invented events, for tests only."""

from __future__ import annotations

from bot.knowledge.local import Evenement, LocalKnowledge


def seven_forums(commune: str) -> LocalKnowledge:
    """Seven forums in a commune: more than one page."""
    events = [
        {
            "id": f"e{n}",
            "titre": f"Forum {n}",
            "genre": "forum",
            "date": "2090-01-01",
            "debut": f"{n} h",
            "commune": commune,
            "source": "exemple pour les tests",
            "verifie_le": "2026-11-21",
        }
        for n in range(1, 8)
    ]
    return LocalKnowledge(tuple(map(Evenement.model_validate, events)))
