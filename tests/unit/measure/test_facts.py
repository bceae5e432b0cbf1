"""Facts: every documented column exists, on empty tables too; results keep their fixed form."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from pipelines.errors import UsageError
from pipelines.measure.fact_tables import ORDER, fact_sql
from pipelines.measure.relations import FACTS, relations
from pipelines.metadata.standards import standard_ids
from tests.spec.world import World

FIGURES = """standard period as_of indicator clause unit_level unit_code unit_name numerator denominator value lower
upper reported_value met unmet pending exempt unreported measure_unit status"""
ASSESSMENTS = """standard period indicator unit_level unit_code campus stage status reason actual required done due
window_start window_end"""
CASES = "standard period indicator school_code case_no start end observed_until deadline status"


def test_every_fact_file_is_built_and_says_its_grain() -> None:
    """One statement a file, headed by name and purpose."""
    assert sorted(path.stem for path in FACTS.glob("*.sql")) == sorted(ORDER)
    for name in ORDER:
        lines = fact_sql(name).splitlines()
        assert lines[0].startswith(f"-- fact_{name}: one row")
        assert any(line.startswith("-- Purpose: ") for line in lines[:3])


@pytest.mark.parametrize("standard_id", standard_ids())
def test_documented_columns_exist_and_results_keep_their_form(standard_id: str) -> None:
    """Nobody has reported anything: columns, types and order are there all the same."""
    world = World().register()
    measured = world.measure(standard_id)
    for relation in relations().values():
        found = {row[0] for row in world.connection.execute(f"DESCRIBE fact_{relation.name}").fetchall()}
        assert set(relation.columns) <= found, relation.name
    assert measured.figures.column_names == FIGURES.split()
    assert measured.assessments.column_names == ASSESSMENTS.split()
    assert measured.cases.column_names == CASES.split()
    integers = {"numerator", "denominator", "met", "unmet", "pending", "exempt", "unreported"}
    assert {measured.figures.schema.field(name).type for name in integers} == {pa.int64()}
    assert measured.figures.num_rows > 0


def test_rows_come_in_total_order_whatever_the_threads(tmp_path: Path) -> None:
    """The files of two runs are the same bytes."""
    contents = []
    for threads in (1, 4):
        world = World()
        world.connection.execute(f"SET threads = {threads}")
        world.register()
        for code in "ABK":
            world.report(
                code,
                "2026-10",
                checklist="item_id | answer | answer_date\nclosed_campus | yes | 2026-10-05",
                hazards="hazard_no | found_date | status\n2 | 2026-10-02 | open\n1 | 2026-10-01 | open",
            )
        measured = world.measure("jinghong-2019", only="closed_campus hazard_closure five_elements")
        paths = [tmp_path / f"{threads}-{name}.parquet" for name in ("figures", "assessments", "cases")]
        for path, table in zip(paths, (measured.figures, measured.assessments, measured.cases), strict=True):
            pyarrow.parquet.write_table(table, path)
        contents.append([path.read_bytes() for path in paths])
    assert contents[0] == contents[1]


def test_the_proof_runs_again() -> None:
    """What is kept for an indicator is what filled its verdicts."""
    world = World().register()
    measured = world.measure("jinghong-2019", only="closed_campus")
    (statement,) = measured.sql["closed_campus"]
    assert statement.startswith("-- $cut_off = 2026-10-31\n")
    assert "INSERT INTO out_verdict" in statement


def test_a_period_that_has_not_begun_is_a_usage_error() -> None:
    """In one sentence."""
    with pytest.raises(UsageError, match="2026-10 在 2026-09-30 还没有开始"):
        World().register().measure("jinghong-2019", as_of=datetime(2026, 9, 30).isoformat(), only="closed_campus")
