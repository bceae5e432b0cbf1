"""Characters that belong to no text are errors at their cell, in every format, and texts beside the table are told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.extract.column_texts import UNREADABLE, Found
from pipelines.extract.grids import read_sheets
from pipelines.extract.headings import find_layout
from pipelines.extract.rows import Records, read_records
from tests.unit.extract.books import DRILL_HEADINGS, drill_sheet, ods_bytes, ods_table, raw_book, text_cell


def records(*rows: list[Any], headings: list[str] = DRILL_HEADINGS) -> Records:
    grid = [headings, *([*row, *[""] * (len(headings) - len(row))] for row in rows)]
    layout = find_layout("应急演练", grid)
    assert layout is not None
    return read_records(layout, grid, {})


@pytest.mark.parametrize(
    ("text", "shown", "named"),
    [
        ("秋\x01季", "秋[U+0001]季", "U+0001"),
        ("\u202e练演", "[U+202E]练演", "U+202E"),
        ("a\u2066b\u2069\u2066", "a[U+2066]b[U+2069][U+2066]", "U+2066、U+2069"),
        ("演练_x0000_", "演练[U+0000]", "U+0000"),
        ("演\ud800练", "演[U+D800]练", "U+D800"),
        ("演\ufffd练", "演[U+FFFD]练", "U+FFFD"),
        (UNREADABLE, "[U+FFFC]", "U+FFFC"),
        ("\x7f\x85\x9b", "[U+007F]\x85[U+009B]", "U+007F、U+009B"),
    ],
)
def test_a_cell_of_harmful_characters_is_unknown(text: str, shown: str, named: str) -> None:
    read = records(["好", "消防"], [text, "消防"])
    assert read.texts["drill_name"] == ["好", UNREADABLE]
    assert read.found == [Found("E-CHAR", 2, 0, "drill_name", shown, named)]


@pytest.mark.parametrize(
    "text",
    [
        "第一行\n第二行",
        "a\tb",
        "全角\u3000空格",
        "\u00a0",
        "零宽\u200b字",
        "🔥演练",
        "a_x4E2D_b",
        "𠮷野",
        "x_x_x",
        "é",
        "\ue000",
    ],
)
def test_other_characters_stay_as_they_are(text: str) -> None:
    read = records([text, "消防"])
    assert ([*read.texts["drill_name"]], read.found) == ([text], [])


def test_line_ends_that_a_workbook_writes_in_its_own_way_are_line_ends() -> None:
    assert records(["第一行_x000D_\n第二行", "消防"]).texts["drill_name"] == ["第一行\r\n第二行"]


def test_columns_that_are_not_read_may_hold_anything() -> None:
    assert records(["好", "消防", "", "", "\x01"], headings=[*DRILL_HEADINGS, "签字"]).found == []


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_every_format_is_looked_through(tmp_path: Path, kind: str) -> None:
    rows = [DRILL_HEADINGS, ["演\u202e练", "消防", "2026-10-14", "480"]]
    content = {
        "xlsx": raw_book({"应急演练": drill_sheet(text_cell("A2", "演\u202e练"))}),
        "ods": ods_bytes(ods_table("应急演练", rows)),
        "csv": "\n".join(",".join(row) for row in rows).encode(),
    }[kind]
    path = tmp_path / f"应急演练.{kind}"
    path.write_bytes(content)
    (sheet,) = read_sheets(path, path.name)
    layout = find_layout(sheet.name, sheet.rows)
    assert layout is not None
    (found,) = read_records(layout, sheet.rows, sheet.problems).found
    assert (found.code, found.row, found.column, found.detail) == ("E-CHAR", 1, 0, "U+202E")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_unknown(number: float) -> None:
    read = records(["演练", "消防", "2026-10-14", 480.0], ["演练", "消防", "2026-10-15", number])
    assert read.texts["attended_count"] == ["480", UNREADABLE]
    assert read.found == [Found("E-NOT-FINITE", 2, 3, "attended_count", str(number))]


def test_no_finding_holds_what_it_found() -> None:
    (found,) = records(["\u202e\x00", "消防"]).found
    assert not re.search("[\x00\u202e]", found.value + found.detail)


def test_notes_beside_the_table_are_told_once() -> None:
    read = records(
        ["演练一", "消防", "2026-10-14", 480, "", "因下雨推迟"],
        ["", "", "", "", "", "见附件"],
        ["合计", "", "", 480, "", "不计"],
        ["填报人：王", "", "", "", "", "不计"],
        headings=[*DRILL_HEADINGS, "", ""],
    )
    assert read.row_numbers == [1]
    assert read.found == [Found("W-NOTE-BESIDE", 1, 5, "", "因下雨推迟", "2")]


def test_blank_columns_beside_the_table_say_nothing() -> None:
    assert records(["演练一", "消防", "2026-10-14", 480, " "], headings=[*DRILL_HEADINGS, "", ""]).found == []


def test_answers_in_columns_of_their_own_that_cannot_be_known_are_named() -> None:
    grid = [["项目编号", "项目", "是", "否"], ["1", "护学岗", "√", ""], ["2", "法律顾问", "", ""]]
    layout = find_layout("落实清单", grid)
    assert layout is not None
    problem = ("E-CELL-ERROR", "#REF!")
    read = read_records(layout, grid, {(1, 3): problem, (2, 2): problem})
    assert read.texts["answer"] == [UNREADABLE, UNREADABLE]
    assert read.found == [Found("E-CELL-ERROR", 1, 3, "answer", "#REF!")], "the first column's is told with the others"
