"""C4, A47: names that would run are text in the table of schools, in a school's view and on every proof page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.report.page import asset, content_policy
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.school_pages import write_school_page
from tests.browser.opening import chromium, opened
from tests.threats.test_c04_pages import PAYLOADS, elements, hostile_schools
from tests.unit.report import county, county_home


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a county where every school, township, file and case is called by a payload."""
    material = county.material()
    files = tuple(replace(row, file_name=PAYLOADS[row.submission_no % len(PAYLOADS)]) for row in material.submissions)
    cases = tuple(
        replace(row, case_no=PAYLOADS[index % len(PAYLOADS)] + row.case_no) for index, row in enumerate(material.cases)
    )
    hostile = replace(material, schools=hostile_schools(material), submissions=files, cases=cases)
    settings = county_home.write_home(tmp_path_factory.mktemp("home"), hostile)
    made = tmp_path_factory.mktemp("report")
    write_school_page(settings, hostile, made)
    write_proof_pages(settings, hostile, made)
    return made


def _pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_c04_no_payload_becomes_an_element_an_attribute_or_an_address(folder: Path) -> None:
    ours = re.compile(r"#|(\.\./)?(index|schools)(\.en)?\.html|(proof/)?\w+(\.en)?\.html(#[\w-]+)?$")
    for path in _pages(folder):
        parsed = elements(path)
        assert not [tag for tag, _ in parsed.found if tag in ("img", "object", "embed", "iframe", "base", "svg")]
        assert not [key for _, attributes in parsed.found for key in attributes if key.startswith("on")]
        links = [
            attributes[key] for _, attributes in parsed.found for key in ("href", "src", "action") if key in attributes
        ]
        assert [link for link in links if not ours.match(link)] == [], path.name
    for name in ("closed_campus.html", "closed_campus.en.html"):
        assert "alert(3)" in (folder / "proof" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["schools.html", "schools.en.html"])
def test_c04_the_only_script_is_ours_and_the_data_is_data(folder: Path, name: str) -> None:
    parsed = elements(folder / name)
    scripts = [attributes for tag, attributes in parsed.found if tag == "script"]
    assert [attributes.get("type", "") for attributes in scripts] == ["application/json", ""]
    assert parsed.scripts[1].strip() == str(asset("schools.js"))
    assert json.loads(parsed.scripts[0]).keys() >= {"schools", "files", "hazards"}
    for path in _pages(folder / "proof"):
        assert not [tag for tag, _ in elements(path).found if tag == "script"], path.name


def test_c04_the_policy_forbids_all_but_the_script_of_the_table(folder: Path) -> None:
    for path in _pages(folder):
        metas = [attributes for tag, attributes in elements(path).found if tag == "meta"]
        (policy,) = [one["content"] for one in metas if one.get("http-equiv") == "Content-Security-Policy"]
        assert policy == content_policy(*((str(asset("schools.js")),) if path.name.startswith("schools.") else ()))
        assert "default-src 'none'" in policy and "unsafe-eval" not in policy


@pytest.mark.browser
def test_c04_no_payload_runs_in_the_view_of_any_school(folder: Path) -> None:
    with chromium() as browser:
        page, log = opened(browser, (folder / "schools.html").as_uri())
        codes = page.locator("#schools tbody th small").all_text_contents()
        for code in codes:
            page.evaluate("code => { location.hash = code; }", code)
            page.wait_for_function(
                "code => document.getElementById('school-traits').textContent.indexOf(code) === 0", arg=code
            )
            name = page.locator("#school-name").text_content() or ""
            assert name.startswith(PAYLOADS)
        assert (log.messages, log.dialogs) == ([], [])
        assert page.locator("#school img, #school script, #school svg").count() == 0
