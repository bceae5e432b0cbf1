"""Totals are compared with the rows that they add up, where it is certain which these are."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extract.headings import find_layout
from pipelines.extract.rows import read_records

HEADINGS = ["演练名称", "时间", "应参加人数", "参加人数", "疏散用时(秒)"]


def differing(
    *rows: list[Any], problems: dict[tuple[int, int], tuple[str, str]] | None = None
) -> list[tuple[int, str, str, str]]:
    """(row from 1, field, total as written, sum of the rows) of every total that differs."""
    grid = [HEADINGS, *([*row, *[""] * (len(HEADINGS) - len(row))] for row in rows)]
    layout = find_layout("应急演练", grid)
    assert layout is not None
    found = read_records(layout, grid, problems or {}).found
    assert {cell.code for cell in found} <= {"Q-TOTAL-DIFFERS"}
    return [(cell.row + 1, cell.field, cell.value, cell.detail) for cell in found]


def drill(expected: Any, attended: Any = "") -> list[Any]:
    return ["演练", "2026-10-14", expected, attended, 90]


def test_a_total_that_adds_up_says_nothing() -> None:
    assert differing(drill(500, 480), drill(100, "80人"), ["合计", "", 600, "560人"]) == []


def test_items_in_persons_times_and_days_have_no_total() -> None:
    rows: list[list[Any]] = [
        ["项目", "完成数"],
        ["每周集中安全教育（次）", 4],
        ["教职工安全培训并考核（人）", 58],
        ["合计", 9],
    ]
    layout = find_layout("统计数据", rows)
    assert layout is not None
    assert read_records(layout, rows, {}).found == []


def test_a_total_that_differs_names_both_numbers_at_its_cell() -> None:
    rows = [drill(500, 480), drill(100, 80), ["合计", "", 600.0, "1,560"]]
    assert differing(*rows) == [(4, "attended_count", "1,560", "560")]


@pytest.mark.parametrize("total", ["", "/", "见附表", "约560", 560.0, "560人", "５６０"])
def test_a_total_that_says_nothing_or_the_sum_is_no_question(total: Any) -> None:
    assert differing(drill("", 480), drill("", 80), ["合计", "", "", total]) == []


def test_blank_cells_and_marks_of_the_missing_add_nothing() -> None:
    assert differing(drill("", 480), drill("", ""), drill("", "/"), ["合计", "", "", 481]) == [
        (5, "attended_count", "481", "480")
    ]


@pytest.mark.parametrize("cell", ["约80", "3-5", "95%", "同上"])
def test_sums_over_cells_that_are_no_plain_numbers_are_not_compared(cell: str) -> None:
    assert differing(drill("", 480), drill("", cell), ["合计", "", "", 9]) == []


def test_sums_over_cells_that_cannot_be_known_are_not_compared() -> None:
    rows = [drill("", 480), drill("", ""), ["合计", "", "", 9]]
    assert differing(*rows, problems={(2, 3): ("E-CELL-ERROR", "#REF!")}) == []


def test_an_uncalculated_total_does_not_matter() -> None:
    rows = [drill("", 480), ["合计", "", "", ""]]
    assert differing(*rows, problems={(2, 3): ("E-FORMULA-UNCALCULATED", "")}) == []


def test_a_total_above_its_rows_is_compared_too() -> None:
    assert differing(["合计", "", "", 560], drill("", 480), drill("", 80)) == []
    assert differing(["合计", "", "", 561], drill("", 480), drill("", 80)) == [(2, "attended_count", "561", "560")]


def test_subtotals_are_compared_with_their_group_and_the_grand_total_with_all() -> None:
    rows = [
        drill("", 100),
        drill("", 20),
        ["小计", "", "", 121],
        drill("", 300),
        ["小计", "", "", 300],
        ["合计", "", "", 421],
    ]
    assert differing(*rows) == [(7, "attended_count", "421", "420"), (4, "attended_count", "121", "120")]


def test_subtotals_above_their_groups_are_left_alone() -> None:
    rows = [["小计", "", "", 7], drill("", 100), ["小计", "", "", 9], drill("", 20), ["合计", "", "", 120]]
    assert differing(*rows) == []


def test_several_totals_may_each_stand_for_their_block_or_for_all() -> None:
    rows = [drill("", 100), ["合计", "", "", 100], drill("", 20), ["合计", "", "", 20]]
    assert differing(*rows) == []
    rows[3] = ["合计", "", "", 120]
    assert differing(*rows) == []


def test_a_running_total_goes_on_from_earlier_months() -> None:
    assert differing(drill("", 100), ["累计", "", "", 4000]) == []


def test_seconds_are_not_added_up() -> None:
    assert differing(drill("", 100), drill("", 20), ["合计", "", "", 120, 90]) == []
