"""Total rows compared with the rows that they add up: what differs, by cell. Pure.

Nothing is said of a total whose rows cannot be told for certain, or whose cells are not all plain numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pipelines.extract.column_texts import Found, Problems
from pipelines.extract.grids import cell_text
from pipelines.extract.headings import Layout
from pipelines.metadata.contracts import Field
from pipelines.metadata.text import fold
from pipelines.metadata.values import value_rules

_ADDED = ("int", "number", "money")
_NUMBER = re.compile(r"(-?\d{1,13}(?:\.\d{1,4})?|-?\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?)(\D*)")


@dataclass(frozen=True)
class _Total:
    """A total row and the runs of records that it may add up; more than one where the table does not say which."""

    row: int
    runs: tuple[tuple[int, ...], ...]


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rules = value_rules()
    return re.compile(rules["subtotal"]), re.compile(rules["running_total"])


def differing_totals(
    layout: Layout,
    rows: Sequence[Sequence[Any]],
    numbers: Sequence[int],
    total_rows: Sequence[int],
    problems: Problems,
) -> Iterator[Found]:
    """Q-TOTAL-DIFFERS at every total that no reading of its rows brings about; value the total, detail the sum.

    Rows of a list of items are different things, in persons, times or days: their sum means nothing.
    """
    if layout.contract.item_kind:
        return
    unsummed = value_rules()["unsummed_units"]
    fields = [entry for entry in layout.contract.fields if entry.form in _ADDED and entry.unit not in unsummed]
    columns = [(entry, layout.columns[entry.name]) for entry in fields if entry.name in layout.columns]
    for total in _totals(rows, numbers, total_rows):
        for entry, column in columns:
            written = cell_text(rows[total.row][column])
            stated = _plain_number(written, entry)
            if stated is None or written is None or (total.row, column) in problems:
                continue
            sums = [_sum(rows, run, column, entry, problems) for run in total.runs]
            known = [value for value in sums if value is not None]
            if len(known) == len(sums) and known and stated not in known:
                yield Found("Q-TOTAL-DIFFERS", total.row, column, entry.name, written, f"{known[0].normalize():f}")


def _totals(rows: Sequence[Sequence[Any]], numbers: Sequence[int], total_rows: Sequence[int]) -> Iterator[_Total]:
    """The totals that can be compared: of the whole table, of what lies between two, and subtotals of their group."""
    subtotal, running = _words()
    marks = {row: fold(_first_text(rows[row])) for row in total_rows}
    subs = [row for row in total_rows if subtotal.search(marks[row])]
    grand = [row for row in total_rows if row not in subs and not running.search(marks[row])]
    everything = tuple(numbers)
    for row in grand:
        above = tuple(number for number in numbers if number < row)
        since = max((other for other in grand if other < row), default=-1)
        block = tuple(number for number in above if number > since)
        yield _Total(row, tuple(dict.fromkeys(run for run in (everything, above, block) if run)))
    stands_below = bool(subs) and bool(numbers) and numbers[0] < subs[0] and numbers[-1] < subs[-1]
    for before, row in zip([-1, *subs], subs, strict=False):
        group = tuple(number for number in numbers if before < number < row)
        if stands_below and group:
            yield _Total(row, (group,))


def _first_text(row: Sequence[Any]) -> str:
    return next((cell for cell in row if cell.__class__ is str and cell), "")


def _plain_number(text: str | None, entry: Field) -> Decimal | None:
    """The number, bare or with a word of its own unit; None for everything else."""
    match = _NUMBER.fullmatch(fold(text)) if text else None
    if match is None:
        return None
    rules = value_rules()
    if match[2] and match[2] not in rules["measure_units"].get(entry.unit, rules["units"]):
        return None
    return Decimal(match[1].replace(",", ""))


def _sum(
    rows: Sequence[Sequence[Any]], run: Sequence[int], column: int, entry: Field, problems: Problems
) -> Decimal | None:
    """The sum of a run, blank cells as nothing; None where a cell is no plain number or is not known."""
    missing = value_rules()["missing"]
    total = Decimal(0)
    for row in run:
        text = cell_text(rows[row][column])
        if (row, column) in problems:
            return None
        if text is None or not text.strip() or text.strip().lower() in missing:
            continue
        value = _plain_number(text, entry)
        if value is None:
            return None
        total += value
    return total
