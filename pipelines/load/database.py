"""Build the database from the validated batches, whole, and check it whenever it is opened.

It holds every file received. Only the verdicts that need the bureau's register and the cells that the bureau corrected
depend on a moment: a register or correction received after it does not speak, so that a report as of a moment in the
past comes out as it did then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.errors import PipelineError, UsageError
from pipelines.findings import address, catalogue
from pipelines.metadata.contracts import Contract, contracts, reading_hash
from pipelines.metadata.contracts import contract as contract_of
from pipelines.store.batches import batch_folders, current_batches, read_members
from pipelines.store.database import connect
from pipelines.store.files import sync_folder, write_text_atomically
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, first_receipts, read_ledger
from pipelines.store.pruned import kept_folders
from pipelines.store.sql import quoted, sql_text
from pipelines.store.tables import read_table
from pipelines.validate.answering import answer_queries
from pipelines.wording import text

_SQL = Path(__file__).parent / "sql"
CORRECTED_CELLS = sql_text(_SQL, "corrected_cells")
"""Statement that makes the empty table core_corrected_cells."""
_REGISTER = "register"
_CORRECTIONS = "corrections"
_REGISTER_FINDINGS = {
    "unknown_school": "E-SCHOOL-UNKNOWN",
    "ended_school": "E-SCHOOL-ENDED",
    "name_differs": "Q-NAME-DIFFERS",
}
_EMPTY = {
    "submissions": "submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR,"
    " sent_period VARCHAR, template_stamp VARCHAR, reject_code VARCHAR",
    "sheets": "submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER, lost_row_count INTEGER,"
    " is_nil BOOLEAN, columns VARCHAR",
    "findings": "submission_no BIGINT, place INTEGER, severity VARCHAR, code VARCHAR, table_name VARCHAR,"
    " sheet VARCHAR, row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR",
}

_CODE_CELLS = pa.schema(
    [("submission_no", pa.int64()), ("sheet", pa.string()), ("row_no", pa.int32()), ("cell", pa.string())]
)


def _tables_file(home: Home) -> Path:
    return home.stage_dir("load") / "tables.json"


@dataclass(frozen=True)
class _Judged:
    """Where the rows of every file lie: in the validated batches, and for pruned files in what was kept of them.

    `pruned` holds the numbers of pruned files that a killed pruning has left in a batch too: there they do not count.
    `texts` are the batches of extract, for the files that are corrected.
    """

    batches: tuple[Path, ...]
    kept: tuple[Path, ...]
    numbers: frozenset[int]
    pruned: tuple[int, ...]
    texts: tuple[Path, ...]


def _judged(home: Home) -> _Judged:
    """Batches that another program read and judged do not count: their files are not read yet."""
    batches, kept = current_batches(home.stage_dir("validate"), reading_hash()), tuple(kept_folders(home))
    members = {number for folder in batches for number in read_members(folder)}
    pruned = {number for folder in kept for number in read_members(folder)}
    texts = current_batches(home.stage_dir("extract"), reading_hash())
    return _Judged(batches, kept, frozenset(members | pruned), tuple(sorted(members & pruned)), texts)


def _gather(connection: duckdb.DuckDBPyConnection, target: str, columns: str, judged: _Judged, name: str) -> None:
    """Table `target` from one file of every batch that has it, in batch order, then from what was kept.

    Of rows that were kept under an older contract the columns that there still are.
    """
    paths = [folder.resolve() / f"{name}.parquet" for folder in judged.batches]
    files = [str(path) for path in paths if path.exists()]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {target} ({columns})")
    if files:
        only = " WHERE NOT list_contains($pruned, submission_no)" if judged.pruned else ""
        given = {"files": files} | ({"pruned": list(judged.pruned)} if only else {})
        connection.execute(f"INSERT INTO {target} BY NAME SELECT * FROM read_parquet($files){only}", given)
    known = {row[0] for row in connection.execute(f"DESCRIBE {target}").fetchall()} if judged.kept else set()
    for folder in judged.kept:
        if (folder / f"{name}.parquet").exists():
            rows = read_table(folder / f"{name}.parquet")
            connection.register("kept_rows", rows.select([one for one in rows.column_names if one in known]))
            connection.execute(f"INSERT INTO {target} BY NAME SELECT * FROM kept_rows")
            connection.unregister("kept_rows")


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
                "received_on": entry.received_on,
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
            ("received_on", pa.date32()),
            ("duplicate_of", pa.int64()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _kind_table(code: str) -> pa.Table:
    kind = catalogue()[code]
    return pa.table({"code": [code], "severity": [kind.severity], "message": [kind.zh], "hint": [kind.hint_zh]})


def _gather_rows(
    connection: duckdb.DuckDBPyConnection, judged: _Judged, contract: Contract, *, in_place: bool = False
) -> None:
    """gathered_<name>: a table, or `in_place` a view of the batches' files, where no rows come from elsewhere."""
    target, name = f"gathered_{contract.name}", f"record_{contract.name}"
    files = [str(path.resolve()) for folder in judged.batches if (path := folder / f"{name}.parquet").exists()]
    if not in_place or judged.kept or not files:
        columns = ", ".join(f"{column} {kind}" for column, kind in contract.core_columns)
        _gather(connection, target, columns, judged, name)
        return
    columns = ", ".join(f"{column}::{kind} AS {column}" for column, kind in contract.core_columns)
    connection.execute(f"CREATE TEMP VIEW {target} AS SELECT {columns} FROM read_parquet([{quoted(files)}])")


