"""Proof pages: every figure and every status leads to a row that says the same, and to the cells behind it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.metadata.standards import load_standard
from pipelines.report import display, wording
from pipelines.report.material import Assessment, Material
from pipelines.report.proof_links import anchor, page_of, proof_href, school_href, school_proof_href
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.proof_rows import hidden_tables, place, said_numbers, shown_sources
from pipelines.report.sources import Cell, SheetUse, Source
from pipelines.settings import Settings
from tests.unit.report import county, county_home


class Rows(HTMLParser):
    """Rows by id: the marked cells as (key, part, text), all text, the links; and every id of the page in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.marked: dict[str, list[tuple[str, str, str]]] = {}
        self.texts: dict[str, str] = {}
        self.links: list[str] = []
        self.scripts = 0
        self._row = self._group = ""
        self._cell: tuple[str, str] | None = None
        self.group_of: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "table":
            self._group = values.get("id", "")
        if tag == "tr":
            self._row = values.get("id", "")
            self.group_of[self._row] = self._group
        if tag == "a":
            self.links.append(values["href"])
        self.scripts += tag == "script"
        self._cell = (values["data-figure"], values["data-part"]) if "data-figure" in values else None
        if self._cell:
            self.marked.setdefault(self._row, []).append((*self._cell, ""))

    def handle_data(self, data: str) -> None:
        self.texts[self._row] = self.texts.get(self._row, "") + data
        if self._cell:
            key, part, text = self.marked[self._row].pop()
            self.marked[self._row].append((key, part, text + data))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = None


