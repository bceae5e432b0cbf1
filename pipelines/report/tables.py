"""Tables as people read them, the same for page, bulletin and Word: cells are text, marked with their figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from pipelines.report import display, wording
from pipelines.report.material import Case, Figure, Material
from pipelines.report.naming import figure_status, indicator_name, scoring_name, unit_name, value_name
from pipelines.report.summary import headlines, red_list, silence, units
from pipelines.report.tiles import closure

_RATES_ON_PAPER = 6
"""Rates by unit side by side on a landscape page."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, a smaller text beside or below it, and the key of the figure that it shows and of what part.

    A page links it to `href` where it is no figure; `tone` is the status that it shows, if it shows one.
    """

    text: str
    beside: str = ""
    key: str = ""
    is_number: bool = False
    href: str = ""
    tone: str = ""
    part: str = ""


@dataclass(frozen=True)
class Column:
    """One column: its title, the group above it (empty for none), whether it holds numbers."""

    title: str
    group: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows of cells; the first column names the row. `unasked` says why there can be no rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    unasked: str = ""

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """(group, number of columns) from left to right; empty when no column has a group."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and column.group and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return tuple(spans) if any(group for group, _ in spans) else ()


def _count(value: display.Number | None, figure: Figure | None = None, part: str = "") -> Cell:
    return Cell(display.number(value), key=figure.key if figure else "", part=part, is_number=True)


def rate_cell(figure: Figure | None) -> Cell:
    """The rate with numerator and denominator beside it; the status in words where there is no rate."""
    if figure is None:
        return Cell("", is_number=True)
    beside = display.fraction(figure.numerator, figure.denominator)
    shown = display.rate(figure.numerator, figure.denominator) or display.share(figure.value)
    if not shown:
        return Cell(figure_status(figure), key=figure.key, is_number=True, part="rate")
    return Cell(shown, beside, figure.key, is_number=True, part="rate")


def figure_cell(figure: Figure | None) -> Cell:
    """The figure in one cell: a rate with its fraction, a number, or in words why there is none."""
    if figure is None or figure.is_rate:
        return rate_cell(figure)
    return Cell(display.number(figure.value) or figure_status(figure), key=figure.key, is_number=True)


