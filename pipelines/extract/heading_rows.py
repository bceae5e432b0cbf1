"""Two heading rows read as one: a group above its parts, single headings merged down, a choice split into columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pipelines.extract.claims import LOOSE, claim, names_field, split_field
from pipelines.metadata.contracts import Contract
from pipelines.metadata.text import normal

MIN_PARTS = 2
_LONGEST_PART = 20
_COLONS = frozenset(":\uff1a")


@dataclass(frozen=True)
class Heading:
    """A heading row: `cells` normalised, `written` as people see it.

    `splits` holds the choices that have a column for each answer: field to (column, answer).
    """

    cells: tuple[str, ...]
    written: tuple[str, ...]
    splits: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)


def normalised(row: Sequence[Any]) -> tuple[str, ...]:
    """The row's texts in the form in which headings are compared; anything else is blank."""
    return tuple(normal(cell) if cell.__class__ is str and cell else "" for cell in row)


def may_be_upper(row: Sequence[Any]) -> bool:
    """Whether the row can be the upper half of a heading: no title, which stands alone, and no line about the form."""
    filled = [cell for cell in row if cell != ""]
    return len(filled) >= MIN_PARTS and all(cell.__class__ is str and _COLONS.isdisjoint(cell) for cell in filled)


def continues(contract: Contract, upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Whether `lower` is the second half of the heading `upper`: it names the parts of groups, or headings alone."""
    first = 0
    while first < len(lower) and lower[first] == "":
        first += 1
    if first == len(lower) or lower[first].__class__ is not str:
        return False
    is_single = first + 1 >= len(upper) or (upper[first] != "" and upper[first + 1] != "")
    if is_single and not names_field(contract, lower[first]):
        return False
    return _continues(contract, tuple(upper), tuple(lower))


@lru_cache(maxsize=8192)
def _continues(contract: Contract, upper: tuple[Any, ...], lower: tuple[Any, ...]) -> bool:
    filled = [cell for cell in lower if cell != ""]
    if len(filled) < MIN_PARTS or any(cell.__class__ is not str for cell in filled):
        return False
    found = (claim(contract, normal(cell)) for cell in filled)
    return _names_parts(contract, upper, lower) or all(claimed is not None and claimed[1] < LOOSE for claimed in found)


def _names_parts(contract: Contract, upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Whether the filled cells of `lower` stand below groups only, beside headings of the contract's.

    A group is a heading with blank ones to its right (merged cells leave them); below every other heading is nothing.
    """
    width = min(len(upper), len(lower))
    starts = _group_starts(upper[:width], lower[:width])
    parts = [column for column in range(width) if lower[column] != ""]
    if any(column not in starts or len(lower[column]) > _LONGEST_PART for column in parts):
        return False
    high, low = normalised(upper), normalised(lower)
    singles = [column for column in range(width) if column not in starts and high[column]]
    beside = [column for column in singles if claim(contract, high[column])]
    meant = [column for column in parts if claim(contract, low[column])]
    is_title = len({starts[column] for column in parts}) == 1
    return bool(beside or (meant and not is_title))


def _group_starts(upper: Sequence[Any], lower: Sequence[Any]) -> dict[int, int]:
    """Every column that belongs to a group, with the column in which the group's heading stands."""
    filled = [column for column, cell in enumerate(upper) if cell != ""]
    starts: dict[int, int] = {}
    for start, end in pairwise([*filled, len(upper)]):
        if end - start >= MIN_PARTS and sum(cell != "" for cell in lower[start:end]) >= MIN_PARTS:
            starts |= dict.fromkeys(range(start, end), start)
    return starts


def join_rows(contract: Contract, upper: tuple[Any, ...], lower: tuple[Any, ...]) -> Heading:
    """The two rows as one. A part is read alone where that names a field, else together with its group."""
    width = max(len(upper), len(lower))
    high, low = (normalised((*row, *[""] * (width - len(row)))) for row in (upper, lower))
    starts = _group_starts(high, low)
    cells, written = list(low), [str(cell).strip() for cell in (*lower, *[""] * (width - len(lower)))]
    for column in range(width):
        start = starts.get(column)
        if not low[column]:
            if start is None and high[column]:
                cells[column], written[column] = high[column], str(upper[column]).strip()
        elif start is not None:
            readings = (low[column], high[start] + low[column], low[column] + high[start])
            cells[column] = next((text for text in readings if claim(contract, text)), low[column])
            written[column] = f"{str(upper[start]).strip()}/{written[column]}"
    splits = {}
    for start in sorted(set(starts.values())):
        parts = [(column, low[column]) for column in starts if starts[column] == start and low[column]]
        if choice := split_field(contract, (answer for _, answer in parts), high[start]):
            splits[choice.name] = tuple(parts)
            for column, _ in parts:
                cells[column] = ""
    return Heading(tuple(cells), tuple(written), splits)
