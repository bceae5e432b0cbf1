"""Who reported in time, told from what was planted: the files as they came, the register, the calendar's file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pipelines.load.database import open_database
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.report.timeliness import timeliness
from pipelines.sample.facts import Arrival
from pipelines.settings import Settings
from tests.second_opinion.calendar import Calendar, calendar_in, month_span
from tests.year.county import MONTHS, Tale, known_register

_DAY = 5
States = dict[tuple[str, str], str]


def deadline(days: Calendar, month: str) -> date:
    """The fifth of the next month, or the next working day."""
    day = month_span(month)[1] + timedelta(days=_DAY)
    while not (day in days.makeup or (day.weekday() < _DAY and not any(a <= day <= b for a, b in days.holidays))):
        day += timedelta(days=1)
    return day


def planted_states(settings: Settings, tale: Tale) -> States:
    """By month and school: on_time, late, missing or awaited, of the months up to the period's last."""
    assert settings.as_of is not None
    days = calendar_in(settings.home.root, load_standard(settings.standard).calendar)
    first: dict[tuple[str, str], Arrival] = {}
    for arrival in tale.arrivals:
        if arrival.outcome == "accepted" and arrival.school_code and arrival.received_at <= settings.as_of:
            first.setdefault((arrival.month, arrival.school_code), arrival)
    in_force = _codes_in_force(tale, settings)
    states = {}
    for month in (one for one in MONTHS if one <= settings.period.last_month):
        limit = deadline(days, month)
        for row in known_register(tale.register, parse_period(month), settings.as_of):
            stage = "kindergarten" if row.school_type == "kindergarten" else "default"
            if not row.is_expected(month_span(month)[1]) or not days.is_due_month(month, stage):
                continue
            came = first.get((month, row.school_code))
            absent = "missing" if settings.as_of.date() > limit else "awaited"
            in_time = "on_time" if came and came.received_at.date() <= limit else "late"
            states[month, in_force.get(row.school_code, row.school_code)] = in_time if came else absent
    return states


def _codes_in_force(tale: Tale, settings: Settings) -> dict[str, str]:
    """A former code to the one that the same school bears at the period's end, once that is known."""
    assert settings.as_of is not None
    known = known_register(tale.register, settings.period, settings.as_of)
    return {row.former_code: row.school_code for row in known if row.former_code}


def told_states(settings: Settings) -> States:
    """The same as the program tells it."""
    assert settings.as_of is not None
    standard = load_standard(settings.standard)
    with open_database(settings.home, settings.as_of) as connection:
        days = calendar_for(standard, settings.home.root)
        rows = timeliness(connection, standard, days, settings.period, settings.as_of).rows
    return {(row.month, row.school_code): row.state for row in rows}


def state_problems(told: States, planted: States) -> Iterable[str]:
    """Where the two differ."""
    for key in sorted(told.keys() | planted.keys()):
        if told.get(key) != planted.get(key):
            yield f"timeliness of {' '.join(key)}: {told.get(key)}, planted {planted.get(key)}"


def counts(states: States, month: str, names: Sequence[str]) -> dict[str, int]:
    """Schools of the month by state."""
    return {name: sum(state == name for (one, _), state in states.items() if one == month) for name in names}
