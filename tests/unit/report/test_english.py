"""The English pages: their words are complete, nothing Chinese stays unmarked, and their numbers are the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from pipelines.findings import catalogue
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.periods import parse_period
from pipelines.report import finding_rows, page, wording
from pipelines.report.addresses import page_name, switch
from pipelines.report.front import county_context, township_context
from pipelines.report.material import Material
from pipelines.report.page import write_page
from pipelines.report.proof_links import proof_href, school_href
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.school_pages import write_school_page
from pipelines.report.townships import narrowed, townships
from pipelines.report.twins import with_chinese_marked
from tests.unit.report import county, county_home
from tests.unit.report.conftest import Reported
from tests.unit.report.finished import read_page

HAN = re.compile("[\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
SAID = re.compile(r"""["']((?:[a-z_]+|\{\w+\})(?:\.[\w.{}]*|_\w+))["']""")
"""A key of the wording in a module or template, perhaps with a part that is filled in."""
CHINESE_ALONE = {"bulletin", "workbook", "document", "notebooks", "hazard_closure", "submission_quality"}
"""Parts of the wording of which English holds what the pages borrow, or nothing."""
VOID = {"meta", "link", "input", "br", "img", "path", "line", "circle"}


def _leaves(words: dict[Any, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in words.items():
        key = f"{above}.{name}" if above else str(name)
        if isinstance(value, dict):
            yield from _leaves(value, key)
        else:
            yield key, value


def _read(name: str) -> dict[str, Any]:
    return dict(_leaves(yaml.safe_load((METADATA_ROOT / name).read_text(encoding="utf-8"))))


def _fields(sentence: Any) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(str(sentence)) if field}


ENGLISH, CHINESE = _read("report.en.yaml"), _read("report.yaml")


def test_every_english_sentence_has_its_chinese_with_the_same_values() -> None:
    assert ENGLISH.keys() <= CHINESE.keys()
    assert {key for key in ENGLISH if _fields(ENGLISH[key]) != _fields(CHINESE[key])} == set()
    assert [key for key, sentence in ENGLISH.items() if HAN.search(str(sentence))] == ["bulletin.nested_mark"]


def test_every_label_is_said_in_english() -> None:
    said = {key: label for key, label in CHINESE.items() if key.endswith(".zh") and key != "languages.zh"}
    twins = {key: CHINESE[key.removesuffix("zh") + "en"] for key in said}
    assert len(twins) > 150
    assert [key for key, label in twins.items() if HAN.search(str(label)) or (said[key] and not label)] == []
    for form in wording.entry("tiles"):
        assert form["title"].keys() == {"zh", "en"} and not HAN.search(form["title"]["en"])


def test_what_the_pages_say_is_there_in_english_and_nothing_else() -> None:
    spoken = {key.partition(".")[0] for key in ENGLISH} - CHINESE_ALONE
    assert {"page", "proof", "schools", "queries", "losses", "crosschecks"} <= spoken
    assert {key for key in CHINESE if key.partition(".")[0] in spoken} == {
        key for key in ENGLISH if key.partition(".")[0] not in CHINESE_ALONE
    }
    root = Path(page.__file__).parent
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (*sorted(root.glob("*.py")), *sorted(root.glob("templates/*.j2")))
    )
    forms = [re.sub(r"\\\{\w+\\\}", r"[\\w.]+", re.escape(said)) for said in SAID.findall(sources)]
    named = re.compile("|".join(f"{form}.*" if form.endswith(r"\.") else form for form in forms))
    whole = {"language", "moment", "day", "semesters", "quarters", "page.groups", "page.file_notes"}
    unsaid = [
        key for key in ENGLISH if not named.fullmatch(key) and key not in whole and key.rpartition(".")[0] not in whole
    ]
    assert unsaid == []


def test_a_code_is_said_by_the_english_of_its_catalogue() -> None:
    with wording.in_language("en"):
        said = {code: finding_rows.meaning(code) for code in (*catalogue(), *(one.code for one in cross_checks()))}
    assert all(said.values())
    # One names a choice of a drop-down list as it stands there.
    assert [code for code, sentence in said.items() if HAN.search(sentence)] == ["R-REASON-OTHER"]


def test_addresses_follow_the_language() -> None:
    assert page_name("index") == "index.html"
    with wording.in_language("en"):
        assert page_name("index") == "index.en.html"
        assert proof_href("closed_campus|county|county") == "proof/closed_campus.en.html#county-county"
        assert school_href("2153") == "schools.en.html#2153"
        assert [(twin.tag, twin.href, twin.is_current) for twin in switch("index")] == [
            ("zh-CN", "index.html", False),
            ("en", "index.en.html", True),
        ]


def test_chinese_is_marked_where_it_stands_in_text_alone() -> None:
    found = with_chinese_marked(
        '<title>甲</title><p title="乙">by 丙〔2019〕3号, so</p><script>"丁"</script><option value="=戊">戊</option>'
    )
    assert found == (
        '<title>甲</title><p title="乙">by <span lang="zh">丙〔2019〕3号</span>, so</p>'
        '<script>"丁"</script><option lang="zh" value="=戊">戊</option>'
    )


class _Unmarked(HTMLParser):
    """Texts and attributes with Chinese in them outside of elements whose language is Chinese."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_chinese = given.get("lang", "").startswith("zh") or bool(self._open and self._open[-1][1])
        self.found += [(name, value) for name, value in given.items() if HAN.search(value) and not is_chinese]
        if tag not in VOID:
            self._open.append((tag, is_chinese))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, is_chinese = self._open[-1] if self._open else ("", False)
        if HAN.search(data) and not is_chinese and tag not in ("script", "style"):
            self.found.append((tag, data.strip()))


def latin(material: Material) -> Material:
    """The county with all names in Latin letters."""
    towns = {name: f"Town {place}" for place, name in enumerate(county.TOWNSHIPS)}
    schools = {
        code: replace(school, school_name=f"School {code}", township=towns[school.township])
        for code, school in material.schools.items()
    }
    figures = tuple(
        replace(
            row,
            unit_code=towns.get(row.unit_code, row.unit_code),
            unit_name="Lakeside" if row.unit_level == "county" else towns.get(row.unit_name, row.unit_name),
        )
        for row in material.figures
    )
    visits = tuple(replace(row, township=towns.get(row.township, row.township)) for row in material.agreement)
    before = {row.key: row for row in figures}
    return replace(material, schools=schools, figures=figures, previous=before, agreement=visits)


@pytest.fixture(scope="module")
def lakeside(planted: Material, tmp_path_factory: pytest.TempPathFactory) -> tuple[Material, Path]:
    """The pages of a county whose names are written in Latin letters."""
    material = latin(planted)
    settings = county_home.write_home(tmp_path_factory.mktemp("latin"), material)
    reports = tmp_path_factory.mktemp("reports")
    folder = reports / county.STANDARD / county.PERIOD.label
    folder.mkdir(parents=True)
    write_page(material, folder, reports)
    write_school_page(settings, material, folder)
    write_proof_pages(settings, material, folder)
    return material, folder


def test_nothing_chinese_stands_unmarked_on_an_english_page(lakeside: tuple[Material, Path]) -> None:
    _, folder = lakeside
    pages = sorted(folder.rglob("*.en.html"))
    assert len(pages) > len(county.TOWNSHIPS) + 2 + 50
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert text.count('<html lang="en">') == 1
        assert _Unmarked(text).found == [], path.name
    chinese = (folder / "index.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in chinese and len(_Unmarked(chinese.replace("zh-CN", "")).found) > 100


def test_the_data_of_scripts_hold_no_chinese_but_names_of_files(lakeside: tuple[Material, Path]) -> None:
    material, folder = lakeside
    files = {row.file_name for row in material.submissions}
    for path in folder.rglob("*.en.html"):
        found = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
        said = {text for data in found for text in re.findall(r'"((?:[^"\\]|\\.)*)"', data) if HAN.search(text)}
        assert {json.loads(f'"{text}"') for text in said} <= files


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("2026-10", "2026-10 · cut-off 2026-10-31"),
        ("2026Q4", "Quarter 4 of 2026"),
        ("2026-2027-S1", "School year 2026–2027, first semester"),
        ("2026-2027", "School year 2026–2027"),
        ("2026", "2026 · cut-off"),
    ],
)
def test_every_kind_of_period_has_its_english(planted: Material, label: str, said: str) -> None:
    with wording.in_language("en"):
        context = county_context(replace(latin(planted), period=parse_period(label)))
        assert said in context["scope"]
        assert _Unmarked(with_chinese_marked(page.render(context, "x"))).found == []


def _unreported(material: Material) -> Material:
    """The county of which no school reported."""
    schools = {code: replace(school, submission_no=None) for code, school in material.schools.items()}
    judged = tuple(replace(row, status="unreported", reason="no_submission") for row in material.assessments)
    figures = county.figures(tuple(schools.values()), judged)
    return latin(replace(material, schools=schools, assessments=judged, figures=figures, findings=(), agreement=()))


@pytest.mark.parametrize(
    "extreme",
    [
        _unreported,
        lambda material: latin(replace(material, figures=(), assessments=(), cases=(), cohort=())),
        lambda material: latin(replace(material, submissions=(), findings=(), losses=(), agreement=(), previous={})),
        lambda _: latin(county.material(1)),
    ],
    ids=["none-reported", "no-figures", "no-files", "one-school"],
)
def test_pages_without_data_say_so_in_english(planted: Material, extreme: Callable[[Material], Material]) -> None:
    material = extreme(planted)
    with wording.in_language("en"):
        contexts = [county_context(material)]
        contexts += [township_context(narrowed(material, name)) for name in townships(material)]
        for context in contexts:
            assert _Unmarked(with_chinese_marked(page.render(context, "x"))).found == []


def test_numbers_are_those_of_the_chinese_page_one_by_one(reported: Reported) -> None:
    compared = 0
    for path in sorted(reported.folder.rglob("*.en.html")):
        twin = path.with_name(path.name.replace(".en.html", ".html"))
        marks = [
            Counter((mark.key, mark.part, mark.count, *NUMBER.findall(mark.text)) for mark in read_page(each)[0])
            for each in (path, twin)
        ]
        assert marks[0] == marks[1], path.name
        compared += marks[0].total()
    assert compared > 1000


def test_every_page_has_its_twin_and_says_where(reported: Reported) -> None:
    english = set(reported.folder.rglob("*.en.html"))
    stems = {path.with_name(path.name.removesuffix(".en.html")) for path in english}
    alone = {"report", "hazard_closure", "submission_quality"}
    for path in sorted(set(reported.folder.rglob("*.html")) - english):
        if path.parent.name == "audit" or path.name.endswith("-report.html") or path.stem in alone:
            continue
        assert path.with_name(path.stem) in stems, path.name
        text = path.read_text(encoding="utf-8")
        assert re.search(r'<a href="[^"]+\.en\.html" lang="en" hreflang="en">English</a>', text)
        assert re.search(r'<a href="[^"]+" lang="zh-CN" hreflang="zh-CN" aria-current="page">中文</a>', text)
