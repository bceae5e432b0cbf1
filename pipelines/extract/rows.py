"""Which rows of a sheet are records, and what its texts say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pipelines.extract.grids import cell_text
from pipelines.extract.headings import Layout
from pipelines.metadata.text import fold, normal, traditional
from pipelines.metadata.values import value_rules

UNREADABLE = "\ufffc"
_LONGEST_MARK = 40
_ONLY_TEXT = {str}


@dataclass
class Records:
    """The records of one sheet: zero-based row numbers, and a column of texts a field.

    A cell that the reader cannot know holds UNREADABLE. `ditto_counts` counts the ditto marks filled from above.
    """

    row_numbers: list[int]
    texts: dict[str, Sequence[str | None]]
    total_rows: list[int]
    is_nil: bool
    ditto_counts: dict[str, int]


def _in_both_scripts(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{pattern}|{traditional(pattern)}")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], frozenset[str]]:
    rules = value_rules()
    return (
        _in_both_scripts(rules["total_row"]),
        _in_both_scripts(rules["form_line"]),
        re.compile(rules["nil_return"]),
        frozenset(rules["ditto"]),
    )


@lru_cache(maxsize=65536)
def _mark(first: str) -> str:
    """What a row's first text says that the row is: total, form, or nothing."""
    total, form_line, _, _ = _patterns()
    folded = fold(first[:_LONGEST_MARK])
    if total.match(folded):
        return "total"
    return "form" if form_line.match(folded) else ""


def is_form_line(row: Sequence[Any]) -> bool:
    """Whether the row is about the form (filled in by, on, stamp), not a record."""
    first = next(filter(None, row), "")
    return first.__class__ is str and _mark(first) == "form"


def _kind(row: Sequence[Any], columns: Sequence[int]) -> str:
    if row[columns[0]] == "" and all(row[column] == "" for column in columns):
        return "blank"
    first = row[0] or next(filter(None, row), "")
    return (_mark(first) or "record") if first.__class__ is str else "record"


def _is_nil(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether all that the row says under the headings is that there is nothing to report."""
    filled = [cell for column in columns if (cell := row[column]) not in ("", None)]
    return len(filled) == 1 and filled[0].__class__ is str and bool(_patterns()[2].match(normal(filled[0])))


def read_records(layout: Layout, rows: Sequence[Sequence[Any]], problems: dict[tuple[int, int], Any]) -> Records:
    """The records below the heading row, with totals, form lines and blank rows left out."""
    columns = list(layout.columns.values())
    numbers: list[int] = []
    total_rows: list[int] = []
    unknown_at = {row for row, column in problems if column in columns}
    for number in range(layout.header_row + 1, len(rows)):
        kind = _kind(rows[number], columns)
        if kind == "record" or (kind == "blank" and number in unknown_at):
            numbers.append(number)
        elif kind == "total":
            total_rows.append(number)
    is_nil = layout.contract.allows_nil and len(numbers) == 1 and _is_nil(rows[numbers[0]], columns)
    if is_nil:
        numbers = []
    texts, dittos = _texts(layout, rows, numbers, problems) if numbers else ({}, {})
    return Records(numbers, texts, total_rows, is_nil, dittos)


def _texts(
    layout: Layout, rows: Sequence[Sequence[Any]], numbers: Sequence[int], problems: dict[tuple[int, int], Any]
) -> tuple[dict[str, Sequence[str | None]], dict[str, int]]:
    """A column of texts a field of the layout, blanks as empty text; and the number of ditto marks filled."""
    columns = list(zip(*[rows[number] for number in numbers], strict=True))
    texts: dict[str, Sequence[str | None]] = {}
    dittos: dict[str, int] = {}
    for field in layout.contract.fields:
        column = layout.columns.get(field.name)
        if column is None:
            continue
        cells: Sequence[Any] = columns[column]
        if set(map(type, cells)) != _ONLY_TEXT:
            cells = [cell_text(cell) for cell in cells]
        if problems:
            unknown = {row for row, at in problems if at == column}
            cells = [UNREADABLE if row in unknown else text for row, text in zip(numbers, cells, strict=True)]
        if field.fill_down and not _patterns()[3].isdisjoint(map(str.strip, filter(None, cells))):
            cells, dittos[field.name] = _fill_down(cells)
        if scale := layout.scales.get(field.name):
            cells = [text + scale if text and text[-1].isdigit() else text for text in cells]
        texts[field.name] = cells
    return texts, dittos


def _fill_down(cells: Sequence[str | None]) -> tuple[list[str | None], int]:
    """The column with each ditto mark replaced by the value above, and their number."""
    marks = _patterns()[3]
    filled: list[str | None] = []
    above: str | None = None
    count = 0
    for text in cells:
        is_ditto = text is not None and text.strip() in marks
        if text and not is_ditto:
            above = text
        filled.append(above if is_ditto else text)
        count += is_ditto
    return filled, count
