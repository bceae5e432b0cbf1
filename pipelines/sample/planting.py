"""One school's months: what it is, what it has in place, and what a careful reader finds in each report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from pipelines.metadata.items import items
from pipelines.metadata.periods import Period, parse_period
from pipelines.sample.buses import bus_month, plan_buses
from pipelines.sample.deliveries import SILENT
from pipelines.sample.doubtful import doubtful_stories
from pipelines.sample.drills import plan_drills
from pipelines.sample.events import grave_incident, plan_incidents
from pipelines.sample.facts import Answer, Bus, Guard, Habits, Report, SchoolRow
from pipelines.sample.guards import plan_guards
from pipelines.sample.hazards import Story, ledger_rows, plan_stories
from pipelines.sample.lessons import plan_trainings
from pipelines.sample.words import person

_CAMPUSES = ("主校区", "东校区", "分校区")
_BOUNDARIES = (98, 99, 100, 999, 1000, 1001, 1499, 1500, 3000, 499, 500)
_MANY = 300
"""Students from which a school may have more than one campus."""
_SIZES = {
    "kindergarten": (40, 320),
    "primary": (90, 1500),
    "teaching_point": (8, 60),
    "junior": (200, 1600),
    "nine_year": (200, 1800),
    "special": (40, 120),
}
_BOARDING = {
    "primary": 0.3,
    "junior": 0.5,
    "nine_year": 0.6,
    "complete_secondary": 0.7,
    "senior": 0.8,
    "twelve_year": 0.6,
    "vocational": 0.8,
}
"""Chance that a school of the type has boarders."""
_MONTHLY = frozenset(
    {
        "risk_review",
        "egress_check",
        "fire_gear_check",
        "risk_point_list",
        "hazard_ledger_kept",
        "fire_equipment",
        "chemical_check",
        "electrical_check",
    }
)
_MONTHLY_PREFIX = "area_"
_NEEDS = {
    "video_dormitory": "boarder_count",
    "video_kitchen": "has_canteen",
    "video_serving_room": "has_canteen",
    "video_sample_room": "has_canteen",
    "video_store_room": "has_canteen",
    "bright_kitchen": "has_canteen",
    "kitchen_4d": "has_canteen",
    "lab_chemicals": "has_lab",
    "chemical_check": "has_lab",
    "lift_safety": "has_lift",
}
_RATES = {"safe_campus_district": 0.6, "safe_campus_city": 0.3, "safe_campus_province": 0.1}
"""Awards are not a matter of care."""
_ALARM_LINKS = ("alarm_police", "alarm_education")
_HAS_LIFT = 0.3
_CARELESS = 0.6


@dataclass
class Life:
    """What stays the same of a school over the months."""

    school: SchoolRow
    months: tuple[Period, ...]
    is_tidy: bool
    habits: Habits
    profile: dict[str, Any]
    campuses: list[dict[str, Any]]
    answers: dict[str, Answer]
    guards: list[Guard]
    stories: list[Story]
    buses: list[Bus]


def begin_life(
    seed: int, school: SchoolRow, months: tuple[Period, ...], asked: tuple[str, ...], *, is_tidy: bool
) -> Life:
    """The school before its first report; the same seed and school give the same life."""
    rng = Random(f"life/{seed}/{school.life_code}")
    care = _CARELESS if school.number == SILENT else rng.choice((0.99, 0.97, 0.94, 0.9, 0.8))
    is_thorough = care > _CARELESS and rng.random() < 0.4
    profile = _plan_profile(rng, school)
    campuses = _plan_campuses(rng, profile)
    has_lift = rng.random() < _HAS_LIFT
    absent = {"lift": has_lift, "bus_escape": profile["has_bus"]}
    return Life(
        school=school,
        months=months,
        is_tidy=is_tidy,
        habits=Habits(
            care=care,
            turn=rng.randrange(12),
            catches_up_in=months[min(1, len(months) - 1)].label if is_thorough else None,
            has_lectures=care > _CARELESS
            and school.school_type in ("senior", "complete_secondary", "twelve_year", "vocational"),
            lacks=tuple(name for name, has in absent.items() if not has),
        ),
        profile=profile,
        campuses=campuses,
        answers=_plan_answers(rng, {**profile, "has_lift": has_lift}, months[0], asked, care),
        guards=plan_guards(rng, campuses, months[-1], is_tidy=is_tidy),
        stories=_plan_stories(rng, school, months, is_tidy=is_tidy),
        buses=plan_buses(rng, months[0], is_tidy=is_tidy) if profile["has_bus"] else [],
    )


def _plan_stories(rng: Random, school: SchoolRow, months: tuple[Period, ...], *, is_tidy: bool) -> list[Story]:
    stories = plan_stories(rng, months, rng.choice((0.2, 0.6, 1.0, 1.6)), is_tidy=is_tidy)
    return stories if is_tidy else doubtful_stories(school.number, months, stories)


def live_month(seed: int, life: Life, label: str) -> Report:
    """What the school would report for that month, before it makes mistakes in writing."""
    month = parse_period(label)
    rng = Random(f"month/{seed}/{life.school.life_code}/{label}")
    students, staff = life.profile["student_count"], life.profile["staff_count"]
    report = Report(life.school, label)
    report.profile = {**life.profile, "report_month": label}
    report.campuses = [dict(campus) for campus in life.campuses]
    is_careful = rng.random() < life.habits.care
    report.answers = {
        item: _answer_of(rng, item, answer, month, is_careful=is_careful) for item, answer in life.answers.items()
    }
    report.guards = list(life.guards)
    report.trainings = plan_trainings(rng, month, students, staff, life.habits)
    names = tuple(campus["campus_name"] for campus in life.campuses)
    report.drills = plan_drills(rng, month, students + staff, life.habits, names)
    report.hazards = ledger_rows(rng, life.stories, month)
    report.incidents = plan_incidents(rng, month, grave_incident(life.school, month, life.months), is_tidy=life.is_tidy)
    report.buses = bus_month(rng, life.buses, month)
    for table in ("guards", "trainings", "drills", "hazards", "incidents", "buses"):
        report.returns[table] = "rows" if getattr(report, table) else "nil"
    return report


def _plan_profile(rng: Random, school: SchoolRow) -> dict[str, Any]:
    low, high = _SIZES.get(school.school_type, (400, 2800))
    people = rng.randrange(low, high)
    if school.school_type != "teaching_point" and rng.random() < 0.3:
        people = rng.choice(_BOUNDARIES)
    staff = max(2, people // 14)
    students = people - staff
    boarders = 0
    if rng.random() < _BOARDING.get(school.school_type, 0):
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
        "safety_office_head_count": int(rng.random() < 0.95),
        "safety_office_staff_count": rng.randrange(1, 4),
        "has_canteen": has_canteen,
        "has_lab": school.school_type not in ("kindergarten", "teaching_point", "special"),
        "has_bus": rng.random() < _bus_chance(school),
        "has_nap_room": school.school_type == "kindergarten",
        **_plan_insurance(rng),
        "principal_name": person(rng),
        "safety_officer_name": person(rng),
        "phone": f"0000-2{rng.randrange(10**6):06d}",
    }


def _bus_chance(school: SchoolRow) -> float:
    """The first school of a county has buses for certain, so that one has."""
    usual = 0.3 if school.school_type in ("kindergarten", "primary") else 0.05
    return 1 if school.number == 1 else usual


def _plan_campuses(rng: Random, profile: dict[str, Any]) -> list[dict[str, Any]]:
    """One campus mostly; where there are more, the boarders live on the first."""
    shares = rng.choices(((100,), (70, 30), (55, 30, 15)), (80, 15, 5))[0]
    if profile["student_count"] < _MANY or profile["boarder_count"] * 2 > profile["student_count"]:
        shares = (100,)
    profile["campus_count"] = len(shares)
    campuses = []
    for number, (share, name) in enumerate(zip(shares, _CAMPUSES, strict=False), 1):
        campus: dict[str, Any] = {"campus_code": str(number), "campus_name": name}
        for count in ("student_count", "staff_count"):
            campus[count] = profile[count] * share // 100
        campus["boarder_count"] = profile["boarder_count"] if number == 1 else 0
        campuses.append(campus)
    for count in ("student_count", "staff_count"):
        campuses[0][count] += profile[count] - sum(campus[count] for campus in campuses)
    return campuses


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
        elif rng.random() < _RATES.get(item, care * 0.97):
            answers[item] = Answer("yes", first.start - timedelta(days=rng.randrange(-25, 160)))
        else:
            answers[item] = Answer("no", None)
    if answers.get("one_key_alarm", Answer("yes", None)).value == "no":
        answers |= {item: Answer("na", None) for item in _ALARM_LINKS if item in answers}
    return answers


def _answer_of(rng: Random, item: str, base: Answer, month: Period, *, is_careful: bool) -> Answer:
    """This month's answer: a monthly check has a fresh date, the rest are looked at again now and then."""
    if base.value == "no" and rng.random() < 0.08:
        return Answer("yes", month.start + timedelta(days=rng.randrange(28)))
    if base.value != "yes":
        return base
    is_monthly = item in _MONTHLY or item.startswith(_MONTHLY_PREFIX)
    if (is_monthly and is_careful) or rng.random() < (0.6 if is_monthly else 0.35):
        return Answer("yes", month.start + timedelta(days=rng.randrange(28)))
    return base if base.day is None or base.day <= month.end else Answer("yes", month.end)
