"""One extracted batch, judged: typed core rows, submissions with their identity, worded findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.extract.batch import Extracted, record_schema
from pipelines.metadata.contracts import Contract, contracts, template_hash
from pipelines.metadata.periods import parse_period
from pipelines.validate.expectations import RowRules
from pipelines.validate.judging import CREATE_FOUND, judge_table, kept_sql
from pipelines.validate.typing import read_cells, typing_connection
from pipelines.validate.wording import worded

_SQL = Path(__file__).parent / "sql"
FINDING_SCHEMA = pa.schema(
    [
        ("submission_no", pa.int64()),
        ("severity", pa.string()),
        ("code", pa.string()),
        ("table_name", pa.string()),
        ("sheet", pa.string()),
        ("row_no", pa.int32()),
        ("cell", pa.string()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("message", pa.string()),
        ("hint", pa.string()),
    ]
)


@dataclass
class Validated:
    """A judged batch.

    `submissions`: one row a file, with school_code, school_name, period, reject_code. `sheets`: one row a
    contract sheet found. `findings`: one row a finding, worded. `records[name]`: the core rows of files not
    refused, in order of submission_no and row_no.
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
        connection.execute(CREATE_FOUND)
        connection.execute("CREATE OR REPLACE TEMP TABLE event_dates (submission_no BIGINT, day DATE)")
        connection.execute("CREATE OR REPLACE TEMP TABLE filled (submission_no BIGINT)")
        connection.execute("CREATE OR REPLACE TEMP TABLE lost_rows (table_name VARCHAR, submission_no BIGINT, sheet_no INTEGER)")
        records = {}
        for contract in contracts():
            texts = extracted.records.get(contract.name)
            if texts is None:
                texts = record_schema(contract).empty_table()
            records[contract.name] = self._judge(contract, texts)
        submissions = _identify(connection, records["profile"])
        refused = submissions.filter(pc.is_valid(submissions["reject_code"]))["submission_no"]
        kept = {name: _without(table, refused) for name, table in records.items()}
        return Validated(submissions, _sheets(connection, kept, refused), _findings(connection, extracted), kept)

    def _judge(self, contract: Contract, texts: pa.Table) -> pa.Table:
        connection = self._connection
        typed = read_cells(connection, contract, texts)
        judge_table(connection, contract, typed, self._rules)
        connection.execute(
            "INSERT INTO lost_rows SELECT $table, submission_no, sheet_no FROM typed WHERE position IN (SELECT position FROM lost)",
            {"table": contract.name},
        )
        if contract.event_date:
            connection.execute(f"INSERT INTO event_dates SELECT submission_no, {contract.event_date} FROM typed WHERE {contract.event_date} IS NOT NULL")
        answers = _answers(contract)
        connection.execute(f"INSERT INTO filled SELECT DISTINCT submission_no FROM typed WHERE {answers}")
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
    middles = pa.table({"sent_period": months, "middle": [parse_period(month).start.replace(day=15) for month in months]})
    connection.register("extracted_submission", extracted.submissions)
    connection.register("middles", middles)
    connection.register("extracted_sheet", extracted.sheets)
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE submission AS
        SELECT s.*, m.middle,
            CASE WHEN cover_period IS NOT NULL THEN (read_month(trim(cover_period), m.middle)).v END AS cover_month,
            CASE WHEN regexp_full_match(folded(cover_school_code), '[1-9][0-9]{9}') THEN folded(cover_school_code) END AS cover_code
        FROM extracted_submission AS s JOIN middles AS m USING (sent_period)"""
    )


def _identify(connection: duckdb.DuckDBPyConnection, profile: pa.Table) -> pa.Table:
    connection.register("profile", profile)
    identity = (_SQL / "identity.sql").read_text(encoding="utf-8")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE identity AS {identity}")
    for statement in (_SQL / "whole_file.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            connection.execute(statement, {"version": template_hash()[:12]} if "$version" in statement else {})
    for contract in contracts("school"):
        if contract.required_sheet:
            connection.execute(
                "INSERT INTO found SELECT submission_no, 'E-SHEET-MISSING', NULL, NULL, NULL, NULL, NULL, $title, NULL FROM identity"
                " WHERE origin = 'school' AND reject_code IS NULL AND submission_no NOT IN"
                " (SELECT submission_no FROM extracted_sheet WHERE table_name = $table)",
                {"title": contract.title, "table": contract.name},
            )
        if contract.required_sheet and contract.allows_nil:
            connection.execute(
                "INSERT INTO found SELECT submission_no, 'E-SHEET-EMPTY', $table, sheet_no, NULL, NULL, NULL, NULL, NULL"
                " FROM extracted_sheet JOIN identity USING (submission_no)"
                " WHERE reject_code IS NULL AND table_name = $table AND record_count = 0 AND NOT is_nil",
                {"table": contract.name},
            )
    table: pa.Table = connection.sql("SELECT * EXCLUDE (cover_code, codes) FROM identity ORDER BY submission_no").to_arrow_table()
    return table


def _sheets(connection: duckdb.DuckDBPyConnection, kept: Mapping[str, pa.Table], refused: pa.Array) -> pa.Table:
    """One row a contract sheet of a file not refused: rows kept and lost, and whether it is a nil return."""
    counts = {name: table.group_by("submission_no").aggregate([([], "count_all")]) for name, table in kept.items()}
    rows = [
        {"submission_no": number, "table_name": name, "row_count": count}
        for name, table in counts.items()
        for number, count in zip(table["submission_no"].to_pylist(), table["count_all"].to_pylist(), strict=True)
    ]
    schema = pa.schema([("submission_no", pa.int64()), ("table_name", pa.string()), ("row_count", pa.int32())])
    connection.register("kept_count", pa.Table.from_pylist(rows, schema=schema))
    connection.register("refused", pa.table({"submission_no": refused}))
    table: pa.Table = connection.sql(
        """WITH lost_count AS (SELECT submission_no, table_name, count(*) AS lost FROM lost_rows GROUP BY ALL)
        SELECT s.submission_no, s.table_name, string_agg(s.sheet, '、' ORDER BY s.sheet_no) AS sheet_name,
            coalesce(any_value(k.row_count), 0)::INTEGER AS row_count, coalesce(any_value(l.lost), 0)::INTEGER AS lost_row_count,
            bool_or(s.is_nil) AND coalesce(any_value(k.row_count), 0) = 0 AS is_nil
        FROM extracted_sheet AS s
        LEFT JOIN kept_count AS k USING (submission_no, table_name)
        LEFT JOIN lost_count AS l USING (submission_no, table_name)
        WHERE s.submission_no NOT IN (SELECT submission_no FROM refused)
        GROUP BY s.submission_no, s.table_name ORDER BY s.submission_no, s.table_name"""
    ).to_arrow_table()
    return table


def _findings(connection: duckdb.DuckDBPyConnection, extracted: Extracted) -> pa.Table:
    """Every finding worded, in order of file, sheet and cell. A refused file keeps only what refused it."""
    connection.register("extracted_finding", extracted.findings)
    rows = connection.sql((_SQL / "findings.sql").read_text(encoding="utf-8")).to_arrow_table().to_pylist()
    layouts: dict[tuple[int, int], dict[str, int]] = {
        (sheet["submission_no"], sheet["sheet_no"]): json.loads(sheet["columns"]) for sheet in _needed(extracted.sheets, rows)
    }
    found = []
    for row in rows:
        column = row["column_no"]
        if column is None and row["sheet_no"] is not None:
            column = layouts[row["submission_no"], row["sheet_no"]].get(row["field"] or "")
        found.append(worded(row, column))
    severity = {"fatal", "error"}
    refused = {row["submission_no"] for row in found if row["severity"] == "fatal"}
    kept = [row for row in found if row["submission_no"] not in refused or row["severity"] in severity]
    return pa.Table.from_pylist(kept, schema=FINDING_SCHEMA)


def _needed(sheets: pa.Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = pa.array(sorted({row["submission_no"] for row in rows}), pa.int64())
    needed: list[dict[str, Any]] = sheets.filter(pc.is_in(sheets["submission_no"], value_set=numbers)).to_pylist()
    return needed
