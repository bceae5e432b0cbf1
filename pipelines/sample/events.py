"""What happens at a school in a month: trainings, drills, incidents."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from pipelines.metadata.periods import Period
from pipelines.sample.facts import Drill, Incident, Training
from pipelines.sample.words import person

_THEMES = ("预防溺水", "交通安全", "防范学生欺凌", "反校园暴力", "反恐防暴", "防范侵害未成年人", "消防安全", "食品安全")
_PLACES = ("操场", "多功能厅", "各班教室", "阶梯教室")
_EVACUATIONS = (
    ("消防应急疏散演练", "fire"),
    ("防震减灾应急疏散演练", "earthquake"),
    ("楼道防踩踏疏散演练", "stampede"),
    ("紧急疏散演练", "evacuation"),
)
_OTHER_DRILLS = (("反恐防暴应急处置演练", "terror"), ("防溺水救护演练", "drowning"), ("食物中毒应急处置演练", "food"))
_SUMMER = (7, 8)
_CAMPUS = "主校区"


def weekdays(month: Period) -> list[date]:
    """Monday to Friday of the month."""
    days = (month.start + timedelta(days=index) for index in range((month.end - month.start).days + 1))
    return [day for day in days if day.weekday() < 5]


def plan_trainings(rng: Random, month: Period, students: int, staff: int, care: float) -> list[Training]:
    """The month's trainings; `care` is the chance that a duty is met."""
    if month.start.month in _SUMMER:
        return (
            [_training(rng, "暑期教职工安全培训", "教师培训", month.end, staff, 2, "staff")]
            if rng.random() < 0.3
            else []
        )
    rows = []
    days = weekdays(month)
    if month.start.month in (2, 3, 9) and rng.random() < care:
        rows.append(_training(rng, "开学安全第一课", "安全教育", days[0], students, 1, "students", "start_of_term"))
    for day in days:
        is_national_day = (day.month, day.day // 8) == (10, 0)
        if day.weekday() == 4 and not is_national_day and rng.random() < care:
            rows.append(
                _training(rng, f"每周安全教育：{rng.choice(_THEMES)}", "每周教育", day, students, 1, "students")
            )
    if month.start.month in (1, 4, 6, 9, 12) and rng.random() < care:
        rows.append(_training(rng, "放假前安全教育", "安全教育", days[-1], students, 1, "students", "before_holiday"))
    if rng.random() < 0.25:
        hours = rng.choice((1, 2, 2, 3))
        rows.append(_training(rng, "国家安全教育", "国家安全教育", rng.choice(days), students, hours, "students"))
    if rng.random() < 0.3:
        rows.append(_training(rng, "教职工安全培训", "教师培训", rng.choice(days), staff, 2, "staff"))
    return sorted(rows, key=lambda row: (row.held_date or month.start, row.topic))


def _training(
    rng: Random,
    topic: str,
    category: str,
    day: date,
    expected: int,
    hours: int,
    audience: str,
    timing: str | None = None,
) -> Training:
    return Training(
        topic=topic,
        category=category,
        held_date=day,
        place=rng.choice(_PLACES),
        speaker_name=person(rng),
        audience=audience,
        expected_count=expected,
        attended_count=max(0, expected - rng.randrange(8)),
        class_hours=hours,
        is_assessed=audience == "staff",
        timing=timing,
    )


def plan_drills(rng: Random, month: Period, people: int, care: float) -> list[Drill]:
    """The month's drills, evacuations and others; none in the summer holidays."""
    if month.start.month in _SUMMER:
        return []
    rows = []
    days = weekdays(month)
    if rng.random() < care * 0.75:
        rows.append(_drill(rng, *rng.choice(_EVACUATIONS), rng.choice(days), people))
    if rng.random() < 0.2:
        rows.append(_drill(rng, *rng.choice(_OTHER_DRILLS), rng.choice(days), people))
    if rng.random() < 0.1:
        rows.append(_drill(rng, *_EVACUATIONS[0], rng.choice(days), people))
    unique = {(row.drill_name, row.held_date): row for row in rows}
    return sorted(unique.values(), key=lambda row: (row.held_date or month.start, row.drill_name))


def _drill(rng: Random, name: str, category: str, day: date, people: int) -> Drill:
    return Drill(
        drill_name=name,
        category=category,
        held_date=day,
        place=rng.choice(("操场", "全校", "教学楼至操场")),
        commander_name=person(rng),
        expected_count=people,
        attended_count=max(0, people - rng.randrange(12)),
        evacuation_seconds=rng.randrange(95, 320) if category not in ("terror", "drowning", "food") else None,
        has_plan=rng.random() < 0.95,
        rating=rng.choice(("优秀", "良好", "合格")),
        is_homeroom_signed=rng.random() < 0.9,
        campus_name=_CAMPUS,
    )


def plan_incidents(rng: Random, month: Period, number: int, *, is_tidy: bool) -> list[Incident]:
    """At most one incident a month, mostly reported within the hour."""
    if rng.random() >= 0.08:
        return []
    day = rng.choice(weekdays(month))
    occurred = datetime(day.year, day.month, day.day, rng.randrange(8, 18), rng.randrange(0, 60, 5))
    known = occurred + timedelta(minutes=rng.choice((0, 5, 10)))
    education = known + timedelta(minutes=rng.choice((15, 30, 45, 59, 60, 61, 90, 150)))
    is_known = is_tidy or rng.random() < 0.95
    is_reported = is_tidy or rng.random() < 0.93
    return [
        Incident(
            incident_no=f"{month.label.replace('-', '')}{number:02d}",
            occurred_at=occurred,
            known_at=known if is_known else None,
            reported_government_at=education + timedelta(minutes=rng.choice((-5, 0, 10, 20))) if is_reported else None,
            reported_education_at=education if is_reported else None,
            category=rng.choice(("运动伤害", "交通事故", "食品安全", "意外跌落")),
            level="一般",
            place_kind=rng.choice(("on_campus", "on_campus", "off_campus")),
            injured_count=rng.randrange(3),
            death_count=0,
            student_death_count=0,
            report_type=rng.choice(("first", "final")),
        )
    ]
