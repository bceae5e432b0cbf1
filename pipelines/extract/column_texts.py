"""The texts of a sheet's records, a column a field, with what was mended and what cannot be known in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from math import isfinite
from typing import Any

from pipelines.extract.grids import EXACT_FLOAT, cell_text
from pipelines.extract.headings import Layout
from pipelines.metadata.contracts import Field
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules

UNREADABLE = "\ufffc"
LONGEST_CELL = 4000
_ONLY_TEXT = {str}
# Control characters, overrides of the direction of writing, halves of characters, marks of what was lost.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\uffff\U000e0000-\U000e007f]"
)
# What the text of a number that is not finite, or has more digits than spreadsheets keep, cannot do without.
_NUMBER_MARKS = ("nan", "inf", "+", ".0")
# What the texts of a sheet do not hold unless one of the tests below has something to look for.
_ODD_MARKS = ("+", "_x", UNREADABLE, "\ufffd")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d{2}")
# How a workbook writes a character that XML has no place for.
_ESCAPED = re.compile("_x00([01][0-9A-Fa-f]|7[Ff])_")

Texts = Sequence[str | None]
Problems = Mapping[tuple[int, int], tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """A finding at a cell, zero-based."""

    code: str
    row: int
    column: int
    field: str
    value: str = ""
    detail: str = ""


@dataclass
class Columns:
    """`texts` holds a column a field, a cell that cannot be known as UNREADABLE; `ditto_counts` those filled down."""

    texts: dict[str, Texts] = field(default_factory=dict)
    ditto_counts: dict[str, int] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)


@cache
def _ditto_marks() -> frozenset[str]:
    return frozenset(value_rules()["ditto"])


def read_columns(layout: Layout, rows: Sequence[Sequence[Any]], numbers: Sequence[int], problems: Problems) -> Columns:
    """A column of texts for every field that the layout places, over the rows of these zero-based numbers.

    The sheet's cells are tested as one text; only where something odd stands in it are columns looked at.
    """
    read = Columns()
    if not numbers:
        return read
    sheet = _Cells([rows[number] for number in numbers])
    for entry in layout.contract.fields:
        column = layout.columns.get(entry.name)
        if column is None:
            continue
        cells: Texts
        if entry.name in layout.splits:
            cells = _chosen(read, entry, layout, sheet, numbers, problems)
        else:
            cells = sheet.texts(column)
            if sheet.is_odd:
                cells = _examined(read, entry, column, sheet.values(column), cells, numbers)
        if problems:
            unknown = {row for row, at in problems if at == column}
            cells = [UNREADABLE if row in unknown else text for row, text in zip(numbers, cells, strict=True)]
        if entry.fill_down and sheet.has_ditto:
            cells = _filled_down(read, entry, column, cells, numbers)
        if scale := layout.scales.get(entry.name):
            cells = [text.rstrip() + scale if text and text.rstrip()[-1:].isdigit() else text for text in cells]
        read.texts[entry.name] = cells
    return read


# Most numbers of a county are small counts that come again and again; -0.0 and 0.0 read alike.
_number = lru_cache(maxsize=65536)(cell_text)


class _Cells:
    """The cells of some rows of one width, read by columns."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._width = len(rows[0])
        self._values: list[Any] = list(chain.from_iterable(rows))
        self._texts: list[str | None] = self._values
        has_lost_numbers = False
        if set(map(type, self._values)) != _ONLY_TEXT:
            has_lost_numbers = bool(
                [value for value in self._values if value.__class__ is float and not -EXACT_FLOAT < value < EXACT_FLOAT]
            )
            self._texts = [
                value if value.__class__ is str else _number(value) if value.__class__ is float else cell_text(value)
                for value in self._values
            ]
        joined = "".join(filter(None, self._texts))
        self.has_ditto = any(mark in joined for mark in _ditto_marks())
        self.is_odd = (
            has_lost_numbers
            or len(joined) > LONGEST_CELL
            or not joined.isprintable()
            or any(mark in joined for mark in _ODD_MARKS)
        )

    def values(self, column: int) -> list[Any]:
        """The column as the parser gave it."""
        return self._values[column :: self._width]

    def texts(self, column: int) -> list[str | None]:
        """The column as texts."""
        return self._texts[column :: self._width]


def _examined(
    read: Columns, entry: Field, column: int, values: Sequence[Any], cells: Texts, numbers: Sequence[int]
) -> Texts:
    joined = "".join(filter(None, cells))
    if not joined.isprintable() or "_x" in joined or UNREADABLE in joined or "\ufffd" in joined:
        cells = _without_harm(read, entry, column, cells, numbers)
    if any(mark in joined for mark in _NUMBER_MARKS):
        cells = _without_lost_numbers(read, entry, column, values, cells, numbers)
    if len(joined) > LONGEST_CELL:
        cells = _shortened(read, entry, column, cells, numbers)
    return cells


