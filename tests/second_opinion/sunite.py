"""The second opinion on sunite-2022, from provisions.csv and the readings; independent of pipelines/measure."""

from __future__ import annotations

import re
from datetime import timedelta

import yaml

from tests.second_opinion.calendar import CONTRACTS
from tests.second_opinion.cases import incident_reporting
from tests.second_opinion.desk import Row
from tests.second_opinion.duties import (
    any_of,
    bureau_count,
    bus_checked,
    checked,
    counted,
    dated_in,
    every_bus,
    items,
    meetings,
    so_far,
    submission_rate,
    together,
    unless_taken_back,
    with_ledger,
)
from tests.second_opinion.figures import Number
from tests.second_opinion.guards import guards_by_bands
from tests.second_opinion.logic import Truth, at_least, both, either
from tests.second_opinion.opinions import Opinions
from tests.second_opinion.school import Unit, Verdict
from tests.second_opinion.surroundings import is_uncertain, sites

YEARLY_HOURS = 32
RECURRENCE_DAYS = 180
STAGES = ("primary", "junior", "senior", "vocational")


def bus_is_safe(unit: Unit, row: Row) -> Truth:
    """Checked in the month, its driver qualified, its hazards mended."""
    return both(bus_checked(unit, row), row["is_driver_qualified"], row["is_hazard_fixed"])


def national_security_topic(unit: Unit) -> Verdict:
    """A session at least, each of two class hours at least."""
    events = unit.events("trainings", unit.window("school_year"))

    def fits(row: Row) -> Truth:
        return any_of(row, ("topic", "category"), ("国家安全",))

    tally = events.tally(fits, "topic", "category", "class_hours")
    long_enough = both(*(at_least(row["class_hours"], 2) for row in events.certain(fits)))
    missing, could_flip = events.is_month_missing, not tally.is_complete
    met = both(tally.low >= 1, long_enough)
    verdict = unit.decide(
        "school_year", met, could_flip=could_flip, is_month_missing=missing, actual=tally.low, required=1
    )
    return Verdict("unreported") if verdict.status == "met" and could_flip else unless_taken_back(verdict, events)


def national_security_hours(unit: Unit) -> Verdict:
    """Thirty-two hours in each stage taught; kindergartens are outside."""
    parts = []
    for stage in unit.teaches:
        hours = unit.done(f"national_security_hours_{stage}")
        verdict = unit.decide(
            "school_year",
            at_least(hours, YEARLY_HOURS),
            population=stage in STAGES,
            actual=hours,
            required=YEARLY_HOURS,
        )
        parts.append(verdict)
    return summed(parts)


def summed(parts: list[Verdict]) -> Verdict:
    """Verdicts of a school's parts as one, their numbers added up."""
    status = together([each.status for each in parts])
    if status in ("exempt", "unreported"):
        return Verdict(status)
    asked = [each for each in parts if each.status != "exempt"]
    actual = None if any(each.actual is None for each in asked) else sum(each.actual for each in asked)
    return Verdict(status, actual=actual, required=sum(each.required for each in asked if each.required))


def legal_vice_principal(unit: Unit) -> Verdict:
    """One at least."""
    number = unit.profile("legal_vice_principal_count")
    return unit.decide("point", at_least(number, 1), actual=number, required=1)


def risk_point_list(unit: Unit) -> Verdict:
    """The list kept; responsible person and deadline on every hazard open in the month."""
    return with_ledger(unit, "month", ("risk_point_list",), "responsible_name", "deadline_date")


def psych_screening(unit: Unit) -> Verdict:
    """One screening at least."""
    number = unit.done("psych_screenings")
    met = at_least(number, 1)
    return unit.decide("school_year", met, actual=number, required=1)


def psych_inspection_school(unit: Unit) -> Verdict:
    """Done, and dated in the school year."""
    day = unit.day("psych_inspection_school")
    met = both(unit.yes("psych_inspection_school"), at_least(day, unit.window("school_year").start))
    return checked(unit, "school_year", met)


def cyber_security(unit: Unit) -> Verdict:
    """Rules, plan, drill and training; grading where there is something to grade."""
    plain = (unit.yes(f"cyber_{item}") for item in ("rules", "plan", "drill", "training"))
    return checked(unit, "school_year", both(*plain, either(unit.yes("cyber_grading"), unit.na("cyber_grading"))))


def psych_inspection(unit: Unit) -> Verdict:
    """An inspection on mental health in the school year."""
    events = unit.events("inspections", unit.window("school_year"))
    tally = events.tally(lambda row: any_of(row, ("inspection_kind", "item_name"), ("心理",)))
    return unit.often_enough("school_year", events, tally, 1)


def member_self_check(unit: Unit) -> Verdict:
    """The body has checked itself, and what it found is mended."""
    found, mended = unit.due("self_check_findings"), unit.done("self_check_findings")
    return checked(unit, "school_year", both(unit.yes("body_self_check"), at_least(mended, found)))


def attendance(unit: Unit) -> Verdict:
    """Of the quarter's joint meetings to which the body was invited, those to which it came."""
    events = unit.events("meetings", unit.window("quarter"))
    sheet = unit.sheet("meetings")
    if not sheet.is_told:
        return unit.ratio("quarter", None, None)
    meetings_held: dict[tuple[object, ...], Row] = {}
    for row in events.certain(lambda row: row["meeting_type"] == "joint"):
        key = (row["submission_no"], row["held_date"], row["township"])
        meetings_held.setdefault(key, row)
    latest = {key[1:]: row for key, row in meetings_held.items()}
    listed = [row for row in latest.values() if row["expected_bodies"] and row["attended_bodies"]]
    invited = [row for row in listed if _is_named(unit, row["expected_bodies"])]
    came = sum(_is_named(unit, row["attended_bodies"]) for row in invited)
    tally = events.tally(lambda row: True, "meeting_type", "expected_bodies", "attended_bodies")
    if not tally.is_complete:
        return Verdict("unreported", done=came, due=len(invited), is_due_certain=False)
    return unit.ratio("quarter", came, len(invited), could_flip=events.is_month_missing, has_target=False)


