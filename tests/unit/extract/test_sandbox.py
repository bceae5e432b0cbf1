"""A file that kills its reader is rejected by name; every other file is read as if it were not there."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import IntegrityError, PipelineError
from pipelines.extract import sandbox
from pipelines.extract.batch import Extracted, Original
from pipelines.extract.children import Death, run_child
from pipelines.extract.grids import read_grids
from pipelines.extract.limits import Limits
from pipelines.extract.remarks import Rejected
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted, read_grids_isolated
from tests.unit.extract.books import (
    DRILL,
    DRILL_HEADINGS,
    book_bytes,
    panicking_xls,
    raw_book,
    sheet_xml,
)
from tests.unit.extract.old_books import Page, xls_bytes, xls_record, xls_text

CRASH = "E-PARSER-CRASH"


def far_reaching() -> bytes:
    """An .xls that says of itself that it has two thousand million rows: the parser asks for 2 PB and aborts."""
    size = xls_record(0x200, struct.pack("<LLHHH", 0, 0x7FFFFFFF, 0, 0x7FFF, 0))
    return xls_bytes(Page("校区", size + xls_text(0, 0, "x")))


def originals(folder: Path, *contents: bytes) -> tuple[Original, ...]:
    folder.mkdir(exist_ok=True)
    made = []
    for number, content in enumerate(contents, 1):
        path = folder / f"original-{number}"
        path.write_bytes(content)
        made.append(Original(number, path, "report.xlsx", "2026-10"))
    return tuple(made)


def batch(folder: Path, files: tuple[Original, ...]) -> Batch:
    folder.mkdir()
    return Batch(files, folder)


def drills(name: str) -> bytes:
    return book_bytes({"应急演练": [DRILL_HEADINGS, [name, *DRILL[1:]]]})


def record_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("record_*.parquet")}


@pytest.fixture(scope="module")
def heavy() -> bytes:
    """Six million cells, within what the gate lets through: a second and a gigabyte of the reader, and more."""
    cells = "<c><v>1</v></c>" * 100
    rows = "".join(f'<row r="{number}">{cells}</row>' for number in range(1, 20_001))
    return raw_book(dict.fromkeys(("校区", "甲", "乙"), sheet_xml().replace("<sheetData>", f"<sheetData>{rows}")))


def outcomes(read: Extracted) -> dict[int, str | None]:
    return dict(
        zip(read.submissions["submission_no"].to_pylist(), read.submissions["reject_code"].to_pylist(), strict=True)
    )


def refusal(read: Extracted, number: int) -> tuple[str, str | None]:
    """Code and detail of the only finding about a file."""
    (found,) = [row for row in read.findings.to_pylist() if row["submission_no"] == number]
    return found["code"], found["detail"]


def beside_good_files(folder: Path, bad: bytes, limits: Limits) -> Extracted:
    files = originals(folder / "originals", drills("a"), bad, drills("b"))
    crowd = batch(folder / "crowd", files)
    extract_isolated([crowd], limits)
    read = load_extracted(crowd.folder)
    assert read.records["drills"]["drill_name"].to_pylist() == ["a", "b"]
    return read


def test_a_file_that_kills_its_reader_is_rejected_and_disturbs_no_other(tmp_path: Path) -> None:
    files = originals(tmp_path / "originals", drills("a"), far_reaching(), drills("b"), drills("c"))
    crowd = batch(tmp_path / "crowd", files[:3])
    later = batch(tmp_path / "later", files[3:])
    peaceful = batch(tmp_path / "peaceful", (files[0], files[2]))
    extract_isolated([crowd, later])
    extract_isolated([peaceful])
    read = load_extracted(crowd.folder)
    assert outcomes(read) == {1: None, 2: "E-RESOURCE", 3: None}
    assert read.findings.select(["submission_no", "code", "detail"]).to_pylist() == [
        {"submission_no": 2, "code": "E-RESOURCE", "detail": "内存3072MB"}
    ]
    assert record_files(crowd.folder) == record_files(peaceful.folder)
    assert read.sheets.equals(load_extracted(peaceful.folder).sheets)
    assert load_extracted(later.folder).records["drills"]["drill_name"].to_pylist() == ["c"]


def test_a_batch_that_is_done_is_not_read_again(tmp_path: Path) -> None:
    files = originals(tmp_path / "originals", drills("a"))
    done = batch(tmp_path / "done", files)
    extract_isolated([done])
    files[0].path.unlink()
    extract_isolated([done])
    assert load_extracted(done.folder).records["drills"].num_rows == 1


def test_no_temporary_folder_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    extract_isolated([batch(tmp_path / "done", originals(tmp_path / "originals", drills("a")))])
    assert list(work.iterdir()) == []


def test_a_child_that_cannot_start_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    with pytest.raises(PipelineError, match="没有读到第一份文件"):
        extract_isolated([batch(tmp_path / "done", originals(tmp_path / "originals", drills("a")))])


def test_a_reader_that_dies_in_company_only_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file stops every child that has more to read than this one file: the disk is full, say."""
    files = originals(tmp_path / "originals", *(drills(name) for name in "abcdef"))
    tries: list[int] = []

    def dies_in_company(batches: Sequence[Batch], killers: Mapping[int, Death], _: Limits) -> Death | None:
        tries.append(len(batches[0].originals))
        assert len(tries) < 30, "tried for ever"
        left = [original.submission_no for original in batches[0].originals if original.submission_no not in killers]
        return Death(left[-1], CRASH) if len(left) > 1 else None

    monkeypatch.setattr(sandbox, "_run", dies_in_company)
    with pytest.raises(PipelineError, match="反复中断，最近一次在"):
        extract_isolated([batch(tmp_path / "crowd", files)])


