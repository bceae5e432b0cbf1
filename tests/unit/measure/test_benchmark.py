"""The benchmark's county is one that measure can judge: what it times is no empty run."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks import measure


def test_a_small_one_is_made_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty schools, twelve months: every sheet has rows, and the run says what it cost."""
    path = tmp_path / "schools.duckdb"
    measure.make_database(path, 20, measure.STANDARD)
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in ("profile", "checklist", "counts", "hazards", "trainings", "drills", "guards", "register"):
            (count,) = connection.execute(f"SELECT count(*) FROM core_{table}").fetchone() or (0,)
            assert count >= 12, table
    measure.run(path, measure.STANDARD)
    seconds, cpu_seconds, peak_mib, row_count = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert seconds > 0
    assert cpu_seconds > 0
    assert peak_mib > 0
    assert row_count > 20 * 12
