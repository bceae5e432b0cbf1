"""Hazards and incidents as cases: how long they took, which are open, overdue, in doubt, gone or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from pipelines.sample.facts import Hazard, Incident
from pipelines.sample.truth_calendar import month_end
from pipelines.sample.truth_view import Case, Desk

_LIMIT = timedelta(minutes=60)


@dataclass(frozen=True)
class Life:
    """One hazard over all ledgers of its school, as the last that lists it tells."""

    found: date
    closed: date | None
    deadline: date | None
    status: str
    observed_until: date
    is_reopened: bool
    is_extended: bool


def hazard_figures(desk: Desk) -> dict[str, Any]:
    """The county's closure figures: time, on time, and how many in each state."""
    cut_off = desk.cut_off
    lives = [life for school in desk.expected for life in _lives(Case(desk, school)) if life.found <= cut_off]
    cohort_start = _year_before(cut_off) + timedelta(days=1)
    cohort = [life for life in lives if life.status != "in_doubt" and life.found >= cohort_start]
    times = [((life.closed or life.observed_until) - life.found).days for life in cohort]
    due = [
        life
        for life in lives
        if life.status != "in_doubt" and life.deadline and cohort_start <= life.deadline <= cut_off
    ]
    on_time = [life for life in due if life.closed and life.deadline and life.closed <= life.deadline]
    statuses = [life.status for life in lives]
    return {
        "hazard_closure.median_days": {"value": time_at(times, [life.closed is not None for life in cohort], 0.5)},
        "hazard_closure.p90_days": {"value": time_at(times, [life.closed is not None for life in cohort], 0.1)},
        "hazard_closure.on_time_rate": {"numerator": len(on_time), "denominator": len(due)},
        "hazard_closure.open": {"value": statuses.count("open") + statuses.count("overdue")},
        "hazard_closure.overdue": {"value": statuses.count("overdue")},
        "hazard_closure.vanished": {"value": statuses.count("vanished")},
        "hazard_closure.in_doubt": {"value": statuses.count("in_doubt")},
        "hazard_closure.reopened": {"value": sum(life.is_reopened for life in lives)},
        "hazard_closure.extended": {"value": sum(life.is_extended for life in lives)},
    }


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _lives(case: Case) -> list[Life]:
    """Every hazard that any of the school's ledgers lists; a blank sheet is no ledger."""
    ledgers = [(report.month, report.hazards) for report in case.reports if report.returns["hazards"] != "blank"]
    numbers = {row.hazard_no for _, rows in ledgers for row in rows}
    return [_life(case, number, ledgers) for number in sorted(numbers)]


def _life(case: Case, number: str, ledgers: Sequence[tuple[str, Sequence[Hazard]]]) -> Life:
    cut_off = case.desk.cut_off
    told = [(month, row) for month, rows in ledgers for row in rows if row.hazard_no == number]
    months = [month for month, _ in ledgers]
    last_month, last = told[-1]
    deadlines = [row.deadline_date for _, row in told if row.deadline_date]
    deadline = deadlines[0] if deadlines else None
    closed = last.closed_date if last.closed_date and last.closed_date <= cut_off and not last.is_in_doubt else None
    has_left = last_month != months[-1]
    if last.is_in_doubt:
        status = "in_doubt"
    elif closed:
        status = "closed"
    elif has_left:
        status = "vanished"
    else:
        status = "overdue" if deadline and deadline < cut_off else "open"
    return Life(
        found=min(row.found_date for _, row in told),
        closed=closed,
        deadline=deadline,
        status=status,
        observed_until=min(month_end(last_month if has_left else months[-1]), cut_off),
        is_reopened=_came_back(told, months),
        is_extended=bool(deadlines) and max(deadlines) > deadlines[0],
    )


def _came_back(told: Sequence[tuple[str, Hazard]], months: Sequence[str]) -> bool:
    """Whether it stood in the list again after it was closed, or after a ledger that left it out."""
    for (month, row), (next_month, _) in pairwise(told):
        if row.status == "closed" and row.closed_date is not None:
            return True
        if months.index(next_month) > months.index(month) + 1:
            return True
    return False


def incident_figures(desk: Desk, *, both: bool) -> dict[str, Any]:
    """Minutes from known to reported, of the month's incidents; `both`: to government and education.

    An incident of which nobody wrote down when it was known is counted and judged no further.
    """
    first = desk.cut_off.replace(day=1)
    minutes: list[float] = []
    is_reported: list[bool] = []
    due = on_time = count = 0
    for school in desk.expected:
        case = Case(desk, school)
        for row in case.incidents():
            if not first <= (row.known_at or row.occurred_at).date() <= desk.cut_off:
                continue
            count += 1
            if row.known_at is None:
                continue
            observed = _observed_until(case)
            reported = _reported_at(row, both=both)
            minutes.append(((reported or observed) - row.known_at).total_seconds() / 60)
            is_reported.append(reported is not None)
            if row.known_at + _LIMIT <= observed:
                due += 1
                on_time += reported is not None and reported <= row.known_at + _LIMIT
    return {
        "incident_reporting.median_minutes": {"value": time_at(minutes, is_reported, 0.5)},
        "incident_reporting.p90_minutes": {"value": time_at(minutes, is_reported, 0.1)},
        "incident_reporting.on_time_rate": {"numerator": on_time, "denominator": due},
        "incident_reporting.incidents": {"value": count},
        "incident_reporting.open": {"value": is_reported.count(False)},
    }


def _reported_at(row: Incident, *, both: bool) -> datetime | None:
    if not both:
        return row.reported_education_at
    if row.reported_government_at is None or row.reported_education_at is None:
        return None
    return max(row.reported_government_at, row.reported_education_at)


def _observed_until(case: Case) -> datetime:
    """The last second of the last day that the school's reports cover."""
    day = min(month_end(case.reports[-1].month), case.desk.cut_off)
    return datetime.combine(day, time(23, 59, 59))


def time_at(times: Sequence[float], has_ended: Sequence[bool], share: float) -> float | None:
    """The time by which no more than `share` of the cases is left, by Kaplan and Meier; none if not reached.

    Cases that have not ended are watched up to their time and then leave those at risk.
    """
    left = 1.0
    for moment in sorted({one for one, ended in zip(times, has_ended, strict=True) if ended}):
        at_risk = sum(one >= moment for one in times)
        ended_now = sum(one == moment and ended for one, ended in zip(times, has_ended, strict=True))
        left *= 1 - ended_now / at_risk
        if left <= share + 1e-12:
            return moment
    return None
