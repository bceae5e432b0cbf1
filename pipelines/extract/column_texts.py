"""The texts of a sheet's records, a column a field, with what was mended and what cannot be known in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from math import isfinite
from typing import Any

from pipelines.extract.grids import EXACT_FLOAT, cell_text
from pipelines.extract.headings import Layout
from pipelines.extract.remembered import Remembered
from pipelines.metadata.contracts import Field
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules

UNREADABLE = "\ufffc"
LONGEST_CELL = 4000
# Control characters, overrides of the direction of writing, halves of characters, marks of what was lost.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\uffff\U000e0000-\U000e007f]"
)
# What the text of a number that is not finite, or has more digits than spreadsheets keep, cannot do without.
_NUMBER_MARKS = ("nan", "inf", "+", ".0")
# What texts do not hold unless one of the tests below has something to look for.
_ODD_MARKS = (*_NUMBER_MARKS, "_x", UNREADABLE, "\ufffd")
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


# Most numbers and days of a county come again and again; -0.0 and 0.0 read alike.
_written = Remembered(cell_text)


@cache
def _ditto_marks() -> frozenset[str]:
    return frozenset(value_rules()["ditto"])


def _joined(texts: Iterable[str | None]) -> str:
    return "".join(filter(None, texts))


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of rows of one width, row after row from `start` to `end`: as the parser gave them, and as texts.

    `is_plain` tells that they are known to hold nothing odd.
    """

    width: int
    start: int
    end: int
    all_values: Sequence[Any]
    all_texts: Sequence[str | None]
    is_plain: bool

    def values(self, column: int, from_row: int = 0) -> Sequence[Any]:
        """A column as the parser gave it."""
        return self.all_values[self.start + from_row * self.width + column : self.end : self.width]

    def texts(self, column: int) -> Texts:
        """A column as texts."""
        return self.all_texts[self.start + column : self.end : self.width]

    def picked(self, numbers: Sequence[int]) -> Cells:
        """The rows of these numbers, in order; most often all but the first."""
        width, start = self.width, self.start + numbers[0] * self.width
        end = start + len(numbers) * width
        if numbers[-1] - numbers[0] < len(numbers):
            return Cells(width, start, end, self.all_values, self.all_texts, self.is_plain)
        starts = [self.start + number * width for number in numbers]
        values, texts = (
            list(chain.from_iterable(cells[at : at + width] for at in starts))
            for cells in (self.all_values, self.all_texts)
        )
        return Cells(width, 0, len(values), values, texts, self.is_plain)


def _has_ditto(joined: str) -> bool:
    return any(mark in joined for mark in _ditto_marks())


def _is_odd(joined: str, texts: Texts) -> bool:
    """Whether a text may need more than to be written."""
    return (
        not joined.isprintable()
        or any(mark in joined for mark in _ODD_MARKS)
        or (len(joined) > LONGEST_CELL and max(map(len, filter(None, texts))) > LONGEST_CELL)
    )


def cells_of(grids: Sequence[Sequence[Sequence[Any]]]) -> list[Cells]:
    """The cells of each grid; all are turned into texts together and tested as one."""
    values = list(chain.from_iterable(chain.from_iterable(grids)))
    texts: list[str | None] = [
        value
        if value.__class__ is str
        else _written[value]
        if value.__class__ is float or value.__class__ is date
        else cell_text(value)
        for value in values
    ]
    joined = _joined(texts)
    is_plain = not (_is_odd(joined, texts) or _has_ditto(joined))
    found, start = [], 0
    for rows in grids:
        width = len(rows[0]) if rows else 0
        end = start + len(rows) * width
        found.append(Cells(width, start, end, values, texts, is_plain))
        start = end
    return found


def read_columns(layout: Layout, sheet: Cells, numbers: Sequence[int], problems: Problems) -> Columns:
    """A column of texts for every field that the layout places, over the rows of these zero-based numbers.

    The cells are tested as one text; only where something odd stands in it are columns looked at.
    """
    read = Columns()
    if not numbers:
        return read
    sheet = sheet.picked(numbers)
    if sheet.is_plain and not (problems or layout.splits or layout.scales):
        read.texts = {name: sheet.texts(column) for name, column in layout.columns.items()}
        return read
    texts = sheet.all_texts[sheet.start : sheet.end]
    joined = _joined(texts)
    is_odd, has_ditto = _is_odd(joined, texts), _has_ditto(joined)
    for entry in layout.contract.fields:
        column = layout.columns.get(entry.name)
        if column is None:
            continue
        cells: Texts
        if entry.name in layout.splits:
            cells = _chosen(read, entry, layout, sheet, numbers, problems)
        else:
            cells = sheet.texts(column)
            if is_odd:
                cells = _examined(read, entry, column, sheet.values(column), cells, numbers)
        if problems:
            unknown = {row for row, at in problems if at == column}
            cells = [UNREADABLE if row in unknown else text for row, text in zip(numbers, cells, strict=True)]
        if entry.fill_down and has_ditto:
            cells = _filled_down(read, entry, column, cells, numbers)
        if scale := layout.scales.get(entry.name):
            cells = [text.rstrip() + scale if text and text.rstrip()[-1:].isdigit() else text for text in cells]
        read.texts[entry.name] = cells
    return read


def _examined(
    read: Columns, entry: Field, column: int, values: Sequence[Any], cells: Texts, numbers: Sequence[int]
) -> Texts:
    joined = _joined(cells)
    if not joined.isprintable() or "_x" in joined or UNREADABLE in joined or "\ufffd" in joined:
        cells = _without_harm(read, entry, column, cells, numbers)
    if any(mark in joined for mark in _NUMBER_MARKS):
        cells = _without_lost_numbers(read, entry, column, values, cells, numbers)
    if len(joined) > LONGEST_CELL:
        cells = _shortened(read, entry, column, cells, numbers)
    return cells


def _without_harm(read: Columns, entry: Field, column: int, cells: Texts, numbers: Sequence[int]) -> Texts:
    """The column with cells of characters that belong to no text made unreadable, and entered as found."""
    joined = _joined(cells)
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
    sheet: Cells,
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