def _is_named(unit: Unit, text: str) -> bool:
    return bool(unit.names & set(re.split(r"[、，,；;/\s]+", text)))


def perimeter_recurrence(unit: Unit) -> Verdict:
    """Of the sites cleared in the last 180 days, those where the same was found again within 180 days."""
    day = unit.desk.cut_off
    known = [each for each in sites(unit) if not each.is_doubtful]
    cleared = [each for each in known if each.cleared and day - timedelta(days=RECURRENCE_DAYS) < each.cleared <= day]
    again = 0
    for each in cleared:
        later = [
            (other.found - each.cleared).days
            for other in known
            if each.cleared and other.key == each.key and each.cleared < other.found <= day
        ]
        again += any(gap <= RECURRENCE_DAYS for gap in later)
    sheet = unit.sheet("perimeter")
    if not sheet.is_told:
        return Verdict("unreported")
    if is_uncertain(unit, "school_code", "category", "location", "cleared_date"):
        return Verdict("unreported", done=again, due=len(cleared), is_due_certain=False)
    return unit.ratio("month", again, len(cleared), has_target=False)


def perimeter_joint_action(state: str):  # type: ignore[no-untyped-def]
    """Sites found in the quarter, and those with bodies named."""

    def count(unit: Unit) -> Number:
        window, day = unit.window("quarter"), unit.desk.cut_off
        events = unit.events("perimeter", window, "found_date")
        if events.number(lambda row: True, *(("bodies",) if state == "joint_actions" else ())) is None:
            return Number(None)
        found = [each for each in sites(unit) if window.start <= each.found <= day]
        if any(each.is_doubtful for each in found):
            return Number(None)
        named = [each for each in found if each.row["bodies"] is not None]
        return so_far(events, len(named if state == "joint_actions" else found))

    return count


def four_100_all(unit: Unit) -> Verdict:
    """All four."""
    return Verdict(together([judge(unit).status for judge in FOUR.values()]))


DOCUMENT = yaml.safe_load((CONTRACTS / "standards" / "sunite-2022.yaml").read_text(encoding="utf-8"))
BODIES = {each["name"]: frozenset((each["name"], *each["synonyms"])) for each in DOCUMENT["bodies"]}

FOUR = {
    "four_100_guards": guards_by_bands,
    "four_100_closed": items("point", "closed_campus"),
    "four_100_alarm_video": items("point", "one_key_alarm", "alarm_police", "video_key_areas", "video_police"),
    "four_100_gate_post": items("point", "gate_post"),
}

SUNITE = Opinions(
    rules={
        "submission_rate": submission_rate,
        "governance": items("school_year", "safety_leading_group", "safety_office"),
        "ideology_responsibility": items("school_year", "ideology_responsibility"),
        **FOUR,
        "four_100_all": four_100_all,
        "micro_fire_station": items("point", "micro_fire_station"),
        "fire_checks": lambda unit: dated_in(unit, "month", "egress_check", "fire_gear_check"),
        "lab_chemicals": items("month", "lab_chemicals", population=lambda unit: unit.profile("has_lab")),
        "bright_kitchen": items("point", "bright_kitchen", population=lambda unit: unit.profile("has_canteen")),
        "kitchen_4d": items("point", "kitchen_4d", population=lambda unit: unit.profile("has_canteen")),
        "bus_safety": every_bus("month", bus_is_safe),
        "national_security_topic": national_security_topic,
        "national_security_hours": national_security_hours,
        "legal_vice_principal": legal_vice_principal,
        "risk_point_list": risk_point_list,
        "bullying_group_hotline": items("point", "bullying_group", "bullying_hotline"),
        "psych_screening": psych_screening,
        "psych_course_room": items("point", "psych_course", "counselling_room"),
        "psych_inspection_school": psych_inspection_school,
        "cyber_security": cyber_security,
        "legal_counsel": items("school_year", "legal_counsel"),
    },
    ratios={
        "event_risk_assessment": counted("school_year", "risk_assessed_events"),
        "dispute_screening": counted("month", "disputes_resolved", has_target=False),
        "psych_screened": counted("school_year", "psych_screened"),
        "psych_filed": counted("school_year", "psych_filed"),
        "key_student_care": counted("month", "key_student_care"),
        "entry_query": counted("point", "staff_vetted"),
    },
    gaps=("four_100_guards",),
    durations={"incident_reporting": ("minutes", incident_reporting("reported_education_at"))},
    bureau_rules={
        "situation_analysis": meetings("analysis"),
        "joint_meetings": meetings("joint"),
        "psych_inspection": psych_inspection,
    },
    bodies=BODIES,
    body_rules={"member_self_check": member_self_check},
    body_ratios={"joint_meetings.b": attendance},
    bureau_ratios={"perimeter_recurrence": perimeter_recurrence},
    bureau_numbers={
        "perimeter_joint_action.found": perimeter_joint_action("found"),
        "perimeter_joint_action.joint_actions": perimeter_joint_action("joint_actions"),
        "key_person_screening.screened": bureau_count("key_persons_screened"),
    },
)
