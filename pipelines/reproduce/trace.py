"""One figure followed down: definition, clause, parameters, SQL, schools, files, cells and what stood in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from pipelines.load.database import open_database
from pipelines.metadata.standards import Provision, Standard, load_standard
from pipelines.report.evidence import (
    Evidence,
    SchoolTrace,
    evidence_of,
    judged_by_indicator,
    read_statements,
    school_traces,
    statement_text,
)
from pipelines.report.material import Figure, Material
from pipelines.report.measured import measured_dir
from pipelines.report.sources import Source, Sources, uses
from pipelines.reproduce.submitted import fill_in
from pipelines.reproduce.traced import chosen, known_indicator, measured_as_of, read_material
from pipelines.settings import Settings


@dataclass(frozen=True)
class Trace:
    """Everything behind one indicator, and nothing of others: `material` holds what was asked for alone.

    `unit` and `school` are as asked; `is_restricted`: restricted fields are there as submitted, not masked.
    """

    settings: Settings
    indicator: str
    unit: str | None
    school: str | None
    is_restricted: bool
    material: Material
    evidence: Evidence
    statements: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        from pipelines.reproduce.trace_text import trace_text

        return trace_text(self)

    @property
    def standard(self) -> Standard:
        """The policy document."""
        return self.material.standard

    @property
    def provision(self) -> Provision:
        """The provision that the indicator measures."""
        return self.evidence.provision

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of the asked unit, of the whole where none was asked."""
        return self.material.figures

    @cached_property
    def schools(self) -> tuple[SchoolTrace, ...]:
        """The judged by code, campus and stage, then the schools with cases, each with its files."""
        judged = chain.from_iterable(traces for _, traces in self.evidence.judged)
        return (*judged, *school_traces(self.material, (), self.evidence.cases, self.evidence.files))

    @property
    def sql(self) -> str:
        """The statements that measure ran for the provision."""
        return statement_text(self.statements, self.indicator, self.provision.id)


def trace(
    settings: Settings, indicator: str, unit: str | None = None, school: str | None = None, *, restricted: bool = False
) -> Trace:
    """What is behind the indicator: of the whole, of one unit (code or name), or of one school (code or name).

    UsageError for an indicator, unit or school that the period does not know; PipelineError where it was not measured,
    or not as of the moment asked for.
    """
    standard = load_standard(settings.standard)
    provision = known_indicator(standard, indicator)
    settings = replace(settings, as_of=measured_as_of(settings))
    with open_database(settings.home, settings.as_of) as connection:
        material = chosen(read_material(connection, settings, standard, provision), indicator, unit, school)
        sources = Sources(connection, settings.home, material)

        def find_files(codes: Collection[str]) -> dict[str, tuple[Source, ...]]:
            found = sources.of(uses(standard, provision), codes)
            return fill_in(connection, settings.home, sources.layouts, found, restricted=restricted)

        evidence = evidence_of(material, provision, judged_by_indicator(material), find_files)
    statements = read_statements(measured_dir(settings, settings.period))
    return Trace(settings, indicator, unit, school, restricted, material, evidence, statements)
