"""What a careful person at the bureau has on the desk when a month is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from pipelines.sample.bureau_facts import BureauMonth
from pipelines.sample.facts import Answer, Arrival, Count, Drill, Incident, Report, SchoolRow, Training
from pipelines.sample.stages import STAGE_OF
from pipelines.sample.truth_calendar import Span, is_due, month_end, months_between, span


@dataclass(frozen=True)
class Desk:
    """One month to be measured: everything received by `as_of`, the register, the calendar's name."""

    calendar: str
    month: str
    as_of: datetime
    register: tuple[SchoolRow, ...]
    arrivals: tuple[Arrival, ...]
    bureau: tuple[BureauMonth, ...]

    @property
    def cut_off(self) -> date:
        """The earlier of the month's end and the day of `as_of`."""
        return min(month_end(self.month), self.as_of.date())

    @cached_property
    def expected(self) -> list[SchoolRow]:
        """The schools that the register expects on the month's last day."""
        return [row for row in self.register if row.is_expected(self.cut_off)]

    @cached_property
    def current(self) -> dict[tuple[str, str], Report]:
        """The standing report of each school and month: the last accepted one received in time."""
        standing: dict[tuple[str, str], Report] = {}
        for arrival in self.arrivals:
            if arrival.report and arrival.outcome == "accepted" and arrival.received_at <= self.as_of:
                standing[arrival.report.school.school_code, arrival.month] = arrival.report
        return standing

    @cached_property
    def reports(self) -> dict[str, list[Report]]:
        """Standing reports up to this month by school, oldest first."""
        found: dict[str, list[Report]] = {}
        for (code, month), report in sorted(self.current.items(), key=lambda pair: pair[0]):
            if month <= self.month:
                found.setdefault(code, []).append(report)
        return found

    @cached_property
    def bureau_months(self) -> list[BureauMonth]:
        """The bureau's months up to this one."""
        return [facts for facts in self.bureau if facts.month <= self.month]


@dataclass(frozen=True)
class Case:
    """One school on the desk of one month."""

    desk: Desk
    school: SchoolRow

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that the school teaches; a kindergarten has none of them."""
        return STAGE_OF.get(self.school.school_type, ())

    @property
    def calendar_stage(self) -> str:
        """Which line of the calendar is the school's."""
        return self.school.school_type

    @cached_property
    def report(self) -> Report | None:
        """This month's standing report."""
        return self.desk.current.get((self.school.school_code, self.desk.month))

    @property
    def reports(self) -> list[Report]:
        """Standing reports up to this month, oldest first."""
        return self.desk.reports.get(self.school.school_code, [])

    def span(self, kind: str) -> Span:
        """The window of that kind."""
        return span(self.desk.calendar, kind, self.desk.month, self.calendar_stage)

    def has_gap(self, window: Span) -> bool:
        """Whether an earlier due month of the window has no standing report."""
        return any(
            is_due(self.desk.calendar, self.calendar_stage, month)
            and (self.school.school_code, month) not in self.desk.current
            for month in months_between(window.first, window.last)
            if f"{self.school.valid_from_date:%Y-%m}" <= month < self.desk.month
        )

    def number(self, name: str) -> int | None:
        """A number of the profile."""
        value = self.report.profile.get(name) if self.report else None
        return value if isinstance(value, int) else None

    def day(self, name: str) -> date | None:
        """A date of the profile."""
        value = self.report.profile.get(name) if self.report else None
        return value if isinstance(value, date) else None

    def fact(self, name: str) -> bool | None:
        """A yes or no of the profile."""
        value = self.report.profile.get(name) if self.report else None
        return value if isinstance(value, bool) else None

    def answer(self, item: str) -> Answer:
        """An item's answer; blank where it was not asked or not answered."""
        return self.report.answers.get(item, Answer(None, None)) if self.report else Answer(None, None)

    def yes(self, item: str) -> bool | None:
        """Yes with its date, no, or not known."""
        answer = self.answer(item)
        if answer.value == "yes":
            return True if answer.day else None
        return False if answer.value == "no" else None

    def count(self, item: str) -> Count:
        """A counted item; blank where it was not asked or not known."""
        return self.report.counts.get(item, Count(None, None)) if self.report else Count(None, None)

    def trainings(self, window: Span) -> list[Training]:
        """Trainings of every standing report, dated in the window, each once."""
        rows = {(row.held_date, row.topic): row for report in self.reports for row in report.trainings}
        return [row for row in rows.values() if _within(row.held_date, window)]

    def drills(self, window: Span) -> list[Drill]:
        """Drills of every standing report, dated in the window, each once."""
        rows = {
            (row.held_date, row.drill_name, row.campus_name): row for report in self.reports for row in report.drills
        }
        return [row for row in rows.values() if _within(row.held_date, window)]

    def incidents(self) -> list[Incident]:
        """Incidents of every standing report, each once."""
        return list({row.incident_no: row for report in self.reports for row in report.incidents}.values())


def _within(day: date | None, window: Span) -> bool:
    return day is not None and window.first <= day <= window.last


def all_of(values: Iterable[bool | None]) -> bool | None:
    """True when all are, False when one is not, else not known."""
    found: Sequence[bool | None] = list(values)
    if False in found:
        return False
    return None if None in found else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """True when one is, False when none can be, else not known."""
    found: Sequence[bool | None] = list(values)
    if True in found:
        return True
    return None if None in found else False
