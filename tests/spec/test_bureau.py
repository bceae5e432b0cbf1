"""The bureau's side: meetings, tasks, counts, items that every body answers."""

from __future__ import annotations

from tests.spec.world import REGISTER, World, expect


def test_a_three_party_meeting_needs_all_three_in_every_township() -> None:
    """East met with the school absent; the quarter is still open."""
    meetings = """
    meeting_type | held_date | township | is_governance_office_present | is_police_present | is_school_present
    tripartite | 2026-10-15 | East | true | true | false
    tripartite | 2026-10-01 | West | true | true | true
    tripartite | 2026-09-30 | East | true | true | true
    """
    world = World().register(REGISTER, month="2026-10", meetings=meetings)
    measured = world.measure("jinghong-2019", only="tripartite_meetings")
    expect(
        measured.assessments,
        "tripartite_meetings",
        "unit_level | unit_code | status | actual\ntownship | East | pending | 0\ntownship | West | met | 1",
    )
    expect(
        measured.figures,
        "tripartite_meetings",
        """
        unit_level | unit_code | numerator | denominator
        county   | county | 1 | 2
        township | East   | 0 | 1
        township | West   | 1 | 1
        """,
    )


def test_tasks_by_their_due_date() -> None:
    """Due on the cut-off day and not done is still open; done after it is not done yet."""
    tasks = """
    task_no | lead_body | due_date | done_date
    1 | x | 2026-09-30 | 2026-09-30
    2 | x | 2026-10-15 | 2026-10-20
    3 | y | 2026-10-30 |
    4 | y | 2026-10-31 |
    5 | y | 2026-10-20 | 2026-11-02
    """
    world = World().register(REGISTER, month="2026-10", tasks=tasks)
    measured = world.measure("jinghong-2019", only="task_list")
    expect(
        measured.assessments,
        "task_list",
        "unit_code | status | window_end\n1 | met | 2026-09-30\n2 | unmet | 2026-10-15\n3 | unmet | 2026-10-30\n"
        "4 | pending | 2026-10-31\n5 | unmet | 2026-10-20",
    )
    found = {
        row["indicator"]: row["value"]
        for row in measured.figures.to_pylist()
        if row["unit_level"] == "county" and row["measure_unit"] == "count"
    }
    assert found == {
        "task_list.done_on_time": 1.0,
        "task_list.late": 1.0,
        "task_list.overdue": 2.0,
        "task_list.open": 1.0,
    }
    expect(
        measured.figures,
        "task_list",
        "unit_level | unit_code | numerator | denominator\nbody | x | 1 | 2\nbody | y | 0 | 3\ncounty | county | 1 | 5",
    )


def test_every_body_has_to_say_yes() -> None:
    """One body's No fails the item; one without a date leaves it not known."""
    items = ("must_meeting", "must_training", "must_project", "must_check", "must_inquiry")
    rows = [f"x | {item} | yes | 2026-10-01" for item in items]
    sheet = "\n".join(["body | item_id | answer | answer_date", *rows])
    for extra, status in (
        ("", "met"),
        ("\ny | must_check | no |", "pending"),
        ("\ny | must_check | yes |", "unreported"),
    ):
        world = World().register(REGISTER, month="2026-10", body_checklist=sheet + extra)
        expect(world.measure("jinghong-2019", only="five_musts").assessments, "five_musts", f"status\n{status}")


def test_a_lost_row_of_the_bodies_may_say_no_or_add_a_number() -> None:
    """A No of another body stands; a yes of all and a sum do not."""
    head = "body | item_id | answer | answer_date\nx | must_meeting | yes | 2026-10-01"
    numbers = "body | item_id | done_count | due_count\nx | training_bodies_found | 4 | 5"
    for extra, status in (("", "unreported"), ("\ny | must_meeting | no |", "pending")):
        items = ("must_training", "must_project", "must_check", "must_inquiry")
        rows = "".join(f"\nx | {item} | yes | 2026-10-01" for item in items)
        world = World().register(REGISTER)
        lost = {"body_checklist": 1, "body_counts": 1}
        world.bureau("2026-10", lost=lost, body_checklist=head + rows + extra, body_counts=numbers)
        measured = world.measure("jinghong-2019", only="five_musts training_bodies")
        expect(measured.assessments, "five_musts", f"status\n{status}")
        expect(measured.figures, "training_bodies.found", "value | status\n | no_data")


