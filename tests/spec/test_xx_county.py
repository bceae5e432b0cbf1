"""XX county's plan: every provision with its numbers, as small tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.metadata.standards import Parameter, load_standard
from tests.spec.test_guards import COUNTY, county_of
from tests.spec.world import World, expect

STANDARD = "xx-county"
_TERM = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01")


def county(schools: str = "A", school_type: str = "primary") -> World:
    """A county of these schools, one letter each."""
    rows = "\n".join(f"{code} | {school_type} | East" for code in schools)
    return World().register(f"school_code | school_type | township\n{rows}")


def statuses(world: World, provision: str, rows: str, period: str = "2026-10") -> None:
    """Assert what each school gets."""
    expect(world.measure(STANDARD, period, only=provision).assessments, provision, rows)


def answers(*items: str, **other: str) -> str:
    """A checklist: these items answered yes in the month, others as given."""
    rows = [f"{item} | yes | 2026-10-05" for item in items] + [f"{item} | {word} |" for item, word in other.items()]
    return "\n".join(["item_id | answer | answer_date", *rows])


@pytest.mark.parametrize(
    ("provision", "items", "missed"),
    [
        ("leading_group", "leading_group first_responsible direct_responsible", "pending"),
        ("lists_issued", "responsibility_list risk_list lists_issued", "pending"),
        ("safety_office", "separate_safety_office", "unmet"),
        ("office_four_items", "office_sign office_rules_posted office_archive office_video", "unmet"),
        ("teaching_plan", "safety_in_teaching_plan", "pending"),
        ("drill_quality.b", "drill_yearly_plan", "pending"),
        ("security_room_alarm", "security_room one_key_alarm", "unmet"),
        ("gate_post", "police_gate_post", "unmet"),
        ("special_funds", "special_funds", "pending"),
        ("plan_and_mobilisation", "school_work_plan mobilisation", "pending"),
    ],
)
def test_every_item_has_to_be_in_place(provision: str, items: str, missed: str) -> None:
    """One No fails the school, where the window is over; one blank leaves it not known."""
    *others, last = items.split()
    world = county("ABC")
    world.report("A", "2026-10", checklist=answers(*others, last))
    world.report("B", "2026-10", checklist=answers(*others, **{last: "no"}))
    world.report("C", "2026-10", checklist=answers(*others, "closed_campus"))
    statuses(world, provision, f"unit_code | status\nA | met\nB | {missed}\nC | unreported")


@pytest.mark.parametrize(
    ("provision", "item", "missed"),
    [
        ("responsibility_letters", "responsibility_letters", "pending"),
        ("parent_meetings", "parent_meetings", "pending"),
        ("staff_training", "staff_trained", "pending"),
        ("guard_kit", "guard_kits", "unmet"),
    ],
)
def test_rates_that_schools_count(provision: str, item: str, missed: str) -> None:
    """All of them is met, one short is not, none due is exempt, a blank is not known."""
    world = county("ABCD")
    for code, counts in zip("ABCD", ("40 | 40", "39 | 40", "0 | 0", " | 40"), strict=True):
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count\n{item} | {counts}")
    statuses(
        world,
        provision,
        f"""
        unit_code | status | done | due
        A | met        | 40 | 40
        B | {missed}   | 39 | 40
        C | exempt     | 0  | 0
        D | unreported |    | 40
        """,
    )


@pytest.mark.parametrize(
    ("people", "heads", "workers", "required", "status"),
    [
        (999, 1, 1, 2, "met"),
        (999, 1, 0, 2, "unmet"),
        (999, 0, 2, 2, "unmet"),
        (1000, 1, 1, 3, "unmet"),
        (1000, 1, 2, 3, "met"),
        (1000, 0, 3, 3, "unmet"),
        (2500, 1, 2, 3, "met"),
    ],
)
def test_office_staff_by_size(people: int, heads: int, workers: int, required: int, status: str) -> None:
    """At 1000 people the two bands of the text overlap: the stricter holds. A director is needed in both."""
    head = "student_count | staff_count | safety_office_head_count | safety_office_staff_count"
    world = county().report("A", "2026-10", profile=f"{head}\n{people - 60} | 60 | {heads} | {workers}")
    actual = heads + workers
    statuses(world, "safety_office_staff", f"status | actual | required\n{status} | {actual} | {required}")


def test_office_size_can_be_read_as_students_alone() -> None:
    """990 students and 60 staff: three by headcount, two by students."""
    head = "student_count | staff_count | safety_office_head_count | safety_office_staff_count"
    world = county().report("A", "2026-10", profile=f"{head}\n990 | 60 | 1 | 1")
    statuses(world, "safety_office_staff", "status | required\nunmet | 3")
    standard = load_standard(STANDARD)
    provision = standard.provision("safety_office_staff")
    parameters = tuple(
        Parameter(each.name, "students", each.source) if each.name == "size_basis" else each
        for each in provision.parameters
    )
    changed = replace(standard, provisions=(replace(provision, parameters=parameters),))
    expect(world.measure(changed).assessments, "safety_office_staff", "status | required\nmet | 2")


def test_a_lesson_for_pupils_in_every_teaching_week() -> None:
    """October 2026 has four; a session for the staff is no lesson, one without an audience is."""
    world = county("AB")
    sheet = (
        "held_date | topic | audience\n2026-10-08 | x | students\n2026-10-12 | x |\n2026-10-23 | x | everyone\n"
        "2026-10-30 | x | {}"
    )
    world.report("A", "2026-10", trainings=sheet.format("students"))
    world.report("B", "2026-10", trainings=sheet.format("staff"))
    statuses(world, "weekly_lesson", "unit_code | status | actual | required\nA | met | 4 | 4\nB | unmet | 3 | 4")


@pytest.mark.parametrize(
    ("school_type", "status"),
    [("senior", "met"), ("vocational", "met"), ("complete_secondary", "met"), ("junior", "exempt")],
)
def test_lectures_are_owed_by_senior_and_vocational_schools(school_type: str, status: str) -> None:
    """Complete secondary schools teach the senior stage."""
    sheet = "held_date | topic\n2026-09-01 | 安全知识讲座\n2026-10-31 | 消防讲座"
    world = county("A", school_type).report("A", "2026-10", trainings=sheet)
    statuses(world, "safety_lectures", f"status | actual | required\n{status} | 2 | 2")


@pytest.mark.parametrize(
    ("day", "topic", "status", "actual"),
    [
        ("2027-01-22", "法治讲座", "met", 2),
        ("2027-01-23", "法治讲座", "unmet", 1),
        ("2026-11-02", "安全班会", "unmet", 1),
    ],
)
def test_two_lectures_a_semester(day: str, topic: str, status: str, actual: int) -> None:
    """The last day of school counts, the first of the holidays does not; only what is called a lecture."""
    world = county("A", "senior")
    for month in _TERM:
        world.report("A", month, trainings=f"held_date | topic\n2026-09-01 | 安全讲座\n{day} | {topic}")
    statuses(world, "safety_lectures", f"status | actual | required\n{status} | {actual} | 2", "2027-01")


def test_a_seasonal_session_in_the_semester() -> None:
    """The occasion tells, or a word of the topic; the semester is not over."""
    world = county("ABC")
    head = "held_date | topic | timing\n"
    world.report("A", "2026-10", trainings=f"{head}2026-09-01 | 交通 | seasonal")
    world.report("B", "2026-10", trainings=f"{head}2026-10-09 | 交通 | regular")
    world.report("C", "2026-10", trainings=f"{head}2026-10-09 | 秋冬防火 |")
    statuses(world, "seasonal_education", "unit_code | status | actual\nA | met | 1\nB | pending | 0\nC | met | 1")


@pytest.mark.parametrize(
    ("school_type", "day", "status"),
    [
        ("primary", "2026-12-01", "met"),
        ("primary", "2026-12-31", "met"),
        ("primary", "2026-11-30", "unmet"),
        ("kindergarten", "2026-10-01", "met"),
        ("kindergarten", "2026-09-30", "unmet"),
    ],
)
def test_drills_by_month_and_by_quarter(school_type: str, day: str, status: str) -> None:
    """Schools in the month, kindergartens in the quarter; first and last day count."""
    world = county("A", school_type)
    for month in ("2026-10", "2026-11", "2026-12"):
        world.report("A", month, drills=f"held_date | drill_name | category\n{day} | 地震避险 | earthquake")
    statuses(world, "drill_frequency", f"status | required\n{status} | 1", "2026-12")


def test_a_drill_of_the_guards_is_not_one_of_the_pupils() -> None:
    """Each of the two duties asks for its own drill; July is due for none."""
    world = county("AB")
    world.report("A", "2026-10", drills="held_date | drill_name | category\n2026-10-31 | 持械闯入处置 | security")
    world.report("B", "2026-10", drills="held_date | drill_name | category\n2026-10-31 | 消防疏散 | fire")
    statuses(world, "guard_drill", "unit_code | status | actual\nA | met | 1\nB | unmet | 0")
    statuses(world, "drill_frequency", "unit_code | status | actual\nA | unmet | 0\nB | met | 1")
    statuses(world, "guard_drill", "unit_code | status\nA | exempt\nB | exempt", "2027-07")


def test_a_drill_is_in_order_with_script_result_and_signatures() -> None:
    """A blank is none; guards' drills are left out; no drill is exempt, no sheet is not known."""
    head = "held_date | drill_name | category | has_plan | rating | is_homeroom_signed"
    rows = (
        "2026-10-12 | 疏散一 | evacuation | true | 良好 | true",
        "2026-10-13 | 疏散二 | evacuation | true | | true",
        "2026-10-14 | 疏散三 | evacuation | true | 良好 |",
        "2026-10-15 | 疏散四 | evacuation | false | 良好 | true",
        "2026-10-16 | 处置 | security | true | 良好 |",
    )
    world = county("ABCD")
    world.report("A", "2026-10", drills="\n".join([head, *rows])).report("B", "2026-10", drills="nil")
    world.report("C", "2026-10", drills="")
    statuses(
        world,
        "drill_quality",
        """
        unit_code | status | reason | done | due
        A | unmet      |               | 1 | 4
        B | exempt     |               | 0 | 0
        C | unreported | blank         |   |
        D | unreported | no_submission |   |
        """,
    )


