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
from tests.second_opinion.ledger import hazards, incidents, open_in_month
from tests.second_opinion.logic import Tally, Truth, both, either, within
from tests.second_opinion.school import Events, Unit, Verdict, is_equal, seen, weeks_of

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
    sensitive: Mapping[str, int] = field(default_factory=dict)
    durations: Mapping[str, tuple[str, Callable[[Unit], Lives]]] = field(default_factory=dict)
    bureau_rules: Mapping[str, Judge] = field(default_factory=dict)
    bureau_ratios: Mapping[str, Judge] = field(default_factory=dict)
    bureau_numbers: Mapping[str, Count] = field(default_factory=dict)
    township_rules: Mapping[str, Callable[[Unit, str], Verdict]] = field(default_factory=dict)
    township_numbers: Mapping[str, Callable[[Unit, str], Number]] = field(default_factory=dict)
    tasks: Mapping[str, Callable[[Unit], list[tuple[str, str | None, Verdict]]]] = field(default_factory=dict)

    @property
    def provisions(self) -> set[str]:
        """Ids of the provisions that have an opinion."""
        names = {name for kind in vars(self).values() if isinstance(kind, Mapping) for name in kind}
        return {name for name in names if name not in self.sensitive}


def items(kind: str, *names: str, population: Callable[[Unit], Truth] = lambda unit: True) -> Judge:
    """Every one of these checklist items is in place."""
    return lambda unit: checked(unit, kind, both(*(unit.yes(name) for name in names)), population=population(unit))


def checked(
    unit: Unit, kind: str, met: Truth, *tables: str, population: Truth = True, **numbers: int
) -> Verdict:
    """A rule over answers of the checklist (and other sheets): a row kept out could be the answer that is missed."""
    own = "body_checklist" if unit.code is None else "checklist"
    return unit.decide(kind, met, population=population, could_flip=unit.lost(*tables, own), **numbers)


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
    return unit.often_enough(kind, events, Tally(held, is_complete), len(tallies))


def of_open_hazards(unit: Unit, asked: list[Row], fits: list[Row], *cells: str) -> Verdict:
    """A share of the hazards that were open in the month; a row with one of these cells unreadable is as good as lost."""
    sheet = unit.sheet("hazards")
    if not sheet.is_known:
        return unit.ratio("month", None, None)
    unread = sum(bool(row["invalid"] & set(cells)) for row in sheet.rows)
    return of_rows(unit, "month", len(fits), len(asked), sheet.lost + unread)


def of_rows(unit: Unit, kind: str, done: int, due: int, lost: int) -> Verdict:
    """A share of the rows of a list; one that was kept out could be one more."""
    if lost and unit.window(kind).is_duty:
        return Verdict("unreported", done=done, due=due, is_due_certain=False)
    return unit.ratio(kind, done, due)


def over_age(unit: Unit, row: Row, limit: int) -> Truth:
    """Older than the limit in the year of the period's end; by the age filled in where no year of birth is given."""
    if row["birth_year"] is not None:
        return bool(unit.desk.end.year - row["birth_year"] > limit)
    return None if row["age"] is None else bool(row["age"] > limit)


def guards_share(kind: str, fits: Callable[[Unit, Row], Truth], *cells: str) -> Judge:
    """The share of the guards on duty that fit; a blank cell does not, one of these unreadable is as good as lost."""

    def judge(unit: Unit) -> Verdict:
        sheet, day = unit.sheet("guards"), unit.desk.cut_off
        if not sheet.is_known:
            return unit.ratio(kind, None, None)
        present = [row for row in sheet.rows if on_duty(row, day)]
        unsure = any(row["invalid"] & {"start_date", "end_date", *cells} for row in sheet.rows)
        done = sum(fits(unit, row) is True for row in present)
        return of_rows(unit, kind, done, len(present), sheet.lost or int(unsure))

    return judge


def every_hazard_has(unit: Unit, *names: str) -> Truth:
    """Every hazard open in the month has these cells filled."""
    return all(each.row[name] is not None for each in open_in_month(unit) for name in names)


