"""Receipts made of invented findings, drawn and read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from pipelines.extract.grids import Grid
from pipelines.report.receipt_content import Receipt, Remark, SheetCount
from pipelines.report.receipts import write_receipt

RED, AMBER, BLUE = "FFFFC7CE", "FFFFEB9C", "FFDDEBF7"
RECEIVED = datetime(2026, 11, 2, 9, 15, 30)
SHEET = "隐患台账"
ROWS = [
    ["某校隐患台账", "", ""],
    ["隐患编号", "排查时间", "隐患内容"],
    ["1", "2026-10-32", "灭火器过期"],
    ["2", "", "护栏松动"],
]


def remark(severity: str = "error", code: str = "E-DATE", cell: str | None = "B3", **changes: Any) -> Remark:
    """A finding on the hazard sheet."""
    made = Remark(
        severity=severity,
        code=code,
        table_name="hazards",
        sheet=SHEET,
        row_no=3 if cell else None,
        cell=cell or "",
        field="found_date",
        value="2026-10-32",
        message="“排查时间”不是日期",
        hint="请填年月日",
    )
    return replace(made, **changes)


def receipt(*remarks: Remark, **changes: Any) -> Receipt:
    """The receipt of an accepted school workbook with these findings."""
    made = Receipt(
        sequence=123,
        origin="school",
        period="2026-10",
        status="accepted_with_findings",
        school_code="2136001234",
        school_name="白石小学",
        file_name="月报.xlsx",
        received_at=RECEIVED,
        sha256="ab12" * 16,
        version=2,
        sheets=(SheetCount("hazards", SHEET, 1, 1, False), SheetCount("drills", "应急演练", 0, 0, True)),
        remarks=remarks,
    )
    return replace(made, **changes)


def draw(folder: Path, made: Receipt, grids: list[Grid] | None = None) -> openpyxl.Workbook:
    """The receipt as a reader opens it."""
    path = folder / "receipt.xlsx"
    write_receipt(path, made, [Grid(SHEET, ROWS, False)] if grids is None else grids)
    return openpyxl.load_workbook(path)


def front_texts(book: openpyxl.Workbook) -> list[str]:
    """Every text of the first sheet, row by row."""
    return [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]


def row_of(book: openpyxl.Workbook, text: str, column: int = 1) -> int:
    """Number of the first row of the first sheet that begins with the text."""
    sheet = book.worksheets[0]
    return next(row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, column).value or "").startswith(text))
