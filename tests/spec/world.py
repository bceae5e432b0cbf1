"""A small county in memory for spec tests: tables written as ASCII, the real engines, expected rows as ASCII.

The core tables are made from the contracts, so that a spec breaks when a contract loses a column.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.load.database import CORRECTED_CELLS, _contents, database_version
from pipelines.measure.measuring import Measured, measure
from pipelines.metadata.calendars import Calendar
from pipelines.metadata.contracts import contract, contracts
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard, read_standard
from pipelines.store.database import connect
from pipelines.store.files import write_text_atomically
from pipelines.store.home import Home

REGISTER = """
school_code | school_type | township
A           | primary     | East
B           | primary     | East
K           | kindergarten| West
"""
_SUBMISSIONS = """CREATE TABLE core_submissions (
    submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR,
    sent_period VARCHAR, file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP, version INTEGER, status VARCHAR,
    reject_code VARCHAR, error_count INTEGER, query_count INTEGER, repair_count INTEGER, template_stamp VARCHAR,
    received_on DATE, duplicate_of BIGINT)"""
_SHEETS = """CREATE TABLE core_sheets (
    submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER, lost_row_count INTEGER,
    is_nil BOOLEAN, columns VARCHAR, unknown_cell_count INTEGER DEFAULT 0)"""
_FINDINGS = """CREATE TABLE core_findings (
    finding_no BIGINT, submission_no BIGINT, severity VARCHAR, code VARCHAR, table_name VARCHAR, sheet VARCHAR,
    row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR, answer VARCHAR)"""


def ascii_rows(text: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn with bars; an empty cell is unknown."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [{name: cell or None for name, cell in zip(lines[0], line, strict=True)} for line in lines[1:] if any(line)]


@dataclass
class World:
    """The loaded database of an invented county."""

    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    submissions: int = 0

    def __post_init__(self) -> None:
        """Empty core tables."""
        self.connection.execute(_SUBMISSIONS)
        self.connection.execute(_SHEETS)
        self.connection.execute(_FINDINGS)
        self.connection.execute(CORRECTED_CELLS)
        for each in contracts():
            columns = ", ".join(f"{name} {kind}" for name, kind in each.core_columns)
            self.connection.execute(f"CREATE TABLE {each.table} ({columns})")

    def register(self, table: str = REGISTER, month: str = "2025-09", **sheets: str) -> World:
        """The bureau's workbook of a month, with its register and other sheets."""
        return self._send("bureau", None, month, {"register": table, **sheets}, "accepted", None, {})

    def bureau(self, month: str, *, lost: dict[str, int] | None = None, **sheets: str) -> World:
        """The bureau's workbook of a month."""
        return self._send("bureau", None, month, sheets, "accepted", None, lost or {})

    def report(
        self,
        school: str,
        month: str,
        *,
        status: str = "accepted",
        received_at: str | None = None,
        lost: dict[str, int] | None = None,
        **sheets: str,
    ) -> World:
        """A school's workbook: sheets as tables; 'nil' is a nil return, '' an empty sheet, none an absent one."""
        return self._send("school", school, month, sheets, status, received_at, lost or {})

    def state_day(self, number: int, day: str, stated_at: str) -> World:
        """The bureau states, at that moment, on which day the file of that number came."""
        self.submissions += 1
        self.connection.execute(
            "INSERT INTO core_submissions (submission_no, origin, received_at, status, received_on, duplicate_of)"
            " VALUES (?, 'school', ?, 'duplicate', ?, ?)",
            [self.submissions, stated_at, day, number],
        )
        return self

    def _send(
        self,
        origin: str,
        school: str | None,
        month: str,
        sheets: dict[str, str],
        status: str,
        received_at: str | None,
        lost: dict[str, int],
    ) -> World:
        self.submissions += 1
        received = received_at or parse_period(month).end.isoformat()
        self.connection.execute(
            "INSERT INTO core_submissions"
            " (submission_no, origin, school_code, period, sent_period, received_at, status)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [self.submissions, origin, school, month, month, received, status],
        )
        for name in sorted({*sheets, *lost}):
            text = sheets.get(name, "")
            rows = [] if text in ("nil", "") else ascii_rows(text)
            layout = json.dumps({column: place for place, column in enumerate(rows[0] if rows else ())})
            unknown = sum(len((row.get("invalid") or "").split()) for row in rows)
            self._fill(name, rows)
            self.connection.execute(
                "INSERT INTO core_sheets VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [self.submissions, name, name, len(rows), lost.get(name, 0), text == "nil", layout, unknown],
            )
        return self

    def _fill(self, name: str, rows: list[dict[str, str | None]]) -> None:
        kinds = dict(contract(name).core_columns)
        for number, row in enumerate(rows, start=1):
            invalid = row.pop("invalid", None)
            columns = ["submission_no", "row_no", "invalid_fields", *row]
            values = [self.submissions, number, invalid.split() if invalid else [], *row.values()]
            places = ", ".join(f"CAST(? AS {kinds[column]})" for column in columns)
            self.connection.execute(f"INSERT INTO core_{name} ({', '.join(columns)}) VALUES ({places})", values)

    def measure(
        self,
        standard: Standard | str,
        period: str = "2026-10",
        as_of: str | None = None,
        only: str = "",
        calendar: Calendar | None = None,
    ) -> Measured:
        """The standard (or its id) measured; as_of defaults to long after the period; `only` these provisions."""
        chosen = load_standard(standard) if isinstance(standard, str) else standard
        if only:
            chosen = replace(chosen, provisions=tuple(chosen.provision(name) for name in only.split()))
        moment = datetime.fromisoformat(as_of) if as_of else datetime(2030, 1, 1)
        return measure(self.connection, chosen, parse_period(period), moment, calendar)

    def save(self, home: Home) -> None:
        """The tables as they stand, as the loaded database of a home that has none yet."""
        home.data.mkdir(parents=True)
        self.connection.execute(f"ATTACH '{home.database}' AS disk")
        self.connection.execute("COPY FROM DATABASE memory TO disk")
        self.connection.execute("DETACH disk")
        seal(home)


