"""Unique names and numbers for every place where a school can write one, and the search for them in what leaves.

No figure of ours is a canary: surnames are followed by two characters that no other text holds, numbers are counted up.
"""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

_RARE = 0x9F20
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \-–—.()]{1,2}(?=\d)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TRACE = re.compile(r"139000|087160|532801198|[\u9f20-\u9fff]{2}")
_HEX = re.compile(rb'"name_hex": "([0-9a-f]*)"')


@dataclass
class Canaries:
    """Hands out canaries, each bound to the place where it is planted."""

    planted: dict[str, str] = field(default_factory=dict)

    def _plant(self, canary: str, place: str) -> str:
        assert canary not in self.planted
        self.planted[canary] = place
        return canary

    def phone(self, place: str) -> str:
        """A mobile number."""
        return self._plant(f"139{len(self.planted):08d}", place)

    def landline(self, place: str) -> str:
        """A landline with its area code."""
        return self._plant(f"08716{len(self.planted):07d}", place)

    def identity(self, place: str) -> str:
        """An 18-digit identity number that ends in X."""
        return self._plant(f"53280119800101{len(self.planted):03d}X", place)

    def name(self, place: str) -> str:
        """A personal name; its first character may be shown."""
        number = len(self.planted)
        return "覃" + self._plant(chr(_RARE + number // 128) + chr(_RARE + 64 + number % 128), place)

    def among(self, place: str) -> set[str]:
        """The canaries whose place matches the pattern."""
        return {canary for canary, planted in self.planted.items() if re.search(place, planted)}


def spaced(number: str) -> str:
    """The number as people group it."""
    return f"{number[:3]} {number[3:7]}-{number[7:]}"


def wide(number: str) -> str:
    """The number in full-width digits."""
    return "".join(chr(ord(mark) + 0xFEE0) for mark in number)


def texts_of(name: str, content: bytes) -> Iterator[str]:
    """Every text that a person or a program could read out of the file; archives and Parquet from within."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield " ".join(part.filename for part in archive.infolist()) + archive.comment.decode("utf-8", "replace")
            for part in archive.infolist():
                yield from texts_of(part.filename, archive.read(part))
    elif content[:4] == b"PAR1":
        file = pq.ParquetFile(io.BytesIO(content))
        yield str(file.schema_arrow.metadata) + str(file.metadata.metadata)
        yield json.dumps(file.read().to_pylist(), ensure_ascii=False, default=str)
    for encoding in _ENCODINGS:
        yield content.decode(encoding, "replace")
    yield html.unescape(content.decode("utf-8", "replace"))
    yield _ESCAPED.sub(lambda match: chr(int(match[1], 16)), content.decode("utf-8", "replace"))
    for match in _HEX.finditer(content):
        yield bytes.fromhex(match[1].decode()).decode("utf-8", "replace")


def found_in(canaries: Canaries, name: str, content: bytes) -> set[str]:
    """The canaries that the file or its name holds, however they are spaced or encoded."""
    found: set[str] = set()
    for text in (name, *texts_of(name, content)):
        plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text)).upper()
        if not _TRACE.search(plain):
            continue
        found |= {canary for canary in canaries.planted.keys() - found if canary in plain}
    return found


def places(canaries: Canaries, found: dict[str, set[str]]) -> dict[str, list[str]]:
    """The same by the places where the canaries were planted, for people to read."""
    return {file: sorted({canaries.planted[canary] for canary in held}) for file, held in found.items()}


def search(canaries: Canaries, folder: Path, skip: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """Path below the folder to the canaries in it, for every file that holds one."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in skip:
            relative = path.relative_to(folder).as_posix()
            if held := found_in(canaries, relative, path.read_bytes()):
                found[relative] = held
    return found
