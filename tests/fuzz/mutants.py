"""A file with random damages, drawn from good ones: in its bytes, in a part of its archive, or two files in one."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_WORDS = (
    b"\x00", b"\xff", b"<", b">", b"&", b'"', b"'", b",", b";", b"\n", b"\r", b"\t", b"]]>", b"<!--", b"&#x0;", b"&#0;",
    b"-1", b"0", b"1", b"65537", b"4294967296", b"99999999999999999999", b"1e308", b"nan", b"NaN", b"A1", b"XFD1048576",
    b"XFE1048577", b'r="B2"', b't="s"', b't="e"', b't="b"', b't="d"', b"#REF!", b"</row>", b"<row>", b"</c>", b"<v>",
    "合计".encode(), "同上".encode(), "㊣".encode(), "\ufeff".encode(), "\u202e".encode(), "合计".encode("gb18030"),
    b"\xed\xa0\x80", b"\x1a",
)  # fmt: skip
_ELEMENT = re.compile(rb"<(row|c|v|sheet|si|t|table:table-row|table:table-cell)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)
_VALUE = re.compile(rb'="([^"]*)"|>([^<>]+)<|,([^,\r\n]+)')


@dataclass(frozen=True)
class Mutant:
    """A damaged file: its name, its bytes, the file that it was made of, what was done.

    `is_packed` tells that the archive was packed again, so that it is sound; `part` names the one damaged within.
    """

    name: str
    content: bytes
    base: str
    how: str
    is_packed: bool
    part: str = ""


def draw_mutant(rng: Random, bases: Mapping[str, bytes]) -> Mutant:
    """One damaged file; the same random numbers give the same."""
    base = rng.choice(sorted(bases))
    content = bases[base]
    if zipfile.is_zipfile(io.BytesIO(content)) and rng.random() < 0.7:
        damaged, how = _damage_archive(rng, content, bases[rng.choice(sorted(bases))])
        part, _, act = how.partition(": ")
        return Mutant(_name(rng, base), damaged, base, how, True, part if act else "")
    damaged, how = _damage_bytes(rng, content, bases[rng.choice(sorted(bases))])
    return Mutant(_name(rng, base), damaged, base, how, False)


def _name(rng: Random, base: str) -> str:
    """Mostly the name that the file had, now and then that of another kind."""
    path = PurePosixPath(base)
    return base if rng.random() < 0.95 else path.stem + rng.choice((".xlsx", ".xls", ".ods", ".csv", ".zip", ".xlsb"))


def _damage_bytes(rng: Random, content: bytes, other: bytes) -> tuple[bytes, str]:
    """One to four damages anywhere."""
    done = []
    for _ in range(rng.choice((1, 1, 2, 4))):
        act = rng.choice(_ACTS)
        content = act(rng, content, other)
        done.append(act.__name__.strip("_"))
    return content, "+".join(done)


def _span(rng: Random, content: bytes) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.choice((1, 1, 2, 4, 16, 64, 512)))


def _flip(rng: Random, content: bytes, _: bytes) -> bytes:
    changed = bytearray(content)
    for _turn in range(rng.choice((1, 1, 2, 8, 32)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _insert(rng: Random, content: bytes, _: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return (
        content[:at] + (rng.choice(_WORDS) if rng.random() < 0.7 else rng.randbytes(rng.randrange(1, 9))) + content[at:]
    )


def _overwrite(rng: Random, content: bytes, _: bytes) -> bytes:
    start, end = _span(rng, content)
    filler = rng.choice((b"\x00", b"\xff", b" ", b"9", rng.randbytes(1)))
    return content[:start] + filler * (end - start) + content[end:]


def _delete(rng: Random, content: bytes, _: bytes) -> bytes:
    start, end = _span(rng, content)
    return content[:start] + content[end:]


def _duplicate(rng: Random, content: bytes, _: bytes) -> bytes:
    start, end = _span(rng, content)
    return content[:end] + content[start:end] + content[end:]


def _truncate(rng: Random, content: bytes, _: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _splice(rng: Random, content: bytes, other: bytes) -> bytes:
    share = rng.random()
    return content[: int(len(content) * share)] + other[int(len(other) * share) :]


def _element(rng: Random, content: bytes, _: bytes) -> bytes:
    """An element of the XML doubled, moved or left out."""
    found = list(_ELEMENT.finditer(content))
    if not found:
        return content
    one, two = rng.choice(found), rng.choice(found)
    act = rng.randrange(3)
    if act == 0:
        return content[: one.start()] + content[one.end() :]
    if act == 1:
        return content[: one.end()] + one[0] + content[one.end() :]
    return content[: one.start()] + two[0] + content[one.end() :]


def _value(rng: Random, content: bytes, _: bytes) -> bytes:
    """An attribute, a text or a cell replaced by another or by a word of ours."""
    found = list(_VALUE.finditer(content))
    if not found:
        return content
    one, two = rng.choice(found), rng.choice(found)
    group = one.lastindex or 1
    word = two[two.lastindex or 1] if rng.random() < 0.4 else rng.choice(_WORDS)
    return content[: one.start(group)] + word + content[one.end(group) :]


Act = Callable[[Random, bytes, bytes], bytes]
_ACTS: tuple[Act, ...] = (_flip, _insert, _overwrite, _delete, _duplicate, _truncate, _splice)
_PART_ACTS: tuple[Act, ...] = (*_ACTS, _element, _element, _element, _value, _value, _value)


def _damage_archive(rng: Random, content: bytes, other: bytes) -> tuple[bytes, str]:
    """The archive with one part damaged, exchanged, left out, doubled or renamed, packed again soundly."""
    parts = unpacked(content)
    at = rng.randrange(len(parts))
    name, part = parts[at]
    act = rng.random()
    if act < 0.8:
        damage = rng.choice(_PART_ACTS)
        second = rng.choice(parts)[1]
        parts[at] = (name, damage(rng, part, second))
        return packed(parts), f"{name}: {damage.__name__.strip('_')}"
    to = rng.randrange(len(parts))
    if act < 0.85:
        parts[at], parts[to] = (name, parts[to][1]), (parts[to][0], part)
        return packed(parts), f"{name} exchanged with {parts[to][0]}"
    if act < 0.9:
        del parts[at]
        return packed(parts), f"{name} left out"
    if act < 0.95:
        parts.insert(to, (name, rng.choice(parts)[1]))
        return packed(parts), f"{name} twice"
    if zipfile.is_zipfile(io.BytesIO(other)):
        foreign = unpacked(other)
        parts[at] = (name, rng.choice(foreign)[1])
        return packed(parts), f"{name} from another file"
    parts[at] = (rng.choice((name.upper(), f"../{name}", f"/{name}", name[:-1], f"{name}/")), part)
    return packed(parts), f"{name} renamed"


def unpacked(content: bytes) -> list[tuple[str, bytes]]:
    """The parts of an archive, in order; names without the UTF-8 flag are GBK, as Windows writes them."""
    with zipfile.ZipFile(io.BytesIO(content), metadata_encoding="gb18030") as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def packed(parts: list[tuple[str, bytes]]) -> bytes:
    """A sound archive of the parts."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")  # two parts of one name are one of the damages
        for name, content in parts:
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, kind)
    return target.getvalue()
