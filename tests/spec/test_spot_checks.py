"""Which counts, the school's own answer or what the month's last visit saw, as the standard says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.measure.stage import _write, measured_folder
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import SpotChecks, Standard, load_standard
from pipelines.report.sources import Sources, uses
from pipelines.reproduce.traced import read_material
from pipelines.settings import Settings
from pipelines.store.home import Home
from tests.spec.world import World, expect

SELF_REPORT = load_standard("jinghong-2019")
VISIT = replace(SELF_REPORT, spot_checks=SpotChecks("visit", "made up"))
REGISTER = """
school_code | school_type | township
A           | primary     | East
B           | primary     | East
C           | primary     | East
D           | primary     | East
E           | primary     | East
F           | primary     | East
G           | primary     | East
"""
ANSWERED = """
item_id       | answer | answer_date
closed_campus | {}
"""
ANSWERS = {
    "A": "yes | 2026-10-05",
    "B": "no |",
    "C": "|",
    "D": "yes | 2026-10-05",
    "E": "yes | 2026-10-05",
    "G": "yes | 2026-10-05",
}
VISITS = """
school_code | held_date  | level | item_id       | result
A           | 2026-10-12 | spot  | closed_campus | no
B           | 2026-10-12 | spot  | closed_campus | no
B           | 2026-10-20 | spot  | closed_campus | yes
C           | 2026-10-12 | spot  | closed_campus | yes
D           | 2026-10-12 | spot  | closed_campus | no
D           | 2026-10-12 | superior | closed_campus | yes
E           | 2026-09-12 | spot  | closed_campus | no
F           | 2026-10-12 | spot  | closed_campus | yes
G           | 2026-10-12 | spot  | closed_campus | na
"""
"""Yes seen as no; no seen as yes at last; a blank; two results of one day; another month's; who sent nothing; na."""


@pytest.fixture(scope="module")
def visited() -> World:
    """Seven schools, of which six report, and a visit of each kind."""
    world = World().register(REGISTER, month="2026-10", inspections=VISITS)
    for code, answer in ANSWERS.items():
        world.report(code, "2026-10", checklist=ANSWERED.format(answer))
    return world


def statuses(world: World, standard: Standard, expected: str) -> None:
    """Assert status and reason by school."""
    expect(world.measure(standard, only="closed_campus").assessments, "closed_campus", expected)


def test_the_self_report_counts_unless_the_standard_says_otherwise(visited: World) -> None:
    statuses(
        visited,
        SELF_REPORT,
        """
        unit_code | status     | reason
        A         | met        |
        B         | unmet      |
        C         | unreported | blank
        D         | met        |
        E         | met        |
        F         | unreported | no_submission
        G         | met        |
        """,
    )


def test_the_last_visit_of_the_month_counts_where_the_standard_says_so(visited: World) -> None:
    """Both ways, and for a blank; neither two results of one day nor another month's; never for who sent nothing."""
    statuses(
        visited,
        VISIT,
        """
        unit_code | status     | reason
        A         | unmet      |
        B         | met        |
        C         | met        |
        D         | met        |
        E         | met        |
        F         | unreported | no_submission
        G         | met        |
        """,
    )


def test_a_visit_after_the_cut_off_does_not_count(visited: World) -> None:
    """As of the 15th nobody had been to B a second time."""
    world = World().register(REGISTER, month="2026-10", inspections=VISITS)
    world.connection.execute("UPDATE core_submissions SET received_at = '2026-10-14'")
    world.report("B", "2026-10", received_at="2026-10-14", checklist=ANSWERED.format("yes | 2026-10-05"))
    measured = world.measure(VISIT, as_of="2026-10-15", only="closed_campus")
    expect(
        measured.assessments.filter([code == "B" for code in measured.assessments["unit_code"].to_pylist()]),
        "closed_campus",
        "unit_code | status\nB | unmet",
    )


def test_an_answer_that_cannot_be_read_is_known_by_the_visit() -> None:
    """The school's cell stays an error on its receipt."""
    unread = "item_id | answer | invalid\nclosed_campus | | answer"
    world = World().register(REGISTER, month="2026-10", inspections=VISITS).report("A", "2026-10", checklist=unread)
    for standard, status, reason in ((SELF_REPORT, "unreported", "cell_error"), (VISIT, "unmet", None)):
        rows = world.measure(standard, only="closed_campus").assessments.to_pylist()
        assert [(row["status"], row["reason"]) for row in rows if row["unit_code"] == "A"] == [(status, reason)]


def test_the_row_that_counts_is_among_the_sources(visited: World, tmp_path: Path) -> None:
    """Behind the school's own file; of B, whom two visits saw, the last."""
    settings = Settings(Home(tmp_path), VISIT.id, parse_period("2026-10"), datetime(2030, 1, 1))
    provision = VISIT.provision("closed_campus")
    _write(visited.measure(VISIT, only="closed_campus"), measured_folder(settings))
    visited.connection.execute("UPDATE core_submissions SET file_name = 'x.xlsx', sha256 = 'x'")
    material = read_material(visited.connection, settings, VISIT, provision)
    found = Sources(visited.connection, settings.home, material).of(uses(VISIT, provision), {"B", "E"})
    cells = [(source.submission_no, [(one.row_no, one.field) for one in source.cells]) for source in found["B"]]
    own = [(1, "checklist.answer"), (1, "checklist.answer_date")]
    assert cells == [(3, own), (1, [(3, "inspections.held_date"), (3, "inspections.result")])]
    assert [source.submission_no for source in found["E"]] == [6]


def test_the_rows_behind_are_those_of_the_last_visit(visited: World) -> None:
    """Which row of the bureau's list counted, for trace and proof."""
    visited.measure(VISIT, only="closed_campus")
    rows = visited.connection.execute(
        "SELECT school_code, result, row_no FROM fact_visited_item WHERE month = '2026-10'"
    )
    assert rows.fetchall() == [("A", "no", 1), ("B", "yes", 3), ("C", "yes", 4), ("F", "yes", 8)]


def test_what_is_counted_of_a_school_when_schools_to_visit_are_chosen() -> None:
    """Hazards overdue by level; of the school year visits by day, answers contradicted by their month's, incidents."""
    before = "item_id | answer | answer_date\nclosed_campus | yes | 2026-09-05"
    hazards = """
    hazard_no | found_date | deadline_date | status | level
    1         | 2026-09-01 | 2026-10-10    | open   | major
    2         | 2026-09-01 | 2026-10-10    | open   | general
    3         | 2026-09-01 | 2026-10-10    | open   |
    4         | 2026-09-01 | 2026-11-10    | open   | major
    """
    incidents = "incident_no | occurred_at | known_at\n1 | 2026-10-03 10:00:00 | 2026-10-03 10:10:00"
    visits = VISITS + "A | 2026-08-31 | spot | closed_campus | no\n"
    world = World().register(REGISTER, month="2026-10", inspections=visits)
    world.report("E", "2026-09", checklist=before)
    world.report("A", "2026-10", checklist=ANSWERED.format(ANSWERS["A"]), hazards=hazards, incidents=incidents)
    world.report("E", "2026-10", checklist=ANSWERED.format("no |"))
    rows = world.measure(SELF_REPORT, only="closed_campus").risk.to_pylist()
    counted = {row.pop("school_code"): tuple(row.values()) for row in rows}
    assert counted["A"] == (1, 2, 1, 1, 1)
    assert counted["B"] == (0, 0, 2, 0, 0)
    assert counted["E"] == (0, 0, 1, 1, 0)
