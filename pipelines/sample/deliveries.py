"""When and how the files of a month reach the bureau: in time, late, twice, broken, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from pipelines.metadata.periods import Period

_ON_TIME = ((1, 17, 0), (2, 17, 30), (3, 9, 0), (5, 16, 45))
_SECOND = (9, 10, 0)
_LATE = (16, 11, 20)
_LAST = (20, 15, 5)
Sends = tuple[tuple[datetime, str], ...]
"""(moment, what) of each file that a school sends for a month, oldest first."""
SILENT = 4
"""Number of the school, one that teaches two stages, of which nothing comes for the last month of a messy county."""
BROKEN = ("empty", "truncated", "html", "unknown_code", "blank_template")


@dataclass(frozen=True)
class Plan:
    """What one school sends for one month: (moment, what), what being one of

    report, draft (a first version with mistakes), copy (the same content again), or a kind of broken file.
    """

    sends: Sends
    label: str


def plan_sends(rng: Random, month: Period, *, is_tidy: bool, is_last_month: bool) -> Plan:
    """One school's deliveries for the month, oldest first."""
    first = _moment(month, rng.choice(_ON_TIME))
    if is_tidy:
        return Plan(((first, "report"),), "on_time")
    second, late, last = (_moment(month, time) for time in (_SECOND, _LATE, _LAST))
    broken = rng.choice(BROKEN)
    plans = {
        "on_time": ((first, "report"),),
        "late": ((late, "report"),),
        "missing": (),
        "resubmitted": ((first, "draft"), (second, "report")),
        "resubmitted_late": ((first, "draft"), (last + timedelta(days=0 if is_last_month else 33), "report")),
        "broken_only": ((first, broken),),
        "broken_first": ((first, broken), (second, "report")),
        "broken_second": ((first, "report"), (second, broken)),
        "copied": ((first, "report"), (second, "copy")),
    }
    label = rng.choices(tuple(plans), (76, 5, 3, 4, 2, 3, 2, 2, 3))[0]
    return Plan(plans[label], label)


def bureau_moment(month: Period) -> datetime:
    """The bureau's workbook comes first."""
    return _moment(month, (1, 9, 0))


def group_moments(moments: Sequence[datetime]) -> list[datetime]:
    """Distinct moments, oldest first."""
    return sorted(set(moments))


def _moment(month: Period, time: tuple[int, int, int]) -> datetime:
    day, hour, minute = time
    start = month.end + timedelta(days=day)
    return datetime(start.year, start.month, start.day, hour, minute)
