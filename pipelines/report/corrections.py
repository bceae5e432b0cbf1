"""Cells that the bureau corrected: what stands in the notes, on the screen, and in the way of publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.load.database import open_database
from pipelines.metadata.contracts import contract
from pipelines.metadata.persons import without_numbers
from pipelines.report import wording
from pipelines.report.tables import Cell, Column, Table
from pipelines.settings import Settings
from pipelines.store.sql import named_rows, sql_text

if TYPE_CHECKING:
    from pipelines.report.material import Correction, Material

_COLUMNS = ("school_name", "month", "sheet", "cell", "field", "old_text", "new_text", "reason", "decided_by")


@dataclass(frozen=True)
class Unapplied:
    """A correction that speaks and does not fit: the bureau's file and row, what it speaks of, and why."""

    file: str
    row: int
    month: str
    school: str
    place: str
    message: str


def unapplied(settings: Settings) -> list[Unapplied]:
    """Corrections of the period's months and earlier ones that had come by `as_of` and could not be applied."""
    return [
        Unapplied(
            without_numbers(one["file"]), one["row_no"], one["month"], one["school_code"], one["place"], one["message"]
        )
        for one in _speaking(settings)
        if one["state"] == "failed"
    ]


def applied_count(settings: Settings) -> int:
    """How many cells of the period's months count with another value than the school wrote."""
    return sum(row["state"] == "applied" and row["month"] in settings.period.months for row in _speaking(settings))


def _speaking(settings: Settings) -> list[dict[str, Any]]:
    from pipelines.report.material import SQL

    assert settings.as_of is not None
    moment = {"as_of": settings.as_of, "last_month": settings.period.last_month}
    with open_database(settings.home, settings.as_of) as connection:
        return named_rows(connection.execute(sql_text(SQL, "corrections"), moment))


def correction_table(material: Material, title: str) -> Table:
    """Cells of which another value counts. Grain: one row per cell, by month, school and place."""
    columns = (
        *(Column(wording.text(f"corrections.{name}")) for name in _COLUMNS),
        Column(wording.text("corrections.decided_date")),
        Column(wording.text("corrections.objection")),
    )
    rows = tuple(_line(material, one) for one in material.corrections)
    return Table(title, columns, rows, wording.text("corrections.note"))


def _line(material: Material, one: Correction) -> tuple[Cell, ...]:
    label = contract(one.table_name).field(one.field).label
    told: tuple[Any, ...] = (
        material.name(one.school_code),
        one.month,
        without_numbers(one.sheet),
        one.cell,
        wording.text("corrections.item", item=one.item, field=label) if one.item else label,
        *(one.old_text, one.new_text, one.reason, one.decided_by),
        _day(one.decided_date),
        _objection(one),
    )
    return (Cell(told[0], one.school_code), *(Cell(text) for text in told[1:]))


def _objection(one: Correction) -> str:
    if not one.objection:
        return ""
    outcome = one.objection_outcome or wording.text("corrections.pending")
    return wording.text("corrections.objected", objection=one.objection, outcome=outcome)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
