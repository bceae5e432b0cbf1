"""The five CSV files of a report in their fixed form, which others build on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.report.material import Material, Submission
from pipelines.report.summary import silence
from pipelines.store.files import write_text_atomically

COLUMNS: dict[str, tuple[str, ...]] = {
    "figures": (
        *("standard", "period", "as_of", "indicator", "clause", "unit_level", "unit_code", "unit_name", "numerator"),
        *("denominator", "value", "lower", "upper", "reported_value", "met", "unmet", "pending", "exempt"),
        *("unreported", "measure_unit", "status"),
    ),
    "assessments": (
        *("standard", "period", "indicator", "unit_level", "unit_code", "campus", "stage", "status", "reason"),
        *("actual", "required", "done", "due", "window_start", "window_end"),
    ),
    "cases": (
        *("standard", "period", "indicator", "school_code", "case_no", "start", "end", "observed_until", "deadline"),
        "status",
    ),
    "submissions": (
        *("school_code", "file", "sha256", "received_at", "version", "status", "errors", "queries", "repairs"),
    ),
    "findings": ("code", "severity", "school_code", "file", "sheet", "cell", "field", "value", "message"),
}

_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """The text as a spreadsheet program will show it: one that would start a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_LEADS) else text


def written(value: Any) -> str:
    """One value as CSV text: ISO times to the second, numbers in full, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], line_end: str = "\r\n") -> str:
    """The rows by column name under their headings; what a row does not have is empty, no value starts a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=line_end)
    writer.writerow(columns)
    writer.writerows([written(row.get(column)) for column in columns] for row in rows)
    return stream.getvalue().encode("utf-8", "backslashreplace").decode()


def submission_rows(material: Material) -> Iterator[dict[str, Any]]:
    """Rows of submissions.csv: every school file received, then one row for each expected school that sent nothing."""
    for row in material.submissions:
        yield _received(row)
    for school in silence(material).no_file:
        yield {"school_code": school.school_code, "status": "missing"}


def _received(row: Submission) -> dict[str, Any]:
    return {
        "school_code": row.school_code,
        "file": row.file_name,
        "sha256": row.sha256,
        "received_at": row.received_at,
        "version": row.version,
        "status": row.status,
        "errors": row.error_count,
        "queries": row.query_count,
        "repairs": row.repair_count,
    }


def table_rows(material: Material, name: str) -> Iterable[dict[str, Any]]:
    """Rows of one of the five files by column name, in the file's order."""
    if name == "submissions":
        return submission_rows(material)
    return (vars(row) for row in getattr(material, name))


def write_csv_files(material: Material, folder: Path) -> None:
    """figures, assessments, cases, submissions and findings as CSV, UTF-8 with BOM for Excel."""
    for name, columns in COLUMNS.items():
        write_text_atomically(folder / f"{name}.csv", "\ufeff" + csv_text(columns, table_rows(material, name)))
