"""Public services that give what a test says, in place of ``LiveResults``."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.live.results import Results
from bot.live.service import LiveResults

BATCH = 10


class FakeLive:
    """Gives results by radius in km, in batches of ten; nothing within a radius that is not said."""

    has_immersions = True

    def __init__(self, by_radius: dict[int, Results | None], missions: Results | None = None):
        """``by_radius`` may change on the way; None there means that the service has no key."""
        self.by_radius = by_radius
        self.missions = missions
        self.asked: list[tuple[int, int]] = []

    @property
    def live(self) -> LiveResults:
        """The same, as the bot takes it."""
        return cast(LiveResults, self)

    async def offers(
        self, rome: object, words: str, place: object, radius_km: int, batch: int
    ) -> Results | None:
        self.asked.append((radius_km, batch))
        whole = self.by_radius.get(radius_km, Results())
        if whole is None or whole.failed:
            return whole
        shown = whole.items[BATCH * batch : BATCH * (batch + 1)]
        return replace(whole, items=shown, more=len(whole.items) > BATCH * (batch + 1))

    async def immersions(self, codes: object, place: object, radius_km: int, batch: int) -> Results | None:
        return await self.offers(codes, "", place, radius_km, batch)

    async def missions_locales(self, place: object, radius_km: int) -> Results | None:
        return self.missions

    async def aclose(self) -> None:
        return None
