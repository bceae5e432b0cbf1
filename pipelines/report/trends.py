"""Trends of the headline rates over the last periods: one small line each, gaps where a period was not measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.metadata.periods import Period
from pipelines.report import display, wording
from pipelines.report.display import Number
from pipelines.report.drawing import Chart, Frame, element
from pipelines.report.material import Figure, Material, previous_period
from pipelines.report.naming import indicator_name, period_name
from pipelines.report.summary import SUBMISSION_RATE
from pipelines.report.tables import Cell, Column, Table, rate_cell

_GRID = (0, 0.5, 1)
_CROWDED = 0.8
"""Above this share there is no room for a number over its point."""
Pair = tuple[Number | None, Number | None]


@dataclass(frozen=True)
class Series:
    """One rate over the periods, oldest first, the report's own last; None for a period that has none of it."""

    name: str
    figure: Figure
    pairs: tuple[Pair | None, ...]
    beside: tuple[Pair | None, ...] = ()


def trend_periods(material: Material) -> tuple[Period, ...]:
    """Every period from the oldest that is measured to the report's own, the gaps too."""
    found = [material.period]
    while material.history and found[-1].label != material.history[0].period.label:
        found.append(previous_period(found[-1]))
    return tuple(reversed(found))


def _pairs(material: Material, figure: Figure | None, periods: Sequence[Period]) -> tuple[Pair | None, ...]:
    if figure is None:
        return tuple(None for _ in periods)
    past = {each.period.label: each.pairs for each in material.history}
    found = [past.get(period.label, {}).get(figure.key) for period in periods[:-1]]
    return (*found, (figure.numerator, figure.denominator))


def headline_figures(material: Material) -> tuple[tuple[str, Figure], ...]:
    """(name, figure) of the submission rate and the headline rates that were computed."""
    wanted = dict.fromkeys((SUBMISSION_RATE, *material.standard.headline))
    found = ((name, material.county.get(name)) for name in wanted)
    return tuple((indicator_name(material.standard, name), row) for name, row in found if row and row.is_rate)


def series(material: Material) -> tuple[Series, ...]:
    """The submission rate and the headline rates; in a township's report with the county's beside its own."""
    periods = trend_periods(material)
    whole = {row.indicator: row for row in material.figures if row.unit_level == "county"}
    found = []
    for name, figure in headline_figures(material):
        other = whole.get(figure.indicator) if figure.unit_level != "county" else None
        beside = _pairs(material, other, periods) if other else ()
        found.append(Series(name, figure, _pairs(material, figure, periods), beside))
    return tuple(found)


def _share(pair: Pair | None) -> float | None:
    tenths = display.permille(*pair) if pair else None
    return None if tenths is None else tenths / 1000


def _runs(pairs: Sequence[Pair | None]) -> list[list[tuple[float, float]]]:
    """Stretches of neighbouring periods that have a rate."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place, pair in enumerate(pairs):
        share = _share(pair)
        if share is None:
            runs.append([])
        else:
            runs[-1].append((float(place), share))
    return [run for run in runs if run]


def _lines(frame: Frame, pairs: Sequence[Pair | None], kind: str) -> Markup:
    parts = []
    for run in _runs(pairs):
        parts.append(element("path", class_=kind, d=frame.line(run)))
        parts += [element("circle", class_=f"{kind} dot", cx=frame.x(x), cy=frame.y(y), r=2.6) for x, y in run]
    return Markup("").join(parts)


def _end(frame: Frame, pairs: Sequence[Pair | None], place: int, beside: int) -> Markup:
    """The rate at one end of the line, above or below its point: where there is room and the line does not run."""
    pair = pairs[place]
    share, other = _share(pair), _share(pairs[beside])
    if pair is None or share is None:
        return Markup("")
    is_below = share > _CROWDED or (share > 1 - _CROWDED and other is not None and other > share)
    anchor, y = "start" if place < beside else "end", frame.y(share) + (18 if is_below else -9)
    return element("text", display.rate(*pair), class_="value", x=frame.x(place), y=y, text_anchor=anchor)


def _drawing(row: Series, periods: Sequence[Period]) -> Markup:
    frame = Frame(320, 150, 42, 14, 14, 26, len(periods) - 1)
    labels = [
        element("text", period.label, class_="tick", x=frame.x(place), y=frame.height - 6, text_anchor=anchor)
        for place, period, anchor in ((0, periods[0], "start"), (len(periods) - 1, periods[-1], "end"))
    ]
    return frame.draw(
        frame.grid(_GRID),
        _lines(frame, row.beside, "reference"),
        _lines(frame, row.pairs, "curve"),
        _end(frame, row.pairs, 0, 1),
        _end(frame, row.pairs, len(periods) - 1, len(periods) - 2),
        *labels,
    )


def _label(row: Series, periods: Sequence[Period]) -> str:
    said = [
        wording.text("page.trend_point", period=period_name(period), rate=display.rate(*pair) or "")
        for period, pair in zip(periods, row.pairs, strict=True)
        if pair and _share(pair) is not None
    ]
    return wording.text("page.trend_label", indicator=row.name, points=wording.text("page.item_separator").join(said))


def trend_charts(material: Material) -> tuple[Chart, ...]:
    """One small line a headline rate; none where no earlier period is measured."""
    periods = trend_periods(material)
    if len(periods) == 1:
        return ()
    return tuple(
        Chart(
            f"trend-{row.figure.indicator}",
            row.name,
            "",
            drawing=_drawing(row, periods),
            label=_label(row, periods),
        )
        for row in series(material)
    )


def trend_table(material: Material, title: str) -> Table:
    """The numbers behind the lines. Grain: one row per period, the report's own last and marked."""
    periods, rows = trend_periods(material), series(material)
    columns = (Column(wording.column("period")), *(Column(row.name, is_number=True) for row in rows))
    lines = []
    for place, period in enumerate(periods):
        cells = [rate_cell(row.figure) if period == material.period else _past_cell(row.pairs[place]) for row in rows]
        lines.append((Cell(period_name(period)), *cells))
    return Table(title, columns, tuple(lines), wording.text("page.trends_note"))


def _past_cell(pair: Pair | None) -> Cell:
    """A rate of an earlier period: no figure of this report, so without a key."""
    shown = display.rate(*pair) if pair else ""
    return Cell(shown, display.fraction(*pair) if pair and shown else "", is_number=True)