def test_a_silent_child_is_stopped(tmp_path: Path) -> None:
    """A pipe that nobody fills stands for a file that never ends."""
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    crowd = batch(tmp_path / "crowd", (Original(1, endless, "report.xlsx", "2026-10"),))
    extract_isolated([crowd], Limits(silent_seconds=0.5))
    assert refusal(load_extracted(crowd.folder), 1) == ("E-RESOURCE", "等待时间1秒")


def test_a_file_that_takes_too_much_memory_is_rejected_alone(tmp_path: Path, heavy: bytes) -> None:
    read = beside_good_files(tmp_path, heavy, Limits(memory_bytes=450 << 20))
    assert refusal(read, 2) == ("E-RESOURCE", "内存450MB")


def test_a_file_that_takes_too_much_processor_time_is_rejected_alone(tmp_path: Path, heavy: bytes) -> None:
    read = beside_good_files(tmp_path, heavy, Limits(cpu_seconds=0.5))
    assert refusal(read, 2) == ("E-RESOURCE", "处理器时间1秒")


def test_processor_time_is_counted_for_each_file_anew(tmp_path: Path) -> None:
    """Fifteen hundred files together take more than a file may."""
    (file,) = originals(tmp_path / "originals", drills("a"))
    crowd = batch(tmp_path / "crowd", tuple(replace(file, submission_no=number) for number in range(1, 1501)))
    extract_isolated([crowd], Limits(cpu_seconds=0.5))
    assert set(outcomes(load_extracted(crowd.folder)).values()) == {None}


def test_a_panic_of_the_parser_needs_no_new_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def counted(job: dict[str, Any], limits: Limits) -> Generator[bytes, None, Death | None]:
        started.append(1)
        return run_child(job, limits)

    monkeypatch.setattr(sandbox, "run_child", counted)
    read = beside_good_files(tmp_path, panicking_xls(), Limits())
    assert refusal(read, 2)[0] == CRASH
    assert len(started) == 1


def test_a_reader_killed_from_outside_loses_no_file(tmp_path: Path) -> None:
    """The system takes the memory back, say: the file that was being read is tried alone and is good."""
    pause = tmp_path / "pause"
    os.mkfifo(pause)
    first, last = originals(tmp_path / "originals", drills("a"), drills("b"))
    crowd = batch(tmp_path / "crowd", (first, Original(3, pause, "应急演练.csv", "2026-10"), last))
    sample = (",".join(DRILL_HEADINGS) + "\n" + ",".join(map(str, ["c", *DRILL[1:]]))).encode()

    def kill_and_mend() -> None:
        me = str(os.getpid())
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for status in Path("/proc").glob("[0-9]*/stat"):
                parts = status.read_text().rpartition(")")[2].split()
                if parts[1] == me and b"extract.child" in (status.parent / "cmdline").read_bytes():
                    time.sleep(1.0)
                    os.kill(int(status.parent.name), signal.SIGKILL)
                    pause.unlink()
                    pause.write_bytes(sample)
                    return
            time.sleep(0.05)

    killer = threading.Thread(target=kill_and_mend)
    killer.start()
    extract_isolated([crowd])
    killer.join()
    assert load_extracted(crowd.folder).records["drills"]["drill_name"].to_pylist() == ["a", "c", "b"]


