"""What lies in an inbox: the files that are there whole, and what is passed over and why."""

from __future__ import annotations

import os
import stat
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.store.archives import BOOK_SUFFIXES, LITTER, PACKED_SUFFIXES
from pipelines.store.files import sha256_file
from pipelines.store.names import shown_name

PAUSE_SECONDS = 0.5
FRESH_SECONDS = 5
COPYING_SECONDS = 60
_UNFINISHED = (
    *(".part", ".partial", ".filepart", ".crdownload", ".download", ".downloading", ".tmp", ".temp", ".xltd", ".td"),
    *(".opdownload", ".!ut"),
)
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LONGEST_COMMENT = 0xFFFF
_SEE_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True)
class Passed:
    """What is not received, and the short reason, worded in cli.yaml under run.reasons."""

    name: str
    reason: str


@dataclass(frozen=True)
class Found:
    """A regular file, and its size and time when it was found: where they change, it is still being written."""

    path: Path
    size: int
    modified_ns: int

    @property
    def age(self) -> float:
        """Seconds since it was written; of either sign, since the clock of a file server may be ahead of ours."""
        return abs(time.time() - self.modified_ns / 1e9)

    @property
    def name(self) -> bytes:
        """Bytes of its name."""
        return os.fsencode(self.path.name)

    def passed(self, reason: str) -> Passed:
        """Passed over for that reason."""
        return Passed(shown_name(self.name), reason)

    def is_as_found(self) -> bool:
        """Whether size and time are those that it was found with."""
        try:
            status = self.path.lstat()
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (self.size, self.modified_ns)


def look(inbox: Path) -> tuple[list[Found], list[Passed]]:
    """(whole files, what is passed over) of the folder and its subfolders, each in the order of its path's bytes.

    What was written in the last seconds is looked at twice, with one pause for all such files. An archive or
    workbook without its end is passed over for a minute, then received as it is: it was sent torn.
    """
    found: list[Found] = []
    passed: list[Passed] = []
    for path in sorted(_everything(inbox, passed), key=os.fsencode):
        one = _classify(path)
        if isinstance(one, Found):
            found.append(one)
        elif one is not None:
            passed.append(one)
    growing = _growing(found)
    passed += [one.passed("growing") for one in found if one.path in growing]
    return [one for one in found if one.path not in growing], passed


def _everything(inbox: Path, passed: list[Passed]) -> Iterator[Path]:
    """Every path below the folder; a folder that cannot be entered is passed over by its name."""

    def refuse(error: OSError) -> None:
        if os.fspath(error.filename) == os.fspath(inbox):
            raise error
        passed.append(Passed(shown_name(os.fsencode(Path(error.filename).name)), "unreadable"))

    for folder, folders, files in os.walk(inbox, onerror=refuse):
        for name in (*folders, *files):
            yield Path(folder, name)


def _classify(path: Path) -> Found | Passed | None:
    """A file, what is passed over, or None for a folder like any other."""
    name = os.fsencode(path.name)
    try:
        status = path.lstat()
    except OSError:
        return Passed(shown_name(name), "unreadable")
    if stat.S_ISDIR(status.st_mode):
        return Passed(shown_name(name), "folder") if path.suffix.lower() in BOOK_SUFFIXES else None
    if not stat.S_ISREG(status.st_mode):
        return Passed(shown_name(name), "not_a_file")
    if name.startswith((b".", b"~$")) or shown_name(name).lower() in LITTER or path.suffix.lower() in _UNFINISHED:
        return Passed(shown_name(name), "unfinished")
    return Found(path, status.st_size, status.st_mtime_ns)


def _growing(found: list[Found]) -> set[Path]:
    """Files that are still being copied, as far as a short look can tell."""
    growing: set[Path] = set()
    unsure: dict[Path, str] = {}
    for one in found:
        if one.age > COPYING_SECONDS:
            continue
        try:
            is_whole = _ends_as_archive(one)
            if is_whole is False:
                growing.add(one.path)
            elif is_whole is None and one.age <= FRESH_SECONDS:
                unsure[one.path] = sha256_file(one.path)
        except OSError:
            continue
    if unsure:
        time.sleep(PAUSE_SECONDS)
    for one in found:
        if one.path in unsure and not (one.is_as_found() and sha256_file(one.path) == unsure[one.path]):
            growing.add(one.path)
    return growing


def _ends_as_archive(one: Found) -> bool | None:
    """Whether an archive or .xlsx ends as one; None for other files and for empty ones, which have no end to find.

    The end must be the file's own: an archive that is cut behind a workbook packed in it ends as that workbook does.
    """
    with one.path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04" or one.path.suffix.lower() not in PACKED_SUFFIXES:
            return None
        stream.seek(max(0, one.size - _END.size - _LONGEST_COMMENT))
        start = stream.tell()
        tail = stream.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        return False
    *_, size, offset, comment = _END.unpack_from(tail, at)
    is_last = at + _END.size + comment == len(tail)
    return bool(is_last and (offset == _SEE_ZIP64 or offset + size == start + at))
