"""Returns held against each other, the calendar and visits: findings that no single file shows, and the agreement.

Runs after `measure` on the same connection, over its temp tables fact_* and known_school.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.measure.fact_tables import parameters_in
from pipelines.measure.windows import Moment, stages
from pipelines.metadata.calendars import Calendar, load_calendar
from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.periods import Period, parse_period
from pipelines.metadata.standards import Standard
from pipelines.store.sql import sql_text
from pipelines.validate.wording import worded

CHECKS = Path(__file__).parent / "crosschecks"
_TABLES = CHECKS / "tables"
_EXAMINED = ("check_submission", "check_headcount", "check_ledger", "check_hazard")
_SCHEMA = pa.schema(
    [
        ("submission_no", pa.int64()),
        ("school_code", pa.string()),
        ("file", pa.string()),
        ("severity", pa.string()),
        ("code", pa.string()),
        ("table_name", pa.string()),
        ("sheet", pa.string()),
        ("row_no", pa.int32()),
        ("cell", pa.string()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("message", pa.string()),
        ("hint", pa.string()),
        ("others", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True)
class CrossChecked:
    """`crosschecks`: one row per offending row, worded as the school is told; `others` are the codes of the schools
    that share it, for the bureau alone. `agreement`: one row per township and item that visits looked at.
    """

    crosschecks: pa.Table
    agreement: pa.Table


def cross_check(
    connection: duckdb.DuckDBPyConnection, standard: Standard, period: Period, as_of: datetime
) -> CrossChecked:
    """What the submissions of the period's months say that cannot all be so, in order of file, sheet and row.

    Needs the temp tables that `measure` left for the same standard, period and moment. Restricted values are masked.
    """
    cut_off = Moment(period, as_of).cut_off
    whole: dict[str, object] = {"months": list(period.months), "period_start": period.start, "cut_off": cut_off}
    for name in _EXAMINED:
        _create(connection, name, sql_text(_TABLES, name), whole)
    _write_school_days(connection, load_calendar(standard.calendar), period)
    checks = [check for check in cross_checks() if not check.is_row_rule]
    for number, check in enumerate(checks):
        statement = sql_text(CHECKS, check.id)
        if number == 0:
            _create(connection, "check_found", statement, check.parameters)
        else:
            chosen = parameters_in(statement, whole | dict(check.parameters))
            connection.execute(f"INSERT INTO check_found BY NAME {statement}", chosen)
    return CrossChecked(_placed(connection), _select(connection, "agreement", whole))


def _create(connection: duckdb.DuckDBPyConnection, name: str, statement: str, parameters: Mapping[str, object]) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS\n{statement}", parameters_in(statement, parameters))


def _select(connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object]) -> pa.Table:
    statement = sql_text(_TABLES, name)
    table: pa.Table = connection.sql(statement, params=parameters_in(statement, parameters)).to_arrow_table()
    return table


def _write_school_days(connection: duckdb.DuckDBPyConnection, calendar: Calendar, period: Period) -> None:
    """Temp table check_school_day: one row per stage and day on which school is held.

    A file sent for the period may state the month before or after it.
    """
    first, last = parse_period(_beside(period.start, -1)).start, parse_period(_beside(period.end, 1)).end
    days = [(stage, day) for stage in stages() for day in calendar.teaching_days(first, last, stage)]
    schema = pa.schema([("stage", pa.string()), ("day", pa.date32())])
    rows = pa.Table.from_pylist([{"stage": stage, "day": day} for stage, day in days], schema=schema)
    connection.register("incoming", rows)
    connection.execute("CREATE OR REPLACE TEMP TABLE check_school_day AS SELECT * FROM incoming")
    connection.unregister("incoming")


def _beside(day: date, step: int) -> str:
    months = day.year * 12 + day.month - 1 + step
    return f"{months // 12}-{months % 12 + 1:02d}"


def _placed(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    found = _select(connection, "placed", {}).to_pylist()
    return pa.Table.from_pylist([_finding(row) for row in found], schema=_SCHEMA)


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    layout: dict[str, int] = json.loads(row["columns"] or "{}")
    said = worded(row, layout.get(row["field"] or ""))
    return {**said, "school_code": row["school_code"], "file": row["file"], "others": row["others"]}
