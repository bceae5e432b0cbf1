"""An archive with the parts that the gate inflated laid open: what the parser reads.

Nothing is inflated twice, and the parser reads the very bytes that the gate saw, with checksums of their own.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping

from deflate import crc32

MOST_BYTES = 16 << 20
"""The parser copies the archive that it is handed; larger ones it reads from the file."""

_ENTRY_MARK, _HEADER_MARK, _END_MARK = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
_SEE_ELSEWHERE = b"\xff\xff\xff\xff"
_END = struct.Struct("<4s4H2LH")
# Places in an entry of the directory, and the fields there.
_ENTRY_BYTES, _METHOD_AT, _CHECKSUM_AT, _LENGTHS_AT, _OFFSET_AT = 46, 10, 16, 28, 42
_SHORT, _LONG, _SUMS, _LENGTHS = map(struct.Struct, ("<H", "<L", "<3L", "<3H"))
# The header before a part's bytes; the parser takes all but two lengths of it from the directory.
_HEADER = _HEADER_MARK + bytes(26)


def opened_book(content: bytes, parts: Mapping[str, zipfile.ZipInfo], plain: Mapping[str, bytes]) -> bytes | None:
    """The archive `content` with the parts `plain` stored as they are, all others and every name as they came.

    `parts` holds every entry in the order of the directory. None where the archive is large, or written in another
    way than most programs do: it is to be read from its file.
    """
    if len(content) < _END.size or len(content) + sum(map(len, plain.values())) > MOST_BYTES:
        return None
    mark, disk, first, here, count, size, start, comment = _END.unpack_from(content, len(content) - _END.size)
    is_usual = mark == _END_MARK and not (disk or first or comment) and here == count == len(parts)
    directory = bytearray(content[start : start + size])
    if not is_usual or start + size + _END.size != len(content) or _SEE_ELSEWHERE in directory:
        return None
    pieces: list[bytes | bytearray] = [content[:start]]
    at, end = 0, start
    for name, part in parts.items():
        if not directory.startswith(_ENTRY_MARK, at) or at + _ENTRY_BYTES > size:
            return None
        opened = plain.get(name)
        if opened is not None:
            if not content.startswith(_HEADER_MARK, part.header_offset):
                return None
            _SHORT.pack_into(directory, at + _METHOD_AT, zipfile.ZIP_STORED)
            _SUMS.pack_into(directory, at + _CHECKSUM_AT, crc32(opened), len(opened), len(opened))
            _LONG.pack_into(directory, at + _OFFSET_AT, end)
            pieces += (_HEADER, opened)
            end += len(_HEADER) + len(opened)
        at += _ENTRY_BYTES + sum(_LENGTHS.unpack_from(directory, at + _LENGTHS_AT))
    if at != size:
        return None
    return b"".join((*pieces, directory, _END.pack(_END_MARK, 0, 0, count, count, size, end, 0)))
