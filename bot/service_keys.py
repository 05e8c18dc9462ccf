"""The keys of the public services, out of the settings."""

from __future__ import annotations

from bot.live.service import Keys
from bot.settings import Settings, revealed


def service_keys(settings: Settings) -> Keys | None:
    """The keys that are set; None when none is."""
    keys = Keys(
        settings.francetravail_id,
        revealed(settings.francetravail_secret),
        revealed(settings.immersion_key),
        revealed(settings.alternance_key),
    )
    return None if keys == Keys() else keys
