"""Durations: lives of hazards over several ledgers, incident reports to two recipients."""

from __future__ import annotations

from pipelines.measure.measuring import Measured
from tests.spec.world import World, expect

_HEAD = "hazard_no | found_date | deadline_date | status | closed_date | invalid"


def ledger(*rows: str) -> str:
    """A hazard sheet."""
    return "\n".join([_HEAD, *rows])


def one_school() -> World:
    """A county of one school."""
    return World().register("school_code | school_type | township\nA | primary | E")


def closure(world: World, period: str = "2026-10") -> Measured:
    """hazard_closure alone."""
    return world.measure("jinghong-2019", period, only="hazard_closure")


def statistics(measured: Measured) -> dict[str, object]:
    """Value of each statistic for the whole county."""
    return {
        row["indicator"].partition(".")[2]: row["value"]
        for row in measured.figures.to_pylist()
        if row["unit_level"] == "county"
    }


def test_states_and_times_on_the_cut_off_day() -> None:
    """Same-day closing takes 0 days; a closing date after the cut-off is still open; due on the day is not overdue."""
    world = one_school().report(
        "A",
        "2026-10",
        hazards=ledger(
            "1 | 2026-10-09 | 2026-10-30 | closed | 2026-10-09 |",
            "2 | 2026-10-01 | 2026-10-20 | closed | 2026-10-21 |",
            "3 | 2026-09-20 | 2026-10-25 | closed | 2026-11-02 |",
            "4 | 2026-10-11 | 2026-10-31 | open | |",
            "5 | 2026-10-11 | | open | |",
            "6 | 2026-10-08 | 2026-10-20 | closed | | closed_date",
            "7 | 2026-11-01 | 2026-11-20 | open | |",
        ),
    )
    measured = closure(world)
    expect(
        measured.cases,
        "hazard_closure",
        """
        case_no | start | end | observed_until | deadline | status
        1 | 2026-10-09 | 2026-10-09 | 2026-10-31 | 2026-10-30 | closed
        2 | 2026-10-01 | 2026-10-21 | 2026-10-31 | 2026-10-20 | closed
        3 | 2026-09-20 | | 2026-10-31 | 2026-10-25 | overdue
        4 | 2026-10-11 | | 2026-10-31 | 2026-10-31 | open
        5 | 2026-10-11 | | 2026-10-31 | | open
        6 | 2026-10-08 | | 2026-10-31 | 2026-10-20 | in_doubt
        """,
    )
    assert statistics(measured) == {
        "median_days": None,
        "p90_days": None,
        "on_time_rate": 0.25,
        "open": 3.0,
        "overdue": 1.0,
        "vanished": 0.0,
        "reopened": 0.0,
        "in_doubt": 1.0,
        "extended": 0.0,
    }


def test_first_deadline_stands_and_a_moved_one_is_extended() -> None:
    """Closing by the moved deadline is late."""
    world = one_school()
    world.report("A", "2026-09", hazards=ledger("1 | 2026-09-01 | 2026-09-20 | open | |"))
    world.report("A", "2026-10", hazards=ledger("1 | 2026-09-01 | 2026-10-20 | closed | 2026-10-10 |"))
    measured = closure(world)
    expect(measured.cases, "hazard_closure", "deadline | end | status\n2026-09-20 | 2026-10-10 | closed")
    found = statistics(measured)
    assert (found["extended"], found["on_time_rate"], found["median_days"]) == (1.0, 0.0, 39.0)


def test_one_that_leaves_the_list_has_vanished_and_is_watched_no_longer() -> None:
    """It is censored at the last ledger that listed it, and is not counted as open."""
    world = one_school()
    world.report("A", "2026-09", hazards=ledger("1 | 2026-09-01 | 2026-09-20 | open | |"))
    world.report("A", "2026-10", hazards="nil")
    measured = closure(world)
    expect(measured.cases, "hazard_closure", "observed_until | status\n2026-09-30 | vanished")
    found = statistics(measured)
    assert (found["vanished"], found["open"], found["on_time_rate"]) == (1.0, 0.0, 0.0)


def test_a_missing_ledger_makes_nothing_vanish() -> None:
    """The school sent nothing in October: the hazard is open as last seen, watched until the end of September."""
    world = one_school()
    world.report("A", "2026-09", hazards=ledger("1 | 2026-09-01 | 2026-09-20 | open | |"))
    measured = closure(world)
    expect(measured.cases, "hazard_closure", "observed_until | status\n2026-09-30 | overdue")
    expect(
        measured.assessments,
        "hazard_closure.on_time_rate",
        "status | reason | done | due\nunreported | no_submission | 0 | 1",
    )


def test_one_that_comes_back_is_reopened() -> None:
    """From closed, or from having vanished; listing the same closing again is neither."""
    world = one_school()
    closed = "closed | 2026-08-20 |"
    world.report(
        "A",
        "2026-08",
        hazards=ledger(f"1 | 2026-08-01 | | {closed}", "2 | 2026-08-01 | | open | |", f"3 | 2026-08-01 | | {closed}"),
    )
    world.report("A", "2026-09", hazards=ledger(f"3 | 2026-08-01 | | {closed}"))
    world.report("A", "2026-10", hazards=ledger("1 | 2026-08-01 | | open | |", "2 | 2026-08-01 | | open | |"))
    measured = closure(world)
    expect(measured.cases, "hazard_closure", "case_no | status\n1 | open\n2 | open\n3 | closed")
    assert statistics(measured)["reopened"] == 2.0


