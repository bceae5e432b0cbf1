"""One extracted batch, judged: typed core rows, submissions with their identity, worded findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.extract.batch import Extracted, record_schema
from pipelines.findings import catalogue
from pipelines.metadata.contracts import Contract, contracts, template_hash
from pipelines.metadata.periods import parse_period
from pipelines.store.sql import sql_text
from pipelines.validate.columns import encoded, encoded_table
from pipelines.validate.expectations import RowRules
from pipelines.validate.judging import judge_table, kept_sql
from pipelines.validate.typing import read_cells, typing_connection
from pipelines.validate.wording import WORDED, cell_of, words_of

_SQL = Path(__file__).parent / "sql"
_FINDINGS_AT_ONCE = 8192
_KEPT_AT_ONCE = 1 << 15
_TOLD = ("code", "table_name", "field", "value", "sheet", "detail", "row_label")
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
        kept = {name: _without(records.pop(name), refused) for name in list(records)}
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
        return _kept(connection, contract, typed.num_rows)


def _kept(connection: duckdb.DuckDBPyConnection, contract: Contract, row_count: int) -> pa.Table:
    """The core rows, a part at a time, their texts encoded: memory is that of one part."""
    starts = range(0, max(row_count, 1), _KEPT_AT_ONCE)
    parts = (
        connection.sql(kept_sql(contract), params={"first": first, "last": first + _KEPT_AT_ONCE - 1}).to_arrow_table()
        for first in starts
    )
    return pa.concat_tables(map(encoded_table, parts))


def _answers(contract: Contract) -> str:
    """Condition under which a row holds something that a school filled in, not what the template brought."""
    names = {field.name for field in contract.fields}
    asked = [name for name in ("answer", "done_count", "student_count") if name in names]
    return f"{asked[0]} IS NOT NULL" if asked else "true"


def _without(table: pa.Table, refused: pa.Array) -> pa.Table:
    is_refused = pc.is_in(table["submission_no"], value_set=refused.combine_chunks())
    return table.filter(pc.invert(is_refused)) if pc.any(is_refused).as_py() else table


def _take_submissions(connection: duckdb.DuckDBPyConnection, extracted: Extracted) -> None:
    """Table `submission`: as extracted, with the middle of the month sent for and the cover's entries read."""
    months = sorted(set(extracted.submissions["sent_period"].to_pylist()))
    middles = pa.table(
        {"sent_period": months, "middle": [parse_period(month).start.replace(day=15) for month in months]},
        schema=_MIDDLE_SCHEMA,
    )
    connection.register("extracted_submission", extracted.submissions)
    connection.register("middles", middles)
    layouts = encoded(extracted.sheets["columns"])
    numbers = pa.array(range(len(layouts.dictionary)), layouts.indices.type)
    connection.register("layout", pa.table({"layout_no": numbers, "columns": layouts.dictionary}))
    numbered = extracted.sheets.drop_columns(["columns"]).append_column("layout_no", layouts.indices)
    connection.register("extracted_sheet", numbered)
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
    table = connection.sql(sql_text(_SQL, "sheets")).to_arrow_table()
    layouts = connection.sql("SELECT columns FROM layout ORDER BY layout_no").to_arrow_table()["columns"]
    numbers = table["layout_no"].combine_chunks()
    columns = pa.DictionaryArray.from_arrays(numbers, layouts.combine_chunks())
    return encoded_table(table.drop_columns(["layout_no"]).append_column("columns", columns))


def _findings(connection: duckdb.DuckDBPyConnection, extracted: Extracted) -> pa.Table:
    """Every finding worded, in order of file, sheet and cell. A refused file keeps only what refused it."""
    connection.register("extracted_finding", extracted.findings)
    kinds = catalogue().values()
    severities = {"code": [kind.code for kind in kinds], "severity": [kind.severity for kind in kinds]}
    connection.register("kind", pa.table(severities))
    reader = connection.sql(sql_text(_SQL, "findings")).to_arrow_reader(_FINDINGS_AT_ONCE)
    parts = [_worded(part) for part in reader]
    return pa.concat_tables([encoded_table(FINDING_SCHEMA.empty_table()), *parts])


def _worded(found: pa.RecordBatch) -> pa.Table:
    columns = [found[name].to_pylist() for name in _TOLD]
    words = [words_of(*told) for told in zip(*columns, strict=True)]
    cells = map(cell_of, found["row_no"].to_pylist(), found["column_no"].to_pylist())
    made = {
        "severity": [said.severity for said in words],
        "cell": list(cells),
        "value": [said.value for said in words],
        "message": [said.message for said in words],
        "hint": [said.hint for said in words],
    }
    arrays = [pa.array(made[name], pa.string()) if name in made else found[name] for name in FINDING_SCHEMA.names]
    return encoded_table(pa.Table.from_arrays(arrays, schema=FINDING_SCHEMA))
