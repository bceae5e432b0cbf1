"""What a lost row or an unreadable cell could flip is unreported; what it could not flip stays decided."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.world import World, expect

HAZARDS = "hazard_no | found_date | deadline_date | status | closed_date | responsible_name | invalid"
REGISTER = "school_code | school_type | township\nA | primary | East"
IN_TIME = "1 | 2026-10-01 | 2026-10-20 | closed | 2026-10-10 | x |"
LATE = "2 | 2026-10-01 | 2026-10-05 | open | | x |"


def ledgers(**months: tuple[str, ...]) -> World:
    """One school's ledgers; a month is written m2026_10, and 'lost' among its rows is one kept out."""
    world = World().register(REGISTER)
    for name, rows in months.items():
        told = [row for row in rows if row != "lost"]
        world.report(
            "A",
            name[1:].replace("_", "-"),
            lost={"hazards": len(rows) - len(told)},
            hazards="\n".join([HAZARDS, *told]) if told else "",
        )
    return world


@pytest.mark.parametrize(
    ("rows", "status", "reason"),
    [
        ((IN_TIME,), "met", ""),
        ((IN_TIME, "3 | 2026-10-01 | 2026-10-20 | closed | | x | closed_date"), "unreported", "rows_lost"),
        ((IN_TIME, "3 | 2026-10-01 | | open | | x | deadline_date"), "unreported", "rows_lost"),
        (("3 | 2026-10-01 | | open | | x | deadline_date",), "unreported", "rows_lost"),
        ((LATE, "3 | 2026-10-01 | | open | | x | deadline_date"), "unmet", ""),
        ((LATE, "lost"), "unreported", "rows_lost"),
        ((LATE, LATE.replace("2 |", "4 |", 1), "lost"), "unmet", ""),
    ],
)
def test_closing_on_time_beside_what_is_in_doubt(rows: tuple[str, ...], status: str, reason: str) -> None:
    """One lost row could mend one late hazard, not two; a doubtful one none."""
    measured = ledgers(m2026_10=rows).measure("xx-county", only="ledger_closure")
    expect(measured.assessments, "ledger_closure.on_time_rate", f"status | reason\n{status} | {reason}")


def test_a_row_lost_from_an_earlier_ledger_leaves_the_year_unknown() -> None:
    """It may have been closed late in that month and is on no later list."""
    measured = ledgers(m2026_09=(IN_TIME.replace("2026-10", "2026-09"), "lost"), m2026_10=(IN_TIME,)).measure(
        "xx-county", only="ledger_closure ledger_closure.b"
    )
    for indicator in ("ledger_closure.on_time_rate", "ledger_closure.b"):
        expect(measured.assessments, indicator, "status | reason\nunreported | rows_lost")


def test_a_first_deadline_that_cannot_be_read_is_not_replaced_by_a_later_one() -> None:
    """The one given first counts, whatever it was."""
    first = "1 | 2026-09-20 | | open | | x | deadline_date"
    world = ledgers(m2026_09=(first,), m2026_10=("1 | 2026-09-20 | 2026-10-20 | closed | 2026-10-10 | x |",))
    measured = world.measure("xx-county", only="ledger_closure")
    expect(measured.assessments, "ledger_closure.on_time_rate", "status | done | due\nunreported | 0 | 0")


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("2 | 2026-10-01 | | open | | x | deadline_date", "unreported"),
        ("2 | 2026-10-01 | | open | | x |", "unmet"),
        ("2 | 2026-10-01 | 2026-10-20 | closed | | | closed_date", "unreported"),
    ],
)
def test_every_hazard_assigned_beside_one_in_doubt(row: str, status: str) -> None:
    """An unreadable deadline is no missing one; a hazard of unknown closing may have been open."""
    answers = "item_id | answer | answer_date\nrisk_point_list | yes | 2026-10-05"
    world = World().register(REGISTER).report("A", "2026-10", checklist=answers, hazards=f"{HAZARDS}\n{IN_TIME}\n{row}")
    measured = world.measure("sunite-2022", only="risk_point_list", as_of="2027-09-01")
    expect(measured.assessments, "risk_point_list", f"status\n{status}")


