"""The places that a message names, found without any network.

A name alone proves little (« Sens », « Grasse », « Die », « Vienne » are words): what stands around it decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.normalise import Message
from bot.knowledge.places import ABBREVIATED, LINKS, NICKNAMES, TOWN_NICKNAMES, Commune, Gazetteer, words_of
from bot.knowledge.spelling import sound

# French words that are first of all towns.
RATHER_TOWNS = frozenset({"paris", "bordeaux", "rennes"})
# Not in a list of French words, but said for something else.
RATHER_WORDS = frozenset(
    "nice gap die ars mon ton bon y o us by re l as ide aes vae bus sees ales soudan pace ulis".split()
)
# Départements whose name is also a word, or a river that people name for itself.
DEPARTEMENT_WORDS = frozenset(
    "nord manche landes creuse lot var ain orne aube somme cher indre vienne rhone loire allier oise marne eure".split()
)

ARTICLES = frozenset("la le les l".split())
PRONOUNS = frozenset("il elle on ca y n qui ils j tu m t l".split())
# What announces a town, what may announce one, and what stands between the announcement and the name.
BEFORE_TOWN = frozenset("a sur vers pres autour cote habite habitant proche proximite ville environs".split())
MAYBE_BEFORE_TOWN = frozenset(
    "de d du en dans region secteur hopital chu ch ifsi ifas chez par depuis pour".split()
)
BETWEEN = frozenset("de d du chez ville".split())
# People name these by their town, without a word between.
INSTITUTIONS = frozenset("hopital chu ch clinique ehpad ifsi ifas ecole".split())
BEFORE_AREA = frozenset("dans departement cote sur region".split())
GRAND_EST = "R:44"
# What stands before « le 44 »; and what announces the number by itself.
BEFORE_THE_NUMBER = frozenset("dans dan habite sur vers suis departement est".split())
DEPARTEMENT = frozenset("dep dpt dept departement".split())
# « Offres 67 »: what is sought, right before the number.
WORK_SOUGHT = frozenset("offre offres emploi emplois poste postes annonce annonces taf job".split())
# Behind a number, what makes it an age, a time, a price… and no département.
UNITS = frozenset(
    """ans an h heures euros e mois jours semaines min km eme janvier fevrier mars avril mai juin juillet aout
    septembre octobre novembre decembre""".split()
)
# Emergency numbers, which people call far more often than they name the Cantal or the Cher.
EMERGENCY_NUMBERS = frozenset("15 17 18 112 119".split())

# Around the place that one leaves, lives or works in, and around the place where one searches.
LEFT_BEHIND = frozenset(
    """quitte quitter quittons travaille travaillais bosse bossais pas jusqu viens venu
    ancien ancienne chu ch hopital ehpad suis sauf ni rien loin dessus clinique
    etudiante etudiant""".split()
)
HOME = frozenset("habite habitons vis loge domicilie".split())
SEARCHED = frozenset(
    """cherche recherche cherchons demenage demenageons arrive mute mutation installe installer rejoins
    rejoindre rentrer retourner vers autour pres proche secteur recrute recrutent embauche coin cote
    plutot poste offres offre emploi stage ecole institut ou labas partir""".split()
)

CITY_ARRONDISSEMENTS = {"paris": ("75056", 20), "lyon": ("69123", 9), "marseille": ("13055", 16)}
# The first figures of an arrondissement's postal code.
CITY_POSTAL = {"75": "75056", "6900": "69123", "130": "13055"}

# A name is at most this many words long in a message.
MOST_WORDS = 8
# Towns of this many people are called by the first words of a long name.
SHORTENED_FROM = 2000
# Of several with the same first words, the largest is meant when it is this many times larger than the next.
STANDS_OUT = 3
# Towns of this many people need hardly an announcement, although their name is a word.
VERY_LARGE = 100_000
# Towns of this many people are found when misspelled.
MISSPELLED_FROM = 5000
# How near a misspelled town's letters must be (optimal string alignment, 1 is the same).
LEAST_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a message: its code, the tokens it takes, other places that the name could mean."""

    code: str
    first: int
    last: int
    others: tuple[str, ...] = ()


