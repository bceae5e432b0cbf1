"""The county of `county` on disk: a home as load and measure leave it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from pipelines.load.database import CORRECTED_CELLS
from pipelines.metadata.contracts import contract
from pipelines.report.material import Material
from pipelines.settings import Settings
from pipelines.store.batches import open_batch, seal_batch
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.tables import write_table
from tests.spec.world import seal
from tests.unit.report import county

_SUBMISSIONS = """
CREATE TABLE core_submissions (
    submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR, sent_period VARCHAR,
    file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP, version INTEGER, status VARCHAR, reject_code VARCHAR,
    error_count INTEGER, query_count INTEGER, repair_count INTEGER, template_stamp VARCHAR,
    received_on DATE, duplicate_of BIGINT
)
"""
_FINDINGS = """
CREATE TABLE core_findings (
    finding_no BIGINT, submission_no BIGINT, severity VARCHAR, code VARCHAR, table_name VARCHAR, sheet VARCHAR,
    row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR, answer VARCHAR
)
"""
_CAMPUSES = """
CREATE TABLE core_campuses (
    submission_no BIGINT, row_no INTEGER, campus_code VARCHAR, campus_name VARCHAR, invalid_fields VARCHAR[]
)
"""
_HAZARDS = """
CREATE TABLE core_hazards (
    submission_no BIGINT, row_no INTEGER, hazard_no VARCHAR, found_date DATE, level VARCHAR, is_listed BOOLEAN
)
"""
_SHEETS = """
CREATE TABLE core_sheets (
    submission_no BIGINT, table_name VARCHAR, lost_row_count INTEGER, unknown_cell_count INTEGER,
    sheet_name VARCHAR, row_count INTEGER
)
"""
LAYOUTS = {"profile": {"boarder_count": 9}, "checklist": {"answer": 2, "answer_date": 3}, "hazards": {}, "guards": {}}
"""Tables that every counted file holds, and the columns of some of their fields, from 0."""
STATEMENTS = {"fact_school": ["SELECT 1"], "closed_campus": ["SELECT answer < 2 FROM fact_school", "SELECT 3"]}
"""What measure says that it ran."""
ITEM_ROWS = {"closed_campus": 7, "alarm_video_linked": 11}
"""Rows of the checklist in which items stand, from 1."""
_FIGURE_TYPES = {"as_of": pyarrow.timestamp("us")} | dict.fromkeys(
    ("numerator", "denominator", "value", "lower", "upper", "reported_value"), pyarrow.float64()
)
_COUNTS = dict.fromkeys(county.STATUSES, pyarrow.int64())
_SCHOOLS = {"is_expected": pyarrow.bool_(), "submission_no": pyarrow.int64()}
_COHORT = {"is_observed": pyarrow.bool_(), "duration": pyarrow.int64()}
_VISITS = dict.fromkeys(
    ("compared_count", "agreed_count", "visit_count", "disagreed_count", "incident_count"), pyarrow.int64()
) | dict.fromkeys(("overdue_major_count", "overdue_count"), pyarrow.int64())
_DATES = dict.fromkeys(("start", "end", "observed_until", "deadline", "window_start", "window_end"), pyarrow.date32())
_NUMBERS = dict.fromkeys(("actual", "required", "done", "due"), pyarrow.float64())


def _write_parquet(path: Path, rows: Sequence[Any]) -> None:
    types = _FIGURE_TYPES | _COUNTS | _DATES | _NUMBERS | _SCHOOLS | _COHORT | _VISITS
    names = [field.name for field in fields(rows[0])]
    schema = pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in names])
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([vars(row) for row in rows], schema=schema), path)


def _insert(connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", [list(row) for row in rows])


def _insert_losses(connection: Any, content: Material) -> None:
    """Rows kept out of one sheet, unreadable cells of another."""
    connection.execute(_SHEETS)
    numbers = {row.school_code: row.submission_no for row in content.submissions}
    for loss in content.losses:
        number = numbers[loss.school_code]
        rows = [(number, "guards", loss.row_count, 0), (number, "drills", 0, loss.cell_count)]
        _insert(connection, "core_sheets", [(*row, contract(row[1]).title, 2) for row in rows])


def boarders(number: int) -> int | None:
    """Boarders in the profile of that submission; every third says nothing."""
    return (None, 0, 40)[number % 3]


def _insert_places(connection: Any, home: Home, content: Material) -> None:
    """Where the facts of every counted file stand: rows of the profile and the checklist, and their layouts."""
    for name in ("profile", "checklist", "counts"):
        columns = ", ".join(f'"{column}" {kind}' for column, kind in contract(name).core_columns)
        connection.execute(f"CREATE TABLE core_{name} ({columns})")
    connection.execute(CORRECTED_CELLS)
    numbers = [row.submission_no for row in content.counted if row.school_code]
    for number in numbers:
        sheets = [(number, name, 0, 0, contract(name).title, 1) for name in LAYOUTS]
        _insert(connection, "core_sheets", sheets)
        profile = "INSERT INTO core_profile (submission_no, row_no, boarder_count) VALUES (?, 2, ?)"
        connection.execute(profile, [number, boarders(number)])
        for item, row_no in ITEM_ROWS.items():
            item_row = "INSERT INTO core_checklist (submission_no, row_no, item_id, answer) VALUES (?, ?, ?, 'yes')"
            connection.execute(item_row, [number, row_no, item])
    batch = open_batch(home.stage_dir("extract"), "planted")
    layouts = [
        {"submission_no": number, "table_name": name, "columns": json.dumps(layout)}
        for number in numbers
        for name, layout in LAYOUTS.items()
    ]
    write_table(batch / "sheets.parquet", pyarrow.Table.from_pylist(layouts))
    seal_batch(batch, numbers, "planted")


def _insert_register(connection: Any, content: Material) -> None:
    """The schools as the bureau's workbook lists them; one that is not expected has ended."""
    columns = ", ".join(f'"{column}" {kind}' for column, kind in contract("register").core_columns)
    connection.execute(f"CREATE TABLE core_register ({columns})")
    entry = (
        "INSERT INTO core_register (submission_no, row_no, school_code, school_name, school_type, township,"
        " valid_to_date, invalid_fields) VALUES (1000, ?, ?, ?, ?, ?, ?, [])"
    )
    for row_no, school in enumerate(content.schools.values(), 2):
        ended = None if school.is_expected else date(2026, 8, 31)
        values = (school.school_code, school.school_name, school.school_type, school.township, ended)
        connection.execute(entry, [row_no, *values])


