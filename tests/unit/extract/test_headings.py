"""Heading rows are found wherever they stand and however they are worded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pipelines.extract.headings import Layout, find_layout, names_contract
from pipelines.metadata.contracts import Contract, Field, contract, contracts
from pipelines.metadata.text import traditional

TITLE = ["青棂镇中心小学10月应急演练情况", "", "", ""]
DRILLS = ["演练名称", "类别", "时间", "参加人数"]
ROW = ["秋季消防演练", "消防", "2026-10-14", "480"]
FIELDS = {"drill_name": 0, "category": 1, "held_date": 2, "attended_count": 3}


def layout(rows: Sequence[Sequence[Any]], sheet: str = "应急演练") -> Layout:
    found = find_layout(sheet, [list(row) for row in rows])
    assert found is not None
    return found


@pytest.mark.parametrize("entry", contracts(), ids=lambda entry: entry.name)
def test_own_headings_are_found_at_the_top(entry: Contract) -> None:
    found = layout([[field.label for field in entry.fields], [""] * len(entry.fields)], entry.title)
    assert (found.contract.name, found.header_row) == (entry.name, 0)
    assert found.columns == {field.name: column for column, field in enumerate(entry.fields)}
    assert (found.doubled, found.unknown) == ({}, ())


@pytest.mark.parametrize("entry", contracts(), ids=lambda entry: entry.name)
def test_every_synonym_leads_to_its_field(entry: Contract) -> None:
    labels = [field.label for field in entry.fields]
    for column, field in enumerate(entry.fields):
        for synonym in field.synonyms:
            found = layout([[*labels[:column], synonym, *labels[column + 1 :]], [""] * len(labels)], entry.title)
            assert found.contract.name == entry.name, synonym
            assert found.columns.get(field.name) == column, synonym


@pytest.mark.parametrize("entry", contracts(), ids=lambda entry: entry.name)
def test_traditional_headings_are_read(entry: Contract) -> None:
    found = layout([[traditional(field.label) for field in entry.fields]], traditional(entry.title))
    assert (found.contract.name, len(found.columns)) == (entry.name, len(entry.fields))


@pytest.mark.parametrize("entry", contracts(), ids=lambda entry: entry.name)
def test_headings_alone_tell_the_sheet_where_its_name_says_nothing(entry: Contract) -> None:
    found = layout([[field.label for field in entry.fields]], "Sheet1")
    assert found.contract.name == entry.name


@pytest.mark.parametrize(
    "heading",
    [
        "演 练\n名称",
        "　演练名称　",
        "演练名称*",
        "1.演练名称",
        "演练名称：",
        "演练名称(必填)",
        "演练名称（全称）",
        "3、演练名称",
    ],
)
def test_spacing_marks_and_remarks_do_not_matter(heading: str) -> None:
    assert layout([[heading, *DRILLS[1:]], ROW]).columns == FIELDS


def test_reordered_columns_keep_their_fields() -> None:
    assert layout([DRILLS[::-1], ROW[::-1]]).columns == {name: 3 - column for name, column in FIELDS.items()}


@pytest.mark.parametrize("above", [1, 2, 5, 14])
def test_title_rows_above_the_headings(above: int) -> None:
    found = layout([TITLE, *[[""] * 4] * (above - 1), DRILLS, ROW])
    assert (found.header_row, found.columns) == (above, FIELDS)


def test_headings_below_the_searched_rows_are_not_found() -> None:
    assert find_layout("应急演练", [*[[""] * 4] * 15, DRILLS, ROW]) is None


def test_form_lines_above_the_headings() -> None:
    lines = [["填报单位（盖章）", "青棂镇中心小学", "填报时间", "2026-10-31"], ["填报人", "王", "联系电话", ""]]
    assert layout([TITLE, *lines, DRILLS, ROW]).header_row == 3


def test_two_row_headings_with_a_group_above() -> None:
    """The group stands above, the headings below: the lower row is the heading row."""
    rows = [["应急演练情况", "", "", ""], ["演练名称", "基本情况", "", ""], ["", "类别", "时间", "参加人数"], ROW]
    found = layout(rows)
    assert (found.header_row, found.columns) == (2, FIELDS)


def test_two_row_headings_with_single_ones_merged_down() -> None:
    """Headings merged over both rows stand in the upper one, the parts of a group in the lower one."""
    rows: list[list[Any]] = [
        ["演练名称", "类别", "人数及用时", "", "时间"],
        ["", "", "应参加人数", "参加人数", ""],
        [*ROW[:2], 500, 480, ROW[2]],
    ]
    found = layout(rows)
    assert found.header_row == 1
    assert found.columns == {
        "drill_name": 0,
        "category": 1,
        "expected_count": 2,
        "attended_count": 3,
        "held_date": 4,
    }


def test_a_first_record_is_not_taken_for_a_second_heading_row() -> None:
    assert layout([DRILLS, ["疏散演练", "地点", "", "100"], ROW]).header_row == 0


@pytest.mark.parametrize(
    "name", ["7.应急演练", "应急演练（10月）", "附件3：应急演练情况表", "2026年10月应急演练", "演练"]
)
def test_renamed_sheets_are_known_by_their_headings(name: str) -> None:
    assert layout([DRILLS, ROW], name).contract.name == "drills"


def test_the_sheets_name_decides_between_headings_that_two_sheets_share() -> None:
    headings = ["项目编号", "项目", "是否落实", "备注"]
    assert layout([headings], "落实清单").contract.name == "checklist"
    assert layout([headings], "部门落实清单").contract.name == "body_checklist"


@pytest.mark.parametrize(
    "rows",
    [
        [["课程表", "星期一", "星期二"], ["第一节", "语文", "数学"]],
        [["说明"], ["请按要求填报"]],
        [["时间", "内容", "经费", "签字", "页码"]],
        [],
        [[""]],
    ],
)
def test_a_sheet_that_is_nothing_of_ours(rows: list[list[Any]]) -> None:
    assert find_layout("课程表", rows) is None


def test_two_columns_of_one_field_are_both_refused() -> None:
    found = layout([["演练名称", "时间", "日期", "参加人数"], ROW])
    doubled = find_layout("应急演练", [["演练名称", "参加人数", "参加人数", "类别"]])
    assert doubled is not None
    assert "attended_count" not in doubled.columns
    assert doubled.doubled == {"attended_count": ("参加人数", "参加人数")}
    assert found.columns["held_date"] == 1, "the contract's own heading wins over a synonym"


def test_columns_of_nothing_of_ours_are_named() -> None:
    assert layout([[*DRILLS, "校长签字 "], [*ROW, "x"]]).unknown == ((4, "校长签字"),)


@pytest.mark.parametrize(("heading", "scales"), [("整改资金(万元)", {"fund_amount": "万元"}), ("整改资金(元)", {})])
def test_the_unit_of_a_money_heading(heading: str, scales: dict[str, str]) -> None:
    assert layout([["隐患编号", "排查时间", heading]], "隐患台账").scales == scales


def test_a_layout_does_not_depend_on_what_was_read_before() -> None:
    first = layout([TITLE, DRILLS, ROW])
    for other in contracts():
        layout([[field.label for field in other.fields]], other.title)
    assert layout([TITLE, DRILLS, ROW]) == first


@pytest.mark.parametrize(
    ("name", "owner"),
    [("应急演练", "drills"), ("8隐患排查台账", "hazards"), ("保安人员（10月）", "guards"), ("Sheet1", None)],
)
def test_sheet_names_point_to_contracts(name: str, owner: str | None) -> None:
    found = names_contract(name)
    assert (found.name if found else None) == owner


def test_single_field_lookup_names_the_contract() -> None:
    field: Field = contract("drills").field("held_date")
    assert field.label == "时间"
    with pytest.raises(KeyError, match="drills has no field"):
        contract("drills").field("no_such_field")
