"""Entries of one school in a register that claim the same days: which counts is said at the row that does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.extract.books import Sheets
from tests.unit.validate.conftest import Judge, Judged

CODE, OTHER = "2153990101", "2153990102"
HEAD = ["学校标识码", "学校名称", "办学类型", "生效日期", "失效日期"]
OVERLAP = "Q-REGISTER-OVERLAP"


def register(*rows: tuple[Any, ...]) -> Sheets:
    listed = [[code, "望楹街道第一小学", "小学", begun, ended] for code, begun, ended in rows]
    return {"学校名册": [HEAD, *listed], "任务清单": [["任务编号", "任务内容", "牵头单位"]]}


BEGUN, EVE, DAY = "2019-09-01", "2026-10-31", "2026-11-01"
FILES: dict[str, tuple[Sheets, list[tuple[str, str]]]] = {
    "one after the other": (register((CODE, BEGUN, EVE), (CODE, DAY, "")), []),
    "two schools": (register((CODE, BEGUN, ""), (OTHER, BEGUN, "")), []),
    "a shared day": (register((CODE, BEGUN, DAY), (CODE, DAY, "")), [(OVERLAP, "A2")]),
    "open and later": (register((CODE, DAY, ""), (CODE, BEGUN, "")), [(OVERLAP, "A3")]),
    "no first day": (register((CODE, "", ""), (CODE, DAY, "")), [(OVERLAP, "A2"), ("MC-103", "D2")]),
    "neither has a first day": (
        register((CODE, "", ""), (CODE, "", "")),
        [("MC-103", "D2"), (OVERLAP, "A3"), ("MC-103", "D3")],
    ),
    "the same first day": (register((CODE, BEGUN, EVE), (CODE, BEGUN, "")), [("MC-105", "A2"), ("MC-105", "A3")]),
    "an end that is none": (
        register((CODE, BEGUN, "2018-01-01"), (CODE, DAY, "")),
        [(OVERLAP, "A2"), ("MC-104", "E2")],
    ),
    "malformed": (register(("21539901", BEGUN, ""), ("21539901", DAY, "")), [("E-CODE", "A2"), ("E-CODE", "A3")]),
}


@pytest.fixture(scope="module")
def judged(judge: Judge) -> Judged:
    return judge(*(sheets for sheets, _ in FILES.values()))


@pytest.mark.parametrize("name", FILES)
def test_entries_that_claim_the_same_days_are_asked_about(judged: Judged, name: str) -> None:
    number = list(FILES).index(name) + 1
    assert [(code, cell) for code, _, cell in judged.places(number)] == FILES[name][1]


def test_the_question_says_which_row_counts(judged: Judged) -> None:
    (asked,) = judged.findings(list(FILES).index("open and later") + 1)
    assert (asked["severity"], asked["row_no"], asked["value"]) == ("query", 3, CODE)
    assert asked["message"] == f"学校标识码{CODE}的有效期与第2行重叠；重叠的日子按第2行计算"
