"""Which query an explanation answers: by code and place, only where it says so, and never an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.metadata.contracts import contract
from pipelines.validate.answering import answer_queries

HAZARDS, DRILLS = "隐患台账", "应急演练"
WHY = "确属实情"
EXPLAINED = pa.schema(
    [
        ("submission_no", pa.int64()),
        ("row_no", pa.int32()),
        *((field.name, pa.string()) for field in contract("explanations").fields),
        ("invalid_fields", pa.list_(pa.string())),
    ]
)
ASKED = pa.schema(
    [
        ("asked_no", pa.int64()),
        ("submission_no", pa.int64()),
        ("severity", pa.string()),
        ("code", pa.string()),
        ("table_name", pa.string()),
        ("sheet", pa.string()),
        ("row_no", pa.int32()),
    ]
)
Finding = tuple[str, str, str, str, int | None]
"""Severity, code, table, sheet as written, row."""
# Numbered from 1, as they stand here.
QUERIES: list[Finding] = [
    ("query", "YH-105", "hazards", HAZARDS, 5),
    ("query", "YH-105", "hazards", HAZARDS, 7),
    ("query", "YH-105", "hazards", HAZARDS, 12),
    ("query", "YH-107", "hazards", HAZARDS, 5),
    ("query", "E-ITEM-UNKNOWN", "checklist", "落实清单", 9),
    ("query", "E-ITEM-UNKNOWN", "counts", "3.统计数据", 9),
    ("query", "E-SHEET-EMPTY", "drills", DRILLS, None),
    ("query", "E-SHEET-MISSING", "buses", "", None),
    ("query", "E-SHEET-MISSING", "incidents", "", None),
    ("query", "E-PERIOD", "", "", None),
    ("error", "E-DATE", "hazards", HAZARDS, 5),
    ("repair", "R-UNIT", "hazards", HAZARDS, 5),
]


def said(
    sheet: str | None = None, row: str | None = None, code: str | None = None, text: str | None = WHY, **more: Any
) -> dict[str, Any]:
    """One row of the sheet 情况说明, as it was typed."""
    return {
        "submission_no": 1,
        "row_no": 2,
        "sheet_name": sheet,
        "row_number": row,
        "finding_code": code,
        "reason_category": "true_as_stated",
        "explanation": text,
        "invalid_fields": [],
        **more,
    }


def answers(
    *rows: dict[str, Any], findings: Sequence[Finding] = QUERIES, of_cross_checks: bool = False
) -> tuple[dict[int, tuple[str, str]], list[dict[str, Any]]]:
    """(number of the query to category and text, notices)."""
    names = ("severity", "code", "table_name", "sheet", "row_no")
    asked = [
        {"asked_no": number, "submission_no": 1, **dict(zip(names, finding, strict=True))}
        for number, finding in enumerate(findings, 1)
    ]
    layout = '{"row_number": 1, "finding_code": 2}'
    place = {"submission_no": [1], "table_name": ["explanations"], "sheet_name": ["说明"], "columns": [layout]}
    connection = duckdb.connect()
    connection.register("found", pa.Table.from_pylist(asked, schema=ASKED))
    connection.register("explained", pa.Table.from_pylist(list(rows), schema=EXPLAINED))
    connection.register("places", pa.table(place))
    notices = answer_queries(connection, "FROM found", "FROM explained", "FROM places", of_cross_checks)
    told = connection.execute("SELECT asked_no, answer_category, answer FROM answer ORDER BY 1").fetchall()
    return {number: (category, text) for number, category, text in told}, notices.to_pylist()


@pytest.mark.parametrize(
    ("sheet", "row", "code", "answered"),
    [
        (HAZARDS, "7", "YH-105", [2]),
        (HAZARDS, "7", "yh-105", [2]),
        (HAZARDS, "７", "ＹＨ－１０５", [2]),
        (HAZARDS, "第7行", "YH—105", [2]),
        (HAZARDS, "7.0", "YH-105", [2]),
        (HAZARDS, "C7", "YH-105", [2]),
        (HAZARDS, "5、7", "YH-105", [1, 2]),
        (HAZARDS, "5,7", "YH-105", [1, 2]),
        (HAZARDS, "5 和 7", "YH-105", [1, 2]),
        (HAZARDS, "第5行、第7行", "YH-105", [1, 2]),
        (HAZARDS, "5\n7", "YH-105", [1, 2]),
        (HAZARDS, "5-7", "YH-105", [1, 2]),
        (HAZARDS, "5～7行", "YH-105", [1, 2]),
        (HAZARDS, "第5至12行", "YH-105", [1, 2, 3]),
        (HAZARDS, "12-5", "YH-105", [1, 2, 3]),
        (HAZARDS, None, "YH-105", [1, 2, 3]),
        (HAZARDS, "全部", "YH-105", [1, 2, 3]),
        (HAZARDS, "5", "YH-105、YH-107", [1, 4]),
        (HAZARDS, "5", "YH-105 YH-107", [1, 4]),
        (HAZARDS, "5", "【YH-105】没有填", [1]),
        ("隱患台賬", "7", "YH-105", [2]),
        ("事故隐患台账", "7", "YH-105", [2]),
        ("隐患台账（2026年10月）", "7", "YH-105", [2]),
        (None, "7", "YH-105", [2]),
        ("3.统计数据", "9", "E-ITEM-UNKNOWN", [6]),
        ("统计数据", "9", "E-ITEM-UNKNOWN", [6]),
        (DRILLS, None, "E-SHEET-EMPTY", [7]),
        (None, None, "E-SHEET-EMPTY", [7]),
        (DRILLS, "1", "E-SHEET-EMPTY", [7]),
        ("校车台账", None, "E-SHEET-MISSING", [8]),
        (None, None, "E-SHEET-MISSING", [8, 9]),
        (None, None, "E-PERIOD", [10]),
        ("学校概况", "2", "E-PERIOD", [10]),
    ],
)
def test_an_explanation_answers_the_queries_that_it_names(
    sheet: str | None, row: str | None, code: str, answered: list[int]
) -> None:
    told, notices = answers(said(sheet, row, code))
    assert told == dict.fromkeys(answered, ("true_as_stated", WHY))
    assert notices == []


@pytest.mark.parametrize(
    ("sheet", "row", "code", "notice", "part"),
    [
        (HAZARDS, "6", "YH-105", "W-EXPLANATION-PLACE", "隐患台账：5、7、12"),
        (HAZARDS, "上面那行", "YH-105", "W-EXPLANATION-PLACE", "隐患台账：5、7、12"),
        (HAZARDS, "2026-05-07", "YH-105", "W-EXPLANATION-PLACE", "隐患台账：5、7、12"),
        (DRILLS, "7", "YH-105", "W-EXPLANATION-PLACE", "隐患台账：5、7、12"),
        ("某表", "7", "YH-105", "W-EXPLANATION-PLACE", "隐患台账：5、7、12"),
        (None, "9", "E-ITEM-UNKNOWN", "W-EXPLANATION-PLACE", "3.统计数据：9；落实清单：9"),
        (None, None, "E-ITEM-UNKNOWN", "W-EXPLANATION-PLACE", "3.统计数据：9；落实清单：9"),
        (None, "3", "E-SHEET-MISSING", "W-EXPLANATION-PLACE", "事故信息；校车台账"),
        (HAZARDS, "5", "YH-999", "W-EXPLANATION-UNMATCHED", "没有问题代码为“YH-999”的疑问"),
        (HAZARDS, "5", "没有填", "W-EXPLANATION-UNMATCHED", "没有问题代码为“没有填”的疑问"),
        (HAZARDS, "5", "R-UNIT", "W-EXPLANATION-UNMATCHED", "没有问题代码为“R-UNIT”的疑问"),
        (HAZARDS, "5", None, "W-EXPLANATION-NO-CODE", "没有写问题代码"),
        (HAZARDS, "5", "E-DATE", "W-EXPLANATION-ERROR", "E-DATE是错误，不能用说明代替更正"),
        (HAZARDS, None, "E-DATE", "W-EXPLANATION-ERROR", "E-DATE是错误，不能用说明代替更正"),
    ],
)
def test_an_explanation_that_fits_no_query_answers_none_and_is_told_so(
    sheet: str | None, row: str | None, code: str | None, notice: str, part: str
) -> None:
    told, (given,) = answers(said(sheet, row, code))
    assert told == {}
    assert (given["code"], given["severity"], given["sheet"], given["row_no"]) == (notice, "notice", "说明", 2)
    assert given["cell"] == ("B2" if notice == "W-EXPLANATION-PLACE" else "C2")
    assert part in given["message"]


def test_what_can_be_explained_is_named() -> None:
    _, (given,) = answers(said(HAZARDS, "5", "YH-999"))
    assert "E-ITEM-UNKNOWN、E-PERIOD、E-SHEET-EMPTY、E-SHEET-MISSING、YH-105、YH-107" in given["hint"]
    _, (given,) = answers(said(HAZARDS, "5", "YH-105"), findings=QUERIES[10:])
    assert given["hint"].endswith("可以说明的疑问有：无")


def test_many_rows_are_named_in_number_order_and_cut() -> None:
    many: list[Finding] = [("query", "YH-105", "hazards", HAZARDS, row) for row in range(40, 2, -1)]
    _, (given,) = answers(said(HAZARDS, "2", "YH-105"), findings=many)
    assert "隐患台账：3、4、5、" in given["message"]
    assert "、22……" in given["message"]


@pytest.mark.parametrize("text", [None, "", "。", "……", "123"])
def test_an_explanation_without_words_answers_nothing(text: str | None) -> None:
    told, (given,) = answers(said(HAZARDS, "7", "YH-105", text))
    assert told == {}
    assert given["code"] == "W-EXPLANATION-BLANK"


def test_a_text_that_could_not_be_read_is_told_by_its_own_error_alone() -> None:
    told, notices = answers(said(HAZARDS, "7", "YH-105", None, invalid_fields=["explanation"]))
    assert (told, notices) == ({}, [])


def test_explanations_of_another_submission_answer_nothing() -> None:
    told, (given,) = answers(said(HAZARDS, "7", "YH-105", submission_no=2))
    assert told == {}
    assert (given["submission_no"], given["code"]) == (2, "W-EXPLANATION-UNMATCHED")


@pytest.mark.parametrize(("written", "category"), [("moved_day", "moved_day"), ("雷雨", "other"), (None, "other")])
def test_a_reason_that_is_not_listed_counts_as_other(written: str | None, category: str) -> None:
    told, _ = answers(said(HAZARDS, "7", "YH-105", reason_category=written))
    assert told == {2: (category, WHY)}


def test_two_explanations_of_one_query_are_both_kept_and_the_first_gives_the_category() -> None:
    told, notices = answers(
        said(HAZARDS, "7", "YH-105", "先说一句", reason_category="counting_rule"),
        said(HAZARDS, None, "YH-105", "都属实", row_no=3),
        said(HAZARDS, None, "YH-105", "都属实", row_no=4),
    )
    assert told == {
        1: ("true_as_stated", "都属实"),
        2: ("counting_rule", "先说一句；都属实"),
        3: ("true_as_stated", "都属实"),
    }
    assert notices == []


def test_each_notice_is_told_once_where_its_code_is_judged() -> None:
    """The load cannot know what the cross-checks will ask, nor they what the load has answered."""
    rows = (said(HAZARDS, "5", "YH-999"), said(DRILLS, "5", "Q-NO-SCHOOL-DAY", row_no=3))
    assert [notice["value"] for notice in answers(*rows)[1]] == ["YH-999"]
    assert [notice["value"] for notice in answers(*rows, of_cross_checks=True)[1]] == ["Q-NO-SCHOOL-DAY"]


def test_no_explanation_leaves_every_query_open() -> None:
    assert answers() == ({}, [])


def test_each_submission_answers_for_itself() -> None:
    told, notices = answers(said(HAZARDS, "5", "YH-107"), said(HAZARDS, "7", "YH-105", submission_no=2))
    assert list(told) == [4]
    assert [(notice["submission_no"], notice["value"]) for notice in notices] == [(2, "YH-105")]


def test_a_sheet_is_known_by_the_name_that_only_the_file_gives_it() -> None:
    """Its headings told whose it is; the receipt shows the name as written."""
    told, notices = answers(
        said("Sheet 2", "5", "YH-105"), findings=[("query", "YH-105", "hazards", "Ｓheet2", 5), *QUERIES[:1]]
    )
    assert list(told) == [1]
    assert notices == []
