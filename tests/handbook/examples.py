"""Examples of a standard: small tables of what was sent and the rows that measure has to answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipelines.metadata.items import items
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Provision, Standard, names_in
from tests.handbook.drawing import ITEM_SHEETS, RETURNS, Table, read_table

RESULTS = ("assessments", "figures", "cases")
_ITEM_COLUMNS = ("", "_na", "_date", "_done", "_due")


@dataclass(frozen=True)
class Expected:
    """Rows of one result table of an indicator, in the columns drawn."""

    result: str
    indicator: str
    table: Table


@dataclass(frozen=True)
class Example:
    """What was sent and what has to come out; `note` is said under it in the page."""

    title: str
    note: str
    provisions: tuple[str, ...]
    period: str
    as_of: str | None
    register: Table
    sheets: Mapping[str, Table]
    expected: tuple[Expected, ...]

    @property
    def month(self) -> str:
        """The month that a row without one belongs to: the period's last."""
        return f"{parse_period(self.period).end:%Y-%m}"

    def about(self, provision: Provision) -> Example:
        """The example as that provision sees it: its own items and its own rows."""
        own = items_of(provision)
        kept = (*own, None, *RETURNS)
        sheets = {
            name: table.where(lambda row: row.get("item_id") in kept) if own and name in ITEM_SHEETS else table
            for name, table in self.sheets.items()
        }
        expected = tuple(each for each in self.expected if each.indicator in provision.indicators)
        return replace(self, sheets={name: table for name, table in sheets.items() if table.rows}, expected=expected)


@cache
def _item_columns() -> Mapping[str, str]:
    return {f"{item}{suffix}": item for item in items() for suffix in _ITEM_COLUMNS}


def items_of(provision: Provision) -> tuple[str, ...]:
    """Items that the provision's expressions name, in the order in which they do."""
    columns = _item_columns()
    texts = [expression for _, expression in provision.expressions]
    named = {columns[name] for text in texts for name in names_in(text) if name in columns}
    joined = " ".join(texts)
    return tuple(sorted(named, key=lambda item: (joined.find(item), item)))


def example(standard: Standard, entry: Mapping[str, Any]) -> Example:
    """The example of an entry of the file."""
    expected = [
        Expected(result, indicator, read_table(text))
        for result in RESULTS
        for indicator, text in entry.get(result, {}).items()
    ]
    named = entry.get("provisions", [each.indicator for each in expected])
    return Example(
        title=entry["title"],
        note=entry.get("note", ""),
        provisions=tuple(dict.fromkeys(standard.provision(name).id for name in named)),
        period=str(entry["period"]),
        as_of=str(entry["as_of"]) if "as_of" in entry else None,
        register=read_table(entry["register"]),
        sheets={name: read_table(text) for name, text in entry.get("sheets", {}).items()},
        expected=tuple(expected),
    )
