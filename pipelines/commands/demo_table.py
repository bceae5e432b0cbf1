"""The standards of a demo beside one another: how many reported, how many provisions are met, where to look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.commands.summary import Row, read_rows, report_folder
from pipelines.commands.terminal import format_table
from pipelines.metadata.standards import Standard, load_standard
from pipelines.report.display import fraction, rate
from pipelines.report.naming import indicator_name
from pipelines.report.summary import SUBMISSION_RATE
from pipelines.settings import Settings
from pipelines.wording import table, text

_TO_ANSWER = ("fatal", "error", "query")
"""Severities that ask for something; repairs and notices do not."""
_NUMERIC = frozenset(range(1, 9))


def demo_lines(homes: Sequence[Settings]) -> Iterator[str]:
    """A table with a row for each standard's last report, what its headings mean, and the pages to open.

    The table fits 80 columns; documents, names and paths are as long as they are and stand below it.
    """
    yield ""
    yield format_table(list(table("demo.columns").values()), [_cells(settings) for settings in homes], _NUMERIC)
    yield ""
    yield text("demo.columns_note")
    yield text("demo.pages")
    for settings in homes:
        yield from _page(settings)


def _cells(settings: Settings) -> list[str]:
    """One row: provisions with a figure of all of them, and of the scored ones those met in full and those below."""
    standard, folder = load_standard(settings.standard), report_folder(settings)
    county = _county(settings)
    with_figure = sum(
        any(row["value"] for name in provision.indicators if (row := county.get(name)))
        for provision in standard.provisions
    )
    scored = [county[one.judged] for one in standard.provisions if one.scored == "yes" and one.judged in county]
    decided = [row for row in scored if row["value"]]
    full = sum(row["numerator"] == row["denominator"] for row in decided)
    sent, expected = _fraction(county[SUBMISSION_RATE])
    return [
        standard.id,
        *(f"{expected or 0:g}", fraction(sent, expected), rate(sent, expected)),
        f"{with_figure}/{len(standard.provisions)}",
        *(str(full), str(len(decided) - full)),
        rate(*_fraction(county[_leading(standard)])),
        str(sum(row["severity"] in _TO_ANSWER for row in read_rows(folder / "findings.csv"))),
    ]


def _page(settings: Settings) -> Iterator[str]:
    standard = load_standard(settings.standard)
    leading = indicator_name(standard, _leading(standard))
    yield text("demo.page", standard=standard.id, document=standard.document, leading=leading)
    yield text("demo.page_path", path=report_folder(settings) / "index.html")


def _leading(standard: Standard) -> str:
    """The first of the headline rates, apart from the submission rate that every standard has."""
    return next((name for name in standard.headline if name != SUBMISSION_RATE), SUBMISSION_RATE)


def _county(settings: Settings) -> dict[str, Row]:
    rows = read_rows(report_folder(settings) / "figures.csv")
    return {row["indicator"]: row for row in rows if row["unit_level"] == "county"}


def _fraction(row: Row) -> tuple[float | None, float | None]:
    numerator, denominator = (float(row[name]) if row[name] else None for name in ("numerator", "denominator"))
    return numerator, denominator
