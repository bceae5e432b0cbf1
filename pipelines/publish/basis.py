"""What the figures of one period stand on: each unit's share, the files that count, the register and the rules.

Made of a release alone, offline, or by measuring a home at a moment, in memory: neither writes anything.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import yaml

from pipelines.errors import MetadataError, PipelineError, UsageError
from pipelines.load.database import CORRECTED_CELLS, open_as_of
from pipelines.measure.measuring import measure
from pipelines.measure.windows import Moment
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import Calendar, calendar_for, load_calendar
from pipelines.metadata.contracts import Contract, contracts
from pipelines.metadata.periods import Period, parse_period
from pipelines.metadata.standards import Standard, load_standard, read_standard
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.accepted_rows import open_columns
from pipelines.publish.difference import Figures, compare, figures_path, read_figures
from pipelines.publish.environment import versions
from pipelines.publish.shares import Case, Row, Shares, Unit, shares_of
from pipelines.publish.wording import say
from pipelines.report.csv_files import COLUMNS, neutral, written
from pipelines.report.small_numbers import without_small
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.register import register_rows_sql
from pipelines.store.sql import sql_text

_SQL = Path(__file__).parent / "sql"
_SUBMISSIONS = """CREATE TABLE core_submissions (submission_no BIGINT, origin VARCHAR, school_code VARCHAR,
school_name VARCHAR, period VARCHAR, sent_period VARCHAR, file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP,
version INTEGER, status VARCHAR, duplicate_of BIGINT)"""
_SHEETS = """CREATE TABLE core_sheets (submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR,
row_count INTEGER, lost_row_count INTEGER, is_nil BOOLEAN)"""
_CORRECTED = """SELECT target_no, table_name, sheet, cell, old_text, new_text, reason, file, sha256
FROM core_corrected_cells WHERE state = 'applied' ORDER BY target_no, table_name, cell"""
_CASED = ("duration", "task")
"""Kinds of which assessments.csv does not tell all: their cases and tasks are measured again, from the rows."""


@dataclass(frozen=True)
class CorrectedCell:
    """A cell that the bureau corrected, with the bureau's file; texts are masked where they are restricted."""

    table: str
    sheet: str
    cell: str
    old: str
    new: str
    reason: str
    file: str
    sha256: str


@dataclass(frozen=True)
class CountedFile:
    """One file that counts. `sheets` has a checksum of what was read from each sheet, so that two can be compared.

    `corrections` are those by which it counts.
    """

    sha256: str
    file_name: str
    version: int | None
    received_at: datetime | None
    sheets: Mapping[str, int] = field(hash=False)
    corrections: tuple[CorrectedCell, ...] = ()


@dataclass(frozen=True)
class Basis:
    """One side of a comparison. Names and codes are as in the CSV files: none starts a formula.

    `groups` holds the units of which the figures of a level and code are made. `files` are those that count, by sender
    ('' is the bureau) and month; `received` the sha256 of all that had come. `register` holds the entries of each code.
    `program` is the hash of the code that made the figures, `contracts` the folder of the rules that it read,
    `calendar` the one that it measured by.
    """

    standard: Standard
    period: Period
    as_of: datetime
    figures: Figures
    shares: Shares
    groups: Mapping[Unit, frozenset[Unit]]
    files: Mapping[tuple[str, str], CountedFile]
    received: frozenset[str]
    register: Mapping[str, tuple[tuple[str, ...], ...]]
    names: Mapping[str, str]
    point_months: Mapping[str, str]
    contracts: Path
    calendar: Calendar
    program: str

    @property
    def cut_off(self) -> date:
        """The last day that counts."""
        return Moment(self.period, self.as_of).cut_off

    def name(self, unit: Unit) -> str:
        """What the unit is called: a school by the register, others by their code."""
        return self.names.get(unit[1], "") if unit[0] == "school" else unit[1]


REGISTER_COLUMNS = (
    *("school_type", "ownership", "urban_rural", "township", "valid_from_date", "valid_to_date"),
    *("change_reason", "successor_code"),
)
"""What of an entry of the register decides about figures, in the order in which `Basis.register` holds it."""


def measured_basis(home: Home, standards: Iterable[Standard], period: Period, as_of: datetime) -> tuple[Basis, ...]:
    """The home as of that moment, measured by each standard in turn; nothing is written.

    UsageError where a file that had come by then has not been read yet, PipelineError without a register.
    """
    with open_as_of(home, as_of) as connection:
        return tuple(
            basis_of(connection, standard, period, as_of, calendar_for(standard, home.root)) for standard in standards
        )


