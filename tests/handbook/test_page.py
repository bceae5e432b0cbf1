"""The pages of the handbook: up to date, complete, and following the standard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.measure.measuring import Measured
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.standards import Standard, load_standard, read_standard, standard_ids
from tests.handbook.collection import documented, examples
from tests.handbook.examples import Example
from tests.handbook.page import FOLDER, handbook, section
from tests.handbook.running import measured


@pytest.mark.parametrize("standard_id", documented())
def test_the_page_in_docs_is_up_to_date(standard_id: str) -> None:
    page = (FOLDER / f"{standard_id}.md").read_text(encoding="utf-8")
    assert page == handbook(load_standard(standard_id), examples(standard_id)), "write it again with: make docs"


def test_every_standard_has_its_page_and_no_page_is_left_over() -> None:
    assert documented() == standard_ids()
    assert {path.stem for path in FOLDER.glob("*.md")} == set(documented())


@pytest.mark.parametrize("standard_id", documented())
def test_every_provision_has_an_example(standard_id: str) -> None:
    shown = {name for each in examples(standard_id) for name in each.provisions}
    assert [each.id for each in load_standard(standard_id).provisions if each.id not in shown] == []


def test_a_section_says_what_over_whom_since_when_and_shows_the_example() -> None:
    """One section of a page, line by line."""
    page = handbook(load_standard("jinghong-2019"), examples("jinghong-2019"))
    text = section(page, "safety_budget")
    for line in (
        "## 安全保障经费列入年度预算　Safety funds budgeted",
        "| 条款 | 景政办发〔2019〕161号 五（三） |",
        "| 统计什么 | 逐个判定是否达标（每所学校） |",
        "| 统计对象 | 公办学校 |",
        "| 考核期 | 每学年（9月1日至8月31日） |",
        "| 施行时间 | 2019年8月19日起 |",
        "**口径**　只适用于公办学校。",
        "| 学校 | 办学类型 | 办别 |",
        "| N | 小学 | 民办 |",
        "| 项目 | 学校A | 学校B | 学校C |",
        "| 安全保障经费列入年度预算 | 是 2026-09-01 | 否 | 是（无日期） |",
        "| C | 未报 | 漏填 |",
        "| N | 不涉及 |  |",
    ):
        assert line in text, line


def test_a_name_that_no_contract_words_stands_for_itself(tmp_path: Path) -> None:
    """A new document may bring populations and values of its own."""
    text = (METADATA_ROOT / "standards" / "jinghong-2019.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("  public: ownership", "  town_public: ownership"),
        ("population: public", "population: town_public"),
        ("cases: insurance_violations_done", "complaints: insurance_violations_done"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "jinghong-2019.yaml"
    path.write_text(text, encoding="utf-8")
    page = handbook(read_standard(path), [])
    assert "| 统计对象 | town_public |" in section(page, "safety_budget")
    assert "`insurance_violations.complaints` complaints" in section(page, "insurance_violations")


def _changed(tmp_path: Path, standard_id: str, old: str, new: str) -> Standard:
    text = (METADATA_ROOT / "standards" / f"{standard_id}.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / f"{standard_id}.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read_standard(path)


def _guards(standard_id: str, indicator: str) -> Example:
    return next(each for each in examples(standard_id) if [indicator] == [*each.provisions])


def _rows(found: Measured) -> dict[str, list[object]]:
    rows: dict[str, list[object]] = {}
    for table in (found.figures, found.assessments, found.cases):
        for row in table.to_pylist():
            rows.setdefault(row["indicator"], []).append(row)
    return rows


@pytest.mark.parametrize(
    ("standard_id", "changed", "indicators"),
    [
        ("jinghong-2019", "guards_staffing", {"guards_staffing", "guards_staffing.gap"}),
        ("sunite-2022", "four_100_guards", {"four_100_guards", "four_100_guards.gap", "four_100_all"}),
    ],
)
def test_a_changed_threshold_changes_its_figure_and_its_section_and_nothing_else(
    tmp_path: Path, standard_id: str, changed: str, indicators: set[str]
) -> None:
    """The whole standard is measured over the county of one example, before and after."""
    standard = load_standard(standard_id)
    other = _changed(tmp_path, standard_id, "small_limit: {value: 100,", "small_limit: {value: 101,")
    every = tuple(provision.id for provision in standard.provisions)
    county = replace(_guards(standard_id, changed), provisions=every)
    before, after = _rows(measured(standard, county)), _rows(measured(other, county))
    assert {name for name in before | after if before.get(name) != after.get(name)} == indicators

    pages = [handbook(each, examples(standard_id)) for each in (standard, other)]
    sections = [{name: section(page, name) for name in every} for page in pages]
    assert {name for name in every if sections[0][name] != sections[1][name]} == {changed}
    assert "| `small_limit` | 101 |" in sections[1][changed]
    assert "不足101人" in sections[1][changed]
    assert pages[0].split("<a id=")[0] == pages[1].split("<a id=")[0]
