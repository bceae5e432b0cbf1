"""What is to be said of one sheet: of its heading, its columns, its cells and its records. Pure.

Each finding is a mapping of the columns of the table of findings, rows counted from 1 as in the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pipelines.extract.grids import Sheet
from pipelines.extract.headings import Layout, missing_headings, names_contract
from pipelines.extract.personal import refused_columns
from pipelines.extract.remarks import Remark
from pipelines.extract.rows import Records

_NAMED_HEADINGS = 4

Told = dict[str, Any]


def unread_findings(sheet: Sheet) -> Iterator[Told]:
    """Of a sheet without a heading row: an error where its name is ours and it holds something, else a notice."""
    if not any(cell not in ("", None) for row in sheet.rows for cell in row):
        return
    contract = names_contract(sheet.name)
    if contract is None:
        yield {"code": "W-SHEET-UNKNOWN", "sheet": sheet.name}
        return
    near = missing_headings(sheet.name, sheet.rows)
    wanted = [*near.values()] or [field.label for field in contract.fields[:_NAMED_HEADINGS]]
    told = {"value": "、".join(near), "detail": "、".join(wanted)}
    yield {"code": "E-HEADER", "sheet": sheet.name, "table_name": contract.name, **told}


def sheet_findings(layout: Layout, sheet: Sheet, records: Records) -> Iterator[Told]:
    """Of a sheet that was read, in the order in which it was looked at."""
    if not (sheet.problems or sheet.remarks or layout.doubled or layout.unknown) and not _has_told(records):
        return
    where = {"table_name": layout.contract.name, "sheet": sheet.name}
    told = chain(
        _problem_cells(layout, sheet, set(records.row_numbers)) if sheet.problems else (),
        _doubled_headings(layout),
        _foreign_columns(layout, sheet) if layout.unknown else (),
        remarked(remark for remark in sheet.remarks if remark.sheet),
        _records(layout, records),
    )
    yield from ({**finding, **where} for finding in told)


def remarked(remarks: Iterable[Remark]) -> Iterator[Told]:
    """What the gate remarked."""
    for remark in remarks:
        yield {
            "code": remark.code,
            "row_no": None if remark.row is None else remark.row + 1,
            "column_no": remark.column,
            "detail": remark.detail,
        }


def _problem_cells(layout: Layout, sheet: Sheet, kept: set[int]) -> Iterator[Told]:
    """Cells of records that the reader cannot know; those of totals, titles and foreign columns do not matter."""
    fields = {column: name for name, column in layout.columns.items()}
    for (row, column), (code, text) in sorted(sheet.problems.items()):
        if row in kept and column in fields:
            yield {"code": code, "row_no": row + 1, "column_no": column, "field": fields[column], "value": text}


def _doubled_headings(layout: Layout) -> Iterator[Told]:
    for name, headings in layout.doubled.items():
        yield {
            "code": "E-HEADER-DUP",
            "field": name,
            "row_no": layout.header_row + 1,
            "detail": "、".join(headings),
        }


def _foreign_columns(layout: Layout, sheet: Sheet) -> Iterator[Told]:
    """Columns that no field claims: refused where they hold personal data, else only listed."""
    refused = refused_columns(sheet, layout)
    for column, heading in layout.unknown:
        is_near = column in layout.near
        yield {
            "code": "E-PERSONAL-DATA" if column in refused else "Q-COLUMN-NEAR" if is_near else "W-COLUMN-UNKNOWN",
            "row_no": layout.header_row + 1,
            "column_no": column,
            "value": heading,
            "detail": refused.get(column) or layout.near.get(column),
        }


def _has_told(records: Records) -> bool:
    return bool(records.total_rows or records.found or records.ditto_counts)


def _records(layout: Layout, records: Records) -> Iterator[Told]:
    """Rows left out, cells by their address, marks filled in from above."""
    if records.total_rows:
        row = records.total_rows[0] + 1
        yield {"code": "R-TOTAL-ROW", "row_no": row, "column_no": 0, "detail": str(len(records.total_rows))}
    for cell in records.found:
        yield {
            "code": cell.code,
            "row_no": cell.row + 1,
            "column_no": cell.column,
            "field": cell.field or None,
            "value": cell.value,
            "detail": cell.detail,
        }
    for name, count in records.ditto_counts.items():
        yield {"code": "R-DITTO", "column_no": layout.columns[name], "field": name, "detail": str(count)}
