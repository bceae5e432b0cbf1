"""A48 and A50: files that are too big, and bad files under names that no system can be trusted with."""

from __future__ import annotations

import os
from pathlib import Path

from tests.threats.cases import Case
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, book_bytes

ODD_NAMES: dict[str, bytes] = {
    "gbk": "青棂镇中心小学10月.xlsx".encode("gb18030"),
    "composed": "caf\u00e9月报.xlsx".encode(),
    "decomposed": "cafe\u0301月报.xlsx".encode(),
    "emoji": "👨\u200d👩\u200d👧月报🎒.xlsx".encode(),
    "255-bytes": ("校".encode() * 83 + b"x.xlsx"),
    "newline": "第一行\n第二行.xlsx".encode(),
    "return-and-tab": "甲\r乙\t丙.xlsx".encode(),
    "leading-dash": b"-rf --help.xlsx",
    "quotes": b'\'"`$(touch x)`".xlsx',
    "right-to-left": "月报\u202exslx.exe.xlsx".encode(),
    "reserved": b"CON.xlsx",
    "formula": b"=cmd|' C calc'!A0.xlsx",
    "at-sign": b"@SUM(1+1)*cmd.xlsx",
    "markup": b"<img src=x onerror=alert(1)>.xlsx",
    "script": b"<script>alert(1)<script>.xlsx",
    "entity": b"&lt;b&gt;.xlsx",
    "no-encoding": b"\xff\xfe\x80.xlsx",
    "percent": b"%s%n{0}.xlsx",
    "trailing-dot": b"a..xlsx",
}
"""What a file may be called where names are bytes: all of Linux, and what comes from other systems over the network."""


def put(folder: Path, name: bytes, content: bytes) -> None:
    """The file of that name, which came long ago."""
    path = folder / os.fsdecode(name)
    path.write_bytes(content)
    os.utime(path, (1e9, 1e9))


def _huge(folder: Path) -> None:
    with (folder / "huge.xlsx").open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(200 << 20)


def _torn_under_odd_names(folder: Path) -> None:
    content = book_bytes({"应急演练": [DRILL_HEADINGS, DRILL]})
    for name in ODD_NAMES.values():
        put(folder, name, content[: len(content) // 2])


CASES = [
    Case(48, "two hundred megabytes", _huge, {"E-TOO-BIG": "50 MB"}),
    Case(50, "torn under every odd name", _torn_under_odd_names, {"E-TRUNCATED": ""}),
]
