"""Where: communes, départements and régions, found inside messages without any network.

A name alone proves little (« Sens », « Grasse », « Die », « Vienne » are words): what stands around it
decides. Codes are INSEE's: ``13055``, ``D:06``, ``R:93``; Paris, Lyon and Marseille are one commune each.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.normalise import Message, fold
from bot.knowledge.problems import DataError, Problem
from bot.knowledge.spelling import sound

FOLDER = "lieux"

LINKS = frozenset("la le les l sur en de du des d et a au aux sous lez".split())
ARTICLES = frozenset(["la", "le", "les", "l"])
ABBREVIATED = {"st": "saint", "ste": "sainte", "fd": "ferrand", "s": "sur", "ss": "sous", "aix": "aix"}
# French words that are first of all towns.
RATHER_TOWNS = frozenset({"paris", "bordeaux", "rennes"})
# Not in a list of French words, but said for something else.
RATHER_WORDS = frozenset(
    "nice gap die ars mon ton bon y o us by re l as ide aes vae bus sees ales soudan pace".split()
)

BEFORE_TOWN = frozenset("a sur vers pres autour cote habite habitant proche proximite ville environs".split())
WEAK_BEFORE = frozenset(
    "de d du en dans region secteur hopital chu ch ifsi ifas chez par depuis pour".split()
)
BEFORE_NUMBER = frozenset("le dans du dpt dept departement departements en".split())
PRONOUNS = frozenset("il elle on ca y n qui ils j tu m t l".split())

CITY_ARRONDISSEMENTS = {"paris": ("75056", 20), "lyon": ("69123", 9), "marseille": ("13055", 16)}

NICKNAMES = {
    "paca": "R:93", "region sud": "R:93", "provence alpes cote d azur": "R:93", "provence": "R:93",
    "cote d azur": "R:93", "idf": "R:11", "ile de france": "R:11", "region parisienne": "R:11", "aura": "R:84",
    "rhone alpes": "R:84", "auvergne": "R:84", "hdf": "R:32", "hauts de france": "R:32",
    "nord pas de calais": "R:32", "npdc": "R:32", "picardie": "R:32", "alsace": "R:44", "lorraine": "R:44",
    "champagne ardenne": "R:44", "grand est": "R:44", "bourgogne": "R:27", "franche comte": "R:27",
    "bfc": "R:27", "haute normandie": "R:28", "basse normandie": "R:28", "limousin": "R:75",
    "aquitaine": "R:75", "poitou charentes": "R:75", "midi pyrenees": "R:76", "languedoc roussillon": "R:76",
    "languedoc": "R:76", "pdl": "R:52", "pays de loire": "R:52", "la reunion": "D:974", "reunion": "D:974",
    "mayotte": "D:976", "guadeloupe": "D:971", "martinique": "D:972", "guyane": "D:973", "corse": "R:94",
    "bretagne": "R:53", "normandie": "R:28", "occitanie": "R:76", "vendee": "D:85", "neuf trois": "D:93",
    "neuf deux": "D:92", "neuf quatre": "D:94", "neuf cinq": "D:95", "pays basque": "D:64", "bearn": "D:64",
    "perigord": "D:24", "anjou": "D:49", "cotentin": "D:50", "berry": "D:18", "touraine": "D:37",
    "haute corse": "D:2B", "corse du sud": "D:2A", "9 3": "D:93", "region centre": "R:24",
    "centre val de loire": "R:24", "nouvelle aquitaine": "R:75", "pays de la loire": "R:52",
}  # fmt: skip
# Old or usual short names of towns, where they are not the first words of the whole one.
TOWN_NICKNAMES = {
    "valence d agen": "82186", "au havre": "76351", "au mans": "72181", "vire": "14762",
    "la baule": "44055", "les sables": "85194", "saint naz": "44184", "st naz": "44184", "clermont": "63113", "aix": "13001", "la roche": "85191",
    "boulogne billancourt": "92012", "sainte foy": "69202", "montbe": "25388", "marsiho": "13055",
    "panam": "75056", "paname": "75056", "lille": "59350", "la rochelle": "17300", "saint brieuc": "22278",
    "saint etienne": "42218", "st etienne": "42218", "sainte": "42218", "bayeux": "14047",
    "chalon": "71076", "bourg": "01053",
    "saint quentin": "02691", "saint denis": "93066", "saint malo": "35288", "annecy": "74010",
    "montreuil": "93048", "evry": "91228", "saint nazaire": "44184", "aubagne": "13005",
}  # fmt: skip
# Towns of this many people are called by the first words of a long name.
SHORTENED_FROM = 2000
# Of several with the same first words, the largest is meant when it is this many times larger than the next.
STANDS_OUT = 3
# Départements whose name is also a word, or a river that people name for itself.
DEPARTEMENT_WORDS = frozenset(
    "nord manche landes creuse lot var ain orne aube somme cher indre vienne rhone loire allier oise marne eure".split()
)


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune: codes, the folded words of its name, population, and a point (``exact`` is False when it is a neighbours' mean)."""

    code: str
    nom: str
    words: tuple[str, ...]
    departement: str
    region: str
    postal: tuple[str, ...]
    population: int
    lat: float
    lon: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a message: its code, the tokens it takes, other places that the name could mean."""

    code: str
    first: int
    last: int
    others: tuple[str, ...] = ()


class Gazetteer:
    """All places of France, ready to be found in messages."""

    def __init__(
        self,
        communes: Iterable[Commune],
        departements: dict[str, tuple[str, str]],
        regions: dict[str, str],
        french: frozenset[str],
    ):
        """The communes; the départements (code → name, région) and régions (code → name); French words."""
        self.communes = {commune.code: commune for commune in communes}
        self.departements = departements
        self.regions = regions
        self._french = french
        self._towns: dict[tuple[str, ...], list[Commune]] = defaultdict(list)
        self._postal: dict[str, list[Commune]] = defaultdict(list)
        self._sounds: dict[str, Commune] = {}
        self._letters: dict[str, list[str]] = defaultdict(list)
        for commune in sorted(self.communes.values(), key=lambda c: -c.population):
            full = commune.words
            content = tuple(word for word in full if word not in LINKS)
            self._towns[full].append(commune)
            if content and content != full:
                self._towns[content].append(commune)
            for postal in commune.postal:
                self._postal[postal].append(commune)
            if commune.population >= 5000 and len(full) == 1:
                self._sounds.setdefault(sound(full[0]), commune)
                if len(full[0]) >= 5:
                    self._letters[full[0][0]].append(full[0])
        self._towns |= self._shortened()
        self._areas = {words_of(name): code for name, code in NICKNAMES.items()}
        for code, (name, _) in departements.items():
            self._areas.setdefault(words_of(name), f"D:{code}")
        for code, name in regions.items():
            self._areas.setdefault(words_of(name), f"R:{code}")
        self._towns_short = {words_of(name): self.communes[code] for name, code in TOWN_NICKNAMES.items()}
        self._longest = max(len(key) for key in self._towns)
        self._opening = {key[0] for key in (*self._towns, *self._towns_short)}

    def _shortened(self) -> dict[tuple[str, ...], list[Commune]]:
        """Towns by the first words of their names, as people call them: « Carhaix », « Château-Gontier », « Issy ».

        Not where another commune has that name, nor where it is nothing but French words (« Rive »-de-Gier), nor where
        no town stands out: people are asked which « Boulogne ».
        """
        found: dict[tuple[str, ...], list[Commune]] = defaultdict(list)
        for commune in sorted(self.communes.values(), key=lambda c: -c.population):
            name = commune.words
            link = next((index for index, word in enumerate(name) if index and word in LINKS), None)
            short = name[:link] if link else name[:1] if len(name) == 2 else ()
            common = all(word in self._french or word in LINKS for word in short)
            if commune.population >= SHORTENED_FROM and not common and short not in self._towns:
                found[short].append(commune)
        return {
            short: towns
            for short, towns in found.items()
            if len(towns) == 1 or towns[0].population >= STANDS_OUT * towns[1].population
        }

    @cached_property
    def area_words(self) -> frozenset[str]:
        """The words of the names of départements and régions, folded."""
        names = [name for name, _ in self.departements.values()] + list(self.regions.values())
        return frozenset(word for name in names for word in words_of(name))

    @property
    def town_words(self) -> frozenset[str]:
        """The words of the names of towns of 2,000 people and more, folded."""
        return frozenset(w for town in self.communes.values() if town.population >= 2000 for w in town.words)

    # -- codes ---------------------------------------------------------------------------------------

    def name(self, code: str) -> str:
        """How people call the place of this code. Raises KeyError when there is none."""
        kind, _, rest = code.partition(":")
        if kind == "R":
            return self.regions[rest]
        if kind == "D":
            return self.departements[rest][0]
        return self.communes[code].nom

    def region_of(self, code: str) -> str:
        """The région (``R:93``) that a place belongs to, or is."""
        kind, _, rest = code.partition(":")
        if kind == "R":
            return code
        if kind == "D":
            return f"R:{self.departements[rest][1]}"
        return f"R:{self.communes[code].region}"

    def departement_of(self, code: str) -> str | None:
        """The département (``D:13``) of a place, or None for a région."""
        if code.startswith("R:"):
            return None
        return code if code.startswith("D:") else f"D:{self.communes[code].departement}"

    @cached_property
    def departements_of(self) -> dict[str, tuple[str, ...]]:
        """The codes of each région's départements: ``R:93`` → ``("04", "05", …)``."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, (_, region) in self.departements.items():
            found[f"R:{region}"].append(code)
        return {region: tuple(codes) for region, codes in found.items()}

    def at(self, lat: float, lon: float) -> Commune:
        """The commune whose point is nearest to these coordinates, in degrees."""
        return min(self.communes.values(), key=lambda c: distance_km(lat, lon, c.lat, c.lon))

    # -- finding -------------------------------------------------------------------------------------

    def find(self, message: Message, field_words: frozenset[str] = frozenset()) -> list[Place]:
        """The places that a message names; where something is sought comes before where one lives or works.

        ``field_words`` are the words of entries' names: they are places only when nothing else is possible.
        """
        found: list[Place] = []
        taken: set[int] = set()
        words = [_seen(message, index) for index in range(len(message.tokens))]
        candidates = [
            *self._numbers(message, words),
            *self._named_areas(message, words),
            *self._named_towns(message, words, field_words),
        ]
        # The longest name wins: « Aix-en-Provence » is not the Provence.
        for place in sorted(candidates, key=lambda place: place.first - place.last):
            span = set(range(place.first, place.last + 1))
            if not span & taken:
                taken |= span
                found.append(place)
        settled = self._settle(message, sorted(found, key=lambda place: place.first))
        return sorted(settled, key=lambda place: -_sought(words, place, settled))

    def _numbers(self, message: Message, words: list[str]) -> Iterable[Place]:
        """Postal codes, « dans le 44 », « lyon 8 », « (82) »."""
        for index, word in enumerate(words):
            if len(word) == 5 and word.isdecimal():
                communes = self._postal.get(word) or self._city_of_postal(word)
                if communes:
                    yield Place(communes[0].code, index, index, tuple(c.code for c in communes[1:]))
            elif word in CITY_ARRONDISSEMENTS and index + 1 < len(words):
                code, count = CITY_ARRONDISSEMENTS[word]
                number = re.fullmatch(r"(\d{1,2})(?:e|er|eme|ieme)?", words[index + 1])
                if number and 1 <= int(number[1]) <= count:
                    yield Place(code, index, index + 1)
            elif word.upper() in self.departements and self._is_departement_number(message, words, index):
                yield Place(f"D:{word.upper()}", index, index)

    def _city_of_postal(self, postal: str) -> list[Commune]:
        """Paris, Lyon and Marseille by an arrondissement's postal code."""
        for prefix, code in (("75", "75056"), ("6900", "69123"), ("130", "13055")):
            if postal.startswith(prefix) and code in self.communes:
                return [self.communes[code]]
        return []

    def _is_departement_number(self, message: Message, words: list[str], index: int) -> bool:
        left = words[index - 1] if index else ""
        before = words[index - 2] if index > 1 else ""
        right = words[index + 1] if index + 1 < len(words) else ""
        if right in (
            "ans",
            "an",
            "h",
            "heures",
            "euros",
            "e",
            "mois",
            "jours",
            "semaines",
            "min",
            "km",
            "eme",
        ):
            return False
        token = message.tokens[index]
        if message.text[max(0, token.start - 1) : token.start] == "(":
            return True
        if words[index] in ("15", "17", "18", "112", "119") and left in ("le", "au", "du"):
            return before in ("dans", "departement") or left == "dpt"
        if left == "le" or left == "du":
            return before in ("dans", "habite", "sur", "vers", "suis", "departement", "est") or left == "du"
        if left in ("dpt", "dept", "departement"):
            return True
        # « mayenne 53 », « bourg 01 »: a number right behind a town that stands there.
        return bool(left) and any(
            commune.departement == words[index].upper() for commune in self._towns.get((left,), ())
        )

    def _named_areas(self, message: Message, words: list[str]) -> Iterable[Place]:
        """Régions and départements by name or nickname."""
        for start in range(len(words)):
            for length in (6, 5, 4, 3, 2, 1):
                key = tuple(words[start : start + length])
                code = self._areas.get(key)
                if len(key) < length or code is None:
                    continue
                if self._area_is_meant(message, words, start, start + length - 1, code):
                    yield Place(code, start, start + length - 1)
                    break

    def _area_is_meant(self, message: Message, words: list[str], first: int, last: int, code: str) -> bool:
        left = words[first - 1] if first else ""
        before = words[first - 2] if first > 1 else ""
        name = words[first]
        if last == first and name in DEPARTEMENT_WORDS:
            if left in ("dans", "en", "departement", "region"):
                return True
            if left in ("le", "la", "l", "les", "du", "d") and before in (
                "dans",
                "departement",
                "cote",
                "sur",
            ):
                return before == "dans" or name not in self._french
            return False
        if last == first and name == "aura":
            return message.tokens[first].capitals or left in ("en", "region")
        if last == first and name in ("reunion", "provence", "sainte"):
            return (left == "la" and before in ("a", "de", "sur")) or message.tokens[
                first
            ].typed == "provence"
        # A name that is a town too (Paris, la Réunion…): the town wins unless « dans », « en » announce an area.
        if (
            last == first
            and self._towns.get((name,))
            and code.startswith("D:")
            and left not in ("en", "dans")
        ):
            return not any(commune.population > 15000 for commune in self._towns[(name,)])
        return True

    def _named_towns(
        self, message: Message, words: list[str], field_words: frozenset[str]
    ) -> Iterable[Place]:
        start = 0
        while start < len(words):
            place = self._town_at(message, words, start, field_words)
            if place:
                yield place
                start = place.last + 1
            else:
                start += 1

    def _town_at(
        self, message: Message, words: list[str], start: int, field_words: frozenset[str]
    ) -> Place | None:
        longest = min(self._longest, len(words) - start, 8) if words[start] in self._opening else 0
        for length in range(longest, 0, -1):
            key = tuple(words[start : start + length])
            short = self._towns_short.get(key)
            communes = ([short] if short else []) + [c for c in self._towns.get(key, []) if c is not short]
            if not communes and length > 1 and key[0] not in LINKS and key[-1] not in LINKS:
                content = tuple(word for word in key if word not in LINKS)
                if len(content) > 1:
                    communes = self._towns.get(content, []) or self._by_prefix(content)
            if not communes:
                continue
            last = start + length - 1
            if short and key[0] == "au":
                return Place(short.code, start, last)
            if self._town_is_meant(message, words, start, last, communes[0], field_words):
                return Place(communes[0].code, start, last, tuple(c.code for c in communes[1:6]))
        return self._misspelled(message, words, start, field_words)

    def _by_prefix(self, content: tuple[str, ...]) -> list[Commune]:
        """« saint naz »: a compound whose last word is cut short."""
        if content[0] not in ("saint", "sainte") or len(content) != 2 or len(content[1]) < 3:
            return []
        return [
            communes[0]
            for key, communes in self._towns.items()
            if len(key) == 2
            and key[0] == content[0]
            and key[1].startswith(content[1])
            and communes[0].population > 20000
        ][:1]

    def _town_is_meant(
        self,
        message: Message,
        words: list[str],
        first: int,
        last: int,
        commune: Commune,
        field_words: frozenset[str],
    ) -> bool:
        content = [word for word in words[first : last + 1] if word not in LINKS]
        if not content or sum(map(len, content)) < 2:
            return False
        strong, weak = self._cues(words, first)
        capital = message.text[message.tokens[first].start].isupper() and not message.shouted
        inside = capital and first > 0
        # « pompier volontaire, Gap »: a town behind the last comma.
        weak = weak or (capital and last + 1 == len(words) and self._behind_comma(message, first))
        confirmed = last + 1 < len(words) and self._confirms(words[last + 1], commune)
        common = all(
            (
                word in self._french
                or (word in field_words and commune.population < 9000)
                or word in RATHER_WORDS
                or len(word) < 3
            )
            and word not in RATHER_TOWNS
            for word in content
        )
        if confirmed and not (common and len(content) == 1 and commune.population < 500):
            return True
        if not common:
            if commune.population >= 9000 and len(content[0]) > 3:
                return True
            if commune.population >= 1500:
                return strong or weak or inside or len(content) > 1
            return ((strong and len(content[0]) > 3) and (capital or len(content) > 1)) or (inside and strong)
        if len(content) > 1:
            return strong or (inside and weak) or (commune.population >= 20000 and (weak or inside))
        if commune.population >= 12000:
            return (
                strong or (inside and weak) or (len(words) <= 4 and any(word in SEARCHED for word in words))
            )
        return strong and inside and commune.population >= 500

    def _behind_comma(self, message: Message, first: int) -> bool:
        """Whether a comma stands right before a token."""
        tokens = message.tokens
        return first > 0 and "," in message.text[tokens[first - 1].end : tokens[first].start]

    def _cues(self, words: list[str], first: int) -> tuple[bool, bool]:
        """Whether a strong or a weak announcement of a place stands on the left of a token."""
        index = first - 1
        while index >= 0 and words[index] in ("de", "d", "la", "le", "l", "les", "du", "chez", "ville"):
            if words[index - 1 : index] and words[index - 1] in BEFORE_TOWN:
                break
            index -= 1
        if index != first - 1 and (index < 0 or words[index] not in BEFORE_TOWN):
            index = first - 1
        left = words[index] if index >= 0 else ""
        before = words[index - 1] if index > 0 else ""
        strong = left in BEFORE_TOWN and not (left == "a" and before in PRONOUNS)
        if index != first - 1 and left == "a":
            strong = words[first - 1] in ARTICLES
        near = words[max(0, first - 3) : first]
        return strong or bool(HOME & set(near)), strong or left in WEAK_BEFORE or first == 0

    def _confirms(self, word: str, commune: Commune) -> bool:
        """Whether the word behind a town says its département or postal code."""
        return word.upper() == commune.departement or word in commune.postal

    def _misspelled(
        self, message: Message, words: list[str], start: int, field_words: frozenset[str]
    ) -> Place | None:
        """A town of 5,000 people and more, by its sound or letters, where a word says a place follows."""
        token = message.tokens[start]
        word = token.typed
        if len(word) < 4 or word in self._french or word in field_words or any(c.isdigit() for c in word):
            return None
        if start + 1 < len(words) and message.tokens[start + 1].start == token.start:
            return None  # a known way of writing several words, as « leure » is « l'heure »
        if token.word in self._french and token.word != word and token.word not in field_words:
            likely_word = True
        else:
            towns = self._towns.get((token.word,), ())
            likely_word = token.word in field_words and not any(town.population > 9000 for town in towns)
        strong, _ = self._cues(words, start)
        heard = sound(word)
        alike = [commune] if len(heard) > 2 and (commune := self._sounds.get(heard)) else []
        if strong and not likely_word and len(word) >= 5:
            match = process.extractOne(
                word, self._letters.get(word[0], ()), scorer=OSA.normalized_similarity, score_cutoff=0.8
            )
            alike += [self._towns[(match[0],)][0]] if match else []
        if alike:
            # « bezier » sounds like Baisieux, and is Béziers.
            largest = max(alike, key=lambda town: town.population)
            if strong or (largest.population > 40000 and not likely_word):
                return Place(largest.code, start, start)
        if strong and not likely_word and len(word) >= 5:
            longer = [c for c in self._letters.get(word[0], ()) if c.startswith(word)]
            if longer and self._towns[(longer[0],)][0].population > 50000:
                return Place(self._towns[(longer[0],)][0].code, start, start)
        return None

    def _settle(self, message: Message, places: list[Place]) -> list[Place]:
        """Homonyms put right by the département or région that is named beside them."""
        areas = [place for place in places if ":" in place.code]
        settled: list[Place] = []
        used: set[Place] = set()
        for place in places:
            if ":" in place.code:
                continue
            options = [place.code, *place.others]
            for area in areas:
                inside = [code for code in options if self.contains(area.code, code)]
                if not inside and area.code.startswith("D:"):
                    inside = self._longer_name(message, place, area.code)
                if inside:
                    used.add(area)
                    options = inside
            settled.append(Place(options[0], place.first, place.last, tuple(options[1:])))
        towns = {place.code for place in settled}
        postal = [place for place in settled if re.fullmatch(r"\d{5}", message.tokens[place.first].typed)]
        for place in postal:
            # « Rouen 76000 »: the code only confirms the town.
            if towns & {place.code, *place.others} and len(settled) > 1:
                settled = [p for p in settled if p is not place or len(settled) == 1]
                break
        return sorted(settled + [a for a in areas if a not in used], key=lambda place: place.first)

    def _longer_name(self, message: Message, place: Place, area: str) -> list[str]:
        """« Bourg (01) » is Bourg-en-Bresse: the département's largest town whose name begins so."""
        typed = tuple(
            ABBREVIATED.get(token.typed, token.typed)
            for token in message.tokens[place.first : place.last + 1]
        )
        departement = area.removeprefix("D:")
        matching = [
            commune
            for commune in self.communes.values()
            if commune.departement == departement and commune.words[: len(typed)] == typed
        ]
        return [c.code for c in sorted(matching, key=lambda c: -c.population)][:4]

    def contains(self, area: str, code: str) -> bool:
        """Whether a département or région holds a place."""
        if area.startswith("R:"):
            return self.region_of(code) == area
        return self.departement_of(code) == area


