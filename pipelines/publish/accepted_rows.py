"""Ordered Parquet of the accepted rows, without restricted fields: the data under the figures."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.metadata.contracts import Contract, contracts
from pipelines.store.database import connect

FOLDER = "rows"
_ORDERS = {"core_submissions": "submission_no", "core_sheets": "submission_no, table_name, sheet_name"}


def open_columns(contract: Contract) -> list[str]:
    """Columns of the contract's table that may leave the bureau: all but the restricted ones."""
    restricted = {field.name for field in contract.fields if field.classification == "restricted"}
    return [name for name, _ in contract.core_columns if name not in restricted]


def write_rows(database: Path, folder: Path) -> int:
    """One Parquet file a table, total order, into `folder`; returns the highest submission number in the database."""
    folder.mkdir(parents=True, exist_ok=True)
    with connect(database, read_only=True) as connection:
        for contract in contracts():
            columns = ", ".join(f'"{name}"' for name in open_columns(contract))
            _write(connection, folder, contract.table, columns, "submission_no, row_no")
        for table, order in _ORDERS.items():
            _write(connection, folder, table, "*", order)
        row = connection.execute("SELECT coalesce(max(submission_no), 0) FROM core_submissions").fetchone()
    return int(row[0]) if row else 0


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, columns: str, order: str) -> None:
    rows: pa.Table = connection.sql(f"SELECT {columns} FROM {table} ORDER BY {order}").to_arrow_table()
    pq.write_table(rows, folder / f"{table}.parquet", compression="zstd")
