"""B12: readers die, operators stop the program, the inbox goes away: a sentence, and a rerun that ends well."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import PipelineError
from pipelines.receive.inbox import receive
from pipelines.receive.looking import PAUSE_SECONDS
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import text
from tests.faults import homes

_STARTS_WITHIN = 60
_PROC = Path("/proc")


def begin(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        homes.arguments_of({}, ("run", "--home", root, "--as-of", homes.AS_OF)),
        cwd=homes.CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def wait_for(running: subprocess.Popen[str], found: Callable[[], int | None]) -> int:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and running.poll() is None:
        if (what := found()) is not None:
            return what
        time.sleep(0.005)
    raise AssertionError("the run ended, or never came so far")


def reader_of(parent: int) -> int | None:
    """The process that reads workbooks for that run."""
    for folder in _PROC.glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            status = (folder / "stat").read_text()
        except OSError:
            continue
        if b"pipelines.extract.child" in words and int(status.rpartition(")")[2].split()[1]) == parent:
            return int(folder.name)
    return None


@pytest.mark.faults
@pytest.mark.skipif(not _PROC.is_dir(), reason="processes are found by /proc")
def test_b12_a_reader_that_is_killed_costs_no_file(begun: Path, reported: Path, tmp_path: Path) -> None:
    root = homes.copy_of(begun, tmp_path / "home")
    with begin(root) as running:
        os.kill(wait_for(running, lambda: reader_of(running.pid)), signal.SIGKILL)
        said, _ = running.communicate(timeout=homes.LONGEST)
    assert running.returncode == 0, said
    assert homes.contents(root) == homes.contents(reported)


@pytest.mark.faults
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_b12_an_operator_who_stops_a_run_leaves_order(
    sent: signal.Signals, begun: Path, reported: Path, tmp_path: Path
) -> None:
    root = homes.copy_of(begun, tmp_path / "home")
    ledger = Home(root).ledger
    with begin(root) as running:
        wait_for(running, lambda: 1 if ledger.exists() else None)
        running.send_signal(sent)
        said, _ = running.communicate(timeout=homes.LONGEST)
    assert running.returncode == 130, said
    assert text("errors.interrupted") in said and "Traceback" not in said
    assert not (root / "data" / ".lock-holder").exists()
    homes.succeeded(homes.run(root))
    assert homes.contents(root) == homes.contents(reported)


def test_b12_an_interrupt_while_a_class_is_made_keeps_the_exit_code(begun: Path, tmp_path: Path) -> None:
    ended = homes.run(homes.copy_of(begun, tmp_path / "home"), interrupt="pipelines.receive.inbox:receive")
    assert ended.code == 130, ended
    assert text("errors.interrupted") in ended.said


def test_b12_an_interrupt_that_a_library_swallows_ends_the_run_before_the_next_stage(
    begun: Path, tmp_path: Path
) -> None:
    ended = homes.run(homes.copy_of(begun, tmp_path / "home"), swallowed="pipelines.receive.inbox:receive")
    assert ended.code == 130, ended
    assert text("errors.interrupted") in ended.said and "读取完成" not in ended.said


def test_b12_an_inbox_that_goes_away_enters_nothing(inbox: Path, tmp_path: Path) -> None:
    """A stick is drawn while the files of the last seconds are looked at a second time."""
    home, stick, drawn = Home(tmp_path / "home"), tmp_path / "stick", tmp_path / "drawn"
    homes.copy_of(inbox, stick)
    (stick / "fresh.csv").write_bytes(b"a,b\r\n")

    def draw() -> None:
        time.sleep(PAUSE_SECONDS / 2)
        stick.rename(drawn)

    drawing = threading.Thread(target=draw)
    drawing.start()
    with pytest.raises(PipelineError, match="在收件途中断开"):
        receive(home, stick, homes.MONTH)
    drawing.join()
    assert read_ledger(home) == []
    drawn.rename(stick)
    assert len(receive(home, stick, homes.MONTH).entries) == len(list(stick.iterdir()))