# Around the place that one leaves, lives or works in, and around the place where one searches.
LEFT_BEHIND = frozenset(
    """quitte quitter quittons travaille travaillais bosse bossais pas jusqu viens venu
    ancien ancienne chu ch hopital ehpad suis sauf ni rien loin dessus clinique
    etudiante etudiant""".split()
)
HOME = frozenset({"habite", "habitons", "vis", "loge", "domicilie"})
SEARCHED = frozenset(
    """cherche recherche cherchons demenage demenageons arrive mute mutation installe installer rejoins
    rejoindre rentrer retourner vers autour pres proche secteur recrute recrutent embauche coin cote
    plutot poste offres offre emploi stage ecole institut ou labas partir""".split()
)


def _sought(words: list[str], place: Place, places: list[Place]) -> float:
    """How much a place looks like the one where something is sought."""
    before = words[max(0, place.first - 5) : place.first]
    score = sum(word in SEARCHED for word in before) - 1.5 * sum(word in LEFT_BEHIND for word in before)
    score -= 0.5 * any(word in HOME for word in before)
    return score + 0.1 * places.index(place)


def _seen(message: Message, index: int) -> str:
    """A word as a place name or its announcement is looked for: abbreviations opened, nothing put right."""
    tokens = message.tokens
    token = tokens[index]
    if index and tokens[index - 1].start == token.start:
        return ""  # a typed word that was opened into several counts once, as typed
    opened = index + 1 < len(tokens) and tokens[index + 1].start == token.start
    if token.known and not opened and token.word != token.typed:
        return token.word  # « ds le 69 » is « dans le 69 »
    return ABBREVIATED.get(token.typed, token.typed)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres between two points in degrees (haversine formula)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((p2 - p1) / 2) ** 2
    half += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def load_gazetteer(folder: Path, french: frozenset[str]) -> Gazetteer:
    """Read the places of the data folder. Raises DataError when a file is missing or broken."""
    try:
        departements = {code: (name, region) for code, name, region in _csv(folder, "departements.csv")}
        regions = dict(_csv(folder, "regions.csv"))
        communes = [
            Commune(
                code,
                name,
                tuple(key.split()),
                departement,
                region,
                tuple(postal.split()),
                int(people),
                float(lat),
                float(lon),
                point == "exact",
            )
            for code, name, key, departement, region, postal, people, lat, lon, point in _csv(
                folder, "communes.csv"
            )
        ]
    except (OSError, ValueError) as error:
        message = f"les fichiers de lieux manquent ou sont abîmés ({error}). Reprenez ceux du projet."
        raise DataError([Problem(FOLDER, 0, 0, message)]) from None
    return Gazetteer(communes, departements, regions, french)


def _csv(folder: Path, name: str) -> list[Any]:
    with (folder / FOLDER / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def words_of(name: str) -> tuple[str, ...]:
    """The words of a place name, folded; « St » is « saint »."""
    return tuple(ABBREVIATED.get(word, word) for word in re.findall(r"[a-z0-9]+", fold(name)))