def level_tables(material: Material, title: str, level: str) -> tuple[Table, ...]:
    """The level table in parts that a printed page can hold, of about the same number of rates each."""
    count = len(headlines(material))
    parts = max(1, -(-count // _RATES_ON_PAPER))
    bounds = [count * part // parts for part in range(parts + 1)]
    titles = [title + wording.text("page.part_number", part=part, parts=parts) for part in range(1, parts + 1)]
    spans = zip(titles if parts > 1 else [title], pairwise(bounds), strict=True)
    return tuple(level_table(material, name, level, slice(*span)) for name, span in spans)


def level_table(material: Material, title: str, level: str, chosen: slice = slice(None)) -> Table:
    """Headline rates by unit of a level, the whole as last row. Grain: one row per township (or stage)."""
    named = [(headline.figure.indicator, headline.name) for headline in headlines(material)[chosen]]
    columns = [Column(wording.label("levels", level))]
    counted = {indicator for indicator, _ in named if material.county[indicator].unreported is not None}
    for indicator, name in named:
        columns.append(Column(wording.column("rate"), name, True))
        if indicator in counted:
            columns.append(Column(wording.column("unreported"), name, True))
    rows = []
    for unit in (*units(material, level), *units(material, "county")):
        whole = unit.unit_level == "county"
        cells = [Cell(wording.text("page.all_units") if whole else unit_name(unit))]
        for indicator, _ in named:
            figure = material.by_key.get(f"{indicator}|{unit.unit_level}|{unit.unit_code}")
            cells.append(rate_cell(figure))
            if indicator in counted:
                cells.append(_count(figure.unreported, figure, "unreported") if figure else _count(None))
        rows.append(tuple(cells))
    return Table(title, tuple(columns), tuple(rows), wording.text("page.units_note"))


def unit_table(material: Material, title: str, level: str, columns: Sequence[tuple[str, str]], note: str = "") -> Table:
    """(indicator, title) side by side by unit, the whole as last row. Grain: one row per unit of the level."""
    heads = (Column(wording.label("levels", level)), *(Column(name, is_number=True) for _, name in columns))
    rows = []
    for unit in (*units(material, level), *units(material, "county")):
        whole = unit.unit_level == "county"
        keys = (f"{indicator}|{unit.unit_level}|{unit.unit_code}" for indicator, _ in columns)
        name = Cell(wording.text("page.all_units") if whole else unit_name(unit))
        rows.append((name, *(figure_cell(material.by_key.get(key)) for key in keys)))
    return Table(title, heads, tuple(rows), note)


def rate_table(material: Material, title: str, level: str, indicators: Sequence[str]) -> Table:
    """Rates that go together, by unit of a level, the whole as last row. Grain: one row per township (or stage)."""
    named = [(indicator, indicator_name(material.standard, indicator)) for indicator in indicators]
    return unit_table(material, title, level, named, wording.text("page.rates_note"))


def _indicator_row(material: Material, figure: Figure) -> tuple[Cell, ...]:
    counts = ("met", "unmet", "pending", "unreported", "exempt")
    shares = ("lower", "upper", "reported_value")
    return (
        Cell(indicator_name(material.standard, figure.indicator)),
        Cell(figure.clause),
        Cell(scoring_name(material.standard, figure.indicator)),
        rate_cell(figure),
        *(_count(getattr(figure, name), figure, name) for name in counts),
        *(Cell(display.share(getattr(figure, name)), key=figure.key, is_number=True, part=name) for name in shares),
    )


def indicator_table(material: Material, title: str, chosen: frozenset[str] | None = None) -> Table:
    """Every rate of the whole, or those chosen, with statuses and bounds. Grain: one row per indicator."""
    words = ("indicator", "clause", "scored", "rate", "met", "unmet", "pending", "unreported", "exempt")
    columns = [Column(wording.column(word), is_number=word not in ("indicator", "clause", "scored")) for word in words]
    columns += [Column(wording.column(word), is_number=True) for word in ("lower", "upper", "reported_value")]
    shown = (row for row in material.county.values() if row.is_rate and (chosen is None or row.indicator in chosen))
    rows = tuple(_indicator_row(material, figure) for figure in shown)
    return Table(title, tuple(columns), rows, wording.text("page.indicators_note"))


def statistic_table(material: Material, title: str) -> Table:
    """Durations and counts of the whole. Grain: one row per indicator that is not a rate."""
    columns = (
        Column(wording.column("indicator")),
        Column(wording.column("clause")),
        Column(wording.column("value"), is_number=True),
        Column(wording.column("measure_unit")),
    )
    rows = []
    for figure in material.county.values():
        if not figure.is_rate:
            shown = display.number(figure.value) or figure_status(figure)
            name = indicator_name(material.standard, figure.indicator)
            unit = wording.label("measure_units", figure.measure_unit)
            rows.append(
                (Cell(name), Cell(figure.clause), Cell(shown, key=figure.key, is_number=True, part="value"), Cell(unit))
            )
    return Table(title, columns, tuple(rows))


def red_table(material: Material, title: str) -> Table:
    """Schools that fail a red-list indicator. Grain: one row per school."""
    columns = tuple(Column(wording.column(name)) for name in ("school_name", "township", "unmet_items"))
    separator = wording.text("page.item_separator")
    rows = tuple(
        (Cell(school.name, school.school_code), Cell(school.township), Cell(separator.join(school.items)))
        for school in red_list(material)
    )
    return Table(title, columns, rows)


def silent_table(material: Material, title: str) -> Table:
    """Expected schools without a usable submission. Grain: one row per school."""
    columns = tuple(Column(wording.column(name)) for name in ("school_name", "township", "school_type", "condition"))
    silent = silence(material)
    rows = tuple(
        (
            Cell(school.school_name, school.school_code),
            Cell(school.township),
            Cell(value_name("school_type", school.school_type)),
            Cell(wording.text("page.silent_no_file" if school in silent.no_file else "page.silent_rejected")),
        )
        for school in silent.schools
    )
    return Table(title, columns, rows)


def day_of(moment: date | datetime | None) -> date | None:
    """The day of a moment; None for none."""
    return moment.date() if isinstance(moment, datetime) else moment


def days_open(case: Case) -> int:
    """Days from the start of an open case to the last day that the school's ledger covers."""
    start, until = day_of(case.start), day_of(case.observed_until)
    return (until - start).days if start and until else 0


def is_open(case: Case) -> bool:
    """Started, not ended, and not withdrawn from observation by a doubt about its dates."""
    return case.end is None and case.start is not None and case.status in ("open", "overdue")


def is_overdue(case: Case, cut_off: date) -> bool:
    """Open with a deadline before the cut-off day."""
    deadline = day_of(case.deadline)
    return is_open(case) and deadline is not None and deadline < cut_off


def open_cases(material: Material) -> tuple[Case, ...]:
    """Open hazards of the provision that times them, the longest open first."""
    found = [case for case in material.cases if case.indicator == closure(material.standard) and is_open(case)]
    return tuple(sorted(found, key=lambda case: (-days_open(case), case.school_code, case.case_no)))
