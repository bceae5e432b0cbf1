"""How the sheet 情况说明 is read: nothing that a school writes there is an error, and its own words are kept."""

from __future__ import annotations

import pytest

from tests.unit.validate.conftest import DRILLS, PROFILE, Judge

HEADINGS = ["工作表", "行号", "问题代码", "说明类别", "说明"]


def read(judge: Judge, *rows: list[object]) -> tuple[list[dict[str, object]], list[tuple[str, str, str]]]:
    """The core rows and the findings on the sheet."""
    judged = judge({"学校概况": PROFILE, **DRILLS, "情况说明": [HEADINGS, *rows]})
    found = [place for place in judged.places() if place[1] == "情况说明"]
    return judged.rows("explanations"), found


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("情况属实", "true_as_stated"),
        ("屬實", "true_as_stated"),
        ("系统原因", "system_limit"),
        ("补课、调休", "moved_day"),
        ("口径", "counting_rule"),
        ("其它", "other"),
        ("", None),
        ("/", None),
    ],
)
def test_reasons_of_the_list_are_known_by_their_forms(judge: Judge, written: str, kept: str | None) -> None:
    rows, found = read(judge, ["应急演练", 2, "YL-202", written, "属实"])
    assert rows[0]["reason_category"] == kept
    assert found == []


def test_a_reason_of_ones_own_is_kept_as_written_and_listed(judge: Judge) -> None:
    rows, found = read(judge, ["应急演练", 2, "YL-202", "雨天改在室内", "属实"])
    assert rows[0]["reason_category"] == "雨天改在室内"
    assert found == [("R-REASON-OTHER", "情况说明", "D2")]


def test_a_number_of_a_person_is_masked_in_reason_and_text(judge: Judge) -> None:
    rows, found = read(judge, ["应急演练", 2, "YL-202", "问13812345678", "见13812345678"])
    assert (rows[0]["reason_category"], rows[0]["explanation"]) == ("问***********", "见***********")
    assert found == [("R-PII-MASKED", "情况说明", "D2"), ("R-PII-MASKED", "情况说明", "E2")]


@pytest.mark.parametrize("written", ["5、7", "5-7", "第5行", "全部", "C5", 5])
def test_rows_are_taken_as_they_are_written(judge: Judge, written: object) -> None:
    rows, found = read(judge, ["应急演练", written, "ＹＬ-202", "情况属实", "属实"])
    assert (rows[0]["row_number"], rows[0]["finding_code"]) == (str(written), "ＹＬ-202")
    assert found == []


def test_as_above_is_filled_in(judge: Judge) -> None:
    rows, found = read(judge, ["应急演练", 2, "YL-202", "情况属实", "家长也来"], ["同上", 3, "同上", "同上", "同上"])
    said = {name: rows[1][name] for name in ("sheet_name", "row_number", "finding_code", "explanation")}
    assert said == {"sheet_name": "应急演练", "row_number": "3", "finding_code": "YL-202", "explanation": "家长也来"}
    assert {code for code, *_ in found} == {"R-DITTO"}
