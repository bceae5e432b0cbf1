"""The workbook a receipt is drawn on: one set of formats, text that cannot harm, every write checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.findings import column_index
from pipelines.report.receipt_content import Receipt, Remark
from pipelines.report.receipt_wording import wording
from pipelines.store.workbooks import CheckedWorkbook

CELL_LIMIT = 32_767
"""Characters that an xlsx cell holds."""
_NAME_LIMIT = 31
_RANGE_LIMIT = 200
"""Cells of one finding that are coloured."""
_URL_LIMIT = 60_000
"""Links a sheet; Excel stops at 65,530."""

_UNSAFE = re.compile("[\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_NAME_UNSAFE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?")

FILLS = {
    "fatal": "#FFC7CE",
    "error": "#FFC7CE",
    "query": "#FFEB9C",
    "corrected": "#E4DFEC",
    "answered": "#E2EFDA",
    "repair": "#DDEBF7",
    "notice": "#EDEDED",
}
_TONES = {"good": ("#E2EFDA", "#375623"), "warn": ("#FFF2CC", "#7F6000"), "bad": ("#F8CBAD", "#843C0C")}
_GRID = "#BFBFBF"


@dataclass(frozen=True)
class Paper:
    """An open workbook and its formats, by name: plain, mark.<standing>, banner.<tone> and others."""

    workbook: xlsxwriter.Workbook
    buffer: BytesIO
    formats: dict[str, Format]

    def close(self) -> bytes:
        """The finished workbook's bytes: the same for the same content."""
        self.workbook.close()
        return self.buffer.getvalue()


def open_paper(receipt: Receipt) -> Paper:
    """A workbook in memory whose only date is the moment of receipt."""
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "default_format_properties": {"font_name": wording().font, "font_size": 10},
    }
    workbook = CheckedWorkbook(buffer, options)
    workbook.set_properties({"title": f"{wording().title} {receipt.number}", "created": receipt.received_at})
    return Paper(workbook, buffer, _formats(workbook))


def _formats(workbook: xlsxwriter.Workbook) -> dict[str, Format]:
    cell: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    boxed = {**cell, "border": 1, "border_color": _GRID}
    specs: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 18},
        "section": {"bold": True, "font_size": 12, "font_color": "#1F4E79"},
        "label": {"font_color": "#595959"},
        "text": {},
        "wrapped": cell,
        "strong": {"bold": True},
        "small": {"font_color": "#7F7F7F", "font_size": 9},
        "head": {**boxed, "bold": True, "bg_color": "#D9E1F2", "valign": "vcenter"},
        "boxed": boxed,
        "centre": {**boxed, "align": "center"},
        "link": {**boxed, "font_color": "#0563C1", "underline": 1},
        "plain": cell,
        "line": {"valign": "top"},
        "sheet_title": {"bold": True, "font_size": 14, "align": "center_across", "valign": "vcenter"},
        "sheet_head": {**cell, "bold": True, "bg_color": "#F2F2F2", "valign": "vcenter"},
        "grid": {"border": 1, "border_color": _GRID},
    }
    for severity, fill in FILLS.items():
        specs[f"mark.{severity}"] = {**boxed, "bg_color": fill}
        specs[f"severity.{severity}"] = {**boxed, "bg_color": fill, "align": "center"}
    for tone, (fill, colour) in _TONES.items():
        band = {"bg_color": fill, "align": "left", "indent": 1}
        specs[f"banner.{tone}"] = {**band, "bold": True, "font_size": 14, "font_color": colour, "valign": "vcenter"}
        specs[f"next.{tone}"] = {**band, "text_wrap": True, "valign": "top"}
    return {name: workbook.add_format(spec) for name, spec in specs.items()}


def safe_text(text: str) -> str:
    """The text without what no workbook may hold (lone surrogates, direction overrides), cut to a cell's length."""
    clean = text if text.isascii() else _UNSAFE.sub("\ufffd", text)
    if len(clean) <= CELL_LIMIT:
        return clean
    note = wording().cut.format(length=len(clean))
    return clean[: CELL_LIMIT - len(note)] + note


def put(sheet: Worksheet, row: int, column: int, text: str | int, style: Format | None = None) -> None:
    """Write a text or a whole number; PipelineError where the library refuses it."""
    if isinstance(text, int):
        sheet.write_number(row, column, text, style)
    else:
        is_plain = text.isascii() and len(text) <= CELL_LIMIT
        sheet.write_string(row, column, text if is_plain else safe_text(text), style)


def put_link(sheet: Worksheet, row: int, column: int, target: str, text: str, style: Format) -> None:
    """Write a link to a cell of this workbook; plain text once a sheet is full of links."""
    if row > _URL_LIMIT:
        put(sheet, row, column, text, style)
        return
    sheet.write_url(row, column, f"internal:{target}", style, safe_text(text))


def sheet_names(written: Iterable[str]) -> dict[str, str]:
    """Name as written to the name drawn: legal in Excel, 31 characters at most, no two alike, none the receipt's."""
    taken = {wording().sheet.casefold(), "history"}
    names: dict[str, str] = {}
    for name in written:
        if name in names:
            continue
        stem = _NAME_UNSAFE.sub("_", safe_text(name)).strip("'").strip()[:_NAME_LIMIT] or "Sheet"
        drawn, copy = stem, 1
        while drawn.casefold() in taken:
            copy += 1
            drawn = f"{stem[: _NAME_LIMIT - 1 - len(str(copy))]}_{copy}"
        taken.add(drawn.casefold())
        names[name] = drawn
    return names


def target_of(remark: Remark, names: dict[str, str]) -> str | None:
    """Where a link to the finding's cell leads; None where its sheet is not drawn."""
    drawn = names.get(remark.sheet or "")
    if drawn is None:
        return None
    quoted = drawn.replace("'", "''")
    return f"'{quoted}'!{remark.address or 'A1'}"


def cells_of(address: str) -> list[tuple[int, int]]:
    """0-based (row, column) of C9 or of each cell of C9:C12 (of a huge range, the first); none for anything else."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return []
    top, left = int(match[2]) - 1, column_index(match[1])
    bottom, right = (int(match[4]) - 1, column_index(match[3])) if match[3] else (top, left)
    if (bottom - top + 1) * (right - left + 1) > _RANGE_LIMIT:
        return [(top, left)]
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
