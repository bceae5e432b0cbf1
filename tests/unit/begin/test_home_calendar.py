"""calendar.yaml as init writes it: holidays as announced, terms as told, and one sentence for what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from pipelines.begin.holiday_days import public_holidays
from pipelines.begin.home_calendar import Term, Wanted, assumed_terms, make_calendar, parse_term
from pipelines.errors import MetadataError, PipelineError, UsageError
from pipelines.metadata.calendars import load_calendar, parse_calendar
from pipelines.metadata.periods import parse_period

YUNNAN = load_calendar("yunnan")
OCTOBER = parse_period("2026-10")


def made(
    *terms: str, first_month: str = "2026-09", region: str = "", day: int | None = None, period: str = "2026-10"
) -> str:
    """The file for these terms."""
    told = tuple(parse_term(one) for one in terms)
    return make_calendar(Wanted(region, told, first_month, day), "yunnan", parse_period(period)).content


def test_announced_years_are_those_of_the_checkout() -> None:
    """Which were taken from the State Council's notices, by hand."""
    found = public_holidays(date(2024, 9, 1), date(2026, 12, 31))
    spans = {(one["start"], one["end"]) for one in found.spans}
    assert spans == {span for span in YUNNAN.holidays if span[1].year <= 2026}
    assert frozenset(found.makeup_days) == YUNNAN.makeup_days
    assert found.announced_to >= 2026
    assert not any(one.get("is_assumed") for one in found.spans)


def test_a_year_not_announced_is_assumed() -> None:
    found = public_holidays(date(2090, 1, 1), date(2090, 12, 31))
    assert found.makeup_days == ()
    assert len(found.spans) >= 6
    assert all(one["is_assumed"] for one in found.spans)


def test_what_is_written_is_read_again_with_its_first_month_and_deadline() -> None:
    own = parse_calendar(made("2026-2027-S1:2026-09-01:2027-01-15", region="云南省某某市", day=8), "calendar.yaml")
    assert (own.id, own.first_month, own.deadline("2026-10")) == ("云南省某某市", "2026-09", date(2026, 11, 9))
    assert own.is_teaching_day(date(2027, 1, 15), "primary")
    assert not own.is_teaching_day(date(2027, 1, 18), "primary")
    before = (date(2024, 9, 1), date(2026, 8, 31))
    assert own.teaching_days(*before, "primary") == YUNNAN.teaching_days(*before, "primary")


def test_a_term_that_nobody_told_is_assumed() -> None:
    entries = yaml.safe_load(made("2026-2027-S1:2026-09-01:2027-01-15"))["semesters"]
    assumed = [bool(one.get("is_assumed")) for one in entries]
    assert assumed.count(False) == 1
    assert len(assumed) == 8


def test_a_stage_with_a_term_of_its_own_has_all_the_others_too() -> None:
    own = parse_calendar(made("2026-2027-S2:2027-03-01:2027-06-25:幼儿园"), "calendar.yaml")
    assert len(own.semesters["kindergarten"]) == len(own.semesters["default"]) == 8
    assert own.is_teaching_day(date(2027, 6, 28), "primary")
    assert not own.is_teaching_day(date(2027, 6, 28), "kindergarten")


def test_a_region_without_a_calendar_of_its_own_has_the_nation_s_terms() -> None:
    name, terms = assumed_terms("江西省某某县", "yunnan")
    assert name == "江西省某某县"
    assert {(one.start, one.end) for one in terms} == {
        (one.start, one.end) for one in load_calendar("china").semesters["default"]
    }
    assert assumed_terms("江苏省", "yunnan")[1] == assumed_terms("jiangsu", "yunnan")[1] != terms
    assert all(isinstance(one, Term) and one.is_assumed for one in terms)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: made("2026-2027-S1:2027-01-15:2026-09-01"), "2026-2027-S1 学期 2027-01-15 开学，2026-09-01 就结束"),
        (
            lambda: made("2026-2027-S1:2026-09-01:2027-03-05"),
            "2027-03-05 才结束，2026-2027-S2 学期却在 2027-03-01 开学",
        ),
        (lambda: made("2026-2027-S1:2027-09-01:2027-12-01"), "不在该学年的这一学期里"),
        (lambda: made("2026-2027:2026-09-01:2027-01-15"), "学期 2026-2027:2026-09-01:2027-01-15 看不懂"),
        (lambda: made("2026-2027-S1:2026-09-31:2027-01-15"), "请写成 2026-2027-S1:2026-09-01:2027-01-22"),
        (lambda: made("2026-2027-S1:2026-09-01:2027-01-15:大学"), "没有学段 大学；学段有：default"),
        (lambda: made(first_month="2026-11"), "首个报送月 2026-11 晚于报告期 2026-10"),
        (lambda: made(first_month="九月"), "首个报送月 九月 看不懂"),
        (lambda: made(day=31), "deadlines: day 写的是“31”；请写次月几日截止，1 至 28"),
        (lambda: made(day=0), "1 至 28"),
        (lambda: made(period="2031-10"), "没有 2031-10-01 所在的学期，报告期 2031-10 无从计算；请用 --term 补上"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(make: Callable[[], object], words: str) -> None:
    with pytest.raises(PipelineError) as told:
        make()
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def edited(change: Callable[[dict[str, Any]], object]) -> str:
    """The file after somebody edited it."""
    document = yaml.safe_load(made())
    change(document)
    return yaml.safe_dump(document, allow_unicode=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            edited(lambda one: one["deadlines"]["months"].update({"2026-10": date(2026, 10, 31)})),
            "calendar.yaml：2026-10 的报送截止日 2026-10-31 不晚于当月最后一天 2026-10-31",
        ),
        (edited(lambda one: one["deadlines"]["months"].update({"10月": date(2026, 11, 6)})), "写的是“10月”，不是月份"),
        (edited(lambda one: one.update(first_month="2026Q4")), "first_month 写的是“2026Q4”，不是月份；请写成 2026-09"),
        (edited(lambda one: one["semesters"][4].update(end="放寒假")), "semesters: end 写的是“放寒假”，不是日期"),
        (edited(lambda one: one["semesters"][4].update(semester=3)), "有一个学期写成 2026-2027-S3"),
        (
            edited(lambda one: one["holidays"][0].update(end=date(2024, 9, 1))),
            "节假日“中秋节”2024-09-15 开始",
        ),
        (edited(lambda one: one.pop("semesters")), "calendar.yaml 缺少 semesters"),
        (edited(lambda one: one.pop("makeup_days")), "缺少 makeup_days"),
        (
            edited(lambda one: one.update(semesters=[{**one["semesters"][0], "stage": "primary"}])),
            "stage 为 default",
        ),
        ("id: x\nsemesters: [\n", "calendar.yaml 第 3 行附近的写法有误"),
        ("id: x\nfirst: 2026-02-30\n", "calendar.yaml 里有不存在的日期"),
        ("就这样", "calendar.yaml 缺少 semesters"),
    ],
)
def test_an_edit_that_cannot_be_is_named(content: str, words: str) -> None:
    with pytest.raises(MetadataError) as told:
        parse_calendar(content, "calendar.yaml")
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_term_is_read_with_its_stage() -> None:
    told = parse_term("2026-2027-S1:2026-09-01:2027-01-15:幼儿园")
    assert (told.label, told.stage, told.start, told.end) == (
        *("2026-2027-S1", "kindergarten"),
        *(date(2026, 9, 1), date(2027, 1, 15)),
    )
    with pytest.raises(UsageError):
        parse_term("2026-2027-S1")
