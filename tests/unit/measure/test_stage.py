"""Stage measure on disk: files written, the same bytes again, a plain word where the register is missing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow.parquet
import pytest

from pipelines.errors import PipelineError
from pipelines.measure.stage import measured_folder, run
from pipelines.metadata.periods import parse_period
from pipelines.settings import Settings
from pipelines.store.home import Home
from tests.spec.world import World, expect


def settings_for(world: World, root: Path) -> Settings:
    """The world's tables as the loaded database of a home."""
    home = Home(root)
    world.save(home)
    return Settings(home, "sunite-2022", parse_period("2026-10"), datetime(2026, 11, 5))


def test_results_and_proof_are_written_and_the_same_again(tmp_path: Path) -> None:
    """Read-only on the database; proof.json holds the statement of each indicator."""
    sheet = "item_id | answer | answer_date\nclosed_campus | yes | 2026-10-05"
    settings = settings_for(World().register().report("A", "2026-10", checklist=sheet), tmp_path / "home")
    run(settings)
    folder = measured_folder(settings)
    names = ["agreement.parquet", "assessments.parquet", "cases.parquet", "cohort.parquet"]
    names += ["counted.parquet", "crosschecks.parquet", "figures.parquet", "proof.json", "schools.parquet"]
    names = sorted([*names, "risk.parquet", "version.txt", "visited.parquet"])
    assert sorted(path.name for path in folder.iterdir()) == names
    first = {name: (folder / name).read_bytes() for name in names}
    run(settings)
    assert {name: (folder / name).read_bytes() for name in names} == first
    figures = pyarrow.parquet.read_table(folder / "figures.parquet")
    expect(figures, "four_100_closed", "numerator | denominator | as_of\n1 | 3 | 2026-11-05T00:00:00", level="county")
    proof = json.loads(first["proof.json"])
    assert "INSERT INTO out_verdict" in proof["four_100_closed"]
    assert "core_profile" in proof["fact_school"]


def test_without_a_register_nobody_is_expected(tmp_path: Path) -> None:
    """One sentence, the exit code of every command that misses the register."""
    settings = settings_for(World().report("A", "2026-10"), tmp_path / "home")
    with pytest.raises(PipelineError, match="缺少教育局工作簿中的“学校名册”") as raised:
        run(settings)
    assert raised.value.exit_code == 1


def test_a_database_that_is_gone_is_built_again(tmp_path: Path) -> None:
    """What it is built from is not there either: the register is missing, and that is said; no error of DuckDB."""
    settings = settings_for(World().register(), tmp_path / "home")
    settings.home.database.unlink()
    with pytest.raises(PipelineError, match="缺少教育局工作簿中的“学校名册”"):
        run(settings)
    assert settings.home.database.exists()
