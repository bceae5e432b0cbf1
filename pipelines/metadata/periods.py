"""Reporting periods: month, quarter, semester, school year, calendar year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.errors import UsageError
from pipelines.wording import text

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})")
_SEMESTER = re.compile(r"(\d{4})-(\d{4})-S([12])")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Period:
    """A reporting period: its label, kind, first and last day."""

    label: str
    kind: str
    start: date
    end: date

    @property
    def months(self) -> tuple[str, ...]:
        """Labels of its months, oldest first."""
        return month_labels(self.start, self.end)

    @property
    def last_month(self) -> str:
        """The month whose submission states the period's point facts."""
        return self.months[-1]


def year_before(period: Period) -> Period:
    """The same period a year before."""
    return parse_period(_YEAR.sub(lambda year: str(int(year[0]) - 1), period.label))


def month_labels(start: date, end: date) -> tuple[str, ...]:
    """Labels of the months from start to end, both included."""
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return tuple(f"{index // 12}-{index % 12 + 1:02d}" for index in range(first, last + 1))


def _span(first: tuple[int, int], past: tuple[int, int]) -> tuple[date, date]:
    return date(*first, 1), date(*past, 1) - timedelta(days=1)


def told_period(told: str) -> Period:
    """The period that a person means: a label, or a month as people write it; UsageError with examples otherwise."""
    written = unicodedata.normalize("NFKC", told).strip()
    month = re.fullmatch(text("period.written_month"), written)
    return parse_period(f"{month[1]}-{int(month[2]):02d}" if month else written)


def parse_period(label: str) -> Period:
    """The period of that label; UsageError with examples for anything else.

    A semester label spans September to January or February to August: the days on which lessons are given
    are the calendar's.
    """
    if match := _MONTH.fullmatch(label):
        year, month = int(match[1]), int(match[2])
        return Period(label, "month", *_span((year, month), (year + month // 12, month % 12 + 1)))
    if match := _QUARTER.fullmatch(label):
        year, quarter = int(match[1]), int(match[2])
        return Period(label, "quarter", *_span((year, quarter * 3 - 2), (year + quarter // 4, quarter * 3 % 12 + 1)))
    if (match := _SEMESTER.fullmatch(label)) and int(match[2]) == int(match[1]) + 1:
        year = int(match[2])
        span = _span((year - 1, 9), (year, 2)) if match[3] == "1" else _span((year, 2), (year, 9))
        return Period(label, "semester", *span)
    if (match := _SCHOOL_YEAR.fullmatch(label)) and int(match[2]) == int(match[1]) + 1:
        return Period(label, "school_year", *_span((int(match[1]), 9), (int(match[2]), 9)))
    if _YEAR.fullmatch(label):
        return Period(label, "calendar_year", *_span((int(label), 1), (int(label) + 1, 1)))
    raise UsageError(text("errors.unknown_period", period=repr(label)))