def test_guard_bands() -> None:
    """Below 500, 500 to 1000, each further full 500, and two for each full 300 boarders on top."""
    rows = [f"S{n:02d} | {guards} | unmet\nS{n:02d} | {guards} | unmet" for n, (_, _, guards) in enumerate(COUNTY)]
    measured = county_of(COUNTY).measure(STANDARD, only="guards_staffing")
    expect(measured.assessments, "guards_staffing", "\n".join(["unit_code | required | status", *rows]))
    total = sum(guards for _, _, guards in COUNTY)
    expect(measured.figures, "guards_staffing.gap", f"value\n{total}", level="county")


def test_each_campus_needs_its_own_guards_from_a_company() -> None:
    """The self-hired and the part-timer do not count, one over age does; the school meets when every campus does."""
    campuses = "campus_name | student_count | staff_count | boarder_count\nNorth | 480 | 19 | 0\nSouth | 480 | 20 | 300"
    head = "campus_name | employment | company_name | birth_year"
    south = "South | full_time | 安达保安公司 | 1980\n" * 6
    world = county("AB")
    for code, extra in (("A", "North | full_time | 安达保安公司 | 1960"), ("B", "North | full_time | 自聘 | 1990")):
        north = f"North | full_time | 安达保安公司 | 1990\nNorth | part_time | 安达保安公司 | 1990\n{extra}"
        guards = f"{head}\n{north}\n{south}"
        profile = "student_count | staff_count | boarder_count\n960 | 39 | 300"
        world.report(code, "2026-10", profile=profile, campuses=campuses, guards=guards)
    statuses(
        world,
        "guards_staffing",
        """
        unit_code | campus | status | actual | required
        A |       | met   | 8 | 8
        A | North | met   | 2 | 2
        A | South | met   | 6 | 6
        B |       | unmet | 7 | 8
        B | North | unmet | 1 | 2
        B | South | met   | 6 | 6
        """,
    )