def test_without_the_months_bureau_workbook_nothing_is_known() -> None:
    """The register of an earlier month still says who is expected."""
    world = World().register(
        REGISTER,
        month="2026-09",
        body_checklist="body | item_id | answer | answer_date\nx | body_safety_office | yes | 2026-09-01",
    )
    measured = world.measure("jinghong-2019", only="office_budget task_list training_bodies")
    expect(measured.assessments, "office_budget", "status | reason\nunreported | no_submission")
    expect(measured.figures, "task_list", "value | status\n | no_data")
    expect(measured.figures, "training_bodies.found", "value | status\n | no_data")


def test_perimeter_sites_of_the_month_and_those_still_open() -> None:
    """A site of September that October's list clears is cleared; the latest list speaks."""
    head = "found_date | school_code | category | location | cleared_date"
    world = World().register(
        REGISTER, month="2026-09", perimeter=f"{head}\n2026-09-22 | A | stall | gate |\n2026-09-23 | A | bar | corner |"
    )
    world.bureau(
        "2026-10", perimeter=f"{head}\n2026-09-22 | A | stall | gate | 2026-10-08\n2026-10-31 | A | stall | gate |"
    )
    measured = world.measure("jinghong-2019", only="safety_zone")
    values = {row["indicator"]: row["value"] for row in measured.figures.to_pylist()}
    assert values == {"safety_zone.found": 1.0, "safety_zone.cleared": 0.0, "safety_zone.open": 2.0}
    recurred = world.measure("sunite-2022", only="perimeter_recurrence")
    expect(recurred.figures, "perimeter_recurrence", "numerator | denominator | status\n1 | 1 | final")


def test_agreement_of_visits_with_the_schools_own_answers() -> None:
    """Only items that both answered yes or no are compared; two items of one visit are one visit."""
    visits = """
    held_date | school_code | level | item_id | item_name | result
    2026-10-20 | A | spot | closed_campus | x | no
    2026-10-21 | B | government | closed_campus | x | yes
    2026-10-22 | K | spot | closed_campus | x | yes
    2026-10-23 | A | spot | hard_barrier | y | yes
    2026-10-23 | A | spot | pickup_bay | z | yes
    """
    world = World().register(REGISTER, month="2026-10", inspections=visits)
    for code in "AB":
        world.report(code, "2026-10", checklist="item_id | answer\nclosed_campus | yes")
    measured = world.measure("jinghong-2019", only="three_level_checks")
    expect(measured.figures, "three_level_checks.agreement", "numerator | denominator\n1 | 2")
    expect(measured.figures, "three_level_checks.spot", "value\n3")


def test_a_count_sums_what_is_known_and_says_how_many_are_not() -> None:
    """Zero cases is a number; nobody reporting is none."""
    world = World().register()
    world.report("A", "2026-10", counts="item_id | done_count\ninsurance_violations | 0")
    world.report("B", "2026-10", counts="item_id | done_count\ninsurance_violations | 2")
    measured = world.measure("jinghong-2019", only="insurance_violations")
    expect(
        measured.figures,
        "insurance_violations.cases",
        "value | unreported | measure_unit | status\n2 | 1 | count | final",
        level="county",
    )
    expect(
        measured.assessments,
        "insurance_violations.cases",
        "unit_code | status | done\nA | reported | 0\nB | reported | 2\nK | unreported |",
    )


def test_a_register_that_comes_alone_counts_and_takes_no_months_place() -> None:
    """Meetings and tasks of the workbook before still count; the township is that of the new register."""
    tasks = "task_no | lead_body | due_date | done_date\n1 | x | 2026-10-15 | 2026-10-10"
    meetings = """
    meeting_type | held_date | township | is_governance_office_present | is_police_present | is_school_present
    tripartite | 2026-10-15 | East | true | true | true
    """
    world = World().register(REGISTER, month="2026-10", meetings=meetings, tasks=tasks)
    world.register(REGISTER.replace("West", "North"), month="2026-10")
    measured = world.measure("jinghong-2019", only="tripartite_meetings task_list")
    expect(
        measured.assessments,
        "tripartite_meetings",
        "unit_level | unit_code | status | actual\ntownship | East | met | 1\ntownship | North | pending | 0",
    )
    expect(measured.assessments, "task_list", "unit_code | status | window_end\n1 | met | 2026-10-15")
    assert {row["submission_no"] for row in measured.counted.to_pylist() if not row["school_code"]} == {1}


def test_a_month_with_nothing_but_a_register_was_not_reported() -> None:
    measured = World().register(REGISTER, month="2026-10").measure("jinghong-2019", only="tripartite_meetings")
    expect(
        measured.assessments,
        "tripartite_meetings",
        "unit_level | unit_code | status\ntownship | East | unreported\ntownship | West | unreported",
    )
