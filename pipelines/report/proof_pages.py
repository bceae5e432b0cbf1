"""proof/<provision>.html and its English twin: what stands behind every figure, down to file, sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.load.database import open_database
from pipelines.metadata.standards import Provision, Standard
from pipelines.report import display, wording
from pipelines.report.addresses import page_name, switch
from pipelines.report.evidence import SchoolTrace, cases_of, read_statements, school_traces, statement_text
from pipelines.report.material import Assessment, Case, Material
from pipelines.report.measured import measured_dir
from pipelines.report.naming import document_name, scope_name
from pipelines.report.page import asset, content_policy, environment
from pipelines.report.proof_links import FOLDER, INDEX, SCHOOLS, page_of, safe
from pipelines.report.proof_rows import case_row, figure_tables, hidden_tables, judgement, place, shown_sources
from pipelines.report.sources import Source, Sources, uses
from pipelines.report.twins import write_twins
from pipelines.settings import Settings
from pipelines.store.files import keep_only

FACTS = "facts"
"""The page of the statements on which those of the provisions rest."""

_NAMED = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class _Evidence:
    """What is known of one provision, in no language: who was judged under which indicator, cases, and files."""

    provision: Provision
    judged: tuple[tuple[str, tuple[SchoolTrace, ...]], ...]
    cases: Mapping[str, tuple[Case, ...]]
    files: Mapping[str, tuple[Source, ...]]


@dataclass(frozen=True)
class _Read:
    """What all pages share, read once."""

    material: Material
    sources: Sources
    statements: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    hidden: frozenset[str]


def write_proof_pages(settings: Settings, material: Material, folder: Path) -> None:
    """One page for each provision under folder/proof, and one of the statements that they share; others are removed.

    Provisions whose ids differ only behind a point share a page.
    """
    statements = read_statements(measured_dir(settings, settings.period))
    pages: dict[str, list[Provision]] = {}
    for provision in material.standard.provisions:
        pages.setdefault(page_of(provision.id), []).append(provision)
    facts = tuple(name for name in statements if page_of(name) not in pages)
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    with open_database(settings.home, material.as_of) as connection:
        sources = Sources(connection, settings.home, material)
    read = _Read(material, sources, statements, facts, hidden_tables(material.standard))
    judged: dict[str, list[Assessment]] = {}
    for row in material.assessments:
        judged.setdefault(row.indicator, []).append(row)
    written: set[str] = set()
    for name, provisions in pages.items():
        evidence = [_evidence(read, provision, judged) for provision in provisions]
        written.update(write_twins(target, name, partial(_page, read, name, evidence)))
    if facts:
        written.update(write_twins(target, FACTS, partial(_facts_page, read)))
    keep_only(target.iterdir(), written)


def _page(read: _Read, name: str, evidence: Sequence[_Evidence]) -> str:
    names = wording.text("bulletin.separator").join(wording.name(one.provision) for one in evidence)
    shown = [_provision(read, one) for one in evidence]
    return _render(
        read.material, "proof.html.j2", name, title=wording.text("proof.title", name=names), provisions=shown
    )


def _facts_page(read: _Read) -> str:
    shown = [(name, statement_text(read.statements, name)) for name in read.facts]
    title = wording.text("proof.facts_title")
    return _render(read.material, "proof_facts.html.j2", FACTS, title=title, statements=shown)


def _render(material: Material, template: str, name: str, **values: Any) -> str:
    return (
        environment()
        .get_template(template)
        .render(
            **values,
            language=wording.text("language"),
            policy=content_policy(),
            css=asset("page.css") + asset("proof.css"),
            kicker=wording.text("page.subtitle", standard=document_name(material.standard)),
            scope=scope_name(material),
            index_page=f"../{page_name(INDEX)}",
            schools_page=f"../{page_name(SCHOOLS)}",
            twins=switch(name),
            t=wording.text,
            column=wording.column,
        )
    )


def _evidence(read: _Read, provision: Provision, judged: Mapping[str, list[Assessment]]) -> _Evidence:
    """What is known of the provision, found once for the pages of all languages."""
    material = read.material
    rows = {name: judged[name] for name in dict.fromkeys((*provision.indicators, provision.id)) if name in judged}
    cases = cases_of(material, provision)
    codes = {row.unit_code for found in rows.values() for row in found} | cases.keys()
    files = read.sources.of(uses(material.standard, provision), codes)
    traces = tuple((name, school_traces(material, found, {}, files)) for name, found in rows.items())
    return _Evidence(provision, traces, cases, files)


def _provision(read: _Read, evidence: _Evidence) -> dict[str, Any]:
    """Everything that the page shows of one provision."""
    material, provision = read.material, evidence.provision
    cases, files = evidence.cases, evidence.files
    listed: dict[str, str] = {}
    judgements = [judgement(material, name, traces, read.hidden, listed) for name, traces in evidence.judged]
    statement = statement_text(read.statements, provision.id, *provision.indicators)
    named = set(_NAMED.findall(statement))
    return {
        "id": safe(provision.id.partition(".")[2]),
        "name": wording.name(provision),
        "definition": definition(material.standard, provision),
        "expressions": [(field, " ".join(expression.split())) for field, expression in provision.expressions],
        "parameters": [(one.name, str(one.value), one.source) for one in _parameters(provision)],
        "figures": figure_tables(material, provision),
        "judgements": judgements,
        "cases": [case_row(material, case) for code in sorted(cases) for case in cases[code]],
        "case_files": _case_files(read, {code: files.get(code, ()) for code in sorted(cases) if code not in listed}),
        "statement": statement,
        "facts": [(name, f"{page_name(FACTS)}#{safe(name)}") for name in read.facts if name in named],
    }


def _parameters(provision: Provision) -> tuple[Any, ...]:
    return (*provision.parameters, *filter(None, (provision.suppress_below,)))


def _case_files(read: _Read, files: Mapping[str, tuple[Source, ...]]) -> list[tuple[str, list[Any]]]:
    """(school, its files) of those that have cases and no status of their own."""
    found = []
    for code, sources in files.items():
        school = read.material.schools.get(code)
        shown = shown_sources(sources, read.hidden, school.submission_no if school else None)
        found.append((read.material.name(code), [place(source) for source in shown]))
    return found


def definition(standard: Standard, provision: Provision) -> list[tuple[str, str]]:
    """(term, text) of what the document demands and how it was read; what there is not is left out."""
    windows = {stage: wording.text(f"proof.windows.{window}") for stage, window in provision.windows.items()}
    window = wording.text("bulletin.separator").join(dict.fromkeys(windows.values()))
    told = {
        "clause": provision.clause,
        "document": document_name(standard),
        "issuer": standard.issuer,
        "reading": provision.reading,
        "kind": wording.text(f"proof.kinds.{provision.kind}"),
        "scored": wording.label("scoring", provision.scored),
        "target": display.share(provision.target),
        "window": window,
        "in_force": wording.text("bulletin.separator").join(_validity(provision)),
        "population": _population(standard, provision),
    }
    return [(wording.text(f"proof.terms.{name}"), text) for name, text in told.items() if text]


def _population(standard: Standard, provision: Provision) -> str:
    """Who is addressed, as the expression that is evaluated; in a word where that is everyone."""
    expression = " ".join(standard.population_expression(provision).split())
    return wording.text("proof.everyone") if expression.strip("()") == "true" else expression


def _validity(provision: Provision) -> list[str]:
    days = (("proof.from", provision.effective_from), ("proof.to", provision.effective_to))
    return [wording.text(form, day=display.moment(day)) for form, day in days if day]
