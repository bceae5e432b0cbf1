"""Bar charts of the leader's page: statuses by unit and the age of open hazards, few colours with one meaning each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise

from pipelines.report import display, wording
from pipelines.report.drawing import STATUSES, Bar, Chart, segments
from pipelines.report.material import Figure, Material
from pipelines.report.naming import figure_status, unit_name
from pipelines.report.summary import headlines, units
from pipelines.report.survival import closure_chart
from pipelines.report.tables import days_open, is_overdue, open_cases
from pipelines.report.tiles import closure

BARS = 20
"""Townships in a chart; the table below it has all."""


def failing_share(figure: Figure) -> tuple[bool, float, float]:
    """What puts the worst first: those with any decision, the share that fails, the share that did not report."""
    whole = sum(getattr(figure, status) or 0 for status in STATUSES)
    decided = whole - (figure.unreported or 0)
    return decided == 0, -(figure.unmet or 0) / (whole or 1), -(figure.unreported or 0) / (whole or 1)


def _bar(figure: Figure, longest: int, href: str) -> Bar:
    pieces = [(status, wording.label("statuses", status), getattr(figure, status) or 0) for status in STATUSES]
    shown = display.rate(figure.numerator, figure.denominator)
    beside = display.fraction(figure.numerator, figure.denominator) if shown else ""
    name = unit_name(figure)
    return Bar(name, segments(pieces, longest), shown or figure_status(figure), beside, figure.key, href)


def status_chart(
    material: Material, indicator: str, name: str, level: str, href: Callable[[str], str] = lambda code: ""
) -> Chart:
    """Statuses of one headline rate by unit, in schools: townships with the worst first, stages in their order."""
    rows = [material.by_key.get(f"{indicator}|{level}|{unit.unit_code}") for unit in units(material, level)]
    found = [row for row in rows if row is not None and row.met is not None]
    note = ""
    if level == "township":
        found = sorted(found, key=lambda row: (*failing_share(row), row.unit_code))
        if len(found) > BARS:
            note = wording.text("page.chart_cut", shown=str(BARS), rest=str(len(found) - BARS))
    shown = found[:BARS] if level == "township" else found
    longest = max((sum(getattr(row, status) or 0 for status in STATUSES) for row in shown), default=0)
    bars = tuple(_bar(row, longest, href(row.unit_code)) for row in shown) if longest else ()
    title = wording.text(f"page.chart_{level}", indicator=name)
    return Chart(f"{level}-{indicator}", title, note, wording.label("levels", level), bars)


def _ageing_classes() -> list[str]:
    bounds: list[int] = wording.entry("ageing_days")
    between = [wording.text("page.ageing_between", **{"from": low + 1, "to": high}) for low, high in pairwise(bounds)]
    first, last = (
        wording.text("page.ageing_first", to=bounds[0]),
        wording.text("page.ageing_last", **{"from": bounds[-1]}),
    )
    return [first, *between, last]


def ageing_chart(material: Material) -> Chart:
    """Open hazards by days open, those past their deadline apart."""
    classes = _ageing_classes()
    counts = {False: [0] * len(classes), True: [0] * len(classes)}
    for case in open_cases(material):
        counts[is_overdue(case, material.cut_off)][bisect_left(wording.entry("ageing_days"), days_open(case))] += 1
    totals = [sum(pair) for pair in zip(*counts.values(), strict=True)]
    bars = tuple(
        Bar(name, segments(_ages(counts[False][place], counts[True][place]), max(totals)), str(totals[place]))
        for place, name in enumerate(classes)
    )
    title, note = wording.text("page.chart_ageing"), wording.text("page.chart_ageing_note")
    return Chart("ageing", title, note, wording.text("page.chart_ageing_axis"), bars if any(totals) else ())


def _ages(within: int, late: int) -> Sequence[tuple[str, str, int]]:
    return (
        ("pending", wording.text("page.within_deadline"), within),
        ("unmet", wording.text("page.past_deadline"), late),
    )


def unit_charts(material: Material, level: str, href: Callable[[str], str] = lambda code: "") -> tuple[Chart, ...]:
    """Every headline rate over schools, by unit of a level."""
    shown = [row for row in headlines(material) if row.counts_schools]
    return tuple(status_chart(material, row.figure.indicator, row.name, level, href) for row in shown)


def hazard_charts(material: Material) -> tuple[Chart, ...]:
    """Closure curve and ageing of the hazards that the standard times; none where it times none."""
    return (closure_chart(material), ageing_chart(material)) if closure(material.standard) else ()
