"""Townships side by side: the worst first, those of which nothing is known apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipelines.report import wording
from pipelines.report.drawing import STATUSES
from pipelines.report.material import Figure, Material
from pipelines.report.summary import SUBMISSION_RATE, headlines, units
from pipelines.report.tables import Cell, Column, Table, level_tables, rate_cell

LEVEL = "township"


def _counted(material: Material, code: str) -> tuple[Figure, ...]:
    """The unit's headline rates over schools."""
    found = (
        material.by_key.get(f"{row.figure.indicator}|{LEVEL}|{code}")
        for row in headlines(material)
        if row.counts_schools
    )
    return tuple(figure for figure in found if figure is not None)


def _total(figures: tuple[Figure, ...], *statuses: str) -> int:
    return sum(getattr(figure, status) or 0 for figure in figures for status in statuses)


def is_silent(material: Material, code: str) -> bool:
    """No school of the unit has a decision under any headline rate, and some are unreported."""
    figures = _counted(material, code)
    return bool(_total(figures, "unreported")) and not _total(figures, "met", "unmet", "pending", "exempt")


def failing(material: Material, code: str) -> float:
    """Failures under the headline rates over schools, as a share of the decisions that were due."""
    figures = _counted(material, code)
    return _total(figures, "unmet") / (_total(figures, *STATUSES) or 1)


def _with_submission(material: Material, table: Table) -> Table:
    """The table with the submission rate before the other rates."""
    head = Column(wording.column("rate"), wording.text("page.submission"), True)
    keys = [f"{SUBMISSION_RATE}|{unit.unit_level}|{unit.unit_code}" for unit in _units(material)]
    rows = tuple(
        (row[0], rate_cell(material.by_key.get(key)), *row[1:]) for key, row in zip(keys, table.rows, strict=True)
    )
    return replace(table, columns=(table.columns[0], head, *table.columns[1:]), rows=rows)


def _units(material: Material) -> tuple[Figure, ...]:
    return (*units(material, LEVEL), *units(material, "county"))


def township_tables(material: Material, href: Callable[[str], str]) -> tuple[tuple[Table, ...], Table]:
    """Headline rates by township in parts that paper holds, the worst first and the whole last; the silent apart."""
    parts = level_tables(material, wording.text("page.units_township"), LEVEL)
    first = _with_submission(material, parts[0])
    codes = [unit.unit_code for unit in units(material, LEVEL)]
    heard = [place for place, code in enumerate(codes) if not is_silent(material, code)]
    order = sorted(heard, key=lambda place: (-failing(material, codes[place]), codes[place]))
    silent = [place for place in range(len(codes)) if place not in set(heard)]
    note = wording.text("page.units_order") + first.note
    shown = []
    for table in (first, *parts[1:]):
        rows = (*(_linked(table.rows[place], href(codes[place])) for place in order), *table.rows[len(codes) :])
        shown.append(replace(table, rows=rows if codes else (), note=note))
    apart = tuple(_linked(first.rows[place], href(codes[place])) for place in silent)
    return tuple(shown), replace(first, title=wording.text("page.units_apart"), rows=apart, note="")


def _linked(row: tuple[Cell, ...], href: str) -> tuple[Cell, ...]:
    return replace(row[0], href=href), *row[1:]
