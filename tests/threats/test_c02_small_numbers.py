"""C2: a small sensitive number follows from nothing that is published: not across groups, levels, files or releases."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy
import pytest

from pipelines.report.small_numbers import without_small
from tests.spec.test_beside_rules import sensitive
from tests.spec.world import World

LEVELS = ("township", "stage", "urban_rural", "ownership")
COLUMNS = dict(zip(LEVELS, ("township", "school_type", "urban_rural", "ownership"), strict=True))
SMALL = 5

# School, township, stage, place, ownership, cases. The townships East and West are the countryside; all its primary
# schools lie in East, so that countryside less primary schools is West.
NESTED = (
    ("A", "East", "primary", "rural", "public", 6),
    ("B", "West", "junior", "rural", "public", 4),
    ("C", "North", "junior", "urban", "private", 9),
)
# No group is small, but the one township that is wholly in the countryside leaves 3 for the rest of it.
REMAINDER = (
    ("A", "East", "primary", "rural", "public", 6),
    ("B", "West", "primary", "rural", "public", 3),
    ("C", "West", "primary", "urban", "public", 8),
)
PLAIN = (
    ("A", "East", "primary", "rural", "public", 6),
    ("B", "West", "junior", "rural", "private", 7),
    ("C", "North", "junior", "urban", "private", 9),
)
COUNTIES = {"nested": NESTED, "remainder": REMAINDER, "plain": PLAIN}
School = tuple[str, str, str, str, str, int]


def measured(schools: Iterable[School], folder: Path) -> list[dict[str, object]]:
    """The figures of the sensitive count in a county of these schools."""
    register = "\n".join(f"{a} | {b} | {c} | {d} | {e}" for a, b, c, d, e, _ in schools)
    world = World().register(f"school_code | township | school_type | urban_rural | ownership\n{register}")
    for code, *_, cases in schools:
        sheet = f"insurance_violations | {cases} |\nkey_student_care | 0 | 0"
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count\n{sheet}")
    rows: list[dict[str, object]] = world.measure(sensitive(folder)).figures.to_pylist()
    return [row for row in rows if row["indicator"] == "cases.cases"]


def members(schools: tuple[School, ...], level: str, code: object) -> numpy.ndarray:
    """1 for each school in the group."""
    place = 1 + LEVELS.index(level) if level != "county" else None
    return numpy.array([1.0 if place is None or school[place] == code else 0.0 for school in schools])


def small_groups(schools: tuple[School, ...]) -> Iterable[tuple[str, numpy.ndarray]]:
    """Every group of a level, and every pair of levels crossed, whose number is small."""
    groups = {
        f"{level} {code}": members(schools, level, code)
        for level in LEVELS
        for code in {school[1 + LEVELS.index(level)] for school in schools}
    }
    crossed = {f"{one} x {two}": groups[one] * groups[two] for one, two in combinations(groups, 2)}
    cases = numpy.array([school[-1] for school in schools])
    return [(name, group) for name, group in (groups | crossed).items() if 0 < group @ cases < SMALL]


@pytest.mark.parametrize("name", COUNTIES)
def test_c02_no_small_number_is_a_sum_or_difference_of_what_is_published(name: str, tmp_path: Path) -> None:
    """Who knows the register solves for a group exactly where its members are a combination of published groups."""
    schools = COUNTIES[name]
    rows = measured(schools, tmp_path)
    shown = [row for row in rows if row["numerator"] is not None]
    known = numpy.array([members(schools, str(row["unit_level"]), row["unit_code"]) for row in shown])
    rank = numpy.linalg.matrix_rank(known)
    solved = [group for group, vector in small_groups(schools) if numpy.linalg.matrix_rank([*known, vector]) == rank]
    assert solved == []
    assert [row["numerator"] for row in shown if row["unit_level"] == "county"] == [sum(row[-1] for row in schools)]


def test_c02_a_county_without_small_numbers_hides_nothing(tmp_path: Path) -> None:
    rows = measured(PLAIN, tmp_path)
    assert {row["unit_level"] for row in rows if row["numerator"] is not None} == {"county", *LEVELS}


def test_c02_a_hidden_level_says_nothing_in_any_column(tmp_path: Path) -> None:
    rows = [row for row in measured(NESTED, tmp_path) if row["status"] == "suppressed"]
    assert {row["unit_level"] for row in rows} >= {"township"}
    columns = ("numerator", "denominator", "value", "lower", "upper", "reported_value", "met", "unmet", "pending")
    assert {row[column] for row in rows for column in columns} == {None}


def test_c02_no_list_of_schools_gives_the_number_that_the_figures_hide(tmp_path: Path) -> None:
    standard = sensitive(tmp_path)
    row = {"status": "reported", "reason": None, "actual": None, "required": None, "due": None}
    rows = [
        {**row, "indicator": "cases.cases", "unit_code": "A", "done": 6},
        {**row, "indicator": "cases.cases", "unit_code": "B", "done": 4},
        {**row, "indicator": "other", "unit_code": "B", "done": 4},
    ]
    shown = [(one["unit_code"], one["done"], one["reason"]) for one in without_small(standard, rows)]
    assert shown == [("A", None, "suppressed"), ("B", None, "suppressed"), ("B", 4, None)]
    assert without_small(standard, rows[:1]) == rows[:1]


def test_c02_two_releases_together_give_no_small_number_either(tmp_path: Path) -> None:
    """Even who knows which one school corrected its number learns from a revision by how much, and no more."""
    revised = (NESTED[0], (*NESTED[1][:-1], 3), NESTED[2])
    changed = numpy.array([school != again for school, again in zip(NESTED, revised, strict=True)], dtype=float)
    known = []
    for is_second, schools in enumerate((NESTED, revised)):
        folder = tmp_path / f"r{is_second + 1}"
        folder.mkdir()
        shown = [row for row in measured(schools, folder) if row["numerator"] is not None]
        groups = [members(schools, str(row["unit_level"]), row["unit_code"]) for row in shown]
        known += [[*group, is_second * (group @ changed)] for group in groups]
    rank = numpy.linalg.matrix_rank(known)
    for name, group in small_groups(NESTED):
        for is_second in (0, 1):
            wanted = [*group, is_second * (group @ changed)]
            assert numpy.linalg.matrix_rank([*known, wanted]) > rank, (name, is_second)
