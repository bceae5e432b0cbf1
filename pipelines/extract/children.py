"""What a disposable child prints, line by line, and how it died if it did.

The child is given a job as a file, an environment without the operator's secrets, and a folder of its own for
temporary files that is gone when it is. It notes the number of each file before it opens it.
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
from pipelines.extract.place import PLACE, shared_place
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
    """Yield what a child prints; return its death, None where it came to its end.

    Whoever stops listening ends the child. Raises OSError where the child could not write what it had read.
    """
    with tempfile.TemporaryDirectory(prefix="school-safety-") as name:
        folder = Path(name)
        with (folder / "stderr").open("w+b") as stderr, shared_place(folder / PLACE) as place:
            child = _start(job, limits, folder, stderr)
            with _Watch(child, place, limits.silent_seconds) as watch:
                while line := watch.line():
                    yield line
            stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - _STDERR_TAIL))
            said = stderr.read()
            if child.returncode == CANNOT_WRITE:
                raise _refusal(said)
            return _death(place[0], child.returncode, watch.is_overdue, said, limits)


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
    """Reads a child's lines, and ends a child that keeps its reader waiting; a reader that takes its time may.

    A child that goes on to another file shows that it is alive.
    """

    def __init__(self, child: subprocess.Popen[bytes], place: memoryview, seconds: float) -> None:
        self._child, self._place, self._seconds = child, place, seconds
        self._waiting_since: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._guard, daemon=True)
        self.is_overdue = False

    def line(self) -> bytes:
        """The next line; empty at the end, when the child is gone."""
        assert self._child.stdout is not None
        self._waiting_since = time.monotonic()
        line = self._child.stdout.readline(_LINE_BYTES)
        if len(line) == _LINE_BYTES:
            self._child.kill()
            line = b""
        if not line:
            self._child.wait()
        self._waiting_since = None
        return line

    def _guard(self) -> None:
        at, moved = self._place[0], time.monotonic()
        while not self._ended.wait(min(1.0, self._seconds / 4)):
            if self._place[0] != at:
                at, moved = self._place[0], time.monotonic()
            allowed = self._seconds if at else max(self._seconds, _START_SECONDS)
            since = self._waiting_since
            if since is not None and time.monotonic() > max(since, moved) + allowed:
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
