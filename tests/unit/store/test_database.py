"""Connections are locked down: no extension, no file outside the home's data, no way back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.store.database import connect

OUTSIDE = [
    "SELECT * FROM read_csv('{path}')",
    "SELECT * FROM '{path}'",
    "SELECT * FROM read_text('{path}')",
    "COPY (SELECT 1) TO '{path}'",
    "ATTACH '{path}' AS other",
    "EXPORT DATABASE '{path}'",
]
FORBIDDEN = [
    "INSTALL httpfs",
    "LOAD httpfs",
    "INSTALL excel FROM community",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET autoinstall_known_extensions = true",
    "RESET lock_configuration",
    "SET lock_configuration = false",
    "SELECT * FROM read_csv('https://example.invalid/x.csv')",
]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside" / "secret.csv"
    path.parent.mkdir()
    path.write_text("a\n1\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("statement", OUTSIDE)
def test_no_file_is_touched_in_memory(outside: Path, statement: str) -> None:
    with connect() as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(path=outside))
    assert outside.read_text(encoding="utf-8") == "a\n1\n"


@pytest.mark.parametrize("statement", OUTSIDE)
def test_no_file_outside_the_databases_folder_is_touched(tmp_path: Path, outside: Path, statement: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with connect(data / "school_safety.duckdb") as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(path=outside))
    assert outside.read_text(encoding="utf-8") == "a\n1\n"


def test_the_way_up_out_of_the_folder_is_closed(tmp_path: Path, outside: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with connect(data / "school_safety.duckdb") as connection, pytest.raises(duckdb.Error):
        connection.execute(f"SELECT * FROM read_csv('{data}/../outside/{outside.name}')")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nothing_is_installed_and_nothing_is_unlocked(tmp_path: Path, statement: str) -> None:
    with connect(tmp_path / "school_safety.duckdb") as connection, pytest.raises(duckdb.Error):
        connection.execute(statement)


def test_python_variables_are_no_tables() -> None:
    secret = pa.table({"a": [1]})
    with connect() as connection, pytest.raises(duckdb.Error, match="secret"):
        connection.execute("SELECT * FROM secret")
    assert secret.num_rows == 1


def test_files_below_the_folder_are_read_and_written(tmp_path: Path) -> None:
    with connect(tmp_path / "school_safety.duckdb") as connection:
        connection.execute(f"COPY (SELECT 1 AS a) TO '{tmp_path}/a.parquet'")
        assert connection.execute(f"SELECT a FROM read_parquet('{tmp_path}/a.parquet')").fetchall() == [(1,)]
    with connect(folder=tmp_path) as connection:
        assert connection.execute(f"SELECT a FROM read_parquet('{tmp_path}/a.parquet')").fetchall() == [(1,)]


def test_a_read_only_connection_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "school_safety.duckdb"
    with connect(path) as connection:
        connection.execute("CREATE TABLE a (x INTEGER)")
    with connect(path, read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("INSERT INTO a VALUES (1)")
