"""Findings: what is wrong with a submission, where, why and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.contracts import Field, contracts

SEVERITIES = ("fatal", "error", "query", "repair", "notice")
ANSWERED = "answered"
CORRECTED = "W-CORRECTED"
"""Stands at a cell of which the bureau counts another value than the school wrote."""
BY_CORRECTION = "correction"
"""Category of the answer to a finding that such a correction has mended."""


@dataclass(frozen=True)
class FindingKind:
    """One code of the catalogue, with its texts; `effect` as for a contract's rule."""

    code: str
    severity: str
    zh: str
    hint_zh: str
    en: str
    hint_en: str


@dataclass(frozen=True)
class Finding:
    """One finding as people read it; `cell` is an address such as C9, empty for a whole file or sheet.

    `answer` is what the school explained to a query, of the kind `answer_category`; None where it did not.
    `table_name` and `field` are those of the contract, `row_no` the row on the sheet; None where there is none.
    """

    code: str
    severity: str
    sheet: str
    cell: str
    value: str
    message: str
    hint: str
    answer_category: str | None = None
    answer: str | None = None
    table_name: str | None = None
    row_no: int | None = None
    field: str | None = None

    @property
    def standing(self) -> str:
        """The severity; `answered` for a query that was explained, `corrected` for what the bureau has corrected."""
        if self.code == CORRECTED or self.answer_category == BY_CORRECTION:
            return "corrected"
        return ANSWERED if self.answer else self.severity


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = yaml.load((METADATA_ROOT / "findings.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return texts


def limit_text(name: str, amount: int) -> str:
    """How a person calls a limit that a file exceeded: memory in MB, cpu and time in seconds."""
    text: str = _texts()["limits"][name]
    return text.format(amount=amount)


def correction_text(name: str, **values: object) -> str:
    """What is told of a correction by the bureau, in Chinese."""
    text: str = _texts()["corrections"][name]
    return text.format(**values)


@cache
def hint_of(code: str, field: Field | None) -> str:
    """How to mend a finding of that code in that column, in Chinese, before its example is filled in."""
    if field is not None:
        for entry in _texts()["hints"]:
            names = (entry.get("unit", field.unit), entry.get("vocabulary", field.vocabulary))
            is_meant = entry["code"] == code and field.label.startswith(entry.get("heading", ""))
            if is_meant and names == (field.unit, field.vocabulary):
                return str(entry["zh"])
    return catalogue()[code].hint_zh


@cache
def catalogue() -> dict[str, FindingKind]:
    """Every finding by code: the general ones, then each contract's row rules."""
    kinds = {entry["code"]: FindingKind(**entry) for entry in _texts()["findings"]}
    for contract in contracts():
        for rule in contract.rules:
            kinds[rule.code] = FindingKind(
                rule.code, rule.severity, rule.message_zh, rule.hint_zh, rule.message_en, rule.hint_en
            )
    return kinds


def address(row: int, column: int) -> str:
    """Spreadsheet address of a cell, both zero-based: row 8 of column 2 is C9."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(index: int) -> str:
    """Spreadsheet letters of a zero-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Zero-based column of spreadsheet letters: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
