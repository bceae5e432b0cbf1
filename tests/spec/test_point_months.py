"""Point months: which month's submission speaks for a period, and that rate and list of schools agree."""

from __future__ import annotations

import pytest

from tests.spec.world import World, expect


@pytest.mark.parametrize(
    ("period", "as_of", "month"),
    [
        ("2026Q4", "2026-11-20", "2026-10"),
        ("2026Q4", "2026-11-30", "2026-11"),
        ("2026Q4", "2026-10-15", "2026-10"),
        ("2026-2027", "2026-11-20", "2026-10"),
        ("2026-2027", "2027-09-30", "2027-06"),
        ("2026-11", "2026-11-20", "2026-11"),
        ("2027-07", "2027-08-20", "2027-07"),
    ],
)
def test_the_last_due_month_that_has_ended_speaks(period: str, as_of: str, month: str) -> None:
    """A month's own period keeps its month; before any month has ended, the running one; July is due for nothing."""
    measured = World().register().measure("jinghong-2019", period, as_of, only="submission_rate")
    assert set(measured.schools["point_month"].to_pylist()) == {month}


def test_rate_and_schools_are_of_the_same_month() -> None:
    """In a running quarter, what came for October counts; a November file that is early does not replace it."""
    world = World().register(month="2026-10").report("A", "2026-10").report("B", "2026-11", received_at="2026-11-10")
    measured = world.measure("jinghong-2019", "2026Q4", "2026-11-20", only="submission_rate")
    expect(measured.figures, "submission_rate", "numerator | denominator\n1 | 3", level="county")
    submitted = {row["school_code"] for row in measured.schools.to_pylist() if row["submission_no"] is not None}
    assert submitted == {"A"}


def test_the_register_has_one_row_a_school_and_keeps_those_not_expected() -> None:
    """Of two rows the one that is valid; a school outside its dates is known, with no month to answer for."""
    world = World().register(
        """
        school_code | school_type | township | valid_from_date | valid_to_date
        A | primary | East | 2019-09-01 | 2026-08-31
        A | primary | West | 2026-09-01 |
        B | primary | East | 2019-09-01 | 2026-08-31
        C | teaching_point | East | |
        D | | East | |
        """
    )
    measured = world.measure("jinghong-2019", only="submission_rate")
    wanted = [("A", "West", True), ("B", "East", False), ("C", "East", False), ("D", "East", True)]
    rows = measured.schools.to_pylist()
    assert [(row["school_code"], row["township"], row["is_expected"]) for row in rows] == wanted
    assert [row["point_month"] for row in rows] == ["2026-10", None, None, "2026-10"]


@pytest.mark.parametrize(
    ("period", "as_of", "month"),
    [
        ("2026-2027-S2", "2027-09-20", "2027-08"),
        ("2026-2027", "2027-09-20", "2027-08"),
        ("2026-2027", "2027-08-30", "2027-07"),
        ("2026-2027-S1", "2027-03-20", "2027-01"),
        ("2027Q1", "2027-03-10", "2027-02"),
        ("2026Q4", "2026-11-20", "2026-10"),
        ("2026Q4", "2026-10-15", "2026-10"),
        ("2027-07", "2027-07-10", "2027-07"),
    ],
)
def test_the_bureau_speaks_in_the_holidays_too(period: str, as_of: str, month: str) -> None:
    """Its last month that has ended, due for schools or not; so do its townships and bodies."""
    world = World().register()
    world.measure("jinghong-2019", period, as_of, only="submission_rate")
    said = "SELECT point_month FROM fact_bureau UNION ALL SELECT point_month FROM fact_township"
    assert {row[0] for row in world.connection.execute(said).fetchall()} == {month}


@pytest.mark.parametrize("period", ["2026-2027-S2", "2026-2027"])
def test_what_the_bureau_counts_in_the_summer_stands_in_the_report_that_ends_there(period: str) -> None:
    """Sites of August, visits of July and August, and the state of 31 August; June's answer is not asked."""
    sites = "found_date | school_code | category | location | cleared_date"
    visits = "held_date | school_code | level | item_id | item_name | result"
    state = "body | item_id | done_count\nx | training_bodies_found | 9"
    world = World().register(month="2026-09")
    world.bureau("2027-06", perimeter=f"{sites}\n2027-06-03 | A | stall | gate |", body_counts=state)
    world.bureau("2027-07", inspections=f"{visits}\n2027-07-09 | A | spot | closed_campus | x | yes")
    told = f"{sites}\n2027-08-02 | A | bar | gate | 2027-08-20\n2027-08-03 | B | bar | gate |"
    seen = (
        f"{visits}\n2027-08-11 | A | spot | closed_campus | x | yes\n2027-08-11 | B | superior | closed_campus | x | no"
    )
    world.bureau("2027-08", perimeter=told, inspections=seen)
    measured = world.measure(
        "jinghong-2019", period, "2027-09-20", only="safety_zone three_level_checks training_bodies"
    )
    rows = [row for row in measured.figures.to_pylist() if row["unit_level"] == "county"]
    values = {row["indicator"]: row["value"] for row in rows if row["status"] == "final"}
    assert values == {
        "safety_zone.found": 2.0,
        "safety_zone.cleared": 1.0,
        "safety_zone.open": 2.0,
        "three_level_checks.spot": 2.0,
        "three_level_checks.government": 0.0,
        "three_level_checks.superior": 1.0,
    }


def test_in_the_middle_of_a_quarter_the_bureau_speaks_of_the_months_that_have_ended() -> None:
    """October's visits stand; what is counted by the running month is not reported yet."""
    sites = "found_date | school_code | category | location | cleared_date\n2026-10-09 | A | stall | gate |"
    visits = "held_date | school_code | level | item_id | result\n2026-10-08 | A | spot | closed_campus | yes"
    world = World().register(month="2026-10", perimeter=sites, inspections=visits)
    measured = world.measure("jinghong-2019", "2026Q4", "2026-11-20", only="safety_zone three_level_checks")
    expect(measured.figures, "three_level_checks.spot", "value | status\n1 | final")
    expect(measured.figures, "safety_zone.found", "value | status\n | no_data")
    expect(measured.figures, "safety_zone.open", "value | status\n1 | final")