CAMPUS = "campus_name | student_count | staff_count | boarder_count"
CAMPUSES = f"{CAMPUS}\nNorth | 300 | 0 | 0\nSouth | 300 | 0 | 0"
GUARDS = "campus_name | employment | company_name | age | invalid"
NORTH = "North | full_time | 平安保安公司 | 40 |"
SOUTH = "South | full_time | 平安保安公司 | 40 |"


@pytest.mark.parametrize(
    ("guard", "north", "south"),
    [
        (" | full_time | 平安保安公司 | 40 |", "unreported", "met"),
        ("West | full_time | 平安保安公司 | 40 |", "unreported", "met"),
        (" | full_time | 平安保安公司 | 40 | campus_name", "unreported", "met"),
        (" | part_time | 平安保安公司 | 40 | campus_name", "unmet", "met"),
        ("South | | 平安保安公司 | 40 | employment", "unmet", "met"),
        ("North | | 平安保安公司 | 40 | employment", "unreported", "met"),
        ("North | full_time | 自聘 | | age", "unmet", "met"),
        ("South | full_time | 平安保安公司 | | age", "unmet", "met"),
    ],
)
def test_a_campus_is_in_doubt_only_where_the_guard_could_be_one_more(guard: str, north: str, south: str) -> None:
    """By campus, employment and company; the age does not matter while those over it count."""
    guards = "\n".join([GUARDS, NORTH, SOUTH, SOUTH, guard])
    world = World().register(REGISTER).report("A", "2026-10", campuses=CAMPUSES, guards=guards)
    measured = world.measure("xx-county", only="guards_staffing")
    whole = "unmet" if "unmet" in (north, south) else "unreported" if "unreported" in (north, south) else "met"
    expect(measured.assessments, "guards_staffing", f"campus | status\n | {whole}\nNorth | {north}\nSouth | {south}")


@pytest.mark.parametrize(
    ("students", "lost", "status"),
    [(300, 1, "unmet"), (300, 2, "unreported"), (600, 2, "unmet"), (600, 4, "unreported")],
)
def test_guards_of_whom_every_row_was_lost_are_short_only_where_they_would_not_suffice(
    students: int, lost: int, status: str
) -> None:
    """Two are required below 500, four from there; each row that was kept out could be one guard, and no more."""
    profile = f"student_count | staff_count | boarder_count | campus_count\n{students} | 0 | 0 | 1"
    world = World().register(REGISTER).report("A", "2026-10", lost={"guards": lost}, profile=profile, guards="")
    measured = world.measure("xx-county", only="guards_staffing")
    expect(measured.assessments, "guards_staffing", f"status\n{status}\n{status}")


@pytest.mark.parametrize(
    ("count", "campuses", "status"),
    [
        ("2", {}, "unreported"),
        ("1", {}, "met"),
        ("", {"campuses": ""}, "met"),
        ("", {}, "unreported"),
        ("1", {"campuses": f"{CAMPUS} | invalid\nNorth | | 0 | 0 |"}, "met"),
        ("2", {"campuses": f"{CAMPUS} | invalid\nNorth | | 0 | 0 |"}, "unreported"),
        ("1", {"campuses": f"{CAMPUS} | invalid\nNorth | | 0 | 0 | student_count"}, "unreported"),
    ],
)
def test_a_school_of_one_campus_is_told_by_its_profile(count: str, campuses: dict[str, Any], status: str) -> None:
    """It says that it has one, or leaves the list of campuses blank; its one campus is the school."""
    world = World().register(REGISTER)
    profile = f"student_count | staff_count | boarder_count | campus_count\n300 | 0 | 0 | {count}"
    world.report("A", "2026-10", profile=profile, guards=f"{GUARDS}\n{NORTH}\n{NORTH}", **campuses)
    measured = world.measure("xx-county", only="guards_staffing")
    rows = [row for row in measured.assessments.to_pylist() if row["campus"] is None]
    assert {row["status"] for row in rows} == {status}


