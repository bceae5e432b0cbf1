"""A batch of originals to tables of text, findings and sheet layouts. Pure: no clock, no database, no shared state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from pipelines.extract.column_texts import Cells, cells_of
from pipelines.extract.cover import Cover, is_cover, read_cover, title_month
from pipelines.extract.grids import Sheet, read_sheets
from pipelines.extract.headings import Layout, find_layout
from pipelines.extract.personal import refused_sheet
from pipelines.extract.remarks import Rejected
from pipelines.extract.rows import Records
from pipelines.extract.sheet_findings import remarked, sheet_findings, unread_findings
from pipelines.extract.sheet_marks import read_marked
from pipelines.metadata.contracts import Contract, contracts
from pipelines.metadata.contracts import contract as contract_of
from pipelines.metadata.persons import without_numbers
from pipelines.metadata.text import normal

_FINDING = {
    "submission_no": pa.int64(),
    "code": pa.string(),
    "table_name": pa.string(),
    "sheet": pa.string(),
    "row_no": pa.int32(),
    "column_no": pa.int32(),
    "field": pa.string(),
    "value": pa.string(),
    "detail": pa.string(),
}
_SHEET = {
    "submission_no": pa.int64(),
    "sheet_no": pa.int32(),
    "sheet": pa.string(),
    "table_name": pa.string(),
    "header_row": pa.int32(),
    "columns": pa.string(),
    "is_nil": pa.bool_(),
    "record_count": pa.int32(),
    "left_out_count": pa.int32(),
}
_SUBMISSION = {
    "submission_no": pa.int64(),
    "origin": pa.string(),
    "sent_period": pa.string(),
    "stamp": pa.string(),
    "cover_period": pa.string(),
    "cover_school_code": pa.string(),
    "title_period": pa.string(),
    "reject_code": pa.string(),
}
FINDING_SCHEMA = pa.schema(_FINDING)
SHEET_SCHEMA = pa.schema(_SHEET)
SUBMISSION_SCHEMA = pa.schema(_SUBMISSION)
PACKED_FILES = 200
_NAMED_SHEETS = 8
_OWN_STAMP = "school-safety;"
KEYS = (("submission_no", pa.int64()), ("sheet_no", pa.int32()), ("row_no", pa.int32()))


@dataclass(frozen=True)
class Original:
    """One file to read: its number in the ledger, where it lies, the name and month under which it came.

    `table_name`: the one table of the bureau's that every sheet of it is held against, whatever the sheet is called;
    '' for what came by the inbox, where a sheet tells by itself what it is.
    """

    submission_no: int
    path: Path
    file_name: str
    sent_period: str
    table_name: str = ""


@dataclass
class Extracted:
    """What a batch holds: one row a submission, a sheet, a record, a finding.

    Tables `records[name]` carry submission_no, sheet_no, row_no (as in the sheet, from 1) and a text column a field.
    """

    submissions: pa.Table
    sheets: pa.Table
    findings: pa.Table
    records: Mapping[str, pa.Table]


@cache
def record_schema(contract: Contract) -> pa.Schema:
    """Schema of a contract's text table."""
    return pa.schema([*KEYS, *((entry.name, pa.string()) for entry in contract.fields)])


