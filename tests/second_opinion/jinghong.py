"""The second opinion on jinghong-2019, from provisions.csv and the readings; independent of pipelines/measure."""

from __future__ import annotations

from tests.second_opinion.cases import hazard_closure, incident_reporting
from tests.second_opinion.desk import Row
from tests.second_opinion.drills import drill_frequency
from tests.second_opinion.duties import (
    any_of,
    bureau_count,
    checked,
    counted,
    dated_in,
    is_for_students,
    items,
    lessons_in_every_week,
    meetings,
    occasion,
    of_open_hazards,
    of_rows,
    school_count,
    submission_rate,
    task_status,
    themes,
    unread,
    visits,
)
from tests.second_opinion.figures import Number
from tests.second_opinion.guards import guards_by_bands
from tests.second_opinion.ledger import doubtful_now, incidents, open_in_month
from tests.second_opinion.logic import Truth, at_least, both, either, within
from tests.second_opinion.opinions import Count, Opinions
from tests.second_opinion.school import Unit, Verdict, is_equal, seen
from tests.second_opinion.surroundings import is_uncertain, sites

THEMES = (
    ("溺水",),
    ("交通",),
    ("欺凌",),
    ("反暴力", "防暴力", "校园暴力", "暴力伤害", "欺凌和暴力", "欺凌与暴力", "欺凌、暴力"),
    ("反恐", "防恐", "暴恐", "恐怖"),
    ("性侵", "侵害", "犯罪"),
)
AREAS = ("teaching_block", "dormitory", "corridor", "kitchen", "serving_room", "sample_room", "store_room")
FIVE = ("responsible_name", "fund_amount", "measure", "deadline_date")


def first_lesson(unit: Unit) -> Verdict:
    """A session of the start of term in the semester."""
    events = unit.events("trainings", unit.window("semester"))
    tally = events.tally(occasion("start_of_term", "第一课"), "timing", "topic", "category")
    return unit.often_enough("semester", events, tally, 1)


def pre_holiday_education(unit: Unit) -> Verdict:
    """As many sessions before holidays as the semester has holidays."""
    window = unit.window("semester")
    events = unit.events("trainings", window)
    required = unit.desk.calendar.holiday_count(window.start, window.end)
    tally = events.tally(occasion("before_holiday", "放假前", "假前", "节前"), "timing", "topic", "category")
    return unit.often_enough("semester", events, tally, required)


def risk_review(unit: Unit) -> Verdict:
    """Done, and dated in the quarter."""
    return dated_in(unit, "quarter", "risk_review")


def hazard_ledger(unit: Unit) -> Verdict:
    """Rows or a nil return."""
    sheet = unit.sheet("hazards")
    return unit.decide("month", True if sheet.is_known or sheet.lost else None)


def five_elements(unit: Unit) -> Verdict:
    """Responsible person, funds, measure, deadline and plan on every hazard open in the month."""
    asked = [each.row for each in open_in_month(unit)]
    fits = [row for row in asked if row["has_plan"] and all(row[name] is not None for name in FIVE)]
    cells = ("has_plan", "responsible_name", "fund_amount", "measure", "deadline_date")
    return of_open_hazards(unit, asked, fits, *cells)


def major_listed(unit: Unit) -> Verdict:
    """Major hazards under listed supervision."""
    sheet, open_ones = unit.sheet("hazards"), [each.row for each in open_in_month(unit)]
    if not sheet.is_told:
        return unit.ratio("month", None, None)
    asked = [row for row in open_ones if row["level"] == "major"]
    lost = sheet.lost + doubtful_now(unit) + unread(open_ones, "level", "is_listed")
    return of_rows(unit, "month", sum(bool(row["is_listed"]) for row in asked), len(asked), lost)


def dorm_managers(unit: Unit) -> Verdict:
    """One at least, and a woman where girls board."""
    girls, women = unit.profile("girl_boarder_count"), unit.profile("female_dorm_manager_count")
    women_enough: Truth = None if girls is None else True if girls == 0 else at_least(women, 1)
    boarders = unit.profile("boarder_count")
    boarding: Truth = None if boarders is None else boarders > 0
    met = both(at_least(unit.profile("dorm_manager_count"), 1), women_enough)
    return unit.decide("point", met, population=boarding)


def video_seven_areas(unit: Unit) -> Verdict:
    """Video in each of the seven areas that the school has."""
    met = both(*(either(unit.yes(f"video_{area}"), unit.na(f"video_{area}")) for area in AREAS))
    return checked(unit, "point", met)


def alarm_video_linked(unit: Unit) -> Verdict:
    """Video linked to the police, and the alarm where there is one."""
    alarm = either(unit.yes("alarm_police"), unit.na("alarm_police"))
    return checked(unit, "point", both(unit.yes("video_police"), alarm))


