"""The gate before the parser: what a file really is, and what the parser would hide.

calamine returns error cells and uncalculated formulas as empty text and follows absurd extents, so both are
looked for in the raw XML first. Legacy .xls and .ods have no such gate: their error cells are a stated limit.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

from pipelines.extract.remarks import Cells, Gate, Rejected, Remark, spans

__all__ = ["Gate", "Rejected", "Remark", "open_gate"]

MAX_FILE_BYTES = 50 << 20
MAX_PART_BYTES = 64 << 20
MAX_TOTAL_BYTES = 256 << 20
MAX_RATIO = 400
MAX_PARTS = 2000
MAX_SHEETS = 100
MAX_ROW = 20_000
MAX_COLUMN_LETTERS = 2

_LOCAL_HEADER = 30
_NAME_LENGTHS = struct.Struct("<HH")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"{\\rtf", "RTF"),
)
_FAR_CELL = re.compile(rb' r="([A-Z]{3,}\d+)"')
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row (?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
# Not a blank cell, <c r="B2" s="1"/>: it has no end tag, and the next cell would be taken for its content.
_CELL = re.compile(rb"<c\b([^>]*[^/>])>(.*?)</c>", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_FORMULA = re.compile(rb"<f[ />]")
_VALUE = re.compile(rb"<v>(.*?)</v>", re.DOTALL)
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ROOT_WITHIN = 4096
_PREFIX = re.compile(rb"<(/?)\w+:")
_SINGLE_QUOTED = re.compile(rb"='([^'\"<>]*)'")


def _text_kind(head: bytes, suffix: str) -> str:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise Rejected("E-TYPE", name)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        raise Rejected("E-TYPE", "HTML")
    if start.startswith(b"<?xml"):
        raise Rejected("E-TYPE", "XML")
    if suffix not in (".csv", ".txt"):
        raise Rejected("E-TYPE", "text" if b"\x00" not in head else "binary")
    return "csv"


def open_gate(path: Path, suffix: str) -> Gate:
    """What kind of file this is: xlsx, xlsb, xls, ods, csv or zip, with the problems of its sheets.

    `suffix` is that of the name under which it arrived. Raises Rejected with the code of the finding.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(4096)
    if size <= 1:
        raise Rejected("E-EMPTY", str(size))
    if size > MAX_FILE_BYTES:
        raise Rejected("E-TOO-BIG", f"{size >> 20} MB > {MAX_FILE_BYTES >> 20} MB")
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise Rejected("E-ENCRYPTED")
        return Gate("xls")
    if head.startswith(b"PK"):
        return _archive(path.read_bytes())
    return Gate(_text_kind(head, suffix))


def _archive(content: bytes) -> Gate:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            return _look_inside(archive, content)
    except (zipfile.BadZipFile, EOFError) as error:
        truncated = "not a zip file" in str(error) or "End-of-central" in str(error) or isinstance(error, EOFError)
        raise Rejected("E-TRUNCATED" if truncated else "E-CORRUPT", str(error)) from error
    except (zlib.error, struct.error, NotImplementedError, OSError, ValueError, KeyError) as error:
        raise Rejected("E-CORRUPT", type(error).__name__) from error
    except RuntimeError as error:
        raise Rejected("E-ENCRYPTED") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise Rejected("E-BOMB", f"{len(parts)} parts")
    seen: set[str] = set()
    total = 0
    for part in parts:
        name = part.filename.lower()
        if name in seen:
            raise Rejected("E-AMBIGUOUS-ZIP", part.filename)
        seen.add(name)
        if part.flag_bits & 1:
            raise Rejected("E-ENCRYPTED")
        total += part.file_size
        is_media = "/media/" in name
        if (
            not is_media and part.file_size > max(1 << 20, MAX_RATIO * part.compress_size)
        ) or part.file_size > MAX_PART_BYTES:
            raise Rejected("E-BOMB", f"{part.file_size >> 20} MB")
    if total > MAX_TOTAL_BYTES:
        raise Rejected("E-BOMB", f"{total >> 20} MB")


def _look_inside(archive: zipfile.ZipFile, content: bytes) -> Gate:
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return _look_into_sheets(archive, content)
    if "xl/workbook.bin" in names:
        return Gate("xlsb")
    if "mimetype" in names and archive.read("mimetype").strip() == _ODS:
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Rejected("E-ENCRYPTED")
        _refuse_entities(archive.read("content.xml"))
        return Gate("ods")
    if "word/document.xml" in names:
        raise Rejected("E-TYPE", "Word")
    if "ppt/presentation.xml" in names:
        raise Rejected("E-TYPE", "PowerPoint")
    return Gate("zip")


def _refuse_entities(xml: bytes) -> None:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in xml[:64]:
        raise Rejected("E-CORRUPT", "XML encoding")
    root = xml.find(b"<worksheet")
    prolog = xml[:root] if root >= 0 else xml
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
        raise Rejected("E-DTD")


