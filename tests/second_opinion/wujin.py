"""The second opinion on wujin-2020, from provisions.csv and the readings; independent of pipelines/measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.second_opinion.calendar import days
from tests.second_opinion.cases import hazard_closure, incident_reporting
from tests.second_opinion.desk import Row
from tests.second_opinion.drills import drill_frequency
from tests.second_opinion.duties import (
    any_of,
    bureau_count,
    checked,
    counted,
    coverage,
    dated_in,
    every_bus,
    items,
    of_open_hazards,
    submission_rate,
    themes,
    together,
    unless_taken_back,
    visits,
)
from tests.second_opinion.figures import Number
from tests.second_opinion.guards import guards_by_bands, guards_share
from tests.second_opinion.ledger import doubtful_now, hazards, open_in_month
from tests.second_opinion.logic import Truth, at_least, both, either, opposite, within
from tests.second_opinion.opinions import Count, Judge, Opinions
from tests.second_opinion.school import Unit, Verdict, is_equal, seen

THEMES = (
    ("溺水",),
    ("交通",),
    ("消防", "火灾", "防火"),
    ("欺凌",),
    ("暴力",),
    ("踩踏",),
    ("性侵", "性骚扰"),
)
DATES = (
    ("开学",),
    ("学生安全教育日",),
    ("减灾日",),
    ("安全生产月",),
    ("消防日", "消防宣传日"),
    ("交通安全日",),
    ("寒假", "暑假", "放假"),
)
OCCASIONS = (
    *("start_of_term", "students_safety_day", "disaster_day", "safety_month", "fire_day"),
    *("traffic_safety_day", "before_holiday"),
)
UNANNOUNCED = ("暗访", "暗查", "四不两直")
LEAD_DAYS = 15
AREAS = tuple(f"area_{number:02d}" for number in range(1, 11))
FOUR = ("deadline_date", "responsible_name", "measure")
TRAINED = ("leaders", "officers", "staff")


def ten_key_areas(unit: Unit) -> Verdict:
    """Ten areas checked in the month; one that the school does not have counts as checked."""
    window = unit.window("month")
    checks = [
        either(unit.na(area), both(unit.yes(area), within(unit.day(area), window.start, window.end))) for area in AREAS
    ]
    done = sum(each is True for each in checks)
    return checked(unit, "month", both(*checks), actual=done, required=len(AREAS))


def micro_fire_station(unit: Unit) -> Verdict:
    """Boarding schools, and kindergartens with a nap room."""
    boarders = unit.profile("boarder_count")
    boarding: Truth = None if boarders is None else boarders > 0
    napping = both("kindergarten" in unit.teaches, unit.profile("has_nap_room"))
    return checked(unit, "point", unit.yes("micro_fire_station"), population=either(boarding, napping))


def bus_is_checked(unit: Unit, row: Row) -> Truth:
    """At the start of term, and in winter where it holds December. Blank is no check, unreadable may be one."""
    window = unit.window("semester")
    first = window.start - timedelta(days=LEAD_DAYS)
    at_start = seen(row, "term_check_date", lambda day: first <= day <= window.end)
    in_winter = seen(row, "winter_check_date", lambda day: window.start <= day <= window.end)
    has_winter = any(day.month == 12 for day in days(window.start, window.end))
    return both(at_start, either(in_winter, not has_winter))


def weekly_checks(unit: Unit) -> Verdict:
    """As many weeks checked as the month has teaching weeks."""
    weeks = len(unit.desk.calendar.teaching_weeks(unit.desk.month, unit.stage))
    number = unit.done("weekly_checks")
    met = at_least(number, weeks)
    return unit.decide("month", met, actual=number, required=weeks)


def backlog(what: str) -> Count:
    """The month's list: carried over, new, closed, still open, and whether the chain from last month breaks."""

    def count(unit: Unit) -> Number:
        sheet = unit.sheet("hazards")
        if not sheet.is_known or sheet.lost or doubtful_now(unit):
            return Number(None)
        numbers_listed = {(row["hazard_no"], row["found_date"]) for row in sheet.rows}
        listed = [
            each
            for each in hazards(unit)
            if each.status != "in_doubt" and (each.row["hazard_no"], each.found) in numbers_listed
        ]
        start = unit.desk.start
        carried = [each for each in listed if each.found < start and not (each.closed and each.closed < start)]
        new = [each for each in listed if each.found >= start]
        closed = [each for each in carried + new if each.closed and each.closed >= start]
        numbers = {"carried_over": len(carried), "new": len(new), "closed": len(closed)}
        numbers["backlog"] = len(carried) + len(new) - len(closed)
        return Number(numbers[what])

    return count


