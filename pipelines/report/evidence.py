"""What stands behind the figures of one provision: who was judged how, on which cases, files and statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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
