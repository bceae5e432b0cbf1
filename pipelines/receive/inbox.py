"""From an inbox folder to read-only originals and ledger entries."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.store.files import sha256_file, sync_files
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries, read_ledger

_IN_MEMORY = 64 << 20
_UNFINISHED = (".part", ".crdownload", ".tmp", ".download")


@dataclass(frozen=True)
class Passed:
    """A file in the inbox that was not received, and the short reason: unfinished or not_a_file."""

    name: str
    reason: str


@dataclass(frozen=True)
class Received:
    """What one look into the inbox brought: new ledger entries, and what was passed over."""

    entries: tuple[LedgerEntry, ...]
    passed: tuple[Passed, ...]
    seen_before_count: int


def _inbox_files(inbox: Path) -> Iterator[tuple[Path, Passed | None]]:
    for path in sorted(inbox.rglob("*"), key=os.fsencode):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        name = os.fsencode(path.name)
        if not stat.S_ISREG(mode):
            yield path, Passed(name.decode("utf-8", "backslashreplace"), "not_a_file")
        elif name.startswith((b".", b"~$")) or path.suffix.lower() in _UNFINISHED:
            yield path, Passed(name.decode("utf-8", "backslashreplace"), "unfinished")
        else:
            yield path, None


def _keep(home: Home, path: Path, sha256: str, content: bytes | None) -> None:
    target = home.original(sha256)
    if target.exists() and sha256_file(target) == sha256:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    temporary.unlink(missing_ok=True)
    if content is not None:
        temporary.write_bytes(content)
    elif sha256_file(Path(shutil.copyfile(path, temporary))) != sha256:
        temporary.unlink()
        raise UsageError(f"{path.name} changed while it was read; wait until it is copied whole and run again")
    temporary.chmod(0o444)
    temporary.replace(target)


def receive(home: Home, inbox: Path, period: str, now: Callable[[], datetime] = datetime.now) -> Received:
    """Keep every file of the inbox (and of its subfolders) and enter it in the ledger.

    The files stay in the inbox. A file of the same name and content, already received for the period, is
    seen and not entered again; the same content under another name is entered, and counts as a duplicate.
    Raises UsageError where the inbox is no folder.
    """
    if not inbox.is_dir():
        raise UsageError(f"inbox {inbox} is not a folder; create it and put the schools' workbooks there")
    ledger = read_ledger(home)
    known = {(entry.sha256, entry.period, entry.name_hex) for entry in ledger}
    entries: list[LedgerEntry] = []
    passed: list[Passed] = []
    seen_before_count = 0
    moment = now().replace(microsecond=0, tzinfo=None)
    for path, unusable in _inbox_files(inbox):
        if unusable:
            passed.append(unusable)
            continue
        content = path.read_bytes() if path.stat().st_size <= _IN_MEMORY else None
        sha256 = hashlib.sha256(content).hexdigest() if content is not None else sha256_file(path)
        name_hex = os.fsencode(path.name).hex()
        if (sha256, period, name_hex) in known:
            seen_before_count += 1
            continue
        known.add((sha256, period, name_hex))
        _keep(home, path, sha256, content)
        sequence = len(ledger) + len(entries) + 1
        entries.append(LedgerEntry(sequence, sha256, moment, period, name_hex, path.stat().st_size))
    if entries:
        sync_files([home.original(entry.sha256) for entry in entries], home.originals)
        append_entries(home, entries)
    return Received(tuple(entries), tuple(passed), seen_before_count)
