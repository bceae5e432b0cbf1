"""DuckDB connections, locked down: no extension is fetched, no file outside the home's data is touched."""

from __future__ import annotations

from pathlib import Path

import duckdb

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "preserve_insertion_order": True,
}


def connect(
    path: Path | None = None, *, read_only: bool = False, folder: Path | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection to the database file, or in memory when `path` is None.

    Files may be read and written only below `folder` (default: the database's folder; none in memory). `threads`: as
    many as there are cores, or this many where statements are small and more would only wait for each other.
    """
    target = str(path) if path else ":memory:"
    config = _CONFIG if threads is None else {**_CONFIG, "threads": threads}
    connection = duckdb.connect(target, read_only=read_only, config=config)
    allowed = folder or (path.parent if path else None)
    if allowed is not None:
        connection.execute("SET allowed_directories = [$folder]", {"folder": str(allowed.resolve())})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
