"""tables.xlsx as statisticians want it: sums that follow the filter, names, charts, colours, print set-up, sources."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from pipelines.report import display, marks, wording
from pipelines.report.workbook import write_workbook
from tests.unit.report import county

HEAD = 4


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of a county of 60 schools."""
    folder = tmp_path_factory.mktemp("tables")
    write_workbook(county.material(), folder)
    return folder / "tables.xlsx"


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    """The same as openpyxl reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def _name(sheet_id: str) -> str:
    return str(wording.entry(f"workbook.sheets.{sheet_id}.name"))


def _column(sheet: Any, name: str) -> int:
    return [cell.value for cell in sheet[HEAD]].index(wording.column(name))


def test_each_sheet_says_its_source_prints_on_a4_and_repeats_its_headings(book: Any) -> None:
    for sheet in book.worksheets[1:]:
        assert wording.text("workbook.notes.source", source="") in sheet["A2"].value
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows.endswith("$4")
        assert sheet.print_area
        assert sheet["A3"].hyperlink.location == f"'{wording.text('workbook.contents')}'!A1"


def test_each_figure_has_a_name_that_is_the_anchor_of_its_key(book: Any) -> None:
    figures = county.material().figures
    for figure in figures:
        (place,) = book.defined_names[marks.anchor(figure.key)].destinations
        row = book[place[0]][place[1].replace("$", "")][0]
        shown = [cell.value for cell in row]
        assert figure.indicator in shown
        assert marks.anchor(figure.key) == shown[-1]
    assert len({marks.anchor(figure.key) for figure in figures}) == len(figures)


def test_columns_have_names_that_cover_their_rows(book: Any) -> None:
    (place,) = book.defined_names["township_rate"].destinations
    cells = [row[0] for row in book[place[0]][place[1].replace("$", "")]]
    assert len(cells) == sum(figure.unit_level == "township" for figure in county.material().figures)
    assert all(str(cell.value).startswith("=IF(N(") for cell in cells if cell.value is not None)


def test_sums_follow_the_filter_and_hold_their_values(book: Any, path: Path) -> None:
    sheet = book[_name("agreement")]
    column = _column(sheet, "numerator")
    assert re.fullmatch(r"=SUBTOTAL\(109,C5:C7\)", sheet.cell(HEAD - 1, column + 1).value)
    cached = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
    assert cached[HEAD - 2][column : column + 3] == [17, 23, 0.739]


def test_townships_stand_side_by_side_with_a_sum_and_a_chart_for_each_rate(book: Any, path: Path) -> None:
    material = county.material()
    sheet = book[_name("compared_township")]
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
    whole = rows[HEAD + len(county.TOWNSHIPS)]
    assert whole[0] == wording.text("workbook.sum")
    for place, indicator in enumerate(county.RULES):
        figure = material.county[indicator]
        numerator, denominator, rate = whole[1 + 3 * place : 4 + 3 * place]
        assert (numerator, denominator) == (figure.numerator, figure.denominator)
        assert rate == (display.permille(figure.numerator, figure.denominator) or 0) / 1000
    with zipfile.ZipFile(path) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2 * len(county.RULES)
    assert all("<c:barChart>" in chart and "!$A$5:$A$" in chart for chart in charts)


def test_what_is_not_met_is_coloured(book: Any) -> None:
    rules = book[_name("township")].conditional_formatting
    kinds = {rule.type for area in rules for rule in area.rules}
    assert kinds == {"cellIs", "dataBar"}
    said = {rule.formula[0] for area in book[_name("assessments")].conditional_formatting for rule in area.rules}
    assert f'"{wording.label("statuses", "unmet")}"' in said


def test_one_school_makes_a_workbook_too(tmp_path: Path) -> None:
    write_workbook(county.material(1), tmp_path)
    names = CalamineWorkbook.from_path(str(tmp_path / "tables.xlsx")).sheet_names
    assert _name("county") in names
