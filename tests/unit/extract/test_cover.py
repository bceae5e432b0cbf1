"""What a workbook says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extract.cover import Cover, is_cover, read_cover, title_month
from pipelines.extract.grids import Sheet

STAMP = "school-safety;jinghong-2019;0123456789ab"


def test_the_cover_is_known_by_its_name() -> None:
    assert is_cover(Sheet("填报说明", []))
    assert is_cover(Sheet(" 填報說明 ", []))
    assert not is_cover(Sheet("说明", []))


def test_the_cover_states_stamp_month_and_school() -> None:
    rows: list[list[Any]] = [
        ["说明", ""],
        ["模板版本", STAMP],
        [],
        ["填报月份", "2026-10"],
        ["学校标识码", 2153990101.0],
        ["x", "y"],
    ]
    assert read_cover(Sheet("填报说明", rows)) == Cover(STAMP, "2026-10", "2153990101")


def test_blanks_between_label_and_value_and_around_them_do_not_matter() -> None:
    rows = [["", "模板版本", "", f" {STAMP} "], ["学校 标识码", "", "2153990101"]]
    assert read_cover(Sheet("填报说明", rows)) == Cover(STAMP, None, "2153990101")


def test_the_first_statement_counts_and_a_label_alone_states_nothing() -> None:
    rows = [["填报月份", ""], ["填报月份", "2026-10"], ["填报月份", "2026-11"]]
    assert read_cover(Sheet("填报说明", rows)) == Cover(None, "2026-10", None)


@pytest.mark.parametrize(
    ("rows", "month"),
    [
        ([["青芽小学2026年10月安全月报"]], "2026-10"),
        ([["", "２０２６年 9 月"], ["2026年8月"]], "2026-09"),
        ([["安全月报"], ["2026年10月"]], "2026-10"),
        ([["填报时间：2026年11月"], ["2026年10月安全月报"]], "2026-10"),
        ([["截至2026年10月31日"]], None),
        ([["2026年13月"]], None),
        ([["2026年0月"]], None),
        ([["10月安全月报"]], None),
        ([[2026.0, ""]], None),
        ([], None),
    ],
)
def test_the_month_of_a_title(rows: list[list[Any]], month: str | None) -> None:
    assert title_month(rows) == month
