"""Getting a dialogue from the data folder: read, find the learned weights for it, learn them if need be."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue import Dialogue
from bot.knowledge.assemble import fingerprint, load_recogniser_fast
from bot.knowledge.examples import load_examples
from bot.knowledge.learned import FOLDER, Learned, load_learned
from bot.knowledge.local import load_local
from bot.knowledge.questions import measured
from bot.knowledge.recognise import Recogniser
from bot.knowledge.understand import Engine
from bot.settings import Settings


@dataclass(frozen=True)
class Loaded:
    """A dialogue, and the key of the weights that its data call for (``fresh``: those it has)."""

    dialogue: Dialogue
    key: str
    learned: Learned
    fresh: bool


def load(settings: Settings, former: Learned | None = None, say: Callable[[str], None] = print) -> Loaded:
    """Read the data and find the weights learned for them. Raises DataError when the data are broken.

    When nothing has been learned for these data yet, ``former`` weights serve meanwhile; without any, they
    are learned first, in another process so that this one stays small.
    """
    # Hundreds of thousands of small objects that stay: looking for garbage among them costs a third of the time.
    gc.disable()
    try:
        recogniser = load_recogniser_fast(settings.data, settings.cache)
    finally:
        gc.enable()
    local = load_local(settings.data, recogniser.knowledge.fiches.keys(), recogniser.gazetteer)
    key = fingerprint(settings.data, recogniser)
    learned = find_learned(settings, key)
    if learned is None and former is None:
        say("première utilisation de ces données : apprentissage, quelques minutes…")
        learn_apart(settings.data, settings.cache).wait()
        learned = find_learned(settings, key)
    chosen = learned or former
    if chosen is None:
        # The cache can't be written: learn here, for this process alone.
        chosen = learned = learn_now(settings, recogniser, key, say)
    engine = Engine(recogniser, chosen)
    return Loaded(Dialogue(engine, local, settings.contact), key, chosen, learned is not None)


def find_learned(settings: Settings, key: str) -> Learned | None:
    """The weights that come with the data, when they are for these; else those learned here, if any."""
    return load_learned(settings.data / FOLDER, key) or load_learned(settings.cache, key)


def learn_now(settings: Settings, recogniser: Recogniser, key: str, say: Callable[[str], None]) -> Learned:
    """Learn the weights for these data and keep them. Raises DataError when an example is broken."""
    # Imported here: learning needs scipy, which the running bot does without.
    from bot.knowledge.learning import learn

    examples = load_examples(settings.data, recogniser.knowledge)
    learned = learn(recogniser, examples, measured(settings.data), say)
    try:
        learned.save(settings.cache, key)
    except OSError as error:
        say(f"les poids appris ne peuvent pas être gardés dans {settings.cache} ({error.strerror})")
    return learned


def learn_apart(data: Path, cache: Path) -> subprocess.Popen[bytes]:
    """Learn in another process, so that the bot neither waits nor grows."""
    command = [sys.executable, "-m", "bot", "train", "--data", str(data), "--cache", str(cache)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
