"""What the gates of .xls, .xlsb and .ods have in common: sheets seen cell by cell, held to what holds for an .xlsx."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pipelines.extract.book_xml import MAX_SHEETS
from pipelines.extract.remarks import Rejected, Remark, Sight, spans
from pipelines.extract.sheet_xml import MAX_AREA, MAX_COLUMN, MAX_ROW
from pipelines.findings import address, column_letters


@dataclass
class Walk:
    """A walk over one sheet: what it has found, and the last row and column with content, zero-based."""

    sight: Sight = field(default_factory=Sight)
    last_row: int = -1
    last_column: int = -1
    hidden_rows: list[range] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)

    def enter(self, row: int, column: int) -> None:
        """A cell with content; of two at one address the parser takes the last, so neither is known."""
        if (row, column) in self.seen:
            self.sight.cells[row, column] = ("E-DUP-CELL", "")
        self.seen.add((row, column))

    def end(self, title: str) -> Sight:
        """The sight of the sheet. Raises Rejected where its content reaches farther than that of any table."""
        row = max([self.last_row, *(row for row, _ in self.seen)])
        column = max([self.last_column, *(column for _, column in self.seen)])
        if row >= MAX_ROW or column >= MAX_COLUMN or (row + 1) * (column + 1) > MAX_AREA:
            raise Rejected("E-EXTENT", address(row, column), title)
        if rows := _within(self.hidden_rows, row):
            self.sight.remarks.append(Remark("W-HIDDEN-ROW", title, spans(at + 1 for at in rows)))
        if columns := _within(self.hidden_columns, column):
            self.sight.remarks.append(Remark("W-HIDDEN-COLUMN", title, spans(columns, column_letters)))
        self.sight.merged = [
            ((top, left), (min(bottom, MAX_ROW), min(right, MAX_COLUMN)))
            for (top, left), (bottom, right) in self.sight.merged
        ]
        return self.sight


def _within(hidden: Collection[range], last: int) -> list[int]:
    return [at for run in hidden for at in run[: max(0, last + 1 - run.start)]]


def enter_sights(walks: Iterable[tuple[str, Walk]]) -> dict[str, Sight]:
    """The sights by title. Raises Rejected where there are too many sheets or one reaches too far."""
    sights: dict[str, Sight] = {}
    for count, (title, walk) in enumerate(walks, 1):
        if count > MAX_SHEETS:
            raise Rejected("E-TOO-MANY-SHEETS", f"> {MAX_SHEETS}")
        sights[title] = walk.end(title)
    return sights
