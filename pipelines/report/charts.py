"""Plotly figures of the leader's page as plain dictionaries: few colours, each with one meaning."""

from __future__ import annotations

import warnings
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from pipelines.report import wording
from pipelines.report.material import CohortCase, Figure, Material
from pipelines.report.naming import unit_name
from pipelines.report.summary import headlines, units
from pipelines.report.tables import days_open, is_overdue, open_cases
from pipelines.report.tiles import closure

STATUSES = ("met", "pending", "unmet", "unreported")
# Blue, sand, vermilion, grey: told apart by the colour-blind and, by lightness, on a black-and-white print.
COLOURS = {"met": "#2f6f9f", "pending": "#e8c878", "unmet": "#c8501e", "unreported": "#a9adb3"}
# Hatched, so that nobody takes silence for a result.
PATTERNS = {"unreported": {"shape": "/", "fgcolor": COLOURS["unreported"], "bgcolor": "#ffffff", "size": 5}}
_INK, _GRID = "#333333", "#e3e1da"
_FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"


@dataclass(frozen=True)
class Chart:
    """One chart: id in the page, title, note, height in pixels and the plotly figure, None without data."""

    id: str
    title: str
    note: str
    height: int
    figure: dict[str, Any] | None


def _layout(height: int, **more: Any) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 34, "b": 40},
        "font": {"family": _FONT, "size": 13, "color": _INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        "hoverlabel": {"font": {"family": _FONT}},
        "dragmode": False,
    }
    return layout | more


def _axis(**more: Any) -> dict[str, Any]:
    return {"gridcolor": _GRID, "zeroline": False, "fixedrange": True, "automargin": True} | more


def _whole_step(highest: int) -> int:
    """Distance of the ticks of a count, never a fraction: about six ticks of 1, 2 or 5 times a power of ten."""
    steps = (step * scale for scale in (1, 10, 100, 1000, 10_000, 100_000) for step in (1, 2, 5))
    return next(step for step in steps if step * 6 >= highest)


def _label(name: str) -> str:
    """The name as plotly shows it: it would read markup in a label, links included, and turns entities back."""
    return escape(name, quote=False)


def status_chart(material: Material, indicator: str, name: str, level: str) -> Chart:
    """Statuses of one headline rate by unit, as stacked bars of schools."""
    rows = [material.by_key.get(f"{indicator}|{level}|{unit.unit_code}") for unit in units(material, level)]
    found = [row for row in rows if row is not None and row.met is not None]
    title = wording.text(f"page.chart_{level}", indicator=name)
    height = 110 + 26 * len(found)
    longest = max((sum(getattr(row, status) or 0 for status in STATUSES) for row in found), default=0)
    bars = [_bar(found, status) for status in STATUSES]
    figure = {"data": bars, "layout": _bar_layout(height, longest)} if found else None
    return Chart(f"{level}-{indicator}", title, wording.text("page.chart_township_note"), height, figure)


def _bar(rows: Sequence[Figure], status: str) -> dict[str, Any]:
    counts = [getattr(row, status) or 0 for row in rows]
    name = wording.label("statuses", status)
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [_label(unit_name(row)) for row in rows],
        "x": counts,
        "text": [str(count) if count else "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": "#ffffff" if status in ("met", "unmet") else _INK},
        "marker": {"color": COLOURS[status], "pattern": PATTERNS.get(status, {})},
        "hovertemplate": f"%{{y}} {name} %{{x}}<extra></extra>",
    }


def _bar_layout(height: int, longest: int) -> dict[str, Any]:
    return _layout(
        height,
        barmode="stack",
        bargap=0.28,
        xaxis=_axis(title={"text": wording.text("page.chart_schools")}, dtick=_whole_step(longest), rangemode="tozero"),
        yaxis=_axis(autorange="reversed", showgrid=False, type="category"),
    )


