"""The lives of hazards and incidents as durations. Independent of pipelines/measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from tests.second_opinion.calendar import Window, month_span, months_between
from tests.second_opinion.figures import Number
from tests.second_opinion.ledger import hazards, incidents, lost_so_far, unsure_reports
from tests.second_opinion.opinions import Lives
from tests.second_opinion.school import Unit, Verdict


def year_before(day: date) -> date:
    """The first day of the twelve months that end on the day."""
    try:
        back = day.replace(year=day.year - 1)
    except ValueError:
        back = day.replace(year=day.year - 1, day=28)
    return back + timedelta(days=1)


def hazard_closure(unit: Unit) -> Lives:
    """Days from found to closed of those found in the twelve months; on time by the first deadline."""
    start, cut_off = year_before(unit.desk.cut_off), unit.desk.cut_off
    known = was_told(unit, "hazards")
    lives = hazards(unit)
    times = [
        (float(((each.closed or each.observed_until) - each.found).days), each.closed is not None)
        for each in lives
        if each.status != "in_doubt" and each.found >= start
    ]
    due = [each for each in lives if each.status != "in_doubt" and each.deadline and start <= each.deadline <= cut_off]
    done = sum(each.closed is not None and each.deadline is not None and each.closed <= each.deadline for each in due)
    counters = {
        "open": sum(each.status in ("open", "overdue") for each in lives),
        "overdue": sum(each.status == "overdue" for each in lives),
        "vanished": sum(each.status == "vanished" for each in lives),
        "reopened": sum(each.is_reopened for each in lives),
        "in_doubt": sum(each.status == "in_doubt" for each in lives),
        "extended": sum(each.is_extended for each in lives),
    }
    numbers = {name: Number(value if known else None) for name, value in counters.items()}
    unsure = any(each.is_unsure for each in lives)
    on_time = _on_time(unit, "hazards", done, len(due), lost_so_far(unit), unsure=unsure)
    return Lives(times if known else None, on_time, numbers)


def was_told(unit: Unit, table: str) -> bool:
    """Whether any workbook so far says anything on the list; a row kept out is something said."""
    return any(sheet.is_known or sheet.lost for sheet in unit.desk.history(unit.code, table).values())


def _on_time(unit: Unit, table: str, done: int, due: int, lost: int, *, unsure: bool) -> Verdict:
    """Late for certain where more are late than lost rows could mend; else not known beside lost or doubtful ones.

    A month owed of which nothing was told may hold any number of cases.
    """
    is_late = due - done > lost
    is_told = unit.sheet(table).is_told and not _is_a_month_untold(unit, table)
    if not is_told or ((lost or unsure) and not is_late):
        return Verdict("unreported", done=done, due=due, is_due_certain=False)
    # What is due is over, and holidays do not excuse it.
    return replace(unit.ratio("point", done, due), is_due_certain=not lost and not unsure)


def _is_a_month_untold(unit: Unit, table: str) -> bool:
    """Whether a ledger is wanting that the school owed before the month measured, since the county's reports began.

    Incidents count only in their window; hazards of every ledger may still run.
    """
    desk = unit.desk
    window = unit.window("event")
    first = max(desk.first_month, f"{window.start:%Y-%m}" if table == "incidents" else "")
    since = Window(month_span(first)[0], window.end, True)
    return any(first <= month < desk.month for month in unit.months_missing(table, since))


def incident_reporting(
    *recipients: str, limit_minutes: int = 60, also: tuple[str, ...] = ()
) -> Callable[[Unit], Lives]:
    """Minutes from known to the last of these reports; on time within the limit; `also` are cells that decide too."""

    def lives(unit: Unit) -> Lives:
        window, times, late, due, open_count, seen_count = unit.window("event"), [], 0, 0, 0, 0
        watched, unsure = _end_of_last_report(unit), False
        months = months_between(window.start, window.end)
        sheets = [sheet for month, sheet in unit.desk.history(unit.code, "incidents").items() if month in months]
        unnumbered = unsure_reports(unit)
        for row in (row for sheet in sheets for row in sheet.rows):
            no_day = row["known_at"] is None and (row["occurred_at"] is None or "known_at" in row["invalid"])
            is_unread = bool({"known_at", "occurred_at", *recipients, *also} & row["invalid"])
            unsure |= no_day and (is_unread or (row["submission_no"], row["row_no"]) in unnumbered)
        for each in incidents(unit):
            known, doubt = each.at("known_at"), bool({"known_at", "identity", *recipients} & each.row["invalid"])
            event = known or each.at("occurred_at")
            if event is None or not datetime.combine(window.start, datetime.min.time()) <= event < unit.desk.next_day:
                continue
            seen_count += 1
            unsure |= doubt or known is None or bool(set(also) & each.row["invalid"])
            if doubt or known is None:
                continue
            told = [each.at(name) for name in recipients]
            reported = None if None in told else max(told)
            times.append((((reported or watched) - known).total_seconds() / 60, reported is not None))
            deadline = known + timedelta(minutes=limit_minutes)
            open_count += reported is None
            if deadline <= watched:
                due += 1
                late += reported is None or reported > deadline
        known_at_all = was_told(unit, "incidents")
        numbers = {"incidents": seen_count, "open": open_count}
        counters = {name: Number(value if known_at_all else None) for name, value in numbers.items()}
        lost = sum(sheet.lost for sheet in sheets)
        on_time = _on_time(unit, "incidents", due - late, due, lost, unsure=unsure)
        return Lives(times if known_at_all else None, on_time, counters)

    return lives


def _end_of_last_report(unit: Unit) -> datetime:
    months = [month for code, month in unit.desk.current if code == unit.code and month <= unit.desk.month]
    last = unit.desk.end_of(max(months)) if months else unit.desk.start
    return datetime.combine(last + timedelta(days=1), datetime.min.time())
