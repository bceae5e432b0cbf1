"""tables.xlsx: one sheet a table, every rate a live formula over numerator and denominator with its value cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from pipelines.errors import PipelineError
from pipelines.report import display, marks, wording
from pipelines.report.material import Material
from pipelines.report.naming import county_name, document_name, scope_name
from pipelines.report.sheets import LEVELS, Rate, Sheet, sheets
from pipelines.report.workbook_charts import PERCENT, colour, draw_charts
from pipelines.store.files import write_atomically
from pipelines.store.workbooks import CheckedWorkbook

_SUMS, _HEAD = 2, 3
"""Rows of the sums and of the headings, from 0: title and note stand above."""
_SCALE = 10 ** (display.RATE_DIGITS + 2)
_LONGEST = 32767
"""Characters that a cell can hold."""
_WIDTHS = {
    "message": 60,
    "file": 42,
    "indicator_name": 54,
    "key": 54,
    **dict.fromkeys(("item", "answer"), 36),
    "check": 30,
    "code": 22,
    "indicator": 28,
    "school_name": 26,
    "sha256": 24,
    **dict.fromkeys(("unit_name", "section", "anchor"), 18),
    "received_at": 17,
    **dict.fromkeys(("township", "field", "mark_kind", "shown"), 16),
    "school_code": 14,
    **dict.fromkeys(("start", "end", "observed_until", "deadline"), 17),
    **dict.fromkeys(("window_start", "window_end", "value", "part"), 14),
    **dict.fromkeys(("sheet", "status"), 18),
}
_WIDTH = 9.5
_WRAPPED = ("message", "file", "answer")
_LINE = 15
"""Height of a line of text in points; a program that reads the workbook does not always find it by itself."""
_MOST_LINES = 26
"""A row is at most 409 points high."""
_ROW_HEIGHTS = {0: 26, 1: 16, _SUMS: 18, _HEAD: 34}
_SUMMED = {
    "submissions": ("errors", "queries", "repairs"),
    "crosschecks": ("count", "answered"),
    "agreement": ("numerator", "denominator"),
    "losses": ("lost_rows", "unread_cells", "undecided"),
}
"""Columns whose sum means something, by sheet; figures of different indicators are never added up."""
_UNPRINTED = ("indicator", "anchor")
"""For looking up in figures.csv and in the bulletin, not for paper."""
_FIRST = ("unit_name", "township", "school_name")


class _Pen:
    """Writes into one workbook and holds its formats."""

    def __init__(self, path: Path, title: str, as_of: datetime) -> None:
        self.book = CheckedWorkbook(path, {"default_date_format": "yyyy-mm-dd"})
        self.book.set_properties({"title": title, "created": as_of, "author": ""})
        font = {"font_name": wording.text("document.fonts.table"), "font_size": 10.5, "valign": "vcenter"}
        forms: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": 16},
            "note": {"font_color": "#55534c", "font_size": 9},
            "head": {
                "bold": True,
                "bottom": 2,
                "bg_color": "#f0eee6",
                "text_wrap": True,
                "valign": "bottom",
                "indent": 1,
            },
            "group": {"bold": True, "bg_color": "#f0eee6", "text_wrap": True, "indent": 1, "left": 1},
            "sum": {"bold": True, "num_format": "#,##0", "font_color": "#55534c"},
            "sum_rate": {"bold": True, "num_format": PERCENT, "font_color": "#55534c"},
            "text": {"indent": 1},
            "wrapped": {"text_wrap": True, "indent": 1},
            "whole": {"num_format": "#,##0"},
            "decimal": {"num_format": "0.0##"},
            "rate": {"num_format": PERCENT},
            "day": {"num_format": "yyyy-mm-dd"},
            "moment": {"num_format": "yyyy-mm-dd hh:mm"},
            "link": {"font_color": "#1f5680", "underline": 1},
        }
        self.forms = {name: self.book.add_format(font | form) for name, form in forms.items()}

    def text(self, sheet: Any, row: int, column: int, text: str, form: str = "text") -> None:
        """A text as text, never as formula, number or link; an over-long one is cut with a mark."""
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"
        sheet.write_string(row, column, shown, self.forms[form])

    def link(self, sheet: Any, row: int, column: int, target: str, text: str) -> None:
        """A link to another sheet of this workbook."""
        sheet.write_url(row, column, f"internal:'{target}'!A1", self.forms["link"], text)


def _number(pen: _Pen, sheet: Any, row: int, column: int, value: display.Number) -> None:
    form = "whole" if value == int(value) else "decimal"
    sheet.write_number(row, column, float(value), pen.forms[form])


def _rate(pen: _Pen, sheet: Any, row: int, column: int, rate: Rate, form: str = "rate") -> None:
    """The rate, rounded down, as a formula over the two cells to its left."""
    tenths = display.permille(rate.numerator, rate.denominator)
    upper, lower = (xl_rowcol_to_cell(row, column - back) for back in (2, 1))
    formula = f'=IF(N({lower})=0,"",INT({upper}*{_SCALE}/{lower})/{_SCALE})'
    cached = "" if tenths is None else tenths / _SCALE
    sheet.write_formula(row, column, formula, pen.forms[form], cached)


def _sum(pen: _Pen, sheet: Any, row: int, column: int, table: Sheet) -> display.Number:
    """The sum of the column's rows that the filter leaves, as a formula with that of all rows cached."""
    total: display.Number = sum(values[column] for values in table.rows if values[column] is not None)
    cells = xl_range(_HEAD + 1, column, _HEAD + len(table.rows), column)
    sheet.write_formula(row, column, f"=SUBTOTAL(109,{cells})", pen.forms["sum"], float(total))
    return total


