"""A day of receipt stated by the bureau stands in the ledger beside the moment of entry; history is not touched."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.receive.inbox import Received, Stated, receive
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger

MONDAY, TUESDAY = datetime(2026, 11, 9, 8), datetime(2026, 11, 10, 8)
DAY = date(2026, 11, 4)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    (folder / "second").mkdir(parents=True)
    for name in ("a.xlsx", "second/b.xlsx"):
        (folder / name).write_bytes(name.encode())
        os.utime(folder / name, (1e9, 1e9))
    return folder


def take(home: Home, inbox: Path, now: datetime, day: date | None = None, *paths: Path) -> Received:
    return receive(home, inbox, "2026-10", lambda: now, Stated(day, paths) if day else None)


def ledger(home: Home) -> list[tuple[str, datetime, date | None]]:
    return [(entry.file_name, entry.received_at, entry.received_on) for entry in read_ledger(home)]


def test_new_files_are_entered_with_both_moments(home: Home, inbox: Path) -> None:
    assert take(home, inbox, MONDAY, DAY).stated_count == 0
    assert ledger(home) == [("a.xlsx", MONDAY, DAY), ("b.xlsx", MONDAY, DAY)]
    assert take(home, inbox, TUESDAY).entries == ()


def test_a_day_is_stated_afterwards_by_an_entry_of_its_own_for_what_is_named_alone(home: Home, inbox: Path) -> None:
    take(home, inbox, MONDAY)
    before = home.ledger.read_bytes()
    assert take(home, inbox, TUESDAY, DAY).entries == ()
    assert take(home, inbox, TUESDAY, DAY, inbox / "second").stated_count == 1
    assert take(home, inbox, TUESDAY, DAY, inbox / "second" / "b.xlsx").entries == ()
    assert home.ledger.read_bytes().startswith(before)
    assert ledger(home)[2:] == [("b.xlsx", TUESDAY, DAY)]


def test_an_archive_speaks_for_what_is_packed_in_it(home: Home, inbox: Path) -> None:
    packed = inbox / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("c.xlsx", b"PK\x03\x04c")
        archive.writestr("d.xlsx", b"PK\x03\x04d")
    os.utime(packed, (1e9, 1e9))
    take(home, inbox, MONDAY)
    take(home, inbox, TUESDAY, DAY, packed)
    assert {name for name, _, day in ledger(home) if day} == {"all.zip/c.xlsx", "all.zip/d.xlsx"}


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 11, 11), "2026-11-11"), (date(2026, 11, 10), "a.xlsx"), (date(2026, 9, 30), "2026-10")],
)
def test_a_day_that_cannot_be_is_refused_and_nothing_is_entered(home: Home, inbox: Path, day: date, said: str) -> None:
    """After the files were entered on Monday, the statement's own day is too late for them."""
    take(home, inbox, MONDAY)
    before = home.ledger.read_bytes()
    with pytest.raises(UsageError, match=said):
        take(home, inbox, TUESDAY, day, inbox)
    assert home.ledger.read_bytes() == before
