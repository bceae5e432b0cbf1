"""Wujin's work points on education, drills and training: what is owed in a calendar year, as small tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.test_wujin import STANDARD, answers, district, statuses
from tests.spec.world import World, expect

_YEAR = tuple(f"2026-{month:02d}" for month in (1, 2, 3, 4, 5, 6, 9, 10, 11, 12))


def whole_year(world: World, school: str, **december: Any) -> World:
    """Nil returns of every due month of 2026, and these sheets in December."""
    nil: dict[str, Any] = dict.fromkeys(december, "nil")
    for month in _YEAR[:-1]:
        world.report(school, month, **nil)
    return world.report(school, _YEAR[-1], **december)


_THEMES = ("防溺水", "交通安全", "消防知识", "防欺凌和防暴力伤害", "防踩踏")


@pytest.mark.parametrize(
    ("day", "topic", "actual", "status"),
    [
        ("2026-01-01", "防性侵", 7, "met"),
        ("2026-12-31", "防性侵", 7, "met"),
        ("2025-12-31", "防性侵", 6, "unmet"),
        ("2026-10-09", "心理健康", 6, "unmet"),
    ],
)
def test_seven_themes_in_the_calendar_year(day: str, topic: str, actual: int, status: str) -> None:
    """One session may carry two; New Year's Day counts, the eve before does not."""
    rows = "\n".join(f"2026-10-{20 + number} | {theme}" for number, theme in enumerate(_THEMES))
    world = whole_year(district(), "A", trainings=f"held_date | topic\n{rows}\n{day} | {topic}")
    statuses(world, "themes_covered", f"status | actual | required\n{status} | {actual} | 7", "2026-12")


@pytest.mark.parametrize(
    ("last", "actual", "status"),
    [
        ("2026-06-10 | 宣传 | safety_month", 7, "met"),
        ("2026-06-10 | 安全生产月宣传 | regular", 7, "met"),
        ("2026-06-10 | 宣传 |", 6, "unmet"),
        ("2025-06-10 | 宣传 | safety_month", 6, "unmet"),
    ],
)
def test_seven_key_dates_by_occasion_or_words(last: str, actual: int, status: str) -> None:
    """The occasion is filled in, or the topic names it; last year's does not count."""
    sheet = f"""
    held_date | topic | timing
    2026-03-02 | 第一课 | start_of_term
    2026-03-30 | 学生安全教育日班会 |
    2026-05-12 | 疏散知识 | disaster_day
    2026-11-09 | 全国消防日活动 | regular
    2026-12-02 | 班会 | traffic_safety_day
    2026-06-30 | 暑假安全提醒 |
    {last}
    """
    world = whole_year(district(), "A", trainings=sheet)
    statuses(world, "key_dates_covered", f"status | actual | required\n{status} | {actual} | 7", "2026-12")


_FOUR = ("2026-01-01 | 防震 | earthquake", "2026-04-01 | 疫情处置 | epidemic", "2026-05-01 | 灭火 | fire")


@pytest.mark.parametrize(
    ("has_bus", "lift", "extra", "actual", "needed", "status"),
    [
        ("false", "na", (), 4, 4, "met"),
        ("true", "na", (), 4, 5, "unmet"),
        ("true", "na", ("2026-09-01 | 校车逃生 | bus_escape",), 5, 5, "met"),
        ("true", "na", ("2026-09-01 | 校车逃生 |",), 5, 5, "met"),
        ("false", "yes | 2026-10-01", (), 4, 5, "unmet"),
        ("false", "no", ("2026-09-01 | 电梯困人 | lift",), 5, 5, "met"),
        ("true", "yes | 2026-10-01", ("2026-09-01 | 电梯困人 | lift",), 5, 6, "unmet"),
        ("false", "", (), 4, "", "unreported"),
        ("", "na", (), 4, "", "unreported"),
    ],
)
def test_kinds_of_drills_by_what_the_school_has(
    has_bus: str, lift: str, extra: tuple[str, ...], actual: object, needed: object, status: str
) -> None:
    """Four for all, one more with a bus, one more with a lift; whether it has one must be known."""
    rows = (*_FOUR, "2026-12-31 | 食物中毒处置 | food", *extra)
    sheet = "\n".join(["held_date | drill_name | category", *rows])
    december = {"drills": sheet, "profile": f"has_bus\n{has_bus}", "checklist": answers(lift_safety=lift)}
    world = whole_year(district(), "A", **december)
    statuses(world, "drill_types", f"status | actual | required\n{status} | {actual} | {needed}", "2026-12")


