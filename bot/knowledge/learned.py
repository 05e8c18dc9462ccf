"""What was learned, and the files that keep it."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.knowledge.calibration import Calibration
from bot.knowledge.linear import LinearModel
from bot.knowledge.search import SearchIndex

# How many former states the cache keeps.
KEPT = 4


@dataclass(frozen=True)
class Learned:
    """What was learned from the examples: which entries words resemble, the model's weights, their confidence."""

    search: SearchIndex
    model: LinearModel
    calibration: Calibration = field(default_factory=Calibration)

    def save(self, folder: Path, key: str) -> None:
        """Keep it under this key, in one file, written whole or not at all; older ones go. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{key}.tmp.npz"
        with temporary.open("wb") as stream:
            np.savez(
                stream,
                classes=np.array(self.model.classes),
                vocabulary=_bytes(self.model.vocabulary),
                weights=self.model.weights.astype(np.float16),
                calibration=np.array(self.calibration.weights),
                refs=np.array(self.search.refs),
                words=_bytes(self.search.rows),
                resemblance=self.search.weights.astype(np.float16),
            )
        temporary.replace(folder / f"{key}.npz")
        saved = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in saved[KEPT:]:
            old.unlink(missing_ok=True)


def load_learned(folder: Path, key: str) -> Learned | None:
    """What was learned and kept under this key, or None when there is nothing that can be read."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as kept:
            search = SearchIndex(_names(kept["refs"]), _rows(kept["words"]), kept["resemblance"])
            model = LinearModel(_names(kept["classes"]), _rows(kept["vocabulary"]), kept["weights"])
            return Learned(search, model, Calibration(tuple(map(float, kept["calibration"]))))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def _bytes(names: dict[str, int]) -> np.ndarray:
    """Names as bytes: numpy's own texts would take four times the longest for each."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _rows(names: np.ndarray) -> dict[str, int]:
    return {name: row for row, name in enumerate(names.tobytes().decode().split("\n"))}


def _names(names: np.ndarray) -> tuple[str, ...]:
    return tuple(map(str, names))
