"""Reports over what is hardly there: no data, one school, a silent township, no denominator, 300 townships."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.report import notebook, notebook_pages, wording
from pipelines.report.material import Figure, Material
from pipelines.store.home import Home
from tests.unit.report import county
from tests.unit.report.test_notebooks import TOWNSHIP, run, words


def _silent(material: Material, codes: frozenset[str]) -> Material:
    """The same where those schools sent nothing."""
    schools = {
        code: replace(school, submission_no=None) if code in codes else school
        for code, school in material.schools.items()
    }
    names = ("submissions", "findings", "losses", "counted", "cases", "cohort")
    kept: dict[str, Any] = {
        name: tuple(row for row in getattr(material, name) if row.school_code not in codes) for name in names
    }
    return replace(material, schools=schools, **kept)


def _without_value(figure: Figure) -> Figure:
    numbers: dict[str, Any] = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper", "reported_value"))
    return replace(figure, **numbers, status="no_data")


@pytest.mark.parametrize("name", notebook.NAMES)
def test_a_period_without_data_says_so(planted: Material, tmp_path: Path, name: str) -> None:
    nothing = _silent(planted, frozenset(planted.schools))
    empty = replace(nothing, figures=tuple(map(_without_value, planted.figures)), previous={}, agreement=())
    text = words(run(empty, name, tmp_path))
    assert wording.label("figure_statuses", "no_data") in text
    assert not re.search(r"\d%（\d", text)
    said = {
        "supervision_report": wording.text("bulletin.basics_no_files"),
        "hazard_closure": wording.text("page.no_chart"),
        "submission_quality": wording.text("submission_quality.nobody_reported", expected=len(planted.expected)),
    }
    assert said[name] in text


@pytest.mark.parametrize("name", notebook.NAMES)
def test_nothing_at_all_still_renders(planted: Material, tmp_path: Path, name: str) -> None:
    bare = replace(_silent(planted, frozenset(planted.schools)), schools={}, figures=(), assessments=(), previous={})
    text = words(run(bare, name, tmp_path))
    assert wording.text("page.county_fallback") in text
    if name == "submission_quality":
        assert wording.text("submission_quality.nobody_expected") in text


def test_one_school_is_a_county(tmp_path: Path) -> None:
    alone = county.material(1)
    folder = tmp_path / "report"
    folder.mkdir()
    notebook_pages.write_notebooks(alone, Home(tmp_path), folder)
    (name,) = {school.school_name for school in alone.expected}
    for path in ("report.html", "submission_quality.html", f"townships/{TOWNSHIP}-report.html"):
        text = words((folder / path).read_text(encoding="utf-8"))
        assert TOWNSHIP in text and (name in text or path == "report.html")


@pytest.mark.parametrize("name", notebook.NAMES)
def test_a_township_with_none_reported_says_so(planted: Material, tmp_path: Path, name: str) -> None:
    own = frozenset(code for code, school in planted.schools.items() if school.township == TOWNSHIP)
    text = words(run(_silent(planted, own), name, tmp_path, township=TOWNSHIP))
    said = {
        "supervision_report": f"本期应报送学校{len(own)}所，有效报送0所，报送率0.0%",
        "hazard_closure": wording.text("page.no_chart"),
        "submission_quality": wording.text("submission_quality.nobody_reported", expected=len(own)),
    }
    assert said[name] in text


def test_a_rate_without_denominator_is_words_and_no_number(planted: Material, tmp_path: Path) -> None:
    figures = tuple(
        replace(_without_value(row), status="not_reached") if row.indicator == "guards_staffing" else row
        for row in planted.figures
    )
    text = words(run(replace(planted, figures=figures), "supervision_report", tmp_path))
    assert f"专职保安员配备率：{wording.label('figure_statuses', 'not_reached')}。" in text


def test_a_standard_that_times_no_hazards_says_so_in_every_part(planted: Material, tmp_path: Path) -> None:
    kept = tuple(each for each in planted.standard.provisions if each.kind != "duration")
    untimed = replace(planted, standard=replace(planted.standard, provisions=kept, headline=(), red_list=()))
    figures = tuple(row for row in planted.figures if not row.indicator.startswith(("hazard_", "incident_")))
    text = words(run(replace(untimed, figures=figures), "hazard_closure", tmp_path))
    assert text.count(wording.text("page.tiles_none")) == 7


def test_three_hundred_townships_each_have_a_row_and_a_bulletin(planted: Material, tmp_path: Path) -> None:
    """Every school of 300 in a township of its own: none is lost, none shares a file."""
    whole = county.material(300)
    names = {code: f"第{number}乡" for number, code in enumerate(whole.schools)}
    schools = {code: replace(school, township=names[code]) for code, school in whole.schools.items()}
    base = {row.indicator: row for row in whole.figures if row.unit_level == "township"}
    others = tuple(row for row in whole.figures if row.unit_level != "township")
    made = tuple(replace(row, unit_code=name, unit_name=name) for name in names.values() for row in base.values())
    wide = replace(whole, schools=schools, figures=(*others, *made))
    assert len(set(notebook_pages.township_pages(wide).values())) == 300
    page = run(wide, "supervision_report", tmp_path)
    assert len(re.findall(r'<th scope="row">第\d+乡', page)) == 300
    small = run(wide, "supervision_report", tmp_path, township="第7乡")
    assert "第8乡" not in words(small) and "第7乡" in words(small)
