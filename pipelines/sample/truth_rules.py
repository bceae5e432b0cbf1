"""Rules and ratios as a careful person decides them, one small function a provision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.sample.facts import Count, Hazard
from pipelines.sample.truth_calendar import holiday_count, teaching_days
from pipelines.sample.truth_view import Case, all_of, any_of

Judge = Callable[[Case], bool | None]
_EVERYONE: Judge = lambda case: True  # noqa: E731
_THEMES = ("溺水", "交通", "欺凌", "暴力", "恐", "侵害")


@dataclass(frozen=True)
class Rule:
    """Who is addressed, what is demanded, in which window (by school type where they differ).

    `gathers`: the events of the window's months decide, not what this month's report states.
    `is_about_sending`: no report is the answer, not a missing one.
    """

    meets: Judge
    window: str = "point"
    applies: Judge = _EVERYONE
    kindergarten_window: str | None = None
    gathers: bool = False
    is_about_sending: bool = False

    def window_of(self, case: Case) -> str:
        """The window's kind for that school."""
        if self.kindergarten_window and case.school.school_type == "kindergarten":
            return self.kindergarten_window
        return self.window


def decide(rule: Rule, case: Case) -> str:
    """met, unmet, pending, exempt or unreported."""
    window = case.span(rule.window_of(case))
    applies = rule.applies(case)
    if applies is False or not window.has_duty:
        return "exempt"
    meets = rule.meets(case)
    if meets is True:
        return "met"
    if (case.report is None and not rule.is_about_sending) or applies is None or meets is None:
        return "unreported"
    if window.last > case.desk.cut_off:
        return "pending"
    return "unreported" if rule.gathers and case.has_gap(window) else "unmet"


def items(*names: str, window: str = "point", applies: Judge = _EVERYONE) -> Rule:
    """Every named checklist item answered yes, with its date."""
    return Rule(lambda case: all_of(case.yes(name) for name in names), window, applies)


def dated(*names: str, window: str) -> Rule:
    """Every named item answered yes and dated within the window."""

    def meets(case: Case) -> bool | None:
        first, last = case.span(window).first, case.span(window).last
        return all_of(
            all_of((case.yes(name), None if (day := case.answer(name).day) is None else first <= day <= last))
            for name in names
        )

    return Rule(meets, window)


def at_least(one: Callable[[Case], int | None], required: int, window: str = "point", *, gathers: bool = False) -> Rule:
    """A number of at least so many."""
    return Rule(lambda case: None if (value := one(case)) is None else value >= required, window, gathers=gathers)


def drills_held(window: str, kindergarten_window: str) -> Rule:
    """At least one evacuation drill in the window."""

    def meets(case: Case) -> bool | None:
        kind = kindergarten_window if case.school.school_type == "kindergarten" else window
        return any(drill.is_evacuation for drill in case.drills(case.span(kind)))

    return Rule(meets, window, kindergarten_window=kindergarten_window, gathers=True)


def timed(timing: str) -> Callable[[Case], int]:
    """Trainings of the semester that carry that occasion."""
    return lambda case: sum(row.timing == timing for row in case.trainings(case.span("semester")))


def _before_holidays(case: Case) -> bool | None:
    window = case.span("semester")
    return timed("before_holiday")(case) >= holiday_count(case.desk.calendar, window.first, window.last)


def _weekly(case: Case) -> bool | None:
    """Every week of the month with a teaching day has a training for students."""
    taught = {_monday(day) for day in teaching_days(case.desk.calendar, case.calendar_stage, case.desk.month)}
    rows = [row for row in case.trainings(case.span("month")) if row.audience in (None, "students", "everyone")]
    held = {_monday(row.held_date) for row in rows if row.held_date}
    return taught <= held


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _themes(case: Case) -> bool | None:
    words = [row.topic + row.category for row in case.trainings(case.span("school_year"))]
    return all(any(theme in word for word in words) for theme in _THEMES)


