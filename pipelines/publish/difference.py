"""Which figures moved between two reports or releases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.publish.wording import say

FIGURES = "figures.csv"
KEY = ("standard", "period", "indicator", "unit_level", "unit_code")
COMPARED = (
    *("numerator", "denominator", "value", "lower", "upper", "reported_value"),
    *("met", "unmet", "pending", "exempt", "unreported", "measure_unit", "status"),
)

Key = tuple[str, ...]
Figures = dict[Key, dict[str, str]]
"""Rows of figures.csv by key."""


@dataclass(frozen=True)
class MovedFigure:
    """One column of one figure that differs; `old` or `new` is None where one side has no such figure."""

    key: Key
    unit_name: str
    column: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        _, _, indicator, _, unit_code = self.key
        absent = say("difference.absent")
        old, new = (absent if text is None else text for text in (self.old, self.new))
        unit = self.unit_name or unit_code
        return say("difference.line", indicator=indicator, unit=unit, column=self.column, old=old, new=new)


@dataclass(frozen=True)
class Difference:
    """Every moved figure, in the order of its key; empty (and false) when all are the same."""

    moved: tuple[MovedFigure, ...]

    def __len__(self) -> int:
        return len(self.moved)

    def __iter__(self) -> Iterator[MovedFigure]:
        return iter(self.moved)

    def __str__(self) -> str:
        return "\n".join(map(str, self.moved))


def figures_path(folder: Path) -> Path:
    """figures.csv of a report folder or of a release; UsageError where there is none, or more than one."""
    if (folder / FIGURES).is_file():
        return folder / FIGURES
    found = sorted(folder.glob(f"reports/*/*/{FIGURES}"))
    if len(found) != 1:
        raise UsageError(say("difference.no_figures", folder=folder, count=len(found)))
    return found[0]


def read_figures(path: Path) -> Figures:
    """Rows of figures.csv by key; UsageError where the file lacks a column or repeats a key."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    missing = [name for name in (*KEY, *COMPARED) if rows and name not in rows[0]]
    if missing:
        raise UsageError(say("difference.no_column", path=path, columns=say("join").join(missing)))
    figures = {tuple(row[name] for name in KEY): row for row in rows}
    if len(figures) != len(rows):
        raise UsageError(say("difference.repeated", path=path))
    return figures


def compare(before: Figures, after: Figures) -> Difference:
    """Column by column, as written; `as_of` is no part of a figure's key here, since a revision changes it."""
    moved = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        unit = (new or old or {}).get("unit_name", "")
        for column in COMPARED:
            was, now = old[column] if old else None, new[column] if new else None
            if was != now:
                moved.append(MovedFigure(key, unit, column, was, now))
    return Difference(tuple(moved))


def diff(before: Path, after: Path) -> Difference:
    """The figures that moved between two report folders or releases."""
    return compare(read_figures(figures_path(before)), read_figures(figures_path(after)))
