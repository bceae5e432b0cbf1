"""Workbooks of the older and rarer kinds, .xls, .xlsb and .ods, written record by record."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlwt.CompoundDoc import XlsDoc

from tests.unit.extract.books import DRILL_HEADINGS, packed

PROFILE_HEADINGS = ["学校标识码", "学校名称", "在校生数"]
PROFILE = ["2153990102", "望楹街道第二小学", "300"]
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Page:
    """One sheet of records; `state` 1 is hidden, 2 very hidden; `kind` 1 is a macro sheet."""

    title: str
    body: bytes
    state: int = 0
    kind: int = 0


def xls_record(code: int, data: bytes = b"") -> bytes:
    """A record of an .xls."""
    return struct.pack("<HH", code, len(data)) + data


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def xls_text(row: int, column: int, text: str) -> bytes:
    """A cell of text."""
    return xls_record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + _wide(text))


def xls_number(row: int, column: int, number: float, style: int = 0) -> bytes:
    """A cell with a number."""
    return xls_record(0x203, struct.pack("<HHHd", row, column, style, number))


def xls_formula(row: int, column: int, result: bytes) -> bytes:
    """A cell with the formula 1 and that stored result of eight bytes."""
    return xls_record(6, struct.pack("<HHH8sHLH", row, column, 0, result, 0, 0, 3) + b"\x1e\x01\x00")


def xls_error(row: int, column: int, number: int) -> bytes:
    """A cell with an error, which its number names: 42 is #N/A."""
    return xls_record(0x205, struct.pack("<HHHBB", row, column, 0, number, 1))


def xls_rows(*rows: Sequence[str]) -> bytes:
    """Cells of text from A1 on."""
    return b"".join(
        xls_text(row, column, text) for row, texts in enumerate(rows) for column, text in enumerate(texts) if text
    )


def xls_stream(pages: Sequence[Page], before: bytes = b"") -> bytes:
    """The workbook stream; `before` are records of the whole book."""
    begin = xls_record(0x809, struct.pack("<4HLL", 0x600, 5, 0xDBB, 0x7CC, 0, 6)) + before
    titles = [_wide(page.title) for page in pages]
    at = len(begin) + sum(4 + 8 + len(title) for title in titles) + 4
    entries, sheets = b"", b""
    for page, title in zip(pages, titles, strict=True):
        entries += xls_record(
            0x85, struct.pack("<LBBBB", at + len(sheets), page.state, page.kind, len(title) // 2, 1) + title
        )
        sheets += xls_record(0x809, struct.pack("<4HLL", 0x600, 0x10, 0xDBB, 0x7CC, 0, 6)) + page.body + xls_record(10)
    return begin + entries + xls_record(10) + sheets


def xls_bytes(*pages: Page, before: bytes = b"") -> bytes:
    """An .xls of these sheets."""
    buffer = io.BytesIO()
    XlsDoc().save(buffer, xls_stream(pages, before))
    return buffer.getvalue()


def xls_drills(*cells: bytes) -> Page:
    """A drill sheet: its headings, then cells."""
    return Page("应急演练", xls_rows(DRILL_HEADINGS) + b"".join(cells))


def xls_school(*pages: Page, before: bytes = b"") -> bytes:
    """An .xls that names its school and holds those sheets besides."""
    return xls_bytes(Page("学校概况", xls_rows(PROFILE_HEADINGS, PROFILE)), *pages, before=before)


def with_storage(content: bytes, name: str) -> bytes:
    """The .xls with one more, empty storage in its container."""
    changed = bytearray(content)
    entry = content.index(_wide("Root Entry")) + 3 * 128
    label = _wide(name) + b"\x00\x00"
    changed[entry : entry + len(label)] = label
    struct.pack_into("<HBB", changed, entry + 64, len(label), 1, 1)
    return bytes(changed)


def xlsb_record(code: int, data: bytes = b"") -> bytes:
    """A record of an .xlsb: code and length have seven bits a byte, low ones first."""
    head = bytes([code]) if code < 0x80 else bytes([code & 0x7F | 0x80, code >> 7])
    size = len(data)
    while size >= 0x80:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + data


def xlsb_row(number: int, is_hidden: bool = False) -> bytes:
    """The record that begins a row, zero-based."""
    return xlsb_record(0, struct.pack("<LLHBBBL", number, 0, 300, 0, 0x10 if is_hidden else 0, 0, 0))


def xlsb_cell(column: int, code: int, data: bytes, style: int = 0) -> bytes:
    """A cell of the row that was begun."""
    return xlsb_record(code, struct.pack("<LL", column, style) + data)


def _long(text: str) -> bytes:
    return struct.pack("<L", len(text)) + _wide(text)


def xlsb_text(column: int, text: str) -> bytes:
    """A cell of text."""
    return xlsb_cell(column, 6, _long(text))


def xlsb_texts(number: int, texts: Sequence[str]) -> bytes:
    """A row of text."""
    return xlsb_row(number) + b"".join(xlsb_text(column, text) for column, text in enumerate(texts) if text)


def xlsb_bytes(*pages: Page, more: Mapping[str, bytes] | None = None, is_from_1904: bool = False) -> bytes:
    """An .xlsb of these sheets, `body` being what lies between begin and end of the sheet's data and what follows."""
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number, _ in enumerate(pages, 1)
    )
    entries = b"".join(
        xlsb_record(156, struct.pack("<LL", page.state, number) + _long(f"rId{number}") + _long(page.title))
        for number, page in enumerate(pages, 1)
    )
    options = xlsb_record(153, struct.pack("<LLL", is_from_1904, 0, 0))
    book = xlsb_record(131) + options + xlsb_record(143) + entries + xlsb_record(144) + xlsb_record(132)
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>'.encode(),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_RELATIONS}">{links}</Relationships>'.encode(),
    }
    for number, page in enumerate(pages, 1):
        size = xlsb_record(148, struct.pack("<4L", 0, 100, 0, 20))
        sheet = xlsb_record(129) + size + xlsb_record(145) + page.body + xlsb_record(130)
        parts[f"xl/worksheets/sheet{number}.bin"] = sheet
    return packed(parts | dict(more or {}))


def xlsb_drills(*rows: bytes, after: bytes = b"") -> Page:
    """A drill sheet: its headings, then rows, then what follows the rows."""
    return Page("应急演练", xlsb_texts(0, DRILL_HEADINGS) + b"".join(rows) + xlsb_record(146) + after)


def xlsb_school(*pages: Page, more: Mapping[str, bytes] | None = None, is_from_1904: bool = False) -> bytes:
    """An .xlsb that names its school and holds those sheets besides."""
    profile = xlsb_texts(0, PROFILE_HEADINGS) + xlsb_texts(1, PROFILE) + xlsb_record(146)
    return xlsb_bytes(Page("学校概况", profile), *pages, more=more, is_from_1904=is_from_1904)
