"""Which rows are records, and what is left out or filled in."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extract.column_texts import UNREADABLE, Found
from pipelines.extract.headings import find_layout
from pipelines.extract.rows import Records, is_form_line, read_records

HEADINGS = ["隐患编号", "排查时间", "隐患内容", "责任人", "整改资金(万元)", "备注栏"]
ERROR = ("E-CELL-ERROR", "#REF!")


def records(*rows: list[Any], problems: dict[tuple[int, int], Any] | None = None, sheet: str = "隐患台账") -> Records:
    """Records of a hazard sheet whose headings stand in the first row."""
    grid = [HEADINGS, *(row + [""] * (len(HEADINGS) - len(row)) for row in rows)]
    layout = find_layout(sheet, grid)
    assert layout is not None and layout.header_row == 0
    return read_records(layout, grid, problems or {})


def texts(read: Records, field: str) -> list[str | None]:
    """A field's texts; blank cells as None."""
    return [text or None for text in read.texts[field]]


def test_records_keep_their_row_numbers_over_blank_rows() -> None:
    read = records(["1", "2026-10-01"], [], ["", "", "", "", "", ""], ["2", "2026-10-02"], [])
    assert read.row_numbers == [1, 4]
    assert texts(read, "hazard_no") == ["1", "2"]
    assert texts(read, "description") == [None, None]


def test_values_become_texts() -> None:
    assert texts(records([7.0, "2026-10-01", True]), "hazard_no") == ["7"]
    assert texts(records([7.0, "2026-10-01", True]), "description") == ["true"]


def test_columns_that_the_sheet_lacks_have_no_texts() -> None:
    assert "level" not in records(["1", "2026-10-01"]).texts


@pytest.mark.parametrize("word", ["合计", "小计", "总计", "共计", "合 计", "合计：", "合計", "總計"])
def test_total_rows_are_left_out_and_listed(word: str) -> None:
    read = records(["1", "2026-10-01"], [word, "", "", "", 3], ["2", "2026-10-02"])
    assert (read.row_numbers, read.total_rows) == ([1, 3], [2])


def test_a_total_in_the_second_column_is_a_total() -> None:
    assert records(["1", "2026-10-01"], ["", "合计", "", "", 3]).total_rows == [2]


def test_a_record_that_begins_with_the_word_is_none() -> None:
    assert records(["合计1处隐患", "2026-10-01"]).row_numbers == [1]


@pytest.mark.parametrize(
    "line",
    ["填报单位（盖章）：青芽小学", "填报人：王", "填表时间", "审核人", "说明：以上属实", "注：含分校", "填報單位"],
)
def test_lines_about_the_form_are_left_out(line: str) -> None:
    assert is_form_line([line])
    read = records(["1", "2026-10-01"], [line, "", "", "王"])
    assert (read.row_numbers, read.total_rows) == ([1], [])


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u200b", "\n"])
def test_white_space_alone_is_no_record(blank: str) -> None:
    assert records([blank, blank], ["1", "2026-10-01"], [blank, 0.0]).row_numbers == [2, 3]


def test_notes_to_the_right_of_the_table_are_no_records() -> None:
    assert records(["1", "2026-10-01"], ["", "", "", "", "", "见附件"]).row_numbers == [1]


@pytest.mark.parametrize("text", ["无", "本月无隐患", "零报告", "无 ", "本月未发现隐患。", "無", "无安全隐患"])
@pytest.mark.parametrize("column", [0, 2])
def test_a_nil_return_is_no_record(text: str, column: int) -> None:
    read = records([*[""] * column, text])
    assert (read.is_nil, read.row_numbers) == (True, [])


def test_a_nil_return_may_be_followed_by_form_lines() -> None:
    assert records(["无"], ["填报人：王"]).is_nil


@pytest.mark.parametrize(
    "rows", [[["无", "2026-10-01"]], [["无"], ["1", "2026-10-01"]], [["1", "2026-10-01", "无"]], [["无关"]], []]
)
def test_what_is_no_nil_return(rows: list[list[Any]]) -> None:
    assert not records(*rows).is_nil


def test_a_sheet_without_nil_returns_takes_the_word_as_a_record() -> None:
    grid = [["项目编号", "项目", "是否落实", "备注"], ["", "无", "", ""]]
    layout = find_layout("落实清单", grid)
    assert layout is not None
    assert read_records(layout, grid, {}).row_numbers == [1]


