"""What was learned, and the files that keep it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from bot.knowledge.arbiter import Arbiter
from bot.knowledge.calibration import Calibration
from bot.knowledge.convolution import ConvolutionModel, Weights
from bot.knowledge.linear import LinearModel
from bot.knowledge.model import Model
from bot.knowledge.search import SearchIndex

# How many former states the cache keeps.
KEPT = 4


@dataclass(frozen=True)
class Learned:
    """What was learned from the examples: which entries words resemble, the model's weights, their confidence."""

    search: SearchIndex
    model: Model
    calibration: Calibration = field(default_factory=Calibration)

    def save(self, folder: Path, key: str) -> None:
        """Keep it under this key, in one file, written whole or not at all; older ones go. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{key}.tmp.npz"
        with temporary.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **self._arrays())
        temporary.replace(folder / f"{key}.npz")
        saved = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in saved[KEPT:]:
            old.unlink(missing_ok=True)

    def _arrays(self) -> dict[str, np.ndarray]:
        """Half the precision is enough where there are many numbers."""
        linear, convolution = self.model.linear, self.model.convolution
        network = {f"network_{f.name}": getattr(convolution.weights, f.name) for f in fields(Weights)}
        network["network_vectors"] = network["network_vectors"].astype(np.float16)
        return {
            "classes": np.array(linear.classes),
            "vocabulary": _bytes(linear.vocabulary),
            "weights": linear.weights.astype(np.float16),
            "known_words": _bytes(convolution.words),
            "signs": _bytes(convolution.signs),
            **network,
            "arbiter_signs": _bytes(self.model.arbiter.weights),
            "arbiter": np.array(list(self.model.arbiter.weights.values())),
            "calibration": np.array(self.calibration.weights),
            "refs": np.array(self.search.refs),
            "words": _bytes(self.search.rows),
            "resemblance": self.search.weights.astype(np.float16),
        }


def load_learned(folder: Path, key: str) -> Learned | None:
    """What was learned and kept under this key, or None when there is nothing that can be read."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as kept:
            search = SearchIndex(_names(kept["refs"]), _rows(kept["words"]), kept["resemblance"])
            linear = LinearModel(_names(kept["classes"]), _rows(kept["vocabulary"]), kept["weights"])
            network = Weights(**{array.name: kept[f"network_{array.name}"] for array in fields(Weights)})
            convolution = ConvolutionModel(_rows(kept["known_words"]), _rows(kept["signs"]), network)
            weighed = zip(_rows(kept["arbiter_signs"]), map(float, kept["arbiter"]), strict=True)
            model = Model(linear, convolution, Arbiter(dict(weighed)))
            return Learned(search, model, Calibration(tuple(map(float, kept["calibration"]))))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def _bytes(names: Iterable[str]) -> np.ndarray:
    """Names as bytes: numpy's own texts would take four times the longest for each."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _rows(names: np.ndarray) -> dict[str, int]:
    return {name: row for row, name in enumerate(names.tobytes().decode().split("\n"))}


def _names(names: np.ndarray) -> tuple[str, ...]:
    return tuple(map(str, names))
