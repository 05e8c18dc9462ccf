"""Rebuild data/lexique/mots.txt, the list of French words that guards spelling correction.

Source: the French frequency list of pyspellchecker (MIT licence), made from OpenSubtitles.
Run: ``uv run --with pyspellchecker python scripts/build_wordlist.py``
"""

from pathlib import Path

from spellchecker import SpellChecker  # type: ignore[import-not-found]

from bot.knowledge.normalise import fold

TARGET = Path(__file__).parent.parent / "data" / "lexique" / "mots.txt"
# The list gives every rare form the same floor count; above it a word was really met.
FLOOR = 50


def main() -> None:
    """Write the folded words, most frequent first, one a line."""
    frequencies = SpellChecker(language="fr").word_frequency
    words: dict[str, int] = {}
    for word in frequencies.keys():  # noqa: SIM118 (not a dict)
        count = frequencies[word]
        folded = fold(word)
        if count > FLOOR and folded.isalpha() and len(folded) > 1:
            words[folded] = words.get(folded, 0) + count
    ordered = sorted(words, key=lambda word: (-words[word], word))
    TARGET.write_text("\n".join(ordered) + "\n", encoding="utf-8")
    print(f"{len(ordered)} mots → {TARGET}")


if __name__ == "__main__":
    main()
