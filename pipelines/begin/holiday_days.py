"""Public holidays as spans and the working days moved for them, from the package holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import holidays

from pipelines.metadata.calendars import each_day

_WEEKEND = (5, 6)
_BRACKET = "\uff08"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PublicHolidays:
    """Spans as a calendar's file has them and make-up days; the last year of which the moved days are announced."""

    spans: tuple[dict[str, Any], ...]
    makeup_days: tuple[date, ...]
    announced_to: int


def public_holidays(first: date, last: date) -> PublicHolidays:
    """What lies between the two days; a span of a year not announced yet is the statutory days, is_assumed: true.

    A span is all days off in a row around a holiday, weekends among them. The package knows the days moved for a year
    from the State Council's notice; each year since 2007 has some.
    """
    known = holidays.country_holidays("CN", years=range(first.year - 1, last.year + 2), language="zh_CN")
    moved = {day for day in known.weekend_workdays if day.year >= first.year - 1}
    announced_to = max((day.year for day in moved), default=first.year - 1)
    spans: list[dict[str, Any]] = []
    day = first
    while day <= last:
        if not _is_off(day, known, moved):
            day += _DAY
            continue
        end = day
        while _is_off(end + _DAY, known, moved):
            end += _DAY
        names = _names([known[one] for one in each_day(day, end) if one in known])
        if names:
            assumed = {"is_assumed": True} if end.year > announced_to else {}
            spans.append({"name_zh": names, "start": day, "end": end, **assumed})
        day = end + _DAY
    return PublicHolidays(tuple(spans), tuple(sorted(one for one in moved if first <= one <= last)), announced_to)


def _is_off(day: date, known: holidays.HolidayBase, moved: set[date]) -> bool:
    return day in known or (day.weekday() in _WEEKEND and day not in moved)


def _names(told: list[str]) -> str:
    """The holidays' own names, each once; a day off that was only moved there has none (it names the day it is for)."""
    named = [name for one in told for name in one.split("; ")]
    plain = [name.partition(_BRACKET)[0] for name in named if not any(mark.isdigit() for mark in name)]
    return "、".join(dict.fromkeys(plain))
