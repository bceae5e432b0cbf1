"""B2: the disk is full: a sentence with the path and what to do, an intact ledger, and a rerun that ends well."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.faults import homes
from tests.faults.mounts import enlarge, small_disk

_PAGE = 4096


def size_of(root: Path) -> int:
    """Bytes that the files take on a disk of pages."""
    return sum(-(-path.stat().st_size // _PAGE) * _PAGE for path in root.rglob("*") if path.is_file())


def stopped(ended: homes.Ended, root: Path) -> None:
    assert ended.code == 1, ended
    assert "Traceback" not in ended.said
    assert str(root) in ended.said
    assert "重新运行" in ended.said
    read_ledger(Home(root))


# What part of the room that a whole run takes there is: the disk is full at the door, at reading, at loading and
# measuring, and at the reports.
@pytest.mark.faults
@pytest.mark.parametrize("part", [0.005, 0.03, 0.1, 0.3, 0.6, 0.9])
def test_b02_a_full_disk_stops_a_run_that_ends_well_with_more_room(
    part: float, begun: Path, reported: Path, tmp_path: Path
) -> None:
    before, after = size_of(begun), size_of(reported)
    with small_disk(tmp_path / "disk", before + 40 * _PAGE + int(part * (after - before))) as disk:
        root = homes.copy_of(begun, disk / "home")
        stopped(homes.run(root), root)
        enlarge(disk, 4 * after + (64 << 20))
        homes.succeeded(homes.run(root))
        assert homes.contents(root) == homes.contents(reported)


@pytest.mark.faults
def test_b02_a_full_disk_leaves_no_half_release(reported: Path, published: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size_of(reported) + (size_of(published) - size_of(reported)) // 2) as disk:
        root = homes.copy_of(reported, disk / "home")
        ended = homes.publish(root)
        stopped(ended, root)
        assert not (root / homes.RELEASE / "r1").exists()
        enlarge(disk, 4 * size_of(published) + (64 << 20))
        homes.succeeded(homes.publish(root))
        assert homes.contents(root) == homes.contents(published)


def test_b02_a_file_that_may_not_grow_stops_the_run_at_the_door(begun: Path, tmp_path: Path) -> None:
    """The same without a disk of its own: no file may have more bytes than this."""
    root = homes.copy_of(begun, tmp_path / "home")
    stopped(homes.run(root, file_bytes=20_000), root)
    assert read_ledger(Home(root)) == []
    assert not list((root / "data").rglob("*.parquet"))
    told = homes.done("receive", "--home", root)
    assert len(read_ledger(Home(root))) == len(list((root / "inbox" / homes.MONTH).iterdir())), told