class PlaceFinder:
    """Finds the places of a gazetteer in messages."""

    def __init__(
        self, gazetteer: Gazetteer, french: frozenset[str], field_words: frozenset[str] = frozenset()
    ):
        """The places, French words, and the words of entries' names: both are places only when nothing else fits."""
        self._gazetteer = gazetteer
        self._french = french
        self._field_words = field_words
        self._largest_first = sorted(gazetteer.communes.values(), key=lambda c: -c.population)
        self._towns: dict[tuple[str, ...], list[Commune]] = defaultdict(list)
        self._postal: dict[str, list[Commune]] = defaultdict(list)
        self._sounds: dict[str, Commune] = {}
        self._letters: dict[str, list[str]] = defaultdict(list)
        for commune in self._largest_first:
            self._index(commune)
        self._towns |= self._shortened()
        self._nicknames = {words_of(name): gazetteer.communes[code] for name, code in TOWN_NICKNAMES.items()}
        self._areas = {words_of(name): code for name, code in NICKNAMES.items()}
        for code, (name, _) in gazetteer.departements.items():
            self._areas.setdefault(words_of(name), f"D:{code}")
        for code, name in gazetteer.regions.items():
            self._areas.setdefault(words_of(name), f"R:{code}")
        self._longest_area = max(map(len, self._areas))
        self._opening = {key[0] for key in (*self._towns, *self._nicknames)}

    def _index(self, commune: Commune) -> None:
        name = commune.words
        content = tuple(word for word in name if word not in LINKS)
        self._towns[name].append(commune)
        if content and content != name:
            self._towns[content].append(commune)
        for postal in commune.postal:
            self._postal[postal].append(commune)
        if commune.population >= MISSPELLED_FROM and len(name) == 1:
            self._sounds.setdefault(sound(name[0]), commune)
            if len(name[0]) >= 5:
                self._letters[name[0][0]].append(name[0])

    def _shortened(self) -> dict[tuple[str, ...], list[Commune]]:
        """Towns by the first words of their names, as people call them: « Carhaix », « Château-Gontier », « Issy ».

        Not where another commune has that name, nor where it is nothing but French words (« Rive »-de-Gier), nor where
        no town stands out: people are asked which « Boulogne ».
        """
        found: dict[tuple[str, ...], list[Commune]] = defaultdict(list)
        for commune in self._largest_first:
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

    def find(self, message: Message) -> list[Place]:
        """The places that a message names; where something is sought comes before where one lives or works."""
        heard = _Heard(message, tuple(_seen(message, index) for index in range(len(message.tokens))))
        candidates = [*self._numbers(heard), *self._named_areas(heard), *self._named_towns(heard)]
        found: list[Place] = []
        taken: set[int] = set()
        # The longest name wins: « Aix-en-Provence » is not the Provence.
        for place in sorted(candidates, key=lambda place: place.first - place.last):
            span = set(range(place.first, place.last + 1))
            if not span & taken:
                taken |= span
                found.append(place)
        settled = self._settle(heard, sorted(found, key=lambda place: place.first))
        return sorted(settled, key=lambda place: -_sought(heard, place, settled))

    # -- numbers and areas ---------------------------------------------------------------------------

    def _numbers(self, heard: _Heard) -> Iterable[Place]:
        """Postal codes, « dans le 44 », « lyon 8 », « (82) »."""
        for index, word in enumerate(heard.words):
            if len(word) == 5 and word.isdecimal():
                communes = self._postal.get(word) or self._city_of_postal(word)
                if communes:
                    yield Place(communes[0].code, index, index, tuple(c.code for c in communes[1:]))
            elif word in CITY_ARRONDISSEMENTS:
                code, count = CITY_ARRONDISSEMENTS[word]
                number = re.fullmatch(r"(\d{1,2})(?:e|er|eme|ieme)?", heard.word(index + 1))
                if number and 1 <= int(number[1]) <= count:
                    yield Place(code, index, index + 1)
            elif word.upper() in self._gazetteer.departements and self._is_departement(heard, index):
                yield Place(f"D:{word.upper()}", index, index)

    def _city_of_postal(self, postal: str) -> list[Commune]:
        """Paris, Lyon and Marseille by an arrondissement's postal code."""
        code = next((code for start, code in CITY_POSTAL.items() if postal.startswith(start)), "")
        return [self._gazetteer.communes[code]] if code in self._gazetteer.communes else []

    def _is_departement(self, heard: _Heard, index: int) -> bool:
        """Whether a number is a département's, and no age, time or price."""
        number, left, before = heard.word(index), heard.word(index - 1), heard.word(index - 2)
        if heard.word(index + 1) in UNITS or (
            heard.word(index + 1) == "au" and heard.word(index + 2).isdecimal()
        ):
            return False  # « du 24 au 27 avril »
        if heard.typed_before(index) == "(":
            return True
        if number in EMERGENCY_NUMBERS and left in ("le", "au", "du"):
            return before in ("dans", "departement")
        if left == "le":
            return before in BEFORE_THE_NUMBER
        if left == "du" or left in DEPARTEMENT or (left in WORK_SOUGHT and not heard.parted(index)):
            return True
        # « mayenne 53 », « bourg 01 »: a number right behind a town that stands there.
        towns = self._towns.get((left,), ()) if left else ()
        return any(town.departement == number.upper() for town in towns)

    def _named_areas(self, heard: _Heard) -> Iterable[Place]:
        """Régions and départements by name or nickname."""
        for start in range(len(heard.words)):
            for length in range(min(self._longest_area, len(heard.words) - start), 0, -1):
                last = start + length - 1
                code = self._areas.get(heard.words[start : last + 1])
                if code and self._area_is_meant(heard, start, last, code):
                    yield Place(code, start, last)
                    break

    def _area_is_meant(self, heard: _Heard, index: int, last: int, code: str) -> bool:
        """Whether the name of an area stands for it, and not for the word that it also is."""
        if heard.word(last) == "reunion" and heard.word(last + 1) in ("d", "de", "du", "des"):
            return False  # « à la réunion d'information »
        name, left, before = heard.word(index), heard.word(index - 1), heard.word(index - 2)
        if code == GRAND_EST and left == "le" and not heard.has_capital(index):
            return before in BEFORE_AREA or last + 1 == len(heard.words)  # « depuis que le grand est parti »
        if last > index:
            return True
        if name in DEPARTEMENT_WORDS:
            if heard.has_capital(index) and index and (left in ARTICLES or left in ("du", "d")):
                return True  # « un EHPAD de l'Orne »
            if left in ("dans", "en", "departement", "region"):
                return True
            if left in ARTICLES and before in ("de", "d") and heard.word(index - 3) in DEPARTEMENT:
                return True
            if (left in ARTICLES or left in ("du", "d")) and before in BEFORE_AREA:
                return before == "dans" or name not in self._french
            return False
        if name == "aura":
            return heard.message.tokens[index].capitals or left in ("en", "region")
        # A name that is a town too (Paris, la Réunion…): the town wins unless « dans », « en » announce an area.
        towns = self._towns.get((name,))
        if towns and code.startswith("D:") and left not in ("en", "dans"):
            return not any(town.population > 15000 for town in towns)
        return True

    # -- towns ---------------------------------------------------------------------------------------

    def _named_towns(self, heard: _Heard) -> Iterable[Place]:
        start = 0
        while start < len(heard.words):
            place = self._town_at(heard, start)
            if place:
                yield place
            start = place.last + 1 if place else start + 1

    def _town_at(self, heard: _Heard, start: int) -> Place | None:
        longest = min(len(heard.words) - start, MOST_WORDS) if heard.words[start] in self._opening else 0
        for length in range(longest, 0, -1):
            key, last = heard.words[start : start + length], start + length - 1
            nickname = self._nicknames.get(key)
            if nickname and key[0] == "au":
                return Place(nickname.code, start, last)
            communes = self._called(key, nickname)
            if communes and self._town_is_meant(heard, start, last, communes[0]):
                return Place(communes[0].code, start, last, tuple(c.code for c in communes[1:6]))
        return self._misspelled(heard, start)

    def _called(self, key: tuple[str, ...], nickname: Commune | None) -> list[Commune]:
        """The towns that these words may name, the likeliest first."""
        if communes := self._towns.get(key):
            return [nickname, *(c for c in communes if c is not nickname)] if nickname else communes
        if nickname:
            return [nickname]
        content = tuple(word for word in key if word not in LINKS)
        if len(content) < 2 or key[0] in LINKS or key[-1] in LINKS:
            return []
        said = [word for word in key if word in LINKS]
        towns = [town for town in self._towns.get(content, ()) if all(word in town.words for word in said)]
        return towns or self._by_prefix(content)

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

    def _town_is_meant(self, heard: _Heard, first: int, last: int, commune: Commune) -> bool:
        """Whether these words stand for the town: the commoner they are, the more must announce it."""
        content = [word for word in heard.words[first : last + 1] if word not in LINKS]
        if sum(map(len, content)) < 2:
            return False
        strong, weak = heard.cues(first)
        capital = heard.has_capital(first)
        inside = capital and first > 0
        # « pompier volontaire, Gap »: a town behind the last comma.
        weak = weak or (capital and last + 1 == len(heard.words) and heard.is_behind_comma(first))
        common = all(self._is_common(word, commune) for word in content)
        if heard.is_participle_of(last, commune):
            return False  # « mon téléphone a bugué » is not Le Bugue
        strong = strong or (inside and heard.word(first - 1) == "au" and commune.words[0] == "le")
        if common and _accents(heard.message.excerpt(first, last)) - _accents(commune.nom):
            return False  # « gardé » is not La Garde
        people = commune.population
        if _confirms(heard.word(last + 1), commune) and not (common and len(content) == 1 and people < 500):
            return True
        if not common:
            if people >= 9000 and len(content[0]) > 3:
                return True
            if people >= 1500:
                return strong or weak or inside or len(content) > 1
            return strong and ((len(content[0]) > 3 and (capital or len(content) > 1)) or inside)
        if len(content) > 1:
            return strong or (inside and weak) or (people >= 20000 and (weak or inside))
        if people >= VERY_LARGE and (heard.words[first] in ARTICLES or heard.word(first - 1) in INSTITUTIONS):
            return True  # « le havre », « chu tours »
        if people >= 12000:
            return (
                strong
                or (inside and weak)
                or (len(heard.words) <= 4 and not SEARCHED.isdisjoint(heard.words))
            )
        return strong and inside and people >= 500

    def _is_common(self, word: str, commune: Commune) -> bool:
        """Whether a word of a town's name is more often said for something else."""
        if word in RATHER_TOWNS:
            return False
        said_in_the_field = word in self._field_words and commune.population < 9000
        return word in self._french or said_in_the_field or word in RATHER_WORDS or len(word) < 3

    def _misspelled(self, heard: _Heard, start: int) -> Place | None:
        """A town of 5,000 people and more, by its sound or letters, where a word says a place follows."""
        token = heard.message.tokens[start]
        word = token.typed
        if len(word) < 4 or any(char.isdigit() for char in word):
            return None
        if word in self._french or word in self._field_words:
            return None
        if heard.opens_several(start):
            return None  # a known way of writing several words, as « leure » is « l'heure »
        strong, _ = heard.cues(start)
        likely_word = self._is_likely_word(word, token.word)
        by_letters = strong and not likely_word and len(word) >= 5
        key = sound(word)
        alike = [commune] if len(key) > 2 and (commune := self._sounds.get(key)) else []
        if by_letters:
            scorer, names = OSA.normalized_similarity, self._letters.get(word[0], ())
            match = process.extractOne(word, names, scorer=scorer, score_cutoff=LEAST_ALIKE)
            alike += [self._towns[(match[0],)][0]] if match else []
        if alike:
            # « bezier » sounds like Baisieux, and is Béziers.
            largest = max(alike, key=lambda town: town.population)
            if strong or (largest.population > 40000 and not likely_word):
                return Place(largest.code, start, start)
        if by_letters:
            longer = [name for name in self._letters.get(word[0], ()) if name.startswith(word)]
            if longer and self._towns[(longer[0],)][0].population > 50000:
                return Place(self._towns[(longer[0],)][0].code, start, start)
        return None

    def _is_likely_word(self, typed: str, word: str) -> bool:
        """Whether what was typed is rather the misspelling of a French word, or of one of the field."""
        if word in self._field_words:
            return not any(town.population > 9000 for town in self._towns.get((word,), ()))
        return word in self._french and word != typed

    # -- several places ------------------------------------------------------------------------------

    def _settle(self, heard: _Heard, places: list[Place]) -> list[Place]:
        """Homonyms put right by the département or région that is named beside them."""
        areas = [place for place in places if ":" in place.code]
        settled: list[Place] = []
        used: set[Place] = set()
        for place in places:
            if ":" in place.code:
                continue
            options = [place.code, *place.others]
            for area in areas:
                inside = [code for code in options if self._gazetteer.contains(area.code, code)]
                if not inside and area.code.startswith("D:"):
                    inside = self._longer_name(heard, place, area.code)
                if inside:
                    used.add(area)
                    options = inside
            settled.append(Place(options[0], place.first, place.last, tuple(options[1:])))
        named = _without_confirming(heard, settled)
        return sorted(named + [area for area in areas if area not in used], key=lambda place: place.first)

    def _longer_name(self, heard: _Heard, place: Place, area: str) -> list[str]:
        """« Bourg (01) » is Bourg-en-Bresse: the département's largest towns whose name begins so."""
        tokens = heard.message.tokens[place.first : place.last + 1]
        typed = tuple(ABBREVIATED.get(token.typed, token.typed) for token in tokens)
        departement = area.removeprefix("D:")
        return [
            commune.code
            for commune in self._largest_first
            if commune.departement == departement and commune.words[: len(typed)] == typed
        ][:4]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message, and its words as names of places and what announces them are looked for."""

    message: Message
    words: tuple[str, ...]

    def word(self, index: int) -> str:
        """The word of a token; nothing beyond either end."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def typed_before(self, index: int) -> str:
        """The character right before a token."""
        start = self.message.tokens[index].start
        return self.message.text[max(0, start - 1) : start]

    def parted(self, index: int) -> bool:
        """Whether punctuation stands between a token and the one before it."""
        end = self.message.tokens[index - 1].end if index else 0
        return bool(self.message.text[end : self.message.tokens[index].start].strip(" :"))

    def has_capital(self, index: int) -> bool:
        """Whether a token begins with a capital, in a message that is not all capitals."""
        return self.message.text[self.message.tokens[index].start].isupper() and not self.message.shouted

    def is_behind_comma(self, index: int) -> bool:
        """Whether a comma stands right before a token."""
        tokens = self.message.tokens
        return index > 0 and "," in self.message.text[tokens[index - 1].end : tokens[index].start]

    def is_participle_of(self, index: int, commune: Commune) -> bool:
        """Whether a token ends with « é » where the town's name ends with « e »."""
        return self.message.excerpt(index, index).endswith("é") and commune.nom.endswith("e")

    def opens_several(self, index: int) -> bool:
        """Whether a token is the first of several that one typed word was opened into."""
        tokens = self.message.tokens
        return index + 1 < len(tokens) and tokens[index + 1].start == tokens[index].start

    def cues(self, first: int) -> tuple[bool, bool]:
        """Whether a strong or at least a weak announcement of a place stands on the left of a token."""
        index = first - 1
        while index >= 0 and self.words[index] in BETWEEN:
            index -= 1
        if self.word(index) not in BEFORE_TOWN:
            index = first - 1
        left, before = self.word(index), self.word(index - 1)
        strong = left in BEFORE_TOWN and not (left == "a" and before in PRONOUNS)
        near = self.words[max(0, first - 3) : first]
        return strong or not HOME.isdisjoint(near), strong or left in MAYBE_BEFORE_TOWN or first == 0


