"""What a workbook says about single students or identity documents: sheets and columns that are refused unread.

They are known by their headings and their name alone; values.yaml holds the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from pipelines.extract.grids import Sheet
from pipelines.extract.headings import SEARCHED_ROWS, Layout, names_contract
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules

_REMARK = re.compile(r"\([^)]*\)|[\d.、*:：]")
_LONGEST_HEADING = 20
_NAMED = 3
"""Headings that a finding names."""


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(value_rules()["personal"][kind])


@lru_cache(maxsize=4096)
def _plain(heading: str) -> str:
    return _REMARK.sub("", normal(heading))


@lru_cache(maxsize=4096)
def _is_suspect_name(sheet_name: str) -> bool:
    return bool(_pattern("sheet").search(_plain(sheet_name)))


def _of_kind(kind: str, headings: Iterable[str]) -> list[str]:
    return [heading for heading in headings if _pattern(kind).search(_plain(heading))]


def _row_headings(row: Sequence[Any]) -> list[str]:
    return [cell.strip() for cell in row if cell.__class__ is str and 0 < len(cell) <= _LONGEST_HEADING]


def _telling(headings: Sequence[str], is_suspect: bool, is_known: bool) -> list[str]:
    """The headings of one row that say that its table lists students; none where nothing says so.

    Guards stand by name in a table that we know: there an identity document refuses its own column only.
    """
    students, names = _of_kind("student", headings), _of_kind("name", headings)
    beside = _of_kind("class", headings) + ([] if is_known else _of_kind("document", headings))
    if students:
        return students
    return names + beside if names and (beside or is_suspect) else []


def refused_sheet(sheet: Sheet, layout: Layout | None) -> str | None:
    """What the finding says of a sheet that must not be read at all; None for every other."""
    is_suspect = _is_suspect_name(sheet.name)
    if layout is not None and not is_suspect and (not layout.unknown or _is_ours(sheet, layout)):
        return None
    for row in sheet.rows[:SEARCHED_ROWS]:
        if told := _telling(_row_headings(row), is_suspect, layout is not None):
            return _worded("whole", told)
    return None


def _is_ours(sheet: Sheet, layout: Layout) -> bool:
    return names_contract(sheet.name) is layout.contract


def refused_columns(sheet: Sheet, layout: Layout) -> dict[int, str]:
    """Zero-based columns beside ours that must not be reported, filled somewhere, with what the finding says."""
    refused = {}
    for column, heading in layout.unknown:
        if _of_kind("student", [heading]) or _of_kind("document", [heading]):
            below = sheet.rows[layout.header_row + 1 :]
            if any(column < len(row) and row[column] not in ("", None) for row in below):
                refused[column] = _worded("column", [heading])
    return refused


def _worded(key: str, headings: Sequence[str]) -> str:
    told = "、".join(dict.fromkeys(headings[:_NAMED]))
    return str(value_rules()["personal"][key]).format(headings=told)
