"""The form in which an opinion on a standard is written, and the parts that several standards share.

It must stay independent of pipelines/measure: nothing here reads an expression of a standard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.second_opinion.desk import Row
from tests.second_opinion.figures import Number
from tests.second_opinion.ledger import hazards, incidents
from tests.second_opinion.logic import Tally, Truth, both
from tests.second_opinion.school import Unit, Verdict, seen

Judge = Callable[[Unit], Verdict]
Count = Callable[[Unit], Number]


@dataclass(frozen=True)
class Lives:
    """A school's cases of a duration: times of the cohort (duration, has ended), the on-time rate, the counters."""

    times: list[tuple[float, bool]] | None
    on_time: Verdict
    counters: Mapping[str, Number]


@dataclass(frozen=True)
class Opinions:
    """The opinion on every indicator of a standard, by the unit that it speaks of."""

    rules: Mapping[str, Judge] = field(default_factory=dict)
    ratios: Mapping[str, Judge] = field(default_factory=dict)
    numbers: Mapping[str, Count] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    durations: Mapping[str, tuple[str, Callable[[Unit], Lives]]] = field(default_factory=dict)
    bureau_rules: Mapping[str, Judge] = field(default_factory=dict)
    bureau_ratios: Mapping[str, Judge] = field(default_factory=dict)
    bureau_numbers: Mapping[str, Count] = field(default_factory=dict)
    township_rules: Mapping[str, Callable[[Unit, str], Verdict]] = field(default_factory=dict)
    tasks: Mapping[str, Callable[[Unit], list[tuple[str, str | None, Verdict]]]] = field(default_factory=dict)

    @property
    def provisions(self) -> set[str]:
        """Ids of the provisions that have an opinion."""
        names = {name for kind in vars(self).values() if isinstance(kind, Mapping) for name in kind}
        return {name.split(".")[0] for name in names}


def items(kind: str, *names: str, population: Callable[[Unit], Truth] = lambda unit: True) -> Judge:
    """Every one of these checklist items is in place."""
    return lambda unit: checked(unit, kind, both(*(unit.yes(name) for name in names)), population=population(unit))


def checked(unit: Unit, kind: str, met: Truth, *tables: str, population: Truth = True) -> Verdict:
    """A rule over answers of the checklist (and other sheets): a row kept out could be the answer that is missed."""
    own = "body_checklist" if unit.code is None else "checklist"
    return unit.decide(kind, met, population=population, could_flip=unit.lost(*tables, own))


def counted(kind: str, name: str, *, has_target: bool = True) -> Judge:
    """A count item's done out of its due."""
    return lambda unit: unit.ratio(
        kind, unit.done(name), unit.due(name), could_flip=unit.lost("counts"), has_target=has_target
    )


def submission_rate(unit: Unit) -> Verdict:
    """A report of the month is there."""
    return Verdict("met" if unit.has_submission else "unmet")


def full_time_guards(unit: Unit) -> Tally | None:
    """Full-time guards on duty on the cut-off day; None without a list."""
    sheet, day = unit.sheet("guards"), unit.desk.cut_off
    if not sheet.is_known and not sheet.lost:
        return None
    fits = (both(seen(row, "employment", lambda value: value == "full_time"), on_duty(row, day)) for row in sheet.rows)
    return Tally.of(fits, sheet.lost)


def on_duty(row: Row, day: date) -> Truth:
    """A guard counts from the first to the last day on duty; a blank day is no bound."""
    begun: Truth = None if "start_date" in row["invalid"] else row["start_date"] is None or row["start_date"] <= day
    still: Truth = None if "end_date" in row["invalid"] else row["end_date"] is None or row["end_date"] >= day
    return both(begun, still)


def headcount(unit: Unit) -> int | None:
    """Students and staff."""
    students, staff = unit.profile("student_count"), unit.profile("staff_count")
    return None if students is None or staff is None else students + staff