def _without_harm(read: Columns, entry: Field, column: int, cells: Texts, numbers: Sequence[int]) -> Texts:
    """The column with cells of characters that belong to no text made unreadable, and entered as found."""
    joined = "".join(filter(None, cells))
    if not _HARMFUL.search(joined) and not _ESCAPED.search(joined):
        return cells
    kept: list[str | None] = []
    for row, written in zip(numbers, cells, strict=True):
        text = written and _ESCAPED.sub(lambda match: chr(int(match[1], 16)), written)
        if text and _HARMFUL.search(text):
            shown = _HARMFUL.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
            names = dict.fromkeys(f"U+{ord(character):04X}" for character in _HARMFUL.findall(text))
            read.found.append(Found("E-CHAR", row, column, entry.name, shown, "、".join(names)))
            text = UNREADABLE
        kept.append(text)
    return kept


def _without_lost_numbers(
    read: Columns, entry: Field, column: int, values: Sequence[Any], cells: Texts, numbers: Sequence[int]
) -> Texts:
    """The column with numbers that are none, and those that stand for a text and lost digits, made unreadable."""
    kept: list[str | None] = []
    for row, value, text in zip(numbers, values, cells, strict=True):
        code = ""
        if value.__class__ is float and not isfinite(value):
            code = "E-NOT-FINITE"
        elif entry.form in ("text", "code") and text:
            is_number = value.__class__ is float and abs(value) >= EXACT_FLOAT
            code = "E-ID-AS-NUMBER" if is_number or _SCIENTIFIC.fullmatch(text.strip()) else ""
        if code:
            read.found.append(Found(code, row, column, entry.name, text or ""))
        kept.append(UNREADABLE if code else text)
    return kept


def _shortened(read: Columns, entry: Field, column: int, cells: Texts, numbers: Sequence[int]) -> Texts:
    """The column with texts that no person writes into a cell made unreadable, and entered as found."""
    kept: list[str | None] = []
    for row, text in zip(numbers, cells, strict=True):
        is_long = text is not None and len(text) > LONGEST_CELL
        if is_long and text is not None:
            read.found.append(Found("E-CELL-LEN", row, column, entry.name, detail=str(len(text))))
        kept.append(UNREADABLE if is_long else text)
    return kept


def _filled_down(read: Columns, entry: Field, column: int, cells: Texts, numbers: Sequence[int]) -> Texts:
    """The column with each ditto mark replaced by the value above; their number is entered.

    One with no value above it (no row, a blank, a cell that cannot be known) is unknown and entered as found.
    """
    filled: list[str | None] = []
    above: str | None = None
    count = 0
    for row, text in zip(numbers, cells, strict=True):
        if text is None or text.strip() not in _ditto_marks():
            above = text if text and text.strip() and text != UNREADABLE else None
            filled.append(text)
        elif above is None:
            read.found.append(Found("E-DITTO", row, column, entry.name, text))
            filled.append(UNREADABLE)
        else:
            filled.append(above)
            count += 1
    if count:
        read.ditto_counts[entry.name] = count
    return filled


@cache
def _ticks() -> tuple[frozenset[str], frozenset[str]]:
    rules = value_rules()
    return frozenset(map(normal, rules["ticked"])), frozenset(map(normal, rules["unticked"]))


def _chosen(
    read: Columns,
    entry: Field,
    layout: Layout,
    sheet: _Cells,
    numbers: Sequence[int],
    problems: Problems,
) -> Texts:
    """The answers of a choice that has a column for each: known where one column is ticked and nothing else stands."""
    ticked, unticked = _ticks()
    parts = layout.splits[entry.name]
    said = {column: sheet.texts(column) for column, _ in parts}
    answers: list[str | None] = []
    for at, row in enumerate(numbers):
        marks = [(column, answer, said[column][at] or "") for column, answer in parts]
        marks = [mark for mark in marks if mark[2].strip() and normal(mark[2]) not in unticked]
        beside = [(column, problems[row, column]) for column, _ in parts[1:] if (row, column) in problems]
        read.found += [Found(code, row, column, entry.name, text) for column, (code, text) in beside]
        if beside:
            answers.append(UNREADABLE)
        elif not marks:
            answers.append("")
        elif len(marks) == 1 and normal(marks[0][2]) in ticked | {marks[0][1]}:
            answers.append(marks[0][1])
        else:
            shown = "、".join(f"{answer}{mark.strip()}" for _, answer, mark in marks)
            told = "、".join(answer for _, answer in parts)
            read.found.append(Found("E-CHOICE-SPLIT", row, marks[0][0], entry.name, shown, told))
            answers.append(UNREADABLE)
    return answers
