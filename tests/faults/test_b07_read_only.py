"""B7: a home on media that cannot be written: reading works, writing fails with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import homes
from tests.faults.mounts import read_only


@pytest.mark.faults
def test_b07_reading_works_and_writing_says_why_not(published: Path, tmp_path: Path) -> None:
    root = homes.copy_of(published, tmp_path / "home")
    report, release = root / "reports" / homes.STANDARD / homes.MONTH, root / homes.RELEASE / "r1"
    choice = ("--home", root, "--standard", homes.STANDARD, "--period", homes.MONTH)
    with read_only(root):
        assert homes.MONTH in homes.done("status", "--home", root)
        homes.done("verify", release)
        assert "guards_staffing" in homes.done("trace", "guards_staffing", *choice, "--as-of", homes.AS_OF)
        homes.done("diff", report, release)
        assert "SELECT" in homes.done("sql", "guards_staffing", *choice).upper()
        for ended in (homes.run(root), homes.publish(root), homes.command("receive", *choice)):
            assert ended.code == 1, ended
            assert "只读" in ended.said and str(root) in ended.said
            assert "Traceback" not in ended.said
    assert homes.contents(root) == homes.contents(published)
