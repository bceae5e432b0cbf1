"""What stands behind the figures of one provision: who was judged how, on which cases, files and statements."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.metadata.standards import Provision
from pipelines.report.material import Assessment, Case, Material
from pipelines.report.sources import Source

PROOF = "proof.json"
"""Where measure leaves the statements that it ran, by provision and by table."""


@dataclass(frozen=True)
class SchoolTrace:
    """One school (campus, stage) under the provision: its status or its cases, with the files on which they rest.

    A duration judges cases, not schools: there `assessment` is None.
    """

    school_code: str
    school_name: str
    assessment: Assessment | None
    cases: tuple[Case, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Evidence:
    """What is known of one provision, in no language: who was judged under which indicator, cases, and files."""

    provision: Provision
    judged: tuple[tuple[str, tuple[SchoolTrace, ...]], ...]
    cases: Mapping[str, tuple[Case, ...]]
    files: Mapping[str, tuple[Source, ...]]


def evidence_of(
    material: Material,
    provision: Provision,
    judged: Mapping[str, Sequence[Assessment]],
    find_files: Callable[[Collection[str]], Mapping[str, tuple[Source, ...]]],
) -> Evidence:
    """What is known of the provision; `judged` are the assessments by indicator, `find_files` those of school codes."""
    rows = {name: judged[name] for name in dict.fromkeys((*provision.indicators, provision.id)) if name in judged}
    cases = cases_of(material, provision)
    files = find_files({row.unit_code for found in rows.values() for row in found} | cases.keys())
    traces = tuple((name, school_traces(material, found, {}, files)) for name, found in rows.items())
    return Evidence(provision, traces, cases, files)


def judged_by_indicator(material: Material) -> dict[str, list[Assessment]]:
    """The assessments of each indicator, in the order of assessments.csv."""
    judged: dict[str, list[Assessment]] = {}
    for row in material.assessments:
        judged.setdefault(row.indicator, []).append(row)
    return judged


def cases_of(material: Material, provision: Provision) -> dict[str, tuple[Case, ...]]:
    """School code to its cases under the provision, in the order of cases.csv."""
    found: dict[str, list[Case]] = {}
    for case in material.cases:
        if case.indicator == provision.id:
            found.setdefault(case.school_code, []).append(case)
    return {code: tuple(cases) for code, cases in found.items()}


def school_traces(
    material: Material,
    judged: Iterable[Assessment],
    cases: Mapping[str, Sequence[Case]],
    sources: Mapping[str, tuple[Source, ...]],
) -> tuple[SchoolTrace, ...]:
    """The judged by code, campus and stage, then the schools with cases, each with its files."""
    ordered = sorted(judged, key=lambda row: (row.unit_code, row.campus, row.stage))
    rows = [*((row.unit_code, row) for row in ordered), *((code, None) for code in sorted(cases))]
    return tuple(
        SchoolTrace(code, material.name(code), row, tuple(cases.get(code, ())), sources.get(code, ()))
        for code, row in rows
    )


def read_statements(folder: Path) -> dict[str, tuple[str, ...]]:
    """The statements that measure ran, from its proof in that folder; empty where it left none."""
    path = folder / PROOF
    if not path.exists():
        return {}
    proof = json.loads(path.read_text(encoding="utf-8"))
    return {name: (said,) if isinstance(said, str) else tuple(said) for name, said in proof.items()}


def statement_text(statements: Mapping[str, tuple[str, ...]], *names: str) -> str:
    """The statements under the first of the names that has any, as one text."""
    return ";\n\n".join(next((statements[name] for name in names if statements.get(name)), ()))
