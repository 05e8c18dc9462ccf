"""The memory of a process that has loaded the engine and nothing else: ``python -m bench.memory``.

A process of its own, because the peers and their libraries would count otherwise.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bot.engines import load
from bot.evaluation import evaluate
from bot.knowledge.questions import read_questions
from bot.settings import load_settings


class Memory(NamedTuple):
    """Resident memory in MB: before the data are read, once the engine is loaded, after the messages, at most."""

    before: float
    loaded: float
    used: float
    peak: float


def measure_apart(files: list[Path]) -> Memory:
    """Load the engine in another process, answer these files' messages there, and say what it took.

    Raises subprocess.CalledProcessError when that process fails.
    """
    command = [sys.executable, "-m", "bench.memory", *map(str, files)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Memory(*json.loads(done.stdout))


def _resident() -> float:
    """Resident memory of this process, in MB; its highest so far where the system doesn't tell the present one."""
    return _told_by_linux("VmRSS") or _highest()


def _peak() -> float:
    # Asked of Linux first: there, getrusage counts the parent's memory from before this program began.
    return _told_by_linux("VmHWM") or _highest()


def _told_by_linux(name: str) -> float | None:
    """A figure of /proc/self/status in MB; None on another system."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    kilobytes = re.search(rf"^{name}:\s*(\d+) kB", status.read_text(), re.MULTILINE)
    return int(kilobytes[1]) * 1024 / 1e6 if kilobytes else None


def _highest() -> float:
    # macOS counts bytes, other systems kilobytes of 1,024.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _main() -> None:
    before = _resident()
    dialogue = load(load_settings(), say=lambda words: print(words, file=sys.stderr)).dialogue
    loaded = _resident()
    for path in sys.argv[1:]:
        evaluate(dialogue, read_questions(Path(path)))
    print(json.dumps([before, loaded, _resident(), _peak()]))


if __name__ == "__main__":
    _main()
