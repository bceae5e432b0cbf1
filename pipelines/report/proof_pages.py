"""proof/<provision>.html and its English twin: what stands behind every figure, down to file, sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.load.database import open_database
from pipelines.metadata.standards import Provision, Standard
from pipelines.report import display, wording
from pipelines.report.addresses import Twin, page_name, switch
from pipelines.report.evidence import Evidence, evidence_of, judged_by_indicator, read_statements, statement_text
from pipelines.report.material import Material
from pipelines.report.measured import measured_dir
from pipelines.report.naming import document_name, population_name, scope_name, windows_name
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
class Shared:
    """What all pages share, read once: `facts` are the statements behind those of the provisions.

    `hidden` are the tables of which is not told how many rows a school sent.
    """

    material: Material
    statements: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Around:
    """Where a page lies: its ways to the report's folder and to the proof pages, its twins, its own words and style.

    The ways are None where there is no report to lead to.
    """

    report: str | None
    proofs: str | None
    twins: tuple[Twin, ...]
    note: str
    styles: tuple[str, ...] = ()
    warning: str = ""


def statements_beside(standard: Standard, statements: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names of statements that have no page of their own: the facts on which those of the provisions rest."""
    own = {page_of(provision.id) for provision in standard.provisions}
    return tuple(name for name in statements if page_of(name) not in own)


def write_proof_pages(settings: Settings, material: Material, folder: Path) -> None:
    """One page for each provision under folder/proof, and one of the statements that they share; others are removed.

    Provisions whose ids differ only behind a point share a page.
    """
    statements = read_statements(measured_dir(settings, settings.period))
    pages: dict[str, list[Provision]] = {}
    for provision in material.standard.provisions:
        pages.setdefault(page_of(provision.id), []).append(provision)
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    with open_database(settings.home, material.as_of) as connection:
        sources = Sources(connection, settings.home, material)
    facts = statements_beside(material.standard, statements)
    shared = Shared(material, statements, facts, hidden_tables(material.standard))
    judged = judged_by_indicator(material)
    written: set[str] = set()
    for name, provisions in pages.items():
        evidence = [
            evidence_of(material, one, judged, partial(sources.of, uses(material.standard, one))) for one in provisions
        ]
        written.update(write_twins(target, name, partial(_page, shared, name, evidence)))
    if facts:
        written.update(write_twins(target, FACTS, partial(_facts_page, shared)))
    keep_only(target.iterdir(), written)


def _page(shared: Shared, name: str, evidence: Sequence[Evidence]) -> str:
    return proof_page(shared, evidence, Around("../", "", switch(name), wording.text("proof.judged_note")))


def proof_page(shared: Shared, evidence: Sequence[Evidence], around: Around) -> str:
    """The page of what stands behind the figures of these provisions."""
    names = wording.text("bulletin.separator").join(wording.name(one.provision) for one in evidence)
    shown = [_provision(shared, one, around) for one in evidence]
    title = wording.text("proof.title", name=names)
    return _render(shared.material, "proof.html.j2", around, title=title, provisions=shown)


def _facts_page(shared: Shared) -> str:
    shown = [(name, statement_text(shared.statements, name)) for name in shared.facts]
    title = wording.text("proof.facts_title")
    around = Around("../", "", switch(FACTS), "")
    return _render(shared.material, "proof_facts.html.j2", around, title=title, statements=shown)


def _render(material: Material, template: str, around: Around, **values: Any) -> str:
    return (
        environment()
        .get_template(template)
        .render(
            **values,
            language=wording.text("language"),
            policy=content_policy(),
            css=Markup().join(map(asset, ("page.css", "proof.css", *around.styles))),
            kicker=wording.text("page.subtitle", standard=document_name(material.standard)),
            scope=scope_name(material),
            report=around.report,
            index_page=page_name(INDEX),
            schools_page=page_name(SCHOOLS),
            twins=around.twins,
            judged_note=around.note,
            warning=around.warning,
            t=wording.text,
            column=wording.column,
        )
    )


def _provision(shared: Shared, evidence: Evidence, around: Around) -> dict[str, Any]:
    """Everything that the page shows of one provision."""
    material, provision = shared.material, evidence.provision
    cases, files = evidence.cases, evidence.files
    listed: dict[str, str] = {}
    judgements = [judgement(material, name, traces, shared.hidden, listed) for name, traces in evidence.judged]
    statement = statement_text(shared.statements, provision.id, *provision.indicators)
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
        "case_files": _case_files(shared, {code: files.get(code, ()) for code in sorted(cases) if code not in listed}),
        "statement": statement,
        "facts": [(name, _facts_href(around, name)) for name in shared.facts if name in named],
    }


def _parameters(provision: Provision) -> tuple[Any, ...]:
    return (*provision.parameters, *filter(None, (provision.suppress_below,)))


def _facts_href(around: Around, name: str) -> str:
    return "" if around.proofs is None else f"{around.proofs}{page_name(FACTS)}#{safe(name)}"


def _case_files(shared: Shared, files: Mapping[str, tuple[Source, ...]]) -> list[tuple[str, list[Any]]]:
    """(school, its files) of those that have cases and no status of their own."""
    found = []
    for code, sources in files.items():
        school = shared.material.schools.get(code)
        shown = shown_sources(sources, shared.hidden, school.submission_no if school else None)
        found.append((shared.material.name(code), [place(source) for source in shown]))
    return found


def definition(standard: Standard, provision: Provision) -> list[tuple[str, str]]:
    """(term, text) of what the document demands and how it was read; what there is not is left out."""
    told = {
        "clause": provision.clause,
        "document": document_name(standard),
        "issuer": standard.issuer,
        "reading": provision.reading,
        "kind": wording.text(f"proof.kinds.{provision.kind}"),
        "scored": wording.label("scoring", provision.scored),
        "target": display.share(provision.target),
        "window": windows_name(provision),
        "in_force": wording.text("bulletin.separator").join(_validity(provision)),
        "population": population_name(standard, provision),
    }
    return [(wording.text(f"proof.terms.{name}"), text) for name, text in told.items() if text]


def _validity(provision: Provision) -> list[str]:
    days = (("proof.from", provision.effective_from), ("proof.to", provision.effective_to))
    return [wording.text(form, day=display.moment(day)) for form, day in days if day]
