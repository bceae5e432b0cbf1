"""The tiles of the leader's page: what a standard counts of hazards and of incidents, found by what it is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Provision, Standard
from pipelines.report import display, marks, wording
from pipelines.report.material import Figure, Material
from pipelines.report.naming import figure_status, indicator_name, last_period_name, part_of
from pipelines.report.summary import change, gap_cases

HAZARD = "hazard"


@dataclass(frozen=True)
class Tile:
    """One number with a title, marked with the key of its figure; `part` is what of it is shown.

    `change` is the difference on the previous period in words, empty where that has none.
    """

    title: str
    text: str
    unit: str
    beside: str
    key: str
    is_alarm: bool
    part: str = ""
    change: str = ""
    change_sign: int = 0


def durations(standard: Standard, over: str) -> tuple[Provision, ...]:
    """The provisions that time the cases of a relation (hazard, incident), in the standard's order."""
    return tuple(each for each in standard.provisions if each.kind == "duration" and each.over == over)


def closure(standard: Standard) -> str:
    """The provision whose cases make curve, ageing and lists: the first that times hazards; empty for none."""
    return next((provision.id for provision in durations(standard, HAZARD)), "")


def red_shares(standard: Standard, of: str) -> tuple[str, ...]:
    """Red-list indicators that are shares of the events of a fact: each event left out is one to act on."""
    return tuple(
        provision.id
        for provision in standard.provisions
        if provision.kind == "ratio"
        and provision.id in standard.red_list
        and provision.aggregates
        and all(gathered.of == of for gathered in provision.aggregates)
    )


def _indicators(standard: Standard, form: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(indicator, title) of every figure that a form of tile is for; several of one kind are told apart by name."""
    if form["of"] == "red_share":
        for indicator in red_shares(standard, form["over"]):
            yield indicator, wording.spoken(form["title"]).format(name=indicator_name(standard, indicator))
        return
    timed = durations(standard, form["over"])
    for provision in timed:
        title = wording.spoken(form["title"])
        title = part_of(wording.name(provision), title) if len(timed) > 1 else title
        yield f"{provision.id}.{form['of']}", title


def _value(figure: Figure, show: str) -> display.Number | None:
    """The number that a tile of a count shows."""
    return gap_cases(figure) if show == "gap" else figure.value


def _count_change(figure: Figure, before: Figure | None, form: dict[str, Any]) -> tuple[str, int]:
    """Difference of a count on the previous period in words, and its direction."""
    now, then = (None if row is None else _value(row, form["show"]) for row in (figure, before))
    if now is None or then is None:
        return "", 0
    moved = Decimal(str(now)) - Decimal(str(then))
    last = last_period_name(parse_period(figure.period).kind)
    if not moved:
        return wording.text("page.change_same", last=last), 0
    count = marks.number(display.number(abs(moved)), figure, "change")
    key = "page.tile_up" if moved > 0 else "page.tile_down"
    said = wording.text(key, count=count, unit=_unit(form), last=last)
    return said, 1 if moved > 0 else -1


def _unit(form: dict[str, Any]) -> str:
    return wording.spoken(form.get("unit", {}))


def _tile(figure: Figure, before: Figure | None, title: str, form: dict[str, Any]) -> Tile:
    beside, value = "", _value(figure, form["show"])
    if form["show"] == "rate":
        shown = display.rate(figure.numerator, figure.denominator) or display.share(figure.value)
        beside = display.fraction(figure.numerator, figure.denominator) if shown else ""
        moved = change(figure, before)
    else:
        shown, moved = display.number(value), _count_change(figure, before, form)
        if form["show"] == "gap" and shown:
            whole = marks.column(figure, "denominator")
            beside = wording.text("page.tile_of", count=whole, unit=_unit(form))
    return Tile(
        title=title,
        text=shown or figure_status(figure),
        unit=_unit(form) if shown else "",
        beside=beside,
        key=figure.key,
        is_alarm=bool(form.get("alarm")) and bool(shown) and bool(value),
        part=str(form["show"]),
        change=moved[0],
        change_sign=moved[1],
    )


def tiles(material: Material, over: str) -> tuple[Tile, ...]:
    """The tiles of hazards or of incidents that the standard computes."""
    return tuple(
        _tile(material.county[indicator], material.previous.get(material.county[indicator].key), title, form)
        for form in wording.entry("tiles")
        if form["over"] == over
        for indicator, title in _indicators(material.standard, form)
        if indicator in material.county
    )


def tiled_rates(standard: Standard) -> frozenset[str]:
    """Rates that a tile shows as they stand."""
    forms = [form for form in wording.entry("tiles") if form["show"] == "rate"]
    return frozenset(indicator for form in forms for indicator, _ in _indicators(standard, form))