def required_guards(people: int, boarders: int) -> int:
    """The larger of the general and the boarding band."""
    general = 1 if people < 100 else 2 if people <= 1000 else 2 + (people - 1000) // 500
    return max(general, 2 + boarders // 300 if boarders > 0 else 0)


def guards_gap(case: Case) -> int | None:
    """Full-time guards on duty on the last day less those required; none where a number is not known."""
    students, staff, boarders = (case.number(f"{name}_count") for name in ("student", "staff", "boarder"))
    if case.report is None or case.report.returns["guards"] == "blank":
        return None
    if students is None or staff is None or boarders is None:
        return None
    day = case.desk.cut_off
    on_duty = sum(
        guard.employment == "full_time"
        and guard.start_date is not None
        and guard.start_date <= day
        and (guard.end_date is None or guard.end_date >= day)
        for guard in case.report.guards
    )
    return on_duty - required_guards(students + staff, boarders)


def _guards(case: Case) -> bool | None:
    gap = guards_gap(case)
    return None if gap is None else gap >= 0


def _dorms(case: Case) -> bool | None:
    girls, managers, women = (
        case.number(name) for name in ("girl_boarder_count", "dorm_manager_count", "female_dorm_manager_count")
    )
    has_managers = None if managers is None else managers >= 1
    has_women = None if women is None else women >= 1
    has_no_girls = None if girls is None else girls == 0
    return all_of((has_managers, any_of((has_no_girls, has_women))))


def _boards(case: Case) -> bool | None:
    boarders = case.number("boarder_count")
    return None if boarders is None else boarders > 0


def _yes_or_none(item: str) -> Judge:
    """The item is in place, or the school has nothing of the kind."""
    return lambda case: True if case.answer(item).value == "na" else case.yes(item)


def _insured(case: Case) -> bool | None:
    start, end = case.day("insurance_start_date"), case.day("insurance_end_date")
    if start and end:
        return start <= case.desk.cut_off <= end
    return case.yes("liability_insurance")


def _ledger_kept(case: Case) -> bool | None:
    if case.report is None or case.report.returns["hazards"] == "blank":
        return None
    return True


def month_hazards(case: Case) -> list[Hazard] | None:
    """Hazards open at some time in the month, as its ledger has them; none without a ledger."""
    if case.report is None or _ledger_kept(case) is None:
        return None
    window = case.span("month")
    return [
        row
        for row in case.report.hazards
        if not row.is_in_doubt
        and row.found_date <= window.last
        and (row.closed_date is None or row.closed_date >= window.first)
    ]


def _five_elements(case: Case) -> Count:
    rows = month_hazards(case)
    if rows is None:
        return Count(None, None)
    complete = sum(
        bool(row.responsible_name)
        and row.fund_amount is not None
        and bool(row.measure)
        and row.deadline_date is not None
        and row.has_plan is True
        for row in rows
    )
    return Count(complete, len(rows))


def _major_listed(case: Case) -> Count:
    rows = month_hazards(case)
    if rows is None:
        return Count(None, None)
    major = [row for row in rows if row.level == "major"]
    return Count(sum(row.is_listed is True for row in major), len(major))


def _risk_points(case: Case) -> bool | None:
    rows = month_hazards(case)
    if case.report is None or rows is None:
        return all_of((case.yes("risk_point_list"), None))
    written = case.report.written
    unread = [row for number, row in enumerate(case.report.hazards) if ("hazards", number, "deadline_date") in written]
    # One in doubt as to its closing may have been open, without either.
    assigned: list[bool | None] = [None] if any(row.is_in_doubt for row in case.report.hazards) else []
    for row in rows:
        assigned += [bool(row.responsible_name), None if row in unread else bool(row.deadline_date)]
    return all_of((case.yes("risk_point_list"), *assigned))


def _buses(case: Case) -> bool | None:
    if case.report is None or not case.report.buses:
        return None
    window = case.span("month")
    return all_of(
        all_of(
            (
                None if bus.last_check_date is None else window.first <= bus.last_check_date <= window.last,
                bus.is_driver_qualified,
                bus.is_hazard_fixed,
            )
        )
        for bus in case.report.buses
    )


def _security_topic(case: Case) -> bool | None:
    window = case.span("school_year")
    rows = [row for row in case.trainings(window) if "国家安全" in row.topic + row.category]
    if not rows:
        return False
    long_enough = all_of(None if row.class_hours is None else row.class_hours >= 2 for row in rows)
    # A session of a month that is missing, this one too, may be too short.
    is_missing = case.report is None or case.has_gap(window)
    return None if long_enough and is_missing else long_enough


def security_hours(case: Case) -> str:
    """The status of a school whose stages must each reach 32 class hours in the school year."""

    def stage_rule(stage: str) -> Rule:
        return at_least(lambda case: case.count(f"national_security_hours_{stage}").done, 32, _YEAR)

    found = [decide(stage_rule(stage), case) for stage in case.stages]
    return next((status for status in ("unmet", "unreported", "pending", "met") if status in found), "exempt")


def _public(case: Case) -> bool | None:
    return case.school.ownership == "public"


def _teaches(case: Case) -> bool | None:
    return bool(case.stages)


_VIDEO = ("teaching_block", "dormitory", "corridor", "kitchen", "serving_room", "sample_room", "store_room")
_YEAR = "school_year"
_SENT = Rule(lambda case: case.report is not None, "point", is_about_sending=True)

JINGHONG_RULES: Mapping[str, Rule] = {
    "submission_rate": _SENT,
    "first_lesson": at_least(timed("start_of_term"), 1, "semester", gathers=True),
    "weekly_education": Rule(_weekly, "week", gathers=True),
    "pre_holiday_education": Rule(_before_holidays, "semester", gathers=True),
    "theme_education": Rule(_themes, _YEAR, gathers=True),
    "drill_frequency": drills_held("quarter", "semester"),
    "drill_frequency_moe": drills_held("month", "quarter"),
    "certified_products": items("certified_products", window=_YEAR),
    "road_signs": items("road_signs"),
    "pickup_bay": items("pickup_bay"),
    "risk_review": dated("risk_review", window="quarter"),
    "hazard_ledger": Rule(_ledger_kept, "month"),
    "responsible_persons": items("first_responsible", "direct_responsible", "post_duties", window=_YEAR),
    "leading_group": items("leading_group", window=_YEAR),
    "closed_campus": items("closed_campus"),
    "hard_barrier": items("hard_barrier"),
    "guards_staffing": Rule(_guards),
    "volunteers": items("volunteers", window=_YEAR),
    "dorm_managers": Rule(_dorms, applies=_boards),
    "video_seven_areas": Rule(lambda case: all_of(_yes_or_none(f"video_{area}")(case) for area in _VIDEO)),
    "smart_entry": items("smart_entry"),
    "building_safety": items("building_safety", window=_YEAR),
    "perimeter_alarm": items("perimeter_alarm"),
    "one_key_alarm": items("one_key_alarm"),
    "platform_levels": items("platform_levels"),
    "alarm_video_linked": Rule(lambda case: all_of((case.yes("video_police"), _yes_or_none("alarm_police")(case)))),
    "helpline_bullying": items("helpline", "bullying_plan", "bullying_returns", window="semester"),
    "counselling_room": items("counselling_room"),
    "incident_plan_updated": dated("incident_plan_updated", window=_YEAR),
    "liability_insurance": Rule(_insured, _YEAR),
    "legal_counsel": items("legal_counsel", window=_YEAR, applies=_teaches),
    "spokesperson": items("spokesperson", window=_YEAR),
    "safety_budget": items("safety_budget", window=_YEAR, applies=_public),
    "outsourced_service": items("outsourced_service", window=_YEAR),
    "school_work_plan": items("school_work_plan", window=_YEAR),
}
_FOUR = {
    "four_100_guards": Rule(_guards),
    "four_100_closed": items("closed_campus"),
    "four_100_alarm_video": items("one_key_alarm", "alarm_police", "video_key_areas", "video_police"),
    "four_100_gate_post": items("gate_post"),
}
SUNITE_RULES: Mapping[str, Rule] = {
    "submission_rate": _SENT,
    "governance": items("safety_leading_group", "safety_office", window=_YEAR),
    "ideology_responsibility": items("ideology_responsibility", window=_YEAR),
    **_FOUR,
    "four_100_all": Rule(lambda case: all_of(rule.meets(case) for rule in _FOUR.values())),
    "micro_fire_station": items("micro_fire_station"),
    "fire_checks": dated("egress_check", "fire_gear_check", window="month"),
    "lab_chemicals": items("lab_chemicals", window="month", applies=lambda case: case.fact("has_lab")),
    "bright_kitchen": items("bright_kitchen", applies=lambda case: case.fact("has_canteen")),
    "kitchen_4d": items("kitchen_4d", applies=lambda case: case.fact("has_canteen")),
    "bus_safety": Rule(_buses, "month", applies=lambda case: case.fact("has_bus")),
    "national_security_topic": Rule(_security_topic, _YEAR, gathers=True),
    "legal_vice_principal": at_least(lambda case: case.number("legal_vice_principal_count"), 1),
    "risk_point_list": Rule(_risk_points, "month"),
    "bullying_group_hotline": items("bullying_group", "bullying_hotline"),
    "psych_screening": at_least(lambda case: case.count("psych_screenings").done, 1, _YEAR),
    "psych_course_room": items("psych_course", "counselling_room"),
    "psych_inspection_school": dated("psych_inspection_school", window=_YEAR),
    "cyber_security": Rule(
        lambda case: all_of(
            (*(case.yes(f"cyber_{part}") for part in ("rules", "plan", "drill", "training")),
             _yes_or_none("cyber_grading")(case))
        ),
        _YEAR,
    ),
    "legal_counsel": items("legal_counsel", window=_YEAR),
}  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """Done over due of one school, and the window in which there is such a duty."""

    of: Callable[[Case], Count]
    window: str


def counted(item: str, window: str) -> Ratio:
    """The two numbers of a counted item."""
    return Ratio(lambda case: case.count(item), window)


JINGHONG_RATIOS: Mapping[str, Ratio] = {
    "daily_reminder": counted("daily_reminder", "month"),
    "teacher_training": counted("teacher_training", _YEAR),
    "five_elements": Ratio(_five_elements, "month"),
    "major_listed": Ratio(_major_listed, "month"),
}
SUNITE_RATIOS: Mapping[str, Ratio] = {
    "event_risk_assessment": counted("risk_assessed_events", _YEAR),
    "dispute_screening": counted("disputes_resolved", "month"),
    "psych_screened": counted("psych_screened", _YEAR),
    "psych_filed": counted("psych_filed", _YEAR),
    "key_student_care": counted("key_student_care", "month"),
    "entry_query": counted("staff_vetted", "point"),
}
