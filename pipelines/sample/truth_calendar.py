"""Teaching days and windows, worked out again from the calendar's file, apart from the pipeline's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import yaml

from pipelines.metadata import METADATA_ROOT

_FEW_TEACHING_DAYS = 10


@dataclass(frozen=True)
class Span:
    """A window: first and last day, and whether the calendar holds a duty in it."""

    first: date
    last: date
    has_duty: bool


@cache
def _file(name: str) -> dict[str, Any]:
    path = METADATA_ROOT / "calendars" / f"{name}.yaml"
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


@cache
def _terms(calendar: str, stage: str) -> tuple[tuple[date, date], ...]:
    rows = _file(calendar)["semesters"]
    own = [row for row in rows if row["stage"] == stage] or [row for row in rows if row["stage"] == "default"]
    return tuple(sorted((row["start"], row["end"]) for row in own))


@cache
def teaching_days(calendar: str, stage: str, month: str) -> tuple[date, ...]:
    """The days of that month on which the stage has lessons."""
    year, number = (int(part) for part in month.split("-"))
    days = [date(year, number, 1) + timedelta(days=index) for index in range(31)]
    return tuple(day for day in days if day.month == number and _is_taught(calendar, stage, day))


def _is_taught(calendar: str, stage: str, day: date) -> bool:
    if not any(first <= day <= last for first, last in _terms(calendar, stage)):
        return False
    off = _file(_file(calendar)["holidays"])
    if day in off["makeup_days"]:
        return True
    return day.weekday() < 5 and not any(row["start"] <= day <= row["end"] for row in off["holidays"])


def is_due(calendar: str, stage: str, month: str) -> bool:
    """Whether a monthly duty falls due in that month."""
    return len(teaching_days(calendar, stage, month)) >= _FEW_TEACHING_DAYS


def months_between(first: date, last: date) -> list[str]:
    """Months from the first day's to the last day's."""
    count = (last.year - first.year) * 12 + last.month - first.month
    indexes = [first.year * 12 + first.month - 1 + step for step in range(count + 1)]
    return [f"{index // 12}-{index % 12 + 1:02d}" for index in indexes]


def month_end(month: str) -> date:
    """The month's last day."""
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def span(calendar: str, kind: str, month: str, stage: str) -> Span:
    """The window of that kind that a report of the month looks at."""
    last = month_end(month)
    first = last.replace(day=1)
    if kind in ("month", "week"):
        return Span(first, last, is_due(calendar, stage, month))
    if kind == "quarter":
        start = date(last.year, (last.month - 1) // 3 * 3 + 1, 1)
        end = month_end(f"{start.year}-{start.month + 2:02d}")
        return Span(start, end, any(is_due(calendar, stage, name) for name in months_between(start, end)))
    if kind == "semester":
        begun = [term for term in _terms(calendar, stage) if term[0] <= last]
        return Span(*begun[-1], True)
    if kind == "school_year":
        year = last.year if last.month >= 9 else last.year - 1
        return Span(date(year, 9, 1), date(year + 1, 8, 31), True)
    return Span(last if kind == "point" else first, last, True)


def holiday_count(calendar: str, first: date, last: date) -> int:
    """Holidays that begin in the span."""
    return sum(first <= row["start"] <= last for row in _file(_file(calendar)["holidays"])["holidays"])
