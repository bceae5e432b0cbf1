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
