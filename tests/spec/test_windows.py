"""Windows: where each kind begins and ends, what a month out of term owes, and who owes what of a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import Standard
from pipelines.store.home import Home
from tests.spec.world import World, expect, made_up_standard
from tests.unit.own_calendar import write_calendar

_ONE = "school_code | school_type | township\nA | primary | East"
_STATUS = "unit_code | status | reason"


def drilled(folder: Path, window: str, calendar: str = "yunnan") -> Standard:
    """A standard of one rule: a drill in the window."""
    standard = made_up_standard(
        folder,
        f"""
  - id: drilled
    name_zh: x
    name_en: Drilled
    clause: x
    population: all
    kind: rule
    window: {window}
    scored: yes
    aggregates:
      held: {{of: drill, count: 'true'}}
    actual: held
    required: 1
""",
    )
    return replace(standard, calendar=calendar)


def sheet(day: str) -> str:
    """A drill sheet of one drill."""
    return f"held_date | drill_name\n{day} | fire"


@pytest.mark.parametrize(
    ("window", "period", "start", "end", "status"),
    [
        ("point", "2026-12", "2026-12-31", "2026-12-31", "unmet"),
        ("due", "2026-12", "2026-12-31", "2026-12-31", "unmet"),
        ("event", "2026Q4", "2026-10-01", "2026-12-31", "unmet"),
        ("event", "2026-12", "2026-12-01", "2026-12-31", "unmet"),
        ("week", "2026-12", "2026-12-01", "2026-12-31", "unmet"),
        ("month", "2026-12", "2026-12-01", "2026-12-31", "unmet"),
        ("quarter", "2026-12", "2026-10-01", "2026-12-31", "unmet"),
        ("quarter", "2026-11", "2026-10-01", "2026-12-31", "pending"),
        ("semester", "2026-12", "2026-09-01", "2027-01-22", "pending"),
        ("school_year", "2026-12", "2026-09-01", "2027-08-31", "pending"),
        ("calendar_year", "2026-12", "2026-01-01", "2026-12-31", "unmet"),
        ("calendar_year", "2026-11", "2026-01-01", "2026-12-31", "pending"),
    ],
)
def test_where_a_window_begins_and_ends(
    tmp_path: Path, window: str, period: str, start: str, end: str, status: str
) -> None:
    """Every due month reported without a drill: unmet once the window has ended, pending until then."""
    world = World().register(_ONE)
    for month in (
        *(f"2026-{number:02d}" for number in range(1, 7)),
        *(f"2026-{number:02d}" for number in range(9, 13)),
    ):
        world.report("A", month, drills="nil")
    world.report("A", "2026-07", drills="nil")
    expect(
        world.measure(drilled(tmp_path, window), period).assessments,
        "drilled",
        f"status | window_start | window_end\n{status} | {start} | {end}",
    )


@pytest.mark.parametrize(
    ("month", "calendar", "status"),
    [("2025-02", "anhui", "unmet"), ("2028-01", "anhui", "exempt"), ("2025-07", "yunnan", "exempt")],
)
def test_a_month_is_due_from_ten_teaching_days_on(tmp_path: Path, month: str, calendar: str, status: str) -> None:
    """February 2025 has ten of them in Anhui, January 2028 nine; a drill held all the same does not count."""
    world = World().register(_ONE, month="2025-01").report("A", month, drills="nil")
    measured = world.measure(drilled(tmp_path, "month", calendar), month)
    expect(measured.assessments, "drilled", f"{_STATUS}\nA | {status} |")


def test_a_quarter_is_due_when_any_of_its_months_is(tmp_path: Path) -> None:
    """The third has September; of its months only that one can be missing."""
    world = World().register("school_code | school_type | township\nA | primary | E\nB | primary | E")
    world.report("A", "2026-09", drills="nil")
    expect(
        world.measure(drilled(tmp_path, "quarter", "anhui"), "2026-09").assessments,
        "drilled",
        f"{_STATUS}\nA | unmet |\nB | unreported | no_submission",
    )


@pytest.mark.parametrize(("day", "status"), [("2028-02-29", "met"), ("2028-03-01", "unmet")])
def test_leap_day_is_the_last_of_its_month(tmp_path: Path, day: str, status: str) -> None:
    """A drill on 29 February counts in February."""
    world = World().register(_ONE).report("A", "2028-02", drills=sheet(day))
    expect(
        world.measure(drilled(tmp_path, "month"), "2028-02").assessments,
        "drilled",
        f"status | window_end\n{status} | 2028-02-29",
    )


def test_what_is_met_stays_met_without_a_month_and_the_rest_is_unreported(tmp_path: Path) -> None:
    """October is missing inside the quarter: who drilled in November has met, who did not may have in October."""
    world = World().register("school_code | school_type | township\nA | primary | E\nB | primary | E")
    world.report("A", "2026-11", drills=sheet("2026-11-30")).report("B", "2026-11", drills="nil")
    for code in "AB":
        world.report(code, "2026-12", drills="nil")
    expect(
        world.measure(drilled(tmp_path, "quarter"), "2026-12").assessments,
        "drilled",
        f"{_STATUS}\nA | met |\nB | unreported | month_missing",
    )


@pytest.mark.parametrize(("answer", "status", "reason"), [("no", "unmet", ""), ("yes", "unreported", "month_missing")])
def test_an_item_answered_no_decides_whatever_a_missing_month_would_have_said(
    answer: str, status: str, reason: str
) -> None:
    """Guards assessed and a drill against terror in the year: without the one the other decides nothing."""
    checklist = f"item_id | answer | answer_date\nguard_assessment | {answer} | 2026-12-05"
    world = World().register(_ONE).report("A", "2026-12", checklist=checklist, drills="nil")
    measured = world.measure("wujin-2020", "2026-12", only="guard_assessed_drill")
    expect(measured.assessments, "guard_assessed_drill", f"{_STATUS}\nA | {status} | {reason}")


def test_a_month_before_the_first_is_nobody_s_fault(tmp_path: Path) -> None:
    """The quarter is as unknown as before, for another reason; a month missing since then is the school's own."""
    world = World().register(
        "school_code | school_type | township\nA | primary | E\nB | primary | E\nC | primary | E\nD | primary | E"
    )
    for code in "ABC":
        world.report(code, "2026-12", drills=sheet("2026-12-10") if code == "C" else "nil")
    for code in "AD":
        world.report(code, "2026-11", drills="nil")
    write_calendar(Home(tmp_path), first_month="2026-11")
    standard = drilled(tmp_path, "quarter")
    measured = world.measure(standard, "2026-12", calendar=calendar_for(standard, tmp_path))
    expect(
        measured.assessments,
        "drilled",
        f"""{_STATUS}
        A | unreported | before_first_month
        B | unreported | month_missing
        C | met |
        D | unreported | no_submission""",
    )


