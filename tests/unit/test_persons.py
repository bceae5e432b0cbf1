"""Numbers of persons are masked however they are written, in Python and in SQL alike, and nothing else is."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.metadata.persons import without_numbers
from pipelines.validate.typing import typing_connection
from tests.unit.validate.readings import made_up, readings

ID, OLD, PHONE = "*" * 18, "*" * 15, "*" * 11
MASKED = [
    ("13800138000", PHONE),
    ("联系138 0013 8000。", f"联系{PHONE}。"),
    ("138-0013-8000、1380-013-8000", f"{PHONE}、{PHONE}"),
    ("138.0013.8000", PHONE),
    ("1380.0138000", PHONE),
    ("1380013 8000", PHONE),
    ("13800138000 13900139000", f"{PHONE} {PHONE}"),
    ("+86 13800138000", PHONE),
    ("8613800138000", PHONE),
    ("１３８００１３８０００", PHONE),
    ("电话0871-65123456转8", f"电话{PHONE}转8"),
    ("（0871） 6512 3456", PHONE),
    ("021 6512 3456", PHONE),
    ("08716512345", PHONE),
    ("532801198001011234", ID),
    ("身份证53280119800101123x号", f"身份证{ID}号"),
    ("５３２８０１１９８００１０１１２３Ｘ", ID),
    ("532801 19800101 1234", ID),
    ("5328 0119 8001 0112 34", ID),
    ("5.32801198001011e+17", ID),
    ("532801800101123", OLD),
]
LEFT_ALONE = [
    "2153990101202610150012",
    "2153990101-20261015-0012",
    "2026-10-14 2026-10-16 3人",
    "参加150 2026-10-14",
    "20261015000012",
    "1234567890123",
    "应到1380人，实到1379人",
    "灭火器 65123456",
    "1300000.0001天",
    "1380013.8000",
    "138001.38000",
]


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return typing_connection()


def in_sql(connection: duckdb.DuckDBPyConnection, text: str) -> object:
    return connection.execute("SELECT (read_text($text)).v", {"text": text}).fetchall()[0][0]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_a_number_of_a_person_is_masked(connection: duckdb.DuckDBPyConnection, text: str, masked: str) -> None:
    assert without_numbers(text) == masked
    assert in_sql(connection, text) == masked


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_other_numbers_stay(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert without_numbers(text) == text
    assert in_sql(connection, text) == text


def test_a_code_is_not_taken_for_an_old_identity_number_or_a_landline(connection: duckdb.DuckDBPyConnection) -> None:
    for code, value, repair in (
        ("215399010110001", "215399010110001", None),
        ("02026101001", "2026101001", "R-CODE-ZEROS"),
    ):
        read = connection.execute("SELECT read_code($code, NULL)", {"code": code}).fetchall()[0][0]
        assert (read["v"], read["e"], read["r"]) == (value, None, repair)
    read = connection.execute("SELECT read_code('13800138000', NULL)").fetchall()[0][0]
    assert (read["v"], read["e"], read["r"]) == (PHONE, None, "R-PII-MASKED")


@pytest.mark.parametrize(("form", "failure"), [("int", "E-INTEGER"), ("number", "E-NUMBER"), ("money", "E-NUMBER")])
def test_a_mobile_number_is_no_number_of_anything(
    connection: duckdb.DuckDBPyConnection, form: str, failure: str
) -> None:
    ((_, value, found, _),) = readings(connection, made_up(form), ["１３８００１３８０００"])
    assert (value, found) == (None, failure)
