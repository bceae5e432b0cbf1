"""Schools under another code: a new code for the same school keeps its history, a merger begins anew; nothing twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.measure.crosschecking import cross_check
from pipelines.measure.stage import run
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.report.gathering import gather
from pipelines.report.material import Loss
from pipelines.report.queries import query_rows
from pipelines.reproduce.trace import trace
from pipelines.settings import Settings
from pipelines.store.home import Home
from tests.spec.test_windows import drilled, sheet
from tests.spec.world import World, expect

STANDARD = load_standard("jinghong-2019")
HAZARDS = "hazard_no | found_date | description | deadline_date | status\n"
STAIRS = "1 | 2026-10-12 | loose stairs | 2026-12-20 | open"
STATUS = "unit_code | status | reason | actual"


def register(reason: str, heir_from: str = "2026-11-01", more: str = "") -> str:
    """A ended on the last of October for that reason and C stands for it."""
    return f"""school_code | school_type | township | valid_from_date | valid_to_date | change_reason | successor_code
A | primary | East | 2019-09-01 | 2026-10-31 | {reason} | C
C | nine_year | East | {heir_from} | | |{more}"""


def vanished(world: World, period: str) -> list[tuple[Any, ...]]:
    """(school asked, hazard, month in which it was listed) of Q-HAZARD-VANISHED."""
    moment = datetime(2027, 6, 1)
    world.measure(STANDARD, period, moment.isoformat(), only="submission_rate")
    rows = cross_check(world.connection, STANDARD, parse_period(period), moment).crosschecks.to_pylist()
    return [(row["school_code"], row["value"]) for row in rows if row["code"] == "Q-HAZARD-VANISHED"]


def test_a_new_code_keeps_what_was_done_under_the_old_one(tmp_path: Path) -> None:
    """The drill of October counts for the quarter once, under the code in force; October itself stays with the old."""
    world = World().register(register("标识码变更"), month="2026-10")
    world.report("A", "2026-10", drills=sheet("2026-10-20"))
    world.report("C", "2026-11", drills="nil").report("C", "2026-12", drills="nil")
    expect(world.measure(drilled(tmp_path, "quarter"), "2026-12").assessments, "drilled", f"{STATUS}\nC | met | | 1")
    expect(world.measure(drilled(tmp_path, "month"), "2026-10").assessments, "drilled", f"{STATUS}\nA | met | | 1")
    expect(world.measure(drilled(tmp_path, "month"), "2026-11").assessments, "drilled", f"{STATUS}\nC | unmet | | 0")


def test_a_month_missing_under_the_old_code_is_missing_under_the_new_one(tmp_path: Path) -> None:
    world = World().register(register("标识码变更"), month="2026-10")
    world.report("C", "2026-11", drills="nil").report("C", "2026-12", drills="nil")
    expect(
        world.measure(drilled(tmp_path, "quarter"), "2026-12").assessments,
        "drilled",
        f"{STATUS}\nC | unreported | month_missing | 0",
    )


def test_one_month_sent_under_both_codes_counts_once(tmp_path: Path) -> None:
    """The later file counts, as of any school's month."""
    world = World().register(register("换码"), month="2026-10")
    world.report("A", "2026-10", drills=sheet("2026-10-20"), received_at="2026-11-01")
    world.report("C", "2026-10", drills=sheet("2026-10-21"), received_at="2026-11-02")
    world.report("C", "2026-11", drills="nil").report("C", "2026-12", drills="nil")
    expect(world.measure(drilled(tmp_path, "quarter"), "2026-12").assessments, "drilled", f"{STATUS}\nC | met | | 1")


def test_report_and_trace_count_the_file_of_both_codes_that_measure_counts(tmp_path: Path) -> None:
    """Of the month sent under both codes the later file alone tells losses and queries, and is traced."""
    unread = "held_date | drill_name | invalid\n"
    world = World().register(register("换码"), month="2026-10")
    world.report(
        "A", "2026-10", drills=unread + "2026-10-20 | fire | category", received_at="2026-11-01", lost={"drills": 2}
    )
    world.report(
        "C", "2026-10", drills=unread + "2026-10-21 | fire | rating", received_at="2026-11-02", lost={"drills": 1}
    )
    world.report("C", "2026-11", drills="nil").report("C", "2026-12", drills="nil")
    world.connection.execute(
        "INSERT INTO core_findings (finding_no, submission_no, severity, code) VALUES (1, 2, 'query', 'Q-1'),"
        " (2, 3, 'query', 'Q-1')"
    )
    settings = Settings(Home(tmp_path / "home"), STANDARD.id, parse_period("2026Q4"), datetime(2027, 6, 1))
    world.save(settings.home)
    run(settings)
    material = gather(settings)
    assert material.losses == (Loss("C", row_count=1, cell_count=1),)
    assert material.counted_files == {3, 4, 5}
    assert [row.submission_no for row in query_rows(material)] == [3]
    (school,) = trace(settings, "drill_frequency", school="C").schools
    assert [(one.period, one.submission_no) for one in school.sources] == [("2026-12", 5), ("2026-10", 3)]