def basis_of(
    connection: duckdb.DuckDBPyConnection,
    standard: Standard,
    period: Period,
    as_of: datetime,
    calendar: Calendar | None = None,
) -> Basis:
    """The loaded rows of that connection, measured; by the standard's calendar unless another is given."""
    calendar = calendar or load_calendar(standard.calendar)
    measured = measure(connection, standard, period, as_of, calendar)
    figures = {}
    for row in _written("figures", measured.figures.to_pylist()):
        figures[tuple(row[name] for name in ("standard", "period", "indicator", "unit_level", "unit_code"))] = row
    rows = _written("assessments", without_small(standard, measured.assessments.to_pylist()))
    made_by = (METADATA_ROOT, calendar, versions()["code_sha256"])
    return _basis(connection, standard, Moment(period, as_of), figures, rows, made_by)


def _written(name: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows of a measured table as its CSV file has them."""
    return [{column: written(row[column]) for column in COLUMNS[name]} for row in rows]


def folder_basis(folder: Path) -> Basis:
    """What the figures of a release stand on, or of a report in the home that made it.

    A report holds its figures alone: its home is measured as of its moment, and must give the same. UsageError saying
    why there is none.
    """
    return release_basis(folder) if (folder / ROWS).is_dir() else _report_basis(folder)


def _report_basis(folder: Path) -> Basis:
    path = figures_path(folder).resolve()
    try:
        made = json.loads((path.parent / "manifest.json").read_bytes())["parameters"]
        period, as_of = parse_period(made["period"]), datetime.fromisoformat(made["as_of"])
        home = Home(path.parents[3])
        is_at_home = path.parent == home.reports / made["standard"] / made["period"] and home.ledger.is_file()
    except (OSError, KeyError, ValueError, TypeError, IndexError) as error:
        raise UsageError(say("causes.no_basis")) from error
    if not is_at_home:
        raise UsageError(say("causes.no_basis"))
    (basis,) = measured_basis(home, [load_standard(made["standard"])], period, as_of)
    if len(compare(basis.figures, read_figures(path))):
        raise UsageError(say("causes.report_moved", folder=folder))
    return basis


def release_basis(release: Path) -> Basis:
    """What a release holds of what its figures stand on.

    Shares are as assessments.csv has them; cases and tasks are measured again from rows/. UsageError where something
    is missing, or is of a program whose files this one cannot read.
    """
    try:
        return _release_basis(release)
    except (OSError, KeyError, ValueError, TypeError, duckdb.Error, yaml.YAMLError, MetadataError) as error:
        raise UsageError(say("causes.no_basis")) from error


def _release_basis(release: Path) -> Basis:
    params = yaml.safe_load((release / "params.yaml").read_text(encoding="utf-8"))
    period, as_of = parse_period(str(params["period"])), datetime.fromisoformat(str(params["as_of"]))
    root = release / METADATA_ROOT.name
    standard = read_standard(root / "standards" / f"{params['standard']}.yaml")
    path = figures_path(release)
    text = (path.parent / "assessments.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    cased = replace(standard, provisions=tuple(one for one in standard.provisions if one.kind in _CASED))
    with connect() as connection:
        _load(connection, release / ROWS)
        calendar = calendar_for(standard, release)
        measure(connection, cased, period, as_of, calendar)
        moment = Moment(period, as_of)
        made_by = (root, calendar, _program(release))
        return _basis(connection, standard, moment, read_figures(path), rows, made_by)


def _program(release: Path) -> str:
    """Hash of the code that made the release; a release being made, which has no manifest yet, is made by this one."""
    manifest = release / "manifest.json"
    if not manifest.is_file():
        return versions()["code_sha256"]
    return str(json.loads(manifest.read_bytes())["versions"]["code_sha256"])


def _load(connection: duckdb.DuckDBPyConnection, rows: Path) -> None:
    """The core tables as far as a release holds them; what it leaves out is not known."""
    for statement in (_SUBMISSIONS, _SHEETS, CORRECTED_CELLS):
        connection.execute(statement)
    for contract in contracts():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in contract.core_columns)
        connection.execute(f"CREATE TABLE {contract.table} ({columns})")
    own = ("core_submissions", "core_sheets", "core_corrected_cells")
    for name in (*own, *(contract.table for contract in contracts())):
        path = rows / f"{name}.parquet"
        known = {row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()}
        if path.is_file():
            table = pq.read_table(path, memory_map=False)
            connection.register("incoming", table.select([one for one in table.column_names if one in known]))
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
            connection.unregister("incoming")


def _basis(
    connection: duckdb.DuckDBPyConnection,
    standard: Standard,
    moment: Moment,
    figures: Figures,
    rows: Iterable[Row],
    made_by: tuple[Path, Calendar, str],
) -> Basis:
    """What the temp tables of a measured connection add to figures and assessments."""
    if not connection.execute("SELECT count(*) FROM known_school WHERE is_expected").fetchall()[0][0]:
        raise PipelineError(say("causes.no_register", period=moment.period.label))
    tasks = {neutral(no): state for no, state in _rows(connection, "SELECT task_no, task_status FROM fact_task")}
    groups: dict[Unit, set[Unit]] = {}
    for source_level, source_code, level, code in _rows(connection, "FROM unit_group"):
        groups.setdefault((level, neutral(code)), set()).add((source_level, neutral(source_code)))
    register: dict[str, list[tuple[str, ...]]] = {}
    picked = {"as_of": moment.as_of, "month": f"{moment.cut_off:%Y-%m}"}
    for code, _, *entry in _rows(connection, register_rows_sql(), picked):
        register.setdefault(neutral(code), []).append(tuple(written(value) for value in entry))
    sent = "SELECT coalesce(sha256, submission_no::VARCHAR) FROM core_submissions WHERE received_at <= $as_of"
    months = "SELECT school_code, point_month FROM fact_point UNION ALL SELECT '', point_month FROM fact_bureau"
    return Basis(
        standard=standard,
        period=moment.period,
        as_of=moment.as_of,
        figures=figures,
        shares=shares_of(standard, rows, _cases(connection), tasks),
        groups={group: frozenset(units) for group, units in groups.items()},
        files=_files(connection),
        received=frozenset(row[0] for row in _rows(connection, sent, {"as_of": moment.as_of})),
        register={code: tuple(entries) for code, entries in register.items()},
        names={
            neutral(code): neutral(name or "")
            for code, name in _rows(connection, "SELECT school_code, school_name FROM known_school")
        },
        point_months={neutral(code): month for code, month in _rows(connection, months)},
        contracts=made_by[0],
        calendar=made_by[1],
        program=made_by[2],
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    return connection.execute(statement, dict(parameters or {})).fetchall()


def _cases(connection: duckdb.DuckDBPyConnection) -> list[Case]:
    found = []
    for provision, code, no, *times, status, in_cohort, duration, observed, flags in _rows(
        connection, sql_text(_SQL, "measured_cases")
    ):
        start, end, until, deadline = (time or "" for time in times)
        shown = (provision, neutral(code), neutral(no or ""), (start, end, until, deadline), status or "")
        found.append(Case(*shown, bool(in_cohort), duration, bool(observed), tuple(sorted(flags))))
    return found


def _files(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], CountedFile]:
    counted = _rows(connection, sql_text(_SQL, "counted_files"))
    sheets: dict[int, dict[str, int]] = {row[2]: {} for row in counted}
    for contract in contracts():
        for number, checksum in _rows(connection, _checksum_sql(contract)):
            if number in sheets:
                sheets[number][contract.name] = checksum
    corrected: dict[int, list[CorrectedCell]] = {}
    for number, *told in _rows(connection, _CORRECTED):
        corrected.setdefault(number, []).append(CorrectedCell(*told))
    return {
        (neutral(sender), month): CountedFile(
            sha256, name, version, received_at, sheets[number], tuple(corrected.get(number, ()))
        )
        for sender, month, number, sha256, name, version, received_at in counted
    }


def _checksum_sql(contract: Contract) -> str:
    """Checksum of what was read from a sheet and may be published, by file; the order of its rows does not matter."""
    columns = ", ".join(f'"{name}"' for name in open_columns(contract) if name not in ("submission_no", "row_no"))
    return f"""SELECT submission_no, hash(sum(part))::UBIGINT FROM (
        SELECT submission_no, hash(ROW({columns}))::HUGEINT AS part FROM {contract.table}
        UNION ALL
        SELECT submission_no, hash(ROW(row_count, lost_row_count, is_nil))::HUGEINT FROM core_sheets
        WHERE table_name = '{contract.name}'
    ) GROUP BY submission_no"""
