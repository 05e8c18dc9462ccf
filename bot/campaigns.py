"""What a campaign's code may be, and the link made of it."""

from __future__ import annotations

import re

from bot.campaign_store import MOST_CHARACTERS
from bot.errors import UnusableError
from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import fold
from bot.render import read_payload

_CODE = re.compile(r"[A-Za-z0-9_-]+")


def code_of(title: str, knowledge: Knowledge) -> str:
    """The code of a title: « Forum de Nantes, 12 mars » gives forum-de-nantes-12-mars; a code gives itself.

    Raises UnusableError when no letter or digit is left, when it is too long to be typed as a code, or when the link
    would open a fiche instead of being counted.
    """
    whole = title.strip()
    code = (
        whole if _CODE.fullmatch(whole) else "-".join(re.findall("[a-z0-9]+", fold(whole)))[:MOST_CHARACTERS]
    )
    code = code.strip("-")
    if not code:
        raise UnusableError(f"« {title} » ne donne pas de code : il faut au moins une lettre ou un chiffre.")
    if len(code) > MOST_CHARACTERS:
        raise UnusableError(f"ce code est trop long : {len(code)} caractères, {MOST_CHARACTERS} au plus.")
    if read_payload(code, knowledge):
        raise UnusableError(
            f"« {code} » ouvre une fiche : choisissez un autre nom, par exemple forum-{code}."
        )
    return code


def link_of(code: str, username: str) -> str:
    """The link that counts whom it brings. ``username`` is the bot's name on Telegram, without « @ »."""
    return f"https://t.me/{username}?start={code}"