def _insert_hazards(connection: Any, content: Material) -> None:
    connection.execute(_HAZARDS)
    _insert(connection, "core_hazards", county.hazards(content.cases, content.counted))


def write_home(root: Path, content: Material) -> Settings:
    """A home that holds the county as measure and load leave it: parquet tables and the database."""
    home = Home(root)
    folder = home.stage_dir("measure") / county.STANDARD / county.PERIOD.label
    for name in ("figures", "assessments", "cases", "cohort", "counted"):
        _write_parquet(folder / f"{name}.parquet", getattr(content, name))
    _write_parquet(folder / "schools.parquet", tuple(content.schools.values()))
    _write_parquet(folder / "agreement.parquet", content.agreement)
    _write_parquet(folder / "risk.parquet", content.risky)
    (folder / "proof.json").write_text(json.dumps(STATEMENTS), encoding="utf-8")
    checked = county.checked_rows(content.submissions)
    asked = Counter(row["submission_no"] for row in checked)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(checked), folder / "crosschecks.parquet")
    _write_parquet(folder.with_name("2026-09") / "figures.parquet", tuple(content.previous.values()))
    with connect(home.database) as connection:
        connection.execute(_SUBMISSIONS)
        connection.execute(_FINDINGS)
        connection.execute(_CAMPUSES)
        bureau = (1000, "bureau", None, None, "2026-10", "2026-10", "名册.xlsx", "f" * 64, datetime(2026, 10, 1, 8), 1)
        rows: list[tuple[Any, ...]] = [(*bureau, "accepted", None, 0, 0, 0, None, None, None)]
        for row in content.submissions:
            when = ("2026-10", "2026-10", row.file_name, row.sha256, row.received_at, row.version, row.status)
            counts = (row.error_count, (row.query_count or 0) - asked[row.submission_no], row.repair_count)
            rows.append((row.submission_no, "school", row.school_code, "", *when, None, *counts, None, None, None))
        _insert(connection, "core_submissions", rows)
        named: list[tuple[Any, ...]] = [
            (number, 1, code, name, []) for (number, code), name in content.campuses.items()
        ]
        _insert(connection, "core_campuses", named)
        _insert_losses(connection, content)
        _insert_places(connection, home, content)
        _insert_hazards(connection, content)
        _insert_register(connection, content)
        own = county.findings(content.submissions)
        found = [
            (index, row.submission_no, row.severity, row.code, "hazards", row.sheet, 9, row.cell, row.field, row.value)
            for index, row in enumerate(own)
        ]
        said = [(row.message, "", row.answer or None) for row in own]
        _insert(connection, "core_findings", [(*row, *words) for row, words in zip(found, said, strict=True)])
    seal(home)
    return Settings(home, county.STANDARD, county.PERIOD, county.AS_OF)
