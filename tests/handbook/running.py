"""Examples run: the county of an example loaded, measured by the real engines, held against what is expected."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.measure.measuring import Measured
from pipelines.metadata.contracts import contract
from pipelines.metadata.standards import Standard
from tests.handbook.drawing import RETURNS, Table
from tests.handbook.examples import Example
from tests.spec.world import World, expect

REGISTER_MONTH = "2024-09"


def built(each: Example) -> World:
    """The county of the example, loaded."""
    world = World().register(each.register.barred().replace("school |", "school_code |", 1), month=REGISTER_MONTH)
    for (sender, month), sheets in sorted(_submissions(each).items()):
        if sender:
            world.report(sender, month, status="accepted", received_at=None, lost=None, **sheets)
        else:
            world.bureau(month, lost=None, **sheets)
    return world


def _submissions(each: Example) -> dict[tuple[str, str], dict[str, str]]:
    """Sheets by who sent them ('' is the bureau) and month."""
    sent: dict[tuple[str, str], dict[str, list[dict[str, str | None]]]] = {}
    for name, table in each.sheets.items():
        is_school = contract(name).origin == "school"
        for row in table.dicts():
            sender = (row.pop("school") or "") if is_school else ""
            month = row.pop("month", None) or each.month
            sent.setdefault((sender, month), {}).setdefault(name, []).append(row)
    return {key: {name: _sheet(rows) for name, rows in sheets.items()} for key, sheets in sent.items()}


def _sheet(rows: list[dict[str, str | None]]) -> str:
    mark = next((cell for row in rows for cell in row.values() if cell in RETURNS), None)
    if mark:
        return "nil" if mark == "nil" else ""
    columns = tuple(rows[0])
    return Table(columns, tuple(tuple(row.values()) for row in rows)).barred()


def measured(standard: Standard, each: Example) -> Measured:
    """The example's provisions, and those that they are composed of, measured."""
    named = [standard.provision(name) for name in each.provisions]
    only = dict.fromkeys(part for provision in named for part in (*provision.all_of, provision.id))
    return built(each).measure(standard, each.period, each.as_of, only=" ".join(only))


def check(found: Measured, each: Example) -> Iterator[str]:
    """Hold what was measured against every expected table; yields the indicators held."""
    for wanted in each.expected:
        columns = wanted.table.columns
        level = "county" if wanted.result == "figures" and "unit_level" not in columns else None
        expect(getattr(found, wanted.result), wanted.indicator, wanted.table.barred(), level=level)
        yield wanted.indicator