@pytest.mark.parametrize(
    ("start", "end", "invalid", "status"),
    [
        ("2026-01-01", "2026-12-31", "", "met"),
        ("", "", "", "pending"),
        ("2026-01-01", "", "insurance_end_date", "unreported"),
    ],
)
def test_an_unreadable_day_of_the_policy_is_not_made_good_by_the_checklist(
    start: str, end: str, invalid: str, status: str
) -> None:
    """The checklist speaks where no days are given."""
    profile = f"student_count | insurance_start_date | insurance_end_date | invalid\n9 | {start} | {end} | {invalid}"
    answers = "item_id | answer | answer_date\nliability_insurance | no |"
    world = World().register(REGISTER).report("A", "2026-10", profile=profile, checklist=answers)
    measured = world.measure("jinghong-2019", only="liability_insurance")
    expect(measured.assessments, "liability_insurance", f"status\n{status}")


def test_an_incident_whose_report_cannot_be_read_leaves_reporting_unknown() -> None:
    """It is not left aside as if there had been none."""
    incidents = (
        "incident_no | known_at | reported_education_at | invalid\n1 | 2026-10-05 08:00 | | reported_education_at"
    )
    world = World().register(REGISTER).report("A", "2026-10", incidents=incidents)
    measured = world.measure("sunite-2022", only="incident_reporting")
    expect(measured.assessments, "incident_reporting.on_time_rate", "status | reason\nunreported | rows_lost")


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("1 | 2026-10-05 08:00 | 2026-10-05 08:10 | ", "unreported"),
        ("1 | | 2026-10-05 08:10 | ", "unreported"),
        ("1 | 2026-10-04 08:00 | 2026-10-04 08:10 | ", "unmet"),
    ],
)
def test_a_report_of_an_unread_number_may_tell_of_an_incident_of_that_day(first: str, status: str) -> None:
    """Late by itself, on time as a follow-up; of another day it is another incident."""
    head = "incident_no | known_at | reported_education_at | invalid"
    incidents = f"{head}\n{first}\n | 2026-10-05 08:00 | 2026-10-05 12:00 | incident_no"
    world = World().register(REGISTER).report("A", "2026-10", incidents=incidents)
    measured = world.measure("sunite-2022", only="incident_reporting")
    expect(measured.assessments, "incident_reporting.on_time_rate", f"status\n{status}")


def test_one_lost_row_cannot_make_up_for_two() -> None:
    """What is out of reach is decided, whatever was lost."""
    head = "topic | category | held_date | audience"
    standard, provision = "xx-county", "safety_lectures"
    for lost, status in ((1, "unmet"), (2, "unreported")):
        world = World().register(REGISTER.replace("primary", "senior"))
        for month in ("2026-09", "2026-10", "2026-11", "2026-12"):
            world.report("A", month, trainings=f"{head}\n食品 | | {month}-05 | students")
        world.report("A", "2027-01", lost={"trainings": lost}, trainings=f"{head}\n食品 | | 2027-01-05 | students")
        measured = world.measure(standard, "2027-01", only=provision)
        expect(measured.assessments, provision, f"status\n{status}")


@pytest.mark.parametrize(
    ("day", "invalid", "value", "status"),
    [
        ("2026-10-30", "", "1", "final"),
        ("2026-10-30", "bodies", "", "no_data"),
        ("", "found_date bodies", "", "no_data"),
        ("2026-11-01", "bodies", "1", "final"),
        ("", "bodies", "1", "final"),
    ],
)
def test_an_unreadable_cell_of_a_row_that_cannot_count_leaves_no_doubt(
    day: str, invalid: str, value: str, status: str
) -> None:
    """A row of a day after the cut-off, or of none, is not counted, within a window that is still open too."""
    head = "found_date | school_code | category | location | bodies | invalid"
    sites = f"{head}\n2026-10-08 | A | stall | gate | 公安局 |\n{day} | A | bar | gate | | {invalid}"
    measured = (
        World()
        .register(REGISTER, month="2026-10", perimeter=sites)
        .measure("sunite-2022", only="perimeter_joint_action")
    )
    expect(measured.figures, "perimeter_joint_action.joint_actions", f"value | status\n{value} | {status}")