def test_the_cohort_is_a_year_back_from_the_cut_off() -> None:
    """1 November of last year is in, 31 October is not; the older one is still counted as open."""
    world = one_school().report(
        "A",
        "2026-10",
        hazards=ledger("1 | 2025-10-31 | | open | |", "2 | 2025-11-01 | | closed | 2025-11-11 |"),
    )
    measured = closure(world)
    expect(
        measured.figures,
        "hazard_closure.median_days",
        "numerator | denominator | value | measure_unit | status\n1 | 1 | 10 | days | final",
        level="county",
    )
    assert statistics(measured)["open"] == 1.0


def test_leap_day_cut_off_looks_back_to_the_first_of_march() -> None:
    """The year before 29 February 2028 begins on 1 March 2027."""
    world = one_school().report(
        "A",
        "2028-02",
        hazards=ledger("1 | 2027-02-28 | | closed | 2027-03-05 |", "2 | 2027-03-01 | | closed | 2027-03-02 |"),
    )
    expect(
        closure(world, "2028-02").figures, "hazard_closure.median_days", "denominator | value\n1 | 1", level="county"
    )


def test_no_ledger_at_all_is_no_data_and_an_empty_one_not_reached() -> None:
    """Empty never means 0."""
    expect(closure(one_school()).figures, "hazard_closure.open", "value | status\n | no_data", level="county")
    nil = one_school().report("A", "2026-10", hazards="nil")
    measured = closure(nil)
    expect(measured.figures, "hazard_closure.open", "value | status\n0 | final", level="county")
    expect(measured.figures, "hazard_closure.median_days", "value | status\n | not_reached", level="county")
    expect(measured.figures, "hazard_closure.on_time_rate", "value | status\n | not_reached", level="county")


def test_incidents_within_the_hour_to_both_recipients() -> None:
    """60 minutes are on time, 61 late; the later recipient decides; the education time alone for sunite."""
    world = one_school().report(
        "A",
        "2026-10",
        incidents="""
        incident_no | known_at | reported_government_at | reported_education_at
        1 | 2026-10-01 08:00:00 | 2026-10-01 09:00:00 | 2026-10-01 08:10:00
        2 | 2026-10-31 22:00:00 | 2026-10-31 23:01:00 | 2026-10-31 22:30:00
        3 | 2026-10-05 08:00:00 | | 2026-10-05 08:10:00
        4 | 2026-09-30 23:59:00 | 2026-10-01 00:01:00 | 2026-10-01 00:01:00
        """,
    )
    both = world.measure("jinghong-2019", only="incident_reporting")
    expect(
        both.cases,
        "incident_reporting",
        """
        case_no | start | end | status
        1 | 2026-10-01T08:00:00 | 2026-10-01T09:00:00 | closed
        2 | 2026-10-31T22:00:00 | 2026-10-31T23:01:00 | closed
        3 | 2026-10-05T08:00:00 | | overdue
        """,
    )
    expect(both.figures, "incident_reporting.on_time_rate", "numerator | denominator\n1 | 3", level="county")
    one = world.measure("sunite-2022", only="incident_reporting")
    expect(one.figures, "incident_reporting.on_time_rate", "numerator | denominator\n3 | 3", level="county")


def test_first_report_of_several_counts() -> None:
    """Follow-ups of the same incident do not make it later."""
    world = one_school().report(
        "A",
        "2026-10",
        incidents="""
        incident_no | report_type | known_at | reported_government_at | reported_education_at
        1 | first     | 2026-10-01 08:00:00 | 2026-10-01 08:30:00 | 2026-10-01 08:30:00
        1 | follow_up | 2026-10-01 08:00:00 | 2026-10-01 12:00:00 | 2026-10-01 12:00:00
        """,
    )
    expect(
        world.measure("jinghong-2019", only="incident_reporting").figures,
        "incident_reporting.median_minutes",
        "value | denominator\n30 | 1",
        level="county",
    )


def test_a_number_given_to_another_hazard_is_another_case() -> None:
    """Numbers that begin again each month do not merge two hazards; the first, left open, has vanished."""
    world = (
        one_school()
        .report("A", "2026-09", hazards=ledger("1 | 2026-09-03 | 2026-09-20 | open | |"))
        .report("A", "2026-10", hazards=ledger("1 | 2026-10-08 | 2026-10-20 | closed | 2026-10-12 |"))
    )
    expect(
        closure(world).cases,
        "hazard_closure",
        """
        case_no | start | end | observed_until | deadline | status
        1/2026-09-03 | 2026-09-03 | | 2026-09-30 | 2026-09-20 | vanished
        1/2026-10-08 | 2026-10-08 | 2026-10-12 | 2026-10-31 | 2026-10-20 | closed
        """,
    )


def test_a_number_that_begins_again_is_another_incident() -> None:
    """September's 1 and October's 1 fell on different days; the follow-up of October's is no third."""
    world = World().register(month="2026-10")
    head = "incident_no | occurred_at | known_at | student_death_count | place_kind | report_type"
    world.report("A", "2026-09", incidents=f"{head}\n1 | 2026-09-10 08:00 | 2026-09-10 08:05 | 1 | off_campus | first")
    world.report(
        "A",
        "2026-10",
        incidents=f"{head}\n1 | 2026-10-12 09:00 | 2026-10-12 09:05 | 1 | off_campus | first\n"
        "1 | 2026-10-12 09:00 | 2026-10-12 09:05 | 1 | off_campus | final",
    )
    deaths = world.measure("anqing-2018", only="unnatural_deaths")
    expect(deaths.figures, "unnatural_deaths.off_campus", "value\n2", level="county")
