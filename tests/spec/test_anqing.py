"""anqing-2018, what schools have and keep: items, people, kit, ledgers, each number of the document at its edge."""

from __future__ import annotations

from tests.spec.world import World, expect

STANDARD = "anqing-2018"
YES_ITEMS = {
    "four_fold_delivery": "safety_education_plan safety_education_textbook safety_education_hours"
    " safety_education_teacher",
    "school_based_course": "school_based_course",
    "gate_post": "gate_post",
    "gate_video": "gate_video",
    "pickup_bay": "pickup_bay",
    "outsourced_service": "outsourced_service",
    "leading_group": "leading_group",
    "closed_campus": "closed_campus",
    "hard_barrier": "hard_barrier",
    "guard_systems": "patrol_rules entry_register_rules hazard_check_rules",
    "volunteers": "volunteers",
    "video_key_areas": "video_key_areas",
    "three_haves": "key_spot_signs key_spot_gear key_spot_cameras",
    "perimeter_alarm": "perimeter_alarm",
    "one_key_alarm": "one_key_alarm",
    "building_safety": "building_safety siting_assessment",
    "alarm_video_linked": "video_police video_education alarm_police alarm_education video_public_network",
    "veto_in_assessment": "veto_in_assessment",
    "helpline": "helpline help_contact",
    "incident_plan": "incident_plan incident_report_rules",
    "legal_counsel": "legal_counsel",
    "spokesperson": "spokesperson",
    "accident_accountability": "accident_accountability",
}


def schools(codes: str, school_type: str = "primary") -> World:
    """A world with one school a letter, all of one type and township."""
    rows = "\n".join(f"{code} | {school_type} | East" for code in codes)
    return World().register(f"school_code | school_type | township\n{rows}")


def checklist(answers: dict[str, str]) -> str:
    """The checklist with these answers, dated where they say yes."""
    rows = [f"{item} | {answer} | {'2026-10-08' if answer == 'yes' else ''}" for item, answer in answers.items()]
    return "\n".join(["item_id | answer | answer_date", *rows])


def test_every_item_of_a_rule_decides() -> None:
    """All yes meets; a No fails every rule that names it and no other; blank is unreported."""
    items = sorted({item for named in YES_ITEMS.values() for item in named.split()})
    codes = ["ALL", "BLANK", *items]
    world = World().register("school_code | school_type | township\n" + "\n".join(f"{c} | primary | E" for c in codes))
    world.report("ALL", "2026-10", checklist=checklist(dict.fromkeys(items, "yes"))).report("BLANK", "2026-10")
    for item in items:
        world.report(item, "2026-10", checklist=checklist({**dict.fromkeys(items, "yes"), item: "no"}))
    measured = world.measure(STANDARD, only=" ".join(YES_ITEMS))
    found = {(row["indicator"], row["unit_code"]): row["status"] for row in measured.assessments.to_pylist()}
    for provision, named in YES_ITEMS.items():
        failing = {code for code in codes if found[provision, code] in ("unmet", "pending")}
        assert failing == set(named.split()), provision
        assert (found[provision, "ALL"], found[provision, "BLANK"]) == ("met", "unreported"), provision


def test_guards_from_100_students_up_and_either_kind() -> None:
    """A full-time guard or a trained manager; below 100 students exempt; one of the two unknown leaves it open."""
    world = schools("ABCDEFG")
    for code, students, guards, managers in (
        ("A", 99, "nil", 0),
        ("B", 100, "nil", 0),
        ("C", 100, "employment\nfull_time", 0),
        ("D", 100, "nil", 1),
        ("E", 100, "employment\npart_time", 0),
        ("F", 100, "", 1),
        ("G", 100, "", 0),
    ):
        profile = f"student_count | trained_safety_manager_count\n{students} | {managers}"
        world.report(code, "2026-10", profile=profile, guards=guards)
    measured = world.measure(STANDARD, only="guards_staffing")
    expect(
        measured.assessments,
        "guards_staffing",
        """
        unit_code | status | actual | required
        A | exempt | 0 | 1
        B | unmet | 0 | 1
        C | met | 1 | 1
        D | met | 1 | 1
        E | unmet | 0 | 1
        F | met | | 1
        G | unreported | | 1
        """,
    )
    expect(measured.figures, "guards_staffing.gap", "value\n2", level="county")


