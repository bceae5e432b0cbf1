"""Findings as people read them: where, what, why, how to mend it, and nobody's name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.findings import address
from pipelines.metadata.contracts import contract, contracts
from tests.unit.extract.books import Sheets, drill_sheet, raw_book, sheet_xml, text_cell
from tests.unit.validate.conftest import PROFILE, Judge, Judged
from tests.unit.validate.examples import faultless, grid_of

NAME, PHONE, IDENTITY = "欧阳青芽", "13800138000", "532801198001011234"


def with_secrets() -> Sheets:
    """Names, phones and identity numbers wherever a school can write them."""
    profile = [
        [*PROFILE[0], "校长", "安全负责人", "电话"],
        [*PROFILE[1], NAME, NAME, PHONE],
    ]
    guards = contract("guards")
    hazards = contract("hazards")
    return {
        "学校概况": profile,
        "保安人员": grid_of(guards, [{**faultless(guards), "guard_name": NAME, "company_name": f"电话{PHONE}"}]),
        "隐患台账": grid_of(
            hazards,
            [
                {
                    **faultless(hazards),
                    "responsible_name": NAME,
                    "reviewer_name": "同上",
                    "description": f"联系{PHONE}、{PHONE}",
                    "note": IDENTITY,
                    "fund_amount": f"问{PHONE}",
                    "level": f"问{PHONE}",
                    "has_plan": IDENTITY,
                }
            ],
        ),
    }


@pytest.fixture(scope="module")
def secret(judge: Judge) -> Judged:
    return judge(with_secrets())


def said(judged: Judged) -> str:
    """Every text of every table that leaves validate."""
    return json.dumps(
        {name: table.to_pylist() for name, table in judged.validated.tables.items()}, ensure_ascii=False, default=str
    )


def test_names_are_masked_to_their_first_character(secret: Judged) -> None:
    (guard,) = secret.rows("guards")
    (hazard,) = secret.rows("hazards")
    (profile,) = secret.rows("profile")
    assert guard["guard_name"] == "欧*"
    assert hazard["responsible_name"] == "欧*"
    assert (profile["principal_name"], profile["safety_officer_name"]) == ("欧*", "欧*")


def test_a_phone_number_is_not_kept_at_all(secret: Judged) -> None:
    (profile,) = secret.rows("profile")
    assert profile["phone"] == "***"


def test_free_text_keeps_its_words_without_the_numbers(secret: Judged) -> None:
    (hazard,) = secret.rows("hazards")
    assert hazard["description"] == "联系***********、***********"
    assert hazard["note"] == "*" * 18


def test_as_above_with_nothing_above_is_unknown_at_its_cell(secret: Judged) -> None:
    (hazard,) = secret.rows("hazards")
    assert hazard["reviewer_name"] is None
    assert "reviewer_name" in hazard["invalid_fields"]
    cell = address(1, [field.name for field in contract("hazards").fields].index("reviewer_name"))
    assert [place for place in secret.places() if place[0] == "E-DITTO"] == [("E-DITTO", "隐患台账", cell)]


def test_no_table_and_no_finding_holds_a_number_of_a_person(secret: Judged) -> None:
    assert {"E-NUMBER", "E-ENUM", "E-BOOLEAN", "R-PII-MASKED"} <= set(secret.codes())
    assert PHONE not in said(secret)
    assert IDENTITY not in said(secret)
    assert NAME not in said(secret)


def test_restricted_fields_are_those_that_carry_a_mask() -> None:
    masked = {(owner.name, field.name) for owner in contracts() for field in owner.fields if field.mask}
    assert masked >= {
        ("profile", "principal_name"),
        ("profile", "phone"),
        ("guards", "guard_name"),
        ("hazards", "responsible_name"),
        ("hazards", "reviewer_name"),
        ("buses", "attendant_name"),
        ("trainings", "speaker_name"),
        ("drills", "commander_name"),
    }


CASES: list[tuple[str, Any, str, str, str]] = [
    (
        "参加人数",
        "约五百",
        "E-INTEGER",
        "“参加人数”填的是“约五百”，不是整数",
        "请只填阿拉伯数字，例如：12；检查有没有把字母O、l当成数字0、1",
    ),
    ("参加人数", "95%", "E-PERCENT", "“参加人数”填的是百分比“95%”，应填数量", "请填实际数量，例如：47"),
    ("时间", "国庆前", "E-DATE", "“时间”填的是“国庆前”，不是日期", "请填年月日，例如：2026-10-09"),
    (
        "时间",
        "3/5",
        "E-DATE-AMBIGUOUS",
        "“时间”填的“3/5”不能确定是哪一天（2026-03-05、2026-05-03）",
        "请查原始记录，写全年月日，只写一个日期，例如：2026-10-09",
    ),
    (
        "疏散用时(秒)",
        "三刻",
        "E-INTEGER",
        "“疏散用时(秒)”填的是“三刻”，不是整数",
        "请换算成秒，只填阿拉伯数字，例如：2分40秒填160",
    ),
    ("类别", "跳绳", "E-ENUM", "“类别”填的是“跳绳”，不在可选范围内", "请从下拉列表中选择，例如：火灾"),
    (
        "是否有预案",
        "大概",
        "E-BOOLEAN",
        "“是否有预案”填的是“大概”，看不出是或否",
        "请填：是 或 否（有/无、√/× 也可以）",
    ),
]


UNKNOWABLE = [
    ('<c r="D2" t="e"><v>#REF!</v></c>', "E-CELL-ERROR", "#REF!"),
    ('<c r="D2"><f>A9</f></c>', "E-FORMULA-UNCALCULATED", "=A9"),
]


def drills(*rows: list[Any]) -> Sheets:
    return {"学校概况": PROFILE, "应急演练": rows}


def unknowable(cell: str) -> bytes:
    """A drill with that cell as its number of people."""
    profile = sheet_xml(
        *(
            "".join(text_cell(f"{letter}{number}", str(value)) for letter, value in zip("ABCDE", row, strict=True))
            for number, row in enumerate(PROFILE, 1)
        )
    )
    drill = drill_sheet(text_cell("A2", "消防演练"), text_cell("C2", "2026-10-14"), cell)
    return raw_book({"应急演练": drill, "学校概况": profile})


FILES: dict[str, Sheets | bytes] = {
    **{label + value: drills(["演练名称", label], ["消防演练", value]) for label, value, *_ in CASES},
    **{code: unknowable(cell) for cell, code, _ in UNKNOWABLE},
    "long": drills(["演练名称", "时间", "参加人数"], ["a", "2026-10-14", "很" * 500]),
    "repaired": drills(
        ["演练名称", "时间", "参加人数"], ["a", "10月9日", "５人"], ["b", "10月10日", "６"], ["c", "2026-10-11", "7人"]
    ),
    "order": {
        **drills(["参加人数", "演练名称", "校长", "时间"], ["y", "a", "", "x"], ["z", "b", "", "2026-10-14"]),
        "校区": [["校区代码", "学生数"], ["1", "q"]],
    },
}


@pytest.fixture(scope="module")
def typed(judge: Judge) -> Judged:
    return judge(*FILES.values())


def number(name: str) -> int:
    return list(FILES).index(name) + 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2])
def test_a_cell_that_cannot_be_read_is_named_with_value_and_example(
    typed: Judged, case: tuple[str, Any, str, str, str]
) -> None:
    label, value, code, message, hint = case
    (finding,) = [row for row in typed.findings(number(label + value)) if row["code"] == code]
    assert (finding["sheet"], finding["cell"], finding["row_no"]) == ("应急演练", "B2", 2)
    assert (finding["value"], finding["message"], finding["hint"]) == (value, message, hint)
    assert finding["severity"] == "error"


def test_a_long_text_is_shown_shortened(typed: Judged) -> None:
    (finding,) = typed.findings(number("long"))
    assert finding["value"] == "很" * 60 + "…"


def test_repairs_are_told_once_a_column_with_their_number(typed: Judged) -> None:
    findings = typed.findings(number("repaired"))
    assert [(row["code"], row["cell"], row["message"]) for row in findings] == [
        ("R-YEAR-ADDED", "B2", "“时间”没有写年份，已按填报月份补上（共2处，如10月9日→2026-10-09）"),
        ("R-UNIT", "C2", "“参加人数”中的单位已去掉或换算（共2处，如“５人→5”）"),
        ("R-FULLWIDTH", "C3", "“参加人数”的全角数字已改为半角（共1处）"),
    ]
    assert {row["severity"] for row in findings} == {"repair"}
    assert [row["attended_count"] for row in typed.rows("drills", number("repaired"))] == [5, 6, 7]


@pytest.mark.parametrize(("cell", "code", "shown"), UNKNOWABLE)
def test_an_unknowable_cell_is_named_once_and_unknown(typed: Judged, cell: str, code: str, shown: str) -> None:
    assert typed.places(number(code)) == [(code, "应急演练", "D2")]
    (finding,) = typed.findings(number(code))
    assert (finding["value"], finding["field"]) == (shown, "attended_count")
    assert "参加人数" in finding["message"]
    (row,) = typed.rows("drills", number(code))
    assert (row["attended_count"], row["invalid_fields"]) == (None, ["attended_count"])


def test_findings_come_in_reading_order(typed: Judged) -> None:
    assert typed.places(number("order")) == [
        ("W-COLUMN-UNKNOWN", "应急演练", "C1"),
        ("E-INTEGER", "应急演练", "A2"),
        ("E-DATE", "应急演练", "D2"),
        ("E-INTEGER", "应急演练", "A3"),
        ("E-INTEGER", "校区", "B2"),
    ]
