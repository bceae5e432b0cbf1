"""A trace as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.publish.wording import say, word
from pipelines.report.csv_files import written
from pipelines.report.material import Figure
from pipelines.reproduce.trace import SchoolTrace, Trace
from pipelines.reproduce.trace_sources import Cell, Source


def trace_text(trace: Trace) -> str:
    """Definition first, then figures, then each school with its files and cells, the SQL last."""
    return "\n".join([*_definition(trace), *_figures(trace), *_schools(trace), *_statement(trace)])


def _definition(trace: Trace) -> Iterator[str]:
    provision, standard = trace.provision, trace.standard
    yield say("trace.title", name=provision.name_zh, indicator=trace.indicator)
    yield say("trace.standard", name=standard.name_zh, document=standard.document, clause=provision.clause)
    if provision.reading:
        yield say("trace.reading", reading=provision.reading)
    yield say(
        "trace.scope",
        period=trace.settings.period.label,
        as_of=written(trace.settings.as_of),
        window=provision.window,
        population=standard.population_expression(provision),
    )
    expressions = list(provision.expressions)
    if expressions:
        yield say("trace.expressions")
    for field, expression in expressions:
        yield say("trace.expression", field=field, expression=" ".join(expression.split()))
    if provision.parameters:
        yield say("trace.parameters")
    for parameter in provision.parameters:
        yield say("trace.parameter", name=parameter.name, value=parameter.value, source=parameter.source)


def _figures(trace: Trace) -> Iterator[str]:
    if trace.figures:
        yield say("trace.figures")
    for figure in trace.figures:
        yield _figure(figure)


def _figure(figure: Figure) -> str:
    names = ("numerator", "denominator", "value", "met", "unmet", "pending", "exempt", "unreported")
    values = {name: written(getattr(figure, name)) for name in names}
    unit = figure.unit_name or figure.unit_code or figure.unit_level
    return say("trace.figure", indicator=figure.indicator, unit=unit, status=figure.status, **values)


def _schools(trace: Trace) -> Iterator[str]:
    if trace.schools:
        yield say("trace.schools", count=len(trace.schools))
    for school in trace.schools:
        yield _school(school)
        for source in school.sources:
            yield from _source(source)


def _school(school: SchoolTrace) -> str:
    row = school.assessment
    part = "".join(f" {one}" for one in (row.campus, row.stage) if one)
    reason = say("trace.reason", reason=word("trace.reasons", row.reason)) if row.reason else ""
    status = word("trace.status", row.status)
    line = say("trace.school", code=row.unit_code, name=school.school_name, part=part, status=status, reason=reason)
    if row.actual is not None or row.required is not None:
        line += say("trace.measures", actual=written(row.actual), required=written(row.required))
    if row.done is not None or row.due is not None:
        line += say("trace.ratio", done=written(row.done), due=written(row.due))
    return line


def _source(source: Source) -> Iterator[str]:
    received = written(source.received_at)
    yield say("trace.file", file=source.file_name, period=source.period, received_at=received, sha256=source.sha256)
    for cell in source.cells:
        yield _cell(cell)
    for sheet in source.sheets:
        yield say("trace.sheet", sheet=sheet.sheet, count=sheet.row_count)


def _cell(cell: Cell) -> str:
    place = cell.address or say("trace.row", row=cell.row_no)
    return say("trace.cell", sheet=cell.sheet, cell=place, label=cell.label, text=cell.text or say("trace.blank"))


def _statement(trace: Trace) -> Iterator[str]:
    if trace.sql:
        yield say("trace.sql")
        yield trace.sql