def incident_plan_updated(unit: Unit) -> Verdict:
    """Updated in the school year."""
    day = unit.day("incident_plan_updated")
    window = unit.window("school_year")
    met = both(unit.yes("incident_plan_updated"), within(day, window.start, window.end))
    return checked(unit, "school_year", met)


def liability_insurance(unit: Unit) -> Verdict:
    """In force at the end of the period by the profile's dates, else by the checklist."""
    first, last, day = unit.profile("insurance_start_date"), unit.profile("insurance_end_date"), unit.desk.end
    if not unit.sheet("profile").rows or unread(
        unit.sheet("profile").rows, "insurance_start_date", "insurance_end_date"
    ):
        return checked(unit, "school_year", None)
    by_dates = both(None if first is None else first <= day, None if last is None else last >= day)
    return checked(unit, "school_year", unit.yes("liability_insurance") if by_dates is None else by_dates)


def teaches_beyond_kindergarten(unit: Unit) -> Truth:
    """Primary, junior, senior or vocational."""
    return bool(set(unit.teaches) & {"primary", "junior", "senior", "vocational"})


def is_public(unit: Unit) -> Truth:
    """Run by the public."""
    return None if unit.ownership is None else unit.ownership == "public"


def tripartite(unit: Unit, township: str) -> Verdict:
    """A meeting of the township in the quarter at which all three parties were."""
    parties = ("is_governance_office_present", "is_police_present", "is_school_present")

    def fits(row: Row) -> Truth:
        full = both(*(seen(row, name, bool) for name in parties))
        return both(is_equal("meeting_type", "tripartite")(row), is_equal("township", township)(row), full)

    events = unit.events("meetings", unit.window("quarter"))
    cells = ("meeting_type", "township", *parties)
    return unit.often_enough("quarter", events, events.tally(fits, *cells), 1)


def safety_zone(state: str):  # type: ignore[no-untyped-def]
    """Sites found this month, those of them cleared, and all that are still open."""

    def count(unit: Unit) -> Number:
        day, start = unit.desk.cut_off, unit.window("month").start
        cells = () if state == "found" else ("cleared_date",)
        if is_uncertain(unit, *cells, since=None if state == "open" else start):
            return Number(None)
        known = [each for each in sites(unit) if each.found <= day]
        new = [each for each in known if each.found >= start]
        done = [each for each in new if each.cleared is not None and each.cleared <= day]
        left = [each for each in known if each.cleared is None or each.cleared > day]
        return Number(len({"found": new, "cleared": done, "open": left}[state]))

    return count


def visits_of(level: str) -> Count:
    """Visits of that level in the quarter; one school on one day is one."""
    return lambda unit: visits(unit, is_equal("level", level), "level", kind="quarter")


def agreement(unit: Unit) -> Verdict:
    """Visits whose result equals the school's own answer, of those where both said yes or no."""
    events = unit.events("inspections", unit.window("quarter"))
    compared, agreed, is_whole = 0, 0, not events.is_month_missing
    expected: dict[str, str | None] = dict(unit.desk.schools[["school_code", "school_type"]].itertuples(index=False))
    for row in events.certain(is_equal("result", "yes", "no")):
        if row["school_code"] not in expected or row["level"] not in ("spot", "government"):
            continue
        if row["item_id"] is None:
            continue
        sheet = Unit(unit.desk, row["school_code"], expected[row["school_code"]] or "").sheet("checklist")
        answers = [each for each in sheet.rows if each["item_id"] == row["item_id"]]
        own = {each["answer"] for each in answers} - {None}
        if any("answer" in each["invalid"] for each in answers) or not (answers or (sheet.is_known and not sheet.lost)):
            is_whole = False  # what the school answers is not known
            continue
        if own in ({"yes"}, {"no"}):
            compared += 1
            agreed += own == {row["result"]}
    if not unit.sheet("inspections").is_told:
        return Verdict("unreported")
    if not events.tally(lambda row: True, "result", "level").is_complete:
        return Verdict("unreported", done=agreed, due=compared, is_due_certain=False)
    return Verdict("met" if compared else "exempt", done=agreed, due=compared, is_due_certain=is_whole)


def frequent_schools(unit: Unit) -> Number:
    """Schools with two incidents or more in the school year."""
    return Number(len(frequent(unit)) if unit.has_submission else None)


def frequent(unit: Unit) -> set[str]:
    """Their codes."""
    window, found = unit.window("school_year"), set()
    for code in unit.desk.schools["school_code"]:
        school = Unit(unit.desk, code)
        days = [each.at("occurred_at") or each.at("known_at") for each in incidents(school)]
        if sum(day is not None and window.start <= day.date() <= unit.desk.cut_off for day in days) >= 2:
            found.add(code)
    return found


