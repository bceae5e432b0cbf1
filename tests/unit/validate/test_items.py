"""Items are known by their words or their code; one item has one answer."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.metadata.items import items
from pipelines.metadata.text import traditional
from tests.unit.extract.books import Sheets
from tests.unit.validate.conftest import PROFILE, Judge, Judged

HEADINGS = ["项目编号", "项目", "是否落实", "落实(检查)日期", "备注"]
FIRST, SECOND = [item for item in items().values() if item.kind == "checklist"][:2]
BODY = next(item for item in items().values() if item.kind == "body")
DAY = "2026-10-09"


def checklist(*rows: list[Any]) -> Sheets:
    return {"学校概况": PROFILE, "落实清单": [HEADINGS, *rows]}


FILES: dict[str, Sheets] = {
    "by words": checklist(["", FIRST.zh, "是", DAY], ["", SECOND.synonyms[0], "否"]),
    "by code": checklist([FIRST.code, "", "是", DAY], [SECOND.code.lower(), " \u3000", "否"]),
    "words before code": checklist([SECOND.code, FIRST.zh, "是", DAY]),
    "wrapped": checklist(["", f"{FIRST.zh[:4]}\n {FIRST.zh[4:]}", "是", DAY]),
    "traditional": checklist(["", traditional(FIRST.zh), "是", DAY]),
    "unknown": checklist(["", FIRST.zh, "是", DAY], ["X999", "食堂墙面粉刷", "是", DAY]),
    "unknown code": checklist(["X999", "", "是", DAY]),
    "same twice": checklist(["", FIRST.zh, "是", DAY], ["", FIRST.synonyms[0], "是", DAY]),
    "two ways": checklist(["", FIRST.zh, "是", DAY], ["", SECOND.zh, "是", DAY], [FIRST.code, "", "否"]),
    "two dates": checklist(["", FIRST.zh, "是", DAY], ["", FIRST.zh, "是", "2026-10-10"]),
    "yes and blank": checklist(["", FIRST.zh, "是", DAY], ["", FIRST.zh, ""]),
    "no answer": checklist(["", FIRST.zh, "基本落实"]),
    "bodies": {
        "部门落实清单": [
            ["单位", "乡镇", "项目", "是否落实", "日期"],
            ["教育局", "望楹街道", BODY.zh, "是", DAY],
            ["公安局", "望楹街道", BODY.zh, "否", DAY],
            ["教育局", "青棂镇", BODY.zh, "否", DAY],
            ["教育局", "青棂镇", BODY.zh, "是", DAY],
        ],
        "任务清单": [["任务编号", "任务内容", "牵头单位"]],
    },
    "inspections": {
        "督查检查": [
            ["日期", "学校标识码", "核查项目", "检查结果"],
            [DAY, "2153990101", FIRST.zh, "是"],
            [DAY, "2153990101", FIRST.zh, "否"],
        ],
        "任务清单": [["任务编号", "任务内容", "牵头单位"]],
    },
}


@pytest.fixture(scope="module")
def judged(judge: Judge) -> Judged:
    return judge(*FILES.values())


def number(name: str) -> int:
    return list(FILES).index(name) + 1


def found(judged: Judged, name: str) -> list[tuple[str, str]]:
    return [(code, cell) for code, _, cell in judged.places(number(name))]


def answers(judged: Judged, name: str, table: str = "checklist") -> list[tuple[str, str | None]]:
    return [(row["item_id"], row["answer"]) for row in judged.rows(table, number(name))]


@pytest.mark.parametrize("name", ["by words", "by code"])
def test_an_item_is_known_by_words_or_code(judged: Judged, name: str) -> None:
    assert found(judged, name) == []
    assert answers(judged, name) == [(FIRST.id, "yes"), (SECOND.id, "no")]


@pytest.mark.parametrize("name", ["words before code", "wrapped", "traditional"])
def test_words_are_read_as_people_write_them_and_win_over_the_code(judged: Judged, name: str) -> None:
    assert found(judged, name) == ([("R-ITEM-WORDS", "A2")] if name == "words before code" else [])
    assert answers(judged, name) == [(FIRST.id, "yes")]


def test_a_code_of_another_item_is_told_with_the_words_that_count(judged: Judged) -> None:
    (finding,) = judged.findings(number("words before code"))
    told = f"项目编号与项目名称不符，以名称为准（共1处，如“{SECOND.code.lower()} {FIRST.zh}”）"
    assert (finding["severity"], finding["message"]) == ("repair", told)


def test_an_unknown_item_is_asked_about_and_kept_without_id(judged: Judged) -> None:
    assert found(judged, "unknown") == [("E-ITEM-UNKNOWN", "B3")]
    assert answers(judged, "unknown") == [(FIRST.id, "yes"), (None, "yes")]
    (finding,) = judged.findings(number("unknown"))
    assert (finding["severity"], finding["value"]) == ("query", "食堂墙面粉刷")
    assert [row["value"] for row in judged.findings(number("unknown code"))] == ["x999"]


def test_the_same_answer_twice_counts_once(judged: Judged) -> None:
    assert found(judged, "same twice") == []
    assert answers(judged, "same twice") == [(FIRST.id, "yes")]
    assert judged.sheet("checklist", number("same twice"))["lost_row_count"] == 1


@pytest.mark.parametrize(
    ("name", "cells", "kept"),
    [
        ("two ways", ["B2", "B4"], [(SECOND.id, "yes")]),
        ("two dates", ["B2", "B3"], []),
        ("yes and blank", ["B2", "B3"], []),
    ],
)
def test_differing_answers_to_one_item_are_all_refused(
    judged: Judged, name: str, cells: list[str], kept: list[tuple[str, str]]
) -> None:
    doubles = [cell for code, cell in found(judged, name) if code == "E-ITEM-DUP"]
    assert doubles == cells
    assert answers(judged, name) == kept
    assert judged.sheet("checklist", number(name))["lost_row_count"] == len(cells)
    messages = {row["message"] for row in judged.findings(number(name)) if row["code"] == "E-ITEM-DUP"}
    assert f"“{FIRST.zh}”填了不止一行，内容不同，不能判断以哪行为准" in messages


def test_an_unreadable_answer_names_its_item_once(judged: Judged) -> None:
    assert found(judged, "no answer") == [("E-ENUM", "C2")]
    (row,) = judged.rows("checklist", number("no answer"))
    assert (row["item_id"], row["answer"], row["invalid_fields"]) == (FIRST.id, None, ["answer"])


def test_each_body_and_township_answers_for_itself(judged: Judged) -> None:
    assert found(judged, "bodies") == [("E-ITEM-DUP", "C4"), ("E-ITEM-DUP", "C5")]
    kept = [(row["body"], row["answer"]) for row in judged.rows("body_checklist", number("bodies"))]
    assert kept == [("教育局", "yes"), ("公安局", "no")]


def test_two_inspections_of_one_item_are_two_facts(judged: Judged) -> None:
    assert found(judged, "inspections") == []
    assert [row["result"] for row in judged.rows("inspections", number("inspections"))] == ["yes", "no"]