@dataclass
class _Builder:
    submissions: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    packed: dict[str, list[pa.Table]] = field(default_factory=dict)

    def find(self, submission_no: int, code: str, **where: Any) -> None:
        self.findings.append({"submission_no": submission_no, "code": code, **where})

    def add_sheet(self, submission_no: int, sheet_no: int, sheet: Sheet, contract: Contract, **told: Any) -> None:
        whose = {"submission_no": submission_no, "sheet_no": sheet_no, "sheet": sheet.name, "table_name": contract.name}
        nothing = {"header_row": 0, "columns": "{}", "is_nil": False, "record_count": 0, "left_out_count": 0}
        self.sheets.append({**whose, **nothing, **told})

    def add_records(self, submission_no: int, sheet_no: int, contract: Contract, records: Records) -> None:
        count = len(records.row_numbers)
        if not count:
            return
        table = self.records.get(contract.name)
        if table is None:
            table = self.records[contract.name] = {name: [] for name in record_schema(contract).names}
        table["submission_no"] += [submission_no] * count
        table["sheet_no"] += [sheet_no] * count
        table["row_no"] += [number + 1 for number in records.row_numbers]
        blank = [None] * count
        for entry in contract.fields:
            table[entry.name] += records.texts.get(entry.name, blank)

    def pack(self) -> None:
        """Turn the records gathered so far into Arrow: a tenth of the memory that Python's texts take."""
        for contract in contracts():
            if columns := self.records.pop(contract.name, None):
                packed = pa.table(columns, schema=record_schema(contract))
                self.packed.setdefault(contract.name, []).append(packed)

    def build(self) -> Extracted:
        self.pack()
        for row in (*self.sheets, *self.findings):
            row["sheet"] = without_numbers(row.get("sheet") or "") or None
        return Extracted(
            pa.Table.from_pylist(self.submissions, schema=SUBMISSION_SCHEMA),
            pa.Table.from_pylist(self.sheets, schema=SHEET_SCHEMA),
            pa.Table.from_pylist(self.findings, schema=FINDING_SCHEMA),
            {name: pa.concat_tables(parts) for name, parts in self.packed.items()},
        )


def extract_batch(
    originals: Sequence[Original],
    killers: Mapping[int, Rejected] = MappingProxyType({}),
    starting: Callable[[Original], None] = lambda _: None,
) -> Extracted:
    """Read every original; one that cannot be read is rejected by a finding and disturbs no other.

    `killers` are the files known to stop the process, by number, with the refusal: rejected unopened. `starting` is
    called before each other file, so that a supervisor knows which one stopped it.
    """
    builder = _Builder()
    for turn, original in enumerate(originals, 1):
        if turn % PACKED_FILES == 0:
            builder.pack()
        if original.submission_no in killers:
            _reject(builder, original, killers[original.submission_no])
            continue
        starting(original)
        try:
            sheets = read_sheets(original.path, original.file_name)
        except Rejected as rejected:
            _reject(builder, original, rejected)
            continue
        _read_submission(builder, original, sheets)
    return builder.build()


def _reject(builder: _Builder, original: Original, rejected: Rejected) -> None:
    _enter(builder, original, "school", Cover(), None, rejected.code)
    builder.find(original.submission_no, rejected.code, sheet=rejected.sheet, detail=rejected.detail)


def _enter(
    builder: _Builder, original: Original, origin: str, cover: Cover, title_period: str | None, reject_code: str | None
) -> None:
    builder.submissions.append(
        {
            "submission_no": original.submission_no,
            "origin": origin,
            "sent_period": original.sent_period,
            "stamp": cover.stamp,
            "cover_period": cover.period,
            "cover_school_code": cover.school_code,
            "title_period": title_period,
            "reject_code": reject_code,
        }
    )


