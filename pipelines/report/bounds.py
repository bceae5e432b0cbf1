"""How far schools without a decision could still move each rate: those that are silent, those with time left."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report import display, marks, wording
from pipelines.report.drawing import Segment, segments
from pipelines.report.material import Figure, Material
from pipelines.report.naming import indicator_name
from pipelines.report.summary import counts_schools, headlines, scored

_ORDER = ("met", "pending", "unreported", "unmet")
"""What is sure, what may still come, what fails: the middle two are the range."""


@dataclass(frozen=True)
class Bound:
    """One rate with its bounds as text, what makes the difference in words, and its schools as a bar."""

    name: str
    key: str
    lower: str
    upper: str
    effect: str
    bar: tuple[Segment, ...]
    left: float
    width: float


def _rates(material: Material) -> tuple[Figure, ...]:
    """Headline and scored rates, each once."""
    wanted = {row.figure.indicator: row.figure for row in headlines(material)}
    return tuple((wanted | {figure.indicator: figure for figure in scored(material)}).values())


def _bound(material: Material, figure: Figure) -> Bound:
    of_schools = counts_schools(material, figure)
    pieces = [(tone, wording.label("statuses", tone), getattr(figure, tone) or 0) for tone in _ORDER]
    low, high = (display.permille(value, 1) or 0 for value in (figure.lower, figure.upper))
    left, right = (float(value or 0) * 100 for value in (figure.lower, figure.upper))
    said = {name: marks.column(figure, name) or "0" for name in ("unreported", "pending")}
    return Bound(
        name=indicator_name(material.standard, figure.indicator),
        key=figure.key,
        lower=display.share(figure.lower),
        upper=display.share(figure.upper),
        effect=wording.text(
            "page.bounds_effect", points=marks.number(display.points(high, low), figure, "range"), **said
        ),
        bar=segments(pieces, int(figure.denominator or 0)) if of_schools else (),
        left=round(left, 2),
        width=round(right - left, 2),
    )


def bounds(material: Material) -> tuple[Bound, ...]:
    """Rates that could still move, those that could move most first."""
    found = [figure for figure in _rates(material) if figure.is_movable]
    ordered = sorted(found, key=lambda row: (float(row.lower or 0) - float(row.upper or 0), row.indicator))
    return tuple(_bound(material, figure) for figure in ordered)


def unbounded(material: Material) -> tuple[str, ...]:
    """Names of rates that miss schools and whose denominator the schools themselves would have to say."""
    return tuple(
        indicator_name(material.standard, figure.indicator)
        for figure in _rates(material)
        if figure.unreported and figure.value is not None and figure.lower is None
    )
