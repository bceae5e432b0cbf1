"""How texts are read in a contract made up of one field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.metadata.contracts import Contract, Field, contract
from pipelines.validate.typing import read_cells

Case = tuple[str | None, Any, str | None, str | None]

FORMS = {
    "int": "BIGINT",
    "number": "DECIMAL(18,4)",
    "money": "DECIMAL(18,2)",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "month": "VARCHAR",
    "year": "INTEGER",
    "code": "VARCHAR",
    "text": "VARCHAR",
}


def made_up(form: str, vocabulary_name: str | None = None, pattern: str | None = None) -> Contract:
    """A contract of one field of that form."""
    sql_type = FORMS.get(form) or ("BOOLEAN" if form == "bool" else "VARCHAR")
    field: Field = replace(
        contract("profile").field("township"),
        name="x",
        form=form,
        sql_type=sql_type,
        vocabulary=vocabulary_name,
        pattern=pattern,
    )
    return replace(contract("profile"), name="made_up", fields=(field,), rules=())


def readings(
    connection: duckdb.DuckDBPyConnection,
    owner: Contract,
    texts: Sequence[str | None],
    middle: date = date(2026, 10, 15),
) -> list[Case]:
    """What became of every text, in a file of the month around `middle`."""
    count = len(texts)
    records = pa.table(
        {
            "submission_no": pa.array([1] * count, pa.int64()),
            "sheet_no": pa.array([0] * count, pa.int32()),
            "row_no": pa.array(range(2, count + 2), pa.int32()),
            "x": pa.array(texts, pa.string()),
        }
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE submission AS SELECT 1::BIGINT AS submission_no, $middle::DATE AS middle",
        {"middle": middle},
    )
    values = read_cells(connection, owner, records)["x"].to_pylist()
    odd = {row[0]: row[1:] for row in connection.execute("SELECT position, e, r FROM odd").fetchall()}
    return [
        (text, value, *odd.get(position, (None, None)))
        for position, (text, value) in enumerate(zip(texts, values, strict=True))
    ]


def check(
    connection: duckdb.DuckDBPyConnection, owner: Contract, cases: Sequence[Case], middle: date | None = None
) -> None:
    texts = [case[0] for case in cases]
    assert readings(connection, owner, texts, middle or date(2026, 10, 15)) == list(cases)


def doubts(
    connection: duckdb.DuckDBPyConnection, owner: Contract, texts: Sequence[str]
) -> list[tuple[str, str | None]]:
    """(text, the readings that its finding names) of every text."""
    readings(connection, owner, texts)
    found = dict(connection.execute("SELECT position, d FROM odd").fetchall())
    return [(text, found.get(position)) for position, text in enumerate(texts)]
