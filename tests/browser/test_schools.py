"""The table of schools and the proof pages in a real browser: filters, views, links that resolve, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pipelines.report.material import Material
from pipelines.report.proof_links import proof_href
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.school_pages import counted_figures, write_school_page
from tests.browser.opening import Log, opened
from tests.unit.report import county, county_home

pytestmark = pytest.mark.browser

MATERIAL = county.material()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """schools.html and the proof pages of a county with hostile names."""
    settings = county_home.write_home(tmp_path_factory.mktemp("home"), MATERIAL)
    made = tmp_path_factory.mktemp("report")
    write_school_page(settings, MATERIAL, made)
    write_proof_pages(settings, MATERIAL, made)
    return made


@pytest.fixture
def schools(browser: Browser, folder: Path) -> Iterator[tuple[Page, Log]]:
    """The table of schools, opened."""
    page, log = opened(browser, (folder / "schools.html").as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    yield page, log
    page.close()


def _shown(page: Page) -> set[str]:
    texts = page.locator("#schools tbody tr:visible th small").all_text_contents()
    return set(texts)


def _numbers(page: Page, line: int) -> dict[str, int]:
    return {
        str(place.get_attribute("data-part")): int(place.text_content() or "")
        for place in page.locator("#counts li").nth(line).locator("[data-part]").all()
    }


def _wanted(material: Material, codes: set[str], indicator: str) -> dict[str, int]:
    found = dict.fromkeys(county.STATUSES, 0)
    for row in material.assessments:
        if row.indicator == indicator and row.unit_code in codes:
            found[row.status] += 1
    return found


def test_unfiltered_counts_are_the_figures_own_and_say_so(schools: tuple[Page, Log]) -> None:
    page, _ = schools
    assert _shown(page) == set(MATERIAL.schools)
    for line, figure in enumerate(counted_figures(MATERIAL)):
        assert _numbers(page, line) == {status: getattr(figure, status) for status in county.STATUSES}
    marked = page.locator("#counts [data-figure]").count()
    assert marked == 2 + 5 * len(county.RULES)


@pytest.mark.parametrize(
    ("select", "value", "trait"),
    [
        ("township", county.HOSTILE_TOWNSHIP, "township"),
        ("stage", "primary", "school_type"),
        ("urban_rural", "rural", "urban_rural"),
        ("ownership", "private", "ownership"),
    ],
)
def test_a_filter_shows_its_schools_and_counts_them(
    schools: tuple[Page, Log], select: str, value: str, trait: str
) -> None:
    page, log = schools
    page.select_option(f"#filter-{select}", f"={value}")
    wanted = {code for code, school in MATERIAL.schools.items() if getattr(school, trait) == value}
    assert wanted and _shown(page) == wanted
    for line, indicator in enumerate(county.RULES):
        assert _numbers(page, line) == _wanted(MATERIAL, wanted, indicator)
    total = page.locator("#counts .total").text_content() or ""
    assert f"表中学校{len(wanted)}所" in total
    assert f"有效报送{len(wanted & MATERIAL.reporting)}所" in total
    assert page.locator("#counts [data-figure]").count() == 0
    assert log.messages == log.dialogs == []


def test_whether_there_are_boarders_is_a_choice_of_three(schools: tuple[Page, Log]) -> None:
    page, _ = schools
    found = []
    for value in ("yes", "no", ""):
        page.select_option("#filter-boarding", f"={value}")
        found.append(_shown(page))
    assert all(found)
    assert set.union(*found) == set(MATERIAL.schools)
    assert sum(map(len, found)) == len(MATERIAL.schools)
    silent = {school.school_code for school in MATERIAL.expected if school.submission_no is None}
    assert silent <= found[2]


def test_search_finds_name_or_code_and_reset_shows_all_again(schools: tuple[Page, Log]) -> None:
    page, _ = schools
    page.fill("#search", "＜ＳＣＲＩＰＴ")
    assert _shown(page) == {code for code, school in MATERIAL.schools.items() if school.school_name == county.HOSTILE}
    code = next(iter(MATERIAL.schools))
    page.fill("#search", code)
    assert _shown(page) == {code}
    page.fill("#search", "没有这样的学校")
    assert _shown(page) == set()
    assert page.locator("#nothing").is_visible()
    page.click("button[type=reset]")
    page.wait_for_selector("#nothing", state="hidden")
    assert _shown(page) == set(MATERIAL.schools)
    assert page.locator("#counts [data-figure]").count() == 2 + 5 * len(county.RULES)


def test_the_keyboard_opens_a_school_and_goes_back(schools: tuple[Page, Log]) -> None:
    page, log = schools
    code = next(school.school_code for school in MATERIAL.schools.values() if school.school_name == county.HOSTILE)
    page.fill("#search", code)
    page.locator("#schools tbody tr:visible a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#school:not([hidden])")
    assert page.locator("#school-name").text_content() == county.HOSTILE
    assert page.evaluate("document.activeElement.id") == "school"
    rows = page.locator("#school-provisions tbody tr")
    assert rows.count() == len(county.RULES)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#school", state="hidden")
    assert log.messages == log.dialogs == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_school_is_opened_by_its_address_and_leads_to_its_proof(browser: Browser, folder: Path, width: int) -> None:
    code = next(row.unit_code for row in MATERIAL.assessments if row.status == "unmet")
    page, log = opened(browser, f"{(folder / 'schools.html').as_uri()}#{code}", width)
    page.wait_for_selector("#school:not([hidden])")
    assert page.locator("#school-files tbody tr").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == width
    first = page.locator("#school-provisions tbody tr").first
    assert "未达标" in (first.text_content() or "")
    first.locator("a").click()
    page.wait_for_url("**/proof/*.html#school-*")
    row = page.locator(f"[id='{unquote(page.url.partition('#')[2])}']")
    assert code in (row.text_content() or "")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert log.messages == log.dialogs == []
    assert [url for url in log.requests if not url.startswith("file:")] == []
    page.close()


def test_the_proof_of_every_figure_resolves(browser: Browser, folder: Path) -> None:
    wanted: dict[str, list[str]] = {}
    for figure in MATERIAL.figures:
        name, _, anchor = proof_href(figure.key).partition("#")
        wanted.setdefault(name, []).append(anchor)
    for name, anchors in wanted.items():
        page, log = opened(browser, (folder / name).as_uri(), 360)
        missing = page.evaluate("ids => ids.filter(id => !document.getElementById(id))", anchors)
        assert missing == [], name
        assert page.evaluate("document.documentElement.scrollWidth") == 360, name
        assert log.messages == log.dialogs == []
        assert log.requests == [(folder / name).as_uri()]
        page.close()


def test_without_scripts_the_whole_table_is_there(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "schools.html").as_uri())
    assert len(page.locator("#schools tbody tr:visible").all()) == len(MATERIAL.schools)
    assert page.locator("#filters").is_hidden()
    assert page.locator("noscript p").count() == 1
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["schools.html", "schools.html#view", "proof/hazard_closure.html", "proof/facts.html"])
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str, width: int) -> None:
    # Axe is run within the page, which its policy forbids to any script but its own.
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    code = next(iter(MATERIAL.schools))
    page.goto(f"{folder.as_uri()}/{name.replace('view', code)}")
    found = Axe().run(page)
    assert found.response["passes"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    context.close()


def test_the_table_prints_whole(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, (folder / "schools.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    # A4 upright within its margins, in CSS pixels.
    page.set_viewport_size({"width": 695, "height": 1000})
    assert page.evaluate("document.querySelector('#schools').getBoundingClientRect().right") <= 695
    page.close()
