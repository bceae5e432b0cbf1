"""A month is judged by its first accepted file against its deadline, for the schools that its own register expects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.commands.summary import entered_late
from pipelines.errors import UsageError
from pipelines.metadata.calendars import Calendar, load_calendar
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.report.timeliness import Timeliness, counts, repeated_from, stated_count, timeliness
from pipelines.settings import Settings
from pipelines.store.home import Home
from tests.spec.world import World

STANDARD = load_standard("jinghong-2019")
CALENDAR = load_calendar(STANDARD.calendar)
TWO = """
school_code | school_name | school_type | township
A           | School A    | primary     | East
B           | School B    | primary     | West
"""


def judged(world: World, period: str, as_of: str, calendar: Calendar = CALENDAR) -> Timeliness:
    moment = datetime.fromisoformat(as_of)
    return timeliness(world.connection, STANDARD, calendar, parse_period(period), moment)


def states(found: Timeliness) -> set[tuple[str, str, str]]:
    return {(row.school_code, row.month, row.state) for row in found.rows}


def state_of(world: World, as_of: str = "2026-12-31") -> tuple[str, int]:
    """State and days late of school A in October, of which the deadline is Thursday, 5 November."""
    found = judged(world, "2026-10", as_of).latest
    return next((row.state, row.late_days) for row in found if row.school_code == "A")


@pytest.mark.parametrize(
    ("received_at", "expected"),
    [
        ("2026-10-28 09:00:00", ("on_time", 0)),
        ("2026-11-05 23:59:59", ("on_time", 0)),
        ("2026-11-06 00:00:00", ("late", 1)),
        ("2026-11-16 11:20:00", ("late", 11)),
    ],
)
def test_the_deadlines_day_is_on_time_to_its_end(received_at: str, expected: tuple[str, int]) -> None:
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at=received_at)
    assert state_of(world) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2026-11-05T23:59:59", ("awaited", 0)), ("2026-11-06T00:00:01", ("missing", 1)), ("2026-11-22", ("missing", 17))],
)
def test_a_school_is_awaited_until_the_deadline_is_over_and_missing_after(
    as_of: str, expected: tuple[str, int]
) -> None:
    assert state_of(World().register(TWO, "2026-10"), as_of) == expected


def test_what_came_after_the_moment_is_not_seen() -> None:
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at="2026-11-09")
    assert state_of(world, "2026-11-08") == ("missing", 3)
    assert state_of(world, "2026-11-09T12:00") == ("late", 4)


def test_a_month_replaced_after_the_deadline_stays_on_time_and_the_last_file_counts() -> None:
    world = World().register(TWO, "2026-10")
    world.report("A", "2026-10", received_at="2026-11-02").report("A", "2026-10", received_at="2026-11-20")
    row = next(row for row in judged(world, "2026-10", "2026-12-01").latest if row.school_code == "A")
    assert (row.state, row.received_at, row.submission_no) == ("on_time", datetime(2026, 11, 2), 3)


def test_the_day_that_the_bureau_states_counts_from_the_moment_of_the_statement_on() -> None:
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at="2026-11-12 09:00:00")
    world.state_day(2, "2026-11-04", "2026-11-13 10:00:00")
    assert state_of(world, "2026-11-12T12:00") == ("late", 7)
    assert state_of(world, "2026-11-13T12:00") == ("on_time", 0)
    row = next(row for row in judged(world, "2026-10", "2026-12-01").latest if row.school_code == "A")
    assert (row.received_at, row.received_on) == (datetime(2026, 11, 12, 9), date(2026, 11, 4))


def test_the_last_statement_counts_and_a_late_day_stays_late() -> None:
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at="2026-11-12")
    world.state_day(2, "2026-11-04", "2026-11-13").state_day(2, "2026-11-09", "2026-11-14")
    assert state_of(world, "2026-11-13T12:00") == ("on_time", 0)
    assert state_of(world, "2026-11-15") == ("late", 4)


def test_of_several_files_the_one_that_came_first_decides_whenever_they_were_entered() -> None:
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at="2026-11-08")
    world.report("A", "2026-10", received_at="2026-11-12").state_day(3, "2026-11-03", "2026-11-13")
    found = judged(world, "2026-10", "2026-12-01")
    row = next(row for row in found.latest if row.school_code == "A")
    assert (row.state, row.received_on, row.submission_no) == ("on_time", date(2026, 11, 3), 3)
    assert stated_count(found.latest) == 1


@pytest.mark.parametrize(
    ("received", "stated", "is_warned"),
    [
        (("2026-11-12 09:00:00", "2026-11-12 17:00:00"), False, True),
        (("2026-11-12 09:00:00", "2026-11-13 09:00:00"), False, False),
        (("2026-11-04 09:00:00", "2026-11-04 09:00:00"), False, False),
        (("2026-11-12 09:00:00", "2026-11-12 09:00:00"), True, False),
        (("2026-11-12 09:00:00",), False, False),
    ],
)
def test_a_run_warns_where_all_were_entered_on_one_day_after_the_deadline(
    tmp_path: Path, received: tuple[str, ...], stated: bool, is_warned: bool
) -> None:
    world = World().register(TWO, "2026-10")
    for school, moment in zip("AB", received, strict=False):
        world.report(school, "2026-10", received_at=moment)
    if stated:
        world.state_day(2, "2026-11-10", "2026-11-13")
    rows = judged(world, "2026-10", "2026-12-01").latest
    settings = Settings(Home(tmp_path), STANDARD.id, parse_period("2026-10"), None)
    said = "".join(entered_late(settings, rows))
    assert ("--received-on" in said and "2026-11-12" in said) == is_warned == bool(said)


def test_a_refused_file_is_none_and_is_named() -> None:
    world = World().register(TWO, "2026-10")
    world.report("A", "2026-10", status="rejected", received_at="2026-11-02")
    world.report("A", "2026-10", status="rejected", received_at="2026-11-03")
    row = next(row for row in judged(world, "2026-10", "2026-12-01").latest if row.school_code == "A")
    assert (row.state, row.received_at, row.submission_no, row.refused_no) == ("missing", None, None, 3)


def test_a_file_refused_before_the_accepted_one_is_forgotten_one_after_it_is_told() -> None:
    world = World().register(TWO, "2026-10")
    world.report("A", "2026-10", status="rejected", received_at="2026-11-02")
    world.report("A", "2026-10", received_at="2026-11-03")
    world.report("B", "2026-10", received_at="2026-11-03")
    world.report("B", "2026-10", status="rejected", received_at="2026-11-04")
    rows = judged(world, "2026-10", "2026-12-01").latest
    assert [(row.state, row.submission_no, row.refused_no) for row in rows] == [("on_time", 3, None), ("on_time", 4, 5)]


def test_a_deadline_in_the_national_holidays_moves_to_the_day_after_them() -> None:
    """5 October 2026 lies in the holidays of 1 to 7 October."""
    world = World().register(TWO, "2026-09")
    world.report("A", "2026-09", received_at="2026-10-08 17:00:00").report("B", "2026-09", received_at="2026-10-09")
    found = judged(world, "2026-09", "2026-12-01")
    assert {row.deadline for row in found.latest} == {date(2026, 10, 8)}
    assert states(found) == {("A", "2026-09", "on_time"), ("B", "2026-09", "late")}


def test_a_month_with_a_deadline_of_its_own_is_held_to_that() -> None:
    calendar = replace(CALENDAR, deadlines={"2026-10": date(2026, 11, 20)})
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at="2026-11-16")
    assert ("A", "2026-10", "on_time") in states(judged(world, "2026-10", "2026-12-01", calendar))


def test_months_before_the_first_are_nobodys_fault() -> None:
    world = World().register(TWO, "2026-09").report("A", "2026-11", received_at="2026-12-01")
    calendar = replace(CALENDAR, first_month="2026-11")
    assert states(judged(world, "2026-11", "2026-12-31", calendar)) == {
        ("A", "2026-11", "on_time"),
        ("B", "2026-11", "missing"),
    }
    assert judged(world, "2026-10", "2026-12-31", calendar) == Timeliness(months=(), school_year=())


def test_a_month_without_a_register_does_not_count_and_is_named() -> None:
    world = World().register(TWO, "2026-10").report("A", "2026-10", received_at="2026-11-01")
    found = judged(world, "2026-10", "2026-12-31")
    assert (found.unregistered, found.school_year) == (("2026-09",), ("2026-09", "2026-10"))
    assert states(found) == {("A", "2026-10", "on_time"), ("B", "2026-10", "missing")}


def test_a_month_out_of_term_is_not_due() -> None:
    world = World().register(TWO, "2026-09")
    found = judged(world, "2027-08", "2027-10-01")
    assert (found.latest, found.last_month) == ((), "")
    assert "2027-08" not in {row.month for row in found.rows}


def test_each_month_is_held_against_its_own_register() -> None:
    """B is listed from November on; the register that October knew had no B."""
    world = World().register("school_code | school_type | township\nA | primary | East", "2026-10")
    world.register("school_code | school_type | township\nA | primary | East\nB | primary | East", "2026-11")
    found = judged(world, "2026-11", "2026-12-31")
    assert {(code, month) for code, month, _ in states(found)} == {("A", "2026-10"), ("A", "2026-11"), ("B", "2026-11")}


def changed(reason: str) -> str:
    """A ended on the last of October for that reason and C stands for it."""
    return f"""school_code | school_type | township | valid_from_date | valid_to_date | change_reason | successor_code
