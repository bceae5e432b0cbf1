"""Calendars: semesters by stage, holidays, teaching days, windows in which duties fall, deadlines, the first month."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendar_checks import check_calendar, stage_name, text
from pipelines.metadata.periods import Period, month_labels, parse_period
from pipelines.metadata.standards import Standard

FILE = "calendar.yaml"
"""A home's own calendar, in a file of that name; a release keeps the one that it was measured by."""
_FOLDER = METADATA_ROOT / "calendars"
MINIMUM_TEACHING_DAYS = 10
"""A month with fewer teaching days is due for no monthly duty (domain notes, calendar)."""
_WEEKEND = (5, 6)


@dataclass(frozen=True)
class Window:
    """First and last day of the time in which a duty has to be done; `has_duty` is false out of term."""

    kind: str
    start: date
    end: date
    has_duty: bool


@dataclass(frozen=True)
class Semester:
    """One semester of one stage, first and last day of school."""

    school_year: str
    number: int
    start: date
    end: date


@dataclass(frozen=True)
class Calendar:
    """Semesters and teaching days by stage ('default' for every stage without its own), and holidays.

    `first_month` is the first that schools report to this home, None where that is not known. `deadlines` are days
    named by month; the other months' deadline is `deadline_day` of the month after.
    """

    id: str
    file: str
    semesters: Mapping[str, tuple[Semester, ...]]
    teaching: Mapping[str, tuple[date, ...]]
    holidays: tuple[tuple[date, date], ...]
    makeup_days: frozenset[date]
    first_month: str | None
    deadline_day: int
    deadlines: Mapping[str, date]

    def _key(self, stage: str) -> str:
        return stage if stage in self.semesters else "default"

    def is_teaching_day(self, day: date, stage: str) -> bool:
        """Whether school is held: in a semester, no holiday, a weekday or a make-up day."""
        return day in self.teaching_days(day, day, stage)

    def teaching_days(self, start: date, end: date, stage: str) -> tuple[date, ...]:
        """Teaching days from start to end, both included."""
        days = self.teaching[self._key(stage)]
        return days[bisect_left(days, start) : bisect_right(days, end)]

    def is_due_month(self, month: str, stage: str) -> bool:
        """Whether monthly duties fall due in that month ('2026-10')."""
        period = parse_period(month)
        return len(self.teaching_days(period.start, period.end, stage)) >= MINIMUM_TEACHING_DAYS

    def semester(self, day: date, stage: str) -> Semester:
        """The latest semester begun by that day, so that a break belongs to the semester before it."""
        if not self.has_semester(day, stage):
            raise MetadataError(text("calendar.no_term", file=self.file, day=day, stage=stage_name(self._key(stage))))
        begun = (semester for semester in self.semesters[self._key(stage)] if semester.start <= day)
        return max(begun, key=lambda semester: semester.start)

    def has_semester(self, day: date, stage: str) -> bool:
        """Whether a semester covers the day, or the day lies in the break after one."""
        terms = self.semesters[self._key(stage)]
        return terms[0].start <= day <= _school_year(int(terms[-1].school_year[:4])).end

    def is_working_day(self, day: date) -> bool:
        """Whether offices work: a weekday that is no holiday, or a make-up day."""
        return _is_working_day(day, self.holidays, self.makeup_days)

    def deadline(self, month: str) -> date:
        """The last day on which the month's workbook is on time: as named, else moved on to a working day."""
        if month in self.deadlines:
            return self.deadlines[month]
        day = parse_period(month).end + timedelta(days=self.deadline_day)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def holiday_count(self, start: date, end: date) -> int:
        """Number of holidays that begin between start and end."""
        return sum(start <= holiday[0] <= end for holiday in self.holidays)

    def window(self, kind: str, day: date, stage: str) -> Window:
        """The window of that kind that holds the day; weeks are looked at a month at a time."""
        if kind in ("month", "week", "event"):
            month = parse_period(f"{day:%Y-%m}")
            return Window(kind, month.start, month.end, kind == "event" or self.is_due_month(month.label, stage))
        if kind == "quarter":
            quarter = parse_period(f"{day.year}Q{(day.month + 2) // 3}")
            is_due = any(self.is_due_month(month, stage) for month in quarter.months)
            return Window(kind, quarter.start, quarter.end, is_due)
        if kind == "semester":
            semester = self.semester(day, stage)
            return Window(kind, semester.start, semester.end, True)
        if kind == "school_year":
            year = school_year_of(day)
            return Window(kind, year.start, year.end, True)
        if kind == "calendar_year":
            return Window(kind, date(day.year, 1, 1), date(day.year, 12, 31), True)
        return Window(kind, day, day, True)

    def due_months(self, start: date, end: date, stage: str) -> tuple[str, ...]:
        """Months from start to end in which monthly duties fall due."""
        return tuple(month for month in month_labels(start, end) if self.is_due_month(month, stage))


