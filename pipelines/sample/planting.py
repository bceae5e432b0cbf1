"""One school's months: what it is, what it has in place, and what a careful reader finds in each report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from pipelines.metadata.items import items
from pipelines.metadata.periods import Period, parse_period
from pipelines.sample.events import plan_drills, plan_incidents, plan_trainings
from pipelines.sample.facts import Answer, Bus, Count, Guard, Report, SchoolRow
from pipelines.sample.hazards import Story, ledger_rows, plan_stories
from pipelines.sample.stages import STAGE_OF
from pipelines.sample.words import person

_BOUNDARIES = (98, 99, 100, 999, 1000, 1001, 1499, 1500, 3000)
_SIZES = {
    "kindergarten": (40, 320),
    "primary": (90, 1500),
    "teaching_point": (8, 60),
    "junior": (200, 1600),
    "nine_year": (200, 1800),
    "special": (40, 120),
}
_MAY_BOARD = ("primary", "junior", "nine_year", "complete_secondary", "senior", "twelve_year", "vocational")
_MONTHLY = frozenset({"risk_review", "egress_check", "fire_gear_check", "risk_point_list", "hazard_ledger_kept"})
_NEEDS = {
    "video_dormitory": "boarder_count",
    "video_kitchen": "has_canteen",
    "video_serving_room": "has_canteen",
    "video_sample_room": "has_canteen",
    "video_store_room": "has_canteen",
    "bright_kitchen": "has_canteen",
    "kitchen_4d": "has_canteen",
    "lab_chemicals": "has_lab",
}
_COMPANIES = ("甲盾保安服务有限公司", "平安卫士保安服务有限公司", "学校自聘")


@dataclass
class Life:
    """What stays the same of a school over the months."""

    school: SchoolRow
    is_tidy: bool
    care: float
    profile: dict[str, Any]
    answers: dict[str, Answer]
    guards: list[Guard]
    stories: list[Story]
    buses: list[Bus]


def begin_life(
    seed: int, school: SchoolRow, months: tuple[Period, ...], asked: tuple[str, ...], *, is_tidy: bool
) -> Life:
    """The school before its first report; the same seed and school give the same life."""
    rng = Random(f"life/{seed}/{school.school_code}")
    care = rng.choice((0.99, 0.97, 0.94, 0.9, 0.8))
    profile = _plan_profile(rng, school)
    return Life(
        school=school,
        is_tidy=is_tidy,
        care=care,
        profile=profile,
        answers=_plan_answers(rng, profile, months[0], asked, care),
        guards=_plan_guards(rng, profile, months[-1], is_tidy=is_tidy),
        stories=plan_stories(rng, months, rng.choice((0.2, 0.6, 1.0, 1.6)), is_tidy=is_tidy),
        buses=_plan_buses(rng, profile, months[0], is_tidy=is_tidy),
    )


def live_month(seed: int, life: Life, label: str) -> Report:
    """What the school would report for that month, before it makes mistakes in writing."""
    month = parse_period(label)
    rng = Random(f"month/{seed}/{life.school.school_code}/{label}")
    students, staff = life.profile["student_count"], life.profile["staff_count"]
    report = Report(life.school, label)
    report.profile = {**life.profile, "report_month": label}
    report.campuses = [
        {"campus_code": "1", "campus_name": "主校区", "student_count": students, "staff_count": staff,
         "boarder_count": life.profile["boarder_count"]}
    ]  # fmt: skip
    report.answers = {item: _answer_of(rng, item, answer, month) for item, answer in life.answers.items()}
    report.guards = list(life.guards)
    report.trainings = plan_trainings(rng, month, students, staff, life.care)
    report.drills = plan_drills(rng, month, students + staff, life.care)
    report.hazards = ledger_rows(rng, life.stories, month)
    report.incidents = plan_incidents(rng, month, 1, is_tidy=life.is_tidy)
    report.buses = list(life.buses)
    for table in ("guards", "trainings", "drills", "hazards", "incidents", "buses"):
        report.returns[table] = "rows" if getattr(report, table) else "nil"
    return report


def plan_counts(rng: Random, report: Report, asked: tuple[str, ...]) -> None:
    """Fill in the counted items that the standard asks for."""
    for item in asked:
        if items()[item].kind == "count":
            report.counts[item] = _plan_count(rng, item, report)


def _plan_profile(rng: Random, school: SchoolRow) -> dict[str, Any]:
    low, high = _SIZES.get(school.school_type, (400, 2800))
    people = rng.randrange(low, high)
    if school.school_type != "teaching_point" and rng.random() < 0.3:
        people = rng.choice(_BOUNDARIES)
    staff = max(2, people // 14)
    students = people - staff
    boarders = 0
    if school.school_type in _MAY_BOARD and rng.random() < 0.45:
        boarders = min(students, rng.choice((rng.randrange(20, 900), 299, 300, 600, 1800)))
    girls = boarders * rng.randrange(0, 60) // 100
    has_canteen = boarders > 0 or rng.random() < 0.7
    managers = 0 if boarders == 0 else rng.choice((0, 1, 2, 3, 4, 6))
    return {
        "campus_count": 1,
        "class_count": max(1, students // 42),
        "student_count": students,
        "boarder_count": boarders,
        "girl_boarder_count": girls,
        "staff_count": staff,
        "dorm_manager_count": managers,
        "female_dorm_manager_count": min(managers, rng.randrange(3)),
        "psych_teacher_count": rng.randrange(3),
        "legal_vice_principal_count": int(rng.random() < 0.9),
        "legal_counselor_count": rng.randrange(2),
        "trained_safety_manager_count": rng.randrange(3),
        "safety_office_head_count": 1,
        "safety_office_staff_count": rng.randrange(1, 3),
        "has_canteen": has_canteen,
        "has_lab": school.school_type not in ("kindergarten", "teaching_point", "special"),
        "has_bus": rng.random() < (0.3 if school.school_type in ("kindergarten", "primary") else 0.05),
        "has_nap_room": school.school_type == "kindergarten",
        **_plan_insurance(rng),
        "principal_name": person(rng),
        "safety_officer_name": person(rng),
        "phone": f"0000-2{rng.randrange(10**6):06d}",
    }


def _plan_insurance(rng: Random) -> dict[str, date | None]:
    start, end = rng.choices(
        (
            (date(2026, 9, 1), date(2027, 8, 31)),
            (date(2026, 3, 1), date(2027, 2, 28)),
            (date(2025, 9, 1), date(2026, 8, 31)),
            (None, None),
        ),
        (60, 25, 10, 5),
    )[0]
    return {"insurance_start_date": start, "insurance_end_date": end}


def _plan_answers(
    rng: Random, profile: dict[str, Any], first: Period, asked: tuple[str, ...], care: float
) -> dict[str, Answer]:
    answers = {}
    for item in asked:
        if items()[item].kind != "checklist":
            continue
        need = _NEEDS.get(item)
        if need and not profile[need]:
            answers[item] = Answer("na", None)
        elif rng.random() < care * 0.97:
            answers[item] = Answer("yes", first.start - timedelta(days=rng.randrange(-25, 160)))
        else:
            answers[item] = Answer("no", None)
    if answers.get("one_key_alarm", Answer("yes", None)).value == "no" and "alarm_police" in answers:
        answers["alarm_police"] = Answer("na", None)
    return answers


def _answer_of(rng: Random, item: str, base: Answer, month: Period) -> Answer:
    """This month's answer: a monthly check has a fresh date, the rest are looked at again now and then."""
    if base.value == "no" and rng.random() < 0.08:
        return Answer("yes", month.start + timedelta(days=rng.randrange(28)))
    if base.value != "yes":
        return base
    if rng.random() < (0.9 if item in _MONTHLY else 0.35):
        return Answer("yes", month.start + timedelta(days=rng.randrange(28)))
    return base if base.day is None or base.day <= month.end else Answer("yes", month.end)