def _code_cells(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Sheet, row and cell of each school code that refuses its file, where the file shows it."""
    found = connection.execute(sql_text(_SQL, "code_cells")).fetchall()
    rows = [
        {"submission_no": number, "sheet": sheet, "row_no": row_no, "cell": address(row_no - 1, column)}
        for number, sheet, row_no, column in found
    ]
    return pa.Table.from_pylist(rows, schema=_CODE_CELLS)


def _unknown_cells_sql() -> str:
    """Cells that cannot be read, of every contract. Grain: one row per file and table that has any."""
    return " UNION ALL ".join(
        f"SELECT submission_no, '{contract.name}' AS table_name, sum(len(invalid_fields)) AS cell_count"
        f" FROM gathered_{contract.name} WHERE len(invalid_fields) > 0 GROUP BY submission_no"
        for contract in contracts()
    )


def _judge(
    connection: duckdb.DuckDBPyConnection,
    judged: _Judged,
    ledger: Sequence[LedgerEntry],
    as_of: datetime | None,
) -> None:
    """core_submissions: the verdict on every file, by itself and by the registers received by `as_of`."""
    connection.register("ledger", _ledger_table(ledger))
    for name, target in (("submissions", "judged"), ("findings", "found")):
        _gather(connection, target, _EMPTY[name], judged, name)
    _gather(connection, "sheet_counts", _EMPTY["sheets"], judged, "sheets")
    _gather_rows(connection, judged, contract_of(_REGISTER))
    connection.register("township_unknown", _kind_table("Q-TOWNSHIP-UNKNOWN"))
    connection.execute(sql_text(_SQL, "unknown_townships"))
    connection.execute(sql_text(_SQL, "known_codes"), {"as_of": as_of})
    for name in ("ended_codes", "finding_counts"):
        connection.execute(sql_text(_SQL, name))
    connection.execute(f"CREATE TABLE core_submissions AS {sql_text(_SQL, 'submissions')}")


def _fill(
    connection: duckdb.DuckDBPyConnection,
    judged: _Judged,
    ledger: Sequence[LedgerEntry],
    as_of: datetime | None,
) -> None:
    _judge(connection, judged, ledger, as_of)
    for name, code in _REGISTER_FINDINGS.items():
        connection.register(name, _kind_table(code))
    _gather_rows(connection, judged, contract_of(_CORRECTIONS))
    is_corrected = connection.execute(f"SELECT 1 FROM gathered_{_CORRECTIONS} LIMIT 1").fetchone() is not None
    for contract in contracts():
        if contract.name not in (_REGISTER, _CORRECTIONS):
            _gather_rows(connection, judged, contract, in_place=not is_corrected)
    for name in ("corrected_cells", "mended"):
        connection.execute(sql_text(_SQL, name))
    if is_corrected:
        from pipelines.load.correcting import correct  # most homes have no corrections and load nothing for them

        correct(connection, judged.texts, as_of)
    connection.register("code_cell", _code_cells(connection))
    connection.execute(f"CREATE TEMP TABLE judged_findings AS {sql_text(_SQL, 'findings')}")
    connection.execute(f"CREATE TEMP TABLE unknown_cells AS {_unknown_cells_sql()}")
    connection.execute(sql_text(_SQL, "core_sheets"))
    for contract in contracts():
        connection.execute(
            f"""CREATE TABLE {contract.table} AS
            SELECT gathered.* FROM gathered_{contract.name} AS gathered
            JOIN core_submissions AS submission USING (submission_no)
            WHERE submission.version IS NOT NULL
            ORDER BY submission_no, row_no"""
        )
    notices = answer_queries(
        connection,
        asked="SELECT finding_no AS asked_no, submission_no, severity, code, table_name, sheet, row_no"
        " FROM judged_findings",
        explained="FROM core_explanations ORDER BY submission_no, row_no",
        sheets="FROM core_sheets",
    )
    connection.execute(sql_text(_SQL, "mended_answers"))
    connection.register("notices", notices)
    connection.execute(f"CREATE TABLE core_findings AS {sql_text(_SQL, 'answered_findings')}")


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


def _speaking(connection: duckdb.DuckDBPyConnection) -> list[datetime]:
    """When each file was received that decides how others are taken, whether it speaks or not: bureau workbooks with a
    register or corrections, and files of the schools and months that are corrected.
    """
    return [moment for (moment,) in connection.execute(sql_text(_SQL, "speaking_files")).fetchall()]


def _heard(speaking: Sequence[datetime], as_of: datetime | None) -> int:
    """How many of these files had been received by `as_of`."""
    return sum(as_of is None or moment <= as_of for moment in speaking)


def build_database(home: Home, as_of: datetime | None = None) -> None:
    """Replace the database by one built from every validated batch and the ledger; all or nothing.

    Registers and corrections received by `as_of` speak, all of them where it is None.
    """
    judged = _judged(home)
    ledger = read_ledger(home)
    temporary = home.data / f".{home.database.name}.part"
    for leftover in (temporary, Path(f"{temporary}.wal"), Path(f"{home.database}.wal")):
        leftover.unlink(missing_ok=True)
    try:
        with connect(temporary) as connection:
            connection.execute("BEGIN")
            _fill(connection, judged, ledger, as_of)
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")
            contents = _contents(connection)
            speaking = _speaking(connection)
    except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
        temporary.unlink(missing_ok=True)
        reason = str(error).splitlines()[0]
        raise PipelineError(text("errors.database", path=home.database, reason=reason)) from error
    temporary.replace(home.database)
    sync_folder(home.data)
    note = {
        "version": database_version(),
        "ledger_entries": len(ledger),
        "batches": [folder.name for folder in (*judged.batches, *judged.kept)],
        "speaking": [moment.isoformat() for moment in speaking],
        "heard": _heard(speaking, as_of),
        "tables": contents,
    }
    write_text_atomically(_tables_file(home), json.dumps(note, indent=1) + "\n")


def _read_note(home: Home) -> dict[str, Any] | None:
    """What load noted of the database; None where there is no database, no whole note, or one of another program."""
    if not (home.database.exists() and _tables_file(home).exists()):
        return None
    try:
        note: dict[str, Any] = json.loads(_tables_file(home).read_text(encoding="utf-8"))
    except ValueError:
        return None
    return note if note.get("version") == database_version() else None


def _is_whole(home: Home, note: dict[str, Any]) -> bool:
    """Whether the database holds what the last load wrote: DuckDB opens silently short when a log is lost."""
    try:
        with connect(home.database, read_only=True) as connection:
            return bool(_contents(connection) == note["tables"])
    except duckdb.Error:
        return False


@cache
def database_version() -> str:
    """sha256 over the code that makes the database of the batches, and what these were made by."""
    digest = hashlib.sha256(reading_hash().encode())
    for path in sorted(path for kind in ("*.py", "*.sql") for path in Path(__file__).parent.rglob(kind)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_as_of(note: dict[str, Any], as_of: datetime | None) -> bool:
    """Whether the files that spoke when the database was built are those received by `as_of`; None is any."""
    received = [datetime.fromisoformat(moment) for moment in note.get("speaking", ())]
    return as_of is None or _heard(received, as_of) == note.get("heard", 0)


def open_database(home: Home, as_of: datetime | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the whole database; one that is missing or short is built again first.

    So is one that another program built, or in which other registers or corrections speak than those received by
    `as_of`; None takes it as it was last built. UsageError where what it is built of was read by another program.
    """
    note = _read_note(home)
    if note is None or not _is_as_of(note, as_of) or not _is_whole(home, note):
        _refuse_outdated(home)
        build_database(home, as_of)
    return connect(home.database, read_only=True)


def _refuse_outdated(home: Home) -> None:
    """UsageError where batches of another program lie in the home: without them the database would be short."""
    judged = _judged(home)
    if len(judged.batches) < len(batch_folders(home.stage_dir("validate"))):
        unread = sum(one.sequence not in judged.numbers for one in first_receipts(read_ledger(home)))
        raise UsageError(text("errors.unread_files", count=unread))


def open_unwritten(home: Home, as_of: datetime) -> duckdb.DuckDBPyConnection:
    """A connection that never writes: to the database where it is whole and as of that moment, else as `open_as_of`."""
    note = _read_note(home)
    if note is not None and _is_as_of(note, as_of) and _is_whole(home, note):
        return connect(home.database, read_only=True)
    return open_as_of(home, as_of)


def open_as_of(home: Home, as_of: datetime) -> duckdb.DuckDBPyConnection:
    """A connection in memory that holds the whole database as of that moment; writes nothing to disk.

    UsageError where a file that had been received by then has not been read and judged since.
    """
    judged, ledger = _judged(home), read_ledger(home)
    unread = sum(one.received_at <= as_of and one.sequence not in judged.numbers for one in first_receipts(ledger))
    if unread:
        raise UsageError(text("errors.unread_files", count=unread))
    connection = connect(folder=home.data)
    _fill(connection, judged, ledger, as_of)
    return connection


def open_verdicts(home: Home) -> duckdb.DuckDBPyConnection:
    """A connection in memory that holds core_submissions and gathered_corrections as of everything received; writes
    nothing to disk.
    """
    connection, judged = connect(folder=home.data), _judged(home)
    _judge(connection, judged, read_ledger(home), None)
    _gather_rows(connection, judged, contract_of(_CORRECTIONS))
    return connection
