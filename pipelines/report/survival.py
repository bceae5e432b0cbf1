"""How long it takes until a hazard is mended: the Kaplan-Meier curve with its interval, and its numbers."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from pipelines.report import display, marks, plots, wording
from pipelines.report.drawing import Chart, Frame, element
from pipelines.report.material import CohortCase, Material
from pipelines.report.tables import Cell, Column, Table
from pipelines.report.tiles import closure

CONFIDENCE = 0.95
HEIGHT = 280
_GRID = (0, 0.25, 0.5, 0.75, 1)

Curve = tuple[list[float], list[float], list[float], list[float]]


def closure_curve(cases: Sequence[CohortCase]) -> Curve:
    """Kaplan-Meier estimate of the share closed: days, share, and the limits of its 95% interval at each day."""
    import numpy
    from scipy.stats import CensoredData, ecdf

    closed = [case.duration for case in cases if case.is_observed]
    estimate = ecdf(CensoredData(uncensored=closed, right=[case.duration for case in cases if not case.is_observed]))
    with warnings.catch_warnings(), numpy.errstate(divide="ignore", invalid="ignore"):
        # Where everything is closed the interval has no limits; there the share itself is drawn.
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        interval = estimate.cdf.confidence_interval(confidence_level=CONFIDENCE, method="log-log")
    share = estimate.cdf.probabilities
    low = numpy.where(numpy.isnan(interval.low.probabilities), share, interval.low.probabilities)
    high = numpy.where(numpy.isnan(interval.high.probabilities), share, interval.high.probabilities)
    days = [0.0, *(float(day) for day in estimate.cdf.quantiles)]
    rounded = [[0.0, *(round(float(value), 6) for value in values)] for values in (share, low, high)]
    return days, rounded[0], rounded[1], rounded[2]


def _ticks(last: float) -> list[int]:
    """Days at which the axis is labelled: those that the wording names, wider apart where the curve is long."""
    named: list[int] = wording.entry("closure_days")
    step = named[0]
    while last / step > 8:
        step *= 2
    return list(range(0, int(last) + 1, step))


def _drawing(curve: Curve) -> Markup:
    days, share, low, high = curve
    frame = Frame(400, 250, 46, 12, 12, 44, max(days[-1], 1))
    ends = zip(reversed(days[1:]), reversed(low[:-1]), strict=True)
    back = " ".join(f"H{frame.x(day):.2f} V{frame.y(value):.2f}" for day, value in ends)
    band = f"{frame.steps(list(zip(days, high, strict=True)))} V{frame.y(low[-1]):.2f} {back} Z"
    ticks = [
        element("line", class_="grid", x1=frame.x(day), x2=frame.x(day), y1=frame.y(0), y2=frame.y(0) + 4)
        + element("text", str(day), class_="tick", x=frame.x(day), y=frame.y(0) + 18, text_anchor="middle")
        for day in _ticks(days[-1])
    ]
    return frame.draw(
        frame.grid(_GRID),
        *ticks,
        element("path", class_="band", d=band),
        element("path", class_="curve", d=frame.steps(list(zip(days, share, strict=True)))),
        element(
            "text",
            wording.text("page.chart_closure_axis"),
            class_="axis",
            x=frame.width - frame.right,
            y=frame.height - 6,
            text_anchor="end",
        ),
    )


def _figure(curve: Curve) -> dict[str, Any]:
    days, share, low, high = curve
    edge = {"line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    said = f"%{{x}} {wording.label('measure_units', 'days')} %{{y:.1%}}<extra></extra>"
    return {
        "data": [
            plots.line(days, low, **edge),
            plots.line(days, high, fill="tonexty", fillcolor=plots.BAND, **edge),
            plots.line(days, share, line={"color": plots.BLUE, "width": 2.5, "shape": "hv"}, hovertemplate=said),
        ],
        "layout": plots.layout(
            HEIGHT,
            margin={"l": 8, "r": 14, "t": 14, "b": 44},
            xaxis=plots.axis(
                title={"text": wording.text("page.chart_closure_axis")},
                rangemode="tozero",
                tickvals=_ticks(days[-1]),
                showgrid=False,
            ),
            yaxis=plots.share_axis(_GRID),
        ),
    }


def closure_rows(cases: Sequence[CohortCase], curve: Curve) -> tuple[tuple[int, float, float, float, int], ...]:
    """Day, share closed by then, its limits, and hazards watched that long: at the wording's days and the last one."""
    days, share, low, high = curve
    last = int(days[-1])
    wanted = sorted({day for day in wording.entry("closure_days") if day < last} | {last})
    rows = []
    for day in wanted:
        place = bisect_right(days, day) - 1
        watched = sum(case.duration >= day for case in cases)
        rows.append((day, share[place], low[place], high[place], watched))
    return tuple(rows)


def _numbers(cases: Sequence[CohortCase], curve: Curve) -> Table:
    words = ("days_since", "closed_share", "lower", "upper", "watched")
    columns = tuple(Column(wording.column(word), is_number=True) for word in words)
    rows = tuple(
        (
            Cell(str(day)),
            *(Cell(display.share(value), is_number=True) for value in values),
            Cell(str(watched), is_number=True),
        )
        for day, *values, watched in closure_rows(cases, curve)
    )
    return Table(wording.text("page.chart_closure"), columns, rows)


def closure_chart(material: Material) -> Chart:
    """How long closure takes: Kaplan-Meier curve over the hazards that the standard times."""
    cases = [case for case in material.cohort if case.indicator == closure(material.standard)]
    closed = sum(case.is_observed for case in cases)
    counted = {"cases": marks.count(len(cases), "cohort"), "closed": marks.count(closed, "cohort", "closed")}
    note, title = wording.text("page.chart_closure_note", **counted), wording.text("page.chart_closure")
    if not closed:
        return Chart("closure", title, note)
    curve = closure_curve(cases)
    numbers = _numbers(cases, curve)
    return Chart(
        "closure",
        title,
        note,
        drawing=_drawing(curve),
        label=str(note),
        numbers=numbers,
        figure=_figure(curve),
        height=HEIGHT,
    )
