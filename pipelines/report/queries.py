"""Queries of the files that count: how many were raised, how many the schools have explained, what is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.report import display, marks, wording
from pipelines.report.material import FindingRow, Material
from pipelines.report.tables import Cell, Column, Table


@dataclass(frozen=True)
class QueryCount:
    """Queries raised, those that were explained, and the codes of schools that have open ones."""

    raised: int
    answered: int
    open_schools: frozenset[str]

    @property
    def open(self) -> int:
        """Queries without an explanation."""
        return self.raised - self.answered


def query_rows(material: Material) -> tuple[FindingRow, ...]:
    """Queries in the schools' files that count; one of a file that was sent again is that of the last."""
    return tuple(
        row for row in material.findings if row.severity == "query" and row.submission_no in material.counted_files
    )


def count_queries(rows: Iterable[FindingRow]) -> QueryCount:
    """The queries among the rows, counted."""
    queries = list(rows)
    unanswered = [row for row in queries if not row.answer]
    return QueryCount(len(queries), len(queries) - len(unanswered), frozenset(row.school_code for row in unanswered))


def summary_text(material: Material) -> str:
    """One sentence: raised, explained (a share of those raised) and open; that there are none where there are none."""
    count = count_queries(query_rows(material))
    if not count.raised:
        return wording.text("queries.none")
    return wording.text(
        "queries.summary",
        raised=marks.count(count.raised, "queries", "raised"),
        answered=marks.count(count.answered, "queries", "answered"),
        share=marks.share(count.answered, count.raised, "queries", "share"),
        open=marks.count(count.open, "queries", "open"),
        schools=marks.count(len(count.open_schools), "queries", "schools"),
    )


def query_table(material: Material, title: str) -> Table:
    """Queries by code, most open ones first. Grain: one row per code, with one of its messages; the whole last."""
    codes: dict[str, list[FindingRow]] = {}
    for row in query_rows(material):
        codes.setdefault(row.code, []).append(row)
    names = ("code", "raised", "answered", "open", "answered_share", "open_schools", "example")
    columns = tuple(Column(wording.column(name), is_number=name not in ("code", "example")) for name in names)
    counted = sorted(
        ((code, count_queries(rows), min(row.message for row in rows)) for code, rows in codes.items()),
        key=lambda entry: (-entry[1].open, -entry[1].raised, entry[0]),
    )
    lines = [_line(code, count, example) for code, count, example in counted]
    if lines:
        whole = count_queries(row for rows in codes.values() for row in rows)
        lines.append(_line(wording.text("page.all_units"), whole, ""))
    return Table(title, columns, tuple(lines), wording.text("queries.note"))


def _line(name: str, count: QueryCount, example: str) -> tuple[Cell, ...]:
    numbers = (
        display.number(count.raised),
        display.number(count.answered),
        display.number(count.open),
        display.rate(count.answered, count.raised) or "",
        display.number(len(count.open_schools)),
    )
    return (Cell(name), *(Cell(text, is_number=True) for text in numbers), Cell(example))
