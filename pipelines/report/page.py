"""The leaders' pages: index.html and one page a township, each whole in itself, opened from disk or any server."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import wording
from pipelines.report.front import TOWNSHIPS, county_context, fraction, show_rate, township_context
from pipelines.report.material import Material
from pipelines.report.townships import file_stem, narrowed, townships
from pipelines.store.files import write_text_atomically

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


def content_policy(script: str = "") -> str:
    """Content-Security-Policy: nothing but the styles within and our script by its hash."""
    scripts = f"script-src {_digest(script)}; " if script else ""
    return f"default-src 'none'; {scripts}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def inert_json(content: Any) -> Markup:
    """Data as JSON that cannot end the script element it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def render(context: Mapping[str, Any]) -> str:
    """The whole page from what front says of the county or of a township."""
    script = asset("page.js")
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            **context,
            language=wording.text("language"),
            policy=content_policy(str(script)),
            css=asset("page.css"),
            script=script,
            t=wording.text,
            label=wording.label,
            show_rate=show_rate,
            fraction=fraction,
        )
    )


def write_page(material: Material, folder: Path) -> None:
    """index.html in `folder` and a page for each township under townships/; those of earlier runs are removed."""
    write_text_atomically(folder / "index.html", render(county_context(material)))
    target = folder / TOWNSHIPS
    target.mkdir(exist_ok=True)
    written = set()
    for name in townships(material):
        path = target / f"{file_stem(name)}.html"
        write_text_atomically(path, render(township_context(narrowed(material, name))))
        written.add(path.name)
    for path in target.glob("*.html"):
        # The townships' bulletins, *-report.html, are another's.
        if path.name not in written and not path.stem.endswith("-report"):
            path.unlink()
