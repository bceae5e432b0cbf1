"""Judge files on the spot, without a ledger: what a school or a clerk runs before sending."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.errors import UsageError
from pipelines.extract.batch import Original
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted
from pipelines.findings import Finding
from pipelines.metadata.contracts import EXPLANATIONS
from pipelines.store.database import connect
from pipelines.validate.answering import answer_queries
from pipelines.validate.batch import Validated, Validator
from pipelines.wording import text


@dataclass(frozen=True)
class CheckedFile:
    """One judged file; status is accepted, accepted_with_findings or rejected, as a run would say.

    Whether the register knows the school is not looked at. `origin` is school or bureau. `sheets`: one mapping a sheet
    of the contract with table_name, sheet, kept and lost (rows), is_nil.
    """

    path: Path
    status: str
    origin: str
    school_code: str | None
    school_name: str | None
    period: str
    findings: tuple[Finding, ...]
    sheets: tuple[dict[str, Any], ...] = ()


def check_files(paths: Sequence[Path], period: str) -> list[CheckedFile]:
    """Judge every file as if sent for `period`; in the order given. UsageError where a path is no file."""
    for path in paths:
        if not path.is_file():
            raise UsageError(text("errors.no_file", path=path))
    originals = tuple(Original(number, path, path.name, period) for number, path in enumerate(paths, 1))
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        extract_isolated([Batch(originals, Path(folder))])
        judged = Validator().validate(load_extracted(Path(folder)))
    found, sheets = _findings(judged), _sheets(judged)
    checked = []
    for row in judged.submissions.to_pylist():
        findings = tuple(found.get(row["submission_no"], ()))
        doubtful = any(finding.severity in ("error", "query") for finding in findings)
        status = "rejected" if row["reject_code"] else "accepted_with_findings" if doubtful else "accepted"
        checked.append(
            CheckedFile(
                path=paths[row["submission_no"] - 1],
                status=status,
                origin=row["origin"],
                school_code=row["school_code"],
                school_name=row["school_name"],
                period=row["period"],
                findings=findings,
                sheets=tuple(sheets.get(row["submission_no"], ())),
            )
        )
    return checked


def _sheets(judged: Validated) -> dict[int, list[dict[str, Any]]]:
    """What counts of each file's sheets, by number."""
    names = {"sheet_name": "sheet", "row_count": "kept", "lost_row_count": "lost"}
    kept = ("table_name", *names, "is_nil")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in judged.sheets.to_pylist():
        found.setdefault(row["submission_no"], []).append({names.get(name, name): row[name] for name in kept})
    return found


def _findings(judged: Validated) -> dict[int, list[Finding]]:
    """Findings of each file by number, answered where the file explains them; explanations not used come last."""
    numbered = judged.findings.append_column("asked_no", pa.array(range(judged.findings.num_rows), pa.int64()))
    with connect() as connection:
        for name, table in (
            ("found", numbered),
            ("explained", judged.records[EXPLANATIONS]),
            ("sheets", judged.sheets),
        ):
            connection.register(name, table)
        notices = answer_queries(connection, "FROM found", "FROM explained", "FROM sheets")
        told = connection.sql("FROM found LEFT JOIN answer USING (asked_no) ORDER BY asked_no").to_arrow_table()
    found: dict[int, list[Finding]] = {}
    for row in (*told.to_pylist(), *notices.to_pylist()):
        finding = Finding(**{field.name: row.get(field.name) for field in fields(Finding)})
        found.setdefault(row["submission_no"], []).append(finding)
    return found
