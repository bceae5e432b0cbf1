"""Reports of every kind of period: what stands beside the rates, what a longer period says, who is ranked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest

from pipelines.metadata.crosschecks import minimum_ranked
from pipelines.metadata.periods import parse_period, year_before
from pipelines.report import wording
from pipelines.report.bulletin import compose
from pipelines.report.comparison import decided_schools, failing, ranking, township_tables
from pipelines.report.earlier import compared_periods, comparison_table, span_note
from pipelines.report.history import Past
from pipelines.report.material import Material
from pipelines.report.summary import headlines
from pipelines.report.townships import file_stem
from tests.unit.report import county

GUARDS = "guards_staffing|county|county"


def of_period(material: Material, label: str, *pasts: Past) -> Material:
    """The county's report of that period, with what is measured of earlier ones."""
    figures = tuple(replace(figure, period=label) for figure in material.figures)
    return replace(material, period=parse_period(label), figures=figures, history=pasts)


def past(label: str, numerator: int, denominator: int) -> Past:
    """One earlier period that holds the guards alone."""
    return Past(parse_period(label), "2026-09-05T12:00:00", {GUARDS: (numerator, denominator)})


@pytest.mark.parametrize(
    ("label", "before", "called"),
    [
        ("2026-10", ["2026-09", "2025-10"], "上月"),
        ("2026Q3", ["2026Q2", "2025Q3"], "上季度"),
        ("2025-2026-S2", ["2025-2026-S1", "2024-2025-S2"], "上学期"),
        ("2026-2027-S1", ["2025-2026-S2", "2025-2026-S1"], "上学期"),
        ("2025-2026", ["2024-2025"], "上学年"),
        ("2026", ["2025"], "上年"),
    ],
)
def test_each_kind_is_compared_with_its_own_kind(planted: Material, label: str, before: list[str], called: str) -> None:
    material = of_period(planted, label)
    assert [period.label for _, period in compared_periods(material)] == before
    assert year_before(parse_period(label)).label == before[-1]
    assert headlines(material)[0].change.startswith(f"较{called}上升")
    with wording.in_language("en"):
        assert headlines(material)[0].change.endswith("before")
    first = compose(replace(material, previous={})).section("basics").blocks
    assert any(f"没有{called}的数据" in str(block) for block in first)


def test_rates_stand_over_their_numbers_with_the_change_in_points(planted: Material) -> None:
    figure = planted.by_key[GUARDS]
    material = of_period(planted, "2026-10", past("2025-10", 1, 4), past("2026-09", 10, 10))
    table = comparison_table(material, "")
    assert [column.group for column in table.columns[1::2]] == [
        "2026年10月",
        "上期（2026年9月）",
        "上年同期（2025年10月）",
    ][: len(table.columns[1::2])]
    row = next(row for row in table.rows if row[1].key == GUARDS)
    assert (row[2].text, row[2].beside, row[4].text, row[4].beside) == ("100%", "10/10", "25.0%", "1/4")
    now = float(row[1].text.rstrip("%"))
    assert row[1].beside == f"{figure.numerator:.0f}/{figure.denominator:.0f}"
    assert (row[3].text, row[5].text) == (f"−{100 - now:.1f}", f"+{now - 25:.1f}")
    other = next(row for row in table.rows if row[1].key.startswith("closed_campus"))
    assert [cell.text for cell in other[2:]] == ["未列入计算", "", "未列入计算", ""]
    assert "上期（2026年9月）为截至2026年9月5日12:00的报送所计算" in table.note


def test_a_period_that_was_not_measured_is_said_and_not_compared(planted: Material) -> None:
    table = comparison_table(of_period(planted, "2026-10", past("2026-09", 10, 10)), "")
    row = next(row for row in table.rows if row[1].key == GUARDS)
    assert [cell.text for cell in row[2:]] == ["100%", row[3].text] and "上年同期" not in str(table.columns)
    assert "上年同期（2025年10月）没有按本标准计算" in table.note
    first = comparison_table(of_period(planted, "2026-10"), "")
    assert not first.rows and "上期（2026年9月）没有按本标准计算" in first.note


def test_a_period_of_several_months_says_which_month_states_the_state(planted: Material) -> None:
    assert span_note(planted) == ""
    quarter = of_period(planted, "2026Q4")
    assert "期末应报月份（2026年10月）" in span_note(quarter)
    assert "责任单位的以2026年10月的教育局工作簿为准" in span_note(quarter)
    summer = replace(of_period(planted, "2026-2027-S2"), as_of=datetime(2027, 9, 20))
    assert "期末应报月份（2026年10月）的报送为准，教育局、乡镇和责任单位的以2027年8月的" in span_note(summer)
    assert any("期末应报月份" in str(block) for block in compose(quarter).section("basics").blocks)
    assert not any("期末应报月份" in str(block) for block in compose(planted).section("basics").blocks)
    assert "尚未结束" in comparison_table(quarter, "").note and "尚未结束" not in comparison_table(planted, "").note
    assert "2026年度" in compose(of_period(planted, "2026")).title


def test_equal_shares_have_one_place_and_the_next_counts_them_all(planted: Material) -> None:
    ranked = ranking(planted)
    assert not ranked.few and not ranked.silent
    shares = {code: Fraction(*failing(planted, code)) for _, code in ranked.places}
    worse = {code: sum(other > share for other in shares.values()) for code, share in shares.items()}
    assert ranked.places == tuple(sorted((1 + worse[code], code) for code in shares))
    assert len(set(worse.values())) < len(worse), "the county has townships with equal shares"


def test_a_township_of_few_decided_schools_stands_apart_without_a_place(planted: Material) -> None:
    name = county.TOWNSHIPS[0]
    few = minimum_ranked() - 1
    figures = tuple(
        replace(row, met=few, unmet=0, unreported=7) if (row.unit_level, row.unit_code) == ("township", name) else row
        for row in planted.figures
    )
    material = replace(planted, figures=figures)
    assert decided_schools(material, name) == few
    (ordered,), (apart, silent) = township_tables(material, file_stem)
    assert name not in [row[0].text for row in ordered.rows]
    assert [(row[0].text, row[1].text) for row in apart.rows] == [(name, "")]
    assert not silent.rows
    assert f"不足{minimum_ranked()}所" in apart.title and f"不足{minimum_ranked()}所" in ordered.note
    assert [row[1].text for row in ordered.rows[:-1]] == [str(place) for place, _ in ranking(material).places]
