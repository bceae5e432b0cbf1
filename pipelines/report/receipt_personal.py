"""What of a school's sheets its receipt may draw again: nothing that was refused, no number of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.extract.grids import Grid
from pipelines.metadata.persons import SHORTEST, without_numbers
from pipelines.report.receipt_content import Remark
from pipelines.report.receipt_paper import cells_of

REFUSED = "E-PERSONAL-DATA"


def drawable_grids(grids: Sequence[Grid], remarks: Sequence[Remark]) -> list[Grid]:
    """The visible sheets without refused ones; refused columns end at their heading, numbers of persons are masked."""
    refused = [remark for remark in remarks if remark.code == REFUSED]
    whole = {remark.sheet for remark in refused if not remark.address}
    columns: dict[str | None, dict[int, int]] = {}
    for remark in refused:
        for row, column in cells_of(remark.address or ""):
            columns.setdefault(remark.sheet, {})[column] = row
    return [
        replace(grid, rows=[_row(number, row, columns.get(grid.name, {})) for number, row in enumerate(grid.rows)])
        for grid in grids
        if not grid.is_hidden and grid.name not in whole
    ]


def _row(number: int, row: Sequence[str], headings: dict[int, int]) -> list[str]:
    """One row; `headings` maps a refused column to the row of its heading."""
    cells = [text if len(text) < SHORTEST else without_numbers(text) for text in row]
    for column, heading_row in headings.items():
        if number > heading_row and column < len(cells):
            cells[column] = ""
    return cells
