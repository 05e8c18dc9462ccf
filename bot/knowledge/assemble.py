"""Building what recognises from the data folder, and telling which learned weights fit it."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from contextlib import suppress
from pathlib import Path

from bot.knowledge.examples import FOLDER as EXAMPLES_FOLDER
from bot.knowledge.learned import KEPT
from bot.knowledge.lexicon import Lexicon
from bot.knowledge.loader import load_knowledge
from bot.knowledge.place_finding import PlaceFinder
from bot.knowledge.places import load_gazetteer
from bot.knowledge.questions import FOLDER as MEASURED
from bot.knowledge.recognise import Recogniser
from bot.knowledge.spelling import Speller
from bot.knowledge.words import load_abbreviations, load_common, load_outside, load_words

# The code whose change makes weights learned before unusable.
_RECOGNITION = (
    "features",
    "hypotheses",
    "lexicon",
    "normalise",
    "spelling",
    "phrases",
    "rows",
    "tables",
    "linear",
    "linear_training",
    "convolution",
    "convolution_training",
    "cases",
    "place_finding",
    "places",
    "search",
    "recognise",
    "arbiter",
    "arbiter_training",
    "model",
    "calibration",
    "learning",
)


def load_recogniser_fast(folder: Path, cache: Path) -> Recogniser:
    """The recogniser of a data folder, from the cache when no file has changed since it was built.

    Building takes half a second, reading it back a tenth. Raises DataError with every problem found.
    """
    path = cache / f"{_stamp(folder)}.pickle"
    try:
        with path.open("rb") as stream:
            kept = pickle.load(stream)
        if isinstance(kept, Recogniser):
            return kept
    except (OSError, pickle.PickleError, AttributeError, EOFError, ImportError, TypeError):
        pass  # never built, or by another version
    recogniser = load_recogniser(folder)
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(pickle.dumps(recogniser, protocol=pickle.HIGHEST_PROTOCOL))
        temporary.replace(path)
        for old in sorted(cache.glob("*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)
    return recogniser


def _stamp(folder: Path) -> str:
    """What changes when a data file or the code that reads it does: names, sizes and times."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.rglob("*")), *sorted(Path(__file__).parent.glob("*.py"))):
        if path.suffix in (".yaml", ".txt", ".csv", ".py"):
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
    return f"lu-{digest.hexdigest()[:16]}"


def load_recogniser(folder: Path) -> Recogniser:
    """Read the data folder. Raises DataError with every problem found."""
    knowledge = load_knowledge(folder)
    french = load_words(folder)
    lexicon = Lexicon(knowledge, french, load_outside(folder))
    vocabulary = sorted(lexicon.vocabulary, key=lambda word: (-lexicon.vocabulary[word], word))
    gazetteer = load_gazetteer(folder)
    common = load_common(folder)
    # « Maine-et-Loire » is not « m'aine et Loire ».
    known = french | gazetteer.area_words | set(common)
    abbreviations = load_abbreviations(folder, french)
    speller = Speller(known, abbreviations, vocabulary, lexicon.sigles, common, gazetteer.town_words)
    place_finder = PlaceFinder(gazetteer, french, frozenset(lexicon.vocabulary) | frozenset(lexicon.sigles))
    return Recogniser(knowledge, speller, lexicon, gazetteer, place_finder)


def fingerprint(folder: Path, recogniser: Recogniser) -> str:
    """What learned weights depend on: the examples, the names, the word lists, and the recognising code."""
    digest = hashlib.sha256()
    for part in (EXAMPLES_FOLDER, MEASURED):
        for path in sorted((folder / part).glob("*")):
            if path.suffix in (".txt", ".jsonl"):
                digest.update(f"{part}/{path.name}".encode())
                digest.update(path.read_bytes())
    for fiche in recogniser.knowledge.fiches.values():
        digest.update(
            json.dumps([fiche.ref, fiche.sigles, fiche.noms, fiche.noms_vagues, fiche.mene_a]).encode()
        )
    for path in sorted((folder / "lexique").glob("*.txt")):
        digest.update(path.read_bytes())
    here = Path(__file__).parent
    for name in _RECOGNITION:
        digest.update((here / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
