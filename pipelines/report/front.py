"""What index.html and the page of a township show: every number and sentence, so that no template computes any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.report import crosschecks, display, earlier, losses, marks, queries, tables, visits_next, wording
from pipelines.report.addresses import page_name, switch
from pipelines.report.bounds import bounds, unbounded
from pipelines.report.charts import hazard_charts, unit_charts
from pipelines.report.comparison import is_silent, township_tables
from pipelines.report.corrections import correction_table
from pipelines.report.finding_rows import most_found, query_kinds
from pipelines.report.first_month import early_windows_text
from pipelines.report.groups import indicator_tables
from pipelines.report.ledger import ledger_table
from pipelines.report.material import Figure, Material
from pipelines.report.naming import (
    county_name,
    document_name,
    figure_status,
    indicator_name,
    last_period_name,
    period_name,
    scope_name,
)
from pipelines.report.proof_links import INDEX, SCHOOLS, proof_href, school_href
from pipelines.report.school_rows import school_table
from pipelines.report.summary import SUBMISSION_RATE, Headline, change, headlines, red_indicators, red_list, silence
from pipelines.report.tables import Table
from pipelines.report.tiles import tiled_rates, tiles
from pipelines.report.timely_tables import timely_note
from pipelines.report.townships import FOLDER, bulletin_file, file_stem, township_of
from pipelines.report.trends import trend_charts, trend_periods, trend_table

FINDING_ROWS = 12
"""How many finding codes the page lists; findings.csv has all."""
RED_NAMES = 5
"""How many schools of the red list are named on the first screen."""
LIST_ROWS = 15
"""How many schools a list shows before the rest is folded away."""
_MENU = ("headline", "red", "silent", "trends", "closure", "indicators", "quality", "truth", "visits")
"""Sections of both kinds of page."""


@dataclass(frozen=True)
class Links:
    """Addresses from a page that lies `up` below the report's folder."""

    up: str = ""

    def proof(self, key: str) -> str:
        """Where a figure is proved."""
        return f"{self.up}{proof_href(key)}"

    def school(self, code: str) -> str:
        """The view of a school."""
        return f"{self.up}{school_href(code)}"

    def township(self, name: str) -> str:
        """The page of a township."""
        return f"{self.up}{FOLDER}/{page_name(file_stem(name))}"

    def page(self, stem: str) -> str:
        """A page of the report's folder."""
        return f"{self.up}{page_name(stem)}"


def show_rate(figure: Figure) -> str:
    """The rate, or why there is none."""
    return display.rate(figure.numerator, figure.denominator) or figure_status(figure)


def fraction(figure: Figure) -> str:
    """Numerator and denominator, where there is a rate."""
    return display.fraction(figure.numerator, figure.denominator) if figure.denominator else ""


def _submission(material: Material) -> dict[str, Any]:
    """The submission rate as its figure says it; an absent one is shown as unavailable."""
    figure = material.county.get(SUBMISSION_RATE)
    expected, submitted = (int(figure.denominator or 0), int(figure.numerator or 0)) if figure else (0, 0)
    silent = expected - submitted
    said = {"expected": str(expected), "submitted": str(submitted), "silent": str(silent)}
    moved = ("", 0)
    if figure:
        parts = {"expected": "denominator", "submitted": "numerator", "silent": "gap"}
        said = {name: marks.number(text, figure, parts[name]) for name, text in said.items()}
        moved = change(figure, material.previous.get(figure.key))
    silent_note = wording.text("page.silent_count", count=said["silent"]) if silent else _nobody_silent(expected)
    return {
        "rate": show_rate(figure) if figure else "",
        "key": figure.key if figure else "",
        "note": wording.text("page.submission_note", **{name: said[name] for name in ("expected", "submitted")})
        if figure
        else "",
        "timely": timely_note(material),
        "submitted": submitted,
        "silent": silent,
        "silent_note": silent_note,
        "change": moved[0],
        "change_sign": moved[1],
    }


def _nobody_silent(expected: int) -> str:
    """Nothing is said of all schools where none had to report."""
    return wording.text("page.silent_none") if expected else ""