def test_a_kind_drilled_last_year_is_missing_this_year() -> None:
    """The earthquake drill of 31 December is last year's."""
    rows = ("2025-12-31 | 防震 | earthquake", *_FOUR[1:], "2026-12-31 | 食物中毒处置 | food")
    sheet = "\n".join(["held_date | drill_name | category", *rows])
    world = whole_year(district(), "A", drills=sheet, profile="has_bus\nfalse", checklist=answers(lift_safety="na"))
    statuses(world, "drill_types", "status | actual | required\nunmet | 3 | 4", "2026-12")


@pytest.mark.parametrize(
    ("school_type", "day", "status"),
    [
        ("primary", "2026-12-01", "met"),
        ("primary", "2026-11-30", "unmet"),
        ("kindergarten", "2026-10-01", "met"),
        ("kindergarten", "2026-09-30", "unmet"),
    ],
)
def test_evacuation_drills_by_month_and_by_quarter(school_type: str, day: str, status: str) -> None:
    """Schools in the month, kindergartens in the quarter."""
    world = district("A", school_type)
    for month in ("2026-10", "2026-11", "2026-12"):
        world.report("A", month, drills=f"held_date | drill_name | category\n{day} | 消防疏散 | fire")
    statuses(world, "drill_frequency", f"status\n{status}", "2026-12")


def test_trained_people_of_three_kinds_are_added_up() -> None:
    """The whole needs all three; each has a rate of its own, which a blank leaves not known."""
    sheet = "item_id | done_count | due_count\nleaders_trained | 3 | 3\nofficers_trained | 1 | 2\n"
    world = district("ABC").report("A", "2026-10", counts=sheet + "staff_trained | 40 | 45")
    world.report("B", "2026-10", counts=sheet)
    world.report("C", "2026-10", counts="item_id | done_count | due_count\nleaders_trained | 2 |")
    measured = world.measure(STANDARD, only="leader_staff_training")
    expect(
        measured.assessments,
        "leader_staff_training",
        "unit_code | status | done | due\nA | pending | 44 | 50\nB | unreported | |\nC | unreported | |",
    )
    leaders = "unit_code | status | done | due\nA | met | 3 | 3\nB | met | 3 | 3\nC | unreported | |"
    expect(measured.assessments, "leader_staff_training.leaders", leaders)
    for name, numbers in (("leaders", "6 | 6"), ("officers", "2 | 4"), ("staff", "40 | 45")):
        indicator = f"leader_staff_training.{name}"
        expect(measured.figures, indicator, f"numerator | denominator\n{numbers}", level="county")


def test_guards_with_a_certificate() -> None:
    """A blank is none; who has left is not asked; no guard sheet is not known."""
    guards = "guard_name | is_certified | end_date\na | true |\nb | false |\nc | |\nd | false | 2026-10-30"
    world = district("AB").report("A", "2026-10", guards=guards).report("B", "2026-10", guards="")
    statuses(world, "guard_certified", "unit_code | status | done | due\nA | unmet | 1 | 3\nB | unreported | |")


@pytest.mark.parametrize(
    ("day", "category", "answer", "status"),
    [
        ("2026-01-01", "terror", "yes | 2026-10-05", "met"),
        ("2026-12-31", "terror", "yes | 2026-10-05", "met"),
        ("2025-12-31", "terror", "yes | 2026-10-05", "unmet"),
        ("2026-12-31", "fire", "yes | 2026-10-05", "unmet"),
        ("2026-12-31", "terror", "no", "unmet"),
        ("2026-12-31 | 反恐演练", "", "yes | 2026-10-05", "met"),
    ],
)
def test_guards_assessed_and_drilled_against_terror(day: str, category: str, answer: str, status: str) -> None:
    """Both, in the calendar year; the drill by its kind or its name."""
    named = day if "|" in day else f"{day} | 处置"
    drills = f"held_date | drill_name | category\n{named} | {category}"
    world = whole_year(district(), "A", drills=drills, checklist=answers(guard_assessment=answer))
    statuses(world, "guard_assessed_drill", f"status\n{status}", "2026-12")
