"""Open hazards as the bulletin lists them: all, overdue, major, and those under listed supervision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from pipelines.report import display, wording
from pipelines.report.grades import MAJOR, Grade
from pipelines.report.material import Case, Material
from pipelines.report.naming import value_name
from pipelines.report.tables import Cell, Column, Table, day_of, days_open, is_overdue, open_cases
from pipelines.report.tiles import closure

_COLUMNS = ("school_name", "case_no", "level", "start", "deadline", "days_open", "listed", "condition")


def overdue_cases(material: Material) -> tuple[Case, ...]:
    """Open hazards whose deadline lies before the cut-off day."""
    return tuple(case for case in open_cases(material) if is_overdue(case, material.cut_off))


def grade(material: Material, case: Case) -> Grade:
    """Level and supervision that the school's last ledger states of the hazard; unknown where it states none."""
    return material.grades.get((case.school_code, case.case_no), Grade("", False))


def major_cases(material: Material) -> tuple[Case, ...]:
    """Open hazards of the gravest level."""
    return tuple(case for case in open_cases(material) if grade(material, case).level == MAJOR)


def listed_cases(material: Material) -> tuple[Case, ...]:
    """Open hazards under listed supervision, of whatever level."""
    return tuple(case for case in open_cases(material) if grade(material, case).is_listed)


def _row(material: Material, case: Case) -> tuple[Cell, ...]:
    late, known = is_overdue(case, material.cut_off), grade(material, case)
    return (
        Cell(material.name(case.school_code), case.school_code),
        Cell(case.case_no),
        Cell(value_name("hazard_level", known.level) if known.level else wording.text("page.level_unknown")),
        Cell(display.moment(day_of(case.start))),
        Cell(display.moment(day_of(case.deadline))),
        Cell(display.number(days_open(case)), is_number=True),
        Cell(wording.text("page.listed_yes" if known.is_listed else "page.listed_no")),
        Cell(wording.text("page.past_deadline" if late else "page.within_deadline")),
    )


def ledger_table(material: Material, title: str, cases: Callable[[Material], Iterable[Case]]) -> Table:
    """Open hazards with level, deadline and supervision. Grain: one row per hazard, the longest open first."""
    columns = tuple(Column(wording.column(word), is_number=word == "days_open") for word in _COLUMNS)
    # Where nobody asks for hazards, an empty list would read as if there were none.
    unasked = "" if closure(material.standard) else wording.text("page.tiles_none")
    rows = tuple(_row(material, case) for case in cases(material))
    return Table(title, columns, rows, wording.text("page.ledger_note"), unasked)


def annexes(material: Material) -> tuple[tuple[str, Callable[[Material, str], Table]], ...]:
    """(name, maker) of the lists of hazards; one alone, which says so, where the standard times no hazards."""
    every: tuple[tuple[str, Callable[[Material], Iterable[Case]]], ...] = (
        ("cases", open_cases),
        ("overdue", overdue_cases),
        ("major", major_cases),
        ("listed", listed_cases),
    )
    asked = every if closure(material.standard) else every[:1]
    return tuple((name, partial(ledger_table, cases=cases)) for name, cases in asked)