@pytest.mark.parametrize("mark", ["同上", "〃", '"', "同前", " 同上 "])
def test_ditto_is_filled_in_from_above_and_counted(mark: str) -> None:
    read = records(["1", "d", "x", "王"], ["2", "d", "y", mark], ["3", "d", "z", mark], ["4", "d", "z", ""])
    assert texts(read, "responsible_name") == ["王", "王", "王", None]
    assert read.ditto_counts == {"responsible_name": 2}
    assert read.found == []


@pytest.mark.parametrize("mark", ["同上", " 〃"])
@pytest.mark.parametrize(
    ("above", "unknown"),
    [
        ([], ()),
        ([["1", "d", "x", "王"], ["2", "d", "y", ""]], ()),
        ([["1", "d", "x", "王"], ["2", "d", "y", ""]], (2, 3)),
    ],
    ids=["no_row", "blank", "unreadable"],
)
def test_ditto_with_no_value_above_it_is_unknown_and_found(
    mark: str, above: list[list[Any]], unknown: tuple[int, int] | tuple[()]
) -> None:
    """Neither a blank nor what stands further up: it could be either. A mark below such a mark is no wiser."""
    read = records(*above, ["3", "d", "z", mark], ["4", "d", "z", mark], problems={unknown: ERROR} if unknown else None)
    assert texts(read, "responsible_name")[-2:] == [UNREADABLE, UNREADABLE]
    last = len(above) + 1
    assert read.found == [Found("E-DITTO", row, 3, "responsible_name", mark) for row in (last, last + 1)]
    assert read.ditto_counts == {}


def test_ditto_does_not_fill_columns_in_which_it_makes_no_sense() -> None:
    read = records(["1", "2026-10-01", "x"], ["同上", "2026-10-02", "同上"])
    assert texts(read, "hazard_no") == ["1", "同上"]
    assert texts(read, "description") == ["x", "同上"]
    assert read.ditto_counts == {}


def test_unreadable_cells_are_marked_in_their_place() -> None:
    read = records(["1", "", "x"], ["2", "d", ""], problems={(1, 1): ERROR, (2, 2): ERROR})
    assert texts(read, "found_date") == [UNREADABLE, "d"]
    assert texts(read, "description") == ["x", UNREADABLE]


def test_a_row_of_nothing_but_unreadable_cells_is_a_record() -> None:
    assert records([], problems={(1, 0): ERROR}).row_numbers == [1]


def test_an_unreadable_cell_outside_the_table_makes_no_record() -> None:
    assert records([], problems={(1, 5): ERROR}).row_numbers == []


def test_numbers_take_the_unit_of_their_heading() -> None:
    assert texts(records(["1", "d", "", "", 2.5], ["2", "d", "", "", "3元"]), "fund_amount") == ["2.5万元", "3元"]


def test_a_full_row_that_begins_like_a_form_line_is_a_record() -> None:
    read = records(["备注：补报", "2026-10-01", "灯坏", "王", 2], ["例：Y1", "2026-10-01", "灯坏", "王", 2])
    assert read.row_numbers == [1]
    assert records(["填报人：", "王", "审核人：", "李", "2026-10-31"]).row_numbers == []


def test_serial_numbers_alone_at_the_end_are_no_records() -> None:
    read = records(["1", "2026-10-01"], ["2", "", "灯坏"], [3.0], ["4"], [])
    assert read.row_numbers == [1, 2]
    assert records([1.0, "无"], [2.0], [3.0]).is_nil
    assert records(["Y3"], ["2026"]).row_numbers == [1, 2]


def test_a_heading_repeated_within_the_table_is_left_out_and_listed() -> None:
    read = records(["1", "2026-10-01"], list(HEADINGS), ["2", "2026-10-02"], list(HEADINGS))
    assert read.row_numbers == [1, 3]
    assert [(cell.code, cell.row, cell.detail) for cell in read.found] == [("R-HEADER-REPEATED", 2, "2")]


@pytest.mark.parametrize(
    ("line", "heading", "expected"),
    [
        ("单位：万元", "整改资金", "2.5万元"),
        ("隐患台账（单位:万元）", "整改资金", "2.5万元"),
        ("单位：万元", "整改资金(元)", "2.5"),
        ("填报单位：万元小学", "整改资金", "2.5"),
        ("单位：元", "整改资金", "2.5"),
    ],
)
def test_amounts_take_the_unit_above_the_heading(line: str, heading: str, expected: str) -> None:
    grid: list[list[Any]] = [
        [line, "", "", ""],
        ["隐患编号", "排查时间", "隐患内容", heading],
        ["1", "2026-10-01", "灯坏", 2.5],
    ]
    layout = find_layout("隐患台账", grid)
    assert layout is not None
    assert texts(read_records(layout, grid, {}), "fund_amount") == [expected]
