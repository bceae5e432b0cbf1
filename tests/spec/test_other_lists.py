"""What other rows and other months' lists tell: repeated rows, lists with lost rows, months without a list."""

from __future__ import annotations

import pytest

from tests.spec.test_losses import HAZARDS, IN_TIME, REGISTER, ledgers
from tests.spec.world import World, expect

OPEN = "9 | 2026-09-01 | 2026-12-01 | open | | {name} |"


@pytest.mark.parametrize(
    ("october", "november", "status"),
    [
        (("lost",), (IN_TIME, "lost"), "open"),
        (("lost",), (), "open"),
        ((IN_TIME,), ("lost",), "vanished"),
        (("lost",), (IN_TIME,), "vanished"),
    ],
)
def test_a_hazard_vanishes_only_from_a_whole_ledger(
    october: tuple[str, ...], november: tuple[str, ...], status: str
) -> None:
    """A row that was kept out may be the hazard's own; it is watched to the end of the ledger that last listed it."""
    world = ledgers(m2026_09=(OPEN.format(name="x"),), m2026_10=october, m2026_11=november)
    measured = world.measure("xx-county", "2026-11", only="ledger_closure")
    cases = [case for case in measured.cases.to_pylist() if case["case_no"] == "9"]
    assert [(case["status"], case["observed_until"]) for case in cases] == [(status, "2026-09-30")]


@pytest.mark.parametrize(
    ("october", "status", "reason"),
    [("", "unreported", "blank"), ("nil", "met", ""), (f"{HAZARDS}\n{OPEN.format(name='')}", "pending", "")],
)
def test_hazards_of_the_month_are_those_of_its_own_ledger(october: str, status: str, reason: str) -> None:
    """What September's ledger left open, and without a name, decides nothing of October."""
    answers = "\n".join(f"{name} | yes | 2026-10-09" for name in ("problem_list_discussed", "problem_list_filed"))
    checklist = f"item_id | answer | answer_date\n{answers}"
    world = ledgers(m2026_09=(OPEN.format(name=""),)).report("A", "2026-10", checklist=checklist, hazards=october)
    measured = world.measure("xx-county", only="problem_list")
    expect(measured.assessments, "problem_list", f"status | reason\n{status} | {reason}")


@pytest.mark.parametrize(
    ("again", "status", "reason"),
    [
        ("演练 | 2026-10-08 | | category", "unmet", ""),
        (" | 2026-10-08 | | drill_name category", "unreported", "rows_lost"),
        ("演练 | | | held_date category", "unreported", "rows_lost"),
        ("另一演练 | 2026-10-08 | | category", "unreported", "rows_lost"),
    ],
)
def test_a_row_that_tells_of_an_event_again_leaves_no_doubt(again: str, status: str, reason: str) -> None:
    """The first row of a drill speaks; one of which it cannot be read that it is the same may be another drill."""
    drills = f"drill_name | held_date | category | invalid\n演练 | 2026-10-08 | terror |\n{again}"
    world = World().register(REGISTER).report("A", "2026-10", drills=drills)
    measured = world.measure("jinghong-2019", only="drill_frequency_moe")
    expect(measured.assessments, "drill_frequency_moe", f"status | reason\n{status} | {reason}")


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (("演练 | 2026-10-08 | fire |", "另一演练 | 2026-10-08 | security |"), "met"),
        (("演练 | 2026-10-08 | fire |", " | 2026-10-08 | security | drill_name"), "unreported"),
        (("演练 | 2026-10-08 | security |", " | 2026-10-08 | fire | drill_name"), "met"),
        (("演练 | 2026-10-08 | fire |", " | 2026-10-09 | security | drill_name"), "met"),
        ((" | 2026-10-08 | security | drill_name", " | 2026-10-08 | fire | drill_name"), "met"),
    ],
)
def test_a_row_that_may_tell_of_an_event_again_is_no_other_event_for_certain(
    rows: tuple[str, ...], status: str
) -> None:
    """A drill whose name cannot be read may be any other of its day; the first of two such is one."""
    drills = "\n".join(["drill_name | held_date | category | invalid", *rows])
    world = World().register(REGISTER).report("A", "2026-10", drills=drills)
    expect(world.measure("xx-county", only="guard_drill").assessments, "guard_drill", f"status\n{status}")


@pytest.mark.parametrize(
    ("again", "status"),
    [("演练 | 2026-10-08 | fire | drill_name", "unreported"), ("| 2026-11-08 | fire | drill_name", "met")],
)
def test_a_later_row_that_may_tell_better_leaves_the_earlier_one_in_doubt(again: str, status: str) -> None:
    """November's list names a drill of October by a name that cannot be read: it may speak for October's row."""
    head = "drill_name | held_date | category | invalid"
    checklist = "item_id | answer | answer_date\nguard_assessment | yes | 2026-11-05"
    world = World().register(REGISTER).report("A", "2026-10", drills=f"{head}\n演练 | 2026-10-08 | terror |")
    world.report("A", "2026-11", checklist=checklist, drills=f"{head}\n{again}")
    measured = world.measure("wujin-2020", "2026-11", only="guard_assessed_drill")
    expect(measured.assessments, "guard_assessed_drill", f"status\n{status}")


@pytest.mark.parametrize(("october", "due", "reason"), [(False, "", "no_submission"), (True, "1", "rows_lost")])
def test_nothing_is_due_by_the_list_of_another_month(october: bool, due: str, reason: str) -> None:
    """September's list names a drill of October: what is due in October is for October's own list to tell."""
    drills = "drill_name | held_date | category | has_plan | rating | is_homeroom_signed"
    world = World().register(REGISTER)
    world.report("A", "2026-09", drills=f"{drills}\n疏散 | 2026-10-01 | evacuation | true | x | true")
    if october:
        world.report("A", "2026-10", drills="", lost={"drills": 1})
    measured = world.measure("xx-county", only="drill_quality")
    told = f"status | reason | due\nunreported | {reason} | {due}"
    expect(measured.assessments, "drill_quality", told)


@pytest.mark.parametrize(
    ("september", "october", "number"),
    [
        ("cleared_date", "", ""),
        ("found_date", "", ""),
        ("cleared_date", "2026-09-22 | A | stall | gate | 2026-10-08 |", "1"),
        ("distance_metres", "", "2"),
    ],
)
def test_sites_still_open_rest_on_every_list(september: str, october: str, number: str) -> None:
    """Whether September's site is open is not known while no list says when it was cleared; a later one may."""
    head = "found_date | school_code | category | location | cleared_date | invalid"
    found = "" if september == "found_date" else "2026-09-22"
    before = f"{head}\n{found} | A | stall | gate | | {september}"
    now = f"{head}\n2026-10-31 | A | bar | gate | |\n{october}"
    world = World().register(REGISTER, month="2026-09", perimeter=before).bureau("2026-10", perimeter=now)
    measured = world.measure("jinghong-2019", only="safety_zone")
    values = {row["indicator"]: row["value"] for row in measured.figures.to_pylist()}
    assert values["safety_zone.open"] == (float(number) if number else None)
    assert (values["safety_zone.found"], values["safety_zone.cleared"]) == (1.0, 0.0)
