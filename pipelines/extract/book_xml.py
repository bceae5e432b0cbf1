"""The parts of an .xlsx that the parser will read, looked at before it: titles, extents, texts, macros, links.

Every part that the parser reads is begun here first, so that none declares entities; the sheets are inflated whole.
Parts that nobody reads (pictures, themes, properties) stay packed.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from deflate import DeflateError, crc32, deflate_decompress

from pipelines.extract.opened_book import opened_book
from pipelines.extract.remarks import Gate, Rejected, Remark, idle_contents
from pipelines.extract.sheet_xml import plainly_written, refuse_entities, refuse_extent, shortened

MAX_SHEETS = 100
MAX_TEXT_BYTES = 256 << 20

_PROLOG_WITHIN = 1024
_LOCAL_HEADER = 30
_NAME_LENGTHS = struct.Struct("<HH")
_SHEET_FOLDER = "xl/worksheets/"
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TEXTS, _STYLES = "xl/sharedstrings.xml", "xl/styles.xml"
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(\w+)\s*=\s*"([^"]*)"')
_ANY_SHEET = re.compile(rb"<(?:work|chart|dialog|macro)sheet[\s/>]")
_ROOT_WITHIN = 4096
_IS_1904 = re.compile(rb'\bdate1904="(?:1|true)"')
_CELL_FORMATS = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb'<xf\b[^>]*?\bnumFmtId="(\d+)"')
_NUMBER_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_PERCENT_FORMATS = {b"9", b"10"}
_REFERS = re.compile(rb'\bt="s"[^>]*>(?:<f.*?(?:</f>|/>))?<v>(\d+)</v>', re.DOTALL)
# The shortest cell that refers to a shared text: <c r="A1" t="s"><v>0</v></c>.
_SHORTEST_CELL = 32
_MACROS = ("vbaproject", "/macrosheets/", "/activex/", "/embeddings/")
_LINKED = "/externallinks/"


def inflated(part: zipfile.ZipInfo, content: bytes) -> bytes:
    """The part's bytes, straight from the file's: several times faster than ZipFile.read for many small parts.

    Raises Rejected where the part is longer or shorter than its entry says. Its checksum is left to the parser.
    """
    packed = _packed(part, content)
    plain = packed if part.compress_type == zipfile.ZIP_STORED else _inflate(packed, part.file_size + 1)
    if len(plain) != part.file_size:
        raise Rejected("E-CORRUPT", part.filename)
    return plain


def _beginning(part: zipfile.ZipInfo, content: bytes) -> bytes:
    packed = _packed(part, content)
    return packed[:_PROLOG_WITHIN] if part.compress_type == zipfile.ZIP_STORED else _inflate(packed, _PROLOG_WITHIN)


def _packed(part: zipfile.ZipInfo, content: bytes) -> bytes:
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Rejected("E-CORRUPT", "compression")
    names = part.header_offset + _LOCAL_HEADER
    name_length, extra_length = _NAME_LENGTHS.unpack_from(content, names - _NAME_LENGTHS.size)
    start = names + name_length + extra_length
    return content[start : start + part.compress_size]


def _inflate(packed: bytes, limit: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)


@dataclass
class _Archive:
    """An archive, and what was inflated of it and is sound, by name in small letters, as the parser is to read it."""

    parts: dict[str, zipfile.ZipInfo]
    content: bytes
    plain: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str, root: bytes) -> bytes:
        """The part as `plainly_written`; raises KeyError where there is none."""
        part = self.parts[name]
        xml = self._inflated(name, part)
        refuse_entities(xml)
        return plainly_written(xml, root)

    def read_sheet(self, name: str) -> bytes:
        """The worksheet `shortened`, which is what the parser reads of it, and `plainly_written`."""
        xml = self._inflated(name, self.parts[name])
        refuse_entities(xml)
        xml = shortened(xml)
        if name in self.plain:
            self.plain[name] = xml
        return plainly_written(xml, b"<worksheet")

    def _inflated(self, name: str, part: zipfile.ZipInfo) -> bytes:
        """The part's bytes; where it is not sound, what is wrong is left to the slower way and to the parser."""
        if part.compress_type == zipfile.ZIP_DEFLATED:
            with suppress(DeflateError):
                plain = bytes(deflate_decompress(_packed(part, self.content), part.file_size))
                if len(plain) == part.file_size and crc32(plain) == part.CRC:
                    self.plain[name] = plain
                    return plain
        return inflated(part, self.content)


