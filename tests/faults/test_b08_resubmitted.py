"""B8: a school sends again after publication: the release stays, byte for byte; the next one says what moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import homes

_LATER = "2026-11-20T10:00:00"


@pytest.mark.faults
def test_b08_a_release_outlives_a_resubmission(published: Path, inbox: Path, tmp_path: Path) -> None:
    root = homes.copy_of(published, tmp_path / "home")
    first, second = root / homes.RELEASE / "r1", root / homes.RELEASE / "r2"
    before = homes.contents(first)
    (source,) = inbox.glob("1153000002*")
    homes.saved_again(source, root / "inbox" / homes.MONTH / "again.xlsx")
    choice = ("--home", root, "--as-of", _LATER)
    homes.done("run", *choice, clock=_LATER)
    assert homes.command("publish", *choice, "--reason", " ").code == 2
    homes.done("publish", *choice, "--reason", "补报")
    assert homes.contents(first) == before
    assert (second / "revision.csv").is_file()
    homes.done("verify", first)
    homes.done("verify", second)
    homes.done("reproduce", first, "--home", root)