def notices(unit: Unit) -> Number:
    """Visits to those schools that were notified, or so called, in the school year; a school and day is one."""
    codes = frequent(unit)

    def fits(row: Row) -> Truth:
        named = any_of(row, ("inspection_kind", "item_name"), ("约谈", "挂牌", "通报"))
        return both(row["school_code"] in codes, either(seen(row, "is_notified", bool), named))

    return visits(unit, fits, "is_notified", "inspection_kind", "item_name", kind="school_year")


def task_list(unit: Unit) -> list[tuple[str, str | None, Verdict]]:
    """Every row of the bureau's task list for this document by its due date."""
    return [
        (row["task_no"], row["lead_body"], task_status(unit, row, row["due_date"], "done_date", "due_date"))
        for row in unit.sheet("tasks").rows
        if row["standard"] in (None, "jinghong-2019", "景政办发〔2019〕161号")
    ]


SCHOOL_YEAR_ITEMS = {
    "certified_products": ("certified_products",),
    "responsible_persons": ("first_responsible", "direct_responsible", "post_duties"),
    "leading_group": ("leading_group",),
    "volunteers": ("volunteers",),
    "building_safety": ("building_safety",),
    "spokesperson": ("spokesperson",),
    "outsourced_service": ("outsourced_service",),
    "school_work_plan": ("school_work_plan",),
}
POINT_ITEMS: tuple[str, ...] = (
    "road_signs",
    "pickup_bay",
    "closed_campus",
    "hard_barrier",
    "smart_entry",
    "perimeter_alarm",
)
POINT_ITEMS += ("one_key_alarm", "platform_levels", "counselling_room")

JINGHONG = Opinions(
    rules={
        "submission_rate": submission_rate,
        "first_lesson": first_lesson,
        "weekly_education": lessons_in_every_week(is_for_students, "audience"),
        "pre_holiday_education": pre_holiday_education,
        "theme_education": themes("school_year", *THEMES),
        "drill_frequency": drill_frequency("quarter", "semester"),
        "drill_frequency_moe": drill_frequency("month", "quarter"),
        "risk_review": risk_review,
        "hazard_ledger": hazard_ledger,
        "guards_staffing": guards_by_bands,
        "dorm_managers": dorm_managers,
        "video_seven_areas": video_seven_areas,
        "alarm_video_linked": alarm_video_linked,
        "helpline_bullying": items("semester", "helpline", "bullying_plan", "bullying_returns"),
        "incident_plan_updated": incident_plan_updated,
        "liability_insurance": liability_insurance,
        "legal_counsel": items("school_year", "legal_counsel", population=teaches_beyond_kindergarten),
        "safety_budget": items("school_year", "safety_budget", population=is_public),
        **{name: items("school_year", *parts) for name, parts in SCHOOL_YEAR_ITEMS.items()},
        **{name: items("point", name) for name in POINT_ITEMS},
    },
    ratios={
        "daily_reminder": counted("month", "daily_reminder"),
        "teacher_training": counted("school_year", "teacher_training"),
        "five_elements": five_elements,
        "major_listed": major_listed,
    },
    numbers={"insurance_violations.cases": school_count("insurance_violations")},
    gaps=("guards_staffing",),
    durations={
        "hazard_closure": ("days", hazard_closure),
        "incident_reporting": ("minutes", incident_reporting("reported_government_at", "reported_education_at")),
    },
    bureau_rules={
        "reporting_channel": items("point", "body_reporting_channel"),
        "joint_meetings": meetings("joint"),
        "five_musts": items(
            "school_year", "must_meeting", "must_training", "must_project", "must_check", "must_inquiry"
        ),
        "office_budget": items("school_year", "body_safety_office", "body_safety_budget"),
    },
    bureau_ratios={"three_level_checks.agreement": agreement},
    bureau_numbers={
        **{f"safety_zone.{state}": safety_zone(state) for state in ("found", "cleared", "open")},
        **{f"three_level_checks.{level}": visits_of(level) for level in ("spot", "government", "superior")},
        "training_bodies.found": bureau_count("training_bodies_found"),
        "training_bodies.rectified": bureau_count("training_bodies_rectified"),
        "training_bodies.registered": bureau_count("training_bodies_registered"),
        "training_bodies.banned": bureau_count("training_bodies_closed"),
        "summons_and_reports.frequent_schools": frequent_schools,
        "summons_and_reports.notices": notices,
    },
    township_rules={"tripartite_meetings": tripartite},
    tasks={"task_list": task_list},
)
