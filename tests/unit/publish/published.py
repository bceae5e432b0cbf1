"""The parts of a release on which its figures rest, written from a measured county as report and publish write them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipelines.measure.measuring import Measured
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.standards import Standard
from pipelines.publish.manifest import Manifest
from pipelines.report.csv_files import COLUMNS, written
from pipelines.report.small_numbers import without_small

Row = dict[str, str]


def write_published(
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    measured: Measured,
    standard: Standard,
    period: str,
    as_of: datetime,
) -> Manifest:
    """figures, assessments and cases as measured, the rows that tell the county's units, and the contracts."""
    place = folder / "reports" / standard.id / period
    place.mkdir(parents=True)
    write_rows(place / "figures.csv", measured.figures.to_pylist())
    write_rows(place / "assessments.csv", without_small(standard, measured.assessments.to_pylist()))
    write_rows(place / "cases.csv", measured.cases.to_pylist())
    (folder / "rows").mkdir()
    for table in ("core_submissions", "core_sheets", "core_register", "core_tasks"):
        rows = connection.sql(f"SELECT * FROM {table}").to_arrow_table()
        pq.write_table(rows, folder / "rows" / f"{table}.parquet")
    shutil.copytree(METADATA_ROOT, folder / METADATA_ROOT.name)
    return Manifest(
        standard=standard.id,
        period=period,
        as_of=as_of,
        number=1,
        reason="",
        published_at=as_of,
        key="",
        history=(),
        compared_period=None,
        compared_as_of=None,
        versions={},
        originals=(),
        files={},
    )


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """A CSV file of a report, by its name."""
    columns = COLUMNS[path.stem]
    if path.exists():
        path.chmod(0o644)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([written(row[name]) for name in columns] for row in rows)


def change_rows(path: Path, change: Callable[[list[Row]], None]) -> None:
    """Rewrite a CSV file of a report after its rows were changed in place."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    change(rows)
    write_rows(path, rows)
