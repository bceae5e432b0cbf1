"""B13: a backup older than the last publication was restored: everybody is told, and nothing is published on it."""

from __future__ import annotations

from pathlib import Path

from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.faults import homes


def restored(published: Path, to: Path) -> tuple[Path, int]:
    """The published home with a ledger from before the last file came; how many files that ledger lists."""
    root = homes.copy_of(published, to)
    ledger = Home(root).ledger
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-1]))
    return root, len(lines) - 1


def test_b13_an_older_ledger_is_named_and_nothing_is_published(published: Path, tmp_path: Path) -> None:
    root, listed = restored(published, tmp_path / "home")
    release = root / homes.RELEASE / "r1"
    for ended in (homes.publish(root), homes.command("verify", release)):
        assert ended.code == 1, ended
        assert "备份" in ended.said and f"{homes.STANDARD}/{homes.MONTH}/r1" in ended.said
        assert f"（{listed} 份）" in ended.said
    assert not (root / homes.RELEASE / "r2").exists()


def test_b13_receiving_on_an_older_ledger_says_so_and_does_not_hide_it(published: Path, tmp_path: Path) -> None:
    """The file comes into the ledger again, at another moment: it is not the entry on which the release rests."""
    root, listed = restored(published, tmp_path / "home")
    ended = homes.command("receive", "--home", root, clock="2026-12-01T08:00:00")
    assert ended.code == 0 and "备份" in ended.said, ended
    assert len(read_ledger(Home(root))) == listed + 1
    assert "备份" in homes.command("verify", root / homes.RELEASE / "r1").said


def test_b13_a_release_that_was_copied_away_is_verified_by_itself(published: Path, tmp_path: Path) -> None:
    copied = homes.copy_of(published / homes.RELEASE / "r1", tmp_path / "r1")
    homes.done("verify", copied)


def test_b13_the_newer_backup_puts_everything_right(published: Path, tmp_path: Path) -> None:
    root, _ = restored(published, tmp_path / "home")
    Home(root).ledger.write_bytes(Home(published).ledger.read_bytes())
    homes.done("verify", root / homes.RELEASE / "r1")
