"""The inputs of section A of the threat model, made anew byte by byte, with what must become of each.

A module crafted_*.py beside this one holds the cases of one room as a list CASES; `every_case` gathers them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOMS = ("archives", "cells", "other_formats", "texts", "names")
INPUT_COUNT = 50


@dataclass(frozen=True)
class Case:
    """One bad input. `number` is the row of section A, `title` completes the test's name.

    `make` writes one or more files below the folder that it is given, as they would lie in the inbox. `codes` are
    the findings that must be there, each with the part of the message that must show (empty: any). `is_refused`
    tells whether the file is rejected whole; otherwise it is accepted and says so.
    """

    number: int
    title: str
    make: Callable[[Path], None]
    codes: dict[str, str]
    is_refused: bool = True

    @property
    def id(self) -> str:
        """Name of the case in test reports: a07-panic-in-the-parser."""
        return f"a{self.number:02d}-{self.title.replace(' ', '-')}"


@cache
def every_case() -> tuple[Case, ...]:
    """The cases of every room that is there, by number."""
    here = Path(__file__).parent
    rooms = [room for room in ROOMS if (here / f"crafted_{room}.py").exists()]
    found = [case for room in rooms for case in importlib.import_module(f"tests.threats.crafted_{room}").CASES]
    return tuple(sorted(found, key=lambda case: case.id))