def test_guards_over_age_can_be_left_out() -> None:
    """The age limit counts; one whose age is not known is not known to be within it."""
    world = county("A").report(
        "A",
        "2026-10",
        profile="student_count | staff_count | boarder_count | campus_count\n300 | 19 | 0 | 1",
        guards="employment | company_name | birth_year\n"
        + "\n".join(f"full_time | 安达保安公司 | {year}" for year in ("1971", "1970", "")),
    )
    standard = load_standard(STANDARD)
    rule = standard.provision("guards_staffing")
    told = tuple(replace(each, value="no") if each.name == "counts_over_age" else each for each in rule.parameters)
    strict = replace(standard, provisions=(replace(rule, parameters=told),))
    statuses(world, "guards_staffing", "campus | status | actual | required\n | met | 3 | 2\n | met | 3 | 2")
    expect(world.measure(strict).assessments, "guards_staffing", "status | actual\nunmet | 1\nunmet | 1")


def test_guards_from_a_company() -> None:
    """Of those on duty on the day; the one without a company and the self-hired are not from one."""
    guards = (
        "guard_name | company_name | end_date\na | 安达保安公司 |\nb | 自聘 |\nc | |\n"
        "d | 自聘 | 2026-10-30\ne | 平安保安公司 | 2026-10-31"
    )
    world = county("AB").report("A", "2026-10", guards=guards)
    statuses(
        world,
        "guards_from_company",
        "unit_code | status | reason | done | due\nA | unmet | | 2 | 4\nB | unreported | no_submission | |",
    )


