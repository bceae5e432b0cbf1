"""Marked numbers: text whose figures carry the key under which they stand in figures.csv, whatever they are written in.

A number in a sentence is a span with a key and a part. The key is a figure's (`indicator|level|unit`) or that of a
count of rows in the report's other files (`count|name`); the part is the column of figures.csv, or what follows from
two of them: `rate`, `gap` (denominator less numerator), `change` (points on the previous period). HTML shows the mark
as data attributes, Word as a bookmark, the workbook as a defined name; `anchor` is the short form of the last two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from markupsafe import Markup, escape

from pipelines.report import display

if TYPE_CHECKING:
    from pipelines.report.material import Figure

_COUNT = "count"
_DIGITS = 12
"""Hexadecimal digits of an anchor: two of a million keys meet with a chance of one in 500."""


@dataclass(frozen=True)
class Span:
    """A piece of a sentence; words have no key."""

    text: str
    key: str = ""
    part: str = ""

    @property
    def is_count(self) -> bool:
        """Counted from the report's lists, not a figure of figures.csv."""
        return self.key.startswith(f"{_COUNT}|")


class Said(str):
    """A sentence as its plain text, which knows the marks of its numbers and writes them where it stands in HTML.

    Text that is put together in another way than by `wording.text` or `join` loses the marks.
    """

    __slots__ = ("spans",)
    spans: tuple[Span, ...]

    def __new__(cls, spans: Iterable[Span]) -> Self:
        """The spans in order, those of words run together."""
        merged: list[Span] = []
        for span in spans:
            if merged and not span.key and not merged[-1].key:
                merged[-1] = Span(merged[-1].text + span.text)
            elif span.text:
                merged.append(span)
        self = super().__new__(cls, "".join(span.text for span in merged))
        self.spans = tuple(merged)
        return self

    def __html__(self) -> Markup:
        """The text with each marked number in an element that names its key."""
        return Markup("").join(_element(span) for span in self.spans)


def _element(span: Span) -> Markup:
    if not span.key:
        return escape(span.text)
    if span.is_count:
        return Markup('<span data-count="{}">{}</span>').format(span.key.removeprefix(f"{_COUNT}|"), span.text)
    return Markup('<span data-figure="{}" data-part="{}">{}</span>').format(span.key, span.part, span.text)


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of a text; one of words where it has no marks."""
    return text.spans if isinstance(text, Said) else (Span(text),)


def join(separator: str, texts: Iterable[str]) -> str:
    """As str.join, with the marks kept."""
    spans: list[Span] = []
    for index, text in enumerate(texts):
        spans += [Span(separator)] if index else []
        spans += spans_of(text)
    return Said(spans)


def count(rows: int, *name: str) -> str:
    """A number of rows of the report's lists, by what was counted."""
    return Said([Span(display.number(rows), "|".join((_COUNT, *name)))])


def share(part: int, whole: int, *name: str) -> str:
    """The share of some rows of the report's lists in all of them; empty where there are none."""
    shown = display.rate(part, whole)
    return Said([Span(shown, "|".join((_COUNT, *name)))]) if shown else ""


def anchor(key: str) -> str:
    """The name of a figure or count in Word and in the workbook, from its key alone: `f_` or `n_` and 12 digits."""
    kind = "n" if key.startswith(f"{_COUNT}|") else "f"
    return f"{kind}_{hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]}"


def rate(figure: Figure) -> str:
    """The figure's rate; empty where there is none."""
    return number(display.rate(figure.numerator, figure.denominator), figure, "rate")


def column(figure: Figure, name: str) -> str:
    """A number of the figure as figures.csv holds it under that name; empty where it is."""
    return number(display.number(getattr(figure, name)), figure, name)


def gap(figure: Figure) -> str:
    """Denominator less numerator; empty where either is unknown."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    return number(display.number(int(figure.denominator) - int(figure.numerator)), figure, "gap")


def number(text: str, figure: Figure, part: str) -> str:
    """A text that display made of the figure; empty stays empty."""
    return Said([Span(text, figure.key, part)]) if text else ""
