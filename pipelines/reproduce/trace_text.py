"""A trace as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.metadata.persons import without_numbers
from pipelines.publish.wording import say
from pipelines.report.csv_files import written
from pipelines.report.evidence import SchoolTrace
from pipelines.report.material import Figure
from pipelines.report.naming import population_name, windows_name
from pipelines.report.proof_rows import said_texts
from pipelines.report.sources import Source
from pipelines.report.wording import label
from pipelines.reproduce.trace import Trace

_INDENT = " " * 6


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
        window=windows_name(provision),
        population=population_name(standard, provision),
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
    unit = figure.unit_name or figure.unit_code or figure.unit_level
    names = ("numerator", "denominator", "value", "measure_unit")
    line = say("trace.figure", indicator=figure.indicator, unit=unit, **_written(figure, names))
    if figure.met is None:
        return line
    return line + say("trace.decided", **_written(figure, ("met", "unmet", "pending", "exempt", "unreported")))


def _written(row: object, names: Sequence[str]) -> dict[str, str]:
    return {name: written(getattr(row, name)) for name in names}


def _schools(trace: Trace) -> Iterator[str]:
    if trace.schools:
        yield say("trace.schools", count=len(trace.schools))
    for school in trace.schools:
        yield _school(school)
        for case in school.cases:
            dates = _written(case, ("start", "end", "deadline"))
            yield say("trace.case", number=case.case_no, status=label("case_statuses", case.status), **dates)
        for source in school.sources:
            yield from _source(source)


def _school(school: SchoolTrace) -> str:
    row = school.assessment
    if row is None:
        return say("trace.case_school", code=school.school_code, name=school.school_name)
    part = "".join(f" {one}" for one in (row.campus, row.stage) if one)
    reason = say("trace.reason", reason=label("reasons", row.reason)) if row.reason else ""
    status = label("statuses", row.status)
    line = say("trace.school", code=row.unit_code, name=school.school_name, part=part, status=status, reason=reason)
    if row.actual is not None or row.required is not None:
        line += say("trace.measures", **_written(row, ("actual", "required")))
    if row.done is not None or row.due is not None:
        line += say("trace.ratio", **_written(row, ("done", "due")))
    return line


def _source(source: Source) -> Iterator[str]:
    received, file = written(source.received_at), without_numbers(source.file_name)
    yield say("trace.file", file=file, period=source.period, received_at=received, sha256=source.sha256)
    for sheet in source.sheets:
        yield say("trace.sheet", sheet=without_numbers(sheet.sheet), count=sheet.row_count)
    for line in said_texts(source):
        yield _INDENT + line


def _statement(trace: Trace) -> Iterator[str]:
    if trace.sql:
        yield say("trace.sql")
        yield trace.sql
