"""Which rows of a sheet are records, and what its texts say."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from pipelines.extract.column_texts import Cells, Found, Problems, Texts, cells_of, read_columns
from pipelines.extract.grids import cell_text
from pipelines.extract.headings import Layout
from pipelines.extract.remembered import Remembered
from pipelines.extract.totals import differing_totals
from pipelines.metadata.text import fold, normal, traditional
from pipelines.metadata.values import value_rules

_LONGEST_MARK = 40
_TOTAL_WITHIN = 3
_NUMBERED = 3
_SERIAL_LENGTH = 3
_MARK_LENGTH = 12
_MANY_CELLS = 5


@dataclass
class Records:
    """The records of one sheet: zero-based row numbers, and a column of texts a field.

    A cell that the reader cannot know holds UNREADABLE. `ditto_counts` counts the ditto marks filled from above;
    `found` lists the findings about single cells.
    """

    row_numbers: list[int]
    texts: dict[str, Texts]
    total_rows: list[int]
    is_nil: bool
    ditto_counts: dict[str, int]
    found: list[Found]


def _in_both_scripts(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{pattern}|{traditional(pattern)}")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    rules = value_rules()
    return (
        _in_both_scripts(rules["total_row"]),
        _in_both_scripts(rules["form_line"]),
        re.compile(rules["nil_return"]),
    )


@cache
def _missing_marks() -> frozenset[str]:
    return frozenset(normal(mark) for mark in value_rules()["missing"])


@lru_cache(maxsize=65536)
def _mark(first: str) -> str:
    """What a row's first text says that the row is: total, form, or nothing; unseen where it is only white space."""
    total, form_line, _ = _patterns()
    folded = fold(first[:_LONGEST_MARK])
    if not folded:
        return "unseen"
    if total.match(folded):
        return "total"
    return "form" if form_line.match(folded) else ""


def is_form_line(row: Sequence[Any]) -> bool:
    """Whether the row is about the form (filled in by, on, stamp), not a record."""
    first = next(filter(None, row), "")
    return first.__class__ is str and _mark(first) == "form"


# Whether a first cell may tell that its row is no record, and whether one beside it tells that it is a total.
_may_tell = Remembered(lambda cell: not cell or (cell.__class__ is str and _mark(cell) != ""))
_is_total = Remembered(lambda cell: cell.__class__ is str and 0 < len(cell) < _MARK_LENGTH and _mark(cell) == "total")


def _kind(row: Sequence[Any], columns: Sequence[int]) -> str:
    if row[columns[0]] == "" and all(row[column] == "" for column in columns):
        return "blank"
    first = row[0] or next(filter(None, row), "")
    if first.__class__ is str and (mark := _mark(first)):
        if mark == "form" and _is_full(row, columns):
            return "record"
        if mark != "unseen":
            return mark
        if all(row[column].__class__ is str and not fold(row[column]) for column in columns):
            return "blank"
    return "total" if any(_is_total[cell] for cell in row[1:_TOTAL_WITHIN]) else "record"


