"""Build the database from the validated batches, whole, and check it whenever it is opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.findings import catalogue
from pipelines.metadata.contracts import contracts
from pipelines.store.batches import batch_folders
from pipelines.store.database import connect
from pipelines.store.files import sync_folder, write_text_atomically
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, read_ledger
from pipelines.store.sql import sql_text

_SQL = Path(__file__).parent / "sql"
_EMPTY = {
    "submissions": "submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR,"
    " sent_period VARCHAR, template_stamp VARCHAR, reject_code VARCHAR",
    "sheets": "submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER, lost_row_count INTEGER,"
    " is_nil BOOLEAN, columns VARCHAR",
    "findings": "submission_no BIGINT, place INTEGER, severity VARCHAR, code VARCHAR, table_name VARCHAR,"
    " sheet VARCHAR, row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR",
}


def _tables_file(home: Home) -> Path:
    return home.stage_dir("load") / "tables.json"


def _gather(
    connection: duckdb.DuckDBPyConnection, target: str, columns: str, batches: Sequence[Path], name: str
) -> None:
    """Table `target` from one file of every batch that has it, in batch order."""
    files = [str(folder.resolve() / f"{name}.parquet") for folder in batches if (folder / f"{name}.parquet").exists()]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {target} ({columns})")
    if files:
        connection.execute(f"INSERT INTO {target} BY NAME SELECT * FROM read_parquet($files)", {"files": files})


def _ledger_table(ledger: Sequence[LedgerEntry]) -> pa.Table:
    first: dict[tuple[str, str], int] = {}
    rows: list[dict[str, Any]] = []
    for entry in ledger:
        original = first.setdefault((entry.sha256, entry.period), entry.sequence)
        rows.append(
            {
                "submission_no": entry.sequence,
                "sent_period": entry.period,
                "file_name": entry.file_name,
                "sha256": entry.sha256,
                "received_at": entry.received_at,
                "duplicate_of": original if original != entry.sequence else None,
            }
        )
    schema = pa.schema(
        [
            ("submission_no", pa.int64()),
            ("sent_period", pa.string()),
            ("file_name", pa.string()),
            ("sha256", pa.string()),
            ("received_at", pa.timestamp("us")),
            ("duplicate_of", pa.int64()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _kind_table(code: str) -> pa.Table:
    kind = catalogue()[code]
    return pa.table({"code": [code], "severity": [kind.severity], "message": [kind.zh], "hint": [kind.hint_zh]})


def _fill(connection: duckdb.DuckDBPyConnection, batches: Sequence[Path], ledger: Sequence[LedgerEntry]) -> None:
    connection.register("ledger", _ledger_table(ledger))
    connection.register("unknown_school", _kind_table("E-SCHOOL-UNKNOWN"))
    connection.register("name_differs", _kind_table("Q-NAME-DIFFERS"))
    for name, target in (("submissions", "judged"), ("sheets", "sheet_counts"), ("findings", "found")):
        _gather(connection, target, _EMPTY[name], batches, name)
    for contract in contracts():
        columns = ", ".join(f"{name} {kind}" for name, kind in contract.core_columns)
        _gather(connection, f"gathered_{contract.name}", columns, batches, f"record_{contract.name}")
    for name in ("known_codes", "finding_counts"):
        connection.execute(sql_text(_SQL, name))
    connection.execute(f"CREATE TABLE core_submissions AS {sql_text(_SQL, 'submissions')}")
    connection.execute(f"CREATE TABLE core_findings AS {sql_text(_SQL, 'findings')}")
    connection.execute(sql_text(_SQL, "core_sheets"))
    for contract in contracts():
        connection.execute(
            f"""CREATE TABLE {contract.table} AS
            SELECT gathered.* FROM gathered_{contract.name} AS gathered
            JOIN core_submissions AS submission USING (submission_no)
            WHERE submission.version IS NOT NULL
            ORDER BY submission_no, row_no"""
        )


def _contents(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Rows and an order-free checksum of every core table."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1"
        ).fetchall()
    ]
    contents = {}
    for name in names:
        rows, checksum = connection.execute(
            f"SELECT count(*), coalesce(bit_xor(hash(t)), 0)::VARCHAR FROM {name} AS t"
        ).fetchall()[0]
        contents[name] = {"rows": rows, "checksum": checksum}
    return contents


def build_database(home: Home) -> None:
    """Replace the database by one built from every validated batch and the ledger; all or nothing."""
    batches = batch_folders(home.stage_dir("validate"))
    ledger = read_ledger(home)
    temporary = home.data / f".{home.database.name}.part"
    for leftover in (temporary, Path(f"{temporary}.wal"), Path(f"{home.database}.wal")):
        leftover.unlink(missing_ok=True)
    with connect(temporary) as connection:
        connection.execute("BEGIN")
        _fill(connection, batches, ledger)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
        contents = _contents(connection)
    temporary.replace(home.database)
    sync_folder(home.data)
    text = json.dumps(
        {"ledger_entries": len(ledger), "batches": [folder.name for folder in batches], "tables": contents}, indent=1
    )
    write_text_atomically(_tables_file(home), text + "\n")


def _is_whole(home: Home) -> bool:
    """Whether the database holds what the last load wrote: DuckDB opens silently short when a log is lost."""
    if not (home.database.exists() and _tables_file(home).exists()):
        return False
    wanted = json.loads(_tables_file(home).read_text(encoding="utf-8"))["tables"]
    try:
        with connect(home.database, read_only=True) as connection:
            return bool(_contents(connection) == wanted)
    except duckdb.Error:
        return False


def open_database(home: Home) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the whole database; one that is missing or short is built again first."""
    if not _is_whole(home):
        build_database(home)
    return connect(home.database, read_only=True)
