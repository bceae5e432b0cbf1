"""The counted items of a report: done of due, with a zero and a blank now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from pipelines.metadata.items import items
from pipelines.metadata.periods import parse_period
from pipelines.sample.events import weekdays
from pipelines.sample.facts import Count, Report
from pipelines.sample.stages import STAGE_OF

_HOURS = "national_security_hours_"
_BLANK = 0.02
_SHORT = (0, 0, 0, 0, 1, 2)
"""What is wanting to the number due."""
_FUNDS = (0, 8000, 20000, 65000, 120000)


def _students(report: Report) -> int:
    return int(report.profile["student_count"])


def _staff(report: Report) -> int:
    return int(report.profile["staff_count"])


def _classes(report: Report) -> int:
    return int(report.profile["class_count"])


def _days(report: Report) -> int:
    return len(weekdays(parse_period(report.month)))


def _weeks(report: Report) -> int:
    return len({day.isocalendar()[:2] for day in weekdays(parse_period(report.month))})


_DUE: Mapping[str, Callable[[Report], int]] = {
    "daily_reminder": _days,
    "daily_checks": _days,
    "weekly_checks": _weeks,
    "weekly_education_sessions": _weeks,
    "teacher_training": _staff,
    "staff_vetted": _staff,
    "staff_trained": _staff,
    "responsibility_letters": _staff,
    "account_activation": _staff,
    "teacher_lessons": lambda report: _staff(report) * 4 // 5,
    "student_participation": _students,
    "special_physique": _students,
    "psych_screened": _students,
    "class_hours": lambda report: _classes(report) * 4,
    "topic_activities": _classes,
    "posts_signed": lambda report: 39,
    "kit_pieces": lambda report: 8,
    "guard_kits": lambda report: sum(guard.end_date is None for guard in report.guards),
    "drill_reports": lambda report: 1,
    "provincial_system": lambda report: 2,
    "parent_meetings": lambda report: 2,
    "leaders_trained": lambda report: 3,
    "officers_trained": lambda report: 2,
}


def plan_counts(rng: Random, report: Report, asked: tuple[str, ...], *, is_tidy: bool) -> None:
    """Fill in the counted items that the standard asks for."""
    for item in asked:
        if items()[item].kind != "count":
            continue
        report.counts[item] = _plan_count(rng, item, report)
        if not is_tidy and rng.random() < _BLANK:
            report.counts[item] = Count(None, rng.choice((None, report.counts[item].due)))


def _plan_count(rng: Random, item: str, report: Report) -> Count:
    if item.startswith(_HOURS):
        stages = STAGE_OF.get(report.school.school_type, ())
        return (
            Count(rng.choice((6, 20, 31, 32, 33, 36)), 32) if item.removeprefix(_HOURS) in stages else Count(None, None)
        )
    if item == "insurance_violations":
        return Count(int(rng.random() < 0.04), 0)
    if item == "psych_screenings":
        return Count(int(rng.random() < 0.7), 1)
    if item == "psych_filed":
        screened = report.counts.get("psych_screened", Count(_students(report), None)).done or 0
        return Count(max(0, screened - rng.randrange(3)), screened)
    if items()[item].unit == "元":
        return Count(rng.choice(_FUNDS), None)
    due = _DUE[item](report) if item in _DUE else rng.randrange(5)
    return Count(max(0, due - rng.choice(_SHORT)), due)
