"""A bureau's own list is read in the form in which it is kept; what was not understood is named with its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.begin.reading import read_register
from pipelines.commands.imported import mend_lines, read_lines
from pipelines.errors import UsageError
from pipelines.metadata.standards import load_standard
from tests.unit.begin.lists import SCHOOLS, by_stage, old_book, simple


def test_an_old_book_with_title_merged_townships_and_people(tmp_path: Path) -> None:
    read = read_register(old_book(tmp_path / "学校名录.xls"), "2026-10")
    (sheet,) = read.sheets
    assert (sheet.name, sheet.header_row, sheet.row_count) == ("2026年秋", 3, 6)
    assert ("学校代码", "学校标识码") in sheet.columns
    assert ("所在乡镇", "乡镇(街道)") in sheet.columns
    assert sheet.unread == ("序号", "校长", "联系电话")
    found = [(int(one.school_code), one.school_name, one.township) for one in read.entries]
    assert found == [(code, name, township) for code, name, _, township, *_ in SCHOOLS[:5]]
    assert read.count("school_type") == {"primary": 2, "kindergarten": 1, "junior": 1, "teaching_point": 1}
    (finding,) = read.findings
    assert (finding["code"], finding["cell"], finding["value"]) == ("E-CODE", "B9", "53990512")
    assert read.lost_count == 1


@pytest.mark.thorough
def test_a_book_with_a_sheet_for_each_stage(tmp_path: Path) -> None:
    read = read_register(by_stage(tmp_path / "基本情况.xlsx"), "2026-10")
    assert [(one.name, one.row_count) for one in read.sheets] == [("幼儿园", 1), ("小学", 2), ("中学", 1)]
    assert read.passed == ("说明",)
    assert read.count("township") == {"望楹街道": 2, "青棂镇": 2}
    assert (read.findings, read.lost_count) == ((), 0)


def test_an_unknown_type_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    heading = ["学校标识码", "学校名称", "学校类型", "乡镇", "失效日期"]
    rows = (["2153990101", "一小", "飞行学校", "镇", ""], ["2153990102", "二小", "小学", "", "2026-08-31"])
    read = read_register(simple(tmp_path / "名单.xlsx", heading, *rows), "2026-10")
    assert [one.school_type for one in read.entries] == [None, "primary"]
    assert read.lost_count == 0
    said = "\n".join([*read_lines(read, load_standard("jinghong-2019"), date(2026, 10, 31)), *mend_lines(read, "home")])
    for line in (
        "读出学校 2 所：小学 1、未写明 1",
        "乡镇（街道）1 个：镇 1、未写明 1",
        "1 所已失效（以 2026-10-31 为准）",
        "“办学类型”填的是“飞行学校”，不在可选范围内",
        "办学类型可写：幼儿园、小学、教学点",
        "请在原文件中更正，再运行：school-safety init --home home --register",
    ):
        assert line in said


@pytest.mark.thorough
def test_a_file_without_schools_and_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"物品\.xlsx 里没有读出学校：找不到学校名册的表头（学校标识码、学校名称"):
        read_register(simple(tmp_path / "物品.xlsx", ["物品", "数量"], ["灭火器", 12]), "2026-10")
    without_codes = simple(tmp_path / "名单.xlsx", ["学校名称", "学校类型", "乡镇"], ["一小", "小学", "镇"])
    with pytest.raises(UsageError, match=r"名单\.xlsx 的名册里没有“学校标识码”一栏"):
        read_register(without_codes, "2026-10")
    with pytest.raises(UsageError, match=r"无\.xls 不存在"):
        read_register(tmp_path / "无.xls", "2026-10")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(UsageError, match=r"学校名册 坏\.xlsx 读不了："):
        read_register(tmp_path / "坏.xlsx", "2026-10")
