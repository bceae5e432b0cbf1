"""Guards required: the vectors of the domain notes, as schools of one county."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.metadata.standards import Parameter, load_standard
from tests.spec.world import World, expect, made_up_standard

JINGHONG = [(99, 0, 1), (100, 0, 2), (1000, 0, 2), (1499, 0, 2), (1500, 0, 3), (3000, 1800, 8)]
JINGHONG += [(50, 1, 2), (900, 299, 2), (900, 300, 3), (2000, 300, 4)]
COUNTY = [(499, 0, 2), (500, 0, 4), (1000, 0, 4), (1499, 0, 4), (1500, 0, 6), (499, 299, 2), (499, 300, 4)]


def county_of(vectors: list[tuple[int, int, int]]) -> World:
    """A world with one school a vector, S00 onwards; one member of staff, the rest students."""
    codes = [f"S{number:02d}" for number in range(len(vectors))]
    world = World().register("school_code | school_type | township\n" + "\n".join(f"{c} | primary | E" for c in codes))
    for code, (people, boarders, _) in zip(codes, vectors, strict=True):
        profile = f"student_count | staff_count | boarder_count | campus_count\n{people - 1} | 1 | {boarders} | 1"
        world.report(code, "2026-10", profile=profile, guards="nil")
    return world


def required(vectors: list[tuple[int, int, int]]) -> str:
    """The expected table of required guards."""
    rows = [f"S{number:02d} | {guards} | 0 | unmet" for number, (_, _, guards) in enumerate(vectors)]
    return "\n".join(["unit_code | required | actual | status", *rows])


def test_jinghong_bands_take_the_larger() -> None:
    """Below 100, up to 1000, each further full 500; boarding schools two and one for each full 300."""
    measured = county_of(JINGHONG).measure("jinghong-2019", only="guards_staffing")
    expect(measured.assessments, "guards_staffing", required(JINGHONG))
    total = sum(guards for _, _, guards in JINGHONG)
    expect(measured.figures, "guards_staffing.gap", f"value\n{total}", level="county")


def test_jinghong_bands_added_up() -> None:
    """The other reading: 3000 people and 1800 boarders need twelve."""
    standard = load_standard("jinghong-2019")
    provision = standard.provision("guards_staffing")
    parameters = tuple(
        Parameter(each.name, "sum", each.source) if each.name == "boarding_reading" else each
        for each in provision.parameters
    )
    changed = replace(standard, provisions=(replace(provision, parameters=parameters),))
    vectors = [(3000, 1800, 12), (1000, 0, 2), (900, 299, 2)]
    expect(county_of(vectors).measure(changed).assessments, "guards_staffing", required(vectors))


def test_national_bands_equal_jinghongs() -> None:
    """sunite-2022 takes the same bands, by assumption."""
    measured = county_of(JINGHONG).measure("sunite-2022", only="four_100_guards")
    expect(measured.assessments, "four_100_guards", required(JINGHONG))


@pytest.mark.parametrize(
    ("start", "end", "employment", "actual"),
    [
        ("2026-10-31", "", "full_time", 1),
        ("2026-11-01", "", "full_time", 0),
        ("", "2026-10-31", "full_time", 1),
        ("2020-01-01", "2026-10-30", "full_time", 0),
        ("2020-01-01", "", "part_time", 0),
        ("2020-01-01", "", "", 0),
    ],
)
def test_a_guard_counts_from_first_to_last_day_on_duty(start: str, end: str, employment: str, actual: int) -> None:
    """Both days included; part-timers and those of whom it is not said do not count."""
    world = World().register("school_code | school_type | township\nA | primary | E")
    profile = "student_count | staff_count | boarder_count\n9 | 1 | 0"
    world.report(
        "A",
        "2026-10",
        profile=profile,
        guards=f"guard_name | start_date | end_date | employment\nx | {start} | {end} | {employment}",
    )
    expect(
        world.measure("jinghong-2019", only="guards_staffing").assessments,
        "guards_staffing",
        f"actual | required\n{actual} | 1",
    )


@pytest.mark.parametrize(
    ("profile", "reason"),
    [("9 | | 0 | staff_count", "cell_error"), ("9 | | 0 |", "blank"), ("9 | 1 | | boarder_count", "cell_error")],
)
def test_an_unknown_headcount_is_unreported_not_unmet(profile: str, reason: str) -> None:
    """Neither staff nor boarders may be missing."""
    world = World().register("school_code | school_type | township\nA | primary | E")
    sheet = f"student_count | staff_count | boarder_count | invalid\n{profile}"
    world.report("A", "2026-10", profile=sheet, guards="nil")
    expect(
        world.measure("jinghong-2019", only="guards_staffing").assessments,
        "guards_staffing",
        f"status | reason\nunreported | {reason}",
    )


def test_an_unreadable_employment_may_hide_a_full_timer() -> None:
    """The gap is not known, so the school is unreported; a blank one is a part-timer for us."""
    world = World().register("school_code | school_type | township\nA | primary | E\nB | primary | E")
    profile = "student_count | staff_count | boarder_count\n9 | 1 | 0"
    for code, invalid in (("A", "employment"), ("B", "")):
        guards = f"guard_name | employment | invalid\nx | | {invalid}"
        world.report(code, "2026-10", profile=profile, guards=guards)
    expect(
        world.measure("jinghong-2019", only="guards_staffing").assessments,
        "guards_staffing",
        "unit_code | status | reason\nA | unreported | rows_lost\nB | unmet |",
    )


def test_county_bands_hold_for_each_campus(tmp_path: Path) -> None:
    """The school meets when every campus does; a guard belongs to the campus that is named."""
    standard = made_up_standard(
        tmp_path,
        """
  - id: guards
    name_zh: x
    name_en: Guards per campus
    clause: '1'
    population: all
    kind: rule
    over: campus
    window: point
    scored: yes
    target: 1
    gap: guards
    aggregates:
      full_time_guards: {of: campus_guard, count: "is_on_duty AND employment = 'full_time'"}
    let:
      band: CASE WHEN campus_headcount < 500 THEN 2 WHEN campus_headcount <= 1000 THEN 4
        WHEN campus_headcount > 1000 THEN 4 + 2 * ((campus_headcount - 1000) // 500) END
    actual: full_time_guards
    required: band + 2 * (campus_boarder_count // 300)
""",
    )
    world = county_of(COUNTY)
    expect(
        world.measure(standard).assessments,
        "guards",
        "unit_code | required | status\n"
        + "\n".join(f"S{n:02d} | {g} | unmet\nS{n:02d} | {g} | unmet" for n, (_, _, g) in enumerate(COUNTY)),
    )
    two = World().register("school_code | school_type | township\nA | primary | E")
    two.report(
        "A",
        "2026-10",
        profile="student_count | staff_count | boarder_count\n600 | 10 | 0",
        campuses="campus_name | student_count | staff_count | boarder_count\nNorth | 300 | 5 | 0\nSouth | 300 | 5 | 0",
        guards="employment | campus_name\nfull_time | North\nfull_time | North\nfull_time | North\nfull_time | South",
    )
    measured = two.measure(standard)
    expect(
        measured.assessments,
        "guards",
        "campus | status | actual | required\n | unmet | 4 | 4\nNorth | met | 3 | 2\nSouth | unmet | 1 | 2",
    )
    expect(measured.figures, "guards.gap", "value\n1", level="county")


@pytest.mark.parametrize(
    ("company", "is_from_company"),
    [
        ("平安保安服务有限公司", True),
        ("学校保安服务公司", True),
        ("自聘", False),
        ("本校自行聘用", False),
        ("学校聘用", False),
        ("学校", False),
        ("", False),
    ],
)
def test_a_guard_whom_the_school_hires_is_from_no_company(company: str, is_from_company: bool) -> None:
    """The words for it are those of values.yaml; no company named is none."""
    world = World().register("school_code | school_type | township\nA | primary | East")
    world.report("A", "2026-10", guards=f"employment | company_name\nfull_time | {company}")
    world.measure("xx-county", only="guards_from_company")
    assert world.connection.execute("SELECT is_from_company FROM fact_guard").fetchall() == [(is_from_company,)]


def test_completed_age_is_of_the_year_in_which_the_period_ends() -> None:
    """By year of birth alone; the age as filled in where there is none; unknown without either."""
    guards = "gender | birth_year | age\nmale | 1971 | 54\nmale | 1970 |\nmale | | 55\nmale | |"
    world = World().register("school_code | school_type | township\nA | primary | East", month="2026-09")
    world.report("A", "2026-12", guards=guards)
    for period, ages in (("2026-12", [55, 56, 55, None]), ("2026Q4", [55, 56, 55, None])):
        world.measure("xx-county", period, only="guard_age")
        found = world.connection.execute("SELECT completed_age FROM fact_guard").fetchall()
        assert [row[0] for row in found] == ages


def test_company_guards_are_counted_where_they_stand() -> None:
    """By campus; all of them where there is one campus or none is listed; unknown without a guard sheet."""
    codes = "ABCD"
    table = "school_code | school_type | township\n" + "\n".join(f"{code} | primary | East" for code in codes)
    world = World().register(table)
    guards = """
    employment | campus_name | company_name | end_date
    full_time | n | Shield |
    full_time | s | Shield |
    full_time | s | 自聘 |
    part_time | s | Shield |
    full_time | s | Shield | 2026-10-30
    """
    world.report("A", "2026-10", campuses="campus_name\nn\ns", guards=guards)
    world.report("B", "2026-10", campuses="campus_name\nwhole", guards=guards)
    world.report("C", "2026-10", guards=guards)
    world.report("D", "2026-10", campuses="campus_name\nn\ns")
    world.measure("xx-county", only="guards_staffing")
    found = world.connection.execute(
        "SELECT school_code, campus, count(*), count(*) FILTER (WHERE is_from_company) FROM fact_campus_guard"
        " WHERE is_on_duty AND employment = 'full_time' GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert found == [("A", "n", 1, 1), ("A", "s", 2, 1), ("B", "whole", 3, 2), ("C", None, 3, 2)]
