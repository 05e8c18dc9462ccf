"""Finding the entries that a message names: longest names first, whatever gender, number and small words.

A name is kept as the stems of its content words, so that « auxiliaires de puériculture », « auxiliaire
puer » and « éducatrice spécialisée » meet their entry. Acronyms that are also French words (AS, ES, ME)
need capitals, or a word on their left that announces a noun. Near misses of whole names are looked for
only where nothing exact stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from bot.knowledge.models import Knowledge
from bot.knowledge.normalise import Message, fold
from bot.knowledge.spelling import sound

# What is named but is no entry: another trade, another thing.
OUTSIDE = "dehors"

# Small words that people drop from or add to a name.
LINKS = frozenset(
    """de d du des la le les l en a au aux et un une pour par dans sur qui que ce cette s""".split()
)

# An acronym that is an ordinary word counts as a name after one of these, or in capitals.
ANNOUNCES = frozenset(
    """un une d l les des deux formation formations diplome metier poste postes emploi offre offres devenir
    etre ecole ecoles concours suis titre comme salaire stage boulot job travail bac contrat
    contrats en collegue eleve etudiante etudiant apprentie apprenti ancienne ancien difference
    entre ou et vs dispositif faire fait passer mon ma son sa la le cette cet quelques jeune future
    futur fiche pour vae apprentissage alternance immersion immersions cpf duree prix cout tarif dispense
    dispenses inscription reconversion evolution passerelle annonce annonces programme recrutement horaires
    conditions missions""".split()
)
# « quel métier me va », « tu es » : these need an article at least.
PRONOUNS = frozenset({"me", "es"})
ARTICLES = frozenset("un une d des formation diplome devenir ou et vs entre".split())
NEVER_AFTER = frozenset("tu t qu qui j il elle on y en n nous vous ne me".split())

FUZZY_NAME = 87
MIN_FUZZY_LETTERS = 9
# Words that begin with as many letters in common are of one family.
ROOT = 5

_ENDINGS = [
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"aux$", "al"),
        (r"(trices?|teuses?|teurs?)$", "teur"),
        (r"(euses?|eurs?)$", "eur"),
        (r"(ieres?|iers?)$", "ier"),
        (r"(iennes?|iens?)$", "ien"),
        (r"(ives?|ifs?)$", "if"),
        (r"(onnes?)$", "on"),
        (r"(elles?)$", "el"),
        (r"(?<=[a-z]{4})ee?s?$", ""),
        (r"(?<=[a-z]{3})[sx]$", ""),
    )
]


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    """A folded word without gender and number: « infirmières » → « infirmier »."""
    if len(word) < 4:
        return word
    for pattern, ending in _ENDINGS:
        shorter, changed = pattern.subn(ending, word)
        if changed:
            return shorter if len(shorter) >= 3 else word
    return word


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry named in a message: where (token indexes, both included) and how surely."""

    ref: str
    first: int
    last: int
    kind: str  # "nom", "sigle", "inclus" (in a longer name), "vague", "approché" or "rappel" (« le premier »)
    words: str  # as typed

    def overlaps(self, other: Mention) -> bool:
        """Whether the two share a word."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class _Name:
    stems: tuple[str, ...]
    ref: str
    kind: str


class Lexicon:
    """All names of all entries, ready to be found in messages."""

    def __init__(self, knowledge: Knowledge, french: frozenset[str], outside: Iterable[str] = ()):
        """``french`` are the words of French, folded: a name that boils down to one of them proves little.

        ``outside`` are names of what is outside the subject: they keep « éducateur canin » from the éducateur.
        """
        self._french = french
        self._names: dict[tuple[str, ...], list[_Name]] = defaultdict(list)
        # Names of several words, by one of these, how many they are, and how the first begins.
        self._by_stem: dict[tuple[str, int, str], list[_Name]] = defaultdict(list)
        self.sigles: dict[str, list[str]] = defaultdict(list)
        self.vocabulary: dict[str, int] = defaultdict(int)
        long_sigles: list[tuple[list[str], str]] = []
        for fiche in knowledge.fiches.values():
            for sigle in fiche.sigles:
                words = _words(sigle)
                if len(words) > 1:
                    long_sigles.append((words, fiche.ref))
                elif fiche.ref not in self.sigles[words[0]]:
                    self.sigles[words[0]].append(fiche.ref)
        for words, ref in long_sigles:
            self._add(words, ref, "nom")
        for fiche in knowledge.fiches.values():
            for name in fiche.noms:
                self._add(_words(name), fiche.ref, "nom")
            for name in fiche.noms_vagues:
                self._add(_words(name), fiche.ref, "vague")
        for name in outside:
            self._add(_words(name), OUTSIDE, "nom")
        self._longest = max((len(stems) for stems in self._names), default=1)

    def _add(self, words: list[str], ref: str, kind: str) -> None:
        content = [word for word in words if word not in LINKS] or words
        stems = tuple(map(self._stem, content))
        for word in content:
            if not word.isdigit():
                self.vocabulary[word] += 1
        if len(content) == 1 and content[0] in self.sigles:
            return
        if len(content) == 1 and len(words) > 1 and (content[0] in self._french or len(content[0]) <= 3):
            kind = "vague"  # « Pro-A » in « bac pro »
        known = self._names[stems]
        if any(name.ref == ref or ref == OUTSIDE for name in known):
            return
        # « DE infirmier », once its small words are gone, is the métier's name: the twin is one step away.
        if ref.startswith("formation:") and any(name.ref.startswith("metier:") for name in known):
            return
        name = _Name(stems, ref, kind)
        known.append(name)
        if len(stems) > 1 and sum(map(len, stems)) >= MIN_FUZZY_LETTERS:
            for piece in set(stems):
                self._by_stem[piece, len(stems), stems[0][0]].append(name)

    def _stem(self, word: str) -> str:
        """The stem of a word; an acronym has none: « DEAS » is no plural of « DEA »."""
        return word if word in self.sigles else stem(word)

    def mentions(self, message: Message) -> list[Mention]:
        """The entries named, in reading order; names that share words with a longer one are left out."""
        tokens = message.tokens
        content = [index for index, token in enumerate(tokens) if token.word not in LINKS]
        stems = {index: self._stem(tokens[index].word) for index in content}
        found: list[Mention] = []
        taken: set[int] = set()
        inside: dict[int, str] = {}
        in_order = [stems[index] for index in content]
        for length in range(min(self._longest, len(content)), 0, -1):
            for start in range(len(content) - length + 1):
                names = self._names.get(tuple(in_order[start : start + length]))
                window = content[start : start + length]
                if not names or taken.intersection(window) or not _together(window):
                    continue
                around = inside.get(window[0])
                if around and not all(_fits(name.ref, around) for name in names):
                    continue
                for name in names:
                    kind = "inclus" if around == "dispositif" and name.kind == "nom" else name.kind
                    found.append(_mention(name.ref, window, kind, message))
                kinds = {name.ref.partition(":")[0] for name in names}
                if kinds <= {"theme"} or kinds <= {"dispositif"}:
                    inside.update(dict.fromkeys(window, min(kinds)))
                else:
                    taken.update(window)
        taken.update(index for index, kind in inside.items() if kind == "theme")
        found.extend(self._acronyms(message, taken))
        near = self._near_names(message, content, stems, taken)
        found.extend(m for m in near if not any(m.ref == other.ref and m.overlaps(other) for other in found))
        return sorted(found, key=lambda mention: (mention.first, -mention.last))

    def _acronyms(self, message: Message, taken: set[int]) -> Iterable[Mention]:
        for index, token in enumerate(message.tokens):
            if index in taken:
                continue
            word = token.typed
            if word not in self.sigles and word.removesuffix("s") not in COMMON_WORDS:
                word = word.removesuffix("s")
            refs = self.sigles.get(word)
            if not refs or not self._acronym_is_meant(message, index, word):
                continue
            taken.add(index)
            for ref in refs:
                yield _mention(ref, [index], "sigle", message)

    def _acronym_is_meant(self, message: Message, index: int, word: str) -> bool:
        token = message.tokens[index]
        if word not in COMMON_WORDS:
            return True
        left = message.tokens[index - 1].word if index else ""
        if token.capitals and len(word) > 1:
            return True
        if word in PRONOUNS:
            return left in ARTICLES
        right = message.tokens[index + 1].word if index + 1 < len(message.tokens) else ""
        if left in NEVER_AFTER and left not in ANNOUNCES:
            return False
        if len(message.tokens) == 1:
            return True
        if index == 0:
            # « as en ehpad salaire » is meant; « as tu des offres » is not.
            return right not in ("tu", "t", "vous", "ce")
        return left in ANNOUNCES and right != "tu"

    def _near_names(
        self, message: Message, content: list[int], stems: dict[int, str], taken: set[int]
    ) -> Iterable[Mention]:
        """Names of several words of which one stands there and the others nearly do."""
        words = {index: message.tokens[index].word for index in content}
        best: tuple[float, _Name, list[int]] | None = None
        for start in range(len(content)):
            for length in (4, 3, 2):
                window = content[start : start + length]
                if len(window) < length or taken.intersection(window) or not _together(window):
                    continue
                pieces = [stems[index] for index in window]
                typed = " ".join(pieces)
                for piece in pieces:
                    for name in self._by_stem.get((piece, length, pieces[0][0]), ()):
                        score = fuzz.ratio(typed, " ".join(name.stems), score_cutoff=FUZZY_NAME)
                        if score and (best is None or score > best[0]):
                            meant = zip(window, pieces, name.stems, strict=True)
                            if all(self._misspells(words[i], piece, other) for i, piece, other in meant):
                                best = (score, name, window)
        if best:
            yield _mention(best[1].ref, best[2], "approché", message)

    def _misspells(self, word: str, piece: str, meant: str) -> bool:
        """Whether a word, whose stem is ``piece``, may stand for the stem ``meant``.

        A French word that sounds and begins otherwise does not: « la formation coûte » is not « formation courte ».
        """
        same_root = piece[:ROOT] == meant[:ROOT] and len(piece) >= ROOT
        return word not in self._french or same_root or sound(piece) == sound(meant)


# Acronyms of the field that are French words, or letters that people type for something else.
COMMON_WORDS = frozenset("as es me ide ap ass arm mem las pass esf dea mk ars asd are dif moi mas".split())


def _words(name: str) -> list[str]:
    undotted = re.sub(r"\b([A-Z])\.(?=[A-Z])", r"\1", name)
    return re.findall(r"[a-z0-9]+", fold(undotted))


def _together(window: list[int]) -> bool:
    """Whether only a few small words stand between each word of a name and the next."""
    return all(second - first <= 4 for first, second in pairwise(window))


def _fits(ref: str, around: str) -> bool:
    """Whether a name may stand inside a longer one: « métiers de l'aide à domicile », « portes ouvertes IFSI »."""
    inner = ref.partition(":")[0]
    return inner in ("metier", "formation") or (around == "theme" and inner == "dispositif")


def _mention(ref: str, window: list[int], kind: str, message: Message) -> Mention:
    return Mention(ref, window[0], window[-1], kind, message.excerpt(window[0], window[-1]))
