"""What was kept out of the files that count, and the statuses that are therefore unreported: how many, of whom."""

from __future__ import annotations

from collections import Counter

from pipelines.report import display, marks, wording
from pipelines.report.material import Material
from pipelines.report.tables import Cell, Column, Table

REASONS = ("rows_lost", "cell_error")


def undecided(material: Material) -> Counter[str]:
    """Statuses unreported because of a row that was kept out or a cell that cannot be read, by unit.

    A school's campuses and stages are part of its one status.
    """
    return Counter(
        row.unit_code
        for row in material.assessments
        if row.status == "unreported" and row.reason in REASONS and not row.campus and not row.stage
    )


def summary_text(material: Material, key: str) -> str:
    """One sentence of rows, cells, schools and statuses, exactly; it says so where nothing was kept out."""
    rows = sum(loss.row_count for loss in material.losses)
    cells = sum(loss.cell_count for loss in material.losses)
    statuses = undecided(material)
    form = key if rows or cells or statuses else f"{key}_none"
    return wording.text(
        form,
        rows=marks.count(rows, "lost", "rows"),
        cells=marks.count(cells, "lost", "cells"),
        schools=marks.count(sum(bool(loss.school_code) for loss in material.losses), "lost", "schools"),
        statuses=marks.count(sum(statuses.values()), "undecided", "statuses"),
        units=marks.count(len(statuses), "undecided", "units"),
    )


def loss_table(material: Material, title: str) -> Table:
    """Rows kept out, unreadable cells and undecided statuses. Grain: one row per sender or unit, most first."""
    names = ("school_code", "school_name", "lost_rows", "unread_cells", "undecided")
    columns = tuple(
        Column(wording.column(name), is_number=name not in ("school_code", "school_name")) for name in names
    )
    statuses = undecided(material)
    kept = {loss.school_code: loss for loss in material.losses}
    lines = []
    for code in sorted({*kept, *statuses}):
        loss = kept.get(code)
        numbers = (loss.row_count if loss else 0, loss.cell_count if loss else 0, statuses[code])
        lines.append((code, material.name(code) if code else wording.text("losses.bureau"), numbers))
    lines.sort(key=lambda line: (tuple(-number for number in reversed(line[2])), line[0]))
    return Table(
        title,
        columns,
        tuple(
            (Cell(code), Cell(name), *(Cell(display.number(number), is_number=True) for number in numbers))
            for code, name, numbers in lines
        ),
        wording.text("losses.note"),
    )