def _red(material: Material, links: Links) -> dict[str, Any]:
    """The red list: how many, the first of them by name, the sentence and the table."""
    listed, is_judged = red_list(material), _is_judged(material)
    first, rest = _folded(_with_schools(tables.red_table(material, wording.text("page.red")), links))
    named = [indicator_name(material.standard, indicator) for indicator in red_indicators(material)]
    count = marks.count(len(listed), "red")
    intro = wording.text("page.red_undefined")
    if named:
        intro = wording.text("page.red_none" if is_judged else "page.red_unjudged")
    if listed:
        indicators = wording.text("bulletin.separator").join(named)
        intro = wording.text("page.red_intro", indicators=indicators, count=count)
    return {
        "red": first,
        "red_rest": rest,
        "red_intro": intro,
        "red_count": wording.text("page.red_count", count=count) if named and is_judged else "",
        "red_top": [(row.name, links.school(row.school_code)) for row in listed[:RED_NAMES]],
        "red_more": len(listed) > RED_NAMES,
    }


def _is_judged(material: Material) -> bool:
    """Any school has a decision under an indicator of the red list: without one, that none fails says nothing."""
    found = (material.county.get(indicator) for indicator in red_indicators(material))
    return any((figure.met or 0) + (figure.unmet or 0) for figure in found if figure is not None)


def _folded(table: Table) -> tuple[Table, Table]:
    """The first rows of a list, and the rest of it to be folded away."""
    return replace(table, rows=table.rows[:LIST_ROWS]), replace(table, rows=table.rows[LIST_ROWS:])


def _notice(material: Material) -> str:
    """What must be known before any number is read; empty for nothing."""
    if not any(row.value is not None for row in material.county.values()):
        return wording.text("page.no_figures")
    figure, name = material.county.get(SUBMISSION_RATE), township_of(material)
    if figure is not None and figure.denominator and not figure.numerator:
        return wording.text("page.township_silent" if name else "page.all_silent")
    return wording.text("page.township_silent") if name and is_silent(material, name) else ""


def _with_schools(table: Table, links: Links) -> Table:
    """The table with each school, whose code stands beside its name, linked to its view."""
    rows = tuple((replace(row[0], href=links.school(row[0].beside)), *row[1:]) for row in table.rows)
    return replace(table, rows=rows)


def _quality_intro(material: Material) -> str:
    counts = Counter(row.status for row in material.submissions)
    return wording.text(
        "page.quality_intro",
        files=marks.count(len(material.submissions), "files"),
        accepted=marks.count(counts["accepted"], "files", "accepted"),
        with_findings=marks.count(counts["accepted_with_findings"], "files", "accepted_with_findings"),
        rejected=marks.count(counts["rejected"], "files", "rejected"),
        duplicates=marks.count(counts["duplicate"], "files", "duplicate"),
    )


def _quality(material: Material) -> dict[str, Any]:
    """Files, bounds of the rates, rows and cells left out, queries, findings."""
    unknown = unbounded(material)
    names = wording.text("bulletin.separator").join(unknown)
    severities, title = ("fatal", "error", "query"), wording.text("page.quality_findings")
    return {
        "quality_intro": _quality_intro(material),
        "bounds": bounds(material),
        "bounds_unknown": wording.text("page.bounds_unknown", indicators=names) if unknown else "",
        "is_judged": any(row.value is not None for row in material.county.values() if row.is_rate),
        "findings": most_found(material, title, severities, FINDING_ROWS),
        "losses_intro": losses.summary_text(material, "losses.summary"),
        "losses": losses.loss_table(material, wording.text("losses.title")),
        "queries_intro": queries.summary_text(material),
        "queries": query_kinds(material, wording.text("queries.title")),
        "corrections": correction_table(material, wording.text("corrections.title")),
    }


def _truth(material: Material, levels: Sequence[str], links: Links) -> dict[str, Any]:
    kinds = crosschecks.kind_table(material, wording.text("page.truth_kinds"), int(wording.entry("names_in_text")))
    agreed = [crosschecks.agreement_table(material, wording.text(f"page.truth_{level}s"), level) for level in levels]
    return {
        "truth_intro": crosschecks.summary_text(material, "page.truth_intro"),
        "truth": (kinds, *agreed),
        "visits_intro": visits_next.visits_intro(material),
        "visits": _with_schools(visits_next.visit_table(material, wording.text("visits.title")), links),
    }


