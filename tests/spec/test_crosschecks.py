"""Cross-checks: each code with a return that it asks about, at its exact cell, and one that it lets pass."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipelines.measure.crosschecking import CHECKS, CrossChecked, cross_check
from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from tests.spec.world import World, expect_rows

STANDARD = load_standard("jinghong-2019")


def checked(world: World, period: str = "2026-10", as_of: str = "2027-06-01") -> CrossChecked:
    """The world after measuring, cross-checked."""
    moment = datetime.fromisoformat(as_of)
    world.measure(STANDARD, period, as_of, only="submission_rate")
    return cross_check(world.connection, STANDARD, parse_period(period), moment)


def asked(world: World, code: str, expected: str, period: str = "2026-10") -> list[dict[str, Any]]:
    """Assert the findings of that code in the columns drawn; they are returned."""
    rows = [row for row in checked(world, period).crosschecks.to_pylist() if row["code"] == code]
    expect_rows([{name: value or None for name, value in row.items()} for row in rows], expected)
    return rows


NONE = "cell"


def test_every_check_has_its_statement_and_its_code() -> None:
    checks = [check for check in cross_checks() if not check.is_row_rule]
    assert {path.stem for path in CHECKS.glob("*.sql")} == {check.id for check in checks}
    for check in checks:
        text = (CHECKS / f"{check.id}.sql").read_text(encoding="utf-8")
        assert text.startswith(f"-- {check.code}. Grain: ")
        assert f"'{check.code}' AS code" in text
        assert all(f"${name}" in text for name in check.parameters)


PROFILE = """
student_count | staff_count
100           | 10
"""


def test_attendance_above_enrolment() -> None:
    """A drill against students and staff, a training of students against students; as many as there are may come."""
    drills = """
    drill_name | held_date  | attended_count
    Fire       | 2026-10-12 | 110
    Quake      | 2026-10-13 | 111
    """
    trainings = """
    topic  | audience | held_date  | attended_count
    Water  | students | 2026-10-14 | 100
    Fire   | students | 2026-10-15 | 101
    Law    | everyone | 2026-10-16 | 110
    Food   | everyone | 2026-10-16 | 111
    Safety | parents  | 2026-10-16 | 400
    """
    world = World().register().report("A", "2026-10", profile=PROFILE, drills=drills, trainings=trainings)
    rows = asked(
        world,
        "Q-ATTENDANCE-OVER",
        """
        school_code | sheet     | row_no | cell | field          | value | severity
        A           | drills    | 2      | C2   | attended_count | 111   | query
        A           | trainings | 2      | D2   | attended_count | 101   | query
        A           | trainings | 4      | D4   | attended_count | 111   | query
        """,
    )
    assert rows[0]["message"] == "“Quake”的参加人数111，超过本校学校概况中的人数110"


def test_attendance_is_not_judged_where_the_headcount_is_not_known() -> None:
    drills = "drill_name | attended_count\nFire | 9000"
    profile = "student_count | staff_count\n100 |"
    world = (
        World().register().report("A", "2026-10", profile=profile, drills=drills).report("B", "2026-10", drills=drills)
    )
    asked(world, "Q-ATTENDANCE-OVER", NONE)


def test_drills_and_student_trainings_on_days_without_school() -> None:
    """National day is a holiday, 10 October a Saturday made up for; staff may train on a Sunday."""
    drills = """
    drill_name | held_date
    Fire       | 2026-10-05
    Quake      | 2026-10-10
    Flood      | 2026-10-11
    Late       | 2026-09-27
    """
    trainings = """
    topic | held_date  | audience
    Water | 2026-10-18 | students
    Fire  | 2026-10-18 | staff
    Law   | 2026-10-19 | students
    """
    asked(
        World().register().report("A", "2026-10", drills=drills, trainings=trainings),
        "Q-NO-SCHOOL-DAY",
        """
        sheet     | cell | value
        drills    | B1   | 2026-10-05
        drills    | B3   | 2026-10-11
        trainings | B1   | 2026-10-18
        """,
    )


SEPTEMBER = """
hazard_no | found_date | location | description | status | closed_date
1         | 2026-09-03 | Gate     | Broken lamp | open   |
2         | 2026-09-04 | Roof     | Leak        | open   |
3         | 2026-09-05 | Stairs   | No rail     | closed | 2026-09-20
"""


def test_a_hazard_that_leaves_the_ledger_unclosed_has_vanished() -> None:
    """The finding stands in the month that leaves it out, without a cell: there is none."""
    october = """
    hazard_no | found_date | location | description | status | closed_date
    2         | 2026-09-04 | Roof     | Leak        | closed | 2026-10-08
    """
    world = World().register().report("A", "2026-09", hazards=SEPTEMBER).report("A", "2026-10", hazards=october)
    rows = asked(
        world,
        "Q-HAZARD-VANISHED",
        """
        submission_no | sheet   | row_no | cell | field     | value
        3             | hazards |        |      | hazard_no | 1
        """,
    )
    assert rows[0]["message"] == "2026-09台账中的隐患1（Broken lamp）没有销号，本月台账中不见了"


@pytest.mark.parametrize(
    "row",
    [
        "7 | 2026-09-03 | Gate | Broken  LAMP | open |",
        "1 | 2026-09-13 | Gate | Broken lamp | open |",
        "1 | 2026-09-03 | Gate | Lamp mended | closed | 2026-10-09",
    ],
    ids=["renumbered", "day corrected", "described anew"],
)
def test_a_hazard_is_still_listed_where_two_of_number_day_and_description_agree(row: str) -> None:
    october = f"{SEPTEMBER.strip().splitlines()[0]}\n{row}\n2 | 2026-09-04 | Roof | Leak | open |"
    world = World().register().report("A", "2026-09", hazards=SEPTEMBER).report("A", "2026-10", hazards=october)
    asked(world, "Q-HAZARD-VANISHED", NONE)


def test_nothing_vanished_where_rows_were_lost_or_no_ledger_came() -> None:
    """What was kept out of the load, or not reported, is not the school's hiding."""
    world = World().register()
    for school in "AB":
        world.report(school, "2026-09", hazards=SEPTEMBER)
    world.report("A", "2026-10", hazards=SEPTEMBER.replace("2 ", "9 "), lost={"hazards": 1})
    world.report("B", "2026-10", hazards="")
    asked(world, "Q-HAZARD-VANISHED", NONE)