def closure_curve(cases: Sequence[CohortCase]) -> tuple[list[float], list[float], list[float], list[float]]:
    """Kaplan-Meier estimate of the share closed: days, share, and the limits of its 95% interval at each day."""
    import numpy
    from scipy.stats import CensoredData, ecdf

    closed = [case.duration for case in cases if case.is_observed]
    estimate = ecdf(CensoredData(uncensored=closed, right=[case.duration for case in cases if not case.is_observed]))
    with warnings.catch_warnings(), numpy.errstate(divide="ignore", invalid="ignore"):
        # Where everything is closed the interval has no limits; there the share itself is drawn.
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        interval = estimate.cdf.confidence_interval(confidence_level=0.95, method="log-log")
    share = estimate.cdf.probabilities
    low = numpy.where(numpy.isnan(interval.low.probabilities), share, interval.low.probabilities)
    high = numpy.where(numpy.isnan(interval.high.probabilities), share, interval.high.probabilities)
    days = [0.0, *(float(day) for day in estimate.cdf.quantiles)]
    rounded = [[0.0, *(round(float(value), 6) for value in values)] for values in (share, low, high)]
    return days, rounded[0], rounded[1], rounded[2]


def closure_chart(material: Material) -> Chart:
    """How long closure takes: Kaplan-Meier curve over the hazards that the standard times."""
    cases = [case for case in material.cohort if case.indicator == closure(material.standard)]
    closed = sum(case.is_observed for case in cases)
    note = wording.text("page.chart_closure_note", cases=len(cases), closed=closed)
    title = wording.text("page.chart_closure")
    if not closed:
        return Chart("closure", title, note, 340, None)
    days, share, low, high = closure_curve(cases)
    edge = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "skip", "showlegend": False}
    line = {"width": 0, "shape": "hv"}
    data = [
        edge | {"y": low, "line": line},
        edge | {"y": high, "line": line, "fill": "tonexty", "fillcolor": "rgba(47,111,159,0.16)"},
        {
            "type": "scatter",
            "mode": "lines",
            "x": days,
            "y": share,
            "line": {"color": COLOURS["met"], "width": 2.5, "shape": "hv"},
            "hovertemplate": f"%{{x}} {wording.label('measure_units', 'days')} %{{y:.1%}}<extra></extra>",
            "showlegend": False,
        },
    ]
    ticks = wording.entry("closure_days")
    layout = _layout(
        340,
        xaxis=_axis(title={"text": wording.text("page.chart_closure_axis")}, rangemode="tozero", tickvals=[0, *ticks]),
        yaxis=_axis(title={"text": wording.text("page.chart_closure_value")}, range=[0, 1.02], tickformat=".0%"),
    )
    layout["xaxis"].pop("tickvals") if max(days) > 2 * ticks[-1] else None
    return Chart("closure", title, note, 340, {"data": data, "layout": layout})


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
    counts = {True: [0] * len(classes), False: [0] * len(classes)}
    cases = open_cases(material)
    for case in cases:
        counts[is_overdue(case, material.cut_off)][bisect_left(wording.entry("ageing_days"), days_open(case))] += 1
    forms = ((False, "page.within_deadline", "pending"), (True, "page.past_deadline", "unmet"))
    data = [
        {
            "type": "bar",
            "name": wording.text(name),
            "x": classes,
            "y": counts[late],
            "text": [str(count) if count else "" for count in counts[late]],
            "textposition": "inside",
            "textangle": 0,
            "marker": {"color": COLOURS[colour]},
            "hovertemplate": f"%{{x}} {wording.text(name)} %{{y}}<extra></extra>",
        }
        for late, name, colour in forms
    ]
    highest = max(map(sum, zip(*counts.values(), strict=True)))
    layout = _layout(
        340,
        barmode="stack",
        bargap=0.3,
        xaxis=_axis(title={"text": wording.text("page.chart_ageing_axis")}, type="category", showgrid=False),
        yaxis=_axis(title={"text": wording.text("page.chart_count")}, dtick=_whole_step(highest), rangemode="tozero"),
    )
    title, note = wording.text("page.chart_ageing"), wording.text("page.chart_ageing_note")
    return Chart("ageing", title, note, 340, {"data": data, "layout": layout} if cases else None)


def charts(material: Material) -> tuple[Chart, ...]:
    """The page's charts: each headline rate by township and by stage; closure curve and ageing of timed hazards."""
    shown = [row for row in headlines(material) if row.counts_schools]
    found = [status_chart(material, row.figure.indicator, row.name, "township") for row in shown]
    found += [status_chart(material, row.figure.indicator, row.name, "stage") for row in shown]
    if closure(material.standard):
        found += [closure_chart(material), ageing_chart(material)]
    return tuple(found)
