"""The headline rates beside those of the period before and of the same period a year before, each over its numbers."""

from __future__ import annotations

from pipelines.measure.windows import Moment
from pipelines.metadata.periods import Period, parse_period, year_before
from pipelines.report import display, wording
from pipelines.report.history import Past
from pipelines.report.material import Figure, Material, previous_period
from pipelines.report.naming import moment_name, period_name
from pipelines.report.tables import Cell, Column, Table, rate_cell
from pipelines.report.trends import headline_figures


def compared_periods(material: Material) -> tuple[tuple[str, Period], ...]:
    """('last' or 'year_ago', period): a year is compared with the one before it alone."""
    before, year_ago = previous_period(material.period), year_before(material.period)
    found = (("last", before), ("year_ago", year_ago))
    return found[:1] if before == year_ago else found


def _past(material: Material, period: Period) -> Past | None:
    """What is measured of it; None where nothing is."""
    return next((past for past in material.history if past.period == period and past.pairs), None)


def comparison_table(material: Material, title: str) -> Table:
    """Grain: one row per headline rate; of each earlier period the rate and the change in percentage points.

    A period that was not measured has no columns; no rows where neither was. The note says so.
    """
    columns = [Column(wording.column("indicator")), Column(wording.column("rate"), period_name(material.period), True)]
    pasts = []
    for kind, period in compared_periods(material):
        if (past := _past(material, period)) is None:
            continue
        pasts.append(past)
        group = wording.text(f"earlier.{kind}", period=period_name(period))
        columns += [Column(wording.column(name), group, True) for name in ("rate", "points")]
    rows = []
    for name, figure in headline_figures(material) if pasts else ():
        cells = [Cell(name), rate_cell(figure)]
        for past in pasts:
            cells += _compared(figure, past)
        rows.append(tuple(cells))
    return Table(title, tuple(columns), tuple(rows), _note(material))


def _compared(figure: Figure, past: Past) -> tuple[Cell, Cell]:
    """The earlier rate and the difference; in words why there is none."""
    pair = past.pairs.get(figure.key)
    then = display.permille(*pair) if pair else None
    if pair is None or then is None:
        why = "no_rate" if pair else "no_indicator"
        return Cell(wording.text(f"earlier.{why}"), is_number=True), Cell("", is_number=True)
    shown = Cell(display.rate(*pair), display.fraction(*pair), is_number=True)
    now = display.permille(figure.numerator, figure.denominator)
    if now is None:
        return shown, Cell("", is_number=True)
    sign = wording.text(f"earlier.{'plus' if now > then else 'minus' if now < then else 'same'}")
    return shown, Cell(f"{sign}{display.points(now, then)}" if now != then else sign, is_number=True)


def _note(material: Material) -> str:
    """As of when each earlier period was measured, or that it was not; what the columns mean."""
    said = []
    for kind, period in compared_periods(material):
        past = _past(material, period)
        name = wording.text(f"earlier.{kind}", period=period_name(period))
        if past is None:
            said.append(wording.text("earlier.not_measured", name=name))
        else:
            said.append(wording.text("earlier.measured", name=name, as_of=moment_name(past.moment)))
    if material.cut_off < material.period.end:
        said.append(wording.text("earlier.unfinished"))
    return "".join((*said, wording.text("earlier.note")))


def span_note(material: Material) -> str:
    """What stands for a period of several months: which month states the state, and what is gathered over all."""
    if len(material.period.months) == 1:
        return ""
    months = sorted({school.point_month for school in material.expected if school.point_month})
    names = (period_name(parse_period(month)) for month in months)
    bureau = period_name(parse_period(Moment(material.period, material.as_of).bureau_month))
    return wording.text("earlier.span", months=wording.text("bulletin.separator").join(names), bureau=bureau)