def test_a_nil_return_after_open_hazards_is_asked_about() -> None:
    world = World().register().report("A", "2026-09", hazards=SEPTEMBER).report("A", "2026-10", hazards="nil")
    asked(world, "Q-HAZARD-VANISHED", "sheet | value\nhazards | 1\nhazards | 2")


def test_backlog_that_does_not_carry_over_breaks_the_chain() -> None:
    """Two were open in September; October lists one of them and one new, and closes none: 2 + 1 - 0 is not 2."""
    october = """
    hazard_no | found_date | description | status
    1         | 2026-09-03 | Broken lamp | open
    4         | 2026-10-14 | Loose tile  | open
    """
    world = World().register().report("A", "2026-09", hazards=SEPTEMBER).report("A", "2026-10", hazards=october)
    rows = asked(world, "Q-LEDGER-CHAIN", "sheet | cell | field | value\nhazards | | | 2")
    assert "2+1-0=3" in rows[0]["message"]


def test_a_chain_that_adds_up_and_a_first_ledger_pass() -> None:
    october = """
    hazard_no | found_date | description | status | closed_date
    1         | 2026-09-03 | Broken lamp | open   |
    2         | 2026-09-04 | Leak        | closed | 2026-10-02
    4         | 2026-10-14 | Loose tile  | open   |
    """
    world = World().register().report("A", "2026-09", hazards=SEPTEMBER).report("A", "2026-10", hazards=october)
    asked(world.report("B", "2026-10", hazards=october), "Q-LEDGER-CHAIN", NONE)


def _ledger(days: str, *, first: int = 1) -> str:
    rows = [
        f"{first + place} | {day} | Hall {place} | Fault {place} | open |" for place, day in enumerate(days.split())
    ]
    return "\n".join(["hazard_no | found_date | location | description | status | closed_date", *rows])


THREE = "2026-10-09 2026-10-12 2026-10-13"


def test_a_ledger_that_another_school_sent_too() -> None:
    """Numbers may differ. Each is told that another school sent it; which one, only the bureau learns."""
    world = World().register().report("A", "2026-10", hazards=_ledger(THREE))
    world.report("B", "2026-10", hazards=_ledger(THREE, first=5)).report("K", "2026-10", hazards=_ledger("2026-10-09"))
    rows = asked(
        world,
        "Q-LEDGER-SHARED",
        """
        school_code | sheet   | row_no | cell | field       | value
        A           | hazards | 1      | D1   | description | Fault 0
        B           | hazards | 1      | D1   | description | Fault 0
        """,
    )
    assert [row["others"] for row in rows] == [["B"], ["A"]]
    assert rows[0]["message"] == "台账中的3条隐患，部位、内容和日期与他校本月的台账全部相同"