def _is_full(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether a row that begins like a line about the form is a record all the same: full, and no example."""
    filled = [row[column] for column in columns if row[column] != ""]
    if len(filled) < _MANY_CELLS or 2 * len(filled) <= len(columns):
        return False
    texts = [cell for cell in filled if cell.__class__ is str]
    return sum(_mark(text) == "form" for text in texts) == 1 and not _example().match(fold(texts[0][:_LONGEST_MARK]))


@cache
def _example() -> re.Pattern[str]:
    return _in_both_scripts(value_rules()["example_line"])


def _without_serials(layout: Layout, rows: Sequence[Sequence[Any]], numbers: list[int], unknown: set[int]) -> None:
    """Take from the end what the form itself numbered and nobody filled in: rows that hold a serial number alone."""
    columns, codes = layout.read_columns, layout.code_columns
    while numbers and numbers[-1] not in unknown:
        row = rows[numbers[-1]]
        if len(columns) - row.count("") > 1:
            return
        filled = {column for column in columns if row[column] != ""}
        if len(filled) != 1 or not filled <= codes:
            return
        serial = cell_text(row[filled.pop()]) or ""
        if not serial.isdigit() or len(serial) > _SERIAL_LENGTH:
            return
        numbers.pop()


def _with_title_unit(layout: Layout, rows: Sequence[Sequence[Any]]) -> Layout:
    """The layout with the unit that a line above the heading gives for the amounts whose heading has none."""
    bare = [
        field.name
        for field in layout.bare_amounts
        if not field.unit or field.unit not in str(rows[layout.header_row][layout.columns[field.name]])
    ]
    if not bare:
        return layout
    above = "\n".join(normal(cell) for row in rows[: layout.header_row] for cell in row if cell.__class__ is str)
    found = re.search(value_rules()["title_unit"], above)
    return replace(layout, scales={**layout.scales, **dict.fromkeys(bare, found[1])}) if found else layout


def _is_numbering(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether the row only numbers the columns: 1, 2, 3 and so on."""
    return all(cell_text(row[column]) == str(column + 1) for column in columns)


def _is_nil(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether all that the row says under the headings is that there is nothing to report."""
    said_so = False
    for column in columns:
        written = cell_text(row[column])
        if not written:
            continue
        text = normal(written)
        if _patterns()[2].match(text):
            said_so = True
        elif text not in _missing_marks() and not (text.isdigit() and len(text) < _SERIAL_LENGTH):
            return False
    return said_so


def read_records(
    layout: Layout, rows: Sequence[Sequence[Any]], problems: Problems, cells: Cells | None = None
) -> Records:
    """The records below the heading row, with totals, form lines and blank rows left out.

    `cells` are those of the rows, where they have been read already.
    """
    columns = layout.read_columns
    if not columns:
        return Records([], {}, [], False, {}, [])
    cells = cells or cells_of([rows])[0]
    start = layout.header_row + 1
    if len(columns) > _NUMBERED and start < len(rows) and _is_numbering(rows[start], columns):
        start += 1
    unknown_at = {row for row, column in problems if column in columns}
    numbers, total_rows, repeated = _sorted_rows(layout, rows, start, unknown_at, cells)
    _without_serials(layout, rows, numbers, unknown_at)
    is_nil = layout.contract.allows_nil and len(numbers) == 1 and _is_nil(rows[numbers[0]], columns)
    if is_nil:
        numbers = []
    read = read_columns(_with_title_unit(layout, rows) if layout.header_row else layout, cells, numbers, problems)
    if repeated:
        read.found.append(Found("R-HEADER-REPEATED", repeated[0], 0, "", detail=str(len(repeated))))
    if total_rows and numbers:
        read.found += differing_totals(layout, rows, numbers, total_rows, problems)
    if layout.untitled:
        read.found += _notes_beside(layout, rows, numbers, total_rows)
    return Records(numbers, read.texts, total_rows, is_nil, read.ditto_counts, read.found)


def _sorted_rows(
    layout: Layout, rows: Sequence[Sequence[Any]], start: int, unknown_at: Collection[int], cells: Cells
) -> tuple[list[int], list[int], list[int]]:
    """The numbers of the rows from `start` on: records, totals, headings that stand there again.

    Three columns tell that there are records only; one by one the rows are looked at where these do not.
    """
    columns = layout.read_columns
    leads = {row[columns[0]] for row in rows[:start]} | {""}
    beside = chain.from_iterable(cells.values(at, start) for at in range(1, min(_TOTAL_WITHIN, cells.width)))
    if (
        leads.isdisjoint(cells.values(columns[0], start))
        and not any(map(_may_tell.__getitem__, cells.values(0, start)))
        and not any(map(_is_total.__getitem__, beside))
    ):
        return list(range(start, len(rows))), [], []
    numbers: list[int] = []
    total_rows: list[int] = []
    repeated: list[int] = []
    top = [row for row in rows[:start] if row[columns[0]] != ""]
    for number in range(start, len(rows)):
        if rows[number] in top:
            repeated.append(number)
            continue
        kind = _kind(rows[number], columns)
        if kind == "record" or (kind == "blank" and number in unknown_at):
            numbers.append(number)
        elif kind == "total":
            total_rows.append(number)
    return numbers, total_rows, repeated


def _notes_beside(
    layout: Layout, rows: Sequence[Sequence[Any]], numbers: Sequence[int], left_out: Sequence[int]
) -> list[Found]:
    """Texts in columns without a heading, which are not read: one finding a sheet, at the first, with their number."""
    skipped = set(left_out)
    beside = [
        (row, column, text)
        for row in range(layout.header_row + 1, len(rows))
        if row not in skipped and not is_form_line(rows[row])
        for column in layout.untitled
        if column < len(rows[row]) and (text := cell_text(rows[row][column])) and text.strip()
    ]
    if not beside or not numbers:
        return []
    row, column, text = beside[0]
    return [Found("W-NOTE-BESIDE", row, column, "", text.strip(), str(len(beside)))]
