"""Wujin's work points: every provision with its numbers, as small tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.metadata.standards import Parameter, Standard, load_standard
from tests.spec.test_guards import JINGHONG, county_of, required
from tests.spec.world import World, expect

STANDARD = "wujin-2020"
_AREAS = tuple(f"area_{number:02d}" for number in range(1, 11))


def district(schools: str = "A", school_type: str = "primary") -> World:
    """A district of these schools, one letter each."""
    rows = "\n".join(f"{code} | {school_type} | East" for code in schools)
    return World().register(f"school_code | school_type | township\n{rows}")


def statuses(world: World, provision: str, rows: str, period: str = "2026-10") -> None:
    """Assert what each unit gets."""
    expect(world.measure(STANDARD, period, only=provision).assessments, provision, rows)


def value(world: World, indicator: str, wanted: str, period: str = "2026-10") -> None:
    """Assert the figure of the whole district."""
    only = indicator.partition(".")[0]
    expect(world.measure(STANDARD, period, only=only).figures, indicator, wanted, level="county")


def answers(*items: str, day: str = "2026-10-05", **other: str) -> str:
    """A checklist: these items answered yes on that day, others as given ('no', or 'yes | day')."""
    rows = [f"{item} | yes | {day}" for item in items]
    rows += [f"{item} | {word if '|' in word else word + ' |'}" for item, word in other.items()]
    return "\n".join(["item_id | answer | answer_date", *rows])


def changed(provision_id: str, **parameters: int | str) -> Standard:
    """The standard reduced to that provision, with other parameters."""
    standard = load_standard(STANDARD)
    provision = standard.provision(provision_id)
    other = tuple(
        Parameter(each.name, parameters.get(each.name, each.value), each.source) for each in provision.parameters
    )
    return replace(standard, provisions=(replace(provision, parameters=other),))


@pytest.mark.parametrize(
    ("provision", "items", "missed"),
    [
        ("school_responsibility", "post_duties school_assessment", "pending"),
        ("three_lists", "responsibility_list work_list problem_list", "unmet"),
        ("fire_standard", "fire_standard", "pending"),
        ("it_platform", "it_platform", "pending"),
        (
            "contingency_plans",
            "plan_disaster plan_epidemic plan_major_case plan_mass_event plan_air_pollution plan_severe_weather"
            " plan_anti_terror",
            "pending",
        ),
        ("three_100_closed_barrier", "closed_campus hard_barrier", "unmet"),
        (
            "three_100_alarm_video",
            "one_key_alarm alarm_police video_key_areas video_police video_education alarm_education",
            "unmet",
        ),
        (
            "smart_security",
            "one_key_alarm smart_intrusion video_key_areas smart_access smart_patrol",
            "unmet",
        ),
        ("key_periods", "key_period_rules", "pending"),
        ("anti_bullying", "anti_bullying", "pending"),
    ],
)
def test_every_item_has_to_be_in_place(provision: str, items: str, missed: str) -> None:
    """One No fails the school, where the window is over; one blank leaves it not known."""
    *others, last = items.split()
    world = district("ABC")
    world.report("A", "2026-10", checklist=answers(*others, last))
    world.report("B", "2026-10", checklist=answers(*others, **{last: "no"}))
    world.report("C", "2026-10", checklist=answers(*others, "gate_post"))
    statuses(world, provision, f"unit_code | status\nA | met\nB | {missed}\nC | unreported")


@pytest.mark.parametrize(
    ("provision", "item", "missed"),
    [
        ("daily_checks", "daily_checks", "unmet"),
        ("provincial_system", "provincial_system", "unmet"),
        ("special_physique", "special_physique", "pending"),
        ("platform_accounts", "account_activation", "unmet"),
        ("platform_teaching", "teacher_lessons", "unmet"),
        ("platform_hours", "class_hours", "unmet"),
        ("platform_students", "student_participation", "unmet"),
        ("platform_topics", "topic_activities", "unmet"),
        ("platform_drills", "drill_reports", "unmet"),
        ("dispute_resolution", "disputes_resolved", "unmet"),
    ],
)
def test_rates_that_schools_count(provision: str, item: str, missed: str) -> None:
    """All of them is met, one short is not, none due is exempt, a blank is not known; the rate sums people.

    What is pending may still be made good: above, it counts as done.
    """
    world = district("ABCD")
    for code, counts in zip("ABCD", ("40 | 40", "39 | 40", "0 | 0", " | 40"), strict=True):
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count\n{item} | {counts}")
    statuses(world, provision, f"unit_code | status\nA | met\nB | {missed}\nC | exempt\nD | unreported")
    most = "1" if missed == "pending" else "0.9917"
    value(world, provision, f"numerator | denominator | lower | upper\n79 | 120 | 0.6583 | {most}")


@pytest.mark.parametrize(
    ("changed_area", "actual", "status"),
    [
        ("yes | 2026-10-01", 10, "met"),
        ("yes | 2026-10-31", 10, "met"),
        ("yes | 2026-09-30", 9, "unmet"),
        ("na", 10, "met"),
        ("no", 9, "unmet"),
        ("", 9, "unreported"),
        (" | 2026-09-30", 9, "unreported"),
    ],
)
def test_ten_key_areas_each_checked_in_the_month(changed_area: str, actual: int, status: str) -> None:
    """Last month's check of one area leaves nine; an area that the school has not is no lack; a blank is not known.

    A blank beside an old date may be an area that the school has not.
    """
    sheet = answers(*_AREAS[:9], day="2026-10-31", area_10=changed_area)
    world = district().report("A", "2026-10", checklist=sheet)
    statuses(world, "ten_key_areas", f"status | actual | required\n{status} | {actual} | 10")


def test_a_known_no_decides_beside_a_blank_and_another_number_of_areas_is_a_parameter() -> None:
    """Eight checked, one not, one blank: ten are out of reach, eight are not."""
    world = district().report("A", "2026-10", checklist=answers(*_AREAS[:8], area_09="no"))
    statuses(world, "ten_key_areas", "status | actual | required\nunmet | 8 | 10")
    measured = world.measure(changed("ten_key_areas", area_count=8))
    expect(measured.assessments, "ten_key_areas", "status | actual | required\nmet | 8 | 8")


def test_the_fire_station_is_for_boarding_schools_and_nap_rooms() -> None:
    """A day school is exempt, and so is a school with a nap room that is no kindergarten."""
    world = World().register(
        "school_code | school_type | township\nA | primary | E\nB | primary | E\nK | kindergarten | E\n"
        "L | kindergarten | E"
    )
    item = answers(micro_fire_station="no")
    for code, facts in (("A", "1 | false"), ("B", "0 | true"), ("K", "0 | true"), ("L", "0 | false")):
        world.report(code, "2026-10", profile=f"boarder_count | has_nap_room\n{facts}", checklist=item)
    statuses(world, "micro_fire_station", "unit_code | status\nA | unmet\nB | exempt\nK | unmet\nL | exempt")


@pytest.mark.parametrize(
    ("term", "winter", "status"),
    [
        ("2026-08-17", "2026-12-01", "met"),
        ("2026-08-16", "2026-12-01", "unmet"),
        ("2027-01-22", "2027-01-22", "met"),
        ("2026-09-01", "", "unmet"),
        ("", "2026-12-01", "unmet"),
    ],
)
def test_buses_are_checked_at_term_start_and_in_winter(term: str, winter: str, status: str) -> None:
    """From fifteen days before term; the second of two buses decides."""
    sheet = f"plate_no | term_check_date | winter_check_date\n1 | 2026-09-01 | 2026-12-01\n2 | {term} | {winter}"
    world = district("AB").report("A", "2027-01", profile="has_bus\ntrue", buses=sheet)
    world.report("B", "2027-01", profile="has_bus\nfalse", buses="nil")
    statuses(world, "bus_inspections", f"unit_code | status\nA | {status}\nB | exempt", "2027-01")


def test_a_check_of_a_bus_whose_day_cannot_be_read_is_not_known() -> None:
    """In the semester that asks for it; another bus without a check decides all the same."""
    world = district("ABC")
    head = "plate_no | term_check_date | winter_check_date | invalid"
    rows = (
        "1 | | 2026-12-01 | term_check_date",
        "1 | 2026-09-01 | | winter_check_date",
        "1 | | | term_check_date\n2 | | |",
    )
    for code, row in zip("ABC", rows, strict=True):
        world.report(code, "2027-01", profile="has_bus\ntrue", buses=f"{head}\n{row}")
    world.report("B", "2027-06", profile="has_bus\ntrue", buses=f"{head}\n1 | 2027-02-22 | | winter_check_date")
    statuses(world, "bus_inspections", "unit_code | status\nA | unreported\nB | unreported\nC | unmet", "2027-01")
    measured = world.measure(STANDARD, "2027-06", only="bus_inspections")
    expect(measured.figures, "bus_inspections", "met | unreported\n1 | 2", level="county")


def test_the_second_semester_has_no_winter_check() -> None:
    """In the first semester what is not checked yet is pending; a bus owner without a list of buses is not known."""
    sheet = "plate_no | term_check_date | winter_check_date\n1 | {} |"
    world = district("AB").report("A", "2027-06", profile="has_bus\ntrue", buses=sheet.format("2027-02-22"))
    world.report("A", "2026-10", profile="has_bus\ntrue", buses=sheet.format("2026-09-01"))
    world.report("B", "2026-10", profile="has_bus\ntrue", buses="")
    statuses(world, "bus_inspections", "unit_code | status\nA | met\nB | unreported", "2027-06")
    statuses(world, "bus_inspections", "unit_code | status\nA | pending\nB | unreported")


@pytest.mark.parametrize(("weeks", "status"), [(4, "met"), (5, "met"), (3, "unmet")])
def test_a_check_for_every_teaching_week(weeks: int, status: str) -> None:
    """October 2026 has four teaching weeks."""
    world = district().report("A", "2026-10", counts=f"item_id | done_count\nweekly_checks | {weeks}")
    statuses(world, "weekly_checks", f"status | actual | required\n{status} | {weeks} | 4")


def test_the_chain_of_backlogs_and_a_break_in_it() -> None:
    """A carries one over, finds two and closes one; B drops the hazard of September without closing it."""
    head = "hazard_no | found_date | status | closed_date"
    september = f"{head}\n1 | 2026-09-10 | open |\n2 | 2026-09-11 | closed | 2026-09-20"
    world = district("ABC")
    world.report("A", "2026-09", hazards=september).report("B", "2026-09", hazards=september)
    october = "3 | 2026-10-01 | open |\n4 | 2026-10-31 | open |"
    world.report("A", "2026-10", hazards=f"{head}\n1 | 2026-09-10 | closed | 2026-10-15\n{october}")
    world.report("B", "2026-10", hazards=f"{head}\n{october}").report("C", "2026-10", hazards="nil")
    measured = world.measure(STANDARD, only="hazard_backlog")
    for name, county, rows in (
        ("carried_over", "1", "A | 1\nB | 0\nC | 0"),
        ("new", "4", "A | 2\nB | 2\nC | 0"),
        ("closed", "1", "A | 1\nB | 0\nC | 0"),
        ("backlog", "4", "A | 2\nB | 2\nC | 0"),
        ("broken", "1", "A | 0\nB | 1\nC |"),
    ):
        expect(measured.assessments, f"hazard_backlog.{name}", f"unit_code | done\n{rows}")
        expect(measured.figures, f"hazard_backlog.{name}", f"value\n{county}", level="county")


def test_four_elements_on_each_hazard_open_in_the_month() -> None:
    """Funds are no part of it; one without a plan is short; one closed before the month is not asked."""
    head = "hazard_no | found_date | status | closed_date | deadline_date | responsible_name | measure | has_plan"
    rows = (
        "1 | 2026-10-09 | open | | 2026-11-09 | 王* | 更换 | true",
        "2 | 2026-10-09 | closed | 2026-10-09 | 2026-11-09 | 王* | 更换 | false",
        "3 | 2026-09-01 | closed | 2026-10-01 | 2026-10-09 | 王* | 更换 | true",
        "4 | 2026-09-01 | closed | 2026-09-30 | | | |",
    )
    world = (
        district("AB").report("A", "2026-10", hazards="\n".join([head, *rows])).report("B", "2026-10", hazards="nil")
    )
    statuses(world, "hazard_four_elements", "unit_code | status | done | due\nA | unmet | 2 | 3\nB | exempt | 0 | 0")


def test_hazards_closed_by_their_deadline() -> None:
    """On the day is on time, the day after is late, one not yet due is not asked."""
    head = "hazard_no | found_date | deadline_date | status | closed_date"
    rows = (
        "1 | 2026-10-09 | 2026-10-20 | closed | 2026-10-20",
        "2 | 2026-10-09 | 2026-10-20 | closed | 2026-10-21",
        "3 | 2026-10-09 | 2026-11-20 | open |",
    )
    world = district().report("A", "2026-10", hazards="\n".join([head, *rows]))
    value(world, "hazard_closure.on_time_rate", "numerator | denominator\n1 | 2")
    value(world, "hazard_closure.open", "value\n1")


def test_visits_open_and_unannounced_and_the_schools_reached() -> None:
    """Two items of one visit are one visit; the words of the kind tell as well as the method."""
    sheet = """
    held_date | school_code | level | method | inspection_kind | item_name
    2026-10-09 | A | spot | regular | 检查 | x
    2026-10-09 | A | spot | regular | 检查 | y
    2026-10-12 | A | spot | random | 检查 | x
    2026-10-31 | B | spot | special | 消防暗访 | x
    2026-09-30 | C | spot | random | 检查 | x
    """
    world = district("ABC").bureau("2026-10", inspections=sheet)
    for name, number in (("visits", 3), ("unannounced", 2), ("announced", 1)):
        value(world, f"inspections.{name}", f"value\n{number}")
    value(world, "inspections.coverage", "numerator | denominator\n2 | 3")


def test_ordered_rectifications_that_are_done() -> None:
    """Of one visit no more than was ordered; a blank is none done; another month's orders are not asked."""
    sheet = """
    held_date | school_code | level | item_name | assigned_count | fixed_count
    2026-10-01 | A | superior | x | 4 | 4
    2026-10-31 | A | superior | y | 3 | 5
    2026-10-15 | B | spot | x | 2 |
    2026-09-30 | B | spot | x | 9 | 0
    """
    world = district("AB").bureau("2026-10", inspections=sheet)
    statuses(world, "supervision_orders", "unit_code | status | done | due\nbureau | unmet | 7 | 9")


