"""A sheet of a month that is owed is not there: what could have been told on it leaves shares and numbers open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.world import World, expect

REGISTER = "school_code | school_type | township\nA | senior | East"
SESSIONS = "topic | held_date | class_hours"
LONG = f"{SESSIONS}\n国家安全 | 2026-11-05 | 2"
HAZARDS = "hazard_no | found_date | deadline_date | status | closed_date"
IN_TIME = f"{HAZARDS}\n1 | 2026-10-01 | 2026-10-20 | closed | 2026-10-10"
LATE = f"{HAZARDS}\n1 | 2026-10-01 | 2026-10-05 | closed | 2026-10-10"


def world_of(sheet: str, **months: str | None) -> World:
    """One school whose workbooks hold one sheet; None: a workbook without it. Written m2026_10."""
    world = World().register(REGISTER)
    for name, table in months.items():
        sheets: dict[str, Any] = {} if table is None else {sheet: table}
        world.report("A", name[1:].replace("_", "-"), **sheets)
    return world


@pytest.mark.parametrize(
    ("september", "november", "status", "reason"),
    [
        ("nil", LONG, "met", ""),
        (None, LONG, "unreported", "month_missing"),
        ("nil", None, "pending", ""),
        (f"{SESSIONS}\n国家安全 | 2026-09-05 | 2", None, "unreported", "blank"),
        (f"{SESSIONS}\n国家安全 | 2026-09-05 | 1", LONG, "pending", ""),
    ],
)
def test_what_every_session_meets_needs_every_month(
    september: str | None, november: str | None, status: str, reason: str
) -> None:
    """A session of the month that is missing may be too short."""
    world = world_of("trainings", m2026_09=september, m2026_10="nil", m2026_11=november)
    measured = world.measure("sunite-2022", "2026-11", only="national_security_topic")
    expect(measured.assessments, "national_security_topic", f"status | reason\n{status} | {reason}")


@pytest.mark.parametrize(
    ("september", "told", "figure"),
    [("nil", "reported | | 1", "1 | 0 | final"), (None, "unreported | month_missing | 1", "1 | 1 | final")],
)
def test_a_number_so_far_is_no_whole_number(september: str | None, told: str, figure: str) -> None:
    """It stands in the sum of the county, and the school is unreported beside it."""
    world = world_of("trainings", m2026_09=september, m2026_10="topic | held_date\n禁毒 | 2026-10-08")
    measured = world.measure("anqing-2018", only="extra_topics")
    expect(measured.assessments, "extra_topics.drugs", f"status | reason | done\n{told}")
    expect(measured.figures, "extra_topics.drugs", f"value | unreported | status\n{figure}", level="county")


@pytest.mark.parametrize(
    ("september", "october", "status", "reason"),
    [
        ("nil", IN_TIME, "met", ""),
        ("nil", LATE, "unmet", ""),
        ("nil", "nil", "exempt", ""),
        (None, IN_TIME, "unreported", "month_missing"),
        (None, LATE, "unreported", "month_missing"),
        (None, "nil", "unreported", "month_missing"),
    ],
)
def test_closing_on_time_needs_the_ledger_of_every_month(
    september: str | None, october: str, status: str, reason: str
) -> None:
    """Since the first month of which a workbook came; a hazard may have come and gone in between, or had a deadline."""
    world = world_of("hazards", m2026_09=september, m2026_10=october)
    measured = world.measure("xx-county", only="ledger_closure")
    expect(measured.assessments, "ledger_closure.on_time_rate", f"status | reason\n{status} | {reason}")


@pytest.mark.parametrize(("sheet", "figure"), [("checklist", "2 | 2 | 1 | 1"), ("drills", "1 | 1 | 1 |")])
def test_what_a_missing_checklist_would_answer_leaves_the_agreement_without_bounds(sheet: str, figure: str) -> None:
    """Two visits were made; without B's checklist one of them is compared with nothing."""
    register = "school_code | school_type | township\nA | senior | East\nB | senior | East"
    visits = "school_code | held_date | level | item_id | result"
    rows = "\n".join(f"{code} | 2026-10-08 | spot | pickup_bay | yes" for code in "AB")
    answers = "item_id | answer | answer_date\npickup_bay | yes | 2026-10-05"
    sheets: dict[str, Any] = {sheet: answers if sheet == "checklist" else "nil"}
    world = World().register(register).bureau("2026-10", inspections=f"{visits}\n{rows}")
    world.report("A", "2026-10", checklist=answers).report("B", "2026-10", **sheets)
    measured = world.measure("jinghong-2019", only="three_level_checks")
    told = f"numerator | denominator | value | lower\n{figure}"
    expect(measured.figures, "three_level_checks.agreement", told, level="county")
