"""School days of a month, and the incidents that happen on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from pipelines.metadata.calendars import load_calendar
from pipelines.metadata.periods import Period
from pipelines.sample.facts import Incident, SchoolRow

SUMMER = (7, 8)
_CALENDAR = "china"
"""Public holidays are the nation's: each region's calendar has the same."""
_KINDS = ("运动伤害", "交通事故", "食品安全", "意外跌落")


@dataclass(frozen=True)
class Grave:
    """An incident that a county of any size has once: at which school, in which of its months, how bad."""

    month: int
    level: str
    category: str
    place_kind: str
    death_count: int
    is_followed_up: bool


GRAVE: Mapping[int, Grave] = {
    1: Grave(0, "重大", "意外跌落", "on_campus", 1, is_followed_up=True),
    3: Grave(1, "较大", "交通事故", "off_campus", 1, is_followed_up=False),
    9: Grave(1, "重大", "食品安全", "on_campus", 0, is_followed_up=False),
}
"""By the school's number in the register."""


def weekdays(month: Period) -> list[date]:
    """Monday to Friday of the month, less the public holidays."""
    days = (month.start + timedelta(days=index) for index in range((month.end - month.start).days + 1))
    holidays = load_calendar(_CALENDAR).holidays
    return [day for day in days if day.weekday() < 5 and not any(first <= day <= last for first, last in holidays)]


def grave_incident(school: SchoolRow, month: Period, months: tuple[Period, ...]) -> Grave | None:
    """The grave incident that the school has in that month, if it is the one to have it."""
    grave = GRAVE.get(school.number)
    return grave if grave and months.index(month) == min(grave.month, len(months) - 1) else None


def grave_day(month: Period) -> date:
    """The day of the month's grave incidents: early, so that the month can still see to it."""
    return weekdays(month)[4]


def plan_incidents(rng: Random, month: Period, grave: Grave | None, *, is_tidy: bool) -> list[Incident]:
    """The month's incidents, mostly one at most and mostly reported within the hour."""
    count = 1 if grave else rng.choices((0, 1, 2), (88, 10, 2))[0]
    return [_incident(rng, month, number, grave, is_tidy=is_tidy) for number in range(1, count + 1)]


def _incident(rng: Random, month: Period, number: int, grave: Grave | None, *, is_tidy: bool) -> Incident:
    day = grave_day(month) if grave else rng.choice(weekdays(month))
    occurred = datetime(day.year, day.month, day.day, rng.randrange(8, 18), rng.randrange(0, 60, 5))
    known = occurred + timedelta(minutes=rng.choice((0, 5, 10)))
    education = known + timedelta(minutes=rng.choice((15, 30, 45, 59, 60, 61, 90, 150)))
    government = education + timedelta(minutes=rng.choice((-5, 0, 10, 20)))
    is_sure = is_tidy or grave is not None
    is_known = is_sure or rng.random() < 0.95
    # Told to both, to the education bureau alone, to the government alone, to nobody.
    told = (1, 1) if is_sure else rng.choices(((1, 1), (1, 0), (0, 1), (0, 0)), (85, 7, 4, 4))[0]
    return Incident(
        incident_no=f"{month.label.replace('-', '')}{number:02d}",
        occurred_at=occurred,
        known_at=known if is_known else None,
        reported_government_at=government if told[1] else None,
        reported_education_at=education if told[0] else None,
        category=grave.category if grave else rng.choice(_KINDS),
        level=grave.level if grave else "一般",
        place_kind=grave.place_kind if grave else rng.choice(("on_campus", "on_campus", "off_campus")),
        injured_count=rng.randrange(3),
        death_count=grave.death_count if grave else 0,
        student_death_count=grave.death_count if grave else 0,
        report_type=rng.choice(("first", "final")),
    )