@pytest.mark.parametrize(
    ("provision", "items"),
    [
        ("bureau_responsibility", "bureau_responsibility bureau_assessment"),
        (
            "bureau_plans",
            "body_plan_school_incident body_plan_meteorological body_plan_ice_snow body_plan_air_pollution",
        ),
    ],
)
def test_what_the_bureau_has_to_have(provision: str, items: str) -> None:
    """Every item; the year is not over when one is missing."""
    head = "body | item_id | answer | answer_date"
    rows = [f"局 | {item} | yes | 2026-03-02" for item in items.split()]
    statuses(district().bureau("2026-10", body_checklist="\n".join([head, *rows])), provision, "status\nmet")
    short = [*rows[:-1], rows[-1].replace("yes", "no")]
    statuses(district().bureau("2026-10", body_checklist="\n".join([head, *short])), provision, "status\npending")


@pytest.mark.parametrize(("day", "status"), [("2026-10-01", "met"), ("2026-12-31", "met"), ("2026-09-30", "unmet")])
def test_the_risk_list_is_reviewed_in_the_quarter(day: str, status: str) -> None:
    """Both ends of the quarter count."""
    sheet = f"body | item_id | answer | answer_date\n局 | perimeter_risk_list | yes | {day}"
    statuses(district().bureau("2026-12", body_checklist=sheet), "risk_list", f"status\n{status}", "2026-12")


