"""Workbooks of every kind, written byte by byte where it matters."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)

DRILL_HEADINGS = ["演练名称", "类别", "时间", "参加人数"]
DRILL = ["秋季消防演练", "消防", "2026-10-14", 480]

Sheets = Mapping[str, Sequence[Sequence[Any]]]


def book_bytes(sheets: Sheets) -> bytes:
    """A plain .xlsx."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(buffer, options) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None and value != "":
                        page.write(number, column, value)
    return buffer.getvalue()


def write_book(path: Path, sheets: Sheets) -> Path:
    """The plain .xlsx at that place."""
    path.write_bytes(book_bytes(sheets))
    return path


def text_cell(reference: str, text: str) -> str:
    """A cell of inline text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(*rows: str) -> str:
    """A sheet of rows given as their cells; the first is row 1."""
    filled = "".join(f'<row r="{number}">{cells}</row>' for number, cells in enumerate(rows, 1))
    return f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{filled}</sheetData></worksheet>'


def raw_parts(sheets: Mapping[str, str]) -> dict[str, bytes]:
    """The parts of an .xlsx whose sheets are given as XML."""
    entries = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in enumerate(sheets, 1)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        **{f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(sheets.values(), 1)},
    }
    return {name: text.encode() for name, text in parts.items()}


def packed(parts: Mapping[str, bytes], *more: tuple[str, bytes]) -> bytes:
    """A zip archive of the parts, and of more that may repeat a name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*parts.items(), *more]:
            archive.writestr(name, content)
    return buffer.getvalue()


def lying(content: bytes, part: str, size: int) -> bytes:
    """The archive with another uncompressed size of a part in both its headers."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(part)
    struct.pack_into("<L", changed, info.header_offset + 22, size)
    entry = content.index(b"PK\x01\x02")
    while content[entry + 46 : entry + 46 + len(part)] != part.encode():
        entry = content.index(b"PK\x01\x02", entry + 4)
    struct.pack_into("<L", changed, entry + 24, size)
    return bytes(changed)


def raw_book(sheets: Mapping[str, str]) -> bytes:
    """An .xlsx whose sheets are given as XML."""
    return packed(raw_parts(sheets))


def drill_sheet(*cells: str) -> str:
    """The XML of a drill sheet: its headings, then one row of the given cells."""
    headings = "".join(text_cell(f"{letter}1", name) for letter, name in zip("ABCD", DRILL_HEADINGS, strict=True))
    return sheet_xml(headings, "".join(cells))


def profile_sheet() -> str:
    """The XML of the sheet that says which school a raw book is from."""
    headings, school = ["学校标识码", "学校名称", "在校生数"], ["2153990102", "望楹街道第二小学", "300"]
    rows = [
        "".join(text_cell(f"{letter}{number}", text) for letter, text in zip("ABC", texts, strict=True))
        for number, texts in enumerate((headings, school), 1)
    ]
    return sheet_xml(*rows)


def drill_rows(*rows: str, after: str = "") -> str:
    """The XML of a drill sheet: its headings, then rows given as their cells, and what follows the rows."""
    headings = "".join(text_cell(f"{letter}1", name) for letter, name in zip("ABCD", DRILL_HEADINGS, strict=True))
    return sheet_xml(headings, *rows).replace("</sheetData>", f"</sheetData>{after}")


def school_parts(**sheets: str) -> dict[str, bytes]:
    """The parts of an .xlsx that names its school and holds those sheets besides."""
    return raw_parts({"学校概况": profile_sheet(), **sheets})


def ods_bytes(content: str) -> bytes:
    """An .ods with that table content."""
    spaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    xml = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>{content}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed({"mimetype": ODS_TYPE, "content.xml": xml.encode(), "META-INF/manifest.xml": b"<manifest/>"})


def ods_table(name: str, rows: Sequence[Sequence[str]]) -> str:
    """A table of an .ods."""
    filled = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return f'<table:table table:name="{name}">{filled}</table:table>'


def panicking_xls() -> bytes:
    """An .xls whose sheet begins far behind its end: the parser panics."""
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("drills").write(0, 0, 1)
    buffer = io.BytesIO()
    book.save(buffer)
    content = bytearray(buffer.getvalue())
    entry = content.index(b"drills") - 12
    assert content[entry : entry + 2] == b"\x85\x00"
    content[entry + 7] = 0xFF
    return bytes(content)
