"""What a .zip that people packed holds: the files that they meant, under the names that they gave them."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath

from pipelines.store.names import name_encoding

BOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".et")
# An archive within an archive is a workbook too, for all that its name tells: it may hold the CSV files of one.
PACKED_SUFFIXES = (*BOOK_SUFFIXES, ".zip")
_UTF_8 = 0x800
_LITTER_STARTS = ("~$", "._")
LITTER = (".ds_store", "thumbs.db", "desktop.ini")


def member_name(part: zipfile.ZipInfo) -> str:
    """The name as its packer wrote it: without the UTF-8 flag it is in whichever encoding its bytes are."""
    if part.flag_bits & _UTF_8:
        return part.filename
    raw = part.filename.encode("cp437", "replace")
    return raw.decode(name_encoding(raw) or "cp437")


def packed_files(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """(name, entry) of every file in the archive's order, without folders and what systems leave behind."""
    return [
        (name, part)
        for part in archive.infolist()
        if not part.is_dir() and not (name := member_name(part)).startswith("__MACOSX")
        if not (last := PurePosixPath(name).name.lower()).startswith(_LITTER_STARTS) and last not in LITTER
    ]