def test_numbers_of_the_bodies() -> None:
    """Bodies are added up; nobody's report is no number."""
    sheet = "body | item_id | done_count\n局 | crime_clues | 2\n公安 | crime_clues | 1\n公安 | key_persons_watched | 0"
    world = district().bureau("2026-10", body_counts=sheet)
    value(world, "crime_clues.filed", "value | status\n3 | final")
    value(world, "key_persons_perimeter.key_persons", "value\n0")
    value(world, "key_persons_perimeter.cleanups", "value | status\n | no_data")


def test_guards_by_the_national_bands() -> None:
    """As jinghong's by assumption: the larger of the general and the boarding band."""
    expect(
        county_of(JINGHONG).measure(STANDARD, only="three_100_guards").assessments,
        "three_100_guards",
        required(JINGHONG),
    )
    vectors = [(3000, 1800, 12), (1000, 0, 2), (900, 299, 2)]
    measured = county_of(vectors).measure(changed("three_100_guards", boarding_reading="sum"))
    expect(measured.assessments, "three_100_guards", required(vectors))


def test_all_three_follow_from_the_three() -> None:
    """A link to the police alone is not enough."""
    six = ("one_key_alarm", "alarm_police", "alarm_education", "video_key_areas", "video_police")
    profile = "student_count | staff_count | boarder_count\n90 | 9 | 0"
    world = district("ABC")
    for code, word in (("A", "yes | 2026-10-05"), ("B", "no"), ("C", "")):
        sheet = answers(*six, "closed_campus", "hard_barrier", video_education=word)
        world.report(code, "2026-10", checklist=sheet, profile=profile, guards="employment\nfull_time")
    parts = "three_100_guards three_100_closed_barrier three_100_alarm_video three_100_all"
    measured = world.measure(STANDARD, only=parts)
    expect(measured.assessments, "three_100_all", "unit_code | status\nA | met\nB | unmet\nC | unreported")
    expect(measured.figures, "three_100_guards", "numerator | denominator\n3 | 3", level="county")


