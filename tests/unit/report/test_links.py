"""Every link of every page of a report leads to a file that is there, and to an anchor in it."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from tests.unit.report.conftest import Reported


class Page(HTMLParser):
    """The ids of a page and the addresses that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids |= {values["id"] or ""} if "id" in values else set()
        self.links |= {values[name] or "" for name in ("href", "src") if name in values}


@cache
def _page(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_every_link_resolves(reported: Reported) -> None:
    pages = sorted(reported.folder.rglob("*.html"))
    assert {"index.html", "schools.html", "closed_campus.html"} <= {path.name for path in pages}
    broken = []
    proofs = 0
    for path in pages:
        for link in sorted(_page(path).links):
            target, _, anchor = unquote(link).partition("#")
            found = (path.parent / target).resolve() if target else path
            if not found.is_file() or (anchor and found.suffix == ".html" and anchor not in _page(found).ids):
                broken.append((path.name, link))
            proofs += "proof" in target
    assert broken == []
    assert proofs > len(reported.material.expected)
