"""The switch between Chinese and English in a real browser: there and back, to the same place, with the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pipelines.report.page import write_page
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.school_pages import write_school_page
from pipelines.report.townships import file_stem
from tests.browser.opening import opened
from tests.unit.report import county, county_home

pytestmark = pytest.mark.browser

MATERIAL = county.material()
SCHOOL = next(row.unit_code for row in MATERIAL.assessments if row.status == "unmet")
PAGES = (
    ("index", "#units"),
    (f"townships/{file_stem(county.TOWNSHIPS[1])}", "#indicators"),
    ("schools", f"#{SCHOOL}"),
    ("proof/guards_staffing", ""),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dashboard of a county with hostile names, in both languages."""
    settings = county_home.write_home(tmp_path_factory.mktemp("home"), MATERIAL)
    reports = tmp_path_factory.mktemp("reports")
    made = reports / county.STANDARD / county.PERIOD.label
    made.mkdir(parents=True)
    write_page(MATERIAL, made, reports)
    write_school_page(settings, MATERIAL, made)
    write_proof_pages(settings, MATERIAL, made)
    return made


def _spoken(page: Page) -> tuple[str | None, str]:
    """The language of the page, and what the switch says that it is."""
    current = page.locator(".languages [aria-current]")
    assert current.count() == 1
    return page.locator("html").get_attribute("lang"), current.inner_text()


@pytest.mark.parametrize(("name", "place"), PAGES)
def test_the_switch_leads_to_the_same_place_and_back(browser: Browser, folder: Path, name: str, place: str) -> None:
    chinese, english = (f"{(folder / f'{name}{end}').as_uri()}{place}" for end in (".html", ".en.html"))
    page, log = opened(browser, chinese, 1280)
    assert _spoken(page) == ("zh-CN", "中文")
    link = page.get_by_role("link", name="English")
    assert (link.get_attribute("lang"), link.get_attribute("hreflang")) == ("en", "en")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(english)
    assert _spoken(page) == ("en", "English")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url(chinese)
    assert _spoken(page) == ("zh-CN", "中文")
    assert log.messages == []
    page.close()


def test_the_view_of_a_school_stays_when_another_was_opened_meanwhile(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "schools.html").as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    page.locator(f"#schools a[href='#{SCHOOL}']").click()
    page.wait_for_selector("#school:not([hidden])")
    name = page.locator("#school-name").inner_text()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/schools.en.html#*")
    page.wait_for_selector("#school:not([hidden])")
    assert page.locator("#school-name").inner_text() == name
    assert "Unmet" in page.locator("#school-provisions tbody tr").first.inner_text()
    page.close()


def test_english_pages_lead_to_english_pages(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    alone = ("report.html", "hazard_closure.html", "submission_quality.html", "-report.html")
    for name, _ in PAGES:
        page.goto((folder / f"{name}.en.html").as_uri())
        links = page.evaluate("[...document.querySelectorAll('a[href]:not(.languages a)')].map(a => a.href)")
        pages = {link.partition("#")[0] for link in links if ".html" in link}
        assert pages
        assert [link for link in pages if not link.endswith((".en.html", *alone))] == []
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("name", "place"), PAGES)
def test_an_english_page_fits_and_axe_finds_nothing(
    browser: Browser, folder: Path, name: str, place: str, width: int
) -> None:
    # Axe is run within the page, which its policy forbids to any script but its own.
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{(folder / f'{name}.en.html').as_uri()}{place}")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    context.close()


def test_english_tables_print_whole(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    # A4 upright within its margins, in CSS pixels.
    page.set_viewport_size({"width": 695, "height": 1000})
    for name, _ in PAGES:
        page.goto((folder / f"{name}.en.html").as_uri())
        ends = page.evaluate("[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right)")
        assert ends and max(ends) <= 695, name
        assert page.locator(".languages").is_hidden()
    page.close()


def test_filters_count_on_the_english_page_too(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "schools.en.html").as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    page.select_option("#filter-stage", label="Primary school")
    wanted = sum(school.school_type == "primary" for school in MATERIAL.schools.values())
    assert page.locator("#schools tbody tr:visible").count() == wanted > 0
    assert f"Schools in the table: {wanted};" in page.locator("#counts .total").inner_text()
    page.close()
