"""Rebuild data/lexique/courants.txt: the words of the examples, commonest first.

Unknown words are put right to these by their sound, and these are never taken for a misspelling of another word.
A word of the examples that French does not know stays out when it sounds like one that it knows (« conbien »).
Run: ``uv run python scripts/build_common_words.py``
"""

from collections import Counter
from pathlib import Path

from bot.knowledge.examples import load_examples
from bot.knowledge.loader import load_knowledge
from bot.knowledge.normalise import GLUED, normalise
from bot.knowledge.places import load_gazetteer
from bot.knowledge.spelling import MIN_SOUND, Speller, sound
from bot.knowledge.words import COMMON_FILE, FOLDER, load_abbreviations, load_words

DATA = Path(__file__).parent.parent / "data"
MIN_COUNT = 12


def main() -> None:
    """Write the folded words, commonest first, one a line."""
    french = load_words(DATA)
    gazetteer = load_gazetteer(DATA)
    opening = Speller(french, load_abbreviations(DATA, french), (), ())
    counts = Counter(
        token.typed
        for example in load_examples(DATA, load_knowledge(DATA))
        for token in normalise(example.text, opening).tokens
        if token.typed.isalpha() and len(token.typed) >= MIN_SOUND and token.word == token.typed
    )
    common = [word for word, count in counts.most_common() if count >= MIN_COUNT]
    sounds = {sound(word) for word in common if word in french}
    said = set(common)
    towns = gazetteer.town_words | gazetteer.area_words

    def new(word: str) -> bool:
        """Whether a word that French does not know is one all the same: no town, no other way to write known ones."""
        glued = [word.removeprefix(glue) for glue in GLUED if word.startswith(glue)]
        meant = [rest for rest in glued if len(rest) > MIN_SOUND and rest != word]
        return (
            word not in towns
            and sound(word) not in sounds
            and not any(sound(rest) in sounds or rest in said for rest in meant)
        )

    kept = [word for word in common if word in french or new(word)]
    target = DATA / FOLDER / COMMON_FILE
    target.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(f"{len(kept)} mots → {target}")


if __name__ == "__main__":
    main()
