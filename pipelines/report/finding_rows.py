"""What was found wrong, by code, with what each code means: no text of a cell stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from pipelines.findings import catalogue
from pipelines.metadata.crosschecks import CrossCheck, cross_checks
from pipelines.report import display, queries, wording
from pipelines.report.material import FindingRow, Material
from pipelines.report.tables import Cell, Column, Table

_FILLED_IN = re.compile(r"\{[^{}]*\}")
_GAP = "…"


@cache
def _checks() -> Mapping[str, CrossCheck]:
    return {check.code: check for check in cross_checks()}


def meaning(code: str) -> str:
    """The sentence of the code with a gap for whatever is filled in; a cross-check's name; empty for neither."""
    known, check = catalogue().get(code), _checks().get(code)
    if known:
        return _FILLED_IN.sub(_GAP, wording.term(known))
    return wording.name(check) if check else ""


def _number(count: int) -> Cell:
    return Cell(display.number(count), is_number=True)


def kind_table(material: Material, title: str, severities: Sequence[str]) -> Table:
    """Findings of all files received. Grain: one row per code, gravest first, then those that occur most."""
    names = ("code", "severity", "count", "schools", "sheet", "message")
    columns = tuple(Column(wording.column(name), is_number=name in ("count", "schools")) for name in names)
    found: dict[tuple[int, str], list[FindingRow]] = {}
    for row in material.findings:
        if row.severity in severities:
            found.setdefault((severities.index(row.severity), row.code), []).append(row)
    separator = wording.text("bulletin.separator")
    rows = tuple(
        (
            Cell(code),
            Cell(wording.label("severities", severities[place])),
            _number(len(entries)),
            _number(len({row.school_code for row in entries if row.school_code})),
            Cell(separator.join(sorted({row.sheet for row in entries if row.sheet}))),
            Cell(meaning(code)),
        )
        for (place, code), entries in sorted(
            found.items(), key=lambda entry: (entry[0][0], -len(entry[1]), entry[0][1])
        )
    )
    return Table(title, columns, rows)


def most_found(material: Material, title: str, severities: Sequence[str], limit: int) -> Table:
    """The findings that occur most, of the severities given. Grain: one row per code, at most `limit` rows."""
    names = ("code", "severity", "count", "schools", "message")
    columns = tuple(Column(wording.column(name), is_number=name in ("count", "schools")) for name in names)
    wanted = [row for row in material.findings if row.severity in severities]
    found = Counter((row.code, row.severity) for row in wanted)
    senders = Counter(code for code, _ in {(row.code, row.school_code) for row in wanted})
    most = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    rows = tuple(
        (
            Cell(code),
            Cell(wording.label("severities", severity)),
            _number(count),
            _number(senders[code]),
            Cell(meaning(code)),
        )
        for (code, severity), count in most
    )
    return Table(title, columns, rows)


def query_kinds(material: Material, title: str) -> Table:
    """The table of queries with the meaning of each code in place of an example."""
    table = queries.query_table(material, title)
    columns = (*table.columns[:-1], Column(wording.column("message")))
    rows = tuple((*row[:-1], Cell(meaning(row[0].text))) for row in table.rows)
    return Table(title, columns, rows, table.note)
