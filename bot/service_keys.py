"""The keys of the public services, out of the settings."""

from __future__ import annotations

from pydantic import SecretStr

from bot.live.service import Keys
from bot.settings import Settings


def service_keys(settings: Settings) -> Keys | None:
    """The keys that are set; None when none is."""
    keys = Keys(
        settings.francetravail_id,
        revealed(settings.francetravail_secret),
        revealed(settings.immersion_key),
        revealed(settings.alternance_key),
    )
    return None if keys == Keys() else keys


def revealed(secret: SecretStr | None) -> str | None:
    """What a secret setting holds, if it is set."""
    return secret.get_secret_value() if secret else None
