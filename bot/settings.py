"""What can be set from outside: environment variables or a ``.env`` file, all checked when read."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from platformdirs import user_cache_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.errors import UnusableError

PREFIX = "ORIENTASOIN_"
ENV_FILE = ".env"
PROJECT = Path(__file__).resolve().parent.parent


class SettingsError(UnusableError):
    """A setting is missing or can't be used."""


class Settings(BaseModel):
    """All settings. Names in the environment are the field names in capitals, after ``ORIENTASOIN_``."""

    model_config = ConfigDict(frozen=True)

    token: SecretStr | None = Field(None, description="jeton du bot, donné par @BotFather")
    api_url: str = Field("https://api.telegram.org", description="adresse de l'API Bot")
    data: Path = Field(PROJECT / "data", description="dossier des fichiers YAML")
    db: Path = Field(Path("orientasoin.db"), description="fichier SQLite")
    cache: Path = Field(
        default_factory=lambda: user_cache_path("orientasoin"), description="dossier des poids appris"
    )
    admins: tuple[int, ...] = Field(
        (), description="identifiants Telegram des administrateurs, séparés par des virgules"
    )
    webhook_url: str | None = Field(None, description="adresse publique du webhook ; absente : long polling")
    webhook_secret: SecretStr | None = Field(
        None, description="secret que Telegram renvoie avec chaque appel"
    )
    port: int = Field(8080, ge=1, le=65535, description="port d'écoute du webhook")
    secret: SecretStr | None = Field(
        None, description="sel des pseudonymes ; absent : un fichier .sel est créé"
    )
    contact: str | None = Field(None, description="à qui une personne peut parler")
    francetravail_id: str | None = Field(None, description="identifiant client de francetravail.io")
    francetravail_secret: SecretStr | None = Field(None, description="secret client de francetravail.io")
    immersion_key: SecretStr | None = Field(None, description="clé d'Immersion Facilitée")
    alternance_key: SecretStr | None = Field(None, description="clé de l'API Alternance")

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(piece for piece in value.replace(";", ",").replace(" ", ",").split(",") if piece)
        return value

    @field_validator("api_url", "webhook_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("une adresse commence par https://")
        return value.rstrip("/") if value else value


def load_settings() -> Settings:
    """Read the environment, then ``.env`` for what it lacks. Raises SettingsError with one clear line.

    An empty variable counts as not set.
    """
    found = {**dotenv_values(ENV_FILE), **os.environ}
    given = {name: found.get(PREFIX + name.upper()) for name in Settings.model_fields}
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        details = error.errors()[0]
        name = PREFIX + str(details["loc"][0]).upper()
        field = Settings.model_fields.get(str(details["loc"][0]))
        what = field.description if field else ""
        raise SettingsError(
            f"{name} ne va pas ({what}). Corrigez cette variable ou le fichier .env."
        ) from None


def require_token(settings: Settings) -> str:
    """The bot's token. Raises SettingsError when it is not set."""
    if settings.token is None:
        raise SettingsError(
            f"{PREFIX}TOKEN manque : demandez un jeton à @BotFather sur Telegram, puis écrivez "
            f"{PREFIX}TOKEN=… dans l'environnement ou dans un fichier .env."
        )
    return settings.token.get_secret_value()


def revealed(secret: SecretStr | None) -> str | None:
    """What a secret setting holds, if it is set."""
    return secret.get_secret_value() if secret else None


def refused_token() -> SettingsError:
    """What to say when Telegram refuses the token, which its own error would quote."""
    return SettingsError(f"{PREFIX}TOKEN est refusé par Telegram : copiez-le à nouveau depuis @BotFather.")
