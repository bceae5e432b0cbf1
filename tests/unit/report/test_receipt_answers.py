"""Explained queries on a receipt: shown as explained, never asked again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.report.receipt_content import Remark, SheetCount
from tests.unit.report.receipts import AMBER, BLUE, RED, SHEET, draw, front_texts, receipt, remark, row_of

GREEN = "FFE2EFDA"
ANSWER = "国庆前集中整改，确为同日完成"


def answered(cell: str = "B4", **changes: Any) -> Remark:
    """A query that the school explained."""
    said = {"message": "完成时间相同", "hint": "请核实", "value": "2026-09-30"}
    told = {"answer_category": "true_as_stated", "answer": ANSWER}
    return remark("query", "Q-CLOSED-ONE-DAY", cell, row_no=4, **(said | told | changes))


def test_only_explained_queries_leave_nothing_to_do(tmp_path: Path) -> None:
    book = draw(tmp_path, receipt(answered()))
    texts = front_texts(book)
    assert book.worksheets[0]["A2"].value == "已接收，疑问均已说明"
    assert "本次报送的 1 行已计入统计，疑问均已收到说明，不需要再处理。" in texts
    assert "没有需要更正的问题。" in texts
    assert "请先处理这几件事" not in texts
    assert not any(text.startswith("全部问题") for text in texts)


@pytest.mark.parametrize(
    ("others", "is_check", "words"),
    [
        ((remark("query", "YH-105", "C4"),), False, "已接收，有疑问需核实"),
        ((remark(),), False, "已接收，有问题需更正"),
        ((remark("repair", "R-UNIT", "A3"),), False, "已接收，疑问均已说明"),
        ((), True, "预检查：疑问均已说明"),
        ((remark("query", "YH-105", "C4"),), True, "预检查：有疑问需核实"),
    ],
)
def test_the_banner_asks_only_for_what_is_open(
    tmp_path: Path, others: tuple[Remark, ...], is_check: bool, words: str
) -> None:
    book = draw(tmp_path, receipt(answered(), *others, sequence=0 if is_check else 123))
    assert book.worksheets[0]["A2"].value == words


def test_explained_queries_stand_apart_with_their_explanation_and_not_among_the_first(tmp_path: Path) -> None:
    queries = [answered(f"B{row}") for row in range(4, 9)]
    made = receipt(*queries, remark("query", "YH-105", "C4", hint="请补填"))
    assert [(fix.first.code, fix.count) for fix in made.fixes] == [("YH-105", 1)]
    book = draw(tmp_path, made)
    sheet = book.worksheets[0]
    listed, apart = row_of(book, "全部问题（1 处）"), row_of(book, "已说明的疑问（5 处，不需要再处理）")
    assert sheet.cell(listed + 2, 8).value == "YH-105"
    assert [sheet.cell(apart + 1, column).value for column in (4, 5, 7)] == ["问题", "本单位的说明", "说明类别"]
    row = [sheet.cell(apart + 2, column).value for column in range(1, 9)]
    assert row == [1, SHEET, "B4", "完成时间相同", ANSWER, "2026-09-30", "情况属实", "Q-CLOSED-ONE-DAY"]
    assert sheet.cell(apart + 2, 7).fill.fgColor.rgb == GREEN
    link = sheet.cell(apart + 2, 3).hyperlink
    assert link is not None and link.location == f"'{SHEET}'!B4"


def test_an_explained_cell_is_green_and_says_why(tmp_path: Path) -> None:
    sheet = draw(tmp_path, receipt(answered("B3"), answered("C4", answer_category="other")))[SHEET]
    assert sheet["B3"].fill.fgColor.rgb == GREEN
    assert sheet["B3"].comment.text == f"【疑问，已说明】完成时间相同\n已说明（情况属实）：{ANSWER}"
    assert sheet["C4"].comment.text.endswith(f"已说明（其他）：{ANSWER}")
    tab = sheet.sheet_properties.tabColor
    assert tab is not None and tab.rgb == GREEN


@pytest.mark.parametrize(
    ("other", "colour"),
    [
        (remark("query", "YH-105", "B3"), AMBER),
        (remark("error", "E-DATE", "B3"), RED),
        (remark("repair", "R-UNIT", "B3"), GREEN),
    ],
)
def test_what_is_open_outshines_what_was_explained(tmp_path: Path, other: Remark, colour: str) -> None:
    sheet = draw(tmp_path, receipt(answered("B3"), other))[SHEET]
    assert BLUE != colour == sheet["B3"].fill.fgColor.rgb


def test_an_explanation_with_a_formula_stays_text(tmp_path: Path) -> None:
    book = draw(tmp_path, receipt(answered(answer="=1+1")))
    cell = book.worksheets[0].cell(row_of(book, "已说明的疑问") + 2, 5)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_rows_of_explanations_count_nowhere(tmp_path: Path) -> None:
    sheets = (SheetCount("hazards", SHEET, 4, 0, False), SheetCount("explanations", "情况说明", 3, 0, False))
    texts = front_texts(draw(tmp_path, receipt(answered(), sheets=sheets)))
    assert "本次报送的 4 行已计入统计，疑问均已收到说明，不需要再处理。" in texts
    assert "情况说明" not in texts
