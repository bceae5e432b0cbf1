"""Corrections as the bureau sent them, in the order of receipt: which speak, which a later row replaced or withdrew."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.extract.headings import names_contract
from pipelines.findings import column_index
from pipelines.metadata.text import fold, normal
from pipelines.metadata.values import value_rules
from pipelines.store.sql import named_rows, sql_text

_SQL = Path(__file__).parent / "sql"
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Correction:
    """One row of the sheet. Texts are as the bureau wrote them, '' where nothing stands; `month` and `school_code` are
    None where they are missing or cannot be read.

    `expected` and `new` may be of a restricted field and are never kept as they are; with a pruned workbook they go.
    """

    number: int
    submission_no: int
    row_no: int
    received_at: datetime
    month: str | None
    school_code: str | None
    sheet: str
    cell: str
    row_name: str
    field_label: str
    expected: str
    new: str
    reason: str
    decided_by: str
    decided_date: date | None
    objection: str
    outcome: str
    is_withdrawn: bool
    is_pruned: bool
    key: tuple[str, ...]

    @property
    def place(self) -> str:
        """The place as the bureau names it."""
        return " ".join(part for part in (self.sheet, self.cell, self.row_name, self.field_label) if part)

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without which it says nothing."""
        needed = ("month", "school_code", "sheet_name", "new_value", "reason", "decided_by", "decided_date")
        given = (self.month, self.school_code, self.sheet, self.new, self.reason, self.decided_by, self.decided_date)
        lacking = [name for name, value in zip(needed, given, strict=True) if not value]
        if not (self.cell or (self.row_name and self.field_label)):
            lacking.append("cell_address")
        return tuple(lacking)


def is_blank_mark(text: str) -> bool:
    """Whether the text says that a cell is blank."""
    return fold(text) in value_rules()["corrected_blank"]


def address_of(text: str) -> tuple[int, int] | None:
    """(row from 1, column from 0) of an address such as C5, whatever its width and case; None for anything else."""
    match = _ADDRESS.fullmatch(unicodedata.normalize("NFKC", text).replace("$", "").replace(" ", "").upper())
    if match is None:
        return None
    return int(match[2]), column_index(match[1])


def read_corrections(
    connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], as_of: datetime | None
) -> list[Correction]:
    """Every row received by `as_of` (all where it is None), in the order of receipt.

    Needs gathered_corrections and core_submissions; the texts are those that extract left in `folders`.
    """
    paths = [str(path.resolve()) for folder in folders if (path := folder / "record_corrections.parquet").exists()]
    rows = named_rows(connection.execute(sql_text(_SQL, "heard_corrections"), {"paths": paths, "as_of": as_of}))
    return [_correction(number, row) for number, row in enumerate(rows, 1)]


def _correction(number: int, row: dict[str, Any]) -> Correction:
    sheet, cell, row_name, field_label = (
        (row[name] or "").strip() for name in ("sheet_name", "cell_address", "row_name", "field_label")
    )
    pointed = names_contract(sheet) if sheet else None
    place = address_of(cell)
    key = (
        row["month"] or fold(row["month_text"] or ""),
        row["school_code"] or fold(row["school_text"] or ""),
        pointed.name if pointed else normal(sheet),
        f"{place[0]},{place[1]}" if place else normal(cell),
        # Of two ways to name a place the address is enough.
        "" if place else normal(row_name),
        "" if place else normal(field_label),
    )
    return Correction(
        number=number,
        submission_no=row["submission_no"],
        row_no=row["row_no"],
        received_at=row["received_at"],
        month=row["month"],
        school_code=row["school_code"],
        sheet=sheet,
        cell=cell,
        row_name=row_name,
        field_label=field_label,
        expected=(row["expected_text"] or "").strip(),
        new=(row["new_text"] or "").strip(),
        reason=row["reason"] or "",
        decided_by=row["decided_by"] or "",
        decided_date=row["decided_date"],
        objection=row["objection"] or "",
        outcome=row["objection_outcome"] or "",
        is_withdrawn=bool(row["is_withdrawn"]),
        is_pruned=row["is_pruned"],
        key=key,
    )


def standing_of(corrections: Sequence[Correction]) -> tuple[list[Correction], dict[int, str]]:
    """(those that speak, what became of the others by number: replaced, withdrawn, withdrawal, nothing_withdrawn).

    The last row of a place speaks; one that withdraws silences the rows before it and says nothing itself.
    """
    speaking: dict[tuple[str, ...], Correction] = {}
    others: dict[int, str] = {}
    for one in corrections:
        before = speaking.pop(one.key, None)
        if before is not None:
            others[before.number] = "withdrawn" if one.is_withdrawn else "replaced"
        if one.is_withdrawn:
            others[one.number] = "withdrawal" if before is not None else "nothing_withdrawn"
        else:
            speaking[one.key] = one
    return sorted(speaking.values(), key=lambda one: one.number), others
