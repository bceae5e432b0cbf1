"""Tables on disk between stages: Parquet, whole or not at all."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.store.files import write_atomically


def write_table(path: Path, table: pa.Table) -> None:
    """Write one Parquet file durably."""
    write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def read_table(path: Path, encoded: Collection[str] = ()) -> pa.Table:
    """Read one Parquet file; not by way of Arrow's datasets, which load pandas, nor by threads, which keep memory.

    Of the columns `encoded` each distinct text is held once.
    """
    with pq.ParquetFile(path, read_dictionary=list(encoded), pre_buffer=False) as file:
        return file.read(use_threads=False)
