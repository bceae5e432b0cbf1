"""What a leader asks first is answered from the figures, and unreported is kept apart from failing."""

from __future__ import annotations

import warnings
from dataclasses import replace

from pipelines.report import tables, wording
from pipelines.report.bulletin import compose, problems
from pipelines.report.charts import charts, closure_curve
from pipelines.report.material import CohortCase, Material
from pipelines.report.summary import counts_schools, headlines, red_list, silence, submitted_count, tiles
from tests.unit.report import county


def _silent_indexes(planted: Material) -> list[int]:
    return [index for index in range(len(planted.schools)) if index % 11 == 7]


def test_silence_tells_no_file_from_a_rejected_one(planted: Material) -> None:
    codes = list(planted.schools)
    found = silence(planted)
    assert [school.school_code for school in found.no_file] == [codes[i] for i in _silent_indexes(planted) if i % 2]
    assert [school.school_code for school in found.rejected] == [
        codes[i] for i in _silent_indexes(planted) if not i % 2
    ]
    assert submitted_count(planted) == 55


def test_red_list_names_the_failing_and_not_the_silent(planted: Material) -> None:
    failing = {
        row.unit_code for row in planted.assessments if row.status == "unmet" and row.indicator in county.RULES[:2]
    }
    listed = red_list(planted)
    assert {school.school_code for school in listed} == failing
    assert not failing & {school.school_code for school in silence(planted).schools}
    assert "实有1，应有3" in listed[0].items[0]


def test_headline_has_gap_guards_and_change(planted: Material) -> None:
    guards = headlines(planted)[0]
    assert guards.figure.unmet
    assert guards.gap == f"未达标{guards.figure.unmet}所"
    assert guards.guards == "缺保安11人"
    assert guards.change == "较上期上升6.7个百分点"
    assert guards.unreported == "另有5所未报"


def test_a_ratio_is_no_share_of_schools_even_where_the_numbers_agree(planted: Material) -> None:
    """Four hazards in four schools: what counts is the kind of provision."""
    agreeing = {"numerator": 3, "denominator": 4, "met": 3, "unmet": 1, "pending": 0, "unreported": 0}
    ratio = replace(planted.county["five_elements"], **agreeing)  # type: ignore[arg-type]
    assert not counts_schools(planted, ratio)
    assert not counts_schools(planted, replace(ratio, indicator="hazard_closure.on_time_rate"))
    assert counts_schools(planted, replace(ratio, indicator="closed_campus"))


def test_without_a_previous_period_nothing_is_claimed(planted: Material) -> None:
    assert headlines(replace(planted, previous={}))[0].change == ""
    assert "上期" not in str(compose(replace(planted, previous={})).section("results").blocks)


def test_tiles_alarm_only_above_zero(planted: Material) -> None:
    shown = {tile.title: tile for tile in tiles(planted, "hazards")}
    assert (shown["逾期未整改"].text, shown["逾期未整改"].is_alarm) == ("6", True)
    assert (shown["重大隐患未挂牌"].text, shown["重大隐患未挂牌"].is_alarm) == ("2", True)
    none_late = tuple(
        replace(row, value=0) if row.indicator == "hazard_closure.overdue" else row for row in planted.figures
    )
    calm = {tile.title: tile for tile in tiles(replace(planted, figures=none_late), "hazards")}
    assert (calm["逾期未整改"].text, calm["逾期未整改"].is_alarm) == ("0", False)


def test_level_table_sums_to_the_whole(planted: Material) -> None:
    table = tables.level_table(planted, "x", "township")
    *parts, whole = table.rows
    met, due = zip(*(map(int, row[1].beside.split("/")) for row in parts), strict=True)
    assert whole[1].beside == f"{sum(met)}/{sum(due)}"
    assert sum(int(row[2].text) for row in parts) == int(whole[2].text) == 5


def test_problems_that_the_figures_do_not_hold_are_not_claimed() -> None:
    clean = county.material(6)
    assert not [row for row in clean.assessments if row.status == "unreported"]
    assert "silent" not in problems(clean)
    met = replace(
        clean, figures=(), assessments=(), cases=(), findings=(), standard=replace(clean.standard, headline=())
    )
    assert problems(met) == {}
    assert compose(met).section("problems").blocks[0].text == wording.text("bulletin.problem_none")  # type: ignore[union-attr]


def test_long_lists_of_names_point_to_the_annex() -> None:
    wide = county.material(600)
    text = str(compose(wide).section("problems").blocks)
    assert "（名单见附件）" in text


def test_closure_curve_censors_open_hazards_and_warns_nobody() -> None:
    cases = [
        CohortCase("hazard_closure", "A", str(days), days, closed)
        for days, closed in ((2, True), (4, True), (3, False), (10, False))
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        days, share, low, high = closure_curve(cases)
        closure_curve([case for case in cases if case.is_observed])
    curve = dict(zip(days, share, strict=True))
    assert (curve[2.0], curve[3.0], curve[4.0]) == (0.25, 0.25, 0.625)
    assert all(lower <= value <= upper for lower, value, upper in zip(low, share, high, strict=True))


def test_charts_are_figures_that_plotly_accepts(planted: Material) -> None:
    import plotly.graph_objects

    drawn = [chart for chart in charts(planted) if chart.figure]
    assert len(drawn) == 2 * 4 + 2
    for chart in drawn:
        assert plotly.graph_objects.Figure(chart.figure).data


def test_without_cases_the_closure_charts_say_so(planted: Material) -> None:
    found = {chart.id: chart for chart in charts(replace(planted, cases=(), cohort=()))}
    assert found["closure"].figure is None
    assert found["ageing"].figure is None
