"""The leaders' pages: index.html and one page a township, each in every language and whole in itself, from disk."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import wording
from pipelines.report.front import county_context, fraction, show_rate, township_context
from pipelines.report.material import Material
from pipelines.report.proof_links import INDEX
from pipelines.report.townships import BULLETIN, FOLDER, TownshipMaterial, file_stem, narrowed, townships
from pipelines.report.twins import write_twins
from pipelines.store.files import keep_only, write_text_atomically

TEMPLATES = Path(__file__).parent / "templates"


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


def content_policy(script: str = "", has_files: bool = False) -> str:
    """Content-Security-Policy: nothing but the styles within, our script by its hash and files of the same place."""
    beside = "'self' file: " if has_files else ""
    scripts = f"script-src {beside}{_digest(script)}; " if script else ""
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


def inert_json(content: Any) -> Markup:
    """Data as JSON that cannot end the script element it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def render(context: Mapping[str, Any], assets: str) -> str:
    """The whole page from what front says of the county or of a township; `assets` is the way to the shared files."""
    script = asset("page.js")
    plots = {chart.id: chart.figure for chart in context["closure_charts"] if chart.figure}
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            **context,
            language=wording.text("language"),
            policy=content_policy(str(script), bool(plots)),
            has_plots=bool(plots),
            plotly=f"{assets}/{plotly_name()}",
            chart_data=inert_json(plots),
            css=asset("page.css"),
            script=script,
            t=wording.text,
            label=wording.label,
            show_rate=show_rate,
            fraction=fraction,
        )
    )


def _township_page(material: TownshipMaterial, assets: str) -> str:
    return render(township_context(material), assets)


def write_page(material: Material, folder: Path, reports: Path) -> None:
    """index.html in `folder`, a page for each township under townships/, and the shared plotly.js under reports/assets.

    Each page has its twin in the other language. Pages of townships that an earlier run wrote are removed.
    """
    write_plotly(reports)
    assets = "../" * len(folder.relative_to(reports).parts) + "assets"
    write_twins(folder, INDEX, lambda: render(county_context(material), assets))
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    written: set[str] = set()
    for name in townships(material):
        own = narrowed(material, name)
        written.update(write_twins(target, file_stem(name), partial(_township_page, own, f"../{assets}")))
    # The townships' bulletins are another's.
    keep_only((path for path in target.glob("*.html") if not path.name.endswith(BULLETIN)), written)
