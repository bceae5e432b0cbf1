"""The leader's page: one self-contained index.html that opens from disk, plotly.js beside it as a shared file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import crosschecks, display, losses, marks, queries, tables, wording
from pipelines.report.charts import Chart, charts
from pipelines.report.material import Figure, Material
from pipelines.report.naming import (
    county_name,
    document_name,
    figure_status,
    indicator_name,
    period_name,
    scope_name,
)
from pipelines.report.summary import (
    SUBMISSION_RATE,
    Headline,
    headlines,
    red_indicators,
    scored,
    silence,
)
from pipelines.report.tiles import tiled_rates, tiles
from pipelines.store.files import write_text_atomically

TEMPLATES = Path(__file__).parent / "templates"
FINDING_ROWS = 12
"""How many finding codes the page lists; findings.csv has all."""


@cache
def environment() -> Environment:
    """Jinja with escaping always on and no silent blanks."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def asset(name: str) -> Markup:
    """A stylesheet or script of ours, as it stands: it holds no data."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").strip())


def _digest(script: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def content_policy(script: str = "") -> str:
    """Content-Security-Policy: nothing but the styles within, our script by its hash and files of the same place."""
    scripts = f"script-src 'self' file: {_digest(script)}; " if script else ""
    return f"default-src 'none'; {scripts}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def _plotly_source() -> str:
    return files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


@cache
def plotly_name() -> str:
    """File name of plotly.js with its version, so that pages of different years can share one folder."""
    from plotly.offline import get_plotlyjs_version

    return f"plotly-{get_plotlyjs_version()}.min.js"


def write_plotly(reports: Path) -> Path:
    """reports/assets/plotly-<version>.min.js, written once for every page."""
    path = reports / "assets" / plotly_name()
    if not path.exists():
        write_text_atomically(path, _plotly_source())
    return path


def chart_json(shown: tuple[Chart, ...]) -> Markup:
    """The figures by chart id as JSON that cannot end the script element it stands in."""
    content = json.dumps(
        {chart.id: chart.figure for chart in shown if chart.figure}, ensure_ascii=False, separators=(",", ":")
    )
    for character in "<>&\u2028\u2029":
        content = content.replace(character, f"\\u{ord(character):04x}")
    return Markup(content)


def show_rate(figure: Figure) -> str:
    """The rate, or why there is none."""
    return display.rate(figure.numerator, figure.denominator) or figure_status(figure)


def _fraction(figure: Figure) -> str:
    return display.fraction(figure.numerator, figure.denominator) if figure.denominator else ""


def _submission(material: Material) -> dict[str, Any]:
    """The submission rate as its figure says it; an absent one is shown as unavailable."""
    figure = material.county.get(SUBMISSION_RATE)
    expected, submitted = (int(figure.denominator or 0), int(figure.numerator or 0)) if figure else (0, 0)
    silent = expected - submitted
    said = {"expected": str(expected), "submitted": str(submitted), "silent": str(silent)}
    if figure:
        parts = {"expected": "denominator", "submitted": "numerator", "silent": "gap"}
        said = {name: marks.number(text, figure, parts[name]) for name, text in said.items()}
    return {
        "rate": show_rate(figure) if figure else "",
        "key": figure.key if figure else "",
        "note": wording.text("page.submission_note", expected=said["expected"], submitted=said["submitted"]),
        "submitted": submitted,
        "silent": silent,
        "silent_note": wording.text("page.silent_count", count=said["silent"])
        if silent
        else wording.text("page.silent_none"),
    }


def _bounds(material: Material) -> list[dict[str, Any]]:
    """Headline and scored rates that the schools without a decision could still move."""
    wanted = {row.figure.indicator: row.figure for row in headlines(material)}
    wanted |= {figure.indicator: figure for figure in scored(material)}
    return [
        {
            "name": indicator_name(material.standard, figure.indicator),
            "key": figure.key,
            "lower": display.share(figure.lower),
            "upper": display.share(figure.upper),
            "left": round(float(figure.lower) * 100, 2),
            "width": round(float(figure.upper - figure.lower) * 100, 2),  # type: ignore[operator]
        }
        for figure in wanted.values()
        if figure.lower is not None and figure.upper is not None and figure.lower != figure.upper
    ]


def _red_intro(material: Material, count: int) -> str:
    if not red_indicators(material):
        return wording.text("page.red_undefined")
    if not count:
        return wording.text("page.red_none")
    named = [indicator_name(material.standard, indicator) for indicator in red_indicators(material)]
    return wording.text(
        "page.red_intro", indicators=wording.text("bulletin.separator").join(named), count=marks.count(count, "red")
    )


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


def _method(material: Material) -> str:
    if not material.standard.document:
        return wording.text("page.method_no_document")
    return wording.text("page.method", document=document_name(material.standard), issuer=material.standard.issuer)


def cards(material: Material) -> tuple[Headline, ...]:
    """Headline rates that stand as cards: those that a tile shows already are left to the tile."""
    tiled = tiled_rates(material.standard)
    return tuple(row for row in headlines(material) if row.figure.indicator not in tiled)


def context(material: Material) -> dict[str, Any]:
    """Everything that index.html.j2 shows; no template computes a figure."""
    shown, red = charts(material), tables.red_table(material, wording.text("page.red"))
    period, rows = period_name(material.period), headlines(material)
    return {
        "title": wording.text("page.title", county=county_name(material)),
        "period": period,
        "standard_name": wording.text("page.subtitle", standard=document_name(material.standard)),
        "scope": scope_name(material),
        "submission": _submission(material),
        "headlines": cards(material),
        "any_bar": any(row.figure.met is not None for row in rows),
        "hazards": tiles(material, "hazard"),
        "incidents": tiles(material, "incident"),
        "red": red,
        "red_intro": _red_intro(material, len(red.rows)),
        "silent": tables.silent_table(material, wording.text("page.menu.silent")),
        "silent_intro": wording.text("page.silent_intro", count=marks.count(len(silence(material).schools), "silent")),
        "charts": shown,
        "chart_data": chart_json(shown),
        "townships": tables.level_table(material, wording.text("page.units_township"), "township"),
        "stages": tables.level_table(material, wording.text("page.units_stage"), "stage"),
        "indicators": tables.indicator_table(material, wording.text("page.indicators")),
        "statistics": tables.statistic_table(material, wording.text("page.statistics")),
        "quality_intro": _quality_intro(material),
        "bounds": _bounds(material),
        "findings": tables.finding_table(
            material, wording.text("page.quality_findings"), ("fatal", "error", "query"), FINDING_ROWS
        ),
        "losses_intro": losses.summary_text(material, "losses.summary"),
        "losses": losses.loss_table(material, wording.text("losses.title")),
        "queries_intro": queries.summary_text(material),
        "queries": queries.query_table(material, wording.text("queries.title")),
        "truth_intro": crosschecks.summary_text(material, "page.truth_intro"),
        "truth": (
            crosschecks.kind_table(material, wording.text("page.truth_kinds"), int(wording.entry("names_in_text"))),
            *(
                crosschecks.agreement_table(material, wording.text(f"page.truth_{level}s"), level)
                for level in ("item", "township")
            ),
        ),
        "file_notes": list(wording.entry("page.file_notes").items()),
        "method": _method(material),
    }


def write_page(material: Material, folder: Path, reports: Path) -> None:
    """index.html in `folder`, and the shared plotly.js under reports/assets."""
    plotly, script = write_plotly(reports), asset("page.js")
    up = "../" * len(folder.relative_to(reports).parts)
    html = (
        environment()
        .get_template("index.html.j2")
        .render(
            **context(material),
            language=wording.text("language"),
            policy=content_policy(str(script)),
            css=asset("page.css"),
            script=script,
            plotly=f"{up}assets/{plotly.name}",
            t=wording.text,
            label=wording.label,
            show_rate=show_rate,
            fraction=_fraction,
        )
    )
    write_text_atomically(folder / "index.html", html)
