"""Rows about students and identity documents are refused unread; everything beside them is read as ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.extract.batch import Extracted, Original, extract_batch
from pipelines.extract.grids import Sheet
from pipelines.extract.headings import find_layout
from pipelines.extract.personal import refused_columns, refused_sheet
from pipelines.metadata.contracts import contracts
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, Sheets, book_bytes

CODE = "E-PERSONAL-DATA"
GUARDS: list[list[Any]] = [["姓名", "性别", "年龄", "专/兼职"], ["王一", "男", 40, "专职"]]
WHOLE: dict[str, tuple[str, list[Any], list[Any]]] = {
    "a list of students": ("学生名单", ["序号", "姓名", "性别"], ["1", "张三", "男"]),
    "a roll that looks like guards": ("Sheet2", ["姓名", "性别", "年龄", "班级"], ["张三", "男", 9, "三（1）"]),
    "screening results": ("心理筛查结果", ["姓名", "得分"], ["张三", 21]),
    "guardians": ("Sheet3", ["名字", "监护人电话"], ["张三", "13800138000"]),
    "bus riders": ("校车乘车学生", ["学生姓名", "上车地点"], ["张三", "村口"]),
    "victims": ("欺凌情况", ["日期", "姓名", "处理"], ["2026-10-09", "张三", "调解"]),
    "identity documents": ("教师", ["姓名", "身份证号码"], ["李四", "532801198001011234"]),
    "Traditional script": ("Sheet4", ["學生姓名", "學籍號"], ["張三", "G123"]),
}
READ: dict[str, tuple[str, list[Any], list[Any]]] = {
    "guards by name": ("保安人员", GUARDS[0], GUARDS[1]),
    "guards in a nameless sheet": ("Sheet1", GUARDS[0], GUARDS[1]),
    "a roll of guards": ("保安花名册", GUARDS[0], GUARDS[1]),
    "drills by class": ("应急演练", [*DRILL_HEADINGS, "班级"], [*DRILL, "全校"]),
}


def extracted(sheets: Sheets, folder: Path) -> Extracted:
    path = folder / "book"
    path.write_bytes(book_bytes(sheets))
    return extract_batch([Original(1, path, "a.xlsx", "2026-10")])


def found(result: Extracted) -> list[dict[str, Any]]:
    return [row for row in result.findings.to_pylist() if row["code"] == CODE]


@pytest.mark.parametrize("name", WHOLE)
def test_a_sheet_about_persons_is_refused_whole_and_the_rest_is_read(name: str, tmp_path: Path) -> None:
    title, headings, row = WHOLE[name]
    result = extracted({"应急演练": [DRILL_HEADINGS, DRILL], title: [["标题"], headings, row]}, tmp_path)
    (finding,) = found(result)
    assert (finding["sheet"], finding["row_no"], finding["value"]) == (title, None, None)
    assert finding["detail"].startswith("整张表")
    assert set(result.records) == {"drills"}
    assert "张" not in str({name: table.to_pylist() for name, table in result.records.items()})


@pytest.mark.parametrize("name", READ)
def test_our_own_sheets_are_read(name: str, tmp_path: Path) -> None:
    title, headings, row = READ[name]
    result = extracted({title: [headings, row]}, tmp_path)
    assert found(result) == []
    assert [table.num_rows for table in result.records.values()] == [1]


@pytest.mark.parametrize("title", ["保安人员", "Sheet1"])
def test_a_column_of_identity_numbers_is_refused_alone(title: str, tmp_path: Path) -> None:
    rows = [[*GUARDS[0], "身份证号"], [*GUARDS[1], "532801198001011234"]]
    result = extracted({title: rows}, tmp_path)
    (finding,) = found(result)
    assert (finding["sheet"], finding["row_no"], finding["column_no"]) == (title, 1, 4)
    assert (finding["value"], finding["detail"]) == ("身份证号", "“身份证号”一列")
    assert result.records["guards"].num_rows == 1
    assert "532801" not in str(result.records["guards"].to_pylist())


def test_a_column_that_nobody_filled_is_only_listed(tmp_path: Path) -> None:
    result = extracted({"保安人员": [[*GUARDS[0], "身份证号"], [*GUARDS[1], ""]]}, tmp_path)
    assert [row["code"] for row in result.findings.to_pylist()] == ["W-COLUMN-UNKNOWN"]


def test_a_file_of_nothing_but_students_is_refused_and_says_why(tmp_path: Path) -> None:
    result = extracted({"学生名单": [["姓名", "班级"], ["张三", "三（1）"]]}, tmp_path)
    assert [row["code"] for row in result.findings.to_pylist()] == [CODE, "E-NO-SHEETS"]


def test_no_sheet_of_ours_is_ever_taken_for_a_list_of_persons() -> None:
    """Under its own titles and every heading that we know."""
    for table in contracts():
        for title in (table.title, *table.synonyms):
            for place in range(max(len(one.headings) for one in table.fields)):
                headings = [one.headings[min(place, len(one.headings) - 1)] for one in table.fields]
                sheet = Sheet(title, [headings, ["x"] * len(headings)])
                layout = find_layout(title, sheet.rows)
                assert layout is not None, (title, headings)
                assert refused_sheet(sheet, layout) is None, (title, headings)
                assert refused_columns(sheet, layout) == {}, (title, headings)
