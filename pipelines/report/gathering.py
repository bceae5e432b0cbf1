"""Everything that one report is made of, gathered from what measure and load left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import duckdb

from pipelines.load.database import open_database
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import Standard, load_standard
from pipelines.report.crosscheck_rows import told_to_bureau
from pipelines.report.grades import grades
from pipelines.report.history import PERIODS, Past, read_past
from pipelines.report.material import (
    SQL,
    Agreement,
    Assessment,
    Case,
    CohortCase,
    Correction,
    Counted,
    Figure,
    FindingRow,
    Loss,
    Material,
    Risky,
    Submission,
    Visited,
    previous_period,
    read_schools,
)
from pipelines.report.measured import as_rows, measured_dir, read_measured, read_measured_table
from pipelines.report.small_numbers import without_small
from pipelines.report.timeliness import timeliness
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.store.sql import named_rows, sql_text

if TYPE_CHECKING:
    from pipelines.publish.trust import Trust


def _with_queries(submissions: tuple[Submission, ...], checked: list[dict[str, Any]]) -> tuple[Submission, ...]:
    """The submissions, with what the cross-checks ask of each among its queries, explained or not."""
    asked = Counter(row["submission_no"] for row in checked if row["severity"] == "query")
    return tuple(replace(row, query_count=(row.query_count or 0) + asked[row.submission_no]) for row in submissions)


def _query(connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    statement = sql_text(SQL, name)
    wanted = {key: value for key, value in parameters.items() if f"${key}" in statement}
    return named_rows(connection.execute(statement, wanted))


def _previous(settings: Settings) -> dict[str, Figure]:
    folder = measured_dir(settings, previous_period(settings.period))
    if not (folder / "figures.parquet").exists():
        return {}
    return {figure.key: figure for figure in as_rows(Figure, read_measured(folder, "figures"))}


def _history(settings: Settings, standard: Standard) -> tuple[Past, ...]:
    """What is measured of the periods of the same kind before this one, the oldest first."""
    found, period = [], settings.period
    for _ in range(PERIODS):
        period = previous_period(period)
        past = read_past(measured_dir(settings, period), period, standard.headline)
        if past is not None:
            found.append(past)
    return tuple(reversed(found))


def _trust(home: Home) -> Trust | None:
    """What trust.json of the home says; None before the first key."""
    path = home.keys / "trust.json"
    if not path.exists():
        return None
    from pipelines.publish.trust import read_trust

    return read_trust(path)


def gather(settings: Settings) -> Material:
    """Everything that the report of `settings` needs.

    Reads data/measure and, read-only, the database, built again where it is not whole. PipelineError where measure
    has not run.
    """
    settings = settings.resolved()
    as_of = cast(datetime, settings.as_of)
    standard, period = load_standard(settings.standard), settings.period
    folder, calendar = measured_dir(settings, period), calendar_for(standard, settings.home.root)
    parameters = {"as_of": as_of, "months": list(period.months), "last_month": period.last_month}
    schools = read_schools(folder)
    counted = read_measured_table(folder, "counted")
    checked = read_measured(folder, "crosschecks")
    told = told_to_bureau(checked, {code: school.school_name for code, school in schools.items()})
    with open_database(settings.home, as_of) as connection:
        submissions = as_rows(Submission, _query(connection, "submissions", parameters))
        findings = as_rows(FindingRow, _query(connection, "findings", parameters))
        inputs = _query(connection, "inputs", parameters)
        campuses = _query(connection, "campuses", parameters)
        connection.register("counted", counted)
        graded = grades(_query(connection, "grades", parameters))
        losses = as_rows(Loss, _query(connection, "losses", parameters))
        corrections = [row for row in _query(connection, "corrections", parameters) if row["state"] == "applied"]
        timely = timeliness(connection, standard, calendar, period, as_of)
    return Material(
        standard=standard,
        period=period,
        as_of=as_of,
        figures=as_rows(Figure, read_measured(folder, "figures")),
        previous=_previous(settings),
        assessments=as_rows(Assessment, without_small(standard, read_measured(folder, "assessments"))),
        cases=as_rows(Case, read_measured(folder, "cases")),
        cohort=as_rows(CohortCase, read_measured(folder, "cohort")),
        schools=schools,
        counted=as_rows(Counted, counted.to_pylist()),
        submissions=_with_queries(submissions, checked),
        findings=tuple(sorted((*findings, *as_rows(FindingRow, told)), key=lambda row: row.submission_no)),
        agreement=as_rows(Agreement, read_measured(folder, "agreement")),
        inputs=tuple(inputs),
        campuses={(row["submission_no"], row["campus_code"]): row["campus_name"] for row in campuses},
        losses=losses,
        corrections=as_rows(Correction, [row for row in corrections if row["month"] in period.months]),
        history=_history(settings, standard),
        grades=graded,
        visited=as_rows(Visited, read_measured(folder, "visited")) if standard.spot_checks.is_visit else (),
        risky=as_rows(Risky, read_measured(folder, "risk")),
        timeliness=timely,
        trust=_trust(settings.home),
        first_month=calendar.first_month,
    )