def test_guards_up_to_55_completed_years() -> None:
    """By year of birth alone the years of the period's end count; an unknown age is neither within nor over."""
    guards = "guard_name | birth_year | age\na | 1971 |\nb | 1970 |\nc | | 55\nd | | 56\ne | |\nf | 1971 | 56\n"
    measured = county().report("A", "2026-10", guards=guards).measure(STANDARD, only="guard_age")
    expect(measured.assessments, "guard_age", "status | done | due\nunmet | 3 | 6")
    expect(measured.figures, "guard_age.over_age", "value\n2", level="county")


def test_three_days_of_training_for_every_guard_on_duty() -> None:
    """Two days and a blank are short; the semester is not over; one who has left is not asked."""
    head = "guard_name | training_days | end_date"
    world = county("ABC")
    world.report("A", "2026-10", guards=f"{head}\na | 3 |\nb | 4 |\nc | 0 | 2026-10-30")
    world.report("B", "2026-10", guards=f"{head}\na | 3 |\nb | 2 |\nc | |")
    world.report("C", "2026-10", guards="nil")
    statuses(
        world,
        "guard_off_job_training",
        "unit_code | status | done | due\nA | met | 2 | 2\nB | pending | 1 | 3\nC | exempt | 0 | 0",
    )


def test_the_problem_list_names_a_person_and_a_day_for_each() -> None:
    """A nil return has nothing to assign; one open entry without a deadline is short."""
    head = "hazard_no | found_date | responsible_name | deadline_date | status | closed_date"
    both = answers("problem_list_discussed", "problem_list_filed")
    world = county("ABCD")
    world.report("A", "2026-10", checklist=both, hazards=f"{head}\n1 | 2026-10-09 | 王* | 2026-11-09 | open |")
    world.report("B", "2026-10", checklist=both, hazards=f"{head}\n1 | 2026-10-09 | 王* | | open |")
    world.report("C", "2026-10", checklist=both, hazards="nil")
    world.report("D", "2026-10", checklist=both, hazards="")
    statuses(world, "problem_list", "unit_code | status\nA | met\nB | pending\nC | met\nD | unreported")


