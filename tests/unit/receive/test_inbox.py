"""Whatever lies in the inbox: bytes are kept, the ledger names them, nothing is counted twice."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.receive import inbox as receiving
from pipelines.receive.inbox import receive
from pipelines.receive.looking import Passed
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger

NOON = datetime(2026, 11, 2, 12, 0, 0)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def clock(moment: datetime = NOON) -> Callable[[], datetime]:
    return lambda: moment


def put(inbox: Path, name: str | bytes, content: bytes = b"x") -> None:
    """The file of that name, which may be any bytes; it came long ago, so that nobody waits for it to grow."""
    path = inbox / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1e9, 1e9))


def originals(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.originals.rglob("*") if path.is_file()}


def test_a_file_is_kept_read_only_under_its_hash(home: Home, inbox: Path) -> None:
    put(inbox, "月报.xlsx", b"content")
    (entry,) = receive(home, inbox, "2026-10", clock()).entries
    sha256 = hashlib.sha256(b"content").hexdigest()
    assert (entry.sequence, entry.sha256, entry.size) == (1, sha256, 7)
    assert (entry.file_name, entry.period, entry.received_at) == ("月报.xlsx", "2026-10", NOON)
    kept = home.original(sha256)
    assert kept.read_bytes() == b"content"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444
    assert read_ledger(home) == [entry]


def test_the_inbox_is_left_as_it_was(home: Home, inbox: Path) -> None:
    put(inbox, "a.xlsx", b"1")
    put(inbox, "镇/b.xlsx", b"2")
    before = {path: path.read_bytes() for path in inbox.rglob("*") if path.is_file()}
    receive(home, inbox, "2026-10", clock())
    assert {path: path.read_bytes() for path in inbox.rglob("*") if path.is_file()} == before


def test_subfolders_are_looked_into_in_the_order_of_their_names(home: Home, inbox: Path) -> None:
    for name in ("b.xlsx", "a/z.xlsx", "c/a/y.xlsx", "a.xlsx"):
        put(inbox, name, name.encode())
    names = [entry.file_name for entry in receive(home, inbox, "2026-10", clock()).entries]
    assert names == ["a.xlsx", "z.xlsx", "b.xlsx", "y.xlsx"]


def test_receiving_again_changes_nothing(home: Home, inbox: Path) -> None:
    put(inbox, "a.xlsx", b"1")
    put(inbox, "b.xlsx", b"2")
    receive(home, inbox, "2026-10", clock())
    ledger, kept = home.ledger.read_bytes(), originals(home)
    again = receive(home, inbox, "2026-10", clock(datetime(2026, 12, 1)))
    assert (again.entries, again.seen_before_count) == ((), 2)
    assert (home.ledger.read_bytes(), originals(home)) == (ledger, kept)


def test_only_what_is_new_is_entered(home: Home, inbox: Path) -> None:
    put(inbox, "a.xlsx", b"1")
    receive(home, inbox, "2026-10", clock())
    put(inbox, "a.xlsx", b"changed")
    put(inbox, "b.xlsx", b"2")
    second = receive(home, inbox, "2026-10", clock())
    assert [(entry.sequence, entry.file_name) for entry in second.entries] == [(2, "a.xlsx"), (3, "b.xlsx")]
    assert sorted(originals(home).values()) == [b"1", b"2", b"changed"]


def test_the_same_content_under_another_name_is_entered_and_kept_once(home: Home, inbox: Path) -> None:
    put(inbox, "a.xlsx", b"1")
    put(inbox, "a(1).xlsx", b"1")
    assert len(receive(home, inbox, "2026-10", clock()).entries) == 2
    assert list(originals(home).values()) == [b"1"]


def test_the_same_file_sent_for_another_month_is_entered(home: Home, inbox: Path) -> None:
    put(inbox, "a.xlsx", b"1")
    receive(home, inbox, "2026-10", clock())
    assert [entry.sequence for entry in receive(home, inbox, "2026-11", clock()).entries] == [2]


@pytest.mark.parametrize(
    "name", ["a.xlsx.part", "a.CRDOWNLOAD", "a.tmp", "a.download", "~$a.xlsx", ".a.xlsx", ".DS_Store", ".~lock.a.xlsx#"]
)
def test_unfinished_and_hidden_files_are_passed_and_named(home: Home, inbox: Path, name: str) -> None:
    put(inbox, name)
    put(inbox, "b.xlsx")
    received = receive(home, inbox, "2026-10", clock())
    assert [entry.file_name for entry in received.entries] == ["b.xlsx"]
    assert received.passed == (Passed(name, "unfinished"),)


def test_what_is_no_file_is_passed_without_waiting(home: Home, inbox: Path, tmp_path: Path) -> None:
    os.mkfifo(inbox / "pipe.xlsx")
    (tmp_path / "outside.xlsx").write_bytes(b"secret")
    (inbox / "link.xlsx").symlink_to(tmp_path / "outside.xlsx")
    (inbox / "broken.xlsx").symlink_to(tmp_path / "nowhere.xlsx")
    (inbox / "loop").symlink_to(inbox)
    (inbox / "folder.xlsx").mkdir()
    received = receive(home, inbox, "2026-10", clock())
    assert received.entries == ()
    assert {(passed.name, passed.reason) for passed in received.passed} == {
        *((name, "not_a_file") for name in ("pipe.xlsx", "link.xlsx", "broken.xlsx", "loop")),
        ("folder.xlsx", "folder"),
    }
    assert originals(home) == {}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("青芽小学月报.xlsx".encode("gb18030"), "青芽小学月报.xlsx"),
        ("青芽小学月报.xlsx".encode(), "青芽小学月报.xlsx"),
        ("一小.xlsx".encode("gb18030"), "一小.xlsx"),
        ("café.xlsx".encode(), "café.xlsx"),
        (b"\xff\xff.xlsx", "\\xff\\xff.xlsx"),
        (b"two\nlines.xlsx", "two\\nlines.xlsx"),
        (b"-rf.xlsx", "-rf.xlsx"),
        (b"'\"$(x).xlsx", "'\"$(x).xlsx"),
        (b"CON.xlsx", "CON.xlsx"),
        ("\u202excod.xlsx".encode(), "\\u202excod.xlsx"),
        ("校".encode() * 83 + b".xlsx\x31", "校" * 83 + ".xlsx1"),
    ],
)
def test_odd_names_are_kept_as_bytes(home: Home, inbox: Path, raw: bytes, shown: str) -> None:
    assert len(raw) <= 255
    put(inbox, raw)
    put(inbox, "other.xlsx", b"other")
    received = receive(home, inbox, "2026-10", clock())
    entry = next(entry for entry in received.entries if entry.size == 1)
    assert bytes.fromhex(entry.name_hex) == raw
    assert entry.file_name == shown
    assert len(received.entries) == 2
    assert receive(home, inbox, "2026-10", clock()).seen_before_count == 2


def test_names_that_look_alike_stay_two(home: Home, inbox: Path) -> None:
    """é composed and é decomposed."""
    put(inbox, "caf\u00e9.xlsx", b"1")
    put(inbox, "cafe\u0301.xlsx", b"1")
    assert len({entry.name_hex for entry in receive(home, inbox, "2026-10", clock()).entries}) == 2


def test_a_big_file_is_copied_without_reading_it_whole(
    home: Home, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_IN_MEMORY", 10)
    put(inbox, "big.xlsx", b"x" * 100)
    (entry,) = receive(home, inbox, "2026-10", clock()).entries
    assert home.original(entry.sha256).read_bytes() == b"x" * 100
    assert stat.S_IMODE(home.original(entry.sha256).stat().st_mode) == 0o444


def test_a_big_file_that_changes_while_it_is_copied_is_not_received(
    home: Home, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_IN_MEMORY", 10)
    copyfile = shutil.copyfile

    def grow(source: Path, target: Path) -> Path:
        source.write_bytes(b"y" * 101)
        return Path(copyfile(source, target))

    monkeypatch.setattr(shutil, "copyfile", grow)
    put(inbox, "big.xlsx", b"x" * 100)
    with pytest.raises(UsageError, match="在读取时有变动"):
        receive(home, inbox, "2026-10", clock())
    assert originals(home) == {} and read_ledger(home) == []


def test_what_a_crash_left_does_not_stand_in_the_way(home: Home, inbox: Path) -> None:
    """The copy was there, read-only, but neither in place nor in the ledger."""
    put(inbox, "a.xlsx", b"content")
    target = home.original(hashlib.sha256(b"content").hexdigest())
    target.parent.mkdir(parents=True)
    left = target.parent.with_name(f"{target.name}.part")
    left.write_bytes(b"cont")
    left.chmod(0o444)
    assert len(receive(home, inbox, "2026-10", clock()).entries) == 1
    assert target.read_bytes() == b"content" and not left.exists()


def test_time_is_kept_to_the_second_without_zone(home: Home, inbox: Path) -> None:
    put(inbox, "a.xlsx")
    moment = datetime(2026, 11, 2, 12, 0, 0, 999_999, tzinfo=UTC)
    (entry,) = receive(home, inbox, "2026-10", clock(moment)).entries
    assert entry.received_at == NOON


def test_an_empty_inbox_brings_nothing_and_writes_nothing(home: Home, inbox: Path) -> None:
    received = receive(home, inbox, "2026-10", clock())
    assert (received.entries, received.passed, received.seen_before_count) == ((), (), 0)
    assert not home.ledger.exists()


def test_an_inbox_that_is_no_folder_is_said_so(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不存在"):
        receive(home, tmp_path / "nowhere", "2026-10", clock())
