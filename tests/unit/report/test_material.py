"""What gather reads is what measure and load wrote, as of the moment asked."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import PipelineError
from pipelines.metadata.periods import parse_period
from pipelines.report.gathering import gather
from pipelines.report.manifest import write_manifest
from pipelines.report.material import Material, previous_period
from tests.unit.report import county, county_home
from tests.unit.report.conftest import Reported


def test_gather_returns_what_was_planted(reported: Reported) -> None:
    found = gather(reported.settings)
    assert found.figures == reported.material.figures
    assert found.assessments == reported.material.assessments
    assert found.cases == reported.material.cases
    assert found.schools == reported.material.schools
    assert found.submissions == reported.material.submissions
    assert found.findings == reported.material.findings
    assert found.previous == reported.material.previous


def test_files_received_after_the_moment_are_not_seen(reported: Reported) -> None:
    early = gather(replace(reported.settings, as_of=datetime(2026, 10, 28, 9, 10)))
    assert {row.submission_no for row in early.submissions} == set(range(1, 12)) - {8}


def test_who_reported_is_what_measure_says(reported: Reported) -> None:
    found = gather(reported.settings)
    assert found.reporting == {code for code, school in found.schools.items() if school.submission_no is not None}
    assert len(found.reporting) == found.county["submission_rate"].numerator == 55


def test_a_file_of_another_month_does_not_make_a_silent_school_a_rejected_one(planted: Material) -> None:
    """Of a quarter whose point month is November, an October file tells nothing about November."""
    silent = next(school for school in planted.expected if school.school_code in planted.sent - planted.reporting)
    moved = {silent.school_code: replace(silent, point_month="2026-11")}
    assert silent.school_code not in replace(planted, schools={**planted.schools, **moved}).sent


def test_history_reads_what_is_measured_of_earlier_periods_and_the_manifest_says_so(
    tmp_path: Path, planted: Material
) -> None:
    settings = county_home.write_home(tmp_path, planted)
    folder = settings.home.stage_dir("measure") / county.STANDARD
    shutil.copytree(folder / "2026-09", folder / "2026-07")
    shutil.copytree(folder / "2026-09", folder / "2025-09")
    found = gather(settings).history
    assert [past.period.label for past in found] == ["2026-07", "2026-09"]
    key = "closed_campus|county|county"
    before = planted.previous[key]
    assert found[0].pairs[key] == (before.numerator, before.denominator)
    write_manifest(gather(settings), settings.home, tmp_path)
    document = json.loads((tmp_path / "manifest.json").read_bytes())
    assert document["compared"] == {"period": "2026-09", "as_of": "2026-10-31T23:59:00"}
    assert document["earlier"] == [{"period": "2026-07", "as_of": "2026-10-31T23:59:00"}]


def test_without_measured_tables_there_is_one_sentence(tmp_path: Path, planted: Material) -> None:
    settings = county_home.write_home(tmp_path, planted)
    (settings.home.stage_dir("measure") / county.STANDARD / "2026-10" / "cases.parquet").unlink()
    with pytest.raises(PipelineError, match=r"缺少 cases\.parquet.*请先运行 school-safety stage measure"):
        gather(settings)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-01", "2025-12"),
        ("2026Q1", "2025Q4"),
        ("2026", "2025"),
        ("2026-2027", "2025-2026"),
        ("2026-2027-S1", "2025-2026-S2"),
        ("2026-2027-S2", "2026-2027-S1"),
    ],
)
def test_previous_period(period: str, before: str) -> None:
    assert previous_period(parse_period(period)).label == before
