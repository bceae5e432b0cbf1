"""What the records of an .xls say that the parser would hide: error cells, extents, merges, what is hidden.

The container is opened by xlrd; the records are walked here, since xlrd drops formulas, macro sheets and links, and
gives up on styles that no table needs. Not told by this format: whether an empty result of a formula was calculated.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from xlrd.biffh import error_text_from_code
from xlrd.compdoc import CompDoc, CompDocError

from pipelines.extract.gate_books import Walk, enter_sights
from pipelines.extract.remarks import Gate, Rejected, Remark, Sight, idle_contents

_STREAMS = ("Workbook", "Book")
_DAMAGED = (CompDocError, AssertionError, LookupError, RecursionError, ValueError, struct.error)
_BOF, _EOF, _CODEPAGE, _BOUNDSHEET, _DATEMODE, _FILEPASS = 0x809, 0x0A, 0x42, 0x85, 0x22, 0x2F
_FORMAT, _XF, _LINK = 0x41E, 0xE0, 0x1AE
_OF_BOOK = frozenset({_BOF, _EOF, _CODEPAGE, _BOUNDSHEET, _DATEMODE, _FILEPASS, _FORMAT, _XF, _LINK})
_ROW, _COLUMNS, _MERGED = 0x208, 0x7D, 0xE5
_FORMULA, _BOOL_OR_ERROR, _MANY_NUMBERS = 0x06, 0x205, 0xBD
_VALUES = frozenset({0x203, 0x27E, 0x204, 0xFD, 0xD6, _FORMULA, 0x206, 0x406, _BOOL_OR_ERROR})
_NUMBERS = frozenset({0x203, 0x27E, _FORMULA})
_OF_SHEETS = _VALUES | {_BOF, _EOF, _ROW, _COLUMNS, _MERGED, _MANY_NUMBERS}
_WORKSHEET, _MACRO_SHEET = 0, 1
_ROW_HIDDEN = 0x20
_PERCENT_FORMATS = frozenset({9, 10})
_BIFF8 = 0x600
_HEAD = struct.Struct("<HH")
_CELL = struct.Struct("<HHH")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ERROR_RESULT = 2
_IS_STREAM = 2


@dataclass
class _Globals:
    sheets: list[tuple[str, int, int]] = field(default_factory=list)
    """(title, kind, where it begins) of every sheet."""
    percent_formats: set[int] = field(default_factory=lambda: set(_PERCENT_FORMATS))
    formats: list[int] = field(default_factory=list)
    link_count: int = 0
    is_from_1904: bool = False

    @property
    def percent_styles(self) -> frozenset[int]:
        return frozenset(style for style, code in enumerate(self.formats) if code in self.percent_formats)


def look_into_xls(content: bytes) -> Gate:
    """The gate of an .xls; without sights where its container or a record cannot be read. Raises Rejected."""
    if _ENCRYPTED in content:
        raise Rejected("E-ENCRYPTED")
    try:
        document = CompDoc(content, logfile=io.StringIO())
        stream = _stream(document)
        book = _globals(stream)
        styles = book.percent_styles
        walks = ((title, _walk(stream, start, styles)) for title, kind, start in book.sheets if kind == _WORKSHEET)
        sights = enter_sights(walks)
        names = [node.name for node in document.dirlist]
    except _DAMAGED:
        return Gate("xls")
    return Gate("xls", remarks=_remarks(book, names), sights=sights)


def _stream(document: CompDoc) -> bytes:
    """The workbook's stream, at most as long as its entry says. Raises CompDocError where there is none."""
    entry = next(
        (node for name in _STREAMS for node in document.dirlist if node.name == name and node.etype == _IS_STREAM), None
    )
    if entry is None:
        raise CompDocError("no workbook")
    if entry.tot_size < document.min_size_std_stream:
        # xlrd follows a short stream for ever where its sectors lead back into themselves.
        sector = entry.first_SID
        for _ in document.SSAT:
            sector = document.SSAT[sector] if sector >= 0 else sector
        if sector >= 0:
            raise CompDocError("endless")
    content, start, size = document.locate_named_stream(entry.name)
    return bytes(content[start : start + size])


