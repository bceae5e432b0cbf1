"""Ordered Parquet of the accepted rows, without restricted fields: the data under the figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.load.database import open_database
from pipelines.metadata.contracts import Contract, contracts
from pipelines.settings import Settings

FOLDER = "rows"
_ORDERS = {"core_submissions": "submission_no", "core_sheets": "submission_no, table_name, sheet_name"}
_DERIVED = {"core_sheets": " EXCLUDE (unknown_cell_count)"}
"""Left out, since it follows from the rows beside it: a release made before the column was there comes out the same."""
_NUMBERS = ("submission_no", "duplicate_of", "target_no")
_IF_ANY = ("core_corrections",)
"""Left out where there are none: a release made before the sheet was there comes out the same."""
_CORRECTED = "core_corrected_cells"
_CORRECTIONS = f"""SELECT * EXCLUDE (correction_no) FROM {_CORRECTED} WHERE coalesce(month, '') <= $last_month
AND received_at <= $as_of ORDER BY received_at, submission_no, row_no"""
_COUNTED = "SELECT submission_no FROM core_submissions WHERE received_at <= $as_of AND period <= $last_month"


def open_columns(contract: Contract) -> list[str]:
    """Columns of the contract's table that may leave the bureau: all but the restricted ones."""
    restricted = {field.name for field in contract.fields if field.classification == "restricted"}
    return [name for name, _ in contract.core_columns if name not in restricted]


def write_rows(settings: Settings, folder: Path, ledger_numbers: Sequence[int]) -> None:
    """One Parquet file a table, total order, into `folder`: what was received by `as_of` and states a month of the
    period or an earlier one, and what was corrected of it, whatever month the correction was sent for.

    `ledger_numbers` holds, for the home's submissions from 1 on, the number under which each is written; it rises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = pa.array(ledger_numbers, pa.int64())
    with open_database(settings.home, settings.as_of) as connection:
        for contract in contracts():
            columns = ", ".join(f'"{name}"' for name in open_columns(contract))
            rows = _select(connection, settings, contract.table, columns, "submission_no, row_no")
            if rows.num_rows or contract.table not in _IF_ANY:
                _write(folder, contract.table, rows, numbers)
        for table, order in _ORDERS.items():
            _write(folder, table, _select(connection, settings, table, f"*{_DERIVED.get(table, '')}", order), numbers)
        moment = {"as_of": settings.as_of, "last_month": settings.period.last_month}
        cells = connection.sql(_CORRECTIONS, params=moment).to_arrow_table()
        if cells.num_rows:
            _write(folder, _CORRECTED, cells, numbers)


def _select(
    connection: duckdb.DuckDBPyConnection, settings: Settings, table: str, columns: str, order: str
) -> pa.Table:
    return connection.sql(
        f"SELECT {columns} FROM {table} WHERE submission_no IN ({_COUNTED}) ORDER BY {order}",
        params={"as_of": settings.as_of, "last_month": settings.period.last_month},
    ).to_arrow_table()


def _write(folder: Path, table: str, rows: pa.Table, numbers: pa.Array) -> None:
    for name in _NUMBERS:
        if name in rows.column_names:
            column = pc.take(numbers, pc.subtract(rows[name], 1))
            rows = rows.set_column(rows.column_names.index(name), name, column)
    pq.write_table(rows, folder / f"{table}.parquet", compression="zstd")