def _sums(pen: _Pen, sheet: Any, table: Sheet) -> None:
    """Sums above the columns that have one, and below a comparison, each with its rate."""
    for column, name in enumerate(table.columns):
        if name in _SUMMED.get(table.id, ()):
            _sum(pen, sheet, _SUMS, column, table)
        elif name == "rate" and table.id in _SUMMED:
            pair = Rate(*(sum(row[column - back] for row in table.rows) for back in (2, 1)))
            _rate(pen, sheet, _SUMS, column, pair, "sum_rate")
    if table.groups:
        row = _HEAD + len(table.rows) + 1
        pen.text(sheet, row, 0, wording.text("workbook.sum"), "head")
        for column in range(1, len(table.columns), 3):
            pair = Rate(*(_sum(pen, sheet, row, column + after, table) for after in (0, 1)))
            _rate(pen, sheet, row, column + 2, pair, "sum_rate")


def _cell(pen: _Pen, sheet: Any, row: int, column: int, value: Any, table: Sheet) -> None:
    name = table.columns[column]
    if value is None or value == "":
        return
    if isinstance(value, Rate) and name in ("rate", "share"):
        _rate(pen, sheet, row, column, value)
    elif isinstance(value, Rate):
        tenths = display.permille(value.numerator, value.denominator)
        sheet.write_number(row, column, (tenths or 0) / _SCALE, pen.forms["rate"])
    elif isinstance(value, str):
        pen.text(sheet, row, column, value, "wrapped" if name in _WRAPPED else "text")
    elif isinstance(value, date):
        form = pen.forms["moment" if isinstance(value, datetime) else "day"]
        sheet.write_datetime(row, column, value, form)
    else:
        _number(pen, sheet, row, column, value)


