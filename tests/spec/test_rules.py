"""Rules: what decides, what is not known, what is not over yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.world import World, expect, made_up_standard

_STATUS = "unit_code | status | reason | actual | window_start | window_end"


def drills(*rows: str) -> str:
    """A drill sheet; each row is 'day name category'."""
    drawn = [" | ".join(row.split()) for row in rows]
    return "\n".join(["held_date | drill_name | category", *drawn])


def test_an_open_window_is_pending_and_ends_by_stage() -> None:
    """Schools have the quarter, kindergartens the semester; a water-rescue drill is none of evacuation."""
    world = World().register(month="2026-10")
    world.report("A", "2026-10", drills=drills("2026-10-01 地震疏散 earthquake"))
    world.report("B", "2026-10", drills=drills("2026-10-20 防溺水救护 drowning", "2026-09-30 消防疏散 fire"))
    world.report("K", "2026-10", drills=drills("2026-09-01 消防演练 fire"))
    measured = world.measure("jinghong-2019", only="drill_frequency")
    expect(
        measured.assessments,
        "drill_frequency",
        f"""
        {_STATUS}
        A | met     | | 1 | 2026-10-01 | 2026-12-31
        B | pending | | 0 | 2026-10-01 | 2026-12-31
        K | met     | | 1 | 2026-09-01 | 2027-01-22
        """,
    )
    expect(
        measured.figures,
        "drill_frequency",
        """
        unit_level | unit_code | numerator | denominator | value | lower | upper | reported_value | status
        county | county | 2 | 3 | 0.6667 | 0.6667 | 1 | 1 | open
        """,
        level="county",
    )


@pytest.mark.parametrize(("day", "status"), [("2026-10-01", "met"), ("2026-12-31", "met"), ("2026-09-30", "unmet")])
def test_first_and_last_day_of_the_quarter_count(day: str, status: str) -> None:
    """The window holds both its ends."""
    world = World().register("school_code | school_type | township\nA | primary | East", month="2026-10")
    for month in ("2026-10", "2026-11", "2026-12"):
        world.report("A", month, drills=drills(f"{day} 疏散 fire"))
    expect(
        world.measure("jinghong-2019", "2026-12", only="drill_frequency").assessments,
        "drill_frequency",
        f"unit_code | status\nA | {status}",
    )


@pytest.mark.parametrize(("day", "status"), [("2027-01-22", "met"), ("2027-01-23", "unmet"), ("2026-09-01", "met")])
def test_semester_ends_on_its_last_school_day(day: str, status: str) -> None:
    """A drill in the break belongs to no semester."""
    world = World().register("school_code | school_type | township\nK | kindergarten | W", month="2026-09")
    for month in ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01"):
        world.report("K", month, drills=drills(f"{day} 疏散 fire"))
    expect(
        world.measure("jinghong-2019", "2027-01", only="drill_frequency").assessments,
        "drill_frequency",
        f"unit_code | status\nK | {status}",
    )


def test_a_closed_window_tells_unmet_from_not_known() -> None:
    """Nil returns are no drills; an empty sheet, lost rows, an unreadable date and a missing month are not known."""
    codes = "ABCDEFGH"
    table = "school_code | school_type | township\n" + "\n".join(f"{code} | primary | East" for code in codes)
    world = World().register(table, month="2026-10")
    for code in codes:
        world.report(code, "2026-10", drills="nil")
        if code != "E":
            world.report(code, "2026-11", drills="nil")
    world.report("A", "2026-12", drills="nil")
    world.report("B", "2026-12", drills="")
    world.report("C", "2026-12", drills="nil", lost={"drills": 1})
    world.report("D", "2026-12", drills="held_date | drill_name | invalid\n | 疏散 | held_date")
    world.report("E", "2026-12", drills="nil")
    world.report("G", "2026-12")
    world.report("H", "2026-12", drills=drills("2026-11-05 疏散 fire"), lost={"drills": 2})
    expect(
        world.measure("jinghong-2019", "2026-12", only="drill_frequency").assessments,
        "drill_frequency",
        """
        unit_code | status | reason
        A | unmet      |
        B | unreported | blank
        C | unreported | rows_lost
        D | unreported | rows_lost
        E | unreported | month_missing
        F | unreported | no_submission
        G | unreported | blank
        H | met        |
        """,
    )


def test_pending_comes_before_a_missing_month_and_after_lost_rows() -> None:
    """September was never sent; the semester is still open."""
    world = World().register("school_code | school_type | township\nK | kindergarten | W\nL | kindergarten | W")
    world.report("K", "2026-10", drills="nil")
    world.report("L", "2026-10", drills="nil", lost={"drills": 1})
    expect(
        world.measure("jinghong-2019", only="drill_frequency").assessments,
        "drill_frequency",
        "unit_code | status | reason\nK | pending |\nL | unreported | rows_lost",
    )


def test_a_school_opened_in_mid_window_owes_no_earlier_month() -> None:
    """October is not missing for a school of November."""
    world = World().register(
        """
        school_code | school_type | township | valid_from_date
        A | primary | East | 2026-11-01
        B | primary | East | 2019-09-01
        """
    )
    for code in "AB":
        for month in ("2026-11", "2026-12"):
            world.report(code, month, drills="nil")
    expect(
        world.measure("jinghong-2019", "2026-12", only="drill_frequency").assessments,
        "drill_frequency",
        "unit_code | status | reason\nA | unmet |\nB | unreported | month_missing",
    )


def test_checklist_answers() -> None:
    """Yes needs its date; a blank is no No; an unreadable answer is named; conflicting rows are not known."""
    codes = "ABCDEFG"
    table = "school_code | school_type | township\n" + "\n".join(f"{code} | primary | East" for code in codes)
    world = World().register(table)
    answers = {
        "A": "closed_campus | yes | 2026-10-05 |",
        "B": "closed_campus | no | |",
        "C": "closed_campus | yes | |",
        "D": "closed_campus | | |",
        "E": "closed_campus | | | answer",
        "F": "closed_campus | na | |",
        "G": "closed_campus | yes | 2026-10-05 |\nclosed_campus | no | |",
    }
    for code, row in answers.items():
        world.report(code, "2026-10", checklist=f"item_id | answer | answer_date | invalid\n{row}")
    measured = world.measure("jinghong-2019", only="closed_campus")
    expect(
        measured.assessments,
        "closed_campus",
        """
        unit_code | status | reason
        A | met |
        B | unmet |
        C | unreported | blank
        D | unreported | blank
        E | unreported | cell_error
        F | unreported | blank
        G | unreported | blank
        """,
    )
    expect(
        measured.figures,
        "closed_campus",
        """
        met | unmet | unreported | numerator | denominator | lower | upper | reported_value | status
        1 | 1 | 5 | 1 | 7 | 0.1429 | 0.8571 | 0.5 | final
        """,
        level="county",
    )


def test_not_applicable_counts_where_the_area_does_not_exist() -> None:
    """A day school has no dormitory to watch; without a submission nothing is known."""
    areas = ("teaching_block", "dormitory", "corridor", "kitchen", "serving_room", "sample_room", "store_room")
    world = World().register()
    rows = [f"video_{area} | {'na' if area == 'dormitory' else 'yes'} | 2026-10-08" for area in areas]
    world.report("A", "2026-10", checklist="\n".join(["item_id | answer | answer_date", *rows]))
    world.report("B", "2026-10", checklist="\n".join(["item_id | answer | answer_date", *rows[1:]]))
    expect(
        world.measure("jinghong-2019", only="video_seven_areas").assessments,
        "video_seven_areas",
        "unit_code | status | reason\nA | met |\nB | unreported | blank\nK | unreported | no_submission",
    )


def test_only_what_arrived_by_as_of_counts_and_a_rejection_displaces_nothing() -> None:
    """The later correction is unknown to the earlier moment; the rejected one to every moment."""
    sheet = "item_id | answer | answer_date\nclosed_campus | {} | 2026-10-05"
    world = World().register(month="2026-10")
    world.report("A", "2026-10", received_at="2026-10-31T10:00", checklist=sheet.format("yes"))
    world.report("A", "2026-10", received_at="2026-11-03T10:00", checklist=sheet.format("no"))
    world.report("A", "2026-10", received_at="2026-11-04T10:00", status="rejected")
    expect(
        world.measure("jinghong-2019", as_of="2026-11-01", only="closed_campus").assessments,
        "closed_campus",
        "unit_code | status\nA | met\nB | unreported\nK | unreported",
    )
    expect(
        world.measure("jinghong-2019", as_of="2026-11-30", only="closed_campus").assessments,
        "closed_campus",
        "unit_code | status\nA | unmet\nB | unreported\nK | unreported",
    )


def test_expected_schools_are_those_of_the_register_on_the_cut_off_day() -> None:
    """Teaching points, closed and future schools are outside; the last day of validity still counts."""
    world = World().register(
        """
        school_code | school_type | township | valid_from_date | valid_to_date
        A | primary        | East | 2019-09-01 | 2026-10-31
        B | primary        | East | 2026-11-01 |
        C | teaching_point | East | 2019-09-01 |
        D | primary        | East | 2019-09-01 | 2026-10-30
        E | primary        | East | 2026-10-31 |
        """
    )
    world.report("A", "2026-10").report("D", "2026-10")
    measured = world.measure("jinghong-2019", only="submission_rate")
    expect(measured.assessments, "submission_rate", "unit_code | status\nA | met\nE | unmet")
    expect(
        measured.figures,
        "submission_rate",
        "numerator | denominator | value | upper | status\n1 | 2 | 0.5 | 0.5 | final",
        level="county",
    )


def test_a_month_without_ten_teaching_days_is_exempt() -> None:
    """July has seven: no monthly duty, a population of none has no value; a report is expected all the same."""
    world = World().register()
    measured = world.measure("jinghong-2019", "2027-07", only="hazard_ledger submission_rate")
    expect(measured.assessments, "hazard_ledger", "unit_code | status\nA | exempt\nB | exempt\nK | exempt")
    expect(
        measured.figures,
        "hazard_ledger",
        "denominator | value | exempt | status\n0 | | 3 | not_reached",
        level="county",
    )
    expect(measured.assessments, "submission_rate", "unit_code | status\nA | unmet\nB | unmet\nK | unmet")


def test_every_teaching_week_needs_a_session() -> None:
    """October 2026 has four: the holidays end on the 7th, so the first is the week of the 8th. Staff's do not count."""
    days = {"A": (8, 12, 23, 26), "B": (8, 12, 13, 26)}
    world = World().register("school_code | school_type | township\nA | primary | East\nB | primary | East")
    for code, held in days.items():
        rows = "\n".join(f"2026-10-{day:02d} | lesson {day} |" for day in held)
        world.report(code, "2026-10", trainings=f"held_date | topic | audience\n{rows}\n2026-10-20 | x | staff")
    expect(
        world.measure("jinghong-2019", only="weekly_education").assessments,
        "weekly_education",
        "unit_code | status | actual | required\nA | met | 4 | 4\nB | unmet | 3 | 4",
    )


