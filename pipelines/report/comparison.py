"""Townships side by side: the worst first, those of which nothing is known apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipelines.report import wording
from pipelines.report.drawing import STATUSES
from pipelines.report.material import Figure, Material
from pipelines.report.summary import SUBMISSION_RATE, headlines, units
from pipelines.report.tables import Cell, Column, Table, level_table, rate_cell

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


def township_tables(material: Material, href: Callable[[str], str]) -> tuple[Table, Table]:
    """Headline rates by township, the worst first and the whole last; and those without any usable submission."""
    whole = _with_submission(material, level_table(material, wording.text("page.units_township"), LEVEL))
    named = [(unit.unit_code, row) for unit, row in zip(units(material, LEVEL), whole.rows, strict=False)]
    linked = [(code, (_linked(row[0], href(code)), *row[1:])) for code, row in named]
    heard = [(code, row) for code, row in linked if not is_silent(material, code)]
    ordered = sorted(heard, key=lambda entry: (-failing(material, entry[0]), entry[0]))
    rows = (*(row for _, row in ordered), *whole.rows[len(named) :])
    note = wording.text("page.units_order") + whole.note
    apart = tuple(row for code, row in linked if is_silent(material, code))
    return (
        replace(whole, rows=rows if named else (), note=note),
        replace(whole, title=wording.text("page.units_apart"), rows=apart, note=""),
    )


def _linked(cell: Cell, href: str) -> Cell:
    return replace(cell, href=href)
