"""The tiles of the leader's page: what a standard counts of hazards and of incidents, found by what it is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.metadata.standards import Provision, Standard
from pipelines.report import display, wording
from pipelines.report.material import Figure, Material
from pipelines.report.naming import figure_status, indicator_name
from pipelines.report.summary import gap_cases

HAZARD = "hazard"


@dataclass(frozen=True)
class Tile:
    """One number with a title, marked with the key of its figure."""

    title: str
    text: str
    unit: str
    beside: str
    key: str
    is_alarm: bool


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
            yield indicator, str(form["title"]).format(name=indicator_name(standard, indicator))
        return
    timed = durations(standard, form["over"])
    for provision in timed:
        title = f"{provision.name_zh}·{form['title']}" if len(timed) > 1 else str(form["title"])
        yield f"{provision.id}.{form['of']}", title


def _tile(figure: Figure, title: str, form: dict[str, Any]) -> Tile:
    beside, is_zero = "", False
    if form["show"] == "rate":
        shown = display.rate(figure.numerator, figure.denominator) or display.share(figure.value)
        beside = display.fraction(figure.numerator, figure.denominator)
    elif form["show"] == "gap":
        gap = gap_cases(figure)
        shown, is_zero = display.number(gap), gap == 0
    else:
        shown, is_zero = display.number(figure.value), figure.value == 0
    return Tile(
        title=title,
        text=shown or figure_status(figure),
        unit=str(form.get("unit", "")) if shown else "",
        beside=beside,
        key=figure.key,
        is_alarm=bool(form.get("alarm")) and bool(shown) and not is_zero,
    )


def tiles(material: Material, over: str) -> tuple[Tile, ...]:
    """The tiles of hazards or of incidents that the standard computes."""
    return tuple(
        _tile(material.county[indicator], title, form)
        for form in wording.entry("tiles")
        if form["over"] == over
        for indicator, title in _indicators(material.standard, form)
        if indicator in material.county
    )


def tiled_rates(standard: Standard) -> frozenset[str]:
    """Rates that a tile shows as they stand."""
    forms = [form for form in wording.entry("tiles") if form["show"] == "rate"]
    return frozenset(indicator for form in forms for indicator, _ in _indicators(standard, form))
