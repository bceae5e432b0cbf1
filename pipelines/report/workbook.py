"""tables.xlsx: one sheet a table, every rate a live formula over numerator and denominator with its value cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipelines.report import display, wording
from pipelines.report.crosschecks import item_name, kinds, township_name, wilson
from pipelines.report.csv_files import submission_rows
from pipelines.report.material import Figure, Material
from pipelines.report.naming import (
    county_name,
    document_name,
    field_name,
    figure_status,
    indicator_name,
    scope_name,
    unit_name,
    value_name,
)
from pipelines.store.files import write_atomically
from pipelines.store.workbooks import CheckedWorkbook

LEVELS = ("county", "township", "stage", "urban_rural", "ownership", "body")
_HEAD = 3
"""Row of the headings, from 0: title, note and a blank line stand above."""
_SCALE = 10 ** (display.RATE_DIGITS + 2)
_LONGEST = 32767
"""Characters that a cell can hold."""
_WIDTHS = {
    "message": 60,
    "file": 42,
    "indicator_name": 54,
    "item": 36,
    "check": 30,
    "code": 22,
    "indicator": 28,
    "school_name": 26,
    "sha256": 24,
    "unit_name": 18,
    "received_at": 17,
    "township": 16,
    "field": 16,
    "school_code": 14,
    **dict.fromkeys(("start", "end", "observed_until", "deadline", "window_start", "window_end", "sheet", "value"), 12),
}
_WIDTH = 9.5
_ROW_HEIGHTS = {0: 26, 1: 16, 2: 18, _HEAD: 34}


@dataclass(frozen=True)
class Rate:
    """A rate to be written as a formula over two other columns of its row."""

    numerator: display.Number | None
    denominator: display.Number | None


@dataclass(frozen=True)
class Sheet:
    """One table: columns by name and rows of plain values, texts, dates and rates."""

    id: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def _level_sheet(material: Material, level: str) -> Sheet:
    """Figures of one level. Grain: one row per unit and indicator."""
    unit = () if level == "county" else ("unit_name",)
    columns = (
        *unit,
        *("indicator_name", "clause", "numerator", "denominator", "rate", "value", "measure_unit", "lower", "upper"),
        *("reported_value", "met", "unmet", "pending", "unreported", "exempt", "status", "indicator"),
    )
    order = {indicator: place for place, indicator in enumerate(material.county)}
    found = [figure for figure in material.figures if figure.unit_level == level]
    found.sort(key=lambda figure: order.get(figure.indicator, len(order)))
    return Sheet(level, columns, [_figure_row(material, figure, bool(unit)) for figure in found])


def _figure_row(material: Material, figure: Figure, has_unit: bool) -> list[Any]:
    bounds = (figure.lower, figure.upper, figure.reported_value)
    return [
        *([unit_name(figure)] if has_unit else []),
        indicator_name(material.standard, figure.indicator),
        figure.clause,
        figure.numerator,
        figure.denominator,
        Rate(figure.numerator, figure.denominator) if figure.is_rate else None,
        None if figure.is_rate else figure.value,
        wording.label("measure_units", figure.measure_unit),
        *(Rate(bound, 1) if bound is not None else None for bound in bounds),
        *(figure.met, figure.unmet, figure.pending, figure.unreported, figure.exempt),
        figure_status(figure),
        figure.indicator,
    ]


def _assessment_sheet(material: Material) -> Sheet:
    columns = (
        *("township", "school_name", "school_code", "unit_level", "campus", "stage", "indicator_name", "status"),
        "reason",
        *("actual", "required", "done", "due", "window_start", "window_end", "indicator"),
    )
    rows = []
    for row in material.assessments:
        school = material.schools.get(row.unit_code)
        rows.append(
            [
                school.township if school else "",
                material.name(row.unit_code),
                row.unit_code,
                wording.label("levels", row.unit_level),
                row.campus,
                value_name("school_type", row.stage),
                indicator_name(material.standard, row.indicator),
                wording.label("statuses", row.status),
                wording.label("reasons", row.reason),
                *(row.actual, row.required, row.done, row.due, row.window_start, row.window_end, row.indicator),
            ]
        )
    return Sheet("assessments", columns, rows)


def _case_sheet(material: Material) -> Sheet:
    names = ("school_name", "school_code", "indicator_name", "case_no", "start", "end", "observed_until", "deadline")
    rows = [
        [
            *(material.name(case.school_code), case.school_code, indicator_name(material.standard, case.indicator)),
            *(case.case_no, case.start, case.end, case.observed_until, case.deadline),
            wording.label("case_statuses", case.status),
        ]
        for case in material.cases
    ]
    return Sheet("cases", (*names, "status"), rows)


def _submission_sheet(material: Material) -> Sheet:
    names = ("file", "status", "version", "received_at", "errors", "queries", "repairs", "sha256")
    rows = []
    for row in submission_rows(material):
        labelled = row | {"status": wording.label("submission_statuses", row["status"])}
        rows.append([material.name(row["school_code"]), row["school_code"], *(labelled.get(name) for name in names)])
    return Sheet("submissions", ("school_name", "school_code", *names), rows)


def _finding_sheet(material: Material) -> Sheet:
    names = (
        *("school_name", "school_code", "severity", "code", "sheet", "cell", "field", "value", "message", "file"),
        "answer",
    )
    rows = [
        [
            *(material.name(row.school_code), row.school_code, wording.label("severities", row.severity), row.code),
            *(row.sheet, row.cell, field_name(row.field, row.sheet), row.value, row.message, row.file, row.answer),
        ]
        for row in material.findings
    ]
    return Sheet("findings", names, rows)


def _crosscheck_sheet(material: Material) -> Sheet:
    names = ("check", "code", "school_name", "school_code", "township", "count")
    rows = []
    for kind in kinds(material):
        for code, count in kind.schools.items():
            school = material.schools.get(code)
            place = (material.name(code), code, school.township if school else "")
            rows.append([kind.check.name_zh, kind.check.code, *place, count])
    return Sheet("crosschecks", names, rows)


def _agreement_sheet(material: Material) -> Sheet:
    names = ("item", "township", "numerator", "denominator", "rate", "lower", "upper")
    rows = []
    for row in material.agreement:
        share = Rate(row.agreed_count, row.compared_count)
        bounds = (Rate(bound, 1) for bound in wilson(row.agreed_count, row.compared_count))
        rows.append([item_name(row), township_name(row), row.agreed_count, row.compared_count, share, *bounds])
    return Sheet("agreement", names, rows)


def sheets(material: Material) -> tuple[Sheet, ...]:
    """Every sheet that has rows, figures first."""
    others = (
        *(_assessment_sheet, _case_sheet, _submission_sheet, _finding_sheet),
        *(_crosscheck_sheet, _agreement_sheet),
    )
    found = [*(_level_sheet(material, level) for level in LEVELS), *(make(material) for make in others)]
    return tuple(sheet for sheet in found if sheet.rows)


class _Pen:
    """Writes into one workbook and holds its formats."""

    def __init__(self, path: Path, title: str, as_of: datetime) -> None:
        self.book = CheckedWorkbook(path, {"default_date_format": "yyyy-mm-dd"})
        self.book.set_properties({"title": title, "created": as_of, "author": ""})
        font = {"font_name": wording.text("document.fonts.table"), "font_size": 10.5, "valign": "top"}
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
            "text": {"indent": 1},
            "wrapped": {"text_wrap": True, "indent": 1},
            "whole": {"num_format": "#,##0"},
            "decimal": {"num_format": "0.0##"},
            "rate": {"num_format": "0." + "0" * display.RATE_DIGITS + "%"},
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


def _rate(pen: _Pen, sheet: Any, row: int, column: int, rate: Rate, over: tuple[int, int]) -> None:
    """The rate, rounded down, as a formula over the two cells to its left."""
    tenths = display.permille(rate.numerator, rate.denominator)
    upper, lower = (xl_rowcol_to_cell(row, place) for place in over)
    formula = f'=IF(N({lower})=0,"",INT({upper}*{_SCALE}/{lower})/{_SCALE})'
    cached = "" if tenths is None else tenths / _SCALE
    sheet.write_formula(row, column, formula, pen.forms["rate"], cached)


def _cell(pen: _Pen, sheet: Any, row: int, column: int, value: Any, table: Sheet) -> None:
    name = table.columns[column]
    if value is None or value == "":
        return
    if isinstance(value, Rate) and name == "rate":
        _rate(pen, sheet, row, column, value, (column - 2, column - 1))
    elif isinstance(value, Rate):
        tenths = display.permille(value.numerator, value.denominator)
        sheet.write_number(row, column, (tenths or 0) / _SCALE, pen.forms["rate"])
    elif isinstance(value, str):
        pen.text(sheet, row, column, value, "wrapped" if name in ("message", "file") else "text")
    elif isinstance(value, date):
        form = pen.forms["moment" if isinstance(value, datetime) else "day"]
        sheet.write_datetime(row, column, value, form)
    else:
        _number(pen, sheet, row, column, value)


def _write_sheet(pen: _Pen, table: Sheet, notes: Iterable[str]) -> None:
    form = wording.entry(f"workbook.sheets.{table.id}")
    sheet = pen.book.add_worksheet(form["name"])
    pen.text(sheet, 0, 0, form["about"], "title")
    pen.text(sheet, 1, 0, "　".join(notes), "note")
    pen.link(sheet, 2, 0, wording.text("workbook.contents"), wording.text("workbook.back"))
    for column, name in enumerate(table.columns):
        pen.text(sheet, _HEAD, column, wording.column(name), "head")
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
    for row, height in _ROW_HEIGHTS.items():
        sheet.set_row(row, height)
    for row, values in enumerate(table.rows, _HEAD + 1):
        for column, value in enumerate(values):
            _cell(pen, sheet, row, column, value, table)
    sheet.freeze_panes(_HEAD + 1, 2 if table.columns[0] in ("unit_name", "township", "school_name") else 1)
    sheet.autofilter(_HEAD, 0, _HEAD + len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD)
    # The code of the indicator, last, is for looking up in figures.csv, not for paper.
    printed = len(table.columns) - (2 if table.columns[-1] == "indicator" else 1)
    sheet.print_area(0, 0, _HEAD + len(table.rows), printed)
    sheet.set_footer("&C&P / &N")
    sheet.hide_gridlines(2)


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
    tables = sheets(material)
    scope = scope_name(material)
    source = wording.text("workbook.notes.clause", document=document_name(material.standard))
    title = wording.text("workbook.contents_title", county=county_name(material))
    words = [wording.text(f"workbook.notes.{name}") for name in ("rate", "units")]

    def draw(path: Path) -> None:
        pen = _Pen(path, title, material.as_of)
        _write_contents(pen, title, tables, [scope, source, *words])
        for table in tables:
            _write_sheet(pen, table, [scope, source, *(words[:1] if table.id in LEVELS else [])])
        pen.book.close()

    return draw


def write_workbook(material: Material, folder: Path) -> None:
    """tables.xlsx in `folder`: byte-identical from the same inputs; PipelineError when a cell would be dropped."""
    write_atomically(folder / "tables.xlsx", _draw(material))
