"""Which rows of a sheet are records, and what its texts say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from pipelines.extract.grids import cell_text
from pipelines.extract.headings import Layout
from pipelines.metadata.text import fold, normal, traditional
from pipelines.metadata.values import value_rules

UNREADABLE = "\ufffc"
LONGEST_CELL = 4000
_LONGEST_MARK = 40
_ONLY_TEXT = {str}
_TOTAL_WITHIN = 3
_NUMBERED = 3
_SERIAL_LENGTH = 3
_MARK_LENGTH = 12


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
    overlong: dict[tuple[int, str], int] = field(default_factory=dict)


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


@cache
def _missing_marks() -> frozenset[str]:
    return frozenset(normal(mark) for mark in value_rules()["missing"])


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
    if first.__class__ is str and (mark := _mark(first)):
        return mark
    for cell in row[1:_TOTAL_WITHIN]:
        if cell.__class__ is str and cell and len(cell) < _MARK_LENGTH and _mark(cell) == "total":
            return "total"
    return "record"


def _is_numbering(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether the row only numbers the columns: 1, 2, 3 and so on."""
    return all(cell_text(row[column]) == str(column + 1) for column in columns)


def _is_nil(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether all that the row says under the headings is that there is nothing to report."""
    texts = [normal(text) for column in columns if (text := cell_text(row[column]))]
    rest = [text for text in texts if not _patterns()[2].match(text)]
    said_so = len(rest) < len(texts)
    return said_so and all(text in _missing_marks() or (text.isdigit() and len(text) < _SERIAL_LENGTH) for text in rest)


def read_records(layout: Layout, rows: Sequence[Sequence[Any]], problems: dict[tuple[int, int], Any]) -> Records:
    """The records below the heading row, with totals, form lines and blank rows left out."""
    columns = sorted(layout.columns.values())
    if not columns:
        return Records([], {}, [], False, {})
    numbers: list[int] = []
    total_rows: list[int] = []
    unknown_at = {row for row, column in problems if column in columns}
    start = layout.header_row + 1
    if len(columns) > _NUMBERED and start < len(rows) and _is_numbering(rows[start], columns):
        start += 1
    for number in range(start, len(rows)):
        kind = _kind(rows[number], columns)
        if kind == "record" or (kind == "blank" and number in unknown_at):
            numbers.append(number)
        elif kind == "total":
            total_rows.append(number)
    is_nil = layout.contract.allows_nil and len(numbers) == 1 and _is_nil(rows[numbers[0]], columns)
    if is_nil:
        numbers = []
    records = Records(numbers, {}, total_rows, is_nil, {})
    if numbers:
        _fill(records, layout, rows, problems)
    return records


def _fill(
    records: Records, layout: Layout, rows: Sequence[Sequence[Any]], problems: dict[tuple[int, int], Any]
) -> None:
    """A column of texts for every field that the layout places."""
    columns = list(zip(*[rows[number] for number in records.row_numbers], strict=True))
    for entry in layout.contract.fields:
        column = layout.columns.get(entry.name)
        if column is None:
            continue
        cells: Sequence[Any] = columns[column]
        if set(map(type, cells)) != _ONLY_TEXT:
            cells = [cell_text(cell) for cell in cells]
        if len("".join(filter(None, cells))) > LONGEST_CELL:
            cells = _shortened(records, entry.name, cells)
        if problems:
            unknown = {row for row, at in problems if at == column}
            cells = [
                UNREADABLE if row in unknown else text for row, text in zip(records.row_numbers, cells, strict=True)
            ]
        if entry.fill_down and not _patterns()[3].isdisjoint(map(str.strip, filter(None, cells))):
            cells, records.ditto_counts[entry.name] = _fill_down(cells)
        if scale := layout.scales.get(entry.name):
            cells = [text + scale if text and text[-1].isdigit() else text for text in cells]
        records.texts[entry.name] = cells


def _shortened(records: Records, name: str, cells: Sequence[str | None]) -> list[str | None]:
    """The column with texts that no person writes into a cell made unreadable, and entered as overlong."""
    kept: list[str | None] = []
    for row, text in zip(records.row_numbers, cells, strict=True):
        is_long = text is not None and len(text) > LONGEST_CELL
        if is_long and text is not None:
            records.overlong[row, name] = len(text)
        kept.append(UNREADABLE if is_long else text)
    return kept


def _fill_down(cells: Sequence[str | None]) -> tuple[list[str | None], int]:
    """The column with each ditto mark replaced by the value above, and their number."""
    marks = _patterns()[3]
    filled: list[str | None] = []
    above: str | None = None
    count = 0
    for text in cells:
        is_ditto = text is not None and text.strip() in marks
        if not is_ditto:
            above = text
        filled.append(above if is_ditto else text)
        count += is_ditto
    return filled, count
