"""A whole workbook of random rows: every row is kept with its values, or a finding says at its place why not."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.collect.plan import plan_sheet
from pipelines.metadata.contracts import ORIGINS, Contract, Field, contracts
from pipelines.validate.batch import Validated, Validator
from tests.property.books import PERIOD, Row, drawn_sheet, extracted, rows_of, written_files
from tests.property.written import Written

SCHOOL_CODE = "2153990101"
FIRST_ROW = 2


@cache
def validator() -> Validator:
    return Validator()


def kept_value(field: Field, value: Any) -> Any:
    """What is kept of a value: of a name the first character, of a telephone number nothing."""
    if value is None or not field.mask:
        return value
    return f"{value[0]}*" if field.mask == "name" else "***"


@pytest.mark.parametrize("origin", ORIGINS)
@settings(max_examples=settings().max_examples // 2)
@given(data=st.data())
def test_every_row_is_kept_or_told_of(origin: str, data: st.DataObject) -> None:
    drawn = {
        contract: data.draw(rows_of(contract, at_most=1 if contract.single_row else 3))
        for contract in contracts(origin)
    }
    for contract, rows in drawn.items():
        if contract.single_row:
            rows[0].update(school_code=Written(SCHOOL_CODE, SCHOOL_CODE), report_month=Written(PERIOD, PERIOD))
    sheets = [drawn_sheet(contract, rows) for contract, rows in drawn.items()]
    with tempfile.TemporaryDirectory() as folder:
        judged = validator().validate(extracted(Path(folder), written_files(sheets, ["xlsx", "csv_bom"])))
    refused = {row["submission_no"] for row in judged.submissions.to_pylist() if row["reject_code"]}
    assert not refused, judged.findings.to_pylist()
    for number in (1, 2):
        for contract, rows in drawn.items():
            _check_table(judged, number, contract, rows)


def _check_table(judged: Validated, number: int, contract: Contract, rows: Sequence[Row]) -> None:
    kept = [row for row in judged.records[contract.name].to_pylist() if row["submission_no"] == number]
    by_row = {row["row_no"]: row for row in kept}
    assert len(by_row) == len(kept)
    findings = [
        row
        for row in judged.findings.to_pylist()
        if (row["submission_no"], row["table_name"]) == (number, contract.name) and row["severity"] == "error"
    ]
    for row_no, row in enumerate(rows, FIRST_ROW):
        told = {finding["field"] for finding in findings if finding["row_no"] == row_no}
        if row_no not in by_row:
            assert told, (contract.name, row_no, "is lost")
            continue
        found = by_row[row_no]
        assert set(found["invalid_fields"]) <= told, (contract.name, row_no, found["invalid_fields"])
        for name in plan_sheet(contract, ()).field_names:
            wanted = None if name in found["invalid_fields"] else kept_value(contract.field(name), row[name].value)
            assert found[name] == wanted, (contract.name, row_no, name, row[name].cell)