def _trends(material: Material) -> dict[str, Any]:
    charts, county = trend_charts(material), not township_of(material)
    intro = wording.text("page.trends_none")
    if charts:
        intro = wording.text("page.trends_intro", count=marks.count(len(trend_periods(material)), "periods"))
        intro = intro if county else marks.join("", (intro, wording.text("page.trends_reference")))
    table = trend_table(material, wording.text("page.trends_numbers"))
    beside = earlier.comparison_table(material, wording.text("earlier.title"))
    return {"trends": charts, "trends_intro": intro, "trend_table": table, "earlier": beside}


def _method(material: Material) -> str:
    if not material.standard.document:
        return wording.text("page.method_no_document")
    return wording.text("page.method", document=document_name(material.standard), issuer=material.standard.issuer)


def cards(material: Material) -> tuple[Headline, ...]:
    """Headline rates that stand as cards: those that a tile shows already are left to the tile."""
    tiled = tiled_rates(material.standard)
    return tuple(row for row in headlines(material) if row.figure.indicator not in tiled)


def _shared(material: Material, links: Links) -> dict[str, Any]:
    """What both kinds of page show."""
    silent = tables.silent_table(material, wording.text("page.menu.silent"))
    shown, rest = _folded(_with_schools(silent, links))
    count = marks.count(len(silence(material).schools), "silent")
    return {
        "period": period_name(material.period),
        "span_note": earlier.span_note(material),
        "change_none": wording.text("page.change_none", last=last_period_name(material.period.kind)),
        "standard_name": wording.text("page.subtitle", standard=document_name(material.standard)),
        "scope": scope_name(material),
        "links": links,
        "submission": _submission(material),
        "headlines": cards(material),
        "any_bar": any(row.figure.met is not None for row in headlines(material)),
        "hazards": tiles(material, "hazard"),
        "incidents": tiles(material, "incident"),
        **_red(material, links),
        "silent": shown,
        "silent_rest": rest,
        "notice": _notice(material),
        "silent_intro": wording.text("page.silent_intro", count=count),
        **_trends(material),
        "closure_charts": hazard_charts(material),
        "groups": indicator_tables(material),
        "statistics": tables.statistic_table(material, wording.text("page.statistics")),
        **_quality(material),
        "first_month": early_windows_text(material),
        "method": _method(material),
    }


def _file_notes() -> list[tuple[str, str]]:
    """(address, what it is) of the files of the folder; the table of schools in the language spoken."""
    own = {f"{SCHOOLS}.html": page_name(SCHOOLS)}
    return [(own.get(name, name), str(note)) for name, note in wording.table("page.file_notes").items()]


def county_context(material: Material) -> dict[str, Any]:
    """Everything that index.html.j2 shows of the county."""
    links = Links()
    ordered, apart = township_tables(material, links.township)
    levels = ("stage", "urban_rural", "ownership")
    compared = [
        table for level in levels for table in tables.level_tables(material, wording.text(f"page.units_{level}"), level)
    ]
    return {
        **_shared(material, links),
        **_truth(material, ("item", "township"), links),
        "title": wording.text("page.title", county=county_name(material)),
        "beside": {},
        "township": "",
        "unit_charts": (*unit_charts(material, "township", links.township), *unit_charts(material, "stage")),
        "townships": ordered,
        "townships_apart": apart,
        # A table that holds the whole alone compares nothing.
        "levels": [table for table in compared if len(table.rows) > 1],
        "twins": switch(INDEX),
        "file_notes": _file_notes(),
        "menu": (*_MENU[:5], "units", *_MENU[5:], "files"),
    }


def township_context(material: Material) -> dict[str, Any]:
    """Everything that index.html.j2 shows of one township, with the county's rates beside its own."""
    links, name = Links("../"), township_of(material)
    whole = {row.indicator: row for row in material.figures if row.unit_level == "county" and row.is_rate}
    schools = school_table(material, wording.text("page.township_schools"))
    cases = ledger_table(material, wording.text("page.township_cases"), tables.open_cases)
    return {
        **_shared(material, links),
        **_truth(material, ("item",), links),
        "title": wording.text("page.township_title", township=name),
        "twins": switch(file_stem(name)),
        "parent": wording.text("page.up", county=county_name(material)),
        "bulletin": bulletin_file(name),
        "beside": whole,
        "township": name,
        "schools": _with_schools(schools, links),
        "compared": tables.level_tables(material, wording.text("page.township_county"), "township"),
        "cases": _with_schools(cases, links),
        "menu": (*_MENU[:5], "schools", *_MENU[5:]),
    }