def _read_submission(builder: _Builder, original: Original, sheets: Sequence[Sheet]) -> None:
    number = original.submission_no
    wanted = contract_of(original.table_name) if original.table_name else None
    cover = Cover()
    months: Counter[str] = Counter()
    read: dict[str, Records] = {}
    found: list[Contract] = []
    speaks_alone = False
    covers = [is_cover(sheet) for sheet in sheets]
    tables = cells_of([[] if sheet.is_hidden or out else sheet.rows for sheet, out in zip(sheets, covers, strict=True)])
    for sheet_no, (sheet, cells) in enumerate(zip(sheets, tables, strict=True)):
        if sheet.remarks:
            for finding in remarked(remark for remark in sheet.remarks if not remark.sheet):
                builder.find(number, **finding)
        if sheet.is_hidden:
            builder.find(number, "W-HIDDEN-SHEET", sheet=sheet.name)
            continue
        if covers[sheet_no]:
            cover = read_cover(sheet)
            continue
        layout = find_layout(wanted.title if wanted else sheet.name, sheet.rows)
        if wanted and layout and layout.contract is not wanted:
            layout = None
        if refused := refused_sheet(sheet, layout):
            builder.find(number, "E-PERSONAL-DATA", sheet=sheet.name, detail=refused)
            continue
        if layout is None:
            for finding in unread_findings(sheet):
                builder.find(number, **finding)
            continue
        found.append(layout.contract)
        speaks_alone |= _speaks_alone(sheet, layout)
        if month := title_month(sheet.rows[: layout.header_row]):
            months[month] += 1
        _read_sheet(builder, number, sheet_no, sheet, cells, layout, {} if wanted else read)
    title_period = months.most_common(1)[0][0] if len(months) == 1 else None
    origin, reject_code = ("bureau", None) if wanted and found else _origin(found, cover, speaks_alone)
    _enter(builder, original, origin, cover, title_period, reject_code)
    if reject_code:
        named = [contract.title for contract in found] or [sheet.name for sheet in sheets[:_NAMED_SHEETS]]
        builder.find(number, reject_code, detail="、".join(named))


def _origin(found: Sequence[Contract], cover: Cover, speaks_alone: bool) -> tuple[str, str | None]:
    """(origin, code of refusal): a lone sheet of the bureau's could come from anybody and is not the bureau's word.

    A standing one may come alone with the stamp of this program, which wrote it for the bureau, or where it
    `speaks_alone`.
    """
    if not found:
        return "school", "E-NO-SHEETS"
    bureau = [contract.name for contract in found if contract.origin == "bureau"]
    if len(bureau) * 2 <= len(found):
        return "school", None
    is_own = all(contract.is_standing for contract in found) and (cover.stamp or "").startswith(_OWN_STAMP)
    return "bureau", None if len(set(bureau)) > 1 or is_own or speaks_alone else "E-BUREAU-PARTIAL"


def _speaks_alone(sheet: Sheet, layout: Layout) -> bool:
    """Whether name and columns leave no doubt that the bureau wrote the sheet: a school's own list has neither."""
    contract = layout.contract
    return (
        bool(contract.alone)
        and set(contract.alone) <= layout.columns.keys()
        and normal(sheet.name) == normal(contract.title)
    )


def _rows_of_its_own(records: Records, other: Records) -> int:
    """How many rows the other sheet of that kind does not have; fields that either leaves out are blank."""
    names = [*dict.fromkeys([*records.texts, *other.texts])]
    mine, theirs = (
        Counter(zip(*(one.texts.get(name, [None] * len(one.row_numbers)) for name in names), strict=True))
        for one in (records, other)
    )
    return (mine - theirs).total()


def _read_sheet(
    builder: _Builder, number: int, sheet_no: int, sheet: Sheet, cells: Cells, layout: Layout, read: dict[str, Records]
) -> None:
    """Enter the sheet. Of two of one kind a copy counts once; where they differ the first counts, and rows are lost."""
    contract = layout.contract
    records = read_marked(layout, sheet, cells)
    if (first := read.setdefault(contract.name, records)) is not records and records.row_numbers:
        if first.row_numbers:
            left_out_count = 0 if first.texts == records.texts else len(records.row_numbers)
            builder.add_sheet(number, sheet_no, sheet, contract, left_out_count=left_out_count)
            code = "E-SHEET-TWICE" if left_out_count else "R-SHEET-COPY"
            told = {"value": str(_rows_of_its_own(records, first))} if left_out_count else {}
            builder.find(number, code, table_name=contract.name, sheet=sheet.name, detail=contract.title, **told)
            return
        read[contract.name] = records
    builder.add_records(number, sheet_no, contract, records)
    builder.add_sheet(
        number,
        sheet_no,
        sheet,
        contract,
        header_row=layout.header_row + 1,
        columns=layout.columns_json,
        is_nil=records.is_nil,
        record_count=len(records.row_numbers),
    )
    for finding in sheet_findings(layout, sheet, records):
        builder.find(number, **finding)
