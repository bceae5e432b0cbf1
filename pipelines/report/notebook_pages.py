"""The notebooks as files: pages for leaders, the same with their code for auditors, a bulletin for each township."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.report import bulletin, in_process, townships, wording
from pipelines.report.material import Material
from pipelines.report.notebook import NAMES, as_text, execute, export
from pipelines.report.notebook_parts import report_title
from pipelines.report.opened import holding
from pipelines.report.page import asset, content_policy, environment
from pipelines.store.files import keep_only, write_text_atomically
from pipelines.store.home import Home

BULLETIN = NAMES[0]
AUDIT = "audit"


def page_name(name: str) -> str:
    """What the page of a notebook is called: the bulletin's is report.html, another's is its own name."""
    return "report.html" if name == BULLETIN else f"{name}.html"


def township_pages(material: Material) -> dict[str, str]:
    """Township to the path of its bulletin in the report's folder."""
    return {name: f"{townships.FOLDER}/{townships.bulletin_file(name)}" for name in townships.townships(material)}


def page(notebook: Any, title: str, shows_code: bool = False) -> str:
    """The whole page of an executed notebook; with its code it says what it is."""
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            language=wording.text("language"),
            policy=content_policy(),
            css=asset("page.css"),
            report_css=asset("report.css"),
            title=title,
            audit=wording.text("notebooks.audit") if shows_code else "",
            body=export(notebook, shows_code),
        )
    )


def write_notebooks(material: Material, home: Home, folder: Path) -> None:
    """The pages of the county and of its townships in `folder`: byte-identical from the same inputs.

    The notebooks run in this process over the material as it is: a kernel would gather it anew for each.
    """
    given = {
        "home": str(home.root.resolve()),
        "standard": material.standard.id,
        "period": material.period.label,
        "as_of": material.as_of.isoformat(),
    }
    pages = township_pages(material)
    for name in (AUDIT, townships.FOLDER):
        (folder / name).mkdir(exist_ok=True)
    with holding(home.root, material):
        for name in NAMES:
            notebook = execute({**given, "township": ""}, name, in_process.NAME)
            title = bulletin.title(material) if name == BULLETIN else report_title(material, name)
            write_text_atomically(folder / page_name(name), page(notebook, title))
            write_text_atomically(folder / AUDIT / f"{name}.html", page(notebook, title, shows_code=True))
            write_text_atomically(folder / AUDIT / f"{name}.ipynb", as_text(notebook))
        for township, path in pages.items():
            notebook = execute({**given, "township": township}, BULLETIN, in_process.NAME)
            write_text_atomically(folder / path, page(notebook, bulletin.title(townships.narrowed(material, township))))
    # What other townships had belongs to townships that are in the register no more.
    old = (folder / townships.FOLDER).glob(f"*{townships.BULLETIN}")
    keep_only(old, {Path(path).name for path in pages.values()})