def test_a_rule_for_each_stage_is_met_when_every_stage_is(tmp_path: Path) -> None:
    """A nine-year school has to reach the hours in primary and in junior."""
    world = World().register(
        "school_code | school_type | township\nA | nine_year | E\nB | nine_year | E\nK | kindergarten | W"
    )
    sheet = "item_id | done_count\nnational_security_hours_primary | 32\nnational_security_hours_junior | {}"
    world.report("A", "2027-06", counts=sheet.format(32)).report("B", "2027-06", counts=sheet.format(31))
    measured = world.measure("sunite-2022", "2027-06", only="national_security_hours")
    expect(
        measured.assessments,
        "national_security_hours",
        """
        unit_code | stage | status | actual | required
        A |         | met     | 64 | 64
        A | junior  | met     | 32 | 32
        A | primary | met     | 32 | 32
        B |         | pending | 63 | 64
        B | junior  | pending | 31 | 32
        B | primary | met     | 32 | 32
        K |         | exempt  |    |
        K | kindergarten | exempt | | 32
        """,
    )
    expect(
        measured.figures,
        "national_security_hours",
        "numerator | denominator | exempt | status\n1 | 2 | 1 | open",
        level="county",
    )


def test_a_composed_rate_follows_its_parts() -> None:
    """One part known to be unmet decides; one not known leaves the whole not known."""
    world = World().register()
    sheet = "item_id | answer | answer_date\n" + "\n".join(
        f"{item} | {{}} | 2026-10-05"
        for item in ("one_key_alarm", "alarm_police", "video_key_areas", "video_police", "gate_post")
    )
    closed = "\nclosed_campus | {} | 2026-10-05"
    profile = "student_count | staff_count | boarder_count\n90 | 9 | 0"
    guards = "employment | start_date\nfull_time | 2020-01-01"
    yes = sheet.format(*["yes"] * 5)
    world.report("A", "2026-10", checklist=yes + closed.format("yes"), profile=profile, guards=guards)
    world.report("B", "2026-10", checklist=yes + closed.format("no"), profile=profile, guards="")
    world.report("K", "2026-10", checklist=yes, profile=profile, guards=guards)
    expect(
        world.measure(
            "sunite-2022", only="four_100_guards four_100_closed four_100_alarm_video four_100_gate_post four_100_all"
        ).assessments,
        "four_100_all",
        "unit_code | status | reason\nA | met |\nB | unmet |\nK | unreported | blank",
    )