def test_an_original_that_cannot_be_opened_is_not_the_schools_fault(tmp_path: Path) -> None:
    files = originals(tmp_path / "originals", drills("a"), drills("b"))
    files[1].path.unlink()
    with pytest.raises(IntegrityError, match=r"report\.xlsx 打不开"):
        extract_isolated([batch(tmp_path / "crowd", files)])


def test_nothing_of_a_killed_child_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    extract_isolated(
        [batch(tmp_path / "done", (Original(1, endless, "report.xlsx", "2026-10"),))], Limits(silent_seconds=0.3)
    )
    assert list(work.iterdir()) == []


def test_a_child_knows_no_secret_and_works_wherever_its_parent_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUREAU_PASSWORD", "secret")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.chdir(tmp_path)
    seen: dict[str, str] = {}
    start = subprocess.Popen

    def noted(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        seen.update(options["env"])
        return start(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)
    done = batch(tmp_path / "done", originals(tmp_path / "originals", drills("a")))
    extract_isolated([done])
    assert load_extracted(done.folder).records["drills"].num_rows == 1
    assert "BUREAU_PASSWORD" not in seen
    assert seen["TMPDIR"] != str(tmp_path / "gone")


CONFINED = """
import os, resource, socket, subprocess, sys
from pipelines.extract.limits import Limits, confine, forbid_processes
before = os.readlink("/proc/self/ns/net") if sys.platform == "linux" else ""
confine(Limits())
forbid_processes()
is_apart = sys.platform == "linux" and os.readlink("/proc/self/ns/net") != before
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).close()
    is_reached = True
except OSError:
    is_reached = False
print(int(is_apart), int(is_reached))
print(*resource.getrlimit(resource.RLIMIT_CORE), *resource.getrlimit(resource.RLIMIT_AS))
"""


def test_a_child_has_no_network_where_the_system_offers_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", CONFINED, str(server.getsockname()[1])]
        root = Path(sandbox.__file__).parents[2]
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout.split()
    is_apart, is_reached = said[:2]
    assert said[2:] == ["0", "0", str(3 << 30), str(3 << 30)]
    if is_apart == "0":
        pytest.skip("this system lets nobody leave the network")
    assert is_reached == "0"


def test_sheets_for_receipts_are_read_in_a_child(tmp_path: Path) -> None:
    files = originals(tmp_path / "originals", drills("a"), panicking_xls(), drills("b"))
    first, refused, last = read_grids_isolated(files)
    assert first == read_grids(files[0].path, "report.xlsx")
    assert isinstance(refused, Rejected) and refused.code == CRASH
    assert last == read_grids(files[2].path, "report.xlsx")
    assert list(read_grids_isolated([])) == []


def test_a_file_that_kills_the_reader_of_sheets_disturbs_no_other(tmp_path: Path, heavy: bytes) -> None:
    files = originals(tmp_path / "originals", drills("a"), heavy, drills("b"))
    first, refused, last = read_grids_isolated(files, Limits(cpu_seconds=0.5))
    assert first == read_grids(files[0].path, "report.xlsx")
    assert isinstance(refused, Rejected) and (refused.code, refused.detail) == ("E-RESOURCE", "处理器时间1秒")
    assert last == read_grids(files[2].path, "report.xlsx")


def test_whoever_stops_drawing_leaves_no_child_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    reading = read_grids_isolated(originals(tmp_path / "originals", *[drills("a")] * 50))
    next(reading)
    assert len(list(work.iterdir())) == 1
    assert isinstance(reading, Generator)
    reading.close()
    assert list(work.iterdir()) == []
