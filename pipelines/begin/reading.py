"""A bureau's own list of schools, in whatever spreadsheet it keeps it: what was understood of it, and what was not."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError
from pipelines.extract.batch import Original
from pipelines.extract.grids import Grid
from pipelines.extract.remarks import Rejected
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted, read_grids_isolated
from pipelines.metadata.calendar_checks import text
from pipelines.metadata.contracts import contract
from pipelines.register.entries import ENTRY_FIELDS, Entry
from pipelines.store.files import sha256_file
from pipelines.validate.batch import Validator

TABLE = "register"
_UNREAD = "W-COLUMN-UNKNOWN"
_OF_NO_CONCERN = ("MC-103",)
"""Told of the whole register, not row by row: a bureau's own list hardly ever says since when a school is in it."""
_TO_MEND = ("fatal", "error", "query")


@dataclass(frozen=True)
class ReadSheet:
    """One sheet taken for a register: its heading row from 1 on, (heading as written, our label) of what was read."""

    name: str
    header_row: int
    row_count: int
    columns: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class ReadRegister:
    """What was read of a file. `findings` are those that somebody has to look at, `lost_count` rows not taken."""

    path: Path
    sha256: str
    sheets: tuple[ReadSheet, ...]
    passed: tuple[str, ...]
    entries: tuple[Entry, ...]
    findings: tuple[Mapping[str, Any], ...]
    lost_count: int

    def count(self, field: str) -> Counter[str]:
        """How many schools have each value of the field; '' for none."""
        newest = {entry.school_code: entry for entry in self.entries}
        return Counter(str(getattr(entry, field) or "") for entry in newest.values())


def read_register(path: Path, month: str) -> ReadRegister:
    """The schools in a spreadsheet of any form that the intake takes; UsageError saying why there are none.

    Every sheet is held against the register's contract, whatever it is called; what has no code is no school.
    """
    if not path.is_file():
        raise UsageError(text("init.errors.no_file", file=path))
    original = Original(1, path, path.name, month, TABLE)
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        extract_isolated([Batch((original,), Path(folder))])
        extracted = load_extracted(Path(folder))
        judged = Validator().validate(extracted)
    findings = judged.findings.to_pylist()
    read = extracted.sheets.to_pylist()
    fatal = next((row for row in findings if row["severity"] == "fatal" and row["code"] != "E-NO-SHEETS"), None)
    if fatal is not None:
        raise UsageError(text("init.errors.refused", file=path.name, reason=fatal["message"], hint=fatal["hint"] or ""))
    entries = tuple(
        Entry(**{name: row[name] for name in ENTRY_FIELDS})
        for row in judged.records[TABLE].to_pylist()
        if row["school_code"]
    )
    if not entries:
        raise _nothing_read(path, read)
    grids = next(read_grids_isolated([original]))
    names = {row["sheet"] for row in read}
    return ReadRegister(
        path=path,
        sha256=sha256_file(path),
        sheets=tuple(_sheet(row, findings, grids) for row in read),
        passed=() if isinstance(grids, Rejected) else tuple(one.name for one in grids if one.name not in names),
        entries=entries,
        findings=tuple(
            row
            for row in findings
            if row["severity"] in _TO_MEND and row["code"] not in _OF_NO_CONCERN and row["sheet"] in names
        ),
        lost_count=sum(row["record_count"] for row in read) - len(entries),
    )


def _nothing_read(path: Path, sheets: Sequence[Mapping[str, Any]]) -> UsageError:
    """No heading of a register, one without a column of codes, or no code below it that can be read."""
    wanted = "、".join(contract(TABLE).field(name).label for name in ("school_code", "school_name", "school_type"))
    has_codes = any("school_code" in json.loads(row["columns"]) for row in sheets)
    key = "no_codes" if has_codes else "no_code_column" if sheets else "no_schools"
    return UsageError(text(f"init.errors.{key}", file=path.name, wanted=wanted))


def _sheet(row: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], grids: list[Grid] | Rejected) -> ReadSheet:
    found = {} if isinstance(grids, Rejected) else {grid.name: grid.rows for grid in grids}
    rows, header = found.get(row["sheet"], []), row["header_row"]
    columns = sorted(json.loads(row["columns"]).items(), key=lambda pair: pair[1])
    unread = (one["value"] for one in findings if one["code"] == _UNREAD and one["sheet"] == row["sheet"])
    return ReadSheet(
        name=row["sheet"],
        header_row=header,
        row_count=row["record_count"],
        columns=tuple((_heading(rows, header, at), contract(TABLE).field(name).label) for name, at in columns),
        unread=tuple(unread),
    )


def _heading(rows: Sequence[Sequence[str]], header_row: int, column: int) -> str:
    """What stands over the column: in the heading row, else in the one above it."""
    above = rows[max(header_row - 2, 0) : header_row]
    texts = (row[column].strip() for row in reversed(above) if column < len(row))
    return next((one.replace("\n", "") for one in texts if one), "")