def test_every_bus_must_be_safe() -> None:
    """One bus not checked in the month fails the school; an unknown one leaves it open to question."""
    world = World().register("school_code | school_type | township\n" + "\n".join(f"{c} | primary | E" for c in "ABCD"))
    head = "plate_no | last_check_date | is_driver_qualified | is_hazard_fixed"
    buses = {
        "A": "1 | 2026-10-01 | true | true\n2 | 2026-10-31 | true | true",
        "B": "1 | 2026-10-01 | true | true\n2 | 2026-09-30 | true | true",
        "C": "1 | 2026-10-01 | true | true\n2 | 2026-10-02 | | true",
    }
    for code in "ABC":
        world.report(code, "2026-10", profile="has_bus\ntrue", buses=f"{head}\n{buses[code]}")
    world.report("D", "2026-10", profile="has_bus\nfalse", buses="nil")
    expect(
        world.measure("sunite-2022", only="bus_safety").assessments,
        "bus_safety",
        "unit_code | status | reason\nA | met |\nB | unmet |\nC | unreported | blank\nD | exempt |",
    )


def test_rows_lost_can_take_back_a_rule_about_every_row() -> None:
    """All known buses are safe, but one row never came in."""
    world = World().register("school_code | school_type | township\nA | primary | E")
    bus = "plate_no | last_check_date | is_driver_qualified | is_hazard_fixed\n1 | 2026-10-01 | true | true"
    world.report("A", "2026-10", profile="has_bus\ntrue", buses=bus, lost={"buses": 1})
    expect(
        world.measure("sunite-2022", only="bus_safety").assessments,
        "bus_safety",
        "unit_code | status | reason\nA | unreported | rows_lost",
    )


