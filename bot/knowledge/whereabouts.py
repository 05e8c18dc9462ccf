"""What a message says of where, beside the places of France that it names: how far around, which of several
communes of one name, a place that is not in France or that nobody knows, and « chez moi ».
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.knowledge.hypotheses import Reading
from bot.knowledge.normalise import Message, fold
from bot.knowledge.place_finding import Place
from bot.knowledge.places import LINKS, Commune, Gazetteer, words_of

# What the public services take as a distance around a town, in kilometres.
LEAST_RADIUS_KM = 5
MOST_RADIUS_KM = 100
# A commune of the same name is a rival when it has at least this share of the people of the one chosen.
RIVAL_SHARE = 1 / 20
RIVALS_SHOWN = 3

_DISTANCE = re.compile(r"(?<![\d.,])(\d[\d  .]{0,9}\d|\d)(?:[.,]\d)?\s*(?:kms?|kilometres?|bornes)\b")
_HOME = re.compile(r"\b(?:chez moi|mon lieu|ma ville|mon secteur)\b")

# Neighbouring countries and those that people most often write from, with their large towns.
ABROAD = frozenset(
    """belgique bruxelles liege namur charleroi mons tournai anvers gand bruges ostende suisse geneve lausanne
    zurich bale berne fribourg neuchatel sion montreux luxembourg monaco andorre allemagne berlin munich
    francfort sarrebruck stuttgart cologne italie turin milan naples espagne barcelone madrid bilbao
    portugal lisbonne porto angleterre londres irlande dublin ecosse canada quebec ottawa toronto maroc casablanca
    rabat tanger marrakech agadir algerie alger oran tunisie tunis sfax senegal dakar mali bamako abidjan cameroun
    douala yaounde congo kinshasa brazzaville gabon libreville benin cotonou togo lome madagascar antananarivo
    comores moroni haiti liban beyrouth turquie istanbul roumanie bucarest pologne varsovie ukraine kiev""".split()
) | {"pays bas", "royaume uni", "cote d ivoire", "burkina faso", "etats unis", "new york"}
_TOWARDS = frozenset("a en au aux sur vers dans pres autour cote".split())
_SMALL = _TOWARDS | LINKS | frozenset("et ou sinon plutot pour aussi proche secteur".split())
# « Un diplôme obtenu en Belgique »: where one comes from is not where one searches.
_COMES_FROM = frozenset(
    "diplome diplomes diplomee obtenu obtenue viens venu venue origine equivalence etudie etudes nationalite".split()
)
_UNITS = frozenset("km kms kilometres euros euro eur e heures h ans".split())


@dataclass(frozen=True, slots=True)
class Stray:
    """The words of a place where nothing can be searched: in another country (``abroad``), or unknown."""

    words: str
    abroad: bool = False
    alone: bool = False


def asked_radius(text: str) -> int | None:
    """The distance around a place that a message asks for, in whole kilometres as typed; None without one."""
    match = _DISTANCE.search(fold(text[:2000]))
    return int(re.sub(r"\D", "", match[1])) if match else None


def usable_radius(asked_km: int) -> int:
    """The nearest distance that can be searched, in kilometres."""
    return max(LEAST_RADIUS_KM, min(asked_km, MOST_RADIUS_KM))


def means_home(message: Message) -> bool:
    """Whether the message names the person's own place without saying which one it is."""
    return bool(_HOME.search(" ".join(token.typed for token in message.tokens)))


def rivals(gazetteer: Gazetteer, place: Place, message: Message) -> tuple[str, ...]:
    """The communes that a person may as well have meant by the name of this one, most populous first.

    Those of the same name, unless they are tiny beside it; and larger ones whose name only goes on: who writes
    « Saint-Germain » may mean Saint-Germain-en-Laye. None when the message tells the département.
    """
    if ":" in place.code or message.tokens[place.first].typed.isdigit():
        return ()
    chosen = gazetteer.communes[place.code]
    if _tells_departement(gazetteer, chosen, message):
        return ()
    same = [gazetteer.communes[code] for code in place.others if ":" not in code]
    count = len(chosen.words)
    meant = {
        *(c for c in same if _content(c.words) == _content(chosen.words)),
        *(
            c
            for c in gazetteer.communes.values()
            if c.population > chosen.population and c.words[:count] == chosen.words and c is not chosen
        ),
    }
    real = [c for c in meant if c.population >= chosen.population * RIVAL_SHARE]
    return tuple(c.code for c in sorted(real, key=lambda c: -c.population)[:RIVALS_SHOWN])


