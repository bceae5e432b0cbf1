"""A school's workbook as bytes, drawn by xlsxwriter from planned sheets and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from pipelines.collect.plan import SheetPlan, wording
from pipelines.store.workbooks import CheckedWorkbook

_CREATED = datetime(2026, 1, 1)
"""Written into every workbook instead of the clock, so that the same content has the same bytes."""

_A4 = 9
_READABLE_WIDTH = 270
"""Characters across a printed page, beyond which nobody can read it."""
_IDENTITY_COLUMNS = 3
_LINE_LENGTH, _LINE_HEIGHT = 25, 16
"""Chinese characters across the second column of the cover, and the height of a line in points."""
_BESIDE_ROW, _BESIDE_COLUMN = 2, 3
_PROTECTION = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


@dataclass(frozen=True)
class Formula:
    """A formula with the result that the last program to save the workbook stored beside it."""

    text: str
    cached: str | float


Cell = str | int | float | Decimal | date | datetime | Formula | None


@dataclass(frozen=True)
class Sheet:
    """One sheet to draw: lines above the heading, the heading, rows in column order, lines below.

    An unstyled sheet has no number formats: a date written as a number stays a number. The first `example_count` rows
    are examples, locked.
    """

    plan: SheetPlan
    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    above: Sequence[Sequence[Cell]] = ()
    below: Sequence[Sequence[Cell]] = ()
    is_protected: bool = True
    is_styled: bool = True
    is_hidden: bool = False
    example_count: int = 0


@dataclass(frozen=True)
class Cover:
    """The first sheet: title, basis, the key and value rows by which the workbook is recognised, asked sheets.

    What is no form to be filled in says neither how nor what is asked. `beside` is a list to choose from, right of it,
    its headings first: whoever reads the workbook back passes over this sheet.
    """

    title: str
    basis: str
    stamp: Sequence[tuple[str, str]]
    is_form: bool = True
    beside: Sequence[tuple[str, ...]] = ()


@dataclass(frozen=True)
class _Look:
    """The formats of one workbook; xlsxwriter's formats cannot be shared between workbooks."""

    book: CheckedWorkbook
    made: dict[tuple[str, str], Format]

    def named(self, name: str, number_format: str = "General") -> Format:
        """The format of that role and number format, made on first use."""
        key = (name, number_format)
        if key not in self.made:
            self.made[key] = self.book.add_format({**_role(name), "num_format": number_format})
        return self.made[key]


def _role(name: str) -> dict[str, Any]:
    """xlsxwriter's properties for the role that a cell plays."""
    look = wording()["look"]
    plain = {"font_name": look["font"], "font_size": look["size"], "valign": "vcenter"}
    table = {**plain, "border": 1, "border_color": look["border"], "text_wrap": True}
    accent = {**plain, "bold": True, "font_color": look["accent"]}
    fills = {
        role: {"bg_color": look[role]["background"], "font_color": look[role]["text"]}
        for role in ("required", "optional", "locked")
    }
    heading = {**table, "bold": True, "align": "center"}
    return {
        "required": {**heading, **fills["required"]},
        "optional": {**heading, **fills["optional"]},
        "locked": {**table, **fills["locked"]},
        "open": {**table, "locked": False},
        "title": {**accent, "font_size": look["title_size"]},
        "section": {**accent, "font_size": look["section_size"]},
        "table": table,
        "plain": plain,
    }[name]


def draw_workbook(cover: Cover | None, sheets: Sequence[Sheet]) -> bytes:
    """The workbook's bytes: the same cover and sheets give the same bytes.

    Raises PipelineError naming sheet and cell when xlsxwriter would drop or shorten something.
    """
    buffer = BytesIO()
    with CheckedWorkbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        look = _Look(book, {})
        if cover is not None:
            _draw_cover(book.add_worksheet(wording()["cover"]["sheet"]), look, cover, sheets)
        for sheet in sheets:
            _draw_sheet(book.add_worksheet(sheet.name), look, sheet)
    return buffer.getvalue()


def write_cell(page: Worksheet, row: int, column: int, value: Cell, style: Format | None) -> None:
    """Write one cell by the value's type."""
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, value, style)
    elif isinstance(value, Formula):
        page.write_formula(row, column, value.text, style, value.cached)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, style)
    else:
        page.write_number(row, column, value, style)


