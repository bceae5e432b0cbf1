"""From an archive of several workbooks to its members, each a file of its own.

Only what is plain is unpacked: bounded, without passwords, with names that are file names and differ. Any other
archive stays whole, and the stage that reads it refuses it by name. An archive of one workbook, or of the CSV files of
one, is a workbook already and stays whole too.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipelines.store.archives import PACKED_SUFFIXES, packed_files

MAX_MEMBERS = 5000
MAX_MEMBER_BYTES = 64 << 20
MAX_TOTAL_BYTES = 1 << 30
MAX_RATIO = 200
_SMALL = 1 << 20
_OWN_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetype")
_NAME_AT = 30


@dataclass(frozen=True)
class Archive:
    """An archive to unpack: its workbooks, and the names of the files in it that are none."""

    content: bytes
    books: tuple[tuple[str, zipfile.ZipInfo], ...]
    others: tuple[str, ...]

    def members(self) -> Iterator[tuple[str, bytes]]:
        """(name, bytes) of each workbook, one at a time: together they may not fit into memory."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            for name, part in self.books:
                yield name, archive.read(part)


def open_archive(content: bytes) -> Archive | None:
    """The archive, where the file is a plain one of several workbooks; None where it stays whole."""
    if not content.startswith(b"PK") or content.startswith(_OWN_PARTS, _NAME_AT):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _plain(archive, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return None


def _plain(archive: zipfile.ZipFile, content: bytes) -> Archive | None:
    names = set(archive.namelist())
    files = packed_files(archive)
    if names & {"[Content_Types].xml", "mimetype"} or not _is_bounded(archive.infolist()):
        return None
    books = [(name, part) for name, part in files if name.lower().endswith(PACKED_SUFFIXES)]
    is_one = len(books) < 2 and not any(name.lower().endswith(".zip") for name, _ in books)
    if is_one or any(name.lower().endswith(".csv") for name, _ in files):
        return None
    if not all(_is_file_name(name) for name in [*names, *(name for name, _ in files)]):
        return None
    is_clear = len({name.casefold() for name in names}) == len(archive.namelist())
    if not is_clear or archive.testzip() is not None:
        return None
    others = [name for name, part in files if (name, part) not in books]
    return Archive(content, tuple(books), tuple(others))


def _is_bounded(parts: list[zipfile.ZipInfo]) -> bool:
    """Whether what the entries declare can be unpacked; what they do not declare fails its checksum."""
    return (
        len(parts) <= MAX_MEMBERS
        and sum(part.file_size for part in parts) <= MAX_TOTAL_BYTES
        and not any(
            part.flag_bits & 1
            or stat.S_ISLNK(part.external_attr >> 16)
            or part.file_size > MAX_MEMBER_BYTES
            or part.file_size > max(_SMALL, MAX_RATIO * part.compress_size)
            for part in parts
        )
    )


def _is_file_name(name: str) -> bool:
    """Whether the name stays below the archive: relative, no way up, no other system's separators."""
    path = PurePosixPath(name)
    return not (path.is_absolute() or ".." in path.parts or "\\" in name or name[1:2] == ":" or "\x00" in name)
