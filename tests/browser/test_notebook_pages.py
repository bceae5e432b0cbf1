"""The pages of the notebooks open from disk in a real browser: quiet, no wider than the screen, printable on A4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.report.notebook_pages import township_pages, write_notebooks
from pipelines.store.home import Home
from tests.browser.opening import opened
from tests.unit.report import county

pytestmark = pytest.mark.browser

NAMES = ("hazard_closure.html", "submission_quality.html", "audit/hazard_closure.html", "audit/supervision_report.html")
HOSTILE = township_pages(county.material())[county.HOSTILE_TOWNSHIP]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a county with hostile names."""
    made = tmp_path_factory.mktemp("notebooks")
    write_notebooks(county.material(), Home(made), made)
    return made


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", [*NAMES, HOSTILE])
def test_a_page_opens_quietly_at_every_width(browser: Browser, folder: Path, name: str, width: int) -> None:
    page, log = opened(browser, (folder / name).as_uri(), width)
    assert (log.messages, log.dialogs, log.requests) == ([], [], [(folder / name).as_uri()])
    assert page.locator("script, a").count() == 0
    assert page.locator("h1").count() == 1 and page.locator("h2").count() >= 5
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_the_hostile_township_is_shown_as_written(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / HOSTILE).as_uri())
    assert county.HOSTILE_TOWNSHIP in page.locator("h1").inner_text()
    page.close()


def test_the_curve_is_drawn_with_its_band(browser: Browser, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((folder / "hazard_closure.html").as_uri())
    boxes = [page.locator(f"svg path.{name}").bounding_box() for name in ("curve", "band")]
    assert all(box is not None and box["width"] > 200 and box["height"] > 50 for box in boxes)
    page.close()


def test_the_page_on_hazards_prints_on_a4(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "hazard_closure.html").as_uri())
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 6
    page.close()
