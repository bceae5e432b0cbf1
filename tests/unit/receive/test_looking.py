"""A look into the inbox: what is whole, what is still being copied, what nobody may read."""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
from pathlib import Path

import pytest

from pipelines.receive import looking
from pipelines.receive.looking import Passed, look
from tests.unit.extract.books import book_bytes

BOOK = book_bytes({"学校概况": [["学校标识码"], ["2153990101"]]})


def write(folder: Path, name: str, content: bytes, age: float = 0) -> Path:
    path = folder / name
    path.write_bytes(content)
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def whole(inbox: Path) -> list[str]:
    return [one.path.name for one in look(inbox)[0]]


def test_a_workbook_that_has_just_been_copied_is_taken_without_waiting(tmp_path: Path) -> None:
    for number in range(50):
        write(tmp_path, f"{number}.xlsx", BOOK)
    started = time.monotonic()
    assert len(whole(tmp_path)) == 50
    assert time.monotonic() - started < looking.PAUSE_SECONDS


def test_old_files_are_taken_without_waiting(tmp_path: Path) -> None:
    for number in range(50):
        write(tmp_path, f"{number}.csv", b"a,b\r\n", age=looking.FRESH_SECONDS + 1)
    started = time.monotonic()
    assert len(whole(tmp_path)) == 50
    assert time.monotonic() - started < looking.PAUSE_SECONDS


def test_new_files_without_an_end_mark_cost_one_pause_together(tmp_path: Path) -> None:
    for number in range(50):
        write(tmp_path, f"{number}.csv", b"a,b\r\n")
    started = time.monotonic()
    assert len(whole(tmp_path)) == 50
    assert looking.PAUSE_SECONDS <= time.monotonic() - started < 5 * looking.PAUSE_SECONDS


def test_a_csv_that_grows_meanwhile_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"a,b\r\n")

    def grow() -> None:
        time.sleep(looking.PAUSE_SECONDS / 4)
        with path.open("ab") as stream:
            stream.write(b"1,2\r\n")

    copying = threading.Thread(target=grow)
    copying.start()
    found, passed = look(tmp_path)
    copying.join()
    assert (found, passed) == ([], [Passed("a.csv", "growing")])


def test_bytes_that_change_behind_size_and_time_are_noticed(tmp_path: Path) -> None:
    """A file server may tell the old time for a while."""
    path = write(tmp_path, "a.csv", b"a,b\r\n")
    status = path.stat()

    def change() -> None:
        time.sleep(looking.PAUSE_SECONDS / 4)
        path.write_bytes(b"c,d\r\n")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    copying = threading.Thread(target=change)
    copying.start()
    _, passed = look(tmp_path)
    copying.join()
    assert passed == [Passed("a.csv", "growing")]


@pytest.mark.parametrize(
    "part", [BOOK[:100], BOOK[: len(BOOK) // 2], BOOK[:-1]], ids=["first bytes", "half", "all but a byte"]
)
def test_a_workbook_without_its_end_waits_a_minute(tmp_path: Path, part: bytes) -> None:
    write(tmp_path, "a.xlsx", part)
    assert look(tmp_path) == ([], [Passed("a.xlsx", "growing")])
    write(tmp_path, "a.xlsx", part, age=looking.COPYING_SECONDS + 1)
    assert whole(tmp_path) == ["a.xlsx"]


def test_room_that_was_set_aside_for_a_workbook_is_no_workbook_yet(tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", BOOK[:100].ljust(len(BOOK), b"\x00"))
    assert look(tmp_path) == ([], [Passed("a.xlsx", "growing")])


def test_the_end_of_a_packed_workbook_is_not_that_of_its_archive(tmp_path: Path) -> None:
    """Cut right behind the first workbook, stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("first.xlsx", BOOK)
        archive.writestr("second.xlsx", BOOK)
    cut = buffer.getvalue()[: buffer.getvalue().find(BOOK[-22:]) + 22]
    write(tmp_path, "a.zip", cut)
    assert look(tmp_path) == ([], [Passed("a.zip", "growing")])
    write(tmp_path, "a.zip", buffer.getvalue())
    assert whole(tmp_path) == ["a.zip"]


def test_a_clock_ahead_of_ours_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", BOOK[:100], age=-30)
    assert look(tmp_path) == ([], [Passed("a.xlsx", "growing")])
    write(tmp_path, "a.xlsx", BOOK[:100], age=-86_400)
    assert whole(tmp_path) == ["a.xlsx"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_nobody_may_enter_is_named(tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    write(tmp_path, "a.xlsx", BOOK)
    (tmp_path / "town").chmod(0)
    found, passed = look(tmp_path)
    (tmp_path / "town").chmod(0o755)
    assert [one.path.name for one in found] == ["a.xlsx"]
    assert passed == [Passed("town", "unreadable")]
