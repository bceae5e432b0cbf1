"""What a leader asks first is answered from the figures, and unreported is kept apart from failing."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard, standard_ids
from pipelines.report import display, tables, wording
from pipelines.report.bulletin import compose
from pipelines.report.charts import hazard_charts, unit_charts
from pipelines.report.drawing import STATUSES
from pipelines.report.history import Past
from pipelines.report.ledger import ledger_table
from pipelines.report.material import Assessment, CohortCase, Material
from pipelines.report.naming import document_name
from pipelines.report.problems import problems
from pipelines.report.summary import counts_schools, headlines, red_list, silence, submitted_count
from pipelines.report.survival import closure_curve
from pipelines.report.tiles import tiles
from pipelines.report.trends import series, trend_charts, trend_periods, trend_table
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
    assert guards.shortfall == "缺额11人"
    assert guards.change == "较上月上升6.7个百分点"
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
    assert "上月" not in str(compose(replace(planted, previous={})).section("results").blocks)


def test_tiles_alarm_only_above_zero(planted: Material) -> None:
    shown = {tile.title: tile for tile in tiles(planted, "hazard")}
    assert (shown["逾期未整改"].text, shown["逾期未整改"].is_alarm) == ("6", True)
    assert (shown["重大隐患挂牌督办率：未做到"].text, shown["重大隐患挂牌督办率：未做到"].is_alarm) == ("2", True)
    none_late = tuple(
        replace(row, value=0) if row.indicator == "hazard_closure.overdue" else row for row in planted.figures
    )
    calm = {tile.title: tile for tile in tiles(replace(planted, figures=none_late), "hazard")}
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


def test_every_bar_holds_the_schools_of_its_figure(planted: Material) -> None:
    drawn = [chart for level in ("township", "stage") for chart in unit_charts(planted, level)]
    assert len(drawn) == 2 * 4
    for chart in drawn:
        assert chart.bars
        for bar in chart.bars:
            figure = planted.by_key[bar.key]
            counts = {piece.tone: piece.count for piece in bar.segments}
            assert counts == {status: getattr(figure, status) for status in STATUSES if getattr(figure, status)}
            assert bar.text == display.rate(figure.numerator, figure.denominator) or not figure.denominator
            assert sum(piece.width for piece in bar.segments) <= 100.01


def test_what_plotly_draws_are_figures_that_it_accepts(planted: Material) -> None:
    import plotly.graph_objects

    drawn = [chart for chart in hazard_charts(planted) if chart.figure]
    assert [chart.id for chart in drawn] == ["closure"]
    for chart in drawn:
        assert chart.drawing and chart.label
        assert plotly.graph_objects.Figure(chart.figure).data


def test_a_trend_has_a_gap_where_a_period_was_not_measured(planted: Material) -> None:
    past = Past(parse_period("2026-08"), "2026-09-16T00:00:00", {"closed_campus|county|county": (30, 60)})
    told = replace(planted, history=(past,))
    assert [period.label for period in trend_periods(told)] == ["2026-08", "2026-09", "2026-10"]
    (campus,) = [row for row in series(told) if row.figure.indicator == "closed_campus"]
    assert campus.pairs == ((30, 60), None, (campus.figure.numerator, campus.figure.denominator))
    (chart,) = [chart for chart in trend_charts(told) if chart.id == "trend-closed_campus"]
    assert chart.drawing.count("<path") == 2
    table = trend_table(told, "x")
    assert [row[0].text for row in table.rows] == ["2026年8月", "2026年9月", "2026年10月"]
    assert all(not cell.key for row in table.rows[:-1] for cell in row)
    assert [cell.key for cell in table.rows[-1][1:]] == [row.figure.key for row in series(told)]


def test_without_earlier_periods_no_trend_is_drawn(planted: Material) -> None:
    assert trend_charts(planted) == ()


def test_the_township_with_the_most_failures_leads_its_chart(planted: Material) -> None:
    chart = unit_charts(planted, "township")[0]
    shares = [(planted.by_key[bar.key].unmet or 0) / (planted.by_key[bar.key].denominator or 1) for bar in chart.bars]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_the_closure_chart_says_its_numbers_as_text(planted: Material) -> None:
    closure, ageing = hazard_charts(planted)
    assert "<svg" in closure.drawing and "<span" not in closure.label
    assert closure.numbers is not None and len(closure.numbers.rows) >= 2
    shares = [row[1].text for row in closure.numbers.rows]
    assert shares == sorted(shares, key=lambda text: float(text.rstrip("%")))
    assert sum(piece.count for bar in ageing.bars for piece in bar.segments) == len(tables.open_cases(planted))


def test_without_cases_the_closure_charts_say_so(planted: Material) -> None:
    found = {chart.id: chart for chart in hazard_charts(replace(planted, cases=(), cohort=()))}
    assert found["closure"].is_empty
    assert found["ageing"].is_empty


def test_a_duration_is_found_by_what_it_is_over(planted: Material) -> None:
    """As in a sixth standard that gives its provisions names of its own."""
    named = {"hazard_closure": "mended_in_time", "incident_reporting": "told_in_time", "major_listed": "on_the_board"}

    def renamed(name: str) -> str:
        head, dot, tail = name.partition(".")
        return named.get(head, head) + dot + tail

    other = replace(
        planted,
        standard=replace(
            planted.standard,
            red_list=tuple(map(renamed, planted.standard.red_list)),
            provisions=tuple(replace(each, id=renamed(each.id)) for each in planted.standard.provisions),
        ),
        figures=tuple(replace(row, indicator=renamed(row.indicator)) for row in planted.figures),
        cases=tuple(replace(row, indicator=renamed(row.indicator)) for row in planted.cases),
        cohort=tuple(replace(row, indicator=renamed(row.indicator)) for row in planted.cohort),
    )
    for over in ("hazard", "incident"):
        as_told = [(tile.title, tile.text) for tile in tiles(other, over)]
        assert as_told == [(tile.title, tile.text) for tile in tiles(planted, over)]
        assert len(as_told) > 1
    assert [chart.note for chart in hazard_charts(other)] == [chart.note for chart in hazard_charts(planted)]
    assert ledger_table(other, "", tables.open_cases).rows == ledger_table(planted, "", tables.open_cases).rows
    assert problems(other) == problems(planted)


@pytest.mark.parametrize("standard_id", standard_ids())
def test_every_standard_that_times_hazards_or_incidents_has_tiles(standard_id: str, planted: Material) -> None:
    standard = load_standard(standard_id)
    names = [name for provision in standard.provisions for name in provision.indicators]
    one = planted.county["closed_campus"]
    figures = tuple(replace(one, indicator=name, numerator=1, denominator=2, value=0.5) for name in names)
    shown = replace(planted, standard=standard, figures=figures)
    for over in ("hazard", "incident"):
        assert bool(tiles(shown, over)) == any(
            each.kind == "duration" for each in standard.provisions if each.over == over
        )


def _campus(row: Assessment, name: str, actual: int, required: int) -> Assessment:
    return replace(row, campus=name, actual=actual, required=required, status="met" if actual >= required else "unmet")


def test_a_school_of_several_campuses_stands_once_with_the_campus_that_is_short(planted: Material) -> None:
    rows = [row for row in planted.assessments if row.indicator == "guards_staffing" and row.status == "met"]
    one, two, three = ((replace(row, status="unmet", actual=6, required=6)) for row in rows[:3])
    judged = (
        *(one, _campus(one, "1", 4, 3), _campus(one, "东校区", 2, 3)),
        *(two, _campus(two, "1", 1, 3), _campus(two, "东校区", 1, 2), _campus(two, "分校区", 4, 1)),
        *(replace(three, actual=1, required=3), _campus(three, "主校区", 1, 3)),
    )
    found = {school.school_code: school.items for school in red_list(replace(planted, assessments=judged))}
    assert found == {
        one.unit_code: ("专职保安员配备率（东校区实有2，应有3）",),
        two.unit_code: ("专职保安员配备率（主校区实有1，应有3；东校区实有1，应有2；合计缺3）",),
        three.unit_code: ("专职保安员配备率（实有1，应有3）",),
    }


@pytest.mark.parametrize("standard_id", standard_ids())
def test_a_list_of_hazards_that_nobody_asks_for_does_not_read_as_none(standard_id: str, planted: Material) -> None:
    standard = load_standard(standard_id)
    table = ledger_table(replace(planted, standard=standard, cases=()), "", tables.open_cases)
    times_hazards = any((each.kind, each.over) == ("duration", "hazard") for each in standard.provisions)
    assert table.unasked == ("" if times_hazards else "本标准未计算隐患整改用时")


def test_rates_that_do_not_fit_a_page_are_printed_in_parts(planted: Material) -> None:
    standard = replace(
        planted.standard, headline=tuple(row.indicator for row in planted.county.values() if row.is_rate)
    )
    wide = replace(planted, standard=standard)
    parts = tables.level_tables(wide, "附件1", "township")
    assert [part.title for part in parts] == ["附件1（第1部分，共2部分）", "附件1（第2部分，共2部分）"]
    groups = [group for part in parts for group, _ in part.groups if group]
    assert groups == [row.name for row in headlines(wide)]
    assert [part.title for part in tables.level_tables(planted, "附件1", "township")] == ["附件1"]


@pytest.mark.parametrize("standard_id", standard_ids())
def test_no_title_holds_brackets_within_brackets_of_one_kind(standard_id: str) -> None:
    depth = deepest = 0
    for sign in document_name(load_standard(standard_id)):
        depth += {"（": 1, "）": -1}.get(sign, 0)
        deepest = max(depth, deepest)
    assert (depth, deepest <= 1) == (0, True)