def test_without_a_second_file_the_one_under_the_old_code_is_the_new_ones(tmp_path: Path) -> None:
    world = World().register(register("换码"), month="2026-10")
    world.report("A", "2026-10", drills=sheet("2026-10-20"), lost={"drills": 2})
    world.report("C", "2026-11", drills="nil").report("C", "2026-12", drills="nil")
    settings = Settings(Home(tmp_path / "home"), STANDARD.id, parse_period("2026Q4"), datetime(2027, 6, 1))
    world.save(settings.home)
    run(settings)
    assert gather(settings).losses == (Loss("C", row_count=2, cell_count=0),)
    (school,) = trace(settings, "drill_frequency", school="C").schools
    assert [(one.period, one.submission_no) for one in school.sources] == [("2026-12", 4), ("2026-10", 2)]


@pytest.mark.parametrize(
    "table",
    [
        register("并入"),
        register(""),
        register("更名", heir_from="2019-09-01"),
        register("更名", more="\nB | primary | East | 2019-09-01 | 2026-10-31 | 更名 | C"),
    ],
    ids=["merged", "no_reason", "older_successor", "two_predecessors"],
)
def test_a_merger_leaves_the_old_schools_events_to_the_old_periods(table: str, tmp_path: Path) -> None:
    world = World().register(table, month="2026-10")
    world.report("A", "2026-10", drills=sheet("2026-10-20"))
    for month in ("2026-10", "2026-11", "2026-12"):
        world.report("C", month, drills="nil")
    expect(world.measure(drilled(tmp_path, "quarter"), "2026-12").assessments, "drilled", f"{STATUS}\nC | unmet | | 0")


@pytest.mark.parametrize(
    ("reason", "november", "cases", "asked"),
    [
        ("标识码变更", STAIRS, "C | 1 | open", []),
        ("变更学校标识码", STAIRS, "C | 1 | open", []),
        ("标识码变更", "", "C | 1 | vanished", [("C", "1")]),
        ("并入", "7 | 2026-10-12 | loose stairs | 2026-12-20 | open", "C | 7 | open", []),
        ("并入", "", "", [("C", "1")]),
    ],
    ids=["carried_over", "other_words", "dropped", "merged_and_renumbered", "merged_and_dropped"],
)
def test_an_open_hazard_of_the_old_code_goes_on_or_is_asked_for(
    reason: str, november: str, cases: str, asked: list[tuple[str, str]]
) -> None:
    """Under a new code it is the same hazard; of a merger the successor is asked for what its ledger lacks, once."""
    world = World().register(register(reason), month="2026-10")
    world.report("A", "2026-10", hazards=HAZARDS + STAIRS)
    world.report("C", "2026-11", hazards=HAZARDS + november if november else "nil")
    world.report("C", "2026-12", hazards="nil" if not november else HAZARDS + november)
    measured = world.measure("jinghong-2019", "2026-11", only="hazard_closure")
    expect(measured.cases, "hazard_closure", f"school_code | case_no | status\n{cases}")
    assert vanished(world, "2026-11") == asked
    assert vanished(world, "2026-12") == []


MOVED = """
school_code | school_type | township | valid_from_date | valid_to_date
A | primary   | East | 2019-09-01 | 2026-10-31
A | {kind} | West | {begun} |
"""


@pytest.mark.parametrize(
    ("kind", "begun", "status"),
    [
        ("primary", "2026-11-01", "unreported | month_missing"),
        ("nine_year", "2026-11-01", "unreported | month_missing"),
        ("primary", "2026-11-03", "unmet | "),
    ],
    ids=["moved", "another type", "closed for two days"],
)
def test_a_school_that_moved_owes_what_it_owed_before(tmp_path: Path, kind: str, begun: str, status: str) -> None:
    """October is missing: that matters to the school that went on from one day to the next, and to no new one."""
    world = World().register(MOVED.format(kind=kind, begun=begun), month="2026-10")
    world.report("A", "2026-11", drills="nil").report("A", "2026-12", drills="nil")
    measured = world.measure(drilled(tmp_path, "quarter"), "2026-12")
    expect(measured.assessments, "drilled", f"{STATUS}\nA | {status} | 0")


def test_a_month_before_a_move_is_counted_in_the_old_township(tmp_path: Path) -> None:
    world = World().register(MOVED.format(kind="primary", begun="2026-11-01"), month="2026-10")
    for month, township in (("2026-10", "East"), ("2026-11", "West")):
        figures = world.measure(drilled(tmp_path, "month"), month).figures.to_pylist()
        assert [row["unit_code"] for row in figures if row["unit_level"] == "township"] == [township]


def test_of_entries_that_overlap_the_later_one_counts(tmp_path: Path) -> None:
    overlapping = MOVED.format(kind="primary", begun="2026-10-01")
    measured = World().register(overlapping, month="2026-10").measure(drilled(tmp_path, "month"), "2026-10")
    units = [row["unit_code"] for row in measured.figures.to_pylist() if row["unit_level"] == "township"]
    assert units == ["West"]
