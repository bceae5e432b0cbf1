"""Merged cells, formulas, percentages and dates from 1904: what they make of the records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.extract.column_texts import UNREADABLE
from pipelines.extract.grids import Sheet
from pipelines.extract.headings import find_layout
from pipelines.extract.rows import Records
from pipelines.extract.sheet_marks import read_marked

HAZARDS: list[Any] = ["隐患部位", "隐患内容", "发现日期", "整改状态"]
DRILLS: list[Any] = ["演练名称", "类别", "时间", "参加人数"]


def read(sheet: Sheet) -> Records:
    layout = find_layout(sheet.name, sheet.rows)
    assert layout is not None
    return read_marked(layout, sheet)


def drills(*rows: list[Any], **marks: Any) -> Sheet:
    return Sheet("应急演练", [DRILLS, *rows], **marks)


def hazards(*rows: list[Any], **marks: Any) -> Sheet:
    return Sheet("隐患台账", [HAZARDS, *rows], **marks)


def found(records: Records) -> list[tuple[str, int, int, str]]:
    return [(cell.code, cell.row, cell.column, cell.detail) for cell in records.found]


def test_a_field_that_is_filled_down_is_so_over_merged_cells_too() -> None:
    sheet = hazards(
        ["食堂", "a", "2026-10-09", "已整改"],
        ["", "b", "2026-10-09", "已整改"],
        ["操场", "c", "2026-10-09", "已整改"],
        ["", "d", "2026-10-09", "已整改"],
        merged=[((1, 0), (2, 0)), ((3, 0), (4, 0))],
    )
    records = read(sheet)
    assert list(records.texts["location"]) == ["食堂", "食堂", "操场", "操场"]
    assert found(records) == [("R-MERGED", 1, 0, "A2:A3、A4:A5")]
    assert records.found[0].value == "食堂、操场"
    assert sheet.problems == {}


def test_blank_rows_within_merged_cells_stay_blank() -> None:
    sheet = hazards(["食堂", "a", "", ""], ["", "", "", ""], ["", "b", "", ""], merged=[((1, 0), (3, 0))])
    records = read(sheet)
    assert records.row_numbers == [1, 3]
    assert list(records.texts["location"]) == ["食堂", "食堂"]


@pytest.mark.parametrize(
    ("merged", "unknown"),
    [
        (((1, 3), (3, 3)), {(1, 3), (2, 3), (3, 3)}),
        (((1, 0), (1, 1)), {(1, 0), (1, 1)}),
        (((1, 2), (2, 3)), {(1, 2), (1, 3), (2, 2), (2, 3)}),
    ],
)
def test_other_merged_cells_are_all_unknown(merged: Any, unknown: set[tuple[int, int]]) -> None:
    rows: list[list[Any]] = [["a", "消防", "2026-10-14", 300.0], ["b", "消防", "", ""], ["c", "消防", "", ""]]
    sheet = drills(*rows, merged=[merged])
    records = read(sheet)
    assert set(sheet.problems) == unknown
    assert {code for code, _ in sheet.problems.values()} == {"E-MERGED"}
    columns = {0: "drill_name", 1: "category", 2: "held_date", 3: "attended_count"}
    for row, column in unknown:
        assert records.texts[columns[column]][row - 1] == UNREADABLE


@pytest.mark.parametrize(
    "merged",
    [
        ((0, 0), (0, 3)),
        ((1, 0), (1, 0)),
        ((2, 0), (2, 3)),
        ((3, 0), (3, 3)),
        ((1, 3), (1, 5)),
        ((9, 0), (12, 3)),
    ],
    ids=["title", "one cell", "total row", "blank", "one field and what is none", "below the table"],
)
def test_merged_cells_that_hide_nothing_do_not_matter(merged: Any) -> None:
    sheet = drills(["a", "消防", "2026-10-14", 300.0], ["合计", "", "", 300.0], ["", "", "", ""], merged=[merged])
    records = read(sheet)
    assert (sheet.problems, records.row_numbers) == ({}, [1])
    assert not [code for code, *_ in found(records) if "MERGED" in code]


def test_a_merged_error_cell_is_not_filled_down() -> None:
    error = ("E-CELL-ERROR", "#REF!")
    rows: list[list[Any]] = [["#REF!", "a", "", ""], ["", "b", "", ""]]
    sheet = hazards(*rows, merged=[((1, 0), (2, 0))], problems={(1, 0): error})
    assert read(sheet).texts["location"] == [UNREADABLE, UNREADABLE]


def test_columns_that_formulas_compute_are_named_once_with_their_number() -> None:
    rows: list[list[Any]] = [["a", "消防", "2026-10-14", 3.0], ["b", "消防", "2026-10-14", 4.0], ["合计", "", "", 7.0]]
    records = read(drills(*rows, formulas=[(1, 3), (2, 3), (3, 3)]))
    assert found(records) == [("W-FORMULA", 1, 3, "2")]
    assert records.texts["attended_count"] == ["3", "4"]


def test_a_formula_that_is_a_problem_is_not_named_twice() -> None:
    sheet = drills(["a", "消防", "", ""], formulas=[(1, 3)], problems={(1, 3): ("E-FORMULA-UNCALCULATED", "")})
    assert found(read(sheet)) == []


def test_a_count_shown_as_a_percentage_has_two_readings() -> None:
    rows: list[list[Any]] = [
        ["a", "消防", "", 0.95],
        ["b", "消防", "", 1.0],
        ["c", "消防", "", 0.0],
        ["d", "", "", 5.0],
    ]
    sheet = drills(*rows, percents={(1, 3), (2, 3), (3, 3), (0, 0)})
    records = read(sheet)
    assert sheet.problems == {(1, 3): ("E-PERCENT", "95% (0.95)"), (2, 3): ("E-PERCENT", "100% (1)")}
    assert records.texts["attended_count"] == [UNREADABLE, UNREADABLE, "0", "5"]


def test_bare_numbers_in_date_columns_count_from_1904_where_the_workbook_does() -> None:
    rows: list[list[Any]] = [["a", "消防", 44847.0, 44847.0], ["b", "消防", date(2026, 10, 14), 3.0]]
    records = read(drills(*rows, is_from_1904=True))
    assert records.texts["held_date"] == ["46309", "2026-10-14"]
    assert date(1899, 12, 30).toordinal() + 46309 == date(2026, 10, 14).toordinal()
    assert records.texts["attended_count"] == ["44847", "3"]


def test_a_whole_number_and_money_shown_as_a_percentage_are_no_less_doubtful() -> None:
    sheet = Sheet("隐患台账", [[*HAZARDS, "整改资金"], ["食堂", "a", "2026-10-09", "已整改", 1]], percents={(1, 4)})
    assert read(sheet).texts["fund_amount"] == [UNREADABLE]
    assert sheet.problems[1, 4] == ("E-PERCENT", "100% (1)")
