"""A township that no register named before is asked about at its first row, with the nearest that one did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipelines.findings import catalogue
from pipelines.load.database import _EMPTY, _SQL, _kind_table
from pipelines.metadata.contracts import contract
from pipelines.store.sql import sql_text

CODE = "Q-TOWNSHIP-UNKNOWN"
STAMP = "school-safety;register-move-3;3"


@pytest.fixture
def loaded() -> Iterator[duckdb.DuckDBPyConnection]:
    """What load has gathered before it judges: no register yet."""
    with duckdb.connect() as connection:
        for name, target in (("submissions", "judged"), ("findings", "found"), ("sheets", "sheet_counts")):
            connection.execute(f"CREATE TABLE {target} ({_EMPTY[name]})")
        columns = ", ".join(f"{name} {kind}" for name, kind in contract("register").core_columns)
        connection.execute(f"CREATE TABLE gathered_register ({columns})")
        connection.register("township_unknown", _kind_table(CODE))
        yield connection


def receive(
    connection: duckdb.DuckDBPyConnection, number: int, *townships: str | None, stamp: str | None = None
) -> None:
    connection.execute(
        "INSERT INTO judged (submission_no, origin, template_stamp) VALUES (?, 'bureau', ?)", [number, stamp]
    )
    layout = '{"school_code": 0, "township": 27}'
    connection.execute("INSERT INTO sheet_counts VALUES (?, 'register', '学校名册', 1, 0, false, ?)", [number, layout])
    for row, township in enumerate(townships, 2):
        columns = "submission_no, row_no, school_code, township"
        connection.execute(f"INSERT INTO gathered_register ({columns}) VALUES (?, ?, 'A', ?)", [number, row, township])


def asked(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    connection.execute(sql_text(_SQL, "unknown_townships"))
    return connection.execute("SELECT submission_no, sheet, row_no, cell, value FROM found ORDER BY ALL").fetchall()


def test_the_first_register_knows_best(loaded: duckdb.DuckDBPyConnection) -> None:
    receive(loaded, 1, "青棂镇", "白桫乡")
    assert asked(loaded) == []


def test_a_township_is_asked_about_once_with_the_nearest_name(loaded: duckdb.DuckDBPyConnection) -> None:
    receive(loaded, 1, "青棂镇", "白桫乡", None)
    receive(loaded, 2, "白桫乡", "青苓镇", "青苓镇", None)
    assert asked(loaded) == [(2, "学校名册", 3, "AB3", "青苓镇")]
    (told,) = loaded.execute("SELECT severity, code, field, message, hint FROM found").fetchall()
    assert told[:4] == ("query", CODE, "township", "此前的名册中没有乡镇“青苓镇”，从本名册起另计一个乡镇")
    assert told[4] == catalogue()[CODE].hint_zh.replace("{detail}", "青棂镇")


def test_what_a_command_wrote_is_not_asked_about_and_is_known_from_then_on(loaded: duckdb.DuckDBPyConnection) -> None:
    receive(loaded, 1, "青棂镇")
    receive(loaded, 2, "青棂镇", "新街道", stamp=STAMP)
    receive(loaded, 3, "新街道")
    assert asked(loaded) == []
