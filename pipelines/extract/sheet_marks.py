"""The records of a sheet with what the marks of its cells mean for them: merged, computed, percentages, from 1904."""

from __future__ import annotations

from pipelines.extract.column_texts import Cells, Found
from pipelines.extract.grids import Sheet, cell_text
from pipelines.extract.headings import Layout
from pipelines.extract.remarks import Range
from pipelines.extract.rows import Records, read_records
from pipelines.findings import address

# Days from 1899-12-30, where spreadsheets count from, to 1904-01-01, where some workbooks do.
_DAYS_TO_1904 = 1462
_NUMBERS = ("int", "number", "money")


def read_marked(layout: Layout, sheet: Sheet, cells: Cells | None = None) -> Records:
    """The records below the heading row; fills merged cells down and enters unknown ones among the sheet's problems.

    `cells` are the sheet's, where they have been read already.
    """
    if sheet.is_from_1904:
        _count_from_1904(layout, sheet)
        cells = None
    records = read_records(layout, sheet.rows, sheet.problems, cells)
    if not (sheet.merged or sheet.percents or sheet.formulas) or not records.row_numbers:
        return records
    kept = set(records.row_numbers)
    found = _formulas(layout, sheet, kept) + _merged(layout, sheet, kept)
    _percents(layout, sheet, kept)
    if sheet.merged or sheet.percents:
        records = read_records(layout, sheet.rows, sheet.problems)
    records.found += found
    return records


def _count_from_1904(layout: Layout, sheet: Sheet) -> None:
    """Bare numbers in date columns count from 1904 too; those formatted as dates the parser has converted."""
    columns = [layout.columns[entry.name] for entry in layout.contract.fields if _is_dated(layout, entry.name)]
    for row in sheet.rows[layout.header_row + 1 :]:
        for column in columns:
            if row[column].__class__ is float:
                row[column] += _DAYS_TO_1904


def _is_dated(layout: Layout, name: str) -> bool:
    return name in layout.columns and layout.contract.field(name).form in ("date", "datetime")


def _formulas(layout: Layout, sheet: Sheet, kept: set[int]) -> list[Found]:
    """A notice for every column that formulas compute, at the first of its cells."""
    found = []
    for name, column in layout.columns.items():
        rows = sorted(
            row for row, at in sheet.formulas if at == column and row in kept and (row, at) not in sheet.problems
        )
        if rows:
            found.append(Found("W-FORMULA", rows[0], column, name, detail=str(len(rows))))
    return found


def _percents(layout: Layout, sheet: Sheet, kept: set[int]) -> None:
    """A number that is shown as a percentage is neither 95 nor 0.95."""
    counted = {column for name, column in layout.columns.items() if layout.contract.field(name).form in _NUMBERS}
    for row, column in sheet.percents:
        value = sheet.rows[row][column] if row in kept and column in counted else None
        if value.__class__ in (int, float) and value:
            sheet.problems.setdefault((row, column), ("E-PERCENT", f"{value * 100:g}% ({value:g})"))


def _merged(layout: Layout, sheet: Sheet, kept: set[int]) -> list[Found]:
    """Merged cells of one fill-down column are filled down; all others that span records or fields are unknown."""
    fields = {column: name for name, column in layout.columns.items()}
    fields |= {column: name for name, parts in layout.splits.items() for column, _ in parts}
    fills_down = {entry.name for entry in layout.contract.fields if entry.fill_down}
    filled: dict[int, list[Range]] = {}
    for merged in sheet.merged:
        (top, left), (bottom, right) = merged
        rows = [row for row in range(top, min(bottom, len(sheet.rows) - 1) + 1) if row in kept]
        columns = [column for column in range(left, right + 1) if column in fields]
        if not rows or not columns or sheet.rows[top][left] == "" or (rows, columns) == ([top], [left]):
            continue
        if left == right and rows[0] == top and fields[left] in fills_down and (top, left) not in sheet.problems:
            for row in rows:
                sheet.rows[row][left] = sheet.rows[top][left]
            filled.setdefault(left, []).append(merged)
        else:
            problem = ("E-MERGED", _span(merged))
            sheet.problems |= {(row, column): problem for row in rows for column in columns}
    return [
        Found("R-MERGED", top, column, fields[column], "、".join(dict.fromkeys(texts)), "、".join(map(_span, ranges)))
        for column, ranges in filled.items()
        for top in [ranges[0][0][0]]
        for texts in [[cell_text(sheet.rows[row][column]) or "" for (row, _), _ in ranges]]
    ]


def _span(merged: Range) -> str:
    return ":".join(address(*cell) for cell in merged)
