"""C4, A47: names that would run are text on the pages of the notebooks too, with their code and without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.report.notebook_pages import township_pages, write_notebooks
from pipelines.report.page import content_policy
from pipelines.store.home import Home
from tests.threats.test_c04_pages import PAYLOADS, Elements, hostile_schools
from tests.unit.report import county

PAGES = ("report.html", "hazard_closure.html", "submission_quality.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a county where every school, file and township is called by a payload."""
    material = county.material()
    files = tuple(
        replace(row, file_name=PAYLOADS[index % len(PAYLOADS)], status="rejected")
        for index, row in enumerate(material.submissions)
    )
    hostile = replace(material, schools=hostile_schools(material, 4), submissions=files)
    made = tmp_path_factory.mktemp("notebooks")
    write_notebooks(hostile, Home(made), made)
    assert len(list((made / "townships").iterdir())) == len(township_pages(hostile)) > len(county.TOWNSHIPS)
    return made


@pytest.mark.parametrize("kind", [*PAGES, "audit", "townships"])
def test_c04_no_payload_becomes_an_element_or_an_attribute(folder: Path, kind: str) -> None:
    pages = [folder / kind] if kind in PAGES else sorted((folder / kind).glob("*.html"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert any("alert(3)" in text for text in texts)
    for text in texts:
        parsed = Elements()
        parsed.feed(text)
        tags = {tag for tag, _ in parsed.found}
        assert not tags & {"script", "img", "object", "embed", "iframe", "form", "base", "a"}
        assert not [key for _, attributes in parsed.found for key in attributes if key.startswith("on")]
        metas = [attributes for tag, attributes in parsed.found if tag == "meta"]
        assert content_policy() in [attributes.get("content") for attributes in metas]


def test_c04_no_payload_names_a_file(folder: Path) -> None:
    names = [path.name for path in folder.rglob("*")]
    assert not [name for name in names if any(mark in name for mark in "<>\"'&;:/{}\u2028")]