@pytest.fixture(scope="module")
def proved(planted: Material, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """The planted county's settings and a folder with its proof pages."""
    settings = county_home.write_home(tmp_path_factory.mktemp("proved"), planted)
    folder = tmp_path_factory.mktemp("report")
    write_proof_pages(settings, planted, folder)
    return settings, folder


@pytest.fixture(scope="module")
def pages(proved: tuple[Settings, Path]) -> dict[str, Rows]:
    """Every page as rows, by its address in the report."""
    _, folder = proved
    found = sorted((folder / "proof").iterdir())
    return {f"proof/{path.name}": Rows(path.read_text(encoding="utf-8")) for path in found}


def test_an_address_is_made_of_the_key_alone() -> None:
    assert proof_href("guards_staffing|county|county") == "proof/guards_staffing.html#county-county"
    assert proof_href("hazard_closure.median_days|township|青棂镇") == (
        "proof/hazard_closure.html#median_days-township-青棂镇"
    )
    assert proof_href("closed_campus|school|2153") == school_proof_href("closed_campus") + "2153"
    assert school_href("2153") == "schools.html#2153"
    hostile = proof_href(f"closed_campus|township|{county.HOSTILE_TOWNSHIP}")
    assert re.fullmatch(r"proof/closed_campus\.html#township-x[0-9a-f]{12}", hostile)
    assert hostile != proof_href(f"closed_campus|township|{county.HOSTILE_TOWNSHIP}a")


def test_every_provision_has_a_page(planted: Material, pages: dict[str, Rows]) -> None:
    wanted = {f"proof/{page_of(provision.id)}.html" for provision in planted.standard.provisions}
    wanted |= {"proof/facts.html"}
    assert set(pages) == wanted | {f"{page.removesuffix('.html')}.en.html" for page in wanted}


def test_every_figure_leads_to_a_row_with_its_numbers(planted: Material, pages: dict[str, Rows]) -> None:
    for figure in planted.figures:
        page, _, row = proof_href(figure.key).partition("#")
        found = {part: text for key, part, text in pages[page].marked[row] if key == figure.key}
        assert len(found) == len(pages[page].marked[row])
        shown = ("numerator", "denominator", "met", "unmet", "pending", "exempt", "unreported")
        for name in shown:
            assert found.get(name, "") == display.number(getattr(figure, name)), (figure.key, name)
        for name in ("lower", "upper", "reported_value"):
            assert found.get(name, "") == display.share(getattr(figure, name)), (figure.key, name)
        if figure.is_rate:
            rate = display.rate(figure.numerator, figure.denominator) or display.share(figure.value)
            assert found.get("rate", "") == rate
        else:
            assert found.get("value", "") == display.number(figure.value)


def test_every_school_stands_under_its_status_with_its_reason(planted: Material, pages: dict[str, Rows]) -> None:
    for row in planted.assessments:
        page, _, place_of = proof_href(f"{row.indicator}|school|{row.unit_code}").partition("#")
        rows = pages[page]
        assert rows.group_of[place_of] == f"status-{row.status}"
        assert planted.name(row.unit_code) in rows.texts[place_of]
        assert (wording.label("reasons", "no_submission") in rows.texts[place_of]) == (row.reason == "no_submission")
        assert f"../{school_href(row.unit_code)}" in rows.links
    for indicator in county.RULES:
        rows = pages[f"proof/{indicator}.html"]
        counted = Counter(group for row, group in rows.group_of.items() if row.startswith("school-"))
        figure = planted.county[indicator]
        assert counted == Counter({f"status-{status}": getattr(figure, status) for status in county.STATUSES})


def test_a_school_leads_to_sheet_and_cell_and_shows_no_text(planted: Material, pages: dict[str, Rows]) -> None:
    code = next(iter(planted.schools))
    row = pages["proof/closed_campus.html"].texts[f"school-{code}"]
    assert "落实清单 C7、D7" in row
    assert planted.submissions[0].file_name in row
    assert "yes" not in row
    assert "学校概况 第2行、J2、第2行；保安人员（1行）" in pages["proof/guards_staffing.html"].texts[f"school-{code}"]
    assert "C7" not in pages["proof/alarm_video_linked.html"].texts[f"school-{code}"]
    silent = next(school for school in planted.expected if school.submission_no is None)
    assert ".xlsx" not in pages["proof/closed_campus.html"].texts[f"school-{silent.school_code}"]


def test_a_duration_lists_its_cases(planted: Material, proved: tuple[Settings, Path]) -> None:
    page = (proved[1] / "proof" / "hazard_closure.html").read_text(encoding="utf-8")
    cases = page[page.index('id="cases-') : page.index("</section>", page.index('id="cases-'))]
    numbers = re.findall(r"<td>(YH-\d+)</td>", cases)
    assert sorted(numbers) == sorted(case.case_no for case in planted.cases)


def test_the_statement_and_the_facts_it_rests_on_are_shown(proved: tuple[Settings, Path]) -> None:
    page = (proved[1] / "proof" / "closed_campus.html").read_text(encoding="utf-8")
    assert "SELECT answer &lt; 2 FROM fact_school;\n\nSELECT 3" in page
    assert 'href="facts.html#fact_school"' in page
    facts = Rows((proved[1] / "proof" / "facts.html").read_text(encoding="utf-8"))
    assert "fact_school" in facts.ids


def test_pages_are_inert_and_their_links_resolve(pages: dict[str, Rows]) -> None:
    for name, rows in pages.items():
        assert rows.scripts == 0
        assert len(rows.ids) == len(set(rows.ids)), name
        for link in rows.links:
            target, _, place_of = link.partition("#")
            if not target:
                assert place_of in rows.ids, (name, link)
            elif f"proof/{target}" in pages:
                assert not place_of or place_of in pages[f"proof/{target}"].ids
            else:
                end = ".en.html" if ".en." in name else ".html"
                assert target in (f"../index{end}", f"../schools{end}"), (name, link)


def test_a_second_run_writes_the_same_and_removes_what_is_left_over(
    planted: Material, proved: tuple[Settings, Path]
) -> None:
    settings, folder = proved
    before = {path.name: path.read_bytes() for path in sorted((folder / "proof").iterdir())}
    (folder / "proof" / "of_another_standard.html").write_text("", encoding="utf-8")
    write_proof_pages(settings, planted, folder)
    assert {path.name: path.read_bytes() for path in sorted((folder / "proof").iterdir())} == before


def test_how_many_rows_of_a_sensitive_table_a_school_sent_is_never_told() -> None:
    standard = load_standard("anqing-2018")
    hidden = hidden_tables(standard)
    assert hidden
    assert not hidden_tables(load_standard("jinghong-2019"))
    table = min(hidden)
    month = datetime(2026, 10, 28, 9)
    cell = Cell("学校概况", 2, "B2", "学生数", "profile.student_count")
    sheets = (SheetUse("人员", 3, table), SheetUse("应急演练", 2, "drills"))
    now = Source("2026-10", 2, "a.xlsx", "0" * 64, month, (cell,), sheets)
    earlier = replace(now, period="2026-09", submission_no=1, cells=(), sheets=sheets[:1])
    assert shown_sources((now, earlier), frozenset(), 2) == (now, earlier)
    shown = shown_sources((now, earlier), hidden, 2)
    assert [place(source).cells for source in shown] == ["学校概况 B2；人员；应急演练（2行）"]


def test_a_number_of_a_person_in_a_file_name_is_masked() -> None:
    source = Source("2026-10", 1, "张三13987654321.xlsx", "0" * 64, datetime(2026, 10, 28, 9), (), ())
    assert place(source).file == "张三***********.xlsx"


def test_the_anchor_tells_statistics_of_one_page_apart() -> None:
    keys = ("hazard_closure.open|county|county", "hazard_closure.overdue|county|county", "hazard_closure|county|county")
    assert len({anchor(key) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("status", "due", "said"),
    [("reported", None, "数量3"), ("unreported", None, "已报各月数量3"), ("unreported", 5, "应完成5，已完成3")],
)
def test_a_number_so_far_says_that_it_is_of_the_months_reported(status: str, due: int | None, said: str) -> None:
    """A school of which a month is missing is unreported; what it told stays in the sum of the county."""
    place = ("anqing-2018", "2026-10", "extra_topics.drugs", "school", "A", "", "")
    row = Assessment(*place, status, "", None, None, done=3, due=due, window_start=None, window_end=None)
    assert said_numbers(row) == said
