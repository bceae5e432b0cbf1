"""The benchmark's county is one that measure can judge: what it times is no empty run."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.benchmarks import measure


def test_a_small_one_is_made_and_measured(tmp_path: Path) -> None:
    """Twenty schools, twelve months: every sheet has rows, and the run says what it cost."""
    path = tmp_path / "schools.duckdb"
    measure.make_database(path, 20, measure.STANDARD)
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in ("profile", "checklist", "counts", "hazards", "trainings", "drills", "guards", "register"):
            (count,) = connection.execute(f"SELECT count(*) FROM core_{table}").fetchone() or (0,)
            assert count >= 12, table
    cost = measure.cost(path, measure.STANDARD)
    assert min(cost.seconds, cost.cpu_seconds, cost.peak_mib) > 0
    assert cost.row_count > 20 * 12