def test_an_incident_reaches_both_within_the_hour() -> None:
    """60 minutes are in time, 61 are not; the later of the two decides, and a missing one is no report."""
    sheet = """
    incident_no | occurred_at | known_at | reported_government_at | reported_education_at | level
    1 | 2026-10-09 07:50 | 2026-10-09 08:00 | 2026-10-09 09:00 | 2026-10-09 08:10 | 一般
    2 | 2026-10-09 07:50 | 2026-10-09 08:00 | 2026-10-09 08:10 | 2026-10-09 09:01 |
    3 | 2026-10-10 07:50 | 2026-10-10 08:00 | 2026-10-10 08:10 | | 一般
    4 | 2026-10-11 07:50 | 2026-10-11 08:00 | 2026-10-11 08:30 | 2026-10-11 08:30 | 重大
    5 | 2026-10-11 07:50 | | 2026-10-11 08:30 | 2026-10-11 08:30 | 一般
    """
    world = district("AB").report("A", "2026-10", incidents=sheet).report("B", "2026-10", incidents="nil")
    measured = world.measure(STANDARD, only="incident_within_hour")
    expect(measured.figures, "incident_within_hour.on_time_rate", "numerator | denominator\n2 | 4", level="county")
    expect(measured.figures, "incident_within_hour.open", "value\n1", level="county")
    expect(
        measured.cases,
        "incident_within_hour",
        "case_no | status\n1 | closed\n2 | closed\n3 | overdue\n4 | closed\n5 | in_doubt",
    )
    stricter = world.measure(changed("incident_within_hour", grave_minutes=29))
    expect(stricter.figures, "incident_within_hour.on_time_rate", "numerator | denominator\n1 | 4", level="county")


