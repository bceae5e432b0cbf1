"""The lives of hazards and incidents over a school's ledgers.

Written from architecture.md ("What a workbook holds") and domain.md; it must stay independent of pipelines/measure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from tests.second_opinion.desk import Row
from tests.second_opinion.school import Unit


@dataclass(frozen=True)
class Hazard:
    """One hazard as the ledgers up to the cut-off know it; `row` is its latest row, of the month `listed`."""

    number: str
    found: date
    closed: date | None
    deadline: date | None
    observed_until: date
    status: str
    is_reopened: bool
    is_extended: bool
    row: Row
    listed: str
    is_unsure: bool


def _is_doubtful(row: Row) -> bool:
    if row["invalid"] & {"closed_date", "status"}:
        return True
    return bool(row["status"] == "closed" and row["closed_date"] is None)


def hazards(unit: Unit) -> list[Hazard]:
    """Every hazard of the school found by the cut-off."""
    if "hazards" in unit.cache:
        found: list[Hazard] = unit.cache["hazards"]
        return found
    ledgers = {month: sheet for month, sheet in unit.desk.history(unit.code, "hazards").items() if sheet.is_told}
    lives: dict[tuple[str, date], dict[str, Row]] = defaultdict(dict)
    for month, sheet in ledgers.items():
        for row in sheet.rows:
            lives[row["hazard_no"], row["found_date"]][month] = row
    numbers = [number for number, _ in lives]
    result = []
    for (number, day), rows in sorted(lives.items(), key=lambda item: item[0]):
        if day <= unit.desk.cut_off:
            label = number if numbers.count(number) == 1 else f"{number}/{day}"
            result.append(_life(unit, label, day, rows, sorted(ledgers)))
    unit.cache["hazards"] = result
    return result


def _life(unit: Unit, label: str, found: date, rows: dict[str, Row], ledgers: list[str]) -> Hazard:
    cut_off, listed = unit.desk.cut_off, sorted(rows)
    losses = {month: unit.desk.sheet(unit.code, month, "hazards").lost for month in ledgers}
    last = rows[listed[-1]]
    told = [
        rows[month] for month in listed if "deadline_date" in rows[month]["invalid"] or rows[month]["deadline_date"]
    ]
    deadline = told[0]["deadline_date"] if told else None  # the first, known or not
    deadlines = [row["deadline_date"] for row in told if row["deadline_date"] is not None]
    closed = last["closed_date"]
    if closed is not None and closed > cut_off:
        closed = None
    # One that is not on a list of which rows were lost may have been on it; the list before tells of it still.
    gone = [month for month in ledgers if month > listed[-1] and not losses[month]]
    observed = unit.desk.end_of(listed[-1])
    if _is_doubtful(last):
        status, closed = "in_doubt", None
    elif closed is not None:
        status = "closed"
    elif gone:
        status = "vanished"
    else:
        status = "overdue" if deadline is not None and deadline < cut_off else "open"
    reopened = False
    for earlier, later in pairwise(listed):
        was_closed = rows[earlier]["closed_date"] is not None
        is_still_closed = was_closed and rows[later]["closed_date"] == rows[earlier]["closed_date"]
        was_away = any(earlier < month < later and not lost for month, lost in losses.items())
        is_back = was_closed and not is_still_closed and not _is_doubtful(rows[later])
        reopened |= is_back or (was_away and not was_closed)
    reopened &= status != "in_doubt"
    extended = any(each > deadline for each in deadlines[1:] if deadline is not None)
    doubt = status == "in_doubt" or bool(told and deadline is None)
    return Hazard(label, found, closed, deadline, observed, status, reopened, extended, last, listed[-1], doubt)


def open_in_month(unit: Unit) -> list[Hazard]:
    """Hazards that were open on some day of the month and are not in doubt: on its list, or closed in it."""
    start, month = unit.window("month").start, unit.point_month
    return [
        each
        for each in hazards(unit)
        if each.status not in ("in_doubt", "vanished")
        and (each.closed >= start if each.closed else each.listed >= month)
    ]


def doubtful_now(unit: Unit) -> int:
    """Hazards of which it is in doubt whether they were open in the month.

    One of an unreadable closing may have been closed in any month from that of its ledger to that in which it came;
    no later than in that of the first whole ledger that leaves it out.
    """
    received, ledgers = unit.desk.received, unit.desk.history(unit.code, "hazards")
    whole = sorted(month for month, sheet in ledgers.items() if sheet.is_known and not sheet.lost)

    def last(each: Hazard) -> str:
        left_out = next((month for month in whole if month > each.listed), unit.desk.month)
        return max(each.listed, min(f"{received[each.row['submission_no']]:%Y-%m}", left_out))

    return sum(each.status == "in_doubt" and each.listed <= unit.point_month <= last(each) for each in hazards(unit))


def lost_so_far(unit: Unit) -> int:
    """Rows kept out of the ledgers of every month."""
    return sum(sheet.lost for sheet in unit.desk.history(unit.code, "hazards").values())


@dataclass(frozen=True)
class Incident:
    """One incident, its reports taken together."""

    number: str
    row: Row
    month: str

    def at(self, name: str) -> Any:
        """A moment of the report."""
        return self.row[name]


_MOMENTS = ("occurred_at", "known_at", "reported_government_at", "reported_education_at")


def incidents(unit: Unit) -> list[Incident]:
    """Every incident of the school, its reports taken together; rows without a number stand alone.

    A number that names different days was given again, to another incident.
    """
    unsure = unsure_reports(unit)
    told = [
        Incident(row["incident_no"] or f"{month}#{row['row_no']}", _with_identity(row, unsure), month)
        for month, sheet in unit.desk.history(unit.code, "incidents").items()
        for row in sheet.rows
    ]
    days: dict[str, set[object]] = {}
    for each in told:
        days.setdefault(each.number, set()).add(_day_of(each.row))
    reports: dict[tuple[str, object], list[Incident]] = {}
    for each in told:
        is_reused = len(days[each.number] - {None}) > 1
        key = each.number, (_day_of(each.row) or each.month) if is_reused else None
        reports.setdefault(key, []).append(each)
    return [_taken_together(each) for each in reports.values()]


def unsure_reports(unit: Unit) -> set[tuple[int, int]]:
    """Reports, by submission and row, of which an unread number leaves open whether they tell of one incident."""
    told = [row for sheet in unit.desk.history(unit.code, "incidents").values() for row in sheet.rows]
    return {
        (row["submission_no"], row["row_no"])
        for row in told
        for other in told
        if other is not row
        and "incident_no" in row["invalid"] | other["invalid"]
        and (None in (days := (_day_of(row), _day_of(other))) or days[0] == days[1])
    }


def _with_identity(row: Row, unsure: set[tuple[int, int]]) -> Row:
    return {**row, "invalid": row["invalid"] | {"identity"}} if (row["submission_no"], row["row_no"]) in unsure else row


def _taken_together(reports: list[Incident]) -> Incident:
    """The first report with the earliest moments that any of them gives; a cell unreadable in one is in doubt.

    It is major where any of them calls it so; the dead do not become fewer; a place is known where none names another.
    """
    first = next((each for each in reports if each.row["report_type"] == "first"), reports[0])
    row = dict(first.row) | {"invalid": set[str]().union(*(each.row["invalid"] for each in reports))}
    levels = [each.row["level"] for each in reports]
    row["level"] = next((level for level in levels if level and ("重大" in level or "特大" in level)), row["level"])
    row["student_death_count"] = max(each.row["student_death_count"] or 0 for each in reports)
    places = {each.row["place_kind"] for each in reports} - {None}
    row["place_kind"] = places.pop() if len(places) == 1 else None
    for name in _MOMENTS:
        row[name] = min((each.row[name] for each in reports if each.row[name] is not None), default=None)
    return Incident(first.number, row, first.month)


def _day_of(row: Row) -> date | None:
    moment = row["occurred_at"] if row["occurred_at"] is not None else row["known_at"]
    return None if moment is None else moment.date()
