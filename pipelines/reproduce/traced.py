"""What a trace reads: of one provision the measured rows, narrowed to the unit or school that was asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar

import duckdb

from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.standards import Provision, Standard
from pipelines.publish.wording import say
from pipelines.report.material import SQL, Assessment, Case, Counted, Figure, Material, School, Visited
from pipelines.report.measured import as_rows, measured_dir
from pipelines.report.small_numbers import without_small
from pipelines.settings import Settings
from pipelines.store.sql import named_rows
from pipelines.store.tables import read_table

Row = TypeVar("Row")
WHOLE = ("county", "body")
"""Levels of the figures that are told where no unit is asked for."""
_COLUMNS = {"stage": "school_type"}
"""Register columns that bear another name than the figures' level; a stage there is the type of the whole school."""
_OFFERED = 5


def known_indicator(standard: Standard, indicator: str) -> Provision:
    """The provision that the indicator measures; UsageError with the nearest names where there is none of that name."""
    names = [name for one in standard.provisions for name in dict.fromkeys((one.id, *one.indicators))]
    if indicator in names:
        return standard.provision(indicator)
    raise UsageError(_unknown("trace.no_indicator", indicator, names, standard=standard.id))


def _unknown(key: str, asked: str, known: Collection[str], **values: str) -> str:
    """The sentence with the names that are nearest to what was asked for; the first ones where none is near."""
    names = list(dict.fromkeys(known))
    near = [name for name in names if asked in name] or get_close_matches(asked, names, n=_OFFERED)
    offered = say("join").join((near or names)[:_OFFERED])
    return say(key, asked=asked, **values) + say("trace.near" if near else "trace.known", names=offered)


def measured_as_of(settings: Settings) -> datetime:
    """The moment as of which the period stands measured; PipelineError where it is not, or as of another moment."""
    folder = measured_dir(settings, settings.period)
    path = folder / "figures.parquet"
    if not path.exists():
        found = sorted(one.parent.name for one in folder.parent.glob("*/figures.parquet"))
        key = "trace.not_measured" if found else "trace.nothing_measured"
        where = {"standard": settings.standard, "period": settings.period.label}
        raise PipelineError(say(key, **where, known=say("join").join(found)))
    moments = read_table(path)["as_of"].to_pylist()
    if not moments:
        return _asked(settings.resolved())
    moment = moments[0]
    measured = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    if settings.as_of not in (None, measured):
        told = {"period": settings.period.label, "asked": _asked(settings), "measured": measured}
        raise PipelineError(say("trace.other_moment", **told))
    return measured


def _asked(settings: Settings) -> datetime:
    assert settings.as_of is not None
    return settings.as_of


def read_material(
    connection: duckdb.DuckDBPyConnection, settings: Settings, standard: Standard, provision: Provision
) -> Material:
    """The measured rows of the provision, all schools, and what counts of each; nothing of any other provision."""
    folder, names = measured_dir(settings, settings.period), [provision.id, *provision.indicators]

    def read(table: str, *, of_provision: bool = False) -> list[dict[str, Any]]:
        asked: dict[str, Any] = {"path": str((folder / f"{table}.parquet").resolve())}
        statement = "SELECT * FROM read_parquet($path)"
        if of_provision:
            statement += " WHERE list_contains($names, indicator)"
            asked["names"] = names
        return named_rows(connection.execute(statement, asked))

    campuses = named_rows(connection.execute((SQL / "campuses.sql").read_text(encoding="utf-8")))
    return Material(
        standard=standard,
        period=settings.period,
        as_of=_asked(settings),
        figures=as_rows(Figure, read("figures", of_provision=True)),
        previous={},
        assessments=as_rows(Assessment, without_small(standard, read("assessments", of_provision=True))),
        cases=as_rows(Case, read("cases", of_provision=True)),
        cohort=(),
        schools={school.school_code: school for school in as_rows(School, read("schools"))},
        counted=as_rows(Counted, read("counted")),
        submissions=(),
        findings=(),
        agreement=(),
        inputs=(),
        campuses={(row["submission_no"], row["campus_code"]): row["campus_name"] for row in campuses},
        losses=(),
        visited=as_rows(Visited, read("visited")) if standard.spot_checks.is_visit else (),
    )


def chosen(material: Material, indicator: str, unit: str | None, school: str | None) -> Material:
    """The material of that indicator, unit and school alone: figures, judged, cases; all schools keep their names."""
    of_indicator = [figure for figure in material.figures if figure.indicator == indicator] or list(material.figures)
    figures = _figures(of_indicator, indicator, unit)
    codes = _schools(material, figures, unit, school)
    names = {indicator, material.standard.provision(indicator).id}
    judged = [row for row in material.assessments if row.indicator in names]
    kept = [row for row in judged if _is_asked(row, codes, unit, school)]
    cases = [case for case in material.cases if case.school_code in codes]
    return replace(material, figures=tuple(figures), assessments=tuple(kept), cases=tuple(cases))


def _is_asked(row: Assessment, codes: set[str], unit: str | None, school: str | None) -> bool:
    """A school's row by its code; one of a township, body or task where no school and no other unit was asked."""
    if row.unit_level == "school":
        return row.unit_code in codes
    return school is None and unit in (None, row.unit_code)


def _figures(figures: list[Figure], indicator: str, unit: str | None) -> list[Figure]:
    if unit is None:
        return [figure for figure in figures if figure.unit_level in WHOLE]
    found = [figure for figure in figures if unit in (figure.unit_code, figure.unit_name)]
    if not found:
        known = [figure.unit_name or figure.unit_code for figure in figures]
        raise UsageError(_unknown("trace.no_unit", unit, known, indicator=indicator))
    return found


def _schools(material: Material, figures: list[Figure], unit: str | None, school: str | None) -> set[str]:
    """Codes of the schools in question; of a unit, its schools by the register."""
    inside = set(material.schools) if unit is None else _inside(material, figures)
    if school is None:
        return inside
    found = {code for code, one in material.schools.items() if school in (code, one.school_name)}
    if not found:
        known = [*material.schools, *(one.school_name for one in material.schools.values())]
        raise UsageError(_unknown("trace.no_school", school, known))
    if not found & inside:
        raise UsageError(say("trace.not_inside", school=school, unit=unit or ""))
    return found & inside


def _inside(material: Material, figures: list[Figure]) -> set[str]:
    levels = {figure.unit_level: figure.unit_code for figure in figures}
    if material.whole in levels:
        return set(material.schools)
    return {
        code
        for code, one in material.schools.items()
        if any(getattr(one, _COLUMNS.get(level, level), None) == value for level, value in levels.items())
    }
