"""The second opinion on xx-county, from provisions.csv and the readings; independent of pipelines/measure."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from tests.second_opinion.calendar import CONTRACTS
from tests.second_opinion.cases import hazard_closure, year_before
from tests.second_opinion.desk import Row
from tests.second_opinion.drills import drill_frequency, is_evacuation
from tests.second_opinion.duties import (
    any_of,
    counted,
    is_for_students,
    items,
    lessons_in_every_week,
    occasion,
    of_rows,
    school_count,
    submission_rate,
    together,
    unless_taken_back,
    with_ledger,
)
from tests.second_opinion.guards import guards_share, on_duty, over_age
from tests.second_opinion.ledger import hazards, lost_so_far
from tests.second_opinion.logic import Tally, Truth, at_least, both
from tests.second_opinion.opinions import Opinions
from tests.second_opinion.school import Unit, Verdict, is_equal, seen

AGE_LIMIT = 55
TRAINING_DAYS = 3
SIZES = ("student_count", "staff_count", "boarder_count")
LECTURES = ("讲座", "报告会")
SEASONAL = ("季节", "防溺水", "防汛", "防寒", "防火", "冬季", "夏季")
SELF_HIRED = re.compile(
    yaml.safe_load((CONTRACTS / "values.yaml").read_text(encoding="utf-8"))["self_hired"],
)


def safety_office_staff(unit: Unit) -> Verdict:
    """A head, and two people below 1000, three from 1000 on."""
    heads, others = unit.profile("safety_office_head_count"), unit.profile("safety_office_staff_count")
    students, staff = unit.profile("student_count"), unit.profile("staff_count")
    people = None if students is None or staff is None else students + staff
    needed = None if people is None else 3 if people >= 1000 else 2
    total = None if heads is None or others is None else heads + others
    met = both(at_least(heads, 1), at_least(total, needed))
    return unit.decide("point", met, actual=total, required=needed)


def safety_lectures(unit: Unit) -> Verdict:
    """Two lectures a term where senior or vocational stages are taught."""
    events = unit.events("trainings", unit.window("semester"))
    tally = events.tally(lambda row: any_of(row, ("topic", "category"), LECTURES), "topic", "category")
    population = bool({"senior", "vocational"} & set(unit.teaches))
    return unit.often_enough("semester", events, tally, 2, population=population)


def seasonal_education(unit: Unit) -> Verdict:
    """A seasonal session a term."""
    events = unit.events("trainings", unit.window("semester"))
    tally = events.tally(occasion("seasonal", *SEASONAL), "timing", "topic", "category")
    return unit.often_enough("semester", events, tally, 1)


def drill_quality(unit: Unit) -> Verdict:
    """Evacuation drills of the month with script, evaluation and sign-in."""
    events = unit.events("drills", unit.window("month"))
    if not unit.sheet("drills").is_told:
        return unit.ratio("month", None, None)
    held = events.certain(is_evacuation)
    in_order = [row for row in held if row["has_plan"] and row["rating"] is not None and row["is_homeroom_signed"]]
    cells = ("category", "drill_name", "has_plan", "rating", "is_homeroom_signed")
    tally = events.tally(is_evacuation, *cells)
    return unless_taken_back(of_rows(unit, "month", len(in_order), len(held), tally.most - tally.low), events)


def is_from_company(row: Row) -> Truth:
    """A company is named, and it is not the school itself."""
    return seen(row, "company_name", lambda name: not SELF_HIRED.search(name))


def guards_staffing(unit: Unit) -> Verdict:
    """Guards of a company, campus by campus: 2, 4 from 500 on, 2 more for each full 500 above 1000; boarders add.

    A campus that was kept out of the list may be short.
    """
    sheet, parts = unit.sheet("campuses"), []
    if sheet.rows:
        for row in sheet.rows:
            is_only = len(sheet.rows) == 1
            campus = row["campus_name"]
            numbers = [_size(unit, row, name) for name in SIZES]
            names = None if is_only else (campus, [each["campus_name"] for each in sheet.rows])
            verdict = _campus(unit, names, *numbers)
            is_short = sheet.lost and verdict.status == "met"
            parts.append((str(campus), replace(verdict, status="unreported") if is_short else verdict))
    else:
        is_one = _is_one_campus(unit)
        parts.append(("", _campus(unit, None, *(unit.profile(name) if is_one else None for name in SIZES))))
    verdicts = [verdict for _, verdict in parts]
    status = together([each.status for each in verdicts])
    if status == "unreported":
        return Verdict(status, parts=tuple(parts))
    required = None if any(each.required is None for each in verdicts) else sum(each.required for each in verdicts)
    return Verdict(status, actual=sum(each.actual for each in verdicts), required=required, parts=tuple(parts))


def _is_one_campus(unit: Unit) -> bool:
    """Whether a school that lists no campus is one: it says so, or leaves the number blank beside a campuses sheet."""
    if unit.sheet("campuses").lost or _is_unread(unit, "campus_count"):
        return False
    count = unit.profile("campus_count")
    number = unit.desk.current.get((unit.code, unit.point_month))
    return (number, "campuses") in unit.desk.sheets if count is None else bool(count <= 1)


def _size(unit: Unit, row: Row, name: str) -> int | None:
    """A size of a listed campus; where the only one of a school of one campus leaves it blank, that of the school."""
    sheet = unit.sheet("campuses")
    is_school = len(sheet.rows) == 1 and not sheet.lost and unit.profile("campus_count") == 1
    is_blank = row[name] is None and name not in row["invalid"]
    size: int | None = unit.profile(name) if is_blank and is_school else row[name]
    return size


def _is_unread(unit: Unit, name: str) -> bool:
    """Whether that cell of the profile cannot be read."""
    return any(name in row["invalid"] for row in unit.sheet("profile").rows)


def _campus(
    unit: Unit, names: tuple[str | None, list[str | None]] | None, students: int | None, *others: int | None
) -> Verdict:
    """One campus; `names` are its own and all of the school's where there are several, to which guards belong."""
    staff, boarders = others
    if students is None or staff is None or boarders is None:
        required = None
    else:
        people = students + staff
        required = 2 if people < 500 else 4 + 2 * (max(people - 1000, 0) // 500)
        required += 2 * (boarders // 300)
    sheet, day = unit.sheet("guards"), unit.desk.cut_off
    if not sheet.is_told:
        return unit.decide("point", None)

    def fits(row: Row) -> Truth:
        here: Truth = True
        if names is not None:
            here = row["campus_name"] == names[0] if row["campus_name"] in names[1] else None
        return both(is_equal("employment", "full_time")(row), on_duty(row, day), is_from_company(row), here)

    tally = Tally.of([fits(row) for row in sheet.rows], sheet.lost)
    met = at_least(tally.low, required)
    met = None if met is False and at_least(tally.most, required) else met
    return Verdict(unit.decide("point", met).status, actual=tally.low, required=required)


def within_age(unit: Unit, row: Row) -> Truth:
    """Fifty-five at most, by the year of birth, else by the age filled in."""
    too_old = over_age(unit, row, AGE_LIMIT)
    return None if too_old is None and row["invalid"] & {"birth_year", "age"} else too_old is False


def guard_drill(unit: Unit) -> Verdict:
    """A security drill in the month."""
    events = unit.events("drills", unit.window("month"))
    return unit.often_enough("month", events, events.tally(is_equal("category", "security"), "category"), 1)


def closed_share(unit: Unit) -> Verdict:
    """Hazards of the twelve months that are closed, of all of them."""
    start, sheet = year_before(unit.desk.cut_off), unit.sheet("hazards")
    if not sheet.is_told:
        return unit.ratio("month", None, None)
    cohort = [each for each in hazards(unit) if each.status != "in_doubt" and each.found >= start]
    done = sum(each.status == "closed" for each in cohort)
    doubts = sum(each.status == "in_doubt" for each in hazards(unit))
    if lost_so_far(unit) or (doubts and not cohort):
        return Verdict("unreported", done=done, due=len(cohort), is_due_certain=False)
    return replace(unit.ratio("month", done, len(cohort), has_target=False), is_due_certain=not doubts)


def problem_list(unit: Unit) -> Verdict:
    """Discussed, filed, and every entry with a responsible person and a deadline."""
    names = ("problem_list_discussed", "problem_list_filed")
    return with_ledger(unit, "semester", names, "responsible_name", "deadline_date")


def inspections_circulated(unit: Unit) -> Verdict:
    """An inspection of the month that was circulated."""
    events = unit.events("inspections", unit.window("month"))
    fits = lambda row: seen(row, "is_notified", bool)  # noqa: E731
    days = {(row["school_code"], row["held_date"]) for row in events.certain(fits)}
    tally = events.tally(fits, "is_notified")
    return unit.often_enough("month", events, Tally(len(days), len(days) + tally.most - tally.low), 1)


XX_COUNTY = Opinions(
    rules={
        "submission_rate": submission_rate,
        "leading_group": items("school_year", "leading_group", "first_responsible", "direct_responsible"),
        "lists_issued": items("school_year", "responsibility_list", "risk_list", "lists_issued"),
        "safety_office": items("point", "separate_safety_office"),
        "safety_office_staff": safety_office_staff,
        "office_four_items": items("point", "office_sign", "office_rules_posted", "office_archive", "office_video"),
        "teaching_plan": items("semester", "safety_in_teaching_plan"),
        "weekly_lesson": lessons_in_every_week(is_for_students, "audience"),
        "safety_lectures": safety_lectures,
        "seasonal_education": seasonal_education,
        "drill_frequency": drill_frequency("month", "quarter"),
        "drill_quality.b": items("school_year", "drill_yearly_plan"),
        "guards_staffing": guards_staffing,
        "guard_drill": guard_drill,
        "security_room_alarm": items("point", "security_room", "one_key_alarm"),
        "gate_post": items("point", "police_gate_post"),
        "problem_list": problem_list,
        "special_funds": items("school_year", "special_funds"),
        "plan_and_mobilisation": items("school_year", "school_work_plan", "mobilisation"),
    },
    ratios={
        "responsibility_letters": counted("school_year", "responsibility_letters"),
        "parent_meetings": counted("semester", "parent_meetings"),
        "staff_training": counted("semester", "staff_trained"),
        "drill_quality": drill_quality,
        "guards_from_company": guards_share("point", lambda unit, row: is_from_company(row), "company_name"),
        "guard_age": guards_share("point", within_age, "birth_year", "age"),
        "guard_kit": counted("point", "guard_kits"),
        "guard_off_job_training": guards_share(
            "semester",
            lambda unit, row: seen(row, "training_days", lambda days: days >= TRAINING_DAYS),
            "training_days",
        ),
        "ledger_closure.b": closed_share,
    },
    numbers={"special_funds.amount": school_count("special_funds_amount")},
    gaps=("guards_staffing",),
    durations={"ledger_closure": ("days", hazard_closure)},
    bureau_rules={
        "assessment_filed": items("school_year", "assessment_published", "assessment_counted"),
        "inspections_circulated": inspections_circulated,
    },
)
