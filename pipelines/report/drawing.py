"""Charts of the pages: bars and lines that stand there as they are, and what plotly draws over the lines.

The page is whole without a script; plotly adds the values under the pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from pipelines.report.tables import Table

EMPTY = Markup("")
STATUSES = ("met", "pending", "unmet", "unreported")
THIN = 7
"""Percent of a bar's room below which a piece bears no number on a phone."""


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: the class that colours it, what it stands for, how many, and its share of the page's width."""

    tone: str
    name: str
    count: int
    width: float

    @property
    def is_thin(self) -> bool:
        """There is no room for the number in it."""
        return self.width < THIN


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: its name, its pieces, the text at its end and the key of the figure in it."""

    name: str
    segments: tuple[Segment, ...]
    text: str = ""
    beside: str = ""
    key: str = ""
    href: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart: id in the page, title, note, and either bars or a drawing with the numbers that it shows.

    `head` names the first column of the bars; `label` says what the drawing shows, for those who do not see it.
    `figure` is what plotly draws in place of the drawing, `height` pixels high.
    """

    id: str
    title: str
    note: str
    head: str = ""
    bars: tuple[Bar, ...] = ()
    drawing: Markup = EMPTY
    label: str = ""
    numbers: Table | None = None
    figure: dict[str, Any] | None = None
    height: int = 0

    @property
    def is_empty(self) -> bool:
        """There was nothing to draw."""
        return not self.bars and not self.drawing


def segments(pieces: Sequence[tuple[str, str, int]], longest: int) -> tuple[Segment, ...]:
    """(tone, name, count) of each piece that is not empty, as wide as its share of the longest bar, in percent."""
    return tuple(
        Segment(tone, name, count, round(count * 100 / longest, 3)) for tone, name, count in pieces if count and longest
    )


def element(tag: str, *children: str, **attributes: str | float) -> Markup:
    """One element of a drawing; text and values are escaped. `class_` and `text_anchor` lose their underlines."""
    shown = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _value(value))
        for name, value in attributes.items()
    )
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), shown, inner)


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Frame:
    """Where a drawing of shares has its plot: x from 0 to `highest`, y from 0 to 1, in units of the drawing."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    highest: float

    def x(self, value: float) -> float:
        """Where a value of the x axis stands."""
        return self.left + (self.width - self.left - self.right) * value / (self.highest or 1)

    def y(self, share: float) -> float:
        """Where a share stands."""
        return self.top + (self.height - self.top - self.bottom) * (1 - share)

    def line(self, points: Iterable[tuple[float, float]]) -> str:
        """Path through the points."""
        return " ".join(
            f"{'M' if index == 0 else 'L'}{self.x(x):.2f} {self.y(y):.2f}" for index, (x, y) in enumerate(points)
        )

    def steps(self, points: Sequence[tuple[float, float]]) -> str:
        """Path that keeps each value until the next one."""
        first, *rest = points
        return f"M{self.x(first[0]):.2f} {self.y(first[1]):.2f} " + " ".join(
            f"H{self.x(x):.2f} V{self.y(y):.2f}" for x, y in rest
        )

    def grid(self, shares: Sequence[float]) -> Markup:
        """A hairline and a label in percent at each share."""
        return Markup("").join(
            element("line", class_="grid", x1=self.left, x2=self.width - self.right, y1=self.y(share), y2=self.y(share))
            + element("text", f"{share:.0%}", class_="tick", x=self.left - 6, y=self.y(share) + 4, text_anchor="end")
            for share in shares
        )

    def draw(self, *parts: str) -> Markup:
        """The whole drawing; what it shows is said beside it."""
        box = f"0 0 {self.width:g} {self.height:g}"
        return element("svg", *parts, viewBox=box, aria_hidden="true", focusable="false")