def test_the_share_of_the_ledger_that_is_closed() -> None:
    """A year back from the cut-off; open ones not yet due are in it, so no target judges; one in doubt is not."""
    head = "hazard_no | found_date | deadline_date | status | closed_date | invalid"
    rows = (
        "1 | 2025-10-31 | | open | |",
        "2 | 2025-11-01 | 2025-12-01 | closed | 2025-11-11 |",
        "3 | 2026-10-31 | 2026-10-31 | closed | 2026-10-31 |",
        "4 | 2026-10-20 | 2026-12-31 | open | |",
        "5 | 2026-10-20 | 2026-10-25 | closed | | closed_date",
    )
    world = county("ABC").report("A", "2026-10", hazards="\n".join([head, *rows])).report("B", "2026-10", hazards="nil")
    measured = world.measure(STANDARD, only="ledger_closure ledger_closure.b")
    expect(
        measured.assessments,
        "ledger_closure.b",
        "unit_code | status | done | due\nA | met | 2 | 3\nB | exempt | 0 | 0\nC | unreported | |",
    )
    expect(measured.figures, "ledger_closure.on_time_rate", "numerator | denominator\n2 | 2", level="county")
    expect(measured.figures, "ledger_closure.in_doubt", "value\n1", level="county")
    expect(measured.figures, "ledger_closure.open", "value\n2", level="county")


def test_the_sum_of_special_funds_is_stated_beside_the_rule() -> None:
    """An amount of 0 is a number, a blank is none."""
    world = county("ABC")
    for code, amount in zip("ABC", ("5000", "0", ""), strict=True):
        counts = f"item_id | done_count\nspecial_funds_amount | {amount}"
        world.report(code, "2026-10", checklist=answers("special_funds"), counts=counts)
    measured = world.measure(STANDARD, only="special_funds")
    expect(measured.figures, "special_funds", "numerator | denominator\n3 | 3", level="county")
    expect(measured.figures, "special_funds.amount", "value | unreported\n5000 | 1", level="county")


@pytest.mark.parametrize(("answer", "status"), [("yes", "met"), ("no", "pending")])
def test_the_bureau_publishes_and_counts_the_assessment(answer: str, status: str) -> None:
    """Both items; the school year is not over."""
    head = "body | item_id | answer | answer_date"
    rows = f"局 | assessment_published | yes | 2026-10-09\n局 | assessment_counted | {answer} | 2026-10-09"
    world = county().bureau("2026-10", body_checklist=f"{head}\n{rows}")
    statuses(world, "assessment_filed", f"unit_code | status\nbureau | {status}")


@pytest.mark.parametrize(
    ("day", "is_notified", "status"),
    [
        ("2026-10-01", "true", "met"),
        ("2026-10-31", "true", "met"),
        ("2026-09-30", "true", "unmet"),
        ("2026-10-15", "false", "unmet"),
        ("2026-10-15", "", "unmet"),
    ],
)
def test_an_inspection_and_its_circular_in_the_month(day: str, is_notified: str, status: str) -> None:
    """Looking without telling is not enough."""
    sheet = f"held_date | school_code | level | item_name | is_notified\n{day} | A | spot | x | {is_notified}"
    world = county().bureau("2026-10", inspections=sheet)
    statuses(world, "inspections_circulated", f"unit_code | status\nbureau | {status}")
