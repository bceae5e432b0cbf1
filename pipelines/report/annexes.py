"""The annexes of the bulletin in their order, and the number that a sentence points to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pipelines.report import corrections, crosschecks, earlier, ledger, losses, queries, tables, wording
from pipelines.report.material import Material
from pipelines.report.school_rows import school_table
from pipelines.report.tables import Table
from pipelines.report.townships import township_of

Maker = Callable[[Material, str], Table | tuple[Table, ...]]


def _compared(material: Material) -> tuple[tuple[str, Maker], ...]:
    """How the units stand: townships and stages, or a township beside the whole and its schools one by one."""
    by_township = partial(tables.level_tables, level="township")
    if township_of(material):
        return (("county", by_township), ("schools", school_table))
    return (("township", by_township), ("stage", partial(tables.level_tables, level="stage")))


def _rate_tables(material: Material) -> Iterator[tuple[str, Maker]]:
    """Tables of rates that go together under a name of their own, where the standard computes every one of them."""
    for form in wording.entry("bulletin.rate_tables"):
        if all(indicator in material.county for indicator in form["indicators"]):
            yield form["title"], partial(tables.rate_table, level="township", indicators=tuple(form["indicators"]))


def _makers(material: Material) -> tuple[tuple[str, Maker], ...]:
    """(title, maker) of each annex; a list of hazards by kind only where the standard times hazards."""
    every: tuple[tuple[str, Maker], ...] = (
        *_compared(material),
        ("indicators", tables.indicator_table),
        *_rate_tables(material),
        ("statistics", tables.statistic_table),
        ("red", tables.red_table),
        ("silent", tables.silent_table),
        *ledger.annexes(material),
        ("truth", crosschecks.kind_table),
        ("truth_items", partial(crosschecks.agreement_table, level="item")),
        ("truth_townships", partial(crosschecks.agreement_table, level="township")),
        ("queries", queries.query_table),
        ("losses", losses.loss_table),
        ("earlier", earlier.comparison_table),
    )
    # Most reports have none, and then no annex says so.
    return (*every, ("corrections", corrections.correction_table)) if material.corrections else every


def annex_numbers(material: Material) -> dict[str, int]:
    """The number of each annex by its name in the wording."""
    return {name: number for number, (name, _) in enumerate(_makers(material), 1)}


def annex_tables(material: Material) -> Iterator[Table]:
    """The tables of all annexes, each under its number and title; one that is too wide for a page in parts."""
    titles: dict[str, Any] = wording.entry("bulletin")
    for number, (name, make) in enumerate(_makers(material), 1):
        title = titles.get(f"table_{name}", name)
        made = make(material, wording.text("bulletin.annex_title", number=number, title=title))
        yield from (made,) if isinstance(made, Table) else made
