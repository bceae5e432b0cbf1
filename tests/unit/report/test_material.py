"""What gather reads is what measure and load wrote, as of the moment asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import PipelineError
from pipelines.metadata.periods import parse_period
from pipelines.report.material import Material, gather, previous_period
from pipelines.store.database import connect
from tests.unit.report import county
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
    assert len(early.reporting) == 10


def test_a_later_rejected_file_does_not_displace_an_accepted_one(tmp_path: Path, planted: Material) -> None:
    settings = county.write_home(tmp_path, planted)
    first = planted.submissions[0]
    with connect(settings.home.database) as connection:
        connection.execute(
            "INSERT INTO core_submissions SELECT * REPLACE (900 AS submission_no, 'rejected' AS status, "
            "NULL AS version, received_at + INTERVAL 1 HOUR AS received_at) "
            "FROM core_submissions WHERE submission_no = ?",
            [first.submission_no],
        )
    found = gather(settings)
    assert first.school_code in found.reporting
    assert [row.is_current for row in found.submissions if row.school_code == first.school_code] == [True, False]


def test_a_file_sent_this_month_that_states_another_is_listed_and_does_not_count(
    tmp_path: Path, planted: Material
) -> None:
    settings = county.write_home(tmp_path, planted)
    with connect(settings.home.database) as connection:
        connection.execute("UPDATE core_submissions SET period = '2026-09' WHERE submission_no = 1")
    found = gather(settings)
    row = found.submissions[0]
    assert (row.submission_no, row.is_current, row.is_last_month) == (1, False, True)
    assert row.school_code not in found.reporting


def test_closed_schools_and_teaching_points_are_not_expected(tmp_path: Path, planted: Material) -> None:
    settings = county.write_home(tmp_path, planted)
    first, second, *_ = planted.schools
    with connect(settings.home.database) as connection:
        connection.execute("UPDATE core_register SET valid_to_date = DATE '2026-08-31' WHERE school_code = ?", [first])
        connection.execute("UPDATE core_register SET school_type = 'teaching_point' WHERE school_code = ?", [second])
    found = gather(settings)
    assert [found.schools[code].is_expected for code in (first, second)] == [False, False]
    assert len(found.expected) == len(planted.expected) - 2


def test_without_measured_tables_there_is_one_sentence(tmp_path: Path, planted: Material) -> None:
    settings = county.write_home(tmp_path, planted)
    (settings.home.stage_dir("measure") / county.STANDARD / "2026-10" / "cases.parquet").unlink()
    with pytest.raises(PipelineError, match="run 'measure' first"):
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
