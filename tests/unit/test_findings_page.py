"""docs/findings.md is what the contracts say; the runbook tells what to do about each code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.findings import catalogue
from pipelines.findings_page import PAGE, findings_page
from pipelines.runbook_page import PAGES, grouped_codes, with_codes


def rows() -> list[list[str]]:
    lines = [line for line in findings_page().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == findings_page(), "write it again with: make docs"


def test_every_code_has_one_row_in_the_order_of_the_catalogue() -> None:
    assert [row[0].strip("`") for row in rows()] == list(catalogue())


def test_a_row_says_what_where_and_how_to_mend_it() -> None:
    page = {row[0].strip("`"): row[1:] for row in rows()}
    assert page["YH-104"] == [
        "error",
        "隐患台账",
        "完成时间…早于排查时间，不能判断是否已整改，不计入整改用时",
        "请核对两个日期；完成时间不能早于发现之日",
        "Closed …, before it was found; left out of closure figures",
        "Check both dates",
    ]
    assert page["E-TYPE"][:3] == ["fatal", "", "这不是工作簿，实际是：…"]
    assert all(len(row) == 6 for row in page.values())
    assert all(row[0] and all(row[2:]) for row in page.values())


def test_no_placeholder_is_left() -> None:
    assert re.search(r"[{}]", findings_page()) is None


@pytest.mark.parametrize(("path", "language"), PAGES.items(), ids=PAGES.values())
def test_the_runbook_is_up_to_date(path: Path, language: str) -> None:
    page = path.read_text(encoding="utf-8")
    assert page == with_codes(page, language), "write it again with: make docs"
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", page)
    assert len(pictures) >= 4
    assert not [name for name in pictures if not (path.parent / name).is_file()]


def test_the_runbook_has_a_step_for_every_code_once() -> None:
    told = [code for _, codes in grouped_codes() for code in codes]
    assert sorted(told) == sorted(catalogue())
    assert all(codes and group["step_zh"] and group["step_en"] for group, codes in grouped_codes())