def test_safe_campuses_by_level_and_those_looked_at_again() -> None:
    """A school may hold several; only those of the province are looked at again; a blank is not counted."""
    world = district("ABCD")
    levels = ("safe_campus_district", "safe_campus_city", "safe_campus_province")
    world.report("A", "2026-10", checklist=answers(*levels, "safe_campus_review"))
    world.report("B", "2026-10", checklist=answers(*levels, safe_campus_review="no"))
    world.report("C", "2026-10", checklist=answers(levels[0], **dict.fromkeys(levels[1:], "no")))
    measured = world.measure(STANDARD, only="safe_campus")
    for level, number in (("district", 3), ("city", 2), ("province", 2)):
        expect(measured.figures, f"safe_campus.{level}", f"value | unreported\n{number} | 1", level="county")
    expect(measured.figures, "safe_campus.reviewed", "numerator | denominator\n1 | 2", level="county")


@pytest.mark.parametrize(
    ("chemicals", "status"),
    [
        ("yes | 2026-10-01", "met"),
        ("yes | 2026-10-31", "met"),
        ("na", "met"),
        ("yes | 2026-09-30", "unmet"),
        ("no", "unmet"),
        ("", "unreported"),
        (" | 2026-09-30", "unreported"),
    ],
)
def test_egress_chemicals_and_wiring_are_checked_in_the_month(chemicals: str, status: str) -> None:
    """Each of the three, in the month, unless the school has none."""
    sheet = answers("egress_check", "electrical_check", chemical_check=chemicals)
    world = district().report("A", "2026-10", checklist=sheet)
    statuses(world, "egress_chemical_electrical", f"status\n{status}")
