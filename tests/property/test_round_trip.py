"""Whatever the template can hold comes back as the value that it was written for, in every format."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metadata.contracts import Contract, contracts
from pipelines.validate.typing import typing_connection
from tests.property.books import (
    drawn_sheet,
    expected_rows,
    extracted,
    formats_for,
    rows_of,
    typed_rows,
    written_files,
)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return typing_connection()


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.name)
@given(data=st.data())
def test_every_format_gives_the_values_that_were_written(contract: Contract, data: st.DataObject) -> None:
    rows = data.draw(rows_of(contract))
    sheet = drawn_sheet(contract, rows)
    formats = formats_for([sheet])
    with tempfile.TemporaryDirectory() as folder:
        batch = extracted(Path(folder), written_files([sheet], formats))

    found = typed_rows(connection(), batch, contract)
    wanted = expected_rows(contract, rows)
    for number, name in enumerate(formats, 1):
        assert found[number] == wanted, name
    unread = connection().execute("SELECT field, text, e FROM odd WHERE e IS NOT NULL").fetchall()
    assert unread == []