def _teaching_days(
    semesters: Sequence[Semester], holidays: Sequence[tuple[date, date]], makeup_days: frozenset[date]
) -> tuple[date, ...]:
    """Every day on which school is held, oldest first."""
    return tuple(
        day
        for semester in semesters
        for day in each_day(semester.start, semester.end)
        if _is_working_day(day, holidays, makeup_days)
    )


def _is_working_day(day: date, holidays: Sequence[tuple[date, date]], makeup_days: frozenset[date]) -> bool:
    return day in makeup_days or (
        day.weekday() not in _WEEKEND and not any(start <= day <= end for start, end in holidays)
    )


def each_day(start: date, end: date) -> list[date]:
    """The days from start to end, both included."""
    return [start + timedelta(days=index) for index in range((end - start).days + 1)]


def school_year_of(day: date) -> Period:
    """The school year, from September on, in which the day lies."""
    return _school_year(day.year if day.month >= 9 else day.year - 1)


def _school_year(first: int) -> Period:
    return parse_period(f"{first}-{first + 1}")


def _read(path: Path, place: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MetadataError(f"{place} does not exist") from error
    except UnicodeDecodeError as error:
        raise MetadataError(text("calendar.no_yaml", file=place, line=1)) from error


def _mapping(content: str, place: str) -> dict[str, Any]:
    try:
        document = yaml.load(content, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        raise MetadataError(text("calendar.no_yaml", file=place, line=where.line + 1 if where else 1)) from error
    except ValueError as error:  # a day that no month has
        raise MetadataError(text("calendar.no_day", file=place, reason=error)) from error
    if not isinstance(document, dict):
        raise MetadataError(text("calendar.missing", file=place, key="semesters"))
    return document


def calendar_for(standard: Standard, root: Path) -> Calendar:
    """The calendar by which the standard is measured in a home, or was in a release: its own, else the standard's."""
    own = root / FILE
    if own.is_file():
        return parse_calendar(_read(own, FILE), FILE)
    folder = root / METADATA_ROOT.name / "calendars"
    return load_calendar(standard.calendar, folder if folder.is_dir() else _FOLDER)


def load_calendar(name: str, folder: Path = _FOLDER) -> Calendar:
    """The calendar of that name; MetadataError where the file is missing or does not hold together."""
    place = f"calendars/{name}.yaml"
    content = _read(folder / f"{name}.yaml", place)
    shared = _mapping(content, place).get("holidays")
    shared_place = f"calendars/{shared}.yaml"
    return parse_calendar(
        content, place, _read(folder / f"{shared}.yaml", shared_place) if isinstance(shared, str) else ""
    )


@cache
def default_deadline_day() -> int:
    """The day of the next month by which a month is due where no calendar says otherwise."""
    document = yaml.load((METADATA_ROOT / "deadlines.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return int(document["day"])


@cache
def parse_calendar(content: str, place: str, holidays: str = "") -> Calendar:
    """The calendar in that text; its holidays stand there too, or in a text that several calendars share.

    MetadataError naming `place` and the entry that is wrong.
    """
    document = _mapping(content, place)
    check_calendar(document, place)
    try:
        shared = _mapping(holidays, place) if holidays else document
        semesters: dict[str, list[Semester]] = {}
        for entry in document["semesters"]:
            semester = Semester(entry["school_year"], entry["semester"], entry["start"], entry["end"])
            semesters.setdefault(entry["stage"], []).append(semester)
        for found in semesters.values():
            found.sort(key=lambda semester: semester.start)
        spans = tuple((entry["start"], entry["end"]) for entry in shared["holidays"])
        makeup_days = frozenset(shared["makeup_days"])
        deadlines = document.get("deadlines") or {}
        first_month = document.get("first_month")
        return Calendar(
            id=document["id"],
            file=place,
            semesters={stage: tuple(found) for stage, found in semesters.items()},
            teaching={stage: _teaching_days(found, spans, makeup_days) for stage, found in semesters.items()},
            holidays=spans,
            makeup_days=makeup_days,
            first_month=parse_period(first_month).last_month if first_month else None,
            deadline_day=deadlines.get("day", default_deadline_day()),
            deadlines=dict(deadlines.get("months") or {}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MetadataError(text("calendar.missing", file=place, key=str(error).strip("'"))) from error