def hazard_four_elements(unit: Unit) -> Verdict:
    """Deadline, responsible person, plan and measure on every hazard open in the month."""
    asked = [each.row for each in open_in_month(unit)]
    fits = [row for row in asked if row["has_plan"] and all(row[name] is not None for name in FOUR)]
    return of_open_hazards(unit, asked, fits, "has_plan", "responsible_name", "measure", "deadline_date")


def supervision_orders(unit: Unit) -> Verdict:
    """Of the problems assigned at the month's visits, those mended."""
    events = unit.events("inspections", unit.window("month"))
    rows = [row for row in events.certain() if row["assigned_count"] is not None]
    due = sum(row["assigned_count"] for row in rows)
    done = sum(min(row["fixed_count"] or 0, row["assigned_count"]) for row in rows)
    if not unit.sheet("inspections").is_told:
        return Verdict("unreported")
    if not events.tally(lambda row: True, "assigned_count", "fixed_count").is_complete:
        return Verdict("unreported", done=done, due=due, is_due_certain=False)
    return unless_taken_back(unit.ratio("month", done, due), events)


def is_unannounced(row: Row) -> Truth:
    """Random, or so named."""
    return either(is_equal("method", "random")(row), any_of(row, ("inspection_kind", "item_name"), UNANNOUNCED))


def open_visits(unit: Unit) -> Number:
    """Those that were announced."""
    every, secret = visits(unit), visits(unit, is_unannounced)
    return replace(every, value=None if every.value is None or secret.value is None else every.value - secret.value)


def drill_types(unit: Unit) -> Verdict:
    """Earthquake, epidemic, fire and food; lift and bus where the school has them."""
    events = unit.events("drills", unit.window("calendar_year"))

    def held(kind: str, *words: str) -> Truth:
        tally = events.tally(
            lambda row: either(is_equal("category", kind)(row), any_of(row, ("drill_name",), words)),
            *("category", "drill_name"),
        )
        return True if tally.low else False if tally.is_complete else None

    lift_na = unit.na("lift_safety")
    has_lift = False if lift_na else True if unit.yes("lift_safety") is not None else None
    has_bus = unit.profile("has_bus")
    plain = [
        *(held("earthquake", "地震", "防震"), held("epidemic", "疫情", "传染病")),
        *(held("fire", "消防", "火灾", "灭火"), held("food", "食物中毒", "食品")),
    ]
    lift, bus = held("lift", "电梯"), held("bus_escape", "校车")
    met = both(*plain, either(lift, opposite(has_lift)), either(bus, opposite(has_bus)))
    if met is False and events.tally(lambda row: True, "category", "drill_name").is_complete is False:
        met = None
    return unit.decide("calendar_year", met, is_month_missing=events.is_month_missing)


def trained(*audiences: str, has_target: bool = True) -> Judge:
    """Leaders, security officers and staff trained, of those due."""

    def judge(unit: Unit) -> Verdict:
        sums = []
        for column in ("done_count", "due_count"):
            numbers = [unit.number(f"{audience}_trained", column) for audience in audiences]
            sums.append(None if None in numbers else sum(number or 0 for number in numbers))
        return unit.ratio("calendar_year", *sums, has_target=has_target)

    return judge


def guard_assessed_drill(unit: Unit) -> Verdict:
    """Assessed, and a drill against terror in the year."""
    events = unit.events("drills", unit.window("calendar_year"))
    words = ("暴恐", "反恐", "防恐", "防暴")
    tally = events.tally(
        lambda row: either(is_equal("category", "terror")(row), any_of(row, ("drill_name",), words)),
        *("category", "drill_name"),
    )
    drilled: Truth = True if tally.low else False if tally.is_complete else None
    assessed = unit.yes("guard_assessment")
    missing = events.is_month_missing and assessed is not False  # a No decides, whatever was drilled
    return unit.decide("calendar_year", both(assessed, drilled), is_month_missing=missing)


def awarded(item: str) -> Count:
    """One where the school holds the award."""

    def count(unit: Unit) -> Number:
        answer = unit.yes(item)
        return Number(None if answer is None else int(answer))

    return count


def reviewed(unit: Unit) -> Verdict:
    """Provincial safe campuses reviewed."""
    holds, review = unit.yes("safe_campus_province"), unit.yes("safe_campus_review")
    done = both(holds, review)
    numbers = [None if each is None else int(each) for each in (done, holds)]
    return unit.ratio("calendar_year", *numbers, has_target=False)


