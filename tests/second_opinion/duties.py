"""Judges of duties that several standards share. Independent of pipelines/measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.second_opinion.calendar import month_span
from tests.second_opinion.desk import Row
from tests.second_opinion.figures import Number
from tests.second_opinion.ledger import doubtful_now, open_in_month
from tests.second_opinion.logic import Tally, Truth, both, either, within
from tests.second_opinion.opinions import Count, Judge
from tests.second_opinion.school import Events, Unit, Verdict, is_equal, seen, weeks_of


def unread(rows: Iterable[Row], *cells: str) -> int:
    """Rows in which one of these cells cannot be read: as good as lost."""
    return sum(bool(row["invalid"] & set(cells)) for row in rows)


def items(kind: str, *names: str, population: Callable[[Unit], Truth] = lambda unit: True) -> Judge:
    """Every one of these checklist items is in place."""
    return lambda unit: checked(unit, kind, both(*(unit.yes(name) for name in names)), population=population(unit))


def checked(unit: Unit, kind: str, met: Truth, *, population: Truth = True, **numbers: Any) -> Verdict:
    """A rule over answered items: what is answered stays, whichever other rows were kept out."""
    return unit.decide(kind, met, population=population, **numbers)


def counted(kind: str, name: str, *, has_target: bool = True) -> Judge:
    """A count item's done out of its due."""
    return lambda unit: unit.ratio(kind, unit.done(name), unit.due(name), has_target=has_target)


def submission_rate(unit: Unit) -> Verdict:
    """A report of the month is there."""
    return Verdict("met" if unit.has_submission else "unmet")


def meetings(*kinds: str) -> Judge:
    """A meeting of one of these kinds in the quarter."""

    def judge(unit: Unit) -> Verdict:
        events = unit.events("meetings", unit.window("quarter"))
        tally = events.tally(is_equal("meeting_type", *kinds), "meeting_type")
        return unit.often_enough("quarter", events, tally, 1)

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


def themes(kind: str, *words: tuple[str, ...], timings: tuple[str | None, ...] = ()) -> Judge:
    """Sessions on each of these themes in the window, known by words, or by the occasion that is named with them."""

    def judge(unit: Unit) -> Verdict:
        events = unit.events("trainings", unit.window(kind))
        tallies = []
        for number, wanted in enumerate(words):
            timing = timings[number] if timings else None

            def fits(row: Row, wanted: tuple[str, ...] = wanted, timing: str | None = timing) -> Truth:
                is_named = seen(row, "timing", lambda value: value == timing) if timing else False
                return either(is_named, any_of(row, ("topic", "category"), wanted))

            tallies.append(events.tally(fits, "topic", "category", *(("timing",) if timing else ())))
        return every_kind(unit, kind, events, tallies)

    return judge


def every_kind(unit: Unit, kind: str, events: Events, tallies: list[Tally]) -> Verdict:
    """At least one event of each kind."""
    held = sum(each.low > 0 for each in tallies)
    is_complete = all(each.is_complete for each in tallies if not each.low)
    return unit.often_enough(kind, events, Tally.told(held, is_complete=is_complete), len(tallies))


def of_open_hazards(unit: Unit, asked: list[Row], fits: list[Row], *cells: str) -> Verdict:
    """A share of the hazards open in the month; one of them with one of these cells unreadable is as good as lost."""
    sheet = unit.sheet("hazards")
    if not sheet.is_told:
        return unit.ratio("month", None, None)
    lost = sheet.lost + doubtful_now(unit) + unread(asked, *cells)
    return of_rows(unit, "month", len(fits), len(asked), lost)


def of_rows(unit: Unit, kind: str, done: int, due: int, lost: int) -> Verdict:
    """A share of the rows of a list; one that was kept out could be one more, and many could make up for few."""
    if lost and unit.window(kind).is_duty and (done + lost >= due or due == 0):
        return Verdict("unreported", done=done, due=due, is_due_certain=False)
    return replace(unit.ratio(kind, done, due), is_due_certain=not lost)


def unless_taken_back(verdict: Verdict, events: Events) -> Verdict:
    """What is met by every row is not known while a month, this one too, has no list: a row of it may not be so."""
    if verdict.status == "met" and (events.is_month_missing or not events.is_told):
        return replace(verdict, status="unreported", is_due_certain=False)
    return verdict


def every_hazard_has(unit: Unit, *names: str) -> Truth:
    """Every hazard open in the month has these cells filled; one that cannot be read may be."""
    filled: list[Truth] = []
    for each in open_in_month(unit):
        filled += [None if name in each.row["invalid"] else each.row[name] is not None for name in names]
    return both(*filled)


