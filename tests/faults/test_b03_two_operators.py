"""B3: two operators in one home: the second is told who is there and since when, and changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import homes

_LOCKED = 75
_STARTS_WITHIN = 60


@contextmanager
def held(root: Path, *arguments: str | Path) -> Iterator[dict[str, str]]:
    """Another operator's command, stopped while it holds the home; afterwards it goes on and must end well."""
    holder = root / "data" / ".lock-holder"
    with subprocess.Popen(
        homes.arguments_of({}, arguments), cwd=homes.CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as other:
        deadline = time.monotonic() + _STARTS_WITHIN
        while not (holder.exists() and holder.stat().st_size):
            assert other.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(other.pid, signal.SIGSTOP)
        try:
            yield {name: str(told) for name, told in json.loads(holder.read_text(encoding="utf-8")).items()}
        finally:
            os.kill(other.pid, signal.SIGCONT)
        assert other.wait(homes.LONGEST) == 0


def test_b03_the_second_operator_is_told_who_is_there_and_since_when(reported: Path, tmp_path: Path) -> None:
    root = homes.copy_of(reported, tmp_path / "home")
    before = homes.contents(root)
    with held(root, "stage", "load", "--home", root) as holder:
        refused = [
            homes.run(root),
            homes.publish(root),
            homes.command("stage", "load", "--home", root),
            homes.command("receive", "--home", root),
        ]
        status = homes.done("status", "--home", root)
    for ended in refused:
        assert ended.code == _LOCKED, ended
        assert len(ended.said.splitlines()) == 1
        assert all(holder[name] in ended.said for name in ("pid", "host", "since"))
    assert all(holder[name] in status for name in ("pid", "host", "since"))
    assert homes.contents(root) == before
    assert holder["pid"] not in homes.done("status", "--home", root)


def test_b03_an_operator_who_was_killed_locks_nobody_out(reported: Path, tmp_path: Path) -> None:
    root = homes.copy_of(reported, tmp_path / "home")
    kill = {"at": "pipelines.commands.running:run_stages", "when": "before", "call": 1}
    assert homes.command("stage", "load", "--home", root, kill=kill).code == -signal.SIGKILL
    assert (root / "data" / ".lock-holder").exists()
    homes.done("stage", "load", "--home", root)
    assert not (root / "data" / ".lock-holder").exists()