def test_a_school_opened_on_the_last_day_of_a_month_owes_that_month(tmp_path: Path) -> None:
    """From its first day; the months before are not its own."""
    world = World().register(
        """
        school_code | school_type | township | valid_from_date
        A | primary | E | 2026-10-31
        B | primary | E | 2026-11-01
        """
    )
    for code in "AB":
        world.report(code, "2026-11", drills="nil").report(code, "2026-12", drills="nil")
    expect(
        world.measure(drilled(tmp_path, "quarter"), "2026-12").assessments,
        "drilled",
        f"{_STATUS}\nA | unreported | month_missing\nB | unmet |",
    )


MERGED = """
school_code | school_type | township | valid_from_date | valid_to_date | successor_code
A | primary | East | 2019-09-01 | 2026-11-15 | C
B | primary | East | 2019-09-01 | 2026-11-15 | C
C | nine_year | East | 2026-11-16 | |
"""


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-10", "A | met |\nB | unmet |"),
        ("2026-11", "C | pending |"),
        ("2026-12", "C | unmet |"),
    ],
)
def test_schools_merged_in_mid_quarter(tmp_path: Path, period: str, expected: str) -> None:
    """October stays theirs. From the day of the merger the successor owes, by its own facts and from then on."""
    window = "month" if period == "2026-10" else "quarter"
    world = World().register(MERGED, month="2026-10")
    world.report("A", "2026-10", drills=sheet("2026-10-20")).report("B", "2026-10", drills="nil")
    world.report("C", "2026-11", drills="nil").report("C", "2026-12", drills="nil")
    measured = world.measure(drilled(tmp_path, window), period)
    expect(measured.assessments, "drilled", f"{_STATUS}\n{expected}")


def test_on_the_last_day_before_a_merger_the_old_schools_are_expected(tmp_path: Path) -> None:
    """As of 15 November; on the 16th only the successor is."""
    world = World().register(MERGED, month="2026-10")
    for as_of, codes in (("2026-11-15T18:00", ["A", "B"]), ("2026-11-16T08:00", ["C"])):
        measured = world.measure(drilled(tmp_path, "quarter"), "2026-11", as_of)
        found = [row["unit_code"] for row in measured.assessments.to_pylist()]
        assert found == codes


def test_every_teaching_week_of_a_month(tmp_path: Path) -> None:
    """Monday to Sunday within the month: the make-up Sunday of the 20th is the only lesson of its week."""
    standard = made_up_standard(
        tmp_path,
        """
  - id: weekly
    name_zh: x
    name_en: Weekly
    clause: x
    population: all
    kind: rule
    window: week
    scored: yes
    aggregates:
      weeks: {of: training, distinct: week_start_date, where: is_teaching_week}
    actual: weeks
    required: teaching_week_count
""",
    )
    world = World().register("school_code | school_type | township\nA | primary | E\nB | primary | E")
    days = ("2026-09-01", "2026-09-07", "2026-09-20", "2026-09-21", "2026-09-30")
    for code, missed in (("A", ""), ("B", "2026-09-20")):
        held = [f"{day} | x" for day in days if day != missed]
        world.report(code, "2026-09", trainings="\n".join(["held_date | topic", *held]))
    expect(
        world.measure(standard, "2026-09").assessments,
        "weekly",
        "unit_code | status | actual | required\nA | met | 5 | 5\nB | unmet | 4 | 5",
    )
