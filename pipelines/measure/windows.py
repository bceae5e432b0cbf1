"""The calendar as small tables for the facts: windows, teaching weeks and due months by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa

from pipelines.errors import UsageError
from pipelines.metadata.calendars import Calendar
from pipelines.metadata.periods import Period, month_labels, parse_period
from pipelines.metadata.standards import WINDOWS
from pipelines.metadata.values import value_rules, vocabulary
from pipelines.wording import text

UNKNOWN_STAGE = "unknown"


@dataclass(frozen=True)
class Moment:
    """The period, the moment as of which it is looked at, and the cut-off day: the earlier of the two."""

    period: Period
    as_of: datetime

    @property
    def cut_off(self) -> date:
        """Last day that counts; UsageError where the period has not begun."""
        day = min(self.period.end, self.as_of.date())
        if day < self.period.start:
            raise UsageError(text("errors.not_begun", period=self.period.label, as_of=self.as_of.date()))
        return day

    def point_month(self, calendar: Calendar, stage: str) -> str:
        """The month whose submission states point facts.

        Of a period of several months the last due one that has ended by the cut-off, since a running month is not
        reported yet; before any has ended, the last that has begun.
        """
        months = month_labels(self.period.start, self.cut_off)
        return self._last_ended([month for month in months if calendar.is_due_month(month, stage)] or months)

    @property
    def bureau_month(self) -> str:
        """The month whose bureau workbook states point facts: as for schools, but every month is due.

        The bureau works in the holidays too, and its workbook is monthly.
        """
        return self._last_ended(month_labels(self.period.start, self.cut_off))

    def _last_ended(self, begun: Sequence[str]) -> str:
        if len(self.period.months) == 1:
            return self.period.last_month
        ended = [month for month in begun if parse_period(month).end <= self.cut_off]
        return (ended or begun)[-1]


def stages() -> tuple[str, ...]:
    """School types as calendar stages, and one for a school without a type."""
    return (*(term.value for term in vocabulary("school_type")), UNKNOWN_STAGE)


def write_calendar_tables(connection: duckdb.DuckDBPyConnection, calendar: Calendar, moment: Moment) -> None:
    """Temp tables calendar_window, calendar_week, calendar_due, calendar_stage and stage_taught."""
    first = calendar.window("school_year", moment.cut_off, UNKNOWN_STAGE).start - timedelta(days=400)
    weeks: list[tuple[str, str, date]] = []
    due: list[tuple[str, str, bool]] = []
    points: list[tuple[str, str]] = []
    spans: list[tuple[object, ...]] = []
    last = parse_period(f"{moment.cut_off:%Y-%m}").end
    for stage in stages():
        days = calendar.teaching_days(first, last, stage)
        weeks += sorted({(stage, f"{day:%Y-%m}", day - timedelta(days=day.weekday())) for day in days})
        asked = calendar.first_month or ""
        due += [(stage, month, month >= asked) for month in calendar.due_months(first, last, stage)]
        points.append((stage, moment.point_month(calendar, stage)))
        spans += [_span(calendar, moment, kind, stage) for kind in WINDOWS]
    taught = [
        (entry["value"], stage) for entry in value_rules()["vocabularies"]["school_type"] for stage in entry["teaches"]
    ]
    _table(connection, "calendar_week", ("stage", "month", "week_start_date"), weeks)
    _table(connection, "calendar_due", ("stage", "month", "is_asked"), due)
    _table(connection, "calendar_stage", ("stage", "point_month"), points)
    _table(connection, "stage_taught", ("school_type", "stage"), taught)
    columns = ("kind", "stage", "window_start", "window_end", "has_duty")
    counts = ("teaching_day_count", "teaching_week_count", "holiday_count")
    _table(connection, "calendar_window", (*columns, *counts), spans)


def _span(calendar: Calendar, moment: Moment, kind: str, stage: str) -> tuple[object, ...]:
    window = calendar.window(kind, moment.cut_off, stage)
    start, end = (moment.period.start, moment.period.end) if kind == "event" else (window.start, window.end)
    days = calendar.teaching_days(start, end, stage)
    weeks = {(day - timedelta(days=day.weekday()), f"{day:%Y-%m}") for day in days}
    holidays = calendar.holiday_count(start, end)
    return (kind, stage, start, end, window.has_duty, len(days), len(weeks), holidays)


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    batch = pa.table([pa.array(values) for values in zip(*rows, strict=True)], names=list(columns))
    connection.register("incoming", batch)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    connection.unregister("incoming")
