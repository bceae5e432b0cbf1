"""School days, teaching weeks and windows, told from data_contracts/calendars alone.

Written from architecture.md and domain.md; it must stay independent of pipelines/measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTRACTS = Path(__file__).resolve().parents[2] / "data_contracts"
DUE_TEACHING_DAYS = 10  # domain.md: a month is due for monthly duties only with ten teaching days


def days(start: date, end: date) -> Iterator[date]:
    """Each day from start to end, both included."""
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def month_span(label: str) -> tuple[date, date]:
    """First and last day of a month."""
    year, month = map(int, label.split("-"))
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@cache
def months_between(start: date, end: date) -> tuple[str, ...]:
    """Labels of the months that the days touch."""
    return tuple(sorted({f"{day:%Y-%m}" for day in days(start, end)}))


@dataclass(frozen=True)
class Window:
    """The days in which a duty falls; `is_duty` is False where the calendar asks nothing."""

    start: date
    end: date
    is_duty: bool


@dataclass(frozen=True, eq=False)
class Calendar:
    """Semesters and holidays of a region; told from others by identity, so that its answers are quickly kept."""

    semesters: tuple[tuple[str, date, date], ...]
    holidays: tuple[tuple[date, date], ...]
    makeup: frozenset[date]

    def _semesters(self, stage: str) -> list[tuple[date, date]]:
        own = [(start, end) for name, start, end in self.semesters if name == stage]
        return own or [(start, end) for name, start, end in self.semesters if name == "default"]

    def is_teaching_day(self, day: date, stage: str) -> bool:
        """A day on which lessons are given."""
        if not any(start <= day <= end for start, end in self._semesters(stage)):
            return False
        if day in self.makeup:
            return True
        return day.weekday() < 5 and not any(start <= day <= end for start, end in self.holidays)

    @cache  # noqa: B019
    def is_due_month(self, label: str, stage: str) -> bool:
        """A month with at least ten teaching days."""
        return sum(self.is_teaching_day(day, stage) for day in days(*month_span(label))) >= DUE_TEACHING_DAYS

    def teaching_weeks(self, label: str, stage: str) -> set[date]:
        """Mondays of the weeks with a school day in that month."""
        found = (day for day in days(*month_span(label)) if self.is_teaching_day(day, stage))
        return {day - timedelta(days=day.weekday()) for day in found}

    def holiday_count(self, start: date, end: date) -> int:
        """Holidays that begin in these days."""
        return sum(start <= first <= end for first, _ in self.holidays)

    @cache  # noqa: B019
    def window(self, kind: str, day: date, stage: str) -> Window:
        """The window of that kind that holds the day."""
        month = f"{day:%Y-%m}"
        if kind == "point":
            return Window(day, day, True)
        if kind in ("month", "week", "event"):
            first, last = month_span(month)
            is_duty = kind == "event" or self.is_due_month(month, stage)
            return Window(first, last, is_duty and (kind != "week" or bool(self.teaching_weeks(month, stage))))
        if kind == "semester":
            begun = [span for span in self._semesters(stage) if span[0] <= day]  # in the holidays, the one just over
            return Window(*max(begun), True) if begun else Window(day, day, False)
        start, end = _long_span(kind, day)
        return Window(start, end, any(self.is_due_month(each, stage) for each in months_between(start, end)))


def _long_span(kind: str, day: date) -> tuple[date, date]:
    if kind == "quarter":
        first = (day.month - 1) // 3 * 3 + 1
        return date(day.year, first, 1), month_span(f"{day.year}-{first + 2:02d}")[1]
    if kind == "school_year":
        year = day.year if day.month >= 9 else day.year - 1
        return date(year, 9, 1), date(year + 1, 8, 31)
    if kind == "calendar_year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    raise ValueError(kind)


@cache
def calendar(name: str) -> Calendar:
    """The calendar of that name."""
    own = _read(CONTRACTS / "calendars" / f"{name}.yaml")
    return _of(own, _read(CONTRACTS / "calendars" / f"{own['holidays']}.yaml"))


def calendar_in(home: Path, name: str) -> Calendar:
    """The home's own calendar, which holds its holidays itself; where it has none, the one of that name."""
    path = home / "calendar.yaml"
    return _of(own := _read(path), own) if path.exists() else calendar(name)


def _of(own: dict[str, Any], shared: dict[str, Any]) -> Calendar:
    return Calendar(
        tuple((each["stage"], each["start"], each["end"]) for each in own["semesters"]),
        tuple((each["start"], each["end"]) for each in shared["holidays"]),
        frozenset(shared["makeup_days"]),
    )


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
