"""Heading rows are found wherever they stand and however they are worded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pipelines.extract.headings import Layout, find_layout, missing_headings, names_contract
from pipelines.extract.rows import read_records
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


LEDGER = ["隐患编号", "排查时间", "整改情况", "", "", "备注"]


@pytest.mark.parametrize("title", [[], [["青棂镇中心小学隐患台账", "", "", "", "", ""]]], ids=["", "title"])
def test_a_group_that_is_a_heading_itself_gives_way_to_its_parts(title: list[list[Any]]) -> None:
    rows = [*title, LEDGER, ["", "", "整改期限", "完成时间", "复查人", ""], ["1", "2026-10-01", "", "", "李", ""]]
    found = layout(rows, "隐患台账")
    assert found.header_row == len(title) + 1
    assert found.columns == {
        "hazard_no": 0,
        "found_date": 1,
        "deadline_date": 2,
        "closed_date": 3,
        "reviewer_name": 4,
        "note": 5,
    }
    assert (found.unknown, found.untitled) == ((), ())


def test_a_part_is_read_together_with_its_group() -> None:
    rows = [["演练名称", "时间", "参加人数", "", "类别"], ["", "", "应", "实", ""], [*ROW[:2], "500", "480", ROW[2]]]
    counts = layout(rows).columns
    assert (counts["expected_count"], counts["attended_count"]) == (2, 3), "应参加人数, 实参加人数"
    rows[:2] = [["演练名称", "时间", "人数", "", "类别"], ["", "", "应到", "实到", ""]]
    assert layout(rows).columns["attended_count"] == 3
    rows[:2] = [["演练名称", "时间", "疏散", "", "类别"], ["", "", "用时", "地点", ""]]
    assert layout(rows).columns["evacuation_seconds"] == 2


def test_a_part_that_is_a_heading_itself_needs_no_group() -> None:
    """类型 below 报告 is the incident's, though 报告类型 is another field."""
    headings = ["事件编号", "发生时间", "类型", "受伤人数", "报告类型"]
    found = layout([["事件", "", "报告", "伤亡", ""], headings, ["无", "", "", "", ""]], "事故信息")
    assert (found.columns["category"], found.columns["report_type"], found.doubled) == (2, 4, {})


def test_parts_of_one_name_below_two_groups_are_both_refused() -> None:
    rows = [["演练名称", "时间", "学生", "", "教师", ""], ["", "", "应到", "实到", "应到", "实到"], ["秋季消防演练"]]
    found = layout(rows)
    assert found.doubled == {
        "expected_count": ("学生/应到", "教师/应到"),
        "attended_count": ("学生/实到", "教师/实到"),
    }


def test_parts_that_mean_nothing_are_no_record() -> None:
    rows: list[list[Any]] = [
        ["演练名称", "时间", "参加人数", ""],
        ["", "", "男", "女"],
        ["秋季消防演练", "2026-10-14", 200, 280],
    ]
    found = layout(rows)
    assert (found.header_row, found.columns) == (1, {"drill_name": 0, "held_date": 1})
    assert found.unknown == ((2, "参加人数/男"), (3, "参加人数/女"))


def test_a_first_record_below_a_heading_with_a_blank_beside_it_stays_a_record() -> None:
    rows = [["演练名称", "类别", "时间", "参加人数", ""], ["秋季消防演练", "消防", "2026-10-14", "480", "雨"]]
    found = layout(rows)
    assert (found.header_row, found.untitled) == (0, (4,))


def test_a_title_is_no_group() -> None:
    found = layout([["青棂镇中心小学10月演练", "", "", "", ""], [*DRILLS, "校长签字"], [*ROW, "x"]])
    assert found.unknown == ((4, "校长签字"),)


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ([["项目编号", "项目", "是否落实", "", "备注"], ["", "", "是", "否", ""]], ((2, "是"), (3, "否"))),
        (
            [["项目编号", "项目", "落实情况", "", "", "备注"], ["", "", "是", "否", "不涉及", ""]],
            ((2, "是"), (3, "否"), (4, "不涉及")),
        ),
        ([["项目编号", "项目", "是", "否", "备注"]], ((2, "是"), (3, "否"))),
        ([["项目编号", "项目", "达标", "不达标", "备注"]], None),
    ],
    ids=["a group", "three answers", "no heading of its own", "one answer unknown"],
)
def test_a_choice_with_a_column_for_each_answer(rows: list[list[Any]], parts: Any) -> None:
    found = layout([*rows, ["18", "校园封闭化管理", "√", "", "", ""]], "落实清单")
    assert found.header_row == len(rows) - 1
    assert found.splits == ({"answer": parts} if parts else {})
    assert found.columns.get("answer") == (parts[0][0] if parts else None)


def test_bare_answers_that_could_belong_to_two_choices_are_unknown() -> None:
    found = layout([["隐患编号", "排查时间", "是", "否"]], "隐患台账")
    assert (found.splits, found.unknown) == ({}, ((2, "是"), (3, "否")))


@pytest.mark.parametrize(
    ("heading", "near"),
    [("演练各称", "演练名称"), ("演练名稱呼", "演练名称"), ("实际参加人员", "参加人数"), ("校长签字", None)],
)
def test_an_unknown_heading_names_the_one_that_it_is_most_like(heading: str, near: str | None) -> None:
    wrong = DRILLS.index("参加人数") if near == "参加人数" else 0
    headings = [*DRILLS[:wrong], heading, *DRILLS[wrong + 1 :]] if near else [*DRILLS, heading]
    found = layout([[*headings, "地点"], [*ROW, ""]])
    assert found.near == ({headings.index(heading): near} if near else {})


@pytest.mark.parametrize(
    "heading",
    ["演练名称 ", "演练名称\u200b", "演\u00a0练名称", "演练名称\ufeff", "演练名称\u0020\u3000"],
)
def test_marks_without_a_width_and_blanks_do_not_matter(heading: str) -> None:
    assert layout([[heading, *DRILLS[1:]], ROW]).columns == FIELDS


def test_composed_and_decomposed_headings_are_one() -> None:
    assert layout([["演练名称", "⽤时(秒)", "Ｃ地点", "时间"]]).columns["evacuation_seconds"] == 1


def test_headings_that_nearly_name_a_field_are_told_where_none_does() -> None:
    rows = [["演练各称", "类别别", "时 候"], ["秋季消防演练", "消防", "2026-10-14"]]
    assert find_layout("应急演练", rows) is None
    assert missing_headings("应急演练", rows) == {"演练各称": "演练名称", "类别别": "类别"}
    assert missing_headings("Sheet1", rows) == {}


@pytest.mark.parametrize("heading", ["参加人数(其中女生)", "参加人数（计划）", "参加人数(教师)"])
def test_a_remark_that_names_another_thing_is_not_dropped(heading: str) -> None:
    found = layout([["演练名称", "类别", "时间", heading], ROW])
    assert "attended_count" not in found.columns
    assert [words for _, words in found.unknown] == [heading]


@pytest.mark.parametrize("heading", ["整改资金(万元)", "整改资金（单位：万元）"])
def test_a_unit_in_a_heading_counts_however_it_is_written(heading: str) -> None:
    rows = [["隐患编号", "排查时间", "隐患内容", heading], ["1", "2026-10-14", "电线老化", "1.5 "]]
    assert list(read_records(layout(rows, "隐患台账"), rows, {}).texts["fund_amount"]) == ["1.5万元"]