def test_of_many_schools_with_one_ledger_some_are_named_and_all_counted() -> None:
    world = World().register()
    for number in range(30):
        world.report(f"S{number:02d}", "2026-10", hazards=_ledger(THREE))
    first, *_, last = (row for row in checked(world).crosschecks.to_pylist() if row["code"] == "Q-LEDGER-SHARED")
    assert first["others"] == [f"S{number:02d}" for number in range(1, 21)]
    assert last["others"] == [f"S{number:02d}" for number in range(20)]
    assert (first["other_count"], last["other_count"]) == (29, 29)


@pytest.mark.parametrize("other", ["2026-10-09 2026-10-12 2026-10-14", "2026-10-09 2026-10-12", f"{THREE} 2026-10-14"])
def test_a_ledger_that_differs_in_one_hazard_passes(other: str) -> None:
    world = World().register().report("A", "2026-10", hazards=_ledger(THREE))
    asked(world.report("B", "2026-10", hazards=_ledger(other)), "Q-LEDGER-SHARED", NONE)


def test_two_hazards_alike_in_two_schools_pass() -> None:
    """Below the threshold: a campaign may find the same fault in both."""
    world = World().register().report("A", "2026-10", hazards=_ledger("2026-10-09 2026-10-12"))
    asked(world.report("B", "2026-10", hazards=_ledger("2026-10-09 2026-10-12")), "Q-LEDGER-SHARED", NONE)


OLD = "2026-09-09 2026-09-11 2026-09-14"


def test_last_months_open_hazards_to_the_letter() -> None:
    """What was closed in September is gone from October's list, and nothing else moved."""
    closed = "9 | 2026-09-02 | Yard | Hole | closed | 2026-09-04"
    world = World().register().report("A", "2026-09", hazards=f"{_ledger(OLD)}\n{closed}")
    world.report("A", "2026-10", hazards=_ledger(OLD))
    asked(
        world,
        "Q-LEDGER-UNCHANGED",
        """
        submission_no | sheet   | row_no | cell | field     | value
        3             | hazards | 1      | A1   | hazard_no | 1
        """,
    )


@pytest.mark.parametrize(
    "october",
    [
        _ledger(OLD).replace("Fault 2", "Fault 2, mason called"),
        _ledger(OLD) + "\n9 | 2026-10-12 | Yard | Hole | open |",
        _ledger("2026-09-09 2026-09-11"),
    ],
    ids=["one field changed", "one added", "two rows"],
)
def test_an_open_hazard_changed_added_or_closed_passes(october: str) -> None:
    world = World().register().report("A", "2026-09", hazards=_ledger(OLD)).report("A", "2026-10", hazards=october)
    asked(world, "Q-LEDGER-UNCHANGED", NONE)


def test_the_same_ledger_two_months_later_is_not_last_months() -> None:
    world = World().register().report("A", "2026-08", hazards=_ledger("2026-08-03 2026-08-04 2026-08-05"))
    asked(world.report("A", "2026-10", hazards=_ledger("2026-08-03 2026-08-04 2026-08-05")), "Q-LEDGER-UNCHANGED", NONE)


def _closed(pairs: str) -> str:
    rows = [f"{number} | {pair.replace('/', ' | ')} | closed" for number, pair in enumerate(pairs.split(), 1)]
    return "\n".join(["hazard_no | found_date | closed_date | status", *rows])


def test_all_hazards_closed_on_one_day() -> None:
    """The cell is the first closing day of the month; what was closed before is no part of it."""
    october = _closed(
        "2026-09-01/2026-09-08 2026-10-09/2026-10-30 2026-10-12/2026-10-30 2026-10-13/2026-10-30 2026-10-13/2026-10-30"
    )
    asked(
        World().register().report("A", "2026-10", hazards=october),
        "Q-CLOSED-ONE-DAY",
        """
        sheet   | row_no | cell | field       | value
        hazards | 2      | C2   | closed_date | 2026-10-30
        """,
    )