def with_ledger(unit: Unit, kind: str, item_names: tuple[str, ...], *cells: str) -> Verdict:
    """Items in place, the ledger kept, and these cells filled for every hazard open in the month."""
    sheet = unit.sheet("hazards")
    known: Truth = True if sheet.is_known else None
    met = both(*(unit.yes(item) for item in item_names), known, every_hazard_has(unit, *cells))
    verdict = unit.decide(kind, met, could_flip=unit.lost("hazards", "checklist"))
    return Verdict("unreported") if verdict.status == "met" and sheet.lost else verdict


def dated_in(unit: Unit, kind: str, *names: str, or_na: bool = False) -> Verdict:
    """Items in place and dated in the window, or not applicable where that is allowed."""
    window, parts = unit.window(kind), list[Truth]()
    for name in names:
        done = both(unit.yes(name), within(unit.day(name), window.start, window.end))
        parts.append(either(unit.na(name), done) if or_na else done)
    return checked(unit, kind, both(*parts))


def every_bus(kind: str, safe: Callable[[Unit, Row], Truth]) -> Judge:
    """A rule about every bus of the schools that have one; no bus listed is not known."""

    def judge(unit: Unit) -> Verdict:
        sheet = unit.sheet("buses")
        found = [safe(unit, row) for row in sheet.rows]
        population = unit.profile("has_bus")
        verdict = unit.decide(kind, both(*found) if found else None, population=population, could_flip=bool(sheet.lost))
        return Verdict("unreported") if verdict.status == "met" and sheet.lost else verdict

    return judge


def visits(unit: Unit, fits: Callable[[Row], Truth] = lambda row: True) -> Number:
    """Visits of the month that fit; one school on one day is one."""
    events = unit.events("inspections", unit.window("month"))
    found = {(row["held_date"], row["school_code"]) for row in events.certain(fits)}
    return Number(len(found) if events.is_told else None)


def coverage(unit: Unit) -> Verdict:
    """Expected schools visited in the month, of those expected."""
    events = unit.events("inspections", unit.window("month"))
    if not events.is_told:
        return Verdict("unreported")
    expected = set(unit.desk.schools["school_code"])
    seen_codes = {row["school_code"] for row in events.certain()} & expected
    return Verdict("met" if expected else "exempt", done=len(seen_codes), due=len(expected))


def bus_checked(unit: Unit, row: Row) -> Truth:
    """Checked in the month."""
    window = unit.window("month")
    return within(row["last_check_date"], window.start, window.end)


def lessons_in_every_week(fits: Callable[[Row], Truth], *cells: str) -> Judge:
    """A session that fits in every teaching week of the month."""

    def judge(unit: Unit) -> Verdict:
        events = unit.events("trainings", unit.window("week"))
        weeks = unit.desk.calendar.teaching_weeks(unit.desk.month, unit.stage)
        held = len(weeks_of(row["held_date"] for row in events.certain(fits)) & weeks)
        return unit.often_enough("week", events, Tally(held, events.tally(fits, *cells).is_complete), len(weeks))

    return judge


def task_of(document: str, number: str, body: str, due: date) -> Callable[[Unit], list[tuple[str, str | None, Verdict]]]:
    """One task of the document: the bureau's row tells only when it was done."""

    def tasks(unit: Unit) -> list[tuple[str, str | None, Verdict]]:
        rows = [
            row
            for row in unit.sheet("tasks").rows
            if row["task_no"] == number and row["standard"] in (None, document)
        ]
        if not rows:
            return [(number, body, Verdict("unreported"))]
        done = rows[0]["done_date"]
        return [(number, body, task_status(unit, done, due))]

    return tasks


def task_status(unit: Unit, done: date | None, due: date | None) -> Verdict:
    """Met when done by the due date; open until that day is over."""
    day = unit.desk.cut_off
    if due is None:
        return Verdict("unreported")
    if done is not None and done <= min(due, day):
        return Verdict("met")
    return Verdict("pending" if due >= day and (done is None or done > day) else "unmet")
