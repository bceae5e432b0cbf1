"""The pages open from disk in a real browser: nothing fetched, nothing logged, hostile names inert, charts drawn."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from pipelines.report import stage
from pipelines.report.townships import file_stem
from tests.browser.opening import opened
from tests.unit.report import county, county_home

pytestmark = pytest.mark.browser

EVERY_CHART = 4 * 2 + 2 + 5
"""By township and by stage of each headline rate over schools, closure and ageing, and a trend of every rate."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a county with hostile names."""
    settings = county_home.write_home(tmp_path_factory.mktemp("browser"), county.material())
    stage.write_pages(settings)
    return stage.report_dir(settings)


@pytest.mark.parametrize("width", [360, 1920])
def test_the_leaders_page_draws_every_chart_and_logs_nothing(browser: Browser, folder: Path, width: int) -> None:
    page, log = opened(browser, (folder / "index.html").as_uri(), width)
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=20_000)
    assert page.locator(".js-plotly-plot .main-svg").count() > 0
    assert page.locator(".js-plotly-plot").count() == page.locator("[data-chart]").count() == 1
    charts = page.locator("figure").all()
    assert len(charts) == EVERY_CHART
    for chart in charts:
        drawn = chart.locator("table.bars, .js-plotly-plot, .drawing:not(.plotted) > svg").first.bounding_box()
        assert drawn is not None and drawn["width"] > 200 and drawn["height"] > 40
    assert log.messages == []
    assert log.dialogs == []
    assert [url for url in log.requests if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


@pytest.mark.parametrize("width", [360, 1200])
def test_the_bulletin_opens_quietly(browser: Browser, folder: Path, width: int) -> None:
    page, log = opened(browser, (folder / "report.html").as_uri(), width)
    assert page.locator("h2").count() == 5
    assert page.locator("script").count() == 0
    assert log.messages == []
    assert log.requests == [(folder / "report.html").as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


@pytest.mark.parametrize("name", ["index.html", "report.html"])
def test_a_hostile_school_name_is_text(browser: Browser, folder: Path, name: str) -> None:
    page, log = opened(browser, (folder / name).as_uri(), 1200)
    assert log.dialogs == []
    scripts = page.locator("script").all_text_contents()
    assert not [script for script in scripts if script.startswith("alert")]
    page.close()


def test_the_hostile_name_is_shown_as_written(browser: Browser, folder: Path) -> None:
    for name in ("index.html", "report.html"):
        page, log = opened(browser, (folder / name).as_uri(), 1200)
        assert page.get_by_text(county.HOSTILE).count() >= 1
        assert log.dialogs == []
        page.close()


def test_a_hostile_township_is_a_label_and_no_link_of_its_own(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, (folder / "index.html").as_uri(), 1200)
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=20_000)
    labels = page.locator(".bars tbody th").all_text_contents()
    assert county.HOSTILE_TOWNSHIP in labels
    assert page.locator("a[href^='http']").count() == 0
    assert page.locator(".js-plotly-plot a").count() == 0
    page.close()


def test_the_page_prints_on_a4_with_its_charts(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, (folder / "index.html").as_uri(), 1000)
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=20_000)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 14
    page.close()


def _township(folder: Path) -> Path:
    return folder / "townships" / f"{file_stem(county.TOWNSHIPS[1])}.html"


@pytest.mark.parametrize("width", [360, 1920])
def test_the_page_of_a_township_opens_quietly_and_leads_back(browser: Browser, folder: Path, width: int) -> None:
    page, log = opened(browser, _township(folder).as_uri(), width)
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=20_000)
    assert page.locator("h1").inner_text() == f"{county.TOWNSHIPS[1]}学校安全监督情况"
    assert page.locator("#schools tbody tr").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert log.messages == [] and log.dialogs == []
    page.locator(".kicker a").click()
    assert page.url == (folder / "index.html").as_uri()
    page.close()


def test_every_township_is_reached_from_the_table_and_every_address_stands(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, (folder / "index.html").as_uri(), 1200)
    links = page.locator("#units table.data tbody th a")
    assert links.count() == len(county.TOWNSHIPS)
    links.first.click()
    assert "/townships/" in page.url
    for path in (folder / "index.html", _township(folder)):
        page.goto(path.as_uri())
        for link in {each.partition("#")[0] for each in page.evaluate("[...document.links].map(a => a.href)")}:
            assert Path(unquote(link.removeprefix("file://"))).is_file(), link
    page.close()


def test_the_keyboard_reaches_the_text_and_the_first_proof(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, (folder / "index.html").as_uri(), 1200)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "fig"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.close()


def test_without_scripts_every_chart_is_seen(browser: Browser, folder: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((folder / "index.html").as_uri())
    charts = page.locator("figure").all()
    assert len(charts) == EVERY_CHART
    for chart in charts:
        box = chart.locator("table.bars, .drawing > svg").first.bounding_box()
        assert box is not None and box["width"] > 200 and box["height"] > 40
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["index", "township"])
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str, width: int) -> None:
    """WCAG A and AA; the policy of the page would keep axe itself out."""
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto((folder / "index.html" if name == "index" else _township(folder)).as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=20_000)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    context.close()


def test_print_opens_what_is_folded_away(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, (folder / "index.html").as_uri(), 1000)
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=20_000)
    folded = page.locator("details:not([open])").count()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert folded > 0 and page.locator("details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded
    page.close()