_HEAD = """
id: made-up
name_zh: x
name_en: Made up
document: x
issuer: x
region: x
whole_name: everyone
calendar: yunnan
effective_from: 2020-01-01
excluded_school_types: [teaching_point]
headline: []
red_list: []
populations:
  all: 'true'
  boarding: is_boarding
  bureau: 'true'
  township: 'true'
  primary: teaches_primary
  junior: teaches_junior
provisions:
"""


def made_up_standard(folder: Path, provisions: str) -> Standard:
    """A standard of these provisions (YAML list items), read from a file as any other."""
    path = folder / "made-up.yaml"
    path.write_text(_HEAD + provisions, encoding="utf-8")
    return read_standard(path)


def seal(home: Home) -> None:
    """Declare the home's database, made by hand, to be what load wrote: opening it would build another otherwise."""
    with connect(home.database) as connection:
        tables = _contents(connection)
    told = {"version": database_version(), "tables": tables, "speaking": [], "heard": 0}
    write_text_atomically(home.stage_dir("load") / "tables.json", json.dumps(told))


def expect(table: pa.Table, indicator: str, expected: str, level: str | None = None) -> None:
    """Assert that the rows of an indicator are exactly these, in the columns drawn; blank is NULL."""
    found = [
        row
        for row in table.to_pylist()
        if row["indicator"] == indicator and (level is None or row["unit_level"] == level)
    ]
    expect_rows(found, expected)


def expect_rows(rows: list[dict[str, Any]], expected: str) -> None:
    """Assert that these are exactly the rows, in the columns drawn; blank is NULL."""
    wanted = ascii_rows(expected)
    columns = list(wanted[0]) if wanted else []
    assert [{column: _drawn(row[column]) for column in columns} for row in rows] == wanted


def _drawn(value: object) -> str | None:
    if value is None:
        return None
    return f"{value:.4g}" if isinstance(value, float) else str(value)
