"""Who reported in time: one row per expected school and month, from the begin of the school year on.

A month is on_time by the first accepted workbook, received by the end of the deadline's day, whatever replaced it
later; late by one that came after. A file came when it was entered in the ledger, unless the bureau stated an earlier
day there. A month is missing where none came by `as_of`, awaited as long as the deadline is not over. A refused file is
none. A month counts from the home's first month on, and where a register speaks of it; a school in the months in which
the register of that month expects it and its calendar has reports due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.measure.fact_tables import fact_sql, parameters_in
from pipelines.measure.windows import UNKNOWN_STAGE, Moment, stages
from pipelines.metadata.calendars import Calendar
from pipelines.metadata.periods import Period, month_labels, parse_period
from pipelines.metadata.standards import Standard
from pipelines.metadata.values import value_rules
from pipelines.store.register import register_sql
from pipelines.store.sql import named_rows, sql_text
from pipelines.wording import Wording

STATES = ("on_time", "late", "missing", "awaited")
OVERDUE = ("late", "missing")
WORDS = Wording("timeliness.yaml")

_SQL = Path(__file__).parent / "sql"
_DUE = pa.schema([("stage", pa.string()), ("month", pa.string()), ("deadline", pa.date32())])


@dataclass(frozen=True)
class SchoolMonth:
    """What one school did for one month. `late_days` are whole days past the deadline, up to `as_of` while missing.

    `received_at` is when the first accepted file was entered, `received_on` the day on which it came as far as the
    bureau stated one, `submission_no` the accepted one that counts, `refused_no` the
    last refused one if nothing was accepted after it; None where there is none.
    """

    month: str
    school_code: str
    school_name: str
    township: str
    state: str
    deadline: date
    received_at: datetime | None
    late_days: int
    submission_no: int | None
    refused_no: int | None
    received_on: date | None = None


@dataclass(frozen=True)
class Timeliness:
    """Every school month up to the period's last, by month and code.

    `months` are those of the period that count, `unregistered` those for which no register speaks.
    """

    rows: tuple[SchoolMonth, ...] = ()
    months: tuple[str, ...] = ()
    school_year: tuple[str, ...] = ()
    unregistered: tuple[str, ...] = ()

    @cached_property
    def last_month(self) -> str:
        """The last month of the period in which any school owes a report; empty where there is none."""
        return max((row.month for row in self.rows if row.month in self.months), default="")

    @cached_property
    def of_period(self) -> tuple[SchoolMonth, ...]:
        """The school months of the period."""
        return tuple(row for row in self.rows if row.month in self.months)

    @cached_property
    def latest(self) -> tuple[SchoolMonth, ...]:
        """One row per school that owes the last month."""
        return tuple(row for row in self.rows if row.month == self.last_month)

    @cached_property
    def times_overdue(self) -> Counter[str]:
        """Months late or missing in this school year, by school."""
        return Counter(row.school_code for row in self.rows if row.state in OVERDUE and row.month in self.school_year)

    @cached_property
    def repeated(self) -> tuple[SchoolMonth, ...]:
        """The schools that owe the last month and were late or missing too often this school year: the worst first."""
        found = [row for row in self.latest if self.times_overdue[row.school_code] >= repeated_from()]
        return tuple(sorted(found, key=lambda row: (-self.times_overdue[row.school_code], row.school_code)))

    def of_schools(self, codes: Container[str]) -> Timeliness:
        """The same of those schools alone."""
        return replace(self, rows=tuple(row for row in self.rows if row.school_code in codes))

    def of_school(self, school_code: str, state: str) -> tuple[str, ...]:
        """The months of this school year in which the school was that."""
        wanted = (school_code, state)
        return tuple(
            row.month for row in self.rows if (row.school_code, row.state) == wanted and row.month in self.school_year
        )


def repeated_from() -> int:
    """Months late or missing in a school year from which a school is a repeated offender."""
    return int(WORDS.entry("repeated.at_least"))


def counts(rows: Sequence[SchoolMonth]) -> Mapping[str, int]:
    """Rows by state, each state named."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in STATES}


def stated_count(rows: Sequence[SchoolMonth]) -> int:
    """Rows of which the bureau stated the day of receipt."""
    return sum(row.received_on is not None for row in rows)


def timeliness(
    connection: duckdb.DuckDBPyConnection, standard: Standard, calendar: Calendar, period: Period, as_of: datetime
) -> Timeliness:
    """Every school month that counts; needs the core tables, writes temp tables only.

    UsageError where the period begins after `as_of`.
    """
    moment = Moment(period, as_of)
    year = calendar.window("school_year", moment.cut_off, UNKNOWN_STAGE)
    start = min(year.start, period.start)
    every = tuple(month for month in month_labels(start, moment.cut_off) if month >= (calendar.first_month or month))
    parameters = {
        "as_of": as_of,
        "excluded_school_types": list(standard.excluded_school_types),
        "cut_off": moment.cut_off,
        "same_school": value_rules()["same_school"],
    }
    _write_schools(connection, every, parameters)
    _write_due(connection, calendar, every)
    rows = named_rows(connection.execute(sql_text(_SQL, "timeliness"), {"as_of": as_of}))
    known = connection.execute("SELECT DISTINCT month FROM expected_month").fetchall()
    return Timeliness(
        rows=tuple(
            SchoolMonth(**{**row, "school_name": row["school_name"] or "", "township": row["township"] or ""})
            for row in rows
        ),
        months=tuple(month for month in every if month in period.months),
        school_year=tuple(month for month in every if month >= f"{year.start:%Y-%m}"),
        unregistered=tuple(month for month in every if (month,) not in known),
    )


def _write_schools(connection: duckdb.DuckDBPyConnection, months: Sequence[str], parameters: Mapping[str, Any]) -> None:
    """Temp tables expected_month, by the register of each month, known_school and fact_renamed, by that of the last."""
    register = register_sql()
    expected = f"SELECT $month AS month, school_code, school_name, school_type, township\nFROM (\n{register}\n)"
    columns = "month VARCHAR, school_code VARCHAR, school_name VARCHAR, school_type VARCHAR, township VARCHAR"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE expected_month ({columns})")
    for month in months:
        day = min(parse_period(month).end, parameters["cut_off"])
        statement = f"INSERT INTO expected_month\n{expected}\nWHERE is_expected"
        connection.execute(statement, parameters_in(statement, {**parameters, "month": month, "day": day}))
    last = {**parameters, "month": f"{parameters['cut_off']:%Y-%m}", "day": parameters["cut_off"]}
    for name, sql in (("known_school", register), ("fact_renamed", fact_sql("renamed"))):
        statement = f"CREATE OR REPLACE TEMP TABLE {name} AS\n{sql}"
        connection.execute(statement, parameters_in(statement, last))


def _write_due(connection: duckdb.DuckDBPyConnection, calendar: Calendar, months: Sequence[str]) -> None:
    """Temp table due_month: by stage, the months in which reports are due, with their deadlines."""
    rows = [
        {"stage": stage, "month": month, "deadline": calendar.deadline(month)}
        for month in months
        for stage in stages()
        if calendar.is_due_month(month, stage)
    ]
    connection.register("incoming", pa.Table.from_pylist(rows, schema=_DUE))
    connection.execute("CREATE OR REPLACE TEMP TABLE due_month AS SELECT * FROM incoming")
    connection.unregister("incoming")