def beginning_with(gazetteer: Gazetteer, words: str) -> tuple[str, ...]:
    """The largest communes whose name begins with these words: « Boulogne » is Boulogne-Billancourt, or sur-Mer."""
    name = words_of(words)
    found = [c for c in gazetteer.communes.values() if name and c.words[: len(name)] == name]
    return tuple(c.code for c in sorted(found, key=lambda c: -c.population)[:RIVALS_SHOWN])


def _tells_departement(gazetteer: Gazetteer, commune: Commune, message: Message) -> bool:
    typed = [token.typed for token in message.tokens]
    number = commune.departement.lower()
    name = words_of(gazetteer.name(f"D:{commune.departement}"))
    named = any(tuple(typed[i : i + len(name)]) == name for i in range(len(typed)))
    return named or number in typed or not set(commune.postal).isdisjoint(typed)


def full_name(gazetteer: Gazetteer, code: str) -> str:
    """A commune told from its homonyms: « Saint-Denis (La Réunion) »; an area by its name alone."""
    if ":" in code:
        return gazetteer.name(code)
    return f"{gazetteer.name(code)} ({gazetteer.name(f'D:{gazetteer.communes[code].departement}')})"


def stray_place(reading: Reading) -> Stray | None:
    """The place that a message seems to name and that is not among those of France; None when there is none."""
    message = reading.message
    if reading.places:
        return None
    typed = [token.typed for token in message.tokens]
    for first in range(len(typed)):
        for length in (3, 2, 1):
            name = " ".join(typed[first : first + length])
            if first + length <= len(typed) and name in ABROAD and _is_sought(typed, first, length):
                return _stray(message, first, first + length - 1, abroad=True)
    for index in range(len(typed)):
        if _is_postal_code(message, index) or (_is_unknown(reading, index) and _announced(typed, index)):
            last = index
            while last + 1 < len(typed) and _joined(message, last):
                last += 1
            return _stray(message, index, last, abroad=False)
    return None


def _content(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in LINKS)


def _stray(message: Message, first: int, last: int, abroad: bool) -> Stray:
    others = [t.typed for i, t in enumerate(message.tokens) if not first <= i <= last]
    return Stray(message.excerpt(first, last), abroad, all(word in _SMALL for word in others))


def _is_sought(typed: list[str], first: int, length: int) -> bool:
    """Announced by « à », « en »…, or the last word: « offres infirmier Genève »."""
    if _COMES_FROM & set(typed):
        return False
    return _announced(typed, first, _TOWARDS) or first + length == len(typed)


def _announced(typed: list[str], index: int, by: frozenset[str] = frozenset({"a", "vers", "pres"})) -> bool:
    while index and typed[index - 1] in ("de", "d", "la", "le", "l"):
        index -= 1
    return index > 0 and typed[index - 1] in by


def _is_postal_code(message: Message, index: int) -> bool:
    token = message.tokens[index]
    if len(token.typed) != 5 or not token.typed.isdigit():
        return False
    after = message.tokens[index + 1].typed if index + 1 < len(message.tokens) else ""
    return after not in _UNITS and "€" not in message.text[token.end : token.end + 2]


def _is_unknown(reading: Reading, index: int) -> bool:
    """A word that neither French nor the field has, and that was not put right."""
    token = reading.message.tokens[index]
    named = any(mention.first <= index <= mention.last for mention in reading.mentions)
    return not named and not token.known and token.word == token.typed and len(token.typed) > 3


def _joined(message: Message, index: int) -> bool:
    """Whether the next word hangs on this one by a hyphen: « Trifouillis-les-Oies »."""
    return message.text[message.tokens[index].end : message.tokens[index + 1].start] == "-"