def _lines(name: str, value: Any) -> int:
    """Lines that a value takes in its column: one where it is not wrapped. A Chinese character is two wide."""
    if name not in _WRAPPED or not isinstance(value, str):
        return 1
    wide = sum(1 if character.isascii() else 2 for character in value)
    return min(-(-wide // int(_WIDTHS[name] - 3)), _MOST_LINES) or 1


def _define(pen: _Pen, name: str, sheet: Any, area: str) -> None:
    if pen.book.define_name(name, f"='{sheet.get_name()}'!{area}"):
        raise PipelineError(f"xlsxwriter refused the name {name} on sheet {sheet.get_name()}")


def _name_ranges(pen: _Pen, sheet: Any, table: Sheet) -> None:
    """Names for the table, for each of its columns, and for the row of each figure, which is the anchor of its key."""
    first, last = _HEAD + 1, _HEAD + len(table.rows)
    _define(pen, f"{table.id}_table", sheet, xl_range_abs(_HEAD, 0, last, len(table.columns) - 1))
    for column, name in enumerate(table.columns if not table.groups else table.columns[:1]):
        _define(pen, f"{table.id}_{name}", sheet, xl_range_abs(first, column, last, column))
    for row, key in enumerate(table.keys, first):
        _define(pen, marks.anchor(key), sheet, xl_range_abs(row, 0, row, len(table.columns) - 1))


def _head(pen: _Pen, sheet: Any, table: Sheet) -> None:
    for column, name in enumerate(table.columns):
        pen.text(sheet, _HEAD, column, wording.column(name), "head")
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
    for index, (name, span) in enumerate(table.groups):
        column = 1 + sum(width for _, width in table.groups[:index])
        sheet.merge_range(_SUMS, column, _SUMS, column + span - 1, "", pen.forms["group"])
        pen.text(sheet, _SUMS, column, name, "group")
    heights = _ROW_HEIGHTS | ({_SUMS: _ROW_HEIGHTS[_HEAD]} if table.groups else {})
    for row, height in heights.items():
        sheet.set_row(row, height)


def _set_up(sheet: Any, table: Sheet, last: int, width: int) -> None:
    """What stays in sight, what may be filtered, and A4 across with the headings on every page."""
    sheet.freeze_panes(_HEAD + 1, 2 if table.columns[0] in _FIRST and not table.groups else 1)
    sheet.autofilter(_HEAD, 0, _HEAD + len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_SUMS if table.groups else _HEAD, _HEAD)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    printed = [column for column, name in enumerate(table.columns) if name not in _UNPRINTED or table.id == "said"]
    sheet.print_area(0, 0, last, width if table.groups else printed[-1])
    sheet.set_footer("&L&A&C&P / &N")
    sheet.hide_gridlines(2)


def _write_sheet(pen: _Pen, table: Sheet, notes: Iterable[str]) -> None:
    form = wording.entry(f"workbook.sheets.{table.id}")
    sheet = pen.book.add_worksheet(form["name"])
    pen.text(sheet, 0, 0, form["about"], "title")
    pen.text(sheet, 1, 0, "　".join([*notes, *(_own_notes(table))]), "note")
    pen.link(sheet, 2, 0, wording.text("workbook.contents"), wording.text("workbook.back"))
    _head(pen, sheet, table)
    for row, values in enumerate(table.rows, _HEAD + 1):
        lines = max((_lines(name, value) for name, value in zip(table.columns, values, strict=True)), default=1)
        if lines > 1:
            sheet.set_row(row, _LINE * lines)
        for column, value in enumerate(values):
            _cell(pen, sheet, row, column, value, table)
    _sums(pen, sheet, table)
    last = _HEAD + len(table.rows) + (1 if table.groups else 0)
    _name_ranges(pen, sheet, table)
    colour(pen.book, sheet, table, _HEAD + 1)
    _set_up(sheet, table, *draw_charts(pen.book, sheet, table, _HEAD + 1, last))


def _own_notes(table: Sheet) -> list[str]:
    source = wording.entry(f"workbook.sheets.{table.id}").get("source", "")
    names = [wording.text("workbook.notes.source", source=source)] if source else []
    return [*names, wording.text("workbook.notes.sums")] if table.id in _SUMMED else names


def _write_contents(pen: _Pen, title: str, tables: Sequence[Sheet], notes: Iterable[str]) -> None:
    sheet = pen.book.add_worksheet(wording.text("workbook.contents"))
    pen.text(sheet, 0, 0, title, "title")
    sheet.set_row(0, _ROW_HEIGHTS[0])
    lines = list(notes)
    for row, note in enumerate(lines, 1):
        pen.text(sheet, row, 0, note, "note")
    top = len(lines) + 2
    for column, name in enumerate(("sheet_column", "about_column", "rows_column")):
        pen.text(sheet, top, column, wording.text(f"workbook.{name}"), "head")
    for index, table in enumerate(tables, top + 1):
        form = wording.entry(f"workbook.sheets.{table.id}")
        pen.link(sheet, index, 0, form["name"], form["name"])
        pen.text(sheet, index, 1, form["about"])
        _number(pen, sheet, index, 2, len(table.rows))
    for column, width in enumerate((18, 52, 10)):
        sheet.set_column(column, column, width)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)


def _draw(material: Material) -> Callable[[Path], None]:
    tables = tuple(sheets(material))
    scope = scope_name(material)
    source = wording.text("workbook.notes.clause", document=document_name(material.standard))
    title = wording.text("workbook.contents_title", county=county_name(material))
    words = [wording.text(f"workbook.notes.{name}") for name in ("rate", "units")]

    def draw(path: Path) -> None:
        pen = _Pen(path, title, material.as_of)
        _write_contents(pen, title, tables, [scope, source, *words])
        for table in tables:
            _write_sheet(pen, table, [scope, source, *(words[:1] if table.id in LEVELS or table.groups else [])])
        pen.book.close()

    return draw


def write_workbook(material: Material, folder: Path) -> None:
    """tables.xlsx in `folder`: byte-identical from the same inputs; PipelineError when a cell would be dropped."""
    write_atomically(folder / "tables.xlsx", _draw(material))