def _inflated(part: zipfile.ZipInfo, content: bytes) -> bytes:
    """The part's bytes, straight from the file's: several times faster than ZipFile.read for many small parts.

    Raises Rejected where the part is longer or shorter than its entry says. Its checksum is left to the parser.
    """
    names = part.header_offset + _LOCAL_HEADER
    name_length, extra_length = _NAME_LENGTHS.unpack_from(content, names - _NAME_LENGTHS.size)
    start = names + name_length + extra_length
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        inflated = packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, part.file_size + 1)
    else:
        raise Rejected("E-CORRUPT", "compression")
    if len(inflated) != part.file_size:
        raise Rejected("E-CORRUPT", part.filename)
    return inflated


def _look_into_sheets(archive: zipfile.ZipFile, content: bytes) -> Gate:
    gate = Gate("xlsx")
    sheets = [
        part
        for part in archive.infolist()
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    ]
    if len(sheets) > MAX_SHEETS:
        raise Rejected("E-TOO-MANY-SHEETS", str(len(sheets)))
    cells: dict[str, Cells] = {}
    hidden: dict[str, str] = {}
    for part in sheets:
        name, xml = part.filename, _plainly_written(_inflated(part, content), b"<worksheet")
        _refuse_entities(xml)
        _refuse_extent(xml)
        if b't="e"' in xml or _FORMULA.search(xml):
            cells[name] = _problem_cells(xml)
        if b"hidden=" in xml and (rows := _HIDDEN_ROW.findall(xml)):
            hidden[name] = spans(map(int, rows))
    if cells or hidden:
        titles = _sheet_titles(archive)
        gate.cells = {titles.get(part, part): found for part, found in cells.items() if found}
        gate.remarks = [Remark("W-HIDDEN-ROW", titles.get(part, part), rows) for part, rows in hidden.items()]
    return gate


def _plainly_written(xml: bytes, root: bytes) -> bytes:
    """The XML without prefixes and single quotes, which some programs write and the patterns here do not know."""
    head = xml[:_ROOT_WITHIN]
    if root not in head:
        xml = _PREFIX.sub(rb"<\1", xml)
    return _SINGLE_QUOTED.sub(rb'="\1"', xml) if b"='" in head else xml


def _refuse_extent(xml: bytes) -> None:
    """A cell beyond the columns that a table can need, or a value below its rows; formats down there do not matter."""
    if far := _FAR_CELL.search(xml):
        raise Rejected("E-EXTENT", far[1].decode())
    if _row_at(xml, len(xml)) > MAX_ROW:
        last_value = max(xml.rfind(mark) for mark in (b"<v>", b"<v ", b"<is>", b"<f"))
        if (row := _row_at(xml, max(last_value, 0))) > MAX_ROW:
            raise Rejected("E-EXTENT", f"row {row}")


def _row_at(xml: bytes, position: int) -> int:
    """Number of the last row that begins before the position; 0 for none."""
    last = xml.rfind(b"<row ", 0, position)
    row = _ROW.match(xml, last) if last >= 0 else None
    return int(row[1]) if row else 0


def _problem_cells(xml: bytes) -> Cells:
    """Error cells, and formulas that hold no value, by zero-based (row, column)."""
    cells: Cells = {}
    for attributes, body in _CELL.findall(xml):
        is_error = b't="e"' in attributes
        if not is_error and not _FORMULA.search(body):
            continue
        value = _VALUE.search(body)
        if is_error:
            problem = ("E-CELL-ERROR", value[1].decode("utf-8", "replace") if value else "#")
        elif _is_uncalculated(attributes, body, value):
            problem = ("E-FORMULA-UNCALCULATED", "")
        else:
            continue
        reference = _REFERENCE.search(attributes)
        if reference is None:
            raise Rejected("E-CORRUPT", "cell without address")
        cells[int(reference[2]) - 1, _column_index(reference[1])] = problem
    return cells


def _is_uncalculated(attributes: bytes, body: bytes, value: re.Match[bytes] | None) -> bool:
    """A formula without a stored value; an empty text that was calculated is one (t="str" with an empty v)."""
    if value is None:
        return b"<v/>" not in body
    return not value[1] and b't="str"' not in attributes


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return match[1].decode("utf-8", "replace") if match else ""


def _sheet_titles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name of every sheet to its title, by way of the relationships."""
    from html import unescape

    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target")
        for tag in _RELATION.findall(_plainly_written(archive.read("xl/_rels/workbook.xml.rels"), b"<Relationships"))
    }
    titles: dict[str, str] = {}
    for tag in _SHEET.findall(_plainly_written(archive.read("xl/workbook.xml"), b"<workbook")):
        target = targets.get(_attribute(tag, rb"\w+:id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        titles[part] = unescape(_attribute(tag, b"name"))
    return titles
