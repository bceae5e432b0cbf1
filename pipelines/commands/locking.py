"""One operator at a time in one home."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import LockedError
from pipelines.store.files import naming
from pipelines.store.form import check_form, mark_form
from pipelines.store.home import Home
from pipelines.wording import text


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the home's lock; LockedError naming its holder where another operator has it.

    UsageError where a newer program made the home; one that an older program made is of this form from here on.

    The holder stands in a file beside the lock, since taking a lock empties the lock file. The moment in it is
    for people and goes into no figure.
    """
    check_form(home)
    home.data.mkdir(parents=True, exist_ok=True)
    holder = _holder_path(home)
    lock = FileLock(home.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(text("errors.locked", **_read_holder(holder))) from error
    try:
        since = datetime.now().isoformat(sep=" ", timespec="seconds")
        with naming(holder):
            told = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
            holder.write_text(told, encoding="utf-8", newline="\n")
        mark_form(home)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder_path(home: Home) -> Path:
    return home.lock.with_name(f"{home.lock.name}-holder")


def holder_of(home: Home) -> dict[str, str] | None:
    """pid, host and since of who holds the home; None where nobody does, or the home is read-only.

    A holder that was killed leaves its name behind but not its lock.
    """
    path = _holder_path(home)
    if not path.exists() or not os.access(home.lock, os.W_OK):
        return None
    try:
        with FileLock(home.lock, timeout=0):
            return None
    except Timeout:
        return _read_holder(path)


def _read_holder(path: Path) -> dict[str, str]:
    """pid, host and since; question marks for what a holder that is just starting has not written yet."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        row = {}
    return {name: str(row.get(name, "?")) for name in ("pid", "host", "since")}
