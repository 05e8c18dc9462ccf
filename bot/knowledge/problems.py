"""What is wrong in the data, said to the person who edits it: file, line, column, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass

NOT_UTF8 = "le fichier n'est pas enregistré en UTF-8."


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend in a data file. Lines and columns count from 1; 0 when the whole file is meant."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where} : {self.message}"


class DataError(Exception):
    """The data can't be used. Carries every problem found, in file order."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
