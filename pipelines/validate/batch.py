"""One extracted batch, judged: typed core rows, submissions with their identity, worded findings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.extract.batch import Extracted, record_schema
from pipelines.metadata.contracts import Contract, contracts, template_hash
from pipelines.metadata.periods import parse_period
from pipelines.store.sql import sql_text
from pipelines.validate.expectations import RowRules
from pipelines.validate.judging import judge_table, kept_sql
from pipelines.validate.typing import read_cells, typing_connection
from pipelines.validate.wording import WORDED, worded

_SQL = Path(__file__).parent / "sql"
_MIDDLE_SCHEMA = pa.schema([("sent_period", pa.string()), ("middle", pa.date32())])
FINDING_SCHEMA = pa.schema(
    [
        ("submission_no", pa.int64()),
        ("place", pa.int32()),
        *WORDED,
    ]
)


@dataclass
class Validated:
    """A judged batch.

    `submissions`: one row a file, with school_code, school_name, period, reject_code. `sheets`: one row a
    contract sheet found. `findings`: one row a finding, worded; `place` numbers a file's in reading order.
    `records[name]`: the core rows of files not refused, in order of submission_no and row_no.
    """

    submissions: pa.Table
    sheets: pa.Table
    findings: pa.Table
    records: dict[str, pa.Table]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Every table under its file name."""
        records = {f"record_{name}": table for name, table in self.records.items()}
        return {"submissions": self.submissions, "sheets": self.sheets, "findings": self.findings, **records}


class Validator:
    """Judges batches one after the other; holds the readers and the rules, which are slow to set up."""

    def __init__(self) -> None:
        self._connection = typing_connection()
        self._rules = RowRules()

    def validate(self, extracted: Extracted) -> Validated:
        """The same result for the same batch, whatever was judged before it."""
        connection = self._connection
        _take_submissions(connection, extracted)
        for statement in ("found", "marks_dates", "marks_filled", "marks_lost"):
            connection.execute(sql_text(_SQL, statement))
        records = {}
        for contract in contracts():
            texts = extracted.records.get(contract.name)
            if texts is None:
                texts = record_schema(contract).empty_table()
            records[contract.name] = self._judge(contract, texts)
        submissions = _identify(connection, records["profile"])
        refused = submissions.filter(pc.is_valid(submissions["reject_code"]))["submission_no"]
        kept = {name: _without(table, refused) for name, table in records.items()}
        return Validated(submissions, _sheets(connection, kept), _findings(connection, extracted), kept)

    def _judge(self, contract: Contract, texts: pa.Table) -> pa.Table:
        connection = self._connection
        typed = read_cells(connection, contract, texts)
        judge_table(connection, contract, typed, self._rules)
        connection.execute(
            "INSERT INTO lost_rows SELECT $table, submission_no FROM typed SEMI JOIN lost USING (position)",
            {"table": contract.name},
        )
        if contract.event_date:
            connection.execute(f"INSERT INTO event_dates SELECT submission_no, {contract.event_date} FROM typed")
        connection.execute(f"INSERT INTO filled SELECT DISTINCT submission_no FROM typed WHERE {_answers(contract)}")
        kept: pa.Table = connection.sql(kept_sql(contract)).to_arrow_table()
        return kept


def _answers(contract: Contract) -> str:
    """Condition under which a row holds something that a school filled in, not what the template brought."""
    names = {field.name for field in contract.fields}
    asked = [name for name in ("answer", "done_count", "student_count") if name in names]
    return f"{asked[0]} IS NOT NULL" if asked else "true"


def _without(table: pa.Table, refused: pa.Array) -> pa.Table:
    if not len(refused):
        return table
    return table.filter(pc.invert(pc.is_in(table["submission_no"], value_set=refused.combine_chunks())))