@pytest.mark.parametrize(
    "pairs",
    [
        "2026-10-09/2026-10-30 2026-10-12/2026-10-30 2026-10-13/2026-10-30",
        "2026-10-09/2026-10-30 2026-10-12/2026-10-30 2026-10-13/2026-10-30 2026-10-13/2026-10-29",
        "2026-10-30/2026-10-30 2026-10-30/2026-10-30 2026-10-30/2026-10-30 2026-10-30/2026-10-30",
    ],
    ids=["three", "two days", "found that day"],
)
def test_few_hazards_other_days_or_one_inspection_pass(pairs: str) -> None:
    asked(World().register().report("A", "2026-10", hazards=_closed(pairs)), "Q-CLOSED-ONE-DAY", NONE)


CHECKLIST = """
item_id       | item_name     | answer | answer_date
closed_campus | Closed campus | yes    | 2026-10-09
hard_barrier  | Hard barrier  | yes    | 2026-10-09
gate_post     | Gate post     | no     |
volunteers    | Volunteers    | yes    | 2026-10-09
"""
VISITS = """
held_date  | school_code | level      | item_id       | result
2026-10-12 | A           | spot       | closed_campus | no
2026-10-12 | A           | spot       | hard_barrier  | no
2026-10-20 | A           | government | hard_barrier  | yes
2026-10-12 | A           | spot       | gate_post     | yes
2026-09-30 | A           | spot       | volunteers    | no
"""


def test_an_answer_that_the_last_visit_of_the_month_contradicts() -> None:
    """The barrier was there on the second visit; September's visit says nothing about October's answer."""
    world = World().register().report("A", "2026-10", checklist=CHECKLIST).bureau("2026-10", inspections=VISITS)
    rows = asked(
        world,
        "Q-SPOT-CHECK",
        """
        sheet     | row_no | cell | field  | value
        checklist | 1      | C1   | answer | 是
        """,
    )
    assert rows[0]["message"] == "“Closed campus”自报为“是”，而2026-10-12现场检查的结果为“否”"


def test_agreement_counts_every_visit_of_the_period_by_township_and_item() -> None:
    world = World().register().report("A", "2026-10", checklist=CHECKLIST).report("K", "2026-10", checklist=CHECKLIST)
    visits = VISITS + "2026-10-14 | K | spot | closed_campus | yes\n2026-10-14 | K | spot | gate_post | unclear"
    world.bureau("2026-10", inspections=visits.replace("unclear", "na"))
    expect_rows(
        checked(world).agreement.to_pylist(),
        """
        township | item_id       | compared_count | agreed_count
        East     | closed_campus | 1              | 0
        East     | gate_post     | 1              | 0
        East     | hard_barrier  | 2              | 1
        West     | closed_campus | 1              | 1
        """,
    )


def test_numbers_of_persons_in_a_text_are_masked() -> None:
    """The message quotes what the school wrote, on the receipt and in findings.csv."""
    september = "hazard_no | found_date | description\n1 | 2026-09-03 | Lamp, call 13800138000"
    world = World().register().report("A", "2026-09", hazards=september).report("A", "2026-10", hazards="nil")
    (row,) = asked(world, "Q-HAZARD-VANISHED", "value\n1")
    assert "（Lamp, call ***********）" in row["message"]


def test_only_the_submission_that_counts_is_examined() -> None:
    """A later file replaces the faulty one; one received after the moment does not."""
    bad, good = ("drill_name | held_date\nFire | " + day for day in ("2026-10-05", "2026-10-12"))
    world = World().register().report("A", "2026-10", drills=bad)
    world.report("A", "2026-10", received_at="2026-11-03", drills=good)
    world.report("A", "2026-10", received_at="2027-07-01", drills=bad)
    asked(world, "Q-NO-SCHOOL-DAY", NONE)


def test_a_quarter_examines_each_of_its_months() -> None:
    world = World().register()
    for month in ("2026-09", "2026-10", "2026-11"):
        world.report("A", month, drills=f"drill_name | held_date\nFire | {month}-01")
    asked(world, "Q-NO-SCHOOL-DAY", "cell | value\nB1 | 2026-10-01\nB1 | 2026-11-01", "2026Q4")


def test_a_school_that_the_register_does_not_know_is_examined_by_the_usual_calendar() -> None:
    world = World().register().report("Z", "2026-10", drills="drill_name | held_date\nFire | 2026-10-05")
    asked(world, "Q-NO-SCHOOL-DAY", "school_code | value\nZ | 2026-10-05")
