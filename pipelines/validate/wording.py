"""Findings as people read them: message and hint in Chinese, the cell's address, restricted values masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from pipelines.findings import catalogue, column_letters
from pipelines.metadata.contracts import Contract, Field, contracts
from pipelines.metadata.values import vocabulary

_SHOWN_LENGTH = 60
_IDENTITY_NO = re.compile(r"\d{6}[ -]?(?:19|20)\d{2}[01]\d[0-3]\d[ -]?\d{3}[\dXx]")
_MOBILE_NO = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_LONG_NUMBER = re.compile(r"\d\.\d{10,}[eE]\+1[4-7]")


@cache
def _fields() -> dict[tuple[str, str], tuple[Contract, Field]]:
    return {(contract.name, field.name): (contract, field) for contract in contracts() for field in contract.fields}


def _example(field: Field) -> str:
    if field.vocabulary:
        return vocabulary(field.vocabulary)[0].zh
    return field.example or ""


@lru_cache(maxsize=16384)
def _without_persons(text: str) -> str:
    """The text with identity and mobile numbers masked, however wide or spaced they are written."""
    plain = unicodedata.normalize("NFKC", text)
    masked = _LONG_NUMBER.sub("*" * 18, _MOBILE_NO.sub("*" * 11, _IDENTITY_NO.sub("*" * 18, plain)))
    return text if masked == plain else masked


def _shown(text: str | None, field: Field | None) -> str:
    if not text:
        return ""
    if field is not None and field.mask:
        return text[:1] + "*"
    text = _without_persons(text)
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"


def worded(finding: Mapping[str, Any], column_no: int | None) -> dict[str, Any]:
    """The finding with severity, cell, value, message and hint; `column_no` is zero-based."""
    kind = catalogue()[finding["code"]]
    table, name = finding["table_name"] or "", finding["field"] or ""
    _, field = _fields().get((table, name), (None, None))
    value = _shown(finding["value"], field)
    words = {
        "value": value,
        "label": field.label if field else "",
        "sheet": _without_persons(finding["sheet"] or ""),
        "detail": _without_persons(finding["detail"] or ""),
        "row_label": _without_persons(finding["row_label"] or ""),
        "example": _example(field) if field else "",
    }
    row_no = finding["row_no"]
    address = f"{column_letters(column_no)}{row_no}" if column_no is not None and row_no else ""
    return {
        "submission_no": finding["submission_no"],
        "severity": kind.severity,
        "code": kind.code,
        "table_name": table,
        "sheet": finding["sheet"] or "",
        "row_no": row_no,
        "cell": address,
        "field": name,
        "value": value,
        "message": kind.zh.format_map(words),
        "hint": kind.hint_zh.format_map(words),
    }
