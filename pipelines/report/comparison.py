"""Townships side by side: the worst first with their places, those of few schools and those of none known apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from pipelines.metadata.crosschecks import minimum_ranked
from pipelines.report import display, marks, wording
from pipelines.report.drawing import STATUSES
from pipelines.report.material import Figure, Material
from pipelines.report.summary import SUBMISSION_RATE, headlines, units
from pipelines.report.tables import Cell, Column, Table, level_tables, rate_cell

LEVEL = "township"


def _counted(material: Material, code: str) -> tuple[Figure, ...]:
    """The unit's headline rates over schools."""
    found = (
        material.by_key.get(f"{row.figure.indicator}|{LEVEL}|{code}")
        for row in headlines(material)
        if row.counts_schools
    )
    return tuple(figure for figure in found if figure is not None)


def _total(figures: tuple[Figure, ...], *statuses: str) -> int:
    return sum(getattr(figure, status) or 0 for figure in figures for status in statuses)


def is_silent(material: Material, code: str) -> bool:
    """No school of the unit has a decision under any headline rate, and some are unreported."""
    figures = _counted(material, code)
    return bool(_total(figures, "unreported")) and not _total(figures, "met", "unmet", "pending", "exempt")


def failing(material: Material, code: str) -> tuple[int, int]:
    """Failures under the headline rates over schools, and the decisions that were due."""
    figures = _counted(material, code)
    return _total(figures, "unmet"), _total(figures, *STATUSES)


def decided_schools(material: Material, code: str) -> int:
    """Schools of the unit that are met or unmet, under the headline rate over schools under which most are."""
    return max((_total((figure,), "met", "unmet") for figure in _counted(material, code)), default=0)


@dataclass(frozen=True)
class Ranking:
    """Codes of the townships: ranked, the worst first, each with its place; of too few schools; of which none is heard.

    Equal shares of failures have one place, and the next place counts them all (1, 2, 2, 4); they stand by code.
    """

    places: tuple[tuple[int, str], ...]
    few: tuple[str, ...]
    silent: tuple[str, ...]


def ranking(material: Material) -> Ranking:
    """The townships of the report by place."""
    codes = [unit.unit_code for unit in units(material, LEVEL)]
    silent = [code for code in codes if is_silent(material, code)]
    heard = [code for code in codes if code not in set(silent)]
    ranked = [code for code in heard if decided_schools(material, code) >= minimum_ranked()]
    shares = {code: Fraction(*failing(material, code)) for code in ranked}
    places = ((1 + sum(other > shares[code] for other in shares.values()), code) for code in ranked)
    few = (code for code in heard if code not in shares)
    return Ranking(tuple(sorted(places)), tuple(few), tuple(silent))


def _units(material: Material) -> tuple[Figure, ...]:
    return (*units(material, LEVEL), *units(material, "county"))


def _failing_cell(material: Material, code: str) -> Cell:
    """The share by which the township has its place, with its fraction beside it."""
    unmet, due = failing(material, code)
    beside = marks.join("/", (marks.count(unmet, "failing", code, "unmet"), marks.count(due, "failing", code, "due")))
    return Cell(marks.share(unmet, due, "failing", code), beside, is_number=True)


def _with_heads(material: Material, table: Table, ranked: Ranking) -> Table:
    """The table with place, what it is taken by, and submission rate before the other rates; the whole has no place."""
    heads = (
        Column(wording.column("place"), wording.text("page.ranking"), True),
        Column(wording.column("failing"), wording.text("page.ranking"), True),
        Column(wording.column("rate"), wording.text("page.submission"), True),
    )
    places = {code: place for place, code in ranked.places}
    rows = []
    for unit, row in zip(_units(material), table.rows, strict=True):
        place = places.get(unit.unit_code) if unit.unit_level == LEVEL else None
        key = f"{SUBMISSION_RATE}|{unit.unit_level}|{unit.unit_code}"
        ranked_by = _failing_cell(material, unit.unit_code) if place else Cell("")
        number = Cell(display.number(place), is_number=True)
        rows.append((row[0], number, ranked_by, rate_cell(material.by_key.get(key)), *row[1:]))
    return replace(table, columns=(table.columns[0], *heads, *table.columns[1:]), rows=tuple(rows))


def township_tables(material: Material, href: Callable[[str], str]) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Headline rates by township in parts that paper holds: the worst first, the whole last; and those set apart.

    Apart stand the townships of too few decided schools for a place, then the silent; a table of none has no rows.
    """
    ranked = ranking(material)
    parts = level_tables(material, wording.text("page.units_township"), LEVEL)
    first = _with_heads(material, parts[0], ranked)
    codes = [unit.unit_code for unit in units(material, LEVEL)]
    at = {code: place for place, code in enumerate(codes)}
    minimum = marks.count(minimum_ranked(), "rule", "ranking", "minimum_decided")
    note = marks.join("", (wording.text("page.units_order", minimum=minimum), first.note))
    shown = []
    for table in (first, *parts[1:]):
        rows = (*(_linked(table.rows[at[code]], href(code)) for _, code in ranked.places), *table.rows[len(codes) :])
        shown.append(replace(table, rows=rows if codes else (), note=note))
    titles = (wording.text("page.units_few", minimum=minimum_ranked()), wording.text("page.units_apart"))
    apart = (
        replace(first, title=title, rows=tuple(_linked(first.rows[at[code]], href(code)) for code in found), note="")
        for title, found in zip(titles, (ranked.few, ranked.silent), strict=True)
    )
    return tuple(shown), tuple(apart)


def _linked(row: tuple[Cell, ...], href: str) -> tuple[Cell, ...]:
    return replace(row[0], href=href), *row[1:]