def three_100_all(unit: Unit) -> Verdict:
    """All three."""
    return Verdict(together([judge(unit).status for judge in THREE.values()]))


THREE = {
    "three_100_guards": guards_by_bands,
    "three_100_closed_barrier": items("point", "closed_campus", "hard_barrier"),
    "three_100_alarm_video": items(
        "point",
        *("one_key_alarm", "alarm_police", "alarm_education", "video_key_areas", "video_police", "video_education"),
    ),
}
PLANS = ("disaster", "epidemic", "major_case", "mass_event", "air_pollution", "severe_weather", "anti_terror")
BODY_PLANS = ("school_incident", "meteorological", "ice_snow", "air_pollution")

WUJIN = Opinions(
    rules={
        "submission_rate": submission_rate,
        "school_responsibility": items("calendar_year", "post_duties", "school_assessment"),
        "three_lists": items("month", "responsibility_list", "work_list", "problem_list"),
        "ten_key_areas": ten_key_areas,
        "micro_fire_station": micro_fire_station,
        "fire_standard": items("calendar_year", "fire_standard"),
        "bus_inspections": every_bus("semester", bus_is_checked),
        "weekly_checks": weekly_checks,
        "it_platform": items("calendar_year", "it_platform"),
        "contingency_plans": items("calendar_year", *(f"plan_{name}" for name in PLANS)),
        **THREE,
        "three_100_all": three_100_all,
        "smart_security": items(
            "point", "one_key_alarm", "smart_intrusion", "video_key_areas", "smart_access", "smart_patrol"
        ),
        "key_periods": items("calendar_year", "key_period_rules"),
        "themes_covered": themes("calendar_year", *THEMES),
        "key_dates_covered": themes("calendar_year", *DATES, timings=OCCASIONS),
        "drill_types": drill_types,
        "drill_frequency": drill_frequency("month", "quarter"),
        "guard_assessed_drill": guard_assessed_drill,
        "egress_chemical_electrical": lambda unit: dated_in(
            unit, "month", "egress_check", "chemical_check", "electrical_check", or_na=True
        ),
        "anti_bullying": items("calendar_year", "anti_bullying"),
    },
    ratios={
        "daily_checks": counted("month", "daily_checks"),
        "hazard_four_elements": hazard_four_elements,
        "provincial_system": counted("month", "provincial_system"),
        "special_physique": counted("calendar_year", "special_physique"),
        "platform_accounts": counted("month", "account_activation"),
        "platform_teaching": counted("month", "teacher_lessons"),
        "platform_hours": counted("month", "class_hours"),
        "platform_students": counted("month", "student_participation"),
        "platform_topics": counted("month", "topic_activities"),
        "platform_drills": counted("month", "drill_reports"),
        "leader_staff_training": trained(*TRAINED),
        **{f"leader_staff_training.{audience}": trained(audience, has_target=False) for audience in TRAINED},
        "guard_certified": guards_share("point", lambda unit, row: seen(row, "is_certified", bool), "is_certified"),
        "dispute_resolution": counted("month", "disputes_resolved"),
        "safe_campus.reviewed": reviewed,
    },
    numbers={
        **{f"hazard_backlog.{what}": backlog(what) for what in ("carried_over", "new", "closed", "backlog")},
        **{f"safe_campus.{level}": awarded(f"safe_campus_{level}") for level in ("district", "city", "province")},
    },
    gaps=("three_100_guards",),
    durations={
        "hazard_closure": ("days", hazard_closure),
        "incident_within_hour": (
            "minutes",
            incident_reporting("reported_government_at", "reported_education_at", also=("level",)),
        ),
    },
    bureau_rules={
        "bureau_responsibility": items("calendar_year", "bureau_responsibility", "bureau_assessment"),
        "risk_list": lambda unit: dated_in(unit, "quarter", "perimeter_risk_list"),
        "bureau_plans": items("calendar_year", *(f"body_plan_{name}" for name in BODY_PLANS)),
    },
    bureau_ratios={"inspections.coverage": coverage, "supervision_orders": supervision_orders},
    bureau_numbers={
        "inspections.visits": visits,
        "inspections.unannounced": lambda unit: visits(unit, is_unannounced),
        "inspections.announced": open_visits,
        "crime_clues.filed": bureau_count("crime_clues"),
        "key_persons_perimeter.key_persons": bureau_count("key_persons_watched"),
        "key_persons_perimeter.cleanups": bureau_count("joint_cleanups"),
    },
)