A | primary | East | 2019-09-01 | 2026-10-31 | {reason} | C
C | nine_year | East | 2026-11-01 | | |"""


def test_a_school_carries_its_history_into_its_new_code() -> None:
    world = World().register(changed("标识码变更"), "2026-09")
    world.report("A", "2026-10", received_at="2026-11-09").report("C", "2026-11", received_at="2026-12-01")
    found = judged(world, "2026-11", "2026-12-31")
    expected = {("C", "2026-09", "missing"), ("C", "2026-10", "late"), ("C", "2026-11", "on_time")}
    assert states(found) == expected
    assert found.times_overdue == {"C": 2}
    assert (found.of_school("C", "late"), found.of_school("C", "missing")) == (("2026-10",), ("2026-09",))


def test_two_changes_of_code_in_a_year_are_one_school() -> None:
    table = """school_code | school_type | township | valid_from_date | valid_to_date | change_reason | successor_code
A | primary | East | 2019-09-01 | 2026-09-30 | 换码 | C
C | primary | East | 2026-10-01 | 2026-10-31 | 换码 | D
D | primary | East | 2026-11-01 | | |"""
    world = World().register(table, "2026-09").report("A", "2026-09", received_at="2026-10-01")
    found = judged(world, "2026-11", "2026-12-31")
    assert states(found) == {("D", "2026-09", "on_time"), ("D", "2026-10", "missing"), ("D", "2026-11", "missing")}


def test_a_month_sent_under_the_old_code_is_that_of_the_new_one() -> None:
    world = World().register(changed("换码"), "2026-09").report("A", "2026-11", received_at="2026-12-02")
    assert ("C", "2026-11", "on_time") in states(judged(world, "2026-11", "2026-12-31"))


def test_a_merged_school_leaves_its_history_behind() -> None:
    world = World().register(changed("合并"), "2026-09")
    found = judged(world, "2026-11", "2026-12-31")
    assert states(found) == {("A", "2026-09", "missing"), ("A", "2026-10", "missing"), ("C", "2026-11", "missing")}
    assert [row.school_code for row in found.latest] == ["C"]


def test_repeated_offenders_are_those_of_the_school_year_who_still_report() -> None:
    world = World().register(f"{TWO}M | Merged | primary | East", "2025-09").register(TWO, "2026-12")
    for month in ("2026-09", "2026-10", "2026-11", "2026-12"):
        world.report("B", month, received_at=f"{parse_period(month).end}")
    world.report("A", "2026-10", received_at="2026-11-30").report("A", "2026-12", received_at="2027-01-20")
    found = judged(world, "2026-12", "2027-01-31")
    assert repeated_from() == 3
    assert [(row.school_code, found.times_overdue[row.school_code]) for row in found.repeated] == [("A", 4)]
    assert found.times_overdue["M"] == 3
    assert counts(found.latest) == {"on_time": 1, "late": 1, "missing": 0, "awaited": 0}


def test_a_period_of_several_months_counts_each_of_them() -> None:
    world = World().register(TWO, "2026-09").report("A", "2026-10", received_at="2026-11-01")
    found = judged(world, "2026Q4", "2026-12-01")
    assert found.months == ("2026-10", "2026-11", "2026-12")
    assert counts(found.of_period) == {"on_time": 1, "late": 0, "missing": 1, "awaited": 4}
    assert found.last_month == "2026-12"


def test_a_period_that_has_not_begun_is_refused() -> None:
    with pytest.raises(UsageError, match="2026-12"):
        judged(World().register(TWO, "2026-10"), "2026-12", "2026-11-05")