def _draw_sheet(page: Worksheet, look: _Look, sheet: Sheet) -> None:
    plan, top = sheet.plan, len(sheet.above)
    forms = wording()["forms"]
    styles, examples = [], []
    for index, column in enumerate(plan.columns):
        role = "locked" if column.is_locked else "open"
        # A locked column is grey only where something stands in it.
        number_format = forms[column.field.form]["number_format"] if sheet.is_styled else "General"
        styles.append(look.named(role, number_format))
        examples.append(look.named("locked", number_format))
        page.set_column(index, index, column.width, None if column.is_locked else styles[index])
    for row, line in enumerate(sheet.above):
        for index, value in enumerate(line):
            write_cell(page, row, index, value, look.named("table"))
    page.set_row(top, 32)
    required = {column.field.label for column in plan.columns if column.field.required}
    for index, heading in enumerate(sheet.headings):
        role = "required" if heading in required else "optional"
        write_cell(page, top, index, heading, look.named(role))
    for number, line in enumerate(sheet.rows):
        looks = examples if number < sheet.example_count else styles
        for index, value in enumerate(line):
            write_cell(page, top + 1 + number, index, value, looks[index] if index < len(looks) else None)
    for row, line in enumerate(sheet.below, top + 1 + len(sheet.rows)):
        for index, value in enumerate(line):
            write_cell(page, row, index, value, look.named("plain"))
    _add_checks(page, plan, top)
    page.freeze_panes(top + 1, _IDENTITY_COLUMNS if plan.contract.single_row else 0)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1 + int(sum(column.width for column in plan.columns) // _READABLE_WIDTH), 0)
    if sheet.is_hidden:
        page.hide()
    if sheet.is_protected:
        page.protect("", _PROTECTION)


def _add_checks(page: Worksheet, plan: SheetPlan, top: int) -> None:
    last = top + plan.input_row_count
    for index, column in enumerate(plan.columns):
        if column.is_locked:
            continue
        # xlsxwriter changes the options that it is given.
        page.data_validation(top + 1, index, last, index, dict(column.check))


def _draw_cover(page: Worksheet, look: _Look, cover: Cover, sheets: Sequence[Sheet]) -> None:
    text = wording()["cover"]
    for index, width in enumerate((16, 52, 30, 8)):
        page.set_column(index, index, width)
    page.hide_gridlines(2)
    page.set_row(0, 34)
    lines: list[tuple[tuple[Cell, ...], str]] = [((cover.title,), "title"), ((cover.basis,), "plain"), ((), "plain")]
    lines += [(pair, "table") for pair in cover.stamp]
    if cover.is_form:
        lines += [((), "plain"), ((text["how_title"],), "section"), *(((line,), "plain") for line in text["how"])]
        lines += [((), "plain"), ((text["legend_title"],), "section")]
    for row, (values, role) in enumerate(lines):
        for index, value in enumerate(values):
            write_cell(page, row, index, value, look.named(role))
        if not cover.is_form and len(values) > 1:
            # A cover of our own may say more than a line holds.
            page.set_row(row, _LINE_HEIGHT * (1 + len(str(values[1])) // _LINE_LENGTH))
    if cover.is_form:
        _draw_legend(page, look, sheets, len(lines))
    _draw_beside(page, look, cover.beside)
    page.set_paper(_A4)
    page.fit_to_pages(1, 1)
    page.protect("", _PROTECTION)


def choice_range(rows: int) -> str:
    """The first column of a cover's list beside, below its headings, as the source of a dropdown."""
    sheet = wording()["cover"]["sheet"]
    return f"='{sheet}'!{xl_range_abs(_BESIDE_ROW + 1, _BESIDE_COLUMN, _BESIDE_ROW + rows, _BESIDE_COLUMN)}"


def _draw_beside(page: Worksheet, look: _Look, rows: Sequence[tuple[str, ...]]) -> None:
    for number, line in enumerate(rows):
        for index, value in enumerate(line, _BESIDE_COLUMN):
            write_cell(page, _BESIDE_ROW + number, index, value, look.named("table" if number else "optional"))
    if rows:
        page.set_column(_BESIDE_COLUMN, _BESIDE_COLUMN, 18)
        page.set_column(_BESIDE_COLUMN + 1, _BESIDE_COLUMN + 1, 36)
        page.print_area(0, 0, _BESIDE_ROW + len(rows), 1)


def _draw_legend(page: Worksheet, look: _Look, sheets: Sequence[Sheet], top: int) -> None:
    """What the colours mean, and below it the asked sheets."""
    legend = wording()["cover"]["legend"]
    for row, (role, (mark, meaning)) in enumerate(legend.items(), top):
        write_cell(page, row, 0, mark, look.named(role))
        write_cell(page, row, 1, meaning, look.named("plain"))
    _draw_sheet_table(page, look, sheets, top + len(legend) + 1)


def _draw_sheet_table(page: Worksheet, look: _Look, sheets: Sequence[Sheet], top: int) -> None:
    """Which sheets there are, what belongs into each, as of when, and how many items it asks."""
    text = wording()["cover"]
    write_cell(page, top, 0, text["sheets_title"], look.named("section"))
    for index, heading in enumerate(text["sheets_headings"]):
        write_cell(page, top + 1, index, heading, look.named("optional"))
    asked = [sheet for sheet in sheets if not sheet.is_hidden]
    for row, sheet in enumerate(asked, top + 2):
        words = wording()["sheets"][sheet.plan.contract.name]
        count = len(sheet.plan.items) or text["no_count"]
        for index, value in enumerate((sheet.name, words["what"], words["when"], count)):
            write_cell(page, row, index, value, look.named("table"))
