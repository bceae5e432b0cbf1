"""The tables that measure leaves behind, made again from what a release publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from pipelines.errors import IntegrityError
from pipelines.measure.engines.unit_rows import UNIT_KINDS
from pipelines.measure.fact_tables import fact_sql
from pipelines.measure.measuring import run_parameters
from pipelines.measure.running import Run, engine_text
from pipelines.measure.standard_tables import write_indicator_kinds, write_standard_tables
from pipelines.measure.windows import Moment, write_calendar_tables
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, parse_standard
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.manifest import Manifest
from pipelines.publish.told_cases import read_told, write_told
from pipelines.publish.wording import say
from pipelines.report.csv_files import COLUMNS
from pipelines.store.database import connect
from pipelines.store.register import register_sql
from pipelines.store.sql import sql_text
from pipelines.store.tables import read_table

_SQL = Path(__file__).parent / "sql"
_CORE = ("core_submissions", "core_sheets", "core_register", "core_tasks")
_FACTS = ("renamed", "bureau_submission", "register", "bureau", "township", "body", "task")
_FORMULA = r"^'([=+\-@\t\r\n])"
_CASES = """CREATE OR REPLACE TEMP TABLE duration_addressed AS
SELECT school_code, coalesce(school_type, 'unknown') AS calendar_stage, true AS is_addressed
FROM fact_school"""


@dataclass(frozen=True)
class Published:
    """The tables of a release in a connection of their own; `unseen` are indicators that cases.csv does not tell."""

    run: Run
    standard: Standard
    day: date
    unseen: frozenset[str]


def read_published(release: Path, manifest: Manifest) -> Published:
    """What aggregate() needs, from the release alone: its standard and calendar, register, assessments and cases.

    IntegrityError naming the file that cannot be read; MetadataError for a standard that this program does not know.
    """
    root = release / METADATA_ROOT.name
    standard = _standard(root / "standards" / f"{manifest.standard}.yaml")
    moment = Moment(parse_period(manifest.period), manifest.as_of)
    run = Run(connect(), run_parameters(standard, moment.period, moment.as_of))
    for name in _CORE:
        run.connection.register(name, read_rows(release / ROWS / f"{name}.parquet"))
    for name in ("assessments", "cases"):
        table = read_csv(release / "reports" / manifest.standard / manifest.period / f"{name}.csv", name)
        run.connection.register(f"published_{name}", _without_marks(table))
    write_calendar_tables(run.connection, calendar_for(standard, release), moment)
    write_standard_tables(run.connection, standard)
    write_indicator_kinds(run.connection, standard)
    run.connection.execute(engine_text("tables.sql"))
    _write_units(run, standard)
    unseen = _write_cases(run, standard, moment.cut_off)
    for name in ("published_verdicts", "published_judged", "published_counts"):
        run.execute(name, sql_text(_SQL, name))
    run.execute("rolled", engine_text("rolled.sql"))
    return Published(run, standard, moment.cut_off, unseen)


def _standard(path: Path) -> Standard:
    try:
        return parse_standard(path)
    except (OSError, ValueError) as error:
        raise IntegrityError(say("figures.unreadable", path=path.name, reason=error)) from error


def read_csv(path: Path, name: str) -> pa.Table:
    """A CSV file of a report, every column as text, NULL where nothing stands; IntegrityError where it is no such."""
    columns = COLUMNS[name]
    try:
        table = pa_csv.read_csv(
            path,
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (OSError, pa.ArrowException) as error:
        raise IntegrityError(say("figures.unreadable", path=path.name, reason=error)) from error
    if tuple(table.column_names) != columns:
        raise IntegrityError(say("figures.columns", path=path.name, columns=say("join").join(columns)))
    return table


def read_rows(path: Path) -> pa.Table:
    """A table of the accepted rows; IntegrityError where it cannot be read."""
    try:
        return read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise IntegrityError(say("figures.unreadable", path=path.name, reason=error)) from error


def _without_marks(table: pa.Table) -> pa.Table:
    """The texts as they were before the apostrophe that keeps a spreadsheet program from computing them."""
    columns = [pc.replace_substring_regex(column, _FORMULA, r"\1") for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _write_units(run: Run, standard: Standard) -> None:
    """unit_group and what it rests on, from the register, the bureau's tasks and the standard's bodies."""
    run.execute("known_school", f"CREATE OR REPLACE TEMP TABLE known_school AS\n{register_sql()}")
    for name in _FACTS:
        run.execute(f"fact_{name}", f"CREATE OR REPLACE TEMP TABLE fact_{name} AS\n{fact_sql(name)}")
    run.execute("fact_school", "CREATE OR REPLACE TEMP TABLE fact_school AS FROM fact_register")
    run.execute("unit_group", engine_text("groups.sql"))
    _write_pairs(run, "judged_level", ("indicator", "unit_level"), list(_judged_levels(standard)))


def _judged_levels(standard: Standard) -> Iterator[tuple[str, str]]:
    """Indicators that judge each unit of a level, with that level; tasks are as many as the bureau lists."""
    for provision in standard.provisions:
        level = UNIT_KINDS[provision.over].level if provision.kind != "duration" else "school"
        rates = [f"{provision.id}.{name}" for name, _, _ in provision.rates]
        if provision.kind == "duration":
            rates.append(f"{provision.id}.on_time_rate")
        elif provision.kind != "count":
            rates.append(provision.id)
        if level != "task" and not provision.all_of:
            yield from ((rate, level) for rate in rates)


def _write_cases(run: Run, standard: Standard, day: date) -> frozenset[str]:
    """out_case of every duration in force, and told_case; the indicators that the published cases leave untold."""
    run.execute("cases", _CASES)
    rates: list[tuple[str, str, str]] = []
    unseen: set[str] = set()
    for provision in standard.provisions:
        if provision.kind == "duration" and provision.is_in_force(day):
            told = read_told(provision)
            write_told(run, told)
            rates += [(indicator, provision.id, rate) for indicator, rate in told.rates.items()]
            unseen |= told.unseen
    _write_pairs(run, "told_rate", ("indicator", "provision", "rate"), rates)
    run.execute("told_cases", sql_text(_SQL, "told_cases"))
    return frozenset(unseen)


def _write_pairs(run: Run, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    arrays = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(columns))]
    run.connection.register(name, pa.table(arrays, names=list(columns)))