@pytest.mark.parametrize(("again", "status"), [("5 | 5", "met"), ("4 | 5", "unreported"), ("5 | ", "unreported")])
def test_numbers_of_an_item_given_twice_are_known_where_they_agree(again: str, status: str) -> None:
    """As answers to an item are."""
    counts = f"item_id | done_count | due_count\nweekly_checks | 5 | 5\nweekly_checks | {again}"
    measured = (
        World().register(REGISTER).report("A", "2026-10", counts=counts).measure("wujin-2020", only="weekly_checks")
    )
    expect(measured.assessments, "weekly_checks", f"status\n{status}")


@pytest.mark.parametrize(
    ("closed", "invalid", "figure"),
    [
        ("2026-10-01", "", "1 | 2 | 0.5"),
        ("2026-10-01", "responsible_name", "1 | 2 |"),
        ("2026-09-30", "responsible_name", "1 | 1 | 1"),
    ],
)
def test_a_hazard_whose_list_dates_its_closing_into_the_next_month_is_doubted_there(
    closed: str, invalid: str, figure: str
) -> None:
    """It was open in that month for certain; whether someone was responsible is not known."""
    head = "hazard_no | found_date | deadline_date | status | closed_date | responsible_name | measure | has_plan"
    ahead = f"{head} | invalid\n1 | 2026-09-01 | 2026-10-20 | closed | {closed} | | x | true | {invalid}"
    now = f"{head}\n2 | 2026-10-01 | 2026-10-20 | closed | 2026-10-10 | x | x | true"
    world = World().register(REGISTER).report("A", "2026-09", hazards=ahead).report("A", "2026-10", hazards=now)
    measured = world.measure("wujin-2020", only="hazard_four_elements")
    expect(measured.figures, "hazard_four_elements", f"numerator | denominator | upper\n{figure}", level="county")


@pytest.mark.parametrize(("between", "reopened"), [(("lost",), "0"), ((IN_TIME, "lost"), "0"), ((IN_TIME,), "1")])
def test_a_hazard_is_reopened_only_where_a_whole_ledger_left_it_out(between: tuple[str, ...], reopened: str) -> None:
    """A row that was kept out of the ledger between may be the hazard's own."""
    row = "9 | 2026-08-01 | 2026-12-01 | open | | x |"
    measured = ledgers(m2026_08=(row,), m2026_09=between, m2026_10=(row,)).measure("xx-county", only="ledger_closure")
    expect(measured.figures, "ledger_closure.reopened", f"value\n{reopened}", level="county")


@pytest.mark.parametrize(
    ("october", "received_at", "november", "status"),
    [
        ("closed_date", "2026-12-05", "nil", "exempt"),
        ("closed_date", "2026-12-05", None, "unreported"),
        ("closed_date", "2026-11-30", None, "exempt"),
        ("", "2026-12-05", None, "exempt"),
    ],
)
def test_an_unread_day_of_closing_may_lie_in_any_month_until_the_list_came(
    october: str, received_at: str, november: str | None, status: str
) -> None:
    """A major hazard may have been closed in December, unless November's ledger leaves it out."""
    head = "hazard_no | found_date | deadline_date | status | closed_date | level | invalid"
    closed = "" if october else "2026-10-20"
    row = f"1 | 2026-10-01 | 2026-10-20 | closed | {closed} | major | {october}"
    world = World().register(REGISTER).report("A", "2026-10", hazards=f"{head}\n{row}", received_at=received_at)
    if november is not None:
        world.report("A", "2026-11", hazards=november)
    world.report("A", "2026-12", hazards="nil")
    measured = world.measure("jinghong-2019", "2026-12", only="major_listed")
    expect(measured.assessments, "major_listed", f"status\n{status}")