def look_into_book(parts: dict[str, zipfile.ZipInfo], content: bytes) -> Gate:
    """The gate of an .xlsx. `parts` holds the archive's by name in small letters, as the parser finds them.

    Raises Rejected; KeyError where the workbook lacks its table of parts.
    """
    archive = _Archive(parts, content)
    book = archive.read(_BOOK, b"<workbook")
    gate = Gate("xlsx", remarks=other_contents(parts))
    if _IS_1904.search(book):
        gate.remarks.append(Remark("R-DATE-1904"))
    sheets = _sheet_parts(tuple(_SHEET.findall(book)), archive.read(_LINKS, b"<Relationships"))
    if len(sheets) > MAX_SHEETS:
        raise Rejected("E-TOO-MANY-SHEETS", str(len(sheets)))
    for title, name in sheets:
        if name.lower() not in parts:
            raise Rejected("E-CORRUPT", name, title)
        gate.sheets[title] = xml = archive.read_sheet(name.lower())
        _refuse_no_sheet(xml, title)
        refuse_extent(xml, title)
    gate.remarks += _unnamed_sheets(parts, sheets)
    if _TEXTS in parts:
        _refuse_amplified(archive, gate.sheets)
    if _STYLES in parts:
        gate.percent_styles = _percent_styles(archive.read(_STYLES, b"<styleSheet"))
    gate.opened = opened_book(content, parts, archive.plain)
    return gate


def _refuse_no_sheet(xml: bytes, title: str) -> None:
    """Refuse a part that the parser would take for an empty sheet, or some of whose cells it would skip."""
    if not _ANY_SHEET.search(xml, 0, _ROOT_WITHIN) or b"\x00" in xml:
        raise Rejected("E-CORRUPT", "worksheet", title)


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    """The tag's attributes, of names without prefix."""
    return dict(_ATTRIBUTE.findall(tag))


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return unescape(text) if "&" in text else text


def link_targets(links: bytes) -> dict[str, str]:
    """Where each relationship of a plainly written table of relationships leads, by its id."""
    found = map(_attributes, _RELATION.findall(links))
    return {_text(link.get(b"Id", b"")): _text(link.get(b"Target", b"")) for link in found}


@lru_cache(maxsize=512)
def _sheet_parts(tags: tuple[bytes, ...], links: bytes) -> tuple[tuple[str, str], ...]:
    """(title, name of the part) of every sheet, by way of the relationships: the same in all books of a template."""
    targets = link_targets(links)
    sheets = []
    for sheet in map(_attributes, tags):
        target = targets.get(_text(sheet.get(b"id", b"")), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        sheets.append((_text(sheet.get(b"name", b"")), part))
    return tuple(sheets)


def _unnamed_sheets(parts: Iterable[str], sheets: Sequence[tuple[str, str]]) -> list[Remark]:
    """Worksheets that the archive holds and the workbook does not name: nobody sees them, and they are not read."""
    named = {name.lower() for _, name in sheets}
    stray = [name for name in parts if name.startswith(_SHEET_FOLDER) and name.endswith(".xml") and name not in named]
    return [Remark("W-HIDDEN-SHEET", name.removeprefix(_SHEET_FOLDER)) for name in stray]


def other_contents(parts: Iterable[str]) -> list[Remark]:
    """Macros, embedded programs and links to other files among the parts, none of which is run or followed."""
    names = "\n".join(parts)
    macros = [mark.strip("/") for mark in _MACROS if mark in names]
    links = sum(_LINKED in name and name.endswith((".xml", ".bin")) for name in parts) if _LINKED in names else 0
    return idle_contents(macros, links)


def _refuse_amplified(archive: _Archive, sheets: dict[str, bytes]) -> None:
    """Refuse a book whose shared texts, written out wherever cells refer to them, would fill the memory.

    The texts of most books cannot, and only their beginning is inflated: the parser itself refuses a part that is
    longer than its entry says.
    """
    part = archive.parts[_TEXTS]
    refuse_entities(_beginning(part, archive.content))
    if part.file_size * (sum(map(len, sheets.values())) // _SHORTEST_CELL) <= MAX_TEXT_BYTES:
        return
    lengths = [len(text) for text in archive.read(_TEXTS, b"<sst").split(b"</si>")]
    total = 0
    for xml in sheets.values():
        for index, count in Counter(_REFERS.findall(xml)).items():
            total += lengths[int(index)] * count if int(index) < len(lengths) else 0
    if total > MAX_TEXT_BYTES:
        raise Rejected("E-BOMB", f"{total >> 20} MB")


@lru_cache(maxsize=64)
def _percent_styles(styles: bytes) -> frozenset[bytes]:
    """Numbers of the cell styles that show a number as a percentage."""
    if not any(mark in styles for mark in (b'numFmtId="9"', b'numFmtId="10"', b"%")):
        return frozenset()
    formats = _CELL_FORMATS.search(styles)
    if formats is None:
        return frozenset()
    written = map(_attributes, _NUMBER_FORMAT.findall(styles))
    percents = {code.get(b"numFmtId") for code in written if b"%" in code.get(b"formatCode", b"")} | _PERCENT_FORMATS
    used = (number for number, code in enumerate(_FORMAT.findall(formats[0])) if code in percents)
    return frozenset(str(number).encode() for number in used)
