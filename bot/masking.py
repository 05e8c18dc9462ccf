"""Hiding what tells who somebody is in a message, before it is kept: addresses and numbers of people and accounts.

Names can't be told from other words for certain, and are not looked for: people are asked not to write theirs.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(r"(?<![\w@])@[A-Za-z]\w{4,31}\b")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){3,7}(?:[ ]?[A-Za-z0-9]{1,3})?\b")
# Phones, social security, bank cards, SIRET: nine digits or more, with what people put between them.
_NUMBER = re.compile(r"\+?\d(?:[ \u00a0./-]{0,2}\d){8,}")


def masked(text: str) -> str:
    """The text without e-mail addresses, account names and numbers of nine digits or more."""
    for pattern, word in (
        (_EMAIL, "[adresse]"),
        (_ACCOUNT, "[compte]"),
        (_IBAN, "[numéro]"),
        (_NUMBER, "[numéro]"),
    ):
        text = pattern.sub(word, text)
    return text
