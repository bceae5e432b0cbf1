"""Where a correction points: the sheet, row and field of the school's file, and what the school wrote there."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.extract.batch import FINDING_SCHEMA, SHEET_SCHEMA, SUBMISSION_SCHEMA, Extracted, record_schema
from pipelines.extract.column_texts import UNREADABLE
from pipelines.extract.headings import names_contract
from pipelines.findings import address
from pipelines.load.correction_rows import Correction, address_of, is_blank_mark
from pipelines.metadata.contracts import Contract, Field, contract, contracts
from pipelines.metadata.items import item_names
from pipelines.metadata.text import fold, normal
from pipelines.metadata.values import value_rules
from pipelines.store.batches import read_members

Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """One cell of a school's file. `text` is what intake took from it, None where it is blank; `unit` is one that the
    heading added to the number that the school wrote; `item` names the row where the sheet asks items.
    """

    submission_no: int
    table: Contract
    field: Field
    sheet_no: int
    sheet: str
    row_no: int
    column_no: int
    text: str | None
    unit: str = ""
    item: str = ""

    @property
    def cell(self) -> str:
        """Address such as C5."""
        return address(self.row_no - 1, self.column_no)

    @property
    def key(self) -> tuple[int, str, int, int]:
        """What tells two cells apart."""
        return self.submission_no, self.table.name, self.sheet_no, self.row_no * 1024 + self.column_no

    def rewritten(self, new: str | None) -> str | None:
        """The new text as the sheet would have it: a bare number in the heading's unit."""
        return new + self.unit if new and self.unit and new[-1].isdigit() else new


class Files:
    """What extract left of a few schools' files."""

    def __init__(self, folders: Sequence[Path], numbers: Collection[int]) -> None:
        self.extracted = _read(folders, numbers)
        self.numbers = frozenset(self.extracted.submissions["submission_no"].to_pylist())
        self._sheets: dict[int, list[Row]] = {}
        for sheet in self.extracted.sheets.to_pylist():
            self._sheets.setdefault(sheet["submission_no"], []).append(sheet)
        self._rows: dict[tuple[str, int, int], list[Row]] = {}
        for name, table in self.extracted.records.items():
            for row in table.to_pylist():
                self._rows.setdefault((name, row["submission_no"], row["sheet_no"]), []).append(row)

    def place(self, correction: Correction, submission_no: int) -> Place | None:
        """The one cell that the correction names in that file; None where there is none, or more than one fits."""
        for sheet in self._named(correction.sheet, submission_no):
            table = contract(sheet["table_name"])
            columns: dict[str, int] = json.loads(sheet["columns"])
            rows = self._rows.get((table.name, submission_no, sheet["sheet_no"]), [])
            spot = address_of(correction.cell)
            fields = _fields(table, columns, correction, spot)
            found = _matching(table, rows, correction, spot)
            if correction.cell and spot is None:
                return None
            if len(fields) == 1 and len(found) == 1:
                return _place(table, fields[0], sheet, columns, found[0])
        return None

    def _named(self, name: str, submission_no: int) -> list[Row]:
        """Sheets that the name means: as the file has it, else the one that the contract knows by it."""
        sheets = [one for one in self._sheets.get(submission_no, ()) if one["columns"] != "{}"]
        exact = [one for one in sheets if normal(one["sheet"] or "") == normal(name)]
        pointed = names_contract(name)
        return exact or [one for one in sheets if pointed and one["table_name"] == pointed.name]

    def wrote(self, place: Place) -> str | None:
        """What stands in the cell as the school sees it: what could not be read, as the finding quotes it."""
        if place.text != UNREADABLE:
            return place.text
        for one in self.extracted.findings.to_pylist():
            if (one["submission_no"], one["row_no"], one["field"]) == (
                place.submission_no,
                place.row_no,
                place.field.name,
            ) and one["table_name"] == place.table.name:
                return one["value"] or None
        return None


def _fields(
    table: Contract, columns: dict[str, int], correction: Correction, spot: tuple[int, int] | None
) -> list[Field]:
    """Fields of the sheet that fit the address and the heading, as far as either is given."""
    wanted = normal(correction.field_label)
    return [
        one
        for one in table.fields
        if one.name in columns
        and (spot is None or columns[one.name] == spot[1])
        and (not wanted or wanted in (normal(words) for words in one.headings))
    ]


def _matching(table: Contract, rows: Sequence[Row], correction: Correction, spot: tuple[int, int] | None) -> list[Row]:
    """Rows that fit the address and the item or row number, as far as either is given."""
    found = [row for row in rows if spot is None or row["row_no"] == spot[0]]
    label = normal(correction.row_name)
    if not label:
        return found if spot else []
    if table.item_kind:
        known = item_names(table.item_kind)
        wanted = {label, known.get(label, label)}
        named = [row for row in found if any(text in wanted or known.get(text) in wanted for text in _item_texts(row))]
        if named:
            return named
    return [row for row in found if str(row["row_no"]) == label]


def _item_texts(row: Row) -> list[str]:
    return [normal(row[name]) for name in ("item_name", "item_code") if row.get(name)]


def _place(table: Contract, field: Field, sheet: Row, columns: dict[str, int], row: Row) -> Place:
    text = (row[field.name] or "").strip() or None
    return Place(
        submission_no=row["submission_no"],
        table=table,
        field=field,
        sheet_no=row["sheet_no"],
        sheet=sheet["sheet"] or "",
        row_no=row["row_no"],
        column_no=columns[field.name],
        text=text,
        item=(row.get("item_name") or row.get("item_code") or "") if table.item_kind else "",
    )


def unit_beside(expected: str, text: str | None) -> str | None:
    """'' where the school wrote what is expected, the unit where its heading adds one to it; None where neither is so.

    Compared are the texts as intake took them, whatever their width, case and blanks; a ditto mark stands for what it
    repeats.
    """
    if not text:
        return "" if not expected or is_blank_mark(expected) else None
    if fold(text) == fold(expected):
        return ""
    units: list[str] = value_rules()["heading_units"]
    return next((unit for unit in units if expected[-1:].isdigit() and fold(text) == fold(expected + unit)), None)


def _read(folders: Sequence[Path], numbers: Collection[int]) -> Extracted:
    """Everything of these files, by number; folders that hold none are not opened."""
    wanted = set(numbers)
    held = [folder for folder in folders if wanted.intersection(read_members(folder))]

    def table(name: str, schema: pa.Schema) -> pa.Table:
        paths = [path for folder in held if (path := folder / f"{name}.parquet").exists()]
        parts = [pq.read_table(path, filters=[("submission_no", "in", wanted)]) for path in paths]
        return pa.concat_tables([schema.empty_table(), *(part.select(schema.names) for part in parts)])

    records = {one.name: table(f"record_{one.name}", record_schema(one)) for one in contracts()}
    return Extracted(
        table("submissions", SUBMISSION_SCHEMA),
        table("sheets", SHEET_SCHEMA),
        table("findings", FINDING_SCHEMA),
        {name: rows for name, rows in records.items() if rows.num_rows},
    )