def national_bands(unit: Unit, *, is_sum: bool = False) -> int | None:
    """Guards required: 1 below 100, 2 up to 1000, one more for each full 500; boarding 2 and 1 for each full 300."""
    people, boarders = headcount(unit), unit.profile("boarder_count")
    if people is None or boarders is None:
        return None
    general = 1 if people < 100 else 2 + max(people - 1000, 0) // 500
    steps = boarders // 300
    if is_sum:
        return int(general + steps)
    return int(max(general, 2 + steps if boarders else 0))


def staffed(required: int | None, guards: Tally | None, unit: Unit) -> Verdict:
    """As many full-time guards as required."""
    if required is None or guards is None:
        return Verdict("unreported", actual=None if guards is None else guards.low, required=required)
    met: Truth = True if guards.low >= required else False if guards.is_complete else None
    return unit.decide("point", met, actual=guards.low, required=required)


def guards_by_bands(unit: Unit) -> Verdict:
    """The national bands held against the guards on duty."""
    return staffed(national_bands(unit), full_time_guards(unit), unit)


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
    known = any(sheet.is_known for sheet in unit.desk.history(unit.code, "hazards").values())
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
    return Lives(times if known else None, _on_time(unit, "hazards", done, len(due)), numbers)


def _on_time(unit: Unit, table: str, done: int, due: int) -> Verdict:
    sheet = unit.sheet(table)
    if not sheet.is_known or sheet.lost:
        return Verdict("unreported", done=done, due=due, is_due_certain=False)
    return unit.ratio("point", done, due)  # what is due is over, and holidays do not excuse it


def incident_reporting(*recipients: str, limit_minutes: int = 60) -> Callable[[Unit], Lives]:
    """Minutes from known to the last of these reports; on time within the limit."""

    def lives(unit: Unit) -> Lives:
        window, times, late, due, open_count, seen_count = unit.window("event"), [], 0, 0, 0, 0
        watched = _end_of_last_report(unit)
        for each in incidents(unit):
            known, doubt = each.at("known_at"), bool({"known_at", *recipients} & each.row["invalid"])
            event = known or each.at("occurred_at")
            if event is None or not datetime.combine(window.start, datetime.min.time()) <= event < unit.desk.next_day:
                continue
            seen_count += 1
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
        known_at_all = any(sheet.is_known for sheet in unit.desk.history(unit.code, "incidents").values())
        numbers = {"incidents": seen_count, "open": open_count}
        counters = {name: Number(value if known_at_all else None) for name, value in numbers.items()}
        on_time = _on_time(unit, "incidents", due - late, due)
        return Lives(times if known_at_all else None, on_time, counters)

    return lives


def _end_of_last_report(unit: Unit) -> datetime:
    months = [month for code, month in unit.desk.current if code == unit.code and month <= unit.desk.month]
    last = unit.desk.end_of(max(months)) if months else unit.desk.start
    return datetime.combine(last + timedelta(days=1), datetime.min.time())


def meetings(kind: str, *, window: str = "quarter", required: int = 1) -> Judge:
    """So many meetings of that kind in the window."""

    def judge(unit: Unit) -> Verdict:
        events = unit.events("meetings", unit.window(window))
        tally = events.tally(lambda row: seen(row, "meeting_type", lambda value: value == kind))
        return unit.often_enough(window, events, tally, required)

    return judge


def bureau_count(item: str, column: str = "done_count") -> Count:
    """A number that the bodies report, added up."""
    return lambda unit: Number(unit.number(item, column))


def school_count(item: str, column: str = "done_count") -> Count:
    """A number that each school reports."""
    return lambda unit: Number(unit.number(item, column))


def any_of(row: Row, names: tuple[str, ...], words: tuple[str, ...]) -> Truth:
    """Whether one of the words stands in one of the cells; not known where a cell cannot be read."""
    text = " ".join(str(row[name]) for name in names if row[name] is not None)
    if any(word in text for word in words):
        return True
    return None if row["invalid"] & set(names) else False


def together(statuses: list[str]) -> str:
    """One status of several: unmet decides, then what is not known, then what is not over."""
    asked = [status for status in statuses if status != "exempt"]
    order = ("unmet", "unreported", "pending", "met")
    return next((status for status in order if status in asked), "exempt")
