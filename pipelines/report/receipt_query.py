"""Receipts read from the database and the cross-checks: submissions of the period that have something to mend."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet

from pipelines.load.database import open_database
from pipelines.metadata.standards import load_standard
from pipelines.report.losses import REASONS
from pipelines.report.measured import measured_dir, read_cross_checks
from pipelines.report.receipt_content import TO_MEND, Receipt, SheetCount
from pipelines.report.receipt_wording import wording
from pipelines.report.remarks import remarks_of
from pipelines.settings import Settings
from pipelines.store.sql import named_rows, sql_text

_SQL = Path(__file__).parent


def read_receipts(settings: Settings) -> list[Receipt]:
    """One receipt a submission of the period's months, received by `as_of`, with a fatal, error or query finding.

    By submission number; a query that was explained is one. What cross-checks found stands behind the file's own.
    """
    months = {"months": list(settings.period.months)}
    checked = read_cross_checks(settings)
    asked = sorted({row["submission_no"] for row in checked if row["severity"] in TO_MEND})
    with open_database(settings.home, settings.as_of) as connection:
        submissions = _rows(connection, "receipt_submissions", months | {"as_of": settings.as_of, "asked": asked})
        remarks = remarks_of(connection, {row["sequence"] for row in submissions}, checked)
        sheets = _rows(connection, "receipt_sheets", months)
        needless = _needless(connection)
    undecided = _undecided(settings, remarks.keys())
    counts: dict[int, list[SheetCount]] = {}
    for sheet in sheets:
        counts.setdefault(sheet.pop("submission_no"), []).append(SheetCount(**sheet))
    return [
        Receipt(
            **values,
            sheets=tuple(counts.get(values["sequence"], ())),
            remarks=tuple(remarks.get(values["sequence"], ())),
            undecided=undecided.get(values["sequence"], ()),
            needless=frozenset(needless.get(values["sequence"], ())),
        )
        for values in submissions
    ]


def _needless(connection: duckdb.DuckDBPyConnection) -> dict[int, set[str]]:
    """Tables of what a school has not by the profile in its file, by submission."""
    found: dict[int, set[str]] = {}
    for table, field in wording().needless.items():
        rows = connection.execute(f"SELECT submission_no FROM core_profile WHERE NOT {field}").fetchall()
        for (number,) in rows:
            found.setdefault(number, set()).add(table)
    return found


def _undecided(settings: Settings, submissions: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Names of the provisions unreported for a school since something of it could not be read, by the submission that
    counts for it: one that was replaced is told nothing.
    """
    folder = measured_dir(settings, settings.period)
    schools = pyarrow.parquet.read_table(folder / "schools.parquet", columns=["school_code", "submission_no"])
    counted = {row["school_code"]: row["submission_no"] for row in schools.to_pylist()}
    unreported = pyarrow.parquet.read_table(
        folder / "assessments.parquet",
        columns=["unit_code", "indicator"],
        filters=[("status", "=", "unreported"), ("reason", "in", REASONS)],
    )
    names = {provision.id: provision.name_zh for provision in load_standard(settings.standard).provisions}
    found: dict[int, dict[str, None]] = {}
    for row in unreported.to_pylist():
        number = counted.get(row["unit_code"])
        name = names.get(row["indicator"])
        if number is not None and number in submissions and name:
            found.setdefault(number, {})[name] = None
    return {number: tuple(told) for number, told in found.items()}


def _rows(connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    return named_rows(connection.execute(sql_text(_SQL, name), parameters))