def _records(stream: bytes, position: int, wanted: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """(code, where its data begin, their length) of each wanted record up to the end of the stream."""
    last = len(stream) - _HEAD.size
    read = _HEAD.unpack_from
    while position <= last:
        code, size = read(stream, position)
        position += _HEAD.size
        if code in wanted:
            yield code, position, size
        position += size


def _globals(stream: bytes) -> _Globals:
    book = _Globals()
    version, encoding = _BIFF8, "cp1252"
    for code, at, size in _records(stream, 0, _OF_BOOK):
        if code == _EOF:
            break
        if code == _BOF:
            version = _HEAD.unpack_from(stream, at)[0]
        elif code == _FILEPASS:
            raise Rejected("E-ENCRYPTED")
        elif code == _CODEPAGE:
            encoding = f"cp{_HEAD.unpack_from(stream + b'  ', at)[0]}"
        elif code == _BOUNDSHEET:
            start, _, kind = struct.unpack_from("<LBB", stream, at)
            book.sheets.append((_text(stream[at + 6 : at + size], version, encoding), kind, start))
        elif code == _DATEMODE:
            book.is_from_1904 = stream[at : at + 2] == b"\x01\x00"
        elif code == _FORMAT and b"%" in stream[at + 2 : at + size]:
            book.percent_formats.add(_HEAD.unpack_from(stream, at)[0])
        elif code == _XF:
            book.formats.append(_HEAD.unpack_from(stream, at)[1])
        elif code == _LINK:
            # Links to the book itself and to add-ins are four bytes: a number of sheets and a mark.
            book.link_count += size > 4
    return book


def _text(data: bytes, version: int, encoding: str) -> str:
    """A title: its length, then, from Excel 97 on, whether its characters are two bytes."""
    length = data[0]
    if version < _BIFF8:
        return data[1 : 1 + length].decode(encoding)
    return data[2 : 2 + 2 * length].decode("utf-16-le") if data[1] & 1 else data[2 : 2 + length].decode("latin-1")


def _walk(stream: bytes, start: int, percent_styles: frozenset[int]) -> Walk:
    """One walk over the records of a sheet."""
    walk = Walk()
    depth = 0
    for code, at, size in _records(stream, start, _OF_SHEETS):
        if code in _VALUES:
            row, column, style = _CELL.unpack_from(stream, at)
            walk.enter(row, column)
            if style in percent_styles and code in _NUMBERS:
                walk.sight.percents.add((row, column))
            if code in (_BOOL_OR_ERROR, _FORMULA):
                _look_at_result(walk.sight, (row, column), code, stream[at + 6 : at + size])
        elif code == _MANY_NUMBERS:
            _look_at_numbers(walk, stream[at : at + size], percent_styles)
        elif code == _ROW:
            if stream[at + 12] & _ROW_HIDDEN:
                row = _HEAD.unpack_from(stream, at)[0]
                walk.hidden_rows.append(range(row, row + 1))
        elif code == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<5H", stream, at)
            if options & 1:
                walk.hidden_columns.append(range(first, last + 1))
        elif code == _MERGED:
            ranges = struct.iter_unpack("<4H", stream[at + 2 : at + 2 + (size - 2) // 8 * 8])
            walk.sight.merged += [((top, left), (bottom, right)) for top, bottom, left, right in ranges]
        else:
            depth += 1 if code == _BOF else -1
            if depth == 0:
                break
    return walk


def _look_at_result(sight: Sight, cell: tuple[int, int], code: int, data: bytes) -> None:
    """An error stands as such, or as the result of a formula: 2, nothing, its number, and FFFF at the end."""
    error: int | None = None
    if code == _FORMULA:
        sight.formulas.append(cell)
        if data[6:8] == b"\xff\xff" and data[0] == _ERROR_RESULT:
            error = data[2]
    elif data[1]:
        error = data[0]
    if error is not None:
        sight.cells[cell] = ("E-CELL-ERROR", error_text_from_code.get(error, "#"))


def _look_at_numbers(walk: Walk, data: bytes, percent_styles: frozenset[int]) -> None:
    """A run of numbers in one row: its row and first column, then style and number of each."""
    row, first = _HEAD.unpack_from(data)
    for step in range((len(data) - 6) // 6):
        walk.enter(row, first + step)
        if _HEAD.unpack_from(data, 4 + 6 * step)[0] in percent_styles:
            walk.sight.percents.add((row, first + step))


def _remarks(book: _Globals, names: list[str]) -> list[Remark]:
    macros = ["vbaproject"] if any(name.startswith("_VBA_PROJECT") for name in names) else []
    macros += ["macrosheets"] if any(kind == _MACRO_SHEET for _, kind, _ in book.sheets) else []
    macros += ["embeddings"] if any(name.startswith("MBD") for name in names) else []
    dates = [Remark("R-DATE-1904")] if book.is_from_1904 else []
    return idle_contents(macros, book.link_count) + dates