def test_39_posts_unless_the_school_says_how_many_apply() -> None:
    """38 of 39 are short; 20 of 20 are all; nothing sent or not to be read is no known number of posts."""
    world = schools("ABCDEFG")
    told = (("A", "39 | |"), ("B", "38 | |"), ("C", "20 | 20 |"), ("D", "| |"))
    for code, row in (*told, ("F", "20 | | due_count"), ("G", "| 20 | done_count")):
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count | invalid\nposts_signed | {row}")
    expect(
        world.measure(STANDARD, only="post_duties").assessments,
        "post_duties",
        """
        unit_code | status | done | due
        A | met | 39 | 39
        B | pending | 38 | 39
        C | met | 20 | 20
        D | unreported | | 39
        E | unreported | |
        F | unreported | |
        G | unreported | | 20
        """,
    )


def test_the_kit_has_eight_pieces_whatever_is_filled_in() -> None:
    """Seven of seven are seven of eight; nine are no more than all."""
    world = schools("ABC")
    for code, row in (("A", "8 |"), ("B", "7 | 7"), ("C", "9 | 9")):
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count\nkit_pieces | {row}")
    measured = world.measure(STANDARD, only="security_kit")
    expect(
        measured.assessments,
        "security_kit",
        "unit_code | status | done | due\nA | met | 8 | 8\nB | unmet | 7 | 8\nC | met | 8 | 8",
    )
    expect(measured.figures, "security_kit", "numerator | denominator\n23 | 24", level="county")


def test_insured_at_the_end_of_the_period() -> None:
    """Both days of the policy count; the policy alone does not do, nor the answer alone."""
    world = schools("ABCDEF")
    for code, answer, start, end in (
        ("A", "yes", "2025-11-01", "2026-10-31"),
        ("B", "yes", "2025-11-01", "2026-10-30"),
        ("C", "yes", "2026-10-31", "2027-10-30"),
        ("D", "yes", "2026-11-01", "2027-10-31"),
        ("E", "no", "2025-11-01", "2026-10-31"),
        ("F", "yes", "", ""),
    ):
        profile = f"insurance_start_date | insurance_end_date\n{start} | {end}"
        world.report(code, "2026-10", profile=profile, checklist=checklist({"liability_insurance": answer}))
    expect(
        world.measure(STANDARD, only="liability_insurance").assessments,
        "liability_insurance",
        "unit_code | status\nA | met\nB | pending\nC | met\nD | pending\nE | pending\nF | unreported",
    )


def test_an_alarm_that_is_not_there_need_not_be_linked() -> None:
    """Not applicable passes; No does not."""
    items = YES_ITEMS["alarm_video_linked"].split()
    without = {**dict.fromkeys(items, "yes"), "alarm_police": "na", "alarm_education": "na"}
    world = schools("AB").report("A", "2026-10", checklist=checklist(without))
    world.report("B", "2026-10", checklist=checklist({**without, "video_public_network": "no"}))
    expect(
        world.measure(STANDARD, only="alarm_video_linked").assessments,
        "alarm_video_linked",
        "unit_code | status\nA | met\nB | unmet",
    )


def test_fire_equipment_checked_in_the_month() -> None:
    """First and last day of October; a check of September is an old one."""
    world = schools("ABC")
    for code, day in (("A", "2026-10-01"), ("B", "2026-10-31"), ("C", "2026-09-30")):
        world.report(code, "2026-10", checklist=f"item_id | answer | answer_date\nfire_equipment | yes | {day}")
    expect(
        world.measure(STANDARD, only="fire_equipment").assessments,
        "fire_equipment",
        "unit_code | status\nA | met\nB | met\nC | unmet",
    )


