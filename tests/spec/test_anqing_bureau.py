"""anqing-2018, what the bureau and its bodies owe: tasks, meetings, surroundings, visits, incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipelines.metadata.standards import load_standard
from tests.spec.world import World, expect

STANDARD = "anqing-2018"
REGISTER = """
school_code | school_type | township
A           | primary     | East
B           | primary     | East
C           | primary     | West
"""


@pytest.mark.parametrize(
    ("provision", "items"),
    [
        ("drowning_mechanism", "drowning_mechanism"),
        ("reporting_channel", "body_reporting_channel"),
        ("office_and_budget", "body_safety_office body_safety_budget"),
        ("regional_risk_list", "regional_risk_list"),
    ],
)
def test_every_item_of_the_bodies_decides(provision: str, items: str) -> None:
    """All yes meets, the last one No does not."""
    for last, is_met in (("yes | 2026-10-01", True), ("no |", False)):
        rows = [f"x | {item} | yes | 2026-10-01" for item in items.split()[:-1]]
        rows.append(f"x | {items.rsplit(maxsplit=1)[-1]} | {last}")
        sheet = "\n".join(["body | item_id | answer | answer_date", *rows])
        world = World().register(REGISTER, month="2026-10", body_checklist=sheet)
        (row,) = world.measure(STANDARD, only=provision).assessments.to_pylist()
        assert (row["status"] == "met") is is_met


def test_annex_tasks_by_the_day_on_which_they_were_done() -> None:
    """On the last day of the month on time, the day after late, not done overdue, not listed unreported."""
    tasks = """
    standard | task_no | lead_body | due_date | done_date
    anqing-2018 | 1 | x | 2030-01-01 | 2019-02-28
    anqing-2018 | 2 | x | 2030-01-01 | 2019-03-01
    anqing-2018 | 3 | x | 2030-01-01 |
    """
    world = World().register(REGISTER, month="2026-10", tasks=tasks)
    measured = world.measure(STANDARD, only="task_01 task_02 task_03 task_04")
    found = [
        (row["indicator"], row["status"], str(row["window_end"]))
        for row in measured.assessments.to_pylist()
        if row["unit_level"] == "task"
    ]
    assert found == [
        ("task_01", "met", "2019-02-28"),
        ("task_02", "unmet", "2019-02-28"),
        ("task_03", "unmet", "2018-08-31"),
        ("task_04", "unreported", "2019-02-28"),
    ]
    expect(measured.figures, "task_01.done_on_time", "value\n1", level="county")
    expect(measured.figures, "task_02.late", "value\n1", level="county")
    expect(measured.figures, "task_03.overdue", "value\n1", level="county")


def test_a_task_is_open_until_its_last_day_is_over() -> None:
    """Not done on the cut-off day: still open then, overdue the day after."""
    standard = load_standard(STANDARD)
    world = World().register(REGISTER, month="2026-10", tasks="standard | task_no\nanqing-2018 | 3")
    for due, status in ((date(2026, 10, 31), "pending"), (date(2026, 10, 30), "unmet")):
        provision = standard.provision("task_03")
        assert provision.task is not None
        moved = replace(provision, task=replace(provision.task, due=due))
        measured = world.measure(replace(standard, provisions=(moved,)))
        expect(measured.assessments, "task_03", f"status\n{status}")


def test_lead_bodies_and_last_days_are_those_of_the_annex() -> None:
    """Months of the annex, taken to their last day."""
    tasks = [provision.task for provision in load_standard(STANDARD).provisions if provision.task]
    assert [(task.no, task.lead_body, str(task.due)) for task in tasks] == [
        ("1", "市工商质监局", "2019-02-28"),
        ("2", "市综治办", "2019-02-28"),
        ("3", "市教育体育局", "2018-08-31"),
        ("4", "市教育体育局", "2019-02-28"),
        ("5", "市教育体育局", "2019-03-31"),
        ("6", "市公安局", "2019-03-31"),
        ("7", "市教育体育局", "2019-02-28"),
        ("8", "市教育体育局", "2019-02-28"),
        ("9", "市教育体育局", "2019-03-31"),
        ("10", "市教育体育局", "2019-03-31"),
    ]


def test_a_coordination_meeting_each_quarter() -> None:
    """The first and the last day of the quarter; a joint meeting is one, an analysis of the situation is none."""
    for kind, day, status in (
        ("coordination", "2026-10-01", "met"),
        ("joint", "2026-12-31", "met"),
        ("analysis", "2026-10-15", "unmet"),
        ("coordination", "2026-09-30", "unmet"),
    ):
        world = World().register(REGISTER, month="2026-10", meetings="nil").bureau("2026-11", meetings="nil")
        world.bureau("2026-12", meetings=f"meeting_type | held_date\n{kind} | {day}")
        measured = world.measure(STANDARD, "2026-12", only="coordination_meetings")
        expect(measured.assessments, "coordination_meetings", f"status\n{status}")


def test_surroundings_within_200_metres() -> None:
    """200 is within, 201 is not; without a distance it is listed apart; goods have no distance in the document."""
    sites = """
    found_date | school_code | category | location | distance_metres | cleared_date
    2026-10-01 | A | 流动摊贩 | a | 200 | 2026-10-31
    2026-10-31 | A | 食品摊点 | b | 0 |
    2026-10-05 | A | 流动摊贩 | c | 201 |
    2026-10-05 | A | 流动摊贩 | d | |
    2026-09-30 | A | 流动摊贩 | e | 50 |
    2026-10-02 | B | 网吧 | f | 200 |
    2026-10-02 | B | 网吧 | g | 200.5 |
    2026-10-02 | B | 彩票店 | h | |
    2026-10-02 | B | 烟酒销售点 | i | | 2026-10-20
    2026-10-02 | B | 烟花爆竹零售 | j | 900 | 2026-11-01
    """
    world = World().register(REGISTER, month="2026-10", perimeter=sites)
    measured = world.measure(STANDARD, only="perimeter_food_stalls perimeter_banned_venues")
    assert {row["indicator"]: row["value"] for row in measured.figures.to_pylist()} == {
        "perimeter_food_stalls.found": 2,
        "perimeter_food_stalls.cleared": 1,
        "perimeter_food_stalls.open": 2,
        "perimeter_food_stalls.unmeasured": 1,
        "perimeter_banned_venues.found": 3,
        "perimeter_banned_venues.cleared": 1,
        "perimeter_banned_venues.open": 2,
        "perimeter_banned_venues.unmeasured": 1,
    }


def test_visits_by_method_and_schools_visited() -> None:
    """One a school and day, however many items were looked at; a school that is not expected is no school reached."""
    visits = """
    held_date | school_code | level | method | item_name
    2026-10-01 | A | spot | regular | x
    2026-10-01 | A | spot | regular | y
    2026-10-31 | A | spot | random | x
    2026-10-20 | B | government | special | x
    2026-10-20 | Z | spot | special | x
    2026-09-30 | C | spot | special | x
    """
    world = World().register(REGISTER, month="2026-10", inspections=visits)
    measured = world.measure(STANDARD, only="inspections")
    values = {row["indicator"]: row["value"] for row in measured.figures.to_pylist() if row["measure_unit"] == "count"}
    assert values == {
        "inspections.visits": 4,
        "inspections.regular": 1,
        "inspections.random": 1,
        "inspections.special": 2,
    }
    expect(measured.figures, "inspections.coverage", "numerator | denominator\n2 | 3")


def test_deaths_on_and_off_campus_are_counted_apart_and_small_numbers_kept_back() -> None:
    """The calendar year; the whole shows its number, a township with fewer than five hides that level."""
    head = "incident_no | occurred_at | known_at | place_kind | student_death_count"
    world = World().register(REGISTER, month="2026-10")
    first = f"{head}\n1 | 2026-01-01T00:00 | 2026-01-01T00:00 | off_campus | 6\n2 | 2025-12-31T23:59 | | off_campus | 1"
    world.report("A", "2026-01", incidents=first).report("A", "2026-10", incidents="nil")
    world.report(
        "B", "2026-10", incidents=f"{head}\n1 | 2026-10-31T23:59 | | on_campus | 1\n2 | 2026-10-01T08:00 | | | 2"
    )
    world.report("C", "2026-10", incidents="nil")
    measured = world.measure(STANDARD, only="unnatural_deaths")
    for name, value in (("off_campus", 6), ("on_campus", 1), ("unplaced", 2)):
        expect(measured.figures, f"unnatural_deaths.{name}", f"value | status\n{value} | final", level="county")
    expect(
        measured.figures,
        "unnatural_deaths.off_campus",
        "unit_code | value | status\nEast | 6 | final\nWest | 0 | final",
        level="township",
    )
    expect(
        measured.figures,
        "unnatural_deaths.on_campus",
        "unit_code | value | status\nEast | | suppressed\nWest | | suppressed",
        level="township",
    )


@pytest.mark.parametrize(
    ("places", "known"),
    [(("off_campus", "on_campus"), "unplaced"), (("", "on_campus"), "on_campus"), (("off_campus",) * 2, "off_campus")],
)
def test_reports_that_name_different_places_leave_a_death_unplaced(places: tuple[str, str], known: str) -> None:
    """Neither report is taken for the truth, and none is lost; of the deaths the highest number counts."""
    head = "incident_no | known_at | report_type | place_kind | student_death_count"
    first, final = (
        f"1 | 2026-10-08 09:00 | {kind} | {place} |" for kind, place in zip(("first", "final"), places, strict=True)
    )
    world = (
        World().register(REGISTER, month="2026-10").report("A", "2026-10", incidents=f"{head}\n{first} 1\n{final} 2")
    )
    measured = world.measure(STANDARD, only="unnatural_deaths")
    for name in ("on_campus", "off_campus", "unplaced"):
        told = f"value\n{2 if name == known else 0}"
        expect(measured.figures, f"unnatural_deaths.{name}", told, level="county")


def test_areas_with_three_incidents_in_the_year_and_what_was_done_there() -> None:
    """East reaches three over two schools; West has two, and its notice is not counted."""
    head = "incident_no | occurred_at"
    visits = """
    held_date | school_code | level | inspection_kind | is_notified
    2026-10-20 | A | spot | 约谈 | false
    2026-10-21 | B | spot | 检查 | true
    2026-10-22 | B | spot | 检查 | false
    2026-10-23 | C | spot | 通报 | true
    """
    world = World().register(REGISTER, month="2026-10", inspections=visits)
    world.report("A", "2026-10", incidents=f"{head}\n1 | 2026-10-02T08:00\n2 | 2026-10-03T08:00")
    world.report("B", "2026-10", incidents=f"{head}\n1 | 2026-10-04T08:00")
    world.report("C", "2026-10", incidents=f"{head}\n1 | 2026-10-04T08:00\n2 | 2026-10-05T08:00")
    measured = world.measure(STANDARD, only="frequent_incident_areas")
    values = {row["indicator"]: row["value"] for row in measured.figures.to_pylist() if row["unit_level"] == "county"}
    assert values == {
        "frequent_incident_areas.areas": 1,
        "frequent_incident_areas.actions": 2,
        "frequent_incident_areas.areas_acted_on": 1,
    }


def test_a_major_incident_needs_a_special_inspection_that_is_made_public() -> None:
    """On the day itself or later; one before, one of another kind or one kept back does not do."""
    head = "incident_no | occurred_at | known_at | level"
    visits = """
    held_date | school_code | level | method | is_notified
    2026-10-05 | A | government | special | true
    2026-10-04 | B | government | special | true
    2026-10-06 | C | government | special | false
    """
    world = World().register(REGISTER, month="2026-10", inspections=visits)
    for code in "ABC":
        rows = "1 | 2026-10-05T08:00 | 2026-10-05T08:00 | 重大\n2 | 2026-10-05T09:00 | 2026-10-05T09:00 | 一般"
        world.report(code, "2026-10", incidents=f"{head}\n{rows}")
    measured = world.measure(STANDARD, only="special_inspection_after_major")
    expect(measured.figures, "special_inspection_after_major", "numerator | denominator | value\n1 | 3 | 0.3333")


def test_a_year_that_is_over_judges_its_major_incidents() -> None:
    """In December nothing can be added: unmet, though the sheets are the schools' and not the bureau's."""
    world = World().register(REGISTER, month="2026-12", inspections="nil")
    for code in "ABC":
        rows = "incident_no | occurred_at | known_at | level\n1 | 2026-12-05T08:00 | 2026-12-05T08:00 | 重大"
        world.report(code, "2026-12", incidents=rows)
    measured = world.measure(STANDARD, "2026-12", only="special_inspection_after_major")
    expect(measured.assessments, "special_inspection_after_major", "status | done | due\nunmet | 0 | 3")


def test_without_a_workbook_of_the_bureau_no_incident_counts_as_unanswered() -> None:
    """Schools report a major incident; what the bureau did about it is not known."""
    rows = "incident_no | occurred_at | known_at | level\n1 | 2026-12-05T08:00 | 2026-12-05T08:00 | 重大"
    world = World().register(REGISTER, month="2026-10").report("A", "2026-12", incidents=rows)
    measured = world.measure(STANDARD, "2026-12", only="special_inspection_after_major")
    expect(measured.figures, "special_inspection_after_major", "value | unreported | status\n | 1 | no_data")


def test_visits_in_a_month_of_holidays_still_cover_schools() -> None:
    """What the bureau's list adds up to is no duty that a holiday excuses."""
    world = World().register(REGISTER, month="2027-02", inspections="held_date | school_code\n2027-02-20 | A")
    measured = world.measure(STANDARD, "2027-02", only="inspections")
    expect(measured.figures, "inspections.coverage", "numerator | denominator | exempt\n1 | 3 | 0")


def test_bodies_outside_school_under_supervision() -> None:
    """Numbers of all bodies added up, and their share."""
    sheet = "body | item_id | done_count | due_count\nx | off_campus_bodies | 8 | 10\ny | off_campus_bodies | 5 | 5"
    world = World().register(REGISTER, month="2026-10", body_counts=sheet)
    measured = world.measure(STANDARD, only="off_campus_bodies")
    expect(measured.figures, "off_campus_bodies.coverage", "numerator | denominator\n13 | 15")
    expect(measured.figures, "off_campus_bodies.supervised", "value\n13")
