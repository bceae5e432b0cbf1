"""The second opinion on anqing-2018, from provisions.csv and the readings; independent of pipelines/measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.second_opinion.desk import Row
from tests.second_opinion.duties import (
    any_of,
    bureau_count,
    checked,
    counted,
    coverage,
    dated_in,
    every_bus,
    every_kind,
    is_for_students,
    items,
    lessons_in_every_week,
    meetings,
    months_before,
    school_count,
    so_far,
    submission_rate,
    task_of,
    themes,
    visits,
    with_ledger,
)
from tests.second_opinion.figures import Number
from tests.second_opinion.guards import full_time_guards, on_duty
from tests.second_opinion.logic import Truth, at_least, at_most, both, either
from tests.second_opinion.opinions import Count, Opinions
from tests.second_opinion.school import Unit, Verdict, is_equal
from tests.second_opinion.surroundings import Site, is_uncertain, sites
from tests.second_opinion.year_of_incidents import answered_major, deaths, frequent_areas

THEMES = (
    ("溺水",),
    ("交通",),
    ("消防", "火灾", "防火"),
    ("防疫", "疫情", "传染病", "食品", "食物中毒"),
    ("防灾", "减灾", "灾害", "地震", "防震"),
    ("反恐", "防恐", "暴恐", "恐怖"),
    ("邪教",),
    ("心理",),
)
DATES = (("国家安全教育日",), ("交通安全日",), ("开学",), ("放假前", "假前", "节前"))
OCCASIONS = ("national_security_day", "traffic_safety_day", "start_of_term", "before_holiday")
DRILLS = (
    ("earthquake", ("地震", "防震")),
    ("fire", ("火灾", "消防")),
    ("traffic", ("交通",)),
    ("terror", ("暴恐", "反恐", "防恐", "防暴")),
)
STALLS = ("食品摊", "小吃", "流动摊", "摊贩", "摊点")
VENUES = ("网吧", "上网服务", "歌舞", "娱乐", "电子游戏", "游戏厅", "游艺", "台球", "酒吧", "彩票", "不宜")
GOODS = ("烟草", "香烟", "卷烟", "烟酒", "售酒", "酒类", "危险化学", "危化", "烟花", "爆竹")
LIMIT_METRES = 200
SMALL_SCHOOL = 100
POSTS = 39
LESSONS = ("安全课", "教育课", "第一课", "课时", "班会")
KIT = 8
VALID_MONTHS = 6
TASKS = {
    **{number: ("市教育体育局", date(2019, 2, 28)) for number in (4, 7, 8)},
    **{number: ("市教育体育局", date(2019, 3, 31)) for number in (5, 9, 10)},
    1: ("市工商质监局", date(2019, 2, 28)),
    2: ("市综治办", date(2019, 2, 28)),
    3: ("市教育体育局", date(2018, 8, 31)),
    6: ("市公安局", date(2019, 3, 31)),
}


def is_lesson(row: Row) -> Truth:
    """For students, of one class hour at least; without hours, called a lesson."""
    hours = row["class_hours"]
    long_enough: Truth = hours >= 1 if hours is not None else any_of(row, ("topic", "category"), LESSONS)
    return both(is_for_students(row), long_enough)


def drill_types(unit: Unit) -> Verdict:
    """Earthquake, fire, traffic and terror, by kind or name."""
    events, tallies = unit.events("drills", unit.window("school_year")), []
    for kind, words in DRILLS:

        def fits(row: Row, kind: str = kind, words: tuple[str, ...] = words) -> Truth:
            return either(is_equal("category", kind)(row), any_of(row, ("drill_name",), words))

        tallies.append(events.tally(fits, "category", "drill_name"))
    return every_kind(unit, "school_year", events, tallies)


def every_drill(unit: Unit) -> Verdict:
    """A drill of any kind in the month; in the quarter for kindergartens."""
    kind = "quarter" if unit.stage == "kindergarten" else "month"
    events = unit.events("drills", unit.window(kind))
    return unit.often_enough(kind, events, events.tally(), 1)


def post_duties(unit: Unit) -> Verdict:
    """Posts signed of those that the school has, 39 where it does not say."""
    due = unit.due("posts_signed")
    is_unsaid = due is None and unit.has_submission and not unit.is_unread("counts", "posts_signed")
    due = POSTS if is_unsaid else due
    return unit.ratio("school_year", unit.done("posts_signed"), due)


def security_kit(unit: Unit) -> Verdict:
    """Kinds of gear in place of eight."""
    return unit.ratio("point", unit.done("kit_pieces"), KIT)


def guards_staffing(unit: Unit) -> Verdict:
    """A full-time guard or a trained manager; schools below 100 students are outside."""
    guards, managers = full_time_guards(unit), unit.profile("trained_safety_manager_count")
    students = unit.profile("student_count")
    enough: Truth = None if guards is None else True if guards.low >= 1 else False if guards.is_complete else None
    met = either(enough, at_least(managers, 1))
    actual = None if guards is None or managers is None else guards.low + managers
    return unit.decide("point", met, population=at_least(students, SMALL_SCHOOL), actual=actual, required=1)


def guard_training(unit: Unit) -> Verdict:
    """Every guard on duty has training days this term; schools without a guard are outside."""
    sheet, day = unit.sheet("guards"), unit.desk.cut_off
    present = [(row, on_duty(row, day)) for row in sheet.rows]
    known = [row for row, is_there in present if is_there]
    population: Truth = None if not sheet.is_known else bool(known)
    if population is False and (sheet.lost or any(is_there is None for _, is_there in present)):
        population = None
    trained = both(*(compared_days(row) for row in known))
    unsure = sheet.lost or any(row["invalid"] & {"start_date", "end_date", "training_days"} for row in sheet.rows)
    verdict = unit.decide("semester", trained, population=population)
    return Verdict("unreported") if verdict.status == "met" and unsure else verdict


def compared_days(row: Row) -> Truth:
    """More than no day of training."""
    return None if row["training_days"] is None else row["training_days"] > 0


def boarding_managers(unit: Unit) -> Verdict:
    """One manager at least where anyone boards."""
    boarders, managers = unit.profile("boarder_count"), unit.profile("dorm_manager_count")
    population: Truth = None if boarders is None else boarders > 0
    return unit.decide("point", at_least(managers, 1), population=population, actual=managers, required=1)


def alarm_video_linked(unit: Unit) -> Verdict:
    """Five links, each in place or not applicable."""
    names = ("video_police", "video_education", "alarm_police", "alarm_education", "video_public_network")
    return checked(unit, "point", both(*(either(unit.yes(name), unit.na(name)) for name in names)))


def legal_vice_principal(unit: Unit) -> Verdict:
    """A legal vice-principal or a counsellor."""
    counts = (unit.profile("legal_vice_principal_count"), unit.profile("legal_counselor_count"))
    return unit.decide("point", either(*(at_least(count, 1) for count in counts)))


def bus_is_fit(unit: Unit, row: Row) -> Truth:
    """Checked in the six months before the cut-off, and its driver qualified."""
    day, checked_on = unit.desk.cut_off, row["last_check_date"]
    is_recent: Truth = None if checked_on is None else months_before(day, VALID_MONTHS) < checked_on <= day
    return both(is_recent, row["is_driver_qualified"])


def psych_teacher_room(unit: Unit) -> Verdict:
    """A teacher and the room."""
    met = both(at_least(unit.profile("psych_teacher_count"), 1), unit.yes("counselling_room"))
    return checked(unit, "point", met)


def liability_insurance(unit: Unit) -> Verdict:
    """Insured, and the end of the period within the policy."""
    first, last = unit.profile("insurance_start_date"), unit.profile("insurance_end_date")
    in_force = both(at_most(first, unit.desk.end), at_least(last, unit.desk.end))
    return checked(unit, "school_year", both(unit.yes("liability_insurance"), in_force))


def is_near_stall(site: Site) -> Truth:
    """A food stall within 200 m."""
    return both(_is_of(site, STALLS), at_most(site.row["distance_metres"], LIMIT_METRES))


def is_banned(site: Site) -> Truth:
    """Banned goods anywhere, banned venues within 200 m."""
    near = at_most(site.row["distance_metres"], LIMIT_METRES)
    return either(_is_of(site, GOODS), both(_is_of(site, VENUES), near))


def _is_of(site: Site, words: tuple[str, ...]) -> Truth:
    kind = site.row["category"]
    return None if kind is None else any(word in kind for word in words)


def surroundings(state: str, fits: Callable[[Site], Truth], words: tuple[str, ...]) -> Count:
    """Sites of a kind: found this month, those of them cleared, all still open, those without a distance."""

    def count(unit: Unit) -> Number:
        cells = ("category", "distance_metres", *(("cleared_date",) if state in ("cleared", "open") else ()))
        day, start = unit.desk.cut_off, unit.desk.start
        if is_uncertain(unit, *cells, since=None if state == "open" else start):
            return Number(None)
        known = [each for each in sites(unit) if each.found <= day]
        new = [each for each in known if each.found >= start]
        told = {
            "found": [each for each in new if fits(each)],
            "cleared": [each for each in new if fits(each) and each.cleared and each.cleared <= day],
            "open": [each for each in known if fits(each) and not (each.cleared and each.cleared <= day)],
            "unmeasured": [each for each in new if _is_of(each, words) and each.row["distance_metres"] is None],
        }
        return Number(len(told[state]))

    return count


def sessions(*words: str) -> Count:
    """Sessions of the school year whose topic or kind holds one of the words."""

    def count(unit: Unit) -> Number:
        events = unit.events("trainings", unit.window("school_year"))
        number = events.number(lambda row: any_of(row, ("topic", "category"), words), "topic", "category")
        return so_far(events, number)

    return count


def visits_by(method: str) -> Count:
    """Visits of the month made in that way."""
    return lambda unit: visits(unit, is_equal("method", method), "method")


def off_campus(unit: Unit) -> Verdict:
    """Bodies supervised, of those known."""
    done, due = unit.done("off_campus_bodies"), unit.due("off_campus_bodies")
    return unit.ratio("school_year", done, due, has_target=False)


POINT_ITEMS: tuple[str, ...] = (
    "gate_post",
    "gate_video",
    "pickup_bay",
    "closed_campus",
    "hard_barrier",
    "video_key_areas",
)
POINT_ITEMS += ("perimeter_alarm", "one_key_alarm")
YEAR_ITEMS: tuple[str, ...] = (
    "school_based_course",
    "outsourced_service",
    "leading_group",
    "volunteers",
    "legal_counsel",
)
YEAR_ITEMS += ("spokesperson", "accident_accountability")
TOPICS = {
    "bullying": ("欺凌",),
    "violence": ("反暴力", "防暴力", "校园暴力", "暴力伤害", "欺凌和暴力", "欺凌与暴力", "欺凌、暴力"),
    "drugs": ("禁毒", "毒品"),
    "sexual_assault": ("性侵",),
    "crime": ("犯罪", "侵害未成年"),
}
NAMES = ("anqing-2018", "宜政办秘〔2018〕28号")

ANQING = Opinions(
    rules={
        "submission_rate": submission_rate,
        "weekly_safety_lesson": lessons_in_every_week(is_lesson, "audience", "class_hours", "topic", "category"),
        "four_fold_delivery": items(
            "semester", *(f"safety_education_{part}" for part in ("plan", "textbook", "hours", "teacher"))
        ),
        "theme_education": themes("school_year", *THEMES),
        "key_date_education": themes("school_year", *DATES, timings=OCCASIONS),
        "drill_frequency": every_drill,
        "drill_types": drill_types,
        "risk_ledger": lambda unit: with_ledger(
            unit, "month", ("risk_list",), "responsible_name", "measure", "deadline_date"
        ),
        "guards_staffing": guards_staffing,
        "guard_systems": items("point", "patrol_rules", "entry_register_rules", "hazard_check_rules"),
        "guard_training": guard_training,
        "dorm_managers": boarding_managers,
        "three_haves": items("point", "key_spot_signs", "key_spot_gear", "key_spot_cameras"),
        "fire_equipment": lambda unit: dated_in(unit, "month", "fire_equipment"),
        "building_safety": items("school_year", "building_safety", "siting_assessment"),
        "alarm_video_linked": alarm_video_linked,
        "legal_vice_principal": legal_vice_principal,
        "veto_in_assessment": items("calendar_year", "veto_in_assessment"),
        "bus_ledger": every_bus("month", bus_is_fit),
        "psych_teacher_room": psych_teacher_room,
        "helpline": items("point", "helpline", "help_contact"),
        "incident_plan": items("school_year", "incident_plan", "incident_report_rules"),
        "liability_insurance": liability_insurance,
        **{name: items("point", name) for name in POINT_ITEMS},
        **{name: items("school_year", name) for name in YEAR_ITEMS},
    },
    ratios={
        "platform_participation": counted("month", "student_participation", has_target=False),
        "staff_vetting": counted("point", "staff_vetted"),
        "staff_training_assessed": counted("school_year", "teacher_training"),
        "post_duties": post_duties,
        "security_kit": security_kit,
    },
    numbers={
        "insurance_sales_violation.cases": school_count("insurance_violations"),
        **{f"extra_topics.{name}": sessions(*words) for name, words in TOPICS.items()},
        "unnatural_deaths.on_campus": deaths("on_campus"),
        "unnatural_deaths.off_campus": deaths("off_campus"),
        "unnatural_deaths.unplaced": deaths(None),
    },
    gaps=("guards_staffing",),
    sensitive={"unnatural_deaths": 5},
    bureau_rules={
        "drowning_mechanism": items("school_year", "drowning_mechanism"),
        "reporting_channel": items("point", "body_reporting_channel"),
        "coordination_meetings": meetings("coordination", "joint"),
        "office_and_budget": items("school_year", "body_safety_office", "body_safety_budget"),
        "regional_risk_list": items("school_year", "regional_risk_list"),
    },
    bureau_ratios={
        "inspections.coverage": coverage,
        "special_inspection_after_major": answered_major,
        "off_campus_bodies.coverage": off_campus,
    },
    bureau_numbers={
        **{
            f"perimeter_food_stalls.{state}": surroundings(state, is_near_stall, STALLS)
            for state in ("found", "cleared", "open", "unmeasured")
        },
        **{
            f"perimeter_banned_venues.{state}": surroundings(state, is_banned, VENUES)
            for state in ("found", "cleared", "open", "unmeasured")
        },
        "inspections.visits": visits,
        **{f"inspections.{method}": visits_by(method) for method in ("regular", "random", "special")},
        "off_campus_bodies.supervised": bureau_count("off_campus_bodies"),
        "off_campus_bodies.bodies": bureau_count("off_campus_bodies", "due_count"),
    },
    township_numbers={
        f"frequent_incident_areas.{what}": frequent_areas(what) for what in ("areas", "actions", "areas_acted_on")
    },
    tasks={f"task_{number:02d}": task_of(NAMES, str(number), *TASKS[number]) for number in TASKS},
)