def test_people_of_whom_one_is_enough() -> None:
    """A vice-principal or a counsellor; a psychology teacher and the room; a manager where anybody boards."""
    world = schools("ABCD")
    head = (
        "legal_vice_principal_count | legal_counselor_count | psych_teacher_count | boarder_count | dorm_manager_count"
    )
    for code, row, room in (
        ("A", "1 | 0 | 1 | 1 | 1", "yes"),
        ("B", "0 | 1 | 0 | 1 | 0", "yes"),
        ("C", "0 | 0 | 1 | 0 | 0", "no"),
        ("D", "0 | | | |", "yes"),
    ):
        world.report(code, "2026-10", profile=f"{head}\n{row}", checklist=checklist({"counselling_room": room}))
    measured = world.measure(STANDARD, only="legal_vice_principal psych_teacher_room dorm_managers")
    for provision, expected in (
        ("legal_vice_principal", ("met", "met", "unmet", "unreported")),
        ("psych_teacher_room", ("met", "unmet", "unmet", "unreported")),
        ("dorm_managers", ("met", "unmet", "exempt", "unreported")),
    ):
        rows = "\n".join(f"{code} | {status}" for code, status in zip("ABCD", expected, strict=True))
        expect(measured.assessments, provision, f"unit_code | status\n{rows}")


def test_every_guard_on_duty_trained_this_term() -> None:
    """Part-timers too; one who has left does not count; without guards there is nobody to train."""
    head = "employment | training_days | end_date"
    world = schools("ABCDE")
    for code, guards in (
        ("A", f"{head}\nfull_time | 1 |\npart_time | 2 |\nfull_time | 0 | 2026-09-30"),
        ("B", f"{head}\nfull_time | 1 |\npart_time | 0 |"),
        ("C", f"{head}\nfull_time | 1 |\npart_time | |"),
        ("D", "nil"),
        ("E", ""),
    ):
        world.report(code, "2026-10", guards=guards)
    expect(
        world.measure(STANDARD, only="guard_training").assessments,
        "guard_training",
        "unit_code | status\nA | met\nB | pending\nC | unreported\nD | exempt\nE | unreported",
    )


def test_a_risk_list_and_three_elements_on_every_hazard_open_in_the_month() -> None:
    """Closed on 1 October is still open in October; a nil return has nothing to lack; an empty sheet says nothing."""
    head = "hazard_no | found_date | responsible_name | measure | deadline_date | status | closed_date"
    world = schools("ABCDEF")
    listed, unlisted = checklist({"risk_list": "yes"}), checklist({"risk_list": "no"})
    for code, hazards, answers in (
        ("A", f"{head}\n1 | 2026-09-01 | x | y | 2026-12-01 | open |", listed),
        ("B", f"{head}\n1 | 2026-09-01 | x | y | | closed | 2026-10-01", listed),
        ("C", f"{head}\n1 | 2026-09-01 | x | y | | closed | 2026-09-30", listed),
        ("D", "nil", listed),
        ("E", "nil", unlisted),
        ("F", "", listed),
    ):
        world.report(code, "2026-10", hazards=hazards, checklist=answers)
    expect(
        world.measure(STANDARD, only="risk_ledger").assessments,
        "risk_ledger",
        "unit_code | status\nA | met\nB | unmet\nC | met\nD | met\nE | unmet\nF | unreported",
    )


def test_every_bus_checked_within_six_months_with_a_licensed_driver() -> None:
    """Owners only; a school with buses and no list of them has not reported."""
    head = "plate_no | last_check_date | is_driver_qualified"
    world = schools("ABCDE")
    for code, has_bus, buses in (
        ("A", "true", f"{head}\n1 | 2026-05-01 | true\n2 | 2026-10-31 | true"),
        ("B", "true", f"{head}\n1 | 2026-10-01 | true\n2 | 2026-04-30 | true"),
        ("C", "true", f"{head}\n1 | 2026-10-01 | false"),
        ("D", "true", ""),
        ("E", "false", "nil"),
    ):
        world.report(code, "2026-10", profile=f"has_bus\n{has_bus}", buses=buses)
    expect(
        world.measure(STANDARD, only="bus_ledger").assessments,
        "bus_ledger",
        "unit_code | status\nA | met\nB | unmet\nC | unmet\nD | unreported\nE | exempt",
    )


def test_a_guard_list_of_which_rows_were_lost_exempts_nobody() -> None:
    """Whether there is a guard to train is not known: not exempt as a school that reports none."""
    world = schools("AB")
    world.report("A", "2026-10", guards="", lost={"guards": 2})
    world.report("B", "2026-10", guards="nil")
    expect(
        world.measure(STANDARD, only="guard_training").assessments,
        "guard_training",
        "unit_code | status | reason\nA | unreported | rows_lost\nB | exempt |",
    )