def with_ledger(unit: Unit, kind: str, item_names: tuple[str, ...], *cells: str) -> Verdict:
    """Items in place, the ledger kept, and these cells filled for every hazard open in the month.

    A month of which there is no ledger says nothing of the hazards that earlier ones left open.
    """
    sheet = unit.sheet("hazards")
    filled = every_hazard_has(unit, *cells) if sheet.is_told else None
    met = both(*(unit.yes(item) for item in item_names), filled)
    verdict = unit.decide(kind, met)
    return Verdict("unreported") if verdict.status == "met" and (sheet.lost or doubtful_now(unit)) else verdict


def dated_in(unit: Unit, kind: str, *names: str, or_na: bool = False) -> Verdict:
    """Items in place and dated in the window, or not applicable where that is allowed."""
    window, parts = unit.window(kind), list[Truth]()
    for name in names:
        done = both(unit.yes(name), within(unit.day(name), window.start, window.end))
        parts.append(either(unit.na(name), done) if or_na else done)
    return checked(unit, kind, both(*parts))


def every_bus(kind: str, safe: Callable[[Unit, Row], Truth]) -> Judge:
    """A rule about every bus of the schools that have one; no bus listed is not known, one that fails decides."""

    def judge(unit: Unit) -> Verdict:
        sheet = unit.sheet("buses")
        found = [safe(unit, row) for row in sheet.rows]
        population = unit.profile("has_bus")
        verdict = unit.decide(kind, both(*found) if found else None, population=population)
        return Verdict("unreported") if verdict.status == "met" and sheet.lost else verdict

    return judge


def so_far(events: Events, value: Any) -> Number:
    """A number of these rows; it is whole where no month before this one is missing."""
    return Number(value, is_whole=not events.is_earlier_missing)


def visits(unit: Unit, fits: Callable[[Row], Truth] = lambda row: True, *cells: str, kind: str = "month") -> Number:
    """Visits of the window that fit; one school on one day is one; not known where one of these cells is not."""
    events = unit.events("inspections", unit.window(kind))
    found = {(row["held_date"], row["school_code"]) for row in events.certain(fits)}
    return so_far(events, None if events.number(fits, *cells) is None else len(found))


def coverage(unit: Unit) -> Verdict:
    """Expected schools visited in the month, of those expected."""
    events = unit.events("inspections", unit.window("month"))
    if not unit.sheet("inspections").is_told:
        return Verdict("unreported")
    expected = set(unit.desk.schools["school_code"])
    done = len({row["school_code"] for row in events.certain()} & expected)
    if not events.tally().is_complete:
        return Verdict("unreported", done=done, due=len(expected), is_due_certain=False)
    return Verdict("met" if expected else "exempt", done=done, due=len(expected))


def bus_checked(unit: Unit, row: Row) -> Truth:
    """Checked in the month."""
    window = unit.window("month")
    return within(row["last_check_date"], window.start, window.end)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), month_span(f"{year}-{month + 1:02d}")[1])


def lessons_in_every_week(fits: Callable[[Row], Truth], *cells: str) -> Judge:
    """A session that fits in every teaching week of the month."""

    def judge(unit: Unit) -> Verdict:
        events = unit.events("trainings", unit.window("week"))
        weeks = unit.desk.calendar.teaching_weeks(unit.desk.month, unit.stage)
        held = len(weeks_of(row["held_date"] for row in events.certain(fits)) & weeks)
        tally = events.tally(fits, *cells)
        return unit.often_enough("week", events, Tally(held, held + tally.most - tally.low), len(weeks))

    return judge


def is_for_students(row: Row) -> Truth:
    """For students, or for everyone; without an audience, for students."""
    return None if "audience" in row["invalid"] else row["audience"] in (None, "students", "everyone")


def occasion(timing: str, *words: str) -> Callable[[Row], Truth]:
    """A session of that occasion, by its timing or by a word of its topic or kind."""
    return lambda row: either(is_equal("timing", timing)(row), any_of(row, ("topic", "category"), words))


def task_of(
    names: tuple[str, ...], number: str, body: str, due: date
) -> Callable[[Unit], list[tuple[str, str | None, Verdict]]]:
    """One task of the document: the bureau's row tells only when it was done."""

    def tasks(unit: Unit) -> list[tuple[str, str | None, Verdict]]:
        rows = [
            row for row in unit.sheet("tasks").rows if row["task_no"] == number and row["standard"] in (None, *names)
        ]
        if not rows:
            return [(number, body, Verdict("unreported"))]
        return [(number, body, task_status(unit, rows[0], due, "done_date"))]

    return tasks


def task_status(unit: Unit, row: Row, due: date | None, *cells: str) -> Verdict:
    """Met when done by the due date; open until that day is over; not known where one of the cells cannot be read."""
    day, done = unit.desk.cut_off, row["done_date"]
    if due is None or row["invalid"] & set(cells):
        return Verdict("unreported")
    if done is not None and done <= min(due, day):
        return Verdict("met")
    return Verdict("pending" if due >= day and (done is None or done > day) else "unmet")
