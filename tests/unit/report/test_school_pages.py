"""The table of schools: its statuses are those of assessments.csv, its counts those of figures.csv."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.report import wording
from pipelines.report.material import Material
from pipelines.report.proof_links import proof_href
from pipelines.report.school_pages import counted_figures, write_school_page
from tests.unit.report import county, county_home


@pytest.fixture(scope="module")
def page(planted: Material, tmp_path_factory: pytest.TempPathFactory) -> str:
    """schools.html of the planted county."""
    settings = county_home.write_home(tmp_path_factory.mktemp("schools"), planted)
    folder = tmp_path_factory.mktemp("report")
    write_school_page(settings, planted, folder)
    return (folder / "schools.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(page: str) -> dict[str, Any]:
    """What the view of a school reads."""
    found = re.search(r'<script type="application/json" id="school-data">(.*?)</script>', page, re.DOTALL)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    return content


def _rows(page: str) -> dict[str, str]:
    return dict(re.findall(r'<tr id="(\d+)"(.*?)</tr>', page, re.DOTALL))


def test_every_school_stands_in_the_table_with_its_statuses(planted: Material, page: str) -> None:
    rows = _rows(page)
    assert set(rows) == set(planted.schools)
    shown = [figure.indicator for figure in counted_figures(planted)]
    assert shown == [*county.RULES]
    judged = {(row.unit_code, row.indicator): row.status for row in planted.assessments}
    for code, row in rows.items():
        statuses = re.findall(r'data-status="(\w*)"', row)
        assert statuses == [judged[code, indicator] for indicator in shown]
        assert html.escape(planted.name(code), quote=False) in row.replace("&#34;", '"').replace("&#39;", "'")
        assert ("data-reported" in row) == (code in planted.reporting)
        for indicator in shown:
            assert proof_href(f"{indicator}|school|{code}") in row


def test_counts_are_those_of_the_figures(planted: Material, page: str) -> None:
    counts = page[page.index('id="counts"') : page.index("</ul>", page.index('id="counts"'))]
    marked = re.findall(r'data-figure="([^"]+)" data-part="(\w+)">(\d+)<', counts)
    assert len(marked) == 2 + 5 * len(county.RULES)
    for key, part, text in marked:
        assert int(text) == getattr(planted.by_key[key], part)
    table = Counter(
        (figure.indicator, status)
        for row in _rows(page).values()
        for figure, status in zip(counted_figures(planted), re.findall(r'data-status="(\w*)"', row), strict=True)
    )
    for key, part, text in marked[2:]:
        assert table[key.partition("|")[0], part] == int(text)


def test_the_view_holds_every_assessment_with_its_proof(planted: Material, data: dict[str, Any]) -> None:
    statuses = [code for code, _ in data["statuses"]]
    found = {
        (data["provisions"][row[0]][1] + code, statuses[row[1]])
        for code, rows in data["schools"].items()
        for row in rows
    }
    assert found == {(proof_href(f"{row.indicator}|school|{row.unit_code}"), row.status) for row in planted.assessments}
    guards = next(row for row in planted.assessments if row.indicator == "guards_staffing" and row.status == "unmet")
    place = [href for _, href in data["provisions"]].index("proof/guards_staffing.html#school-")
    assert [row[2] for row in data["schools"][guards.unit_code] if row[0] == place] == ["实有1，应有3"]
    silent = next(row for row in planted.assessments if row.status == "unreported")
    assert {row[2] for row in data["schools"][silent.unit_code]} == {wording.label("reasons", "no_submission")}


def test_the_view_holds_open_hazards_and_files(planted: Material, data: dict[str, Any]) -> None:
    hazards = {(code, row[0]) for code, rows in data["hazards"].items() for row in rows}
    assert hazards == {(case.school_code, case.case_no) for case in planted.cases if case.end is None}
    files = {(code, row[1], row[7]) for code, rows in data["files"].items() for row in rows}
    assert files == {(row.school_code, row.file_name, row.sha256) for row in planted.submissions}


def test_whether_a_school_has_boarders_is_known_from_its_profile_alone(planted: Material, page: str) -> None:
    names = {"yes": "有", "no": "无", "": "不详"}
    for code, row in _rows(page).items():
        value, name = re.findall(r'<td data-value="([^"]*)">([^<]*)</td>', row)[-1]
        number = planted.schools[code].submission_no
        count = None if number is None else county_home.boarders(number)
        assert value == ("" if count is None else "yes" if count else "no")
        assert name == names[value]


def test_data_cannot_end_the_script_that_holds_it(page: str, planted: Material, tmp_path: Path) -> None:
    assert "<script>alert" not in page
    assert page.count("</script>") == 2
    assert page.count("<script") == 2
    assert county.HOSTILE_TOWNSHIP not in page
    assert html.escape(county.HOSTILE_TOWNSHIP, quote=False).replace("'", "&#39;") in page
    assert not [target for target in re.findall(r'(?:src|href)="([^"#]+)"', page) if "//" in target]