def test_groups_of_figures_follow_the_register() -> None:
    """The school's own words about its township do not move it."""
    world = World().register()
    world.report("A", "2026-10", profile="township | ownership\nElsewhere | private")
    expect(
        world.measure("jinghong-2019", only="submission_rate").figures,
        "submission_rate",
        """
        unit_level | unit_code | numerator | denominator
        county   | county       | 1 | 3
        stage    | kindergarten | 0 | 1
        stage    | primary      | 1 | 2
        township | East         | 1 | 2
        township | West         | 0 | 1
        """,
    )


def test_a_new_standard_needs_no_python(tmp_path: Path) -> None:
    """Another region's bands: three guards from 1000 people on, one more for every 200 boarders."""
    standard = made_up_standard(
        tmp_path,
        """
  - id: guards
    name_zh: x
    name_en: Guards
    clause: '1'
    population: all
    kind: rule
    window: point
    scored: yes
    target: 1
    gap: guards
    parameters:
      large_limit: {value: 1000, source: invented}
      boarder_step: {value: 200, source: invented}
    actual: full_time_guard_count
    required: CASE WHEN headcount >= large_limit THEN 3 ELSE 2 END + boarder_count // boarder_step
""",
    )
    world = World().register()
    guards = "employment | start_date\n" + "\n".join(["full_time | 2020-01-01"] * 3)
    world.report("A", "2026-10", profile="student_count | staff_count | boarder_count\n900 | 99 | 200", guards=guards)
    world.report("B", "2026-10", profile="student_count | staff_count | boarder_count\n900 | 100 | 400", guards=guards)
    measured = world.measure(standard)
    expect(
        measured.assessments,
        "guards",
        "unit_code | status | actual | required\nA | met | 3 | 3\nB | unmet | 3 | 5\nK | unreported | |",
    )
    expect(measured.figures, "guards.gap", "value | measure_unit\n2 | count", level="county")
