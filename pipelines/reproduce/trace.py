"""One figure followed down: definition, clause, parameters, SQL, schools, files and cells."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import UsageError
from pipelines.load.database import open_database
from pipelines.metadata.standards import Provision, Standard
from pipelines.publish.wording import say
from pipelines.report.evidence import SchoolTrace, cases_of, read_statements, school_traces, statement_text
from pipelines.report.material import Figure, Material, School, gather
from pipelines.report.measured import measured_dir
from pipelines.report.sources import Sources, uses
from pipelines.settings import Settings

WHOLE = "county"
_COLUMNS = {"stage": "school_type"}
"""Register columns that bear another name than the figures' level; a stage there is the type of the whole school."""


@dataclass(frozen=True)
class Trace:
    """Everything behind one indicator. `figures` are those of the asked unit, the whole where none was asked."""

    settings: Settings
    standard: Standard
    provision: Provision
    indicator: str
    sql: str
    figures: tuple[Figure, ...]
    schools: tuple[SchoolTrace, ...]

    def __str__(self) -> str:
        from pipelines.reproduce.trace_text import trace_text

        return trace_text(self)


def trace(settings: Settings, indicator: str, unit: str | None = None, school: str | None = None) -> Trace:
    """What is behind the indicator: of the whole, of one unit (code or name), or of one school (code or name).

    UsageError for an indicator, unit or school that the period does not know; PipelineError where it was not measured.
    """
    material = gather(settings)
    standard = material.standard
    provision = standard.provision(indicator)
    schools = _chosen_schools(material, unit, school)
    figures = _figures(material, provision, indicator, unit)
    judged = [
        row
        for row in material.assessments
        if row.indicator in (indicator, provision.id) and (row.unit_level != "school" or row.unit_code in schools)
    ]
    cases = {code: found for code, found in cases_of(material, provision).items() if code in schools}
    with open_database(settings.home, material.as_of) as connection:
        codes = {row.unit_code for row in judged} | cases.keys()
        files = Sources(connection, settings.home, material, with_texts=True).of(uses(standard, provision), codes)
    statements = read_statements(measured_dir(settings, settings.period))
    return Trace(
        settings=settings.resolved(),
        standard=standard,
        provision=provision,
        indicator=indicator,
        sql=statement_text(statements, indicator, provision.id),
        figures=figures,
        schools=school_traces(material, judged, cases, files),
    )


def _figures(material: Material, provision: Provision, indicator: str, unit: str | None) -> tuple[Figure, ...]:
    of_indicator = [figure for figure in material.figures if figure.indicator == indicator]
    if not of_indicator:
        of_indicator = [figure for figure in material.figures if figure.indicator in provision.indicators]
    if unit is None:
        return tuple(figure for figure in of_indicator if figure.unit_level in (WHOLE, "body"))
    found = tuple(figure for figure in of_indicator if unit in (figure.unit_code, figure.unit_name))
    if not found:
        known = say("join").join(sorted({figure.unit_name or figure.unit_code for figure in of_indicator}))
        raise UsageError(say("trace.no_unit", indicator=indicator, unit=unit, known=known))
    return found


def _chosen_schools(material: Material, unit: str | None, school: str | None) -> set[str]:
    """Codes of the schools in question; of a unit of the register, its schools."""
    if school is not None:
        found = {code for code, one in material.schools.items() if school in (code, one.school_name)}
        if not found:
            raise UsageError(say("trace.no_school", school=school))
        return found
    if unit is None:
        return set(material.schools)
    levels = {
        figure.unit_level: figure.unit_code
        for figure in material.figures
        if unit in (figure.unit_code, figure.unit_name)
    }
    inside = {code for code, one in material.schools.items() if _is_inside(one, levels)}
    return inside if inside or not levels else set(material.schools)


def _is_inside(school: School, levels: dict[str, str]) -> bool:
    return any(getattr(school, _COLUMNS.get(level, level), None) == code for level, code in levels.items())
