"""Questions and tables in a terminal, where a Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import click

from pipelines.wording import table, text


def confirmed(question: str, default: bool) -> bool:
    """The answer to a question of yes or no; the default for none."""
    hint = text("ask.if_yes" if default else "ask.if_no")
    while True:
        told = click.prompt(question + hint, "", show_default=False).strip().lower()
        if not told:
            return default
        for answer, forms in table("ask.answers").items():
            if told in forms.split():
                return answer == "yes"
        click.echo(text("ask.unclear"))


def display_width(shown: str) -> int:
    """Columns that the text takes on a terminal."""
    return sum(0 if unicodedata.combining(mark) else 1 + (unicodedata.east_asian_width(mark) in "WF") for mark in shown)


def printable(shown: str) -> str:
    """The text without what would steer a terminal: control and direction marks become spaces."""
    return "".join(" " if unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else mark for mark in shown)


def format_table(headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: frozenset[int] = frozenset()) -> str:
    """Headings, a rule and one line per row; columns whose position is in `numeric` are set flush right."""
    cells = [[printable(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(display_width(row[column]) for row in cells) for column in range(len(headings))]

    def line(row: Sequence[str]) -> str:
        parts = []
        for column, cell in enumerate(row):
            blank = " " * (widths[column] - display_width(cell))
            parts.append(blank + cell if column in numeric else cell + blank)
        return "  ".join(parts).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([line(cells[0]), rule, *(line(row) for row in cells[1:])])
