"""The buses of a school, and what is known of them at the end of a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from pipelines.metadata.periods import Period
from pipelines.sample.facts import Bus
from pipelines.sample.words import person


def plan_buses(rng: Random, first: Period, *, is_tidy: bool) -> list[Bus]:
    """Up to three buses with all that will be checked of them; `bus_month` shows what has been by then."""
    year = first.start.year
    return [
        Bus(
            plate_no=f"云Z{rng.randrange(1000, 9999)}{number}学",
            seat_count=rng.choice((19, 36, 52)),
            is_driver_qualified=None if not is_tidy and rng.random() < 0.03 else rng.random() < 0.96,
            term_check_date=date(year, 9, 1) + timedelta(days=rng.randrange(-4, 12)) if rng.random() < 0.97 else None,
            winter_check_date=date(year, 11, 1) + timedelta(days=rng.randrange(25)) if rng.random() < 0.95 else None,
            last_check_date=None,
            permit_until_date=rng.choice((date(year + 1, 8, 31), date(year + 1, 8, 31), date(year, 10, 31))),
            attendant_name=person(rng),
            is_hazard_fixed=rng.random() < 0.94,
        )
        for number in range(rng.randrange(1, 4))
    ]


def bus_month(rng: Random, buses: list[Bus], month: Period) -> list[Bus]:
    """The buses as of the month's end: checked in the month mostly, and no check that is still to come."""
    return [
        replace(
            bus,
            term_check_date=_past(bus.term_check_date, month),
            winter_check_date=_past(bus.winter_check_date, month),
            last_check_date=month.start + timedelta(days=rng.randrange(28) - (40 if rng.random() < 0.06 else 0)),
        )
        for bus in buses
    ]


def _past(day: date | None, month: Period) -> date | None:
    return day if day and day <= month.end else None
