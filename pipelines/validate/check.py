"""Judge files on the spot, without a ledger: what a school or a clerk runs before sending."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.extract.batch import Original
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted
from pipelines.findings import Finding
from pipelines.validate.batch import Validator


@dataclass(frozen=True)
class CheckedFile:
    """One judged file; status is accepted, accepted_with_findings or rejected, as a run would say.

    Whether the register knows the school is not looked at. `origin` is school or bureau.
    """

    path: Path
    status: str
    origin: str
    school_code: str | None
    school_name: str | None
    period: str
    findings: tuple[Finding, ...]


def check_files(paths: Sequence[Path], period: str) -> list[CheckedFile]:
    """Judge every file as if sent for `period`; in the order given. UsageError where a path is no file."""
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path} is not a file")
    originals = tuple(Original(number, path, path.name, period) for number, path in enumerate(paths, 1))
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        extract_isolated([Batch(originals, Path(folder))])
        judged = Validator().validate(load_extracted(Path(folder)))
    found: dict[int, list[Finding]] = {}
    for row in judged.findings.to_pylist():
        finding = Finding(
            row["code"], row["severity"], row["sheet"], row["cell"], row["value"], row["message"], row["hint"]
        )
        found.setdefault(row["submission_no"], []).append(finding)
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
            )
        )
    return checked
