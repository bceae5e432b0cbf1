"""Findings as people read them: message and hint in Chinese, the cell's address, restricted values masked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from pipelines.findings import address, catalogue, hint_of
from pipelines.metadata.contracts import Contract, Field, contracts
from pipelines.metadata.persons import shown, without_numbers
from pipelines.metadata.values import vocabulary

_SHOWN_LENGTH = 60
WORDED = (
    ("severity", pa.string()),
    ("code", pa.string()),
    ("table_name", pa.string()),
    ("sheet", pa.string()),
    ("row_no", pa.int32()),
    ("cell", pa.string()),
    ("field", pa.string()),
    ("value", pa.string()),
    ("message", pa.string()),
    ("hint", pa.string()),
)
"""Columns of a worded finding, beside those that say whose it is."""


@cache
def _fields() -> dict[tuple[str, str], tuple[Contract, Field]]:
    return {(contract.name, field.name): (contract, field) for contract in contracts() for field in contract.fields}


def _example(field: Field) -> str:
    if field.vocabulary:
        return vocabulary(field.vocabulary)[0].zh
    return field.example or ""


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"


def worded(finding: Mapping[str, Any], column_no: int | None) -> dict[str, Any]:
    """The finding with severity, cell, value, message and hint; `column_no` is zero-based."""
    kind = catalogue()[finding["code"]]
    table, name = finding["table_name"] or "", finding["field"] or ""
    _, field = _fields().get((table, name), (None, None))
    value = _shortened(shown(finding["value"] or "", field))
    words = {
        "value": value,
        "label": field.label if field else "",
        "sheet": without_numbers(finding["sheet"] or ""),
        "detail": without_numbers(finding["detail"] or ""),
        "row_label": without_numbers(finding["row_label"] or ""),
        "example": _example(field) if field else "",
    }
    row_no = finding["row_no"]
    cell = address(row_no - 1, column_no) if column_no is not None and row_no else ""
    return {
        "submission_no": finding["submission_no"],
        "severity": kind.severity,
        "code": kind.code,
        "table_name": table,
        "sheet": finding["sheet"] or "",
        "row_no": row_no,
        "cell": cell,
        "field": name,
        "value": value,
        "message": kind.zh.format_map(words),
        "hint": hint_of(kind.code, field).format_map(words),
    }