def _plan_guards(rng: Random, profile: dict[str, Any], last: Period, *, is_tidy: bool) -> list[Guard]:
    people, boarders = profile["student_count"] + profile["staff_count"], profile["boarder_count"]
    usual = max(1 if people < 100 else 2 + max(0, people - 1000) // 500, 2 + boarders // 300 if boarders else 0)
    count = max(0, usual + rng.choices((-1, 0, 1), (12, 70, 18))[0])
    rows = [_guard(rng, number, "full_time") for number in range(count)]
    if rng.random() < 0.25:
        rows.append(_guard(rng, count, "part_time"))
    if rng.random() < 0.05:
        rows.append(
            replace(_guard(rng, count + 1, "full_time"), end_date=last.start - timedelta(days=rng.randrange(40)))
        )
    if rng.random() < 0.05:
        rows.append(replace(_guard(rng, count + 2, "full_time"), start_date=last.start + timedelta(days=5)))
    if rng.random() < 0.03 and not is_tidy:
        rows.append(replace(_guard(rng, count + 3, "full_time"), employment=None))
    return rows


def _guard(rng: Random, number: int, employment: str) -> Guard:
    is_own = employment == "part_time"
    return Guard(
        guard_name=f"{person(rng)}{number + 1}",
        gender=rng.choice(("male", "male", "male", "female")),
        birth_year=rng.randrange(1966, 2002),
        campus_name="主校区",
        employment=employment,
        company_name=_COMPANIES[2] if is_own else rng.choice(_COMPANIES[:2]),
        is_certified=rng.random() < 0.93,
        start_date=date(rng.randrange(2019, 2026), rng.randrange(1, 13), rng.randrange(1, 29)),
        end_date=None,
        training_days=rng.randrange(6),
        is_equipped=rng.random() < 0.95,
    )


def _plan_buses(rng: Random, profile: dict[str, Any], first: Period, *, is_tidy: bool) -> list[Bus]:
    if not profile["has_bus"]:
        return []
    return [
        Bus(
            plate_no=f"云Z{rng.randrange(1000, 9999)}{number}学",
            seat_count=rng.choice((19, 36, 52)),
            is_driver_qualified=None if not is_tidy and rng.random() < 0.03 else rng.random() < 0.96,
            term_check_date=first.start + timedelta(days=rng.randrange(28)) if rng.random() < 0.95 else None,
            winter_check_date=None,
            last_check_date=first.start + timedelta(days=rng.randrange(28)) if rng.random() < 0.95 else None,
            permit_until_date=date(2027, 8, 31),
            attendant_name=person(rng),
            is_hazard_fixed=rng.random() < 0.94,
        )
        for number in range(rng.randrange(1, 4))
    ]


def _plan_count(rng: Random, item: str, report: Report) -> Count:
    students, staff = report.profile["student_count"], report.profile["staff_count"]
    if item.startswith("national_security_hours_"):
        stages = STAGE_OF.get(report.school.school_type, ())
        return Count(rng.choice((6, 20, 31, 32, 33, 36)), 32) if item.rsplit("_", 1)[1] in stages else Count(None, None)
    if item == "insurance_violations":
        return Count(int(rng.random() < 0.04), 0)
    if item == "psych_screenings":
        return Count(int(rng.random() < 0.7), 1)
    if item == "weekly_education_sessions":
        return Count(rng.randrange(3, 5), 4)
    limits = {"daily_reminder": 20, "teacher_training": staff, "staff_vetted": staff, "psych_screened": students}
    if item == "psych_filed":
        screened = report.counts.get("psych_screened", Count(students, students)).done or 0
        return Count(max(0, screened - rng.randrange(3)), screened)
    due = limits.get(item, rng.randrange(5))
    return Count(max(0, due - rng.choice((0, 0, 0, 1, 2))), due)
