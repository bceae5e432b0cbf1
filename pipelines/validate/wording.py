"""Findings as people read them: message and hint in Chinese, the cell's address, restricted values masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
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


@dataclass(frozen=True)
class Words:
    """What is said of a finding, wherever its cell is."""

    severity: str
    value: str
    message: str
    hint: str


@lru_cache(maxsize=16384)
def words_of(
    code: str, table: str, name: str, value: str | None, sheet: str, detail: str | None, row_label: str | None
) -> Words:
    """The words of a finding in the field of that name, both empty where there is none; most findings come again."""
    kind = catalogue()[code]
    _, field = _fields().get((table, name), (None, None))
    told = _shortened(shown(value or "", field))
    words = {
        "value": told,
        "label": field.label if field else "",
        "sheet": without_numbers(sheet),
        "detail": without_numbers(detail or ""),
        "row_label": without_numbers(row_label or ""),
        "example": _example(field) if field else "",
    }
    return Words(kind.severity, told, kind.zh.format_map(words), hint_of(code, field).format_map(words))


def cell_of(row_no: int | None, column_no: int | None) -> str:
    """Address of the cell in a row, from 1, and a column, from 0; empty where either is unknown."""
    return address(row_no - 1, column_no) if column_no is not None and row_no else ""


def worded(finding: Mapping[str, Any], column_no: int | None) -> dict[str, Any]:
    """The finding with severity, cell, value, message and hint; `column_no` is zero-based."""
    code, row_no = finding["code"], finding["row_no"]
    table, sheet, name = (finding[column] or "" for column in ("table_name", "sheet", "field"))
    words = words_of(code, table, name, finding["value"], sheet, finding["detail"], finding["row_label"])
    return {
        "submission_no": finding["submission_no"],
        "severity": words.severity,
        "code": code,
        "table_name": table,
        "sheet": sheet,
        "row_no": row_no,
        "cell": cell_of(row_no, column_no),
        "field": name,
        "value": words.value,
        "message": words.message,
        "hint": words.hint,
    }