def _take_submissions(connection: duckdb.DuckDBPyConnection, extracted: Extracted) -> None:
    """Table `submission`: as extracted, with the middle of the month sent for and the cover's entries read."""
    months = sorted(set(extracted.submissions["sent_period"].to_pylist()))
    middles = pa.table(
        {"sent_period": months, "middle": [parse_period(month).start.replace(day=15) for month in months]},
        schema=_MIDDLE_SCHEMA,
    )
    connection.register("extracted_submission", extracted.submissions)
    connection.register("middles", middles)
    connection.register("extracted_sheet", extracted.sheets)
    connection.execute(sql_text(_SQL, "submission"))


def _identify(connection: duckdb.DuckDBPyConnection, profile: pa.Table) -> pa.Table:
    required = [contract for contract in contracts("school") if contract.required_sheet]
    connection.register("profile", profile)
    connection.register(
        "required_sheet",
        pa.table(
            {
                "table_name": [contract.name for contract in required],
                "title": [contract.title for contract in required],
                "allows_nil": [contract.allows_nil for contract in required],
            }
        ),
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE identity AS {sql_text(_SQL, 'identity')}")
    connection.execute(sql_text(_SQL, "whole_file"), {"version": template_hash()[:12]})
    connection.execute(sql_text(_SQL, "absent_sheets"))
    table: pa.Table = connection.sql(
        "SELECT * EXCLUDE (cover_code, codes) FROM identity ORDER BY submission_no"
    ).to_arrow_table()
    return table


def _sheets(connection: duckdb.DuckDBPyConnection, kept: Mapping[str, pa.Table]) -> pa.Table:
    counts = [
        pa.table(
            {
                "submission_no": counted["submission_no"],
                "table_name": pa.array([name] * counted.num_rows, pa.string()),
                "row_count": counted["count_all"],
            }
        )
        for name, table in kept.items()
        for counted in [table.group_by("submission_no").aggregate([([], "count_all")])]
    ]
    connection.register("kept_count", pa.concat_tables(counts))
    table: pa.Table = connection.sql(sql_text(_SQL, "sheets")).to_arrow_table()
    return table


def _findings(connection: duckdb.DuckDBPyConnection, extracted: Extracted) -> pa.Table:
    """Every finding worded, in order of file, sheet and cell. A refused file keeps only what refused it."""
    connection.register("extracted_finding", extracted.findings)
    rows = connection.sql(sql_text(_SQL, "findings")).to_arrow_table().to_pylist()
    layouts: dict[tuple[int, int], dict[str, int]] = {}
    places: dict[tuple[int, str], int] = {}
    for sheet in _needed(extracted.sheets, rows):
        layouts[sheet["submission_no"], sheet["sheet_no"]] = _columns(sheet["columns"])
        places.setdefault((sheet["submission_no"], sheet["sheet"]), sheet["sheet_no"])
    placed = []
    for row in rows:
        number, column = row["submission_no"], row["column_no"]
        if column is None and row["sheet_no"] is not None:
            column = layouts[number, row["sheet_no"]].get(row["field"] or "")
        sheet_no = row["sheet_no"] if row["sheet_no"] is not None else places.get((number, row["sheet"]), -1)
        cell = (row["row_no"] or 0, -1 if column is None else column)
        placed.append(((number, sheet_no, *cell), worded(row, column)))
    found = [finding for _, finding in sorted(placed, key=itemgetter(0))]
    severity = {"fatal", "error"}
    refused = {row["submission_no"] for row in found if row["severity"] == "fatal"}
    kept = [row for row in found if row["submission_no"] not in refused or row["severity"] in severity]
    places_taken: Counter[int] = Counter()
    for row in kept:
        row["place"] = places_taken[row["submission_no"]]
        places_taken[row["submission_no"]] += 1
    return pa.Table.from_pylist(kept, schema=FINDING_SCHEMA)


@lru_cache(maxsize=4096)
def _columns(layout: str) -> dict[str, int]:
    """Field to column of a sheet's layout; the same few layouts come back with every file."""
    columns: dict[str, int] = json.loads(layout)
    return columns


def _needed(sheets: pa.Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = pa.array(sorted({row["submission_no"] for row in rows}), pa.int64())
    needed: list[dict[str, Any]] = sheets.filter(pc.is_in(sheets["submission_no"], value_set=numbers)).to_pylist()
    return needed