def _confirms(word: str, commune: Commune) -> bool:
    """Whether the word behind a town says its département or postal code."""
    return word.upper() == commune.departement or word in commune.postal


def _accents(text: str) -> set[str]:
    """The letters of a text that have an accent."""
    return {char for char in text.lower() if char.isalpha() and not char.isascii()}


def _without_confirming(heard: _Heard, towns: list[Place]) -> list[Place]:
    """« Rouen 76000 »: the postal code only confirms the town, and goes."""
    codes = {place.code for place in towns}
    for place in towns:
        is_postal = re.fullmatch(r"\d{5}", heard.message.tokens[place.first].typed)
        if is_postal and len(towns) > 1 and codes & {place.code, *place.others}:
            return [town for town in towns if town is not place]
    return towns


def _sought(heard: _Heard, place: Place, places: list[Place]) -> float:
    """How much a place looks like the one where something is sought."""
    before = heard.words[max(0, place.first - 5) : place.first]
    score = sum(word in SEARCHED for word in before) - 1.5 * sum(word in LEFT_BEHIND for word in before)
    score -= 0.5 * any(word in HOME for word in before)
    return score + 0.1 * places.index(place)


def _seen(message: Message, index: int) -> str:
    """A word as a place name or its announcement is looked for: abbreviations opened, nothing put right."""
    tokens = message.tokens
    token = tokens[index]
    if index and tokens[index - 1].start == token.start and tokens[index - 1].typed == token.typed:
        return ""  # an abbreviation that was opened into several words counts once, as typed
    opened = index + 1 < len(tokens) and tokens[index + 1].start == token.start
    if token.known and not opened and token.word != token.typed:
        return token.word  # « ds le 69 » is « dans le 69 »
    return ABBREVIATED.get(token.typed, token.typed)
