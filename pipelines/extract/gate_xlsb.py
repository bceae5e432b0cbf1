"""What the records of an .xlsb say that the parser would hide: error cells, extents, merges, what is hidden.

The format keeps a result with every formula: whether it was ever calculated it does not tell.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator

from xlrd.biffh import error_text_from_code

from pipelines.extract.book_xml import inflated, link_targets, other_contents
from pipelines.extract.gate_books import Walk, enter_sights
from pipelines.extract.remarks import Gate, Remark
from pipelines.extract.sheet_xml import plainly_written, refuse_entities

_BOOK, _LINKS, _STYLES = "xl/workbook.bin", "xl/_rels/workbook.bin.rels", "xl/styles.bin"
_ROW, _ERROR, _FORMULA_ERROR, _SHEET, _BOOK_OPTIONS = 0, 3, 11, 156, 153
_COLUMNS, _MERGED, _FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 60, 176, 44, 47, 617, 618
_NUMBERS = frozenset({2, 5, 9})
_FORMULAS = frozenset({8, 9, 10, 11})
_VALUES = frozenset({2, 3, 4, 5, 6, 7, 62, *_FORMULAS})
_ROW_HIDDEN = 0x10
_PERCENT_FORMATS = frozenset({9, 10})


def look_into_xlsb(parts: dict[str, zipfile.ZipInfo], content: bytes) -> Gate:
    """The gate of an .xlsb; without sights where a record cannot be read. Raises Rejected."""
    remarks = other_contents(parts)
    try:
        sheets, is_from_1904 = _book(inflated(parts[_BOOK], content))
        links = inflated(parts[_LINKS], content)
        refuse_entities(links)
        targets = link_targets(plainly_written(links, b"<Relationships"))
        percent_styles = _percent_styles(inflated(parts[_STYLES], content)) if _STYLES in parts else frozenset()
        walks = (
            (title, _walk(inflated(part, content), percent_styles))
            for title, link in sheets
            if (part := parts.get(f"xl/{targets.get(link, '')}".lower())) and "/worksheets/" in part.filename.lower()
        )
        sights = enter_sights(walks)
    except (IndexError, struct.error, UnicodeError):
        return Gate("xlsb", remarks=remarks)
    if is_from_1904:
        remarks.append(Remark("R-DATE-1904"))
    return Gate("xlsb", remarks=remarks, sights=sights)


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(code, where its data begins, its length) of each record; code and length have 7 bits a byte, low ones first."""
    at, end = 0, len(data)
    while at < end:
        code = data[at]
        at += 1
        if code & 0x80:
            code = (code & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift == 28:
                break
        yield code, at, size
        at += size


def _book(data: bytes) -> tuple[list[tuple[str, str]], bool]:
    """(title, link) of every sheet, and whether dates count from 1904."""
    sheets = []
    is_from_1904 = False
    for code, at, _ in _records(data):
        if code == _BOOK_OPTIONS:
            is_from_1904 = bool(data[at] & 1)
        elif code == _SHEET:
            link, end = _text(data, at + 8)
            title, _ = _text(data, end)
            sheets.append((title, link))
    return sheets, is_from_1904


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends; one that is not there has the length FFFFFFFF."""
    (length,) = struct.unpack_from("<L", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le"), end


def _percent_styles(data: bytes) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a percentage."""
    formats = set(_PERCENT_FORMATS)
    styles: list[int] = []
    is_of_cells = False
    for code, at, _ in _records(data):
        if code == _FORMAT and "%" in _text(data, at + 2)[0]:
            formats.add(struct.unpack_from("<H", data, at)[0])
        elif code in (_STYLES_BEGIN, _STYLES_END):
            is_of_cells = code == _STYLES_BEGIN
        elif code == _STYLE and is_of_cells:
            styles.append(struct.unpack_from("<H", data, at + 2)[0])
    return frozenset(style for style, code in enumerate(styles) if code in formats)


def _walk(data: bytes, percent_styles: frozenset[int]) -> Walk:
    """One walk over the records of a sheet."""
    walk = Walk()
    sight = walk.sight
    row = 0
    for code, at, _ in _records(data):
        if code in _VALUES:
            column, style = struct.unpack_from("<LL", data, at)
            walk.enter(row, column)
            if code in _FORMULAS:
                sight.formulas.append((row, column))
            if code in (_ERROR, _FORMULA_ERROR):
                sight.cells[row, column] = ("E-CELL-ERROR", error_text_from_code.get(data[at + 8], "#"))
            elif code in _NUMBERS and style & 0xFFFFFF in percent_styles:
                sight.percents.add((row, column))
        elif code == _ROW:
            (row,) = struct.unpack_from("<L", data, at)
            if data[at + 11] & _ROW_HIDDEN:
                walk.hidden_rows.append(range(row, row + 1))
        elif code == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<4LH", data, at)
            if options & 1:
                walk.hidden_columns.append(range(first, last + 1))
        elif code == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4L", data, at)
            sight.merged.append(((top, left), (bottom, right)))
    return walk
