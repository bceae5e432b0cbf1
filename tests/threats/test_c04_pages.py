"""C4, A47: names that would run are text on every page, and the pages' policy lets nothing else run either."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.report import stage
from pipelines.report.material import Material, School
from pipelines.report.page import asset, content_policy, plotly_name
from pipelines.report.townships import file_stem
from tests.browser.opening import chromium, opened
from tests.unit.report import county, county_home

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '"><img src=x onerror=alert(3)>',
    "javascript:alert(4)",
    "<a href='javascript:alert(5)'>x</a>",
    "<svg/onload=alert(6)>",
    "{{7*7}}{% raw %}",
    "\u2028alert(7)//",
)
PAGES = ("index.html", "index.en.html", "report.html", "township", "township.en")
OURS = re.compile(
    r"#|(\.\./){2,3}assets/plotly|(\.\./)?(proof/\w+(\.en)?\.html#[\w-]+|townships/[\w-]+(\.en)?\.html"
    r"|schools(\.en)?\.html#\w+|[a-z_]+(\.en)?\.html|[a-z_]+\.(csv|xlsx|docx|json))$"
    r"|[\w-]+-report\.html$|township-[0-9a-f]{12}(\.en)?\.html$"
)
"""Addresses within the report."""


class Elements(HTMLParser):
    """Every element with its attributes, and what the scripts say."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and self.scripts:
            self.scripts[-1] += data


def hostile_schools(material: Material, townships: int = 3) -> dict[str, School]:
    """The material's schools called by a payload each, in as many townships of such names."""
    return {
        code: replace(
            school,
            school_name=PAYLOADS[index % len(PAYLOADS)] + school.school_name,
            township=PAYLOADS[index % townships] + school.township,
        )
        for index, (code, school) in enumerate(material.schools.items())
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a county where every school and township is called by a payload."""
    material = county.material()
    settings = county_home.write_home(
        tmp_path_factory.mktemp("pages"), replace(material, schools=hostile_schools(material))
    )
    stage.write_pages(settings)
    return stage.report_dir(settings)


def page_of(folder: Path, name: str) -> Path:
    """That page; `township` is the page of the township whose name is the first payload."""
    if not name.startswith("township"):
        return folder / name
    stem = file_stem(PAYLOADS[0] + county.TOWNSHIPS[0])
    return folder / "townships" / f"{stem}{name.removeprefix('township')}.html"


def elements(path: Path) -> Elements:
    parsed = Elements()
    parsed.feed(path.read_text(encoding="utf-8"))
    return parsed


@pytest.mark.parametrize("name", PAGES)
def test_c04_no_payload_becomes_an_element_or_an_attribute(folder: Path, name: str) -> None:
    parsed = elements(page_of(folder, name))
    text = page_of(folder, name).read_text(encoding="utf-8")
    assert "alert(3)" in text or name.startswith("township")
    assert "alert(1)" in text
    assert not [tag for tag, _ in parsed.found if tag in ("img", "object", "embed", "iframe", "form", "base")]
    assert not [key for _, attributes in parsed.found for key in attributes if key.startswith("on")]
    links = [attributes.get(key, "") for _, attributes in parsed.found for key in ("href", "src", "action")]
    outside = [link for link in links if link and not OURS.match(link)]
    assert outside == []


@pytest.mark.parametrize("name", ["index.html", "index.en.html", "township", "township.en"])
def test_c04_the_scripts_of_the_page_are_ours_and_the_data_is_data(folder: Path, name: str) -> None:
    parsed = elements(page_of(folder, name))
    scripts = [attributes for tag, attributes in parsed.found if tag == "script"]
    assert [attributes.get("src", "").rpartition("/")[2] for attributes in scripts if "src" in attributes] == [
        plotly_name()
    ]
    inline = [
        (attributes, body) for attributes, body in zip(scripts, parsed.scripts, strict=True) if "src" not in attributes
    ]
    assert sorted(attributes.get("type", "") for attributes, _ in inline) == ["", "application/json"]
    assert [body.strip() for attributes, body in inline if "type" not in attributes] == [str(asset("page.js"))]
    assert not [tag for tag, _ in elements(folder / "report.html").found if tag == "script"]
    assert not [tag for tag, _ in elements(folder / "report.html").found if tag == "script"]


@pytest.mark.parametrize("name", PAGES)
def test_c04_the_policy_forbids_all_but_what_the_page_needs(folder: Path, name: str) -> None:
    metas = [attributes for tag, attributes in elements(page_of(folder, name)).found if tag == "meta"]
    (policy,) = [one["content"] for one in metas if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == content_policy(*(() if name == "report.html" else (str(asset("page.js")), True)))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe-inline" not in rules.get("script-src", "") and "unsafe-eval" not in policy
    assert not re.search(r"https?:|\*", policy)
    head = page_of(folder, name).read_text(encoding="utf-8").split("</head>")[0]
    assert head.index("Content-Security-Policy") < min(head.index("<style"), head.find("<script") % 10**9)


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_c04_no_payload_runs_in_a_browser_and_the_policy_is_kept(folder: Path, name: str) -> None:
    """A violation of the policy, an error and a dialog would all be told; the charts are seen all the same."""
    with chromium() as browser:
        page, log = opened(browser, page_of(folder, name).as_uri())
        if name != "report.html":
            page.wait_for_selector("html[data-drawn]", state="attached", timeout=60_000)
            assert page.locator(".js-plotly-plot").count() > 0
        assert (log.messages, log.dialogs) == ([], [])
        # The control: what the policy forbids is told.
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('img'), {src: 'https://x.invalid/a'}))"
        )
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=data:x onerror=alert(9)>')")
        page.wait_for_timeout(300)
        assert any("Content Security Policy" in message for message in log.messages)
        assert log.dialogs == []
