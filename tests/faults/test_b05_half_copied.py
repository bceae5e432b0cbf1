"""B5: a file that is still being copied is passed over by name and refused by nobody; the next run takes it."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from pipelines.receive.looking import COPYING_SECONDS
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import text
from tests.faults import homes

GROWING = text("run.reasons.growing")
NOT_YET = ("a.xlsx.part", "~$a.xlsx", "a.xlsx.crdownload", "desktop.ini", "Thumbs.db", ".DS_Store")


def a_book(inbox: Path) -> bytes:
    return next(inbox.glob("1153000002*")).read_bytes()


def ready(root: Path) -> Path:
    homes.done("init", "--home", root, "--standard", homes.STANDARD, "--period", homes.MONTH)
    return root / "inbox" / homes.MONTH


def names(root: Path) -> list[str]:
    return [entry.file_name for entry in read_ledger(Home(root))]


def test_b05_a_file_that_grows_is_taken_when_it_is_whole(inbox: Path, tmp_path: Path) -> None:
    root = tmp_path / "home"
    folder, content, stop = ready(root), a_book(inbox), threading.Event()
    (folder / "whole.xlsx").write_bytes(content)

    def copy() -> None:
        with (folder / "slow.xlsx").open("wb", buffering=0) as stream:
            for start in range(0, len(content) - 1000, 100):
                stream.write(content[start : start + 100])
                if stop.wait(0.1):
                    break

    copying = threading.Thread(target=copy)
    copying.start()
    said = homes.done("receive", "--home", root)
    stop.set()
    copying.join()
    assert "slow.xlsx" in said and GROWING in said
    assert names(root) == ["whole.xlsx"]
    (folder / "slow.xlsx").write_bytes(content)
    homes.done("receive", "--home", root)
    assert names(root) == ["whole.xlsx", "slow.xlsx"]


def test_b05_a_workbook_that_stays_torn_is_received_after_a_minute(inbox: Path, tmp_path: Path) -> None:
    root = tmp_path / "home"
    folder = ready(root)
    torn = folder / "torn.xlsx"
    torn.write_bytes(a_book(inbox)[:5000])
    ended = homes.command("receive", "--home", root)
    assert GROWING in ended.said and names(root) == []
    long_ago = time.time() - COPYING_SECONDS - 1
    os.utime(torn, (long_ago, long_ago))
    homes.done("receive", "--home", root)
    assert names(root) == ["torn.xlsx"]


def test_b05_what_is_no_delivery_is_named_and_left(inbox: Path, tmp_path: Path) -> None:
    root = tmp_path / "home"
    folder = ready(root)
    for name in NOT_YET:
        (folder / name).write_bytes(b"x")
    (folder / "a.xlsx").write_bytes(a_book(inbox))
    said = homes.done("receive", "--home", root)
    assert names(root) == ["a.xlsx"]
    assert all(name in said for name in NOT_YET)
