"""Returns held against each other, the calendar and visits: findings that no single file shows, and the agreement.

Runs after `measure` on the same connection, over its temp tables fact_* and known_school.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.measure.fact_tables import parameters_in
from pipelines.measure.windows import Moment, stages
from pipelines.metadata.calendars import Calendar, load_calendar
from pipelines.metadata.contracts import contract
from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.periods import Period, parse_period
from pipelines.metadata.standards import Standard
from pipelines.metadata.values import vocabulary
from pipelines.store.sql import sql_text
from pipelines.validate.answering import answer_queries
from pipelines.validate.wording import WORDED, worded

CHECKS = Path(__file__).parent / "crosschecks"
_TABLES = CHECKS / "tables"
_TEMP_TABLES = ("check_submission", "check_headcount", "check_ledger", "check_hazard", "check_found")
SCHEMA = pa.schema(
    [
        ("submission_no", pa.int64()),
        ("school_code", pa.string()),
        ("file", pa.string()),
        *WORDED,
        ("others", pa.list_(pa.string())),
        ("other_count", pa.int64()),
        ("answer_category", pa.string()),
        ("answer", pa.string()),
    ]
)


@dataclass(frozen=True)
class CrossChecked:
    """What was found, and how far visits agree with what schools answered.

    `crosschecks`: one row per offending row, worded as the school is told; `others`, for the bureau alone, are the
    codes of schools that share it, the first of `other_count`; `answer` is what the school explained, None where it
    did not. Behind a file's rows, one notice per explanation of a cross-check that met none. `agreement`: one row per
    township and item visited.
    """

    crosschecks: pa.Table
    agreement: pa.Table


def cross_check(
    connection: duckdb.DuckDBPyConnection,
    standard: Standard,
    period: Period,
    as_of: datetime,
    calendar: Calendar | None = None,
) -> CrossChecked:
    """What the submissions of the period's months say that cannot all be so, in order of file, sheet and row.

    Needs the temp tables that `measure` left for the same standard, period and moment. Restricted values are masked.
    """
    whole: dict[str, object] = {
        "months": list(period.months),
        "period_start": period.start,
        "cut_off": Moment(period, as_of).cut_off,
    }
    for name in _TEMP_TABLES:
        _execute(connection, f"CREATE OR REPLACE TEMP TABLE {name} AS\n{sql_text(_TABLES, name)}", whole)
    _write_school_days(connection, calendar or load_calendar(standard.calendar))
    for check in cross_checks():
        if not check.is_row_rule:
            statement = f"INSERT INTO check_found BY NAME\n{sql_text(CHECKS, check.id)}"
            _execute(connection, statement, whole | dict(check.parameters))
    return CrossChecked(
        crosschecks=_answered(connection),
        agreement=_select(connection, "agreement", whole),
    )


def _answered(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What was found, with what the schools explained; then, file by file, explanations that met nothing."""
    _execute(connection, f"CREATE OR REPLACE TEMP TABLE check_placed AS\n{sql_text(_TABLES, 'placed')}", {})
    notices = answer_queries(
        connection,
        asked=sql_text(_TABLES, "asked"),
        explained="FROM core_explanations SEMI JOIN check_submission USING (submission_no)"
        " ORDER BY submission_no, row_no",
        sheets="FROM core_sheets",
        of_cross_checks=True,
    )
    found = [_finding(row) for row in _select(connection, "answered", {}).to_pylist()]
    connection.register("unused", notices)
    unused = _select(connection, "unused", {}).to_pylist()
    connection.unregister("unused")
    return pa.Table.from_pylist(sorted([*found, *unused], key=itemgetter("submission_no")), schema=SCHEMA)


def _execute(connection: duckdb.DuckDBPyConnection, statement: str, parameters: Mapping[str, object]) -> None:
    connection.execute(statement, parameters_in(statement, parameters))


def _select(connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object]) -> pa.Table:
    statement = sql_text(_TABLES, name)
    table: pa.Table = connection.sql(statement, params=parameters_in(statement, parameters)).to_arrow_table()
    return table


def _write_school_days(connection: duckdb.DuckDBPyConnection, calendar: Calendar) -> None:
    """Temp table check_school_day: one row per stage and day of school, over the months that are examined."""
    months = [
        month for (month,) in connection.execute("SELECT DISTINCT month FROM check_submission ORDER BY 1").fetchall()
    ]
    spans = [parse_period(month) for month in months]
    rows = [
        {"stage": stage, "day": day}
        for span in spans
        for stage in stages()
        for day in calendar.teaching_days(span.start, span.end, stage)
    ]
    schema = pa.schema([("stage", pa.string()), ("day", pa.date32())])
    connection.register("incoming", pa.Table.from_pylist(rows, schema=schema))
    connection.execute("CREATE OR REPLACE TEMP TABLE check_school_day AS SELECT * FROM incoming")
    connection.unregister("incoming")


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as a finding: a coded value in the words of its list, the cell by the sheet's layout."""
    layout: dict[str, int] = json.loads(row["columns"] or "{}")
    field = row["field"] or ""
    said = worded({**row, "value": _shown(row["table_name"], field, row["value"])}, layout.get(field))
    kept = ("school_code", "file", "others", "other_count", "answer_category", "answer")
    return said | {name: row[name] for name in kept}


def _shown(table: str, field: str, value: str | None) -> str | None:
    listed = contract(table).field(field).vocabulary if field else None
    terms = {term.value: term.zh for term in vocabulary(listed)} if listed else {}
    return terms.get(value or "", value)
