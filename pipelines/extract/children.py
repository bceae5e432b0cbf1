"""What a disposable child prints, line by line, and how it died if it did.

The child is given a job as a file, an environment without the operator's secrets, and a folder of its own for
temporary files that is gone when it is. It prints the number of each file before it opens it.
"""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from pipelines.extract.limits import CANNOT_WRITE, Limits
from pipelines.findings import limit_text

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60
_LINE_BYTES = 512 << 20
_STDERR_TAIL = 8192
_KEPT_VARIABLES = ("SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError", b"bad_alloc", b"Cannot allocate memory", b"malloc of size")


@dataclass(frozen=True)
class Death:
    """The number of the file that stopped a child, and the finding that says how.

    Before the first file the number is 0, and the detail is the last thing the child said.
    """

    at: int
    code: str
    detail: str = ""


def run_child(job: dict[str, Any], limits: Limits) -> Generator[bytes, None, Death | None]:
    """Yield what a child prints besides the numbers of its files; return its death, None where it came to its end.

    Whoever stops listening ends the child. Raises OSError where the child could not write what it had read.
    """
    with tempfile.TemporaryDirectory(prefix="school-safety-") as name:
        folder = Path(name)
        started = 0
        with (folder / "stderr").open("w+b") as stderr:
            child = _start(job, limits, folder, stderr)
            assert child.stdout is not None
            with _Watch(child, limits.silent_seconds) as watch:
                while line := watch.line():
                    if line[:1].isdigit():
                        started = int(line)
                    else:
                        yield line
            stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - _STDERR_TAIL))
            said = stderr.read()
            if child.returncode == CANNOT_WRITE:
                raise _refusal(said)
            return _death(started, child.returncode, watch.is_overdue, said, limits)


def _start(job: dict[str, Any], limits: Limits, folder: Path, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    path = folder / "job.json"
    path.write_text(json.dumps({**job, "limits": asdict(limits)}), encoding="utf-8", newline="\n")
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME", "USERPROFILE"), str(folder))
    own = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2", "PYTHONUTF8": "1", "TZ": "UTC"}
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.extract.child", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env={**kept, **places, **own},
        cwd=_ROOT,
    )


def _refusal(said: bytes) -> OSError:
    """The error that a child told of with its last words: number and path."""
    number, _, path = said.decode("utf-8", "replace").rstrip().rpartition("\n")[2].partition(" ")
    reason = int(number) if number.isdecimal() else errno.EIO
    return OSError(reason, os.strerror(reason), path)


def _death(at: int, returncode: int, is_overdue: bool, stderr: bytes, limits: Limits) -> Death | None:
    if is_overdue:
        return Death(at, "E-RESOURCE", limit_text("time", math.ceil(limits.silent_seconds)))
    if returncode == 0:
        return None
    if returncode == -getattr(signal, "SIGPROF", 0):
        return Death(at, "E-RESOURCE", limit_text("cpu", math.ceil(limits.cpu_seconds)))
    if any(mark in stderr for mark in _OUT_OF_MEMORY):
        return Death(at, "E-RESOURCE", limit_text("memory", limits.memory_bytes >> 20))
    if returncode == -getattr(signal, "SIGKILL", 0):
        return Death(at, "E-RESOURCE", limit_text("killed", 0))
    said = stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return Death(at, "E-PARSER-CRASH", "" if at else said)


class _Watch:
    """Reads a child's lines, and ends a child that keeps its reader waiting; a reader that takes its time may."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self._child, self._seconds = child, seconds
        self._deadline: float | None = None
        self._allowed = max(seconds, _START_SECONDS)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._guard, daemon=True)
        self.is_overdue = False

    def line(self) -> bytes:
        """The next line; empty at the end, when the child is gone."""
        assert self._child.stdout is not None
        self._deadline = time.monotonic() + self._allowed
        line = self._child.stdout.readline(_LINE_BYTES)
        if len(line) == _LINE_BYTES:
            self._child.kill()
            line = b""
        if not line:
            self._child.wait()
        self._deadline = None
        self._allowed = self._seconds
        return line

    def _guard(self) -> None:
        while not self._ended.wait(min(1.0, self._seconds / 4)):
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
                self.is_overdue = True
                self._child.kill()
                return

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the child where nobody read to its end."""
        self._ended.set()
        self._thread.join()
        if self._child.poll() is None:
            self._child.kill()
        assert self._child.stdout is not None
        self._child.stdout.close()
        self._child.wait()
