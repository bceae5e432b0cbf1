"""C8: every connection of ours is locked: no file, no extension, no network, no way back."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.store.database import connect
from pipelines.validate.typing import typing_connection

LOCKED = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
FORBIDDEN = (
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET python_enable_replacements = true",
    "SET threads = 1",
    "PRAGMA enable_profiling",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/x.duckdb_extension'",
    "ATTACH '/tmp/other.duckdb'",
    "COPY (SELECT 1) TO '/tmp/x.csv'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_csv('/etc/hostname')",
    "SELECT * FROM '/etc/hostname'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
)
_CALLS = {
    "connect",
    "sql",
    "query",
    "execute",
    "read_csv",
    "read_parquet",
    "read_json",
    "from_parquet",
    "default_connection",
}


def test_c08_only_one_module_opens_a_connection(checkout: Path) -> None:
    found = []
    for path in sorted((checkout / "pipelines").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "duckdb" and node.attr in _CALLS:
                    found.append(f"{path.relative_to(checkout).as_posix()} duckdb.{node.attr}")
            elif isinstance(node, ast.ImportFrom) and node.module == "duckdb":
                found += [
                    f"{path.relative_to(checkout).as_posix()} {name.name}" for name in node.names if name.name in _CALLS
                ]
    assert found == ["pipelines/store/database.py duckdb.connect"]


def at_rest(folder: Path) -> duckdb.DuckDBPyConnection:
    path = folder / "data" / "school_safety.duckdb"
    path.parent.mkdir()
    connect(path).close()
    return connect(path, read_only=True)


@pytest.mark.parametrize(
    "opened", [lambda _: connect(), lambda _: typing_connection(), at_rest], ids=["memory", "typing", "file"]
)
def test_c08_a_connection_is_locked_and_stays_so(
    opened: Callable[[Path], duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    with opened(tmp_path) as connection:
        settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
        assert {name: settings[name] for name in LOCKED} == LOCKED
        for statement in FORBIDDEN:
            with pytest.raises(duckdb.Error):
                connection.execute(statement).fetchall()
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
