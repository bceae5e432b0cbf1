"""A trace as a table for machines, in columns that stay: documented in docs/trace.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from pipelines.metadata.persons import without_numbers
from pipelines.report.csv_files import csv_text, written
from pipelines.report.evidence import SchoolTrace
from pipelines.report.sources import Cell, Source
from pipelines.reproduce.trace import Trace

_JUDGED = ("unit_level", "unit_code", "campus", "stage", "status", "reason", "actual", "required", "done", "due")
_CASE = ("case_no", "start", "end", "observed_until", "deadline", "case_status")
_FILE = ("month", "file", "sha256", "received_at")
_PLACE = ("sheet", "row_no", "cell", "table", "field", "label", "text")
COLUMNS = ("standard", "period", "as_of", "indicator", *_JUDGED[:2], "unit_name", *_JUDGED[2:], *_CASE, *_FILE, *_PLACE)

_Row = dict[str, Any]


def trace_rows(trace: Trace) -> Iterator[_Row]:
    """One row per cell, beside the status of its school; what has no cell has a row without one.

    So a campus, stage or case, a unit without a file, a file or sheet without a cell.
    """
    scope = {"standard": trace.standard.id, "period": trace.settings.period.label, "as_of": trace.material.as_of}
    blank: _Row = {**dict.fromkeys(COLUMNS), **scope, "indicator": trace.indicator}
    listed: set[str] = set()
    for unit in trace.schools:
        told = {**blank, **_judged(unit)}
        # A unit's campuses, stages and cases follow its own row: its cells stand there alone.
        cells = [] if unit.school_code in listed else list(_cells(unit))
        listed.add(unit.school_code)
        cases = [told | _case(case) for case in unit.cases]
        yield from (told | cell for cell in cells)
        yield from cases
        if not cells and not cases:
            yield told


def _judged(unit: SchoolTrace) -> _Row:
    row = unit.assessment
    judged = {name: getattr(row, name) for name in _JUDGED} if row else {"unit_level": "school"}
    return {**judged, "unit_code": unit.school_code, "unit_name": unit.school_name}


def _case(case: object) -> _Row:
    said = {name: getattr(case, name.removeprefix("case_") if name == "case_status" else name) for name in _CASE}
    return {**said, "case_no": without_numbers(said["case_no"])}


def _cells(unit: SchoolTrace) -> Iterator[_Row]:
    for source in unit.sources:
        names = {name: getattr(source, name) for name in ("sha256", "received_at")}
        file = {"month": source.period, "file": without_numbers(source.file_name), **names}
        places = list(_places(source))
        yield from (file | place for place in places or [{}])


def _places(source: Source) -> Iterator[_Row]:
    yield from map(_place, source.cells)
    for sheet in source.sheets:
        yield from map(_place, sheet.cells)
        if not sheet.cells:
            yield {"sheet": without_numbers(sheet.sheet), "table": sheet.table}


def _place(cell: Cell) -> _Row:
    table, field = cell.field.split(".")
    place = {"sheet": without_numbers(cell.sheet), "row_no": cell.row_no, "cell": cell.address}
    return {**place, "table": table, "field": field, "label": cell.label, "text": cell.text}


def trace_csv(trace: Trace) -> str:
    """The table as CSV; no value can start a formula."""
    return csv_text(COLUMNS, trace_rows(trace), line_end="\n")


def trace_json(trace: Trace) -> str:
    """The table as a list of objects, a line each; what there is not is null, times are ISO text."""
    lines = (json.dumps(row, ensure_ascii=False, default=_moment) for row in trace_rows(trace))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _moment(value: Any) -> str | float:
    return written(value) if isinstance(value, date) else float(value)
