"""What the raw XML of an .xlsx worksheet says that the parser would hide: how far it reaches, and cells it cannot know.

calamine returns error cells and uncalculated formulas as empty text, lets the last of two cells at one address win
and follows absurd extents. Every test on a good sheet is one pass over its bytes; cells are looked at only after one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import chain
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import unescape

from pipelines.extract.remarks import Rejected, Remark, Sight, spans
from pipelines.findings import address, column_letters

MAX_ROW = 20_000
MAX_COLUMN = 702
MAX_AREA = 1_000_000

_ROOT_WITHIN = 4096
_CELLS_END = b"</sheetData>"
# What a sheet may say before its cells that matters to them, and to the parser; what speaks of cells behind them.
_TELLING_HEAD = re.compile(
    rb'hidden|encoding(?!="UTF-8")|dimension(?! ref="[A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?"/>)'
)
_OF_CELLS = re.compile(rb"<(?:row|cols?|c|v)\b|mergeCell|<sheetData|.</sheetData", re.DOTALL)
_PREFIX = re.compile(rb"<(/?)\w+:")
_SINGLE_QUOTED = re.compile(rb"=(\s*)'([^'\"<>]*)'")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
# A value that does not end its cell; one in several pieces, of which the parser takes the first or the last.
_UNENDING_VALUE = re.compile(rb"<v(?!>[^<]*+</v></c>)")
_PIECED_VALUE = re.compile(rb"<v(?:\s[^>]*)?>[^<]*(?:<[^/]|</v>\s*<v)")
_TAG = re.compile(rb"<[^>]*>")
_AROUND_EQUALS = re.compile(rb"\s*=\s*(?=\")")
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<[A-Za-z_]", re.DOTALL)
# An address of three letters or six characters; a cell whose address does not come first, which small sheets may have.
# What is written to slip past these meets the memory limit of the reading process.
_FAR = re.compile(rb' r="[^"]{2}(?:[A-Z]|[^"]{4})')
_NOT_ADDRESSED = re.compile(rb"<c(?:>| +[^r])")
_SMALL_BYTES = 32_000
_TOKEN = re.compile(rb"(<row\b[^>]*>)|<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_FORMULA = re.compile(rb"<f[ />]")
_FORMULA_TEXT = re.compile(rb"<f(?: [^>]*)?>([^<]+)</f>")
_VALUE = re.compile(rb"<v[^>]*>(.*?)</v>", re.DOTALL)
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col\b[^>]*>")
_BETWEEN = (re.compile(rb'\bmin="(\d+)"'), re.compile(rb'\bmax="(\d+)"'))
_CHARACTER = re.compile(rb"&#(?:x([0-9a-fA-F]+)|(\d+));")
_HALVES = range(0xD800, 0xE000)


def refuse_entities(head: bytes) -> None:
    """Refuse a part whose beginning declares a document type, or is not XML in UTF-8."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:64]:
        raise Rejected("E-CORRUPT", "XML encoding")
    if not _PROLOG.match(head):
        declares = b"<!DOCTYPE" in head or b"<!ENTITY" in head
        raise Rejected("E-DTD" if declares else "E-CORRUPT", "" if declares else "XML")


def plainly_written(xml: bytes, root: bytes) -> bytes:
    """The XML as most programs write it: no prefixes, single quotes, comments, or line breaks within tags.

    Each test looks for a single rare byte, which costs next to nothing. A value in pieces is refused.
    """
    start = xml.find(root, 0, _ROOT_WITHIN)
    if start < 0:
        xml, start = _PREFIX.sub(rb"<\1", xml), 0
    if _UNENDING_VALUE.search(xml) and _PIECED_VALUE.search(xml):
        raise Rejected("E-CORRUPT", "<v>")
    if b"!" in xml:
        xml = _CDATA.sub(lambda text: text[1].replace(b"<", b"&lt;"), _COMMENT.sub(b"", xml))
    if b"'" in xml:
        xml = _SINGLE_QUOTED.sub(rb'=\1"\2"', xml)
    if b"\t" in xml or xml.find(b"\n", start) >= 0 or xml.find(b"\r", start) >= 0:
        xml = _TAG.sub(lambda tag: b" ".join(tag[0].split()), xml)
    return xml


def shortened(xml: bytes) -> bytes:
    """The sheet without what stands around its cells, where that is sound and says nothing of them: most of a template.

    The parser goes through a sheet once more, for the list of merged cells: an empty one before the cells ends that.
    What it would notice there, an end of what never began, is told by counting.
    """
    start = xml.find(b"<sheetData")
    end = xml.find(_CELLS_END, start)
    if min(start, end) < 0 or not _is_idle(xml[:start], xml[end:]):
        return xml
    cells = xml[start:end]
    if cells.count(b"<") != 2 * cells.count(b"</") + cells.count(b"/>") + 1:
        return xml
    return b"".join((b"<worksheet><mergeCells></mergeCells>", cells, b"</sheetData></worksheet>"))


@lru_cache(maxsize=4096)
def _is_idle(head: bytes, tail: bytes) -> bool:
    """Whether what stands before and behind the cells of a sheet is sound and says nothing of them."""
    if _TELLING_HEAD.search(head) or _OF_CELLS.search(tail):
        return False
    try:
        ParserCreate("UTF-8").Parse(head + b"<sheetData>" + tail, True)
    except ExpatError:
        return False
    return True


def refuse_extent(xml: bytes, title: str) -> None:
    """Refuse a sheet with content beyond what a table can need; formats out there do not matter."""
    if not _FAR.search(xml) and (len(xml) < _SMALL_BYTES or not _NOT_ADDRESSED.search(xml)):
        return
    last_row = last_column = 0
    for row, column, _, _ in _filled_cells(xml):
        if row >= MAX_ROW or column >= MAX_COLUMN:
            raise Rejected("E-EXTENT", address(row, column), title)
        last_row, last_column = max(last_row, row), max(last_column, column)
    if (last_row + 1) * (last_column + 1) > MAX_AREA:
        raise Rejected("E-EXTENT", address(last_row, last_column), title)


def look_through(xml: bytes, title: str, filled: int, percent_styles: Collection[bytes]) -> Sight:
    """What the sheet hides. `filled` is the number of cells that the parser did not return as blank."""
    sight = Sight()
    has_percents = bool(percent_styles) and any(b's="%b"' % style in xml for style in percent_styles)
    if has_percents or _may_compute(xml) or xml.count(b"</c>") != filled:
        _look_at_cells(sight, xml, title, filled, percent_styles)
    if b"hidden=" in xml:
        _look_for_hidden(sight, xml, title)
    sight.has_merged = xml.find(b"<mergeCell ", xml.rfind(b"</sheetData>")) >= 0
    return sight


def _may_compute(xml: bytes) -> bool:
    """Whether there are formulas; the cells of most sheets hold no f at all, and one byte is found in no time."""
    first, last = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    return (first < 0 or last < 0 or xml.find(b"f", first, last) >= 0) and _FORMULA.search(xml) is not None


def unreadable_reference(xml: bytes) -> str | None:
    """Address of the first cell with a character reference that no XML may hold; None for none."""
    return next((address(row, column) for row, column, _, body in _filled_cells(xml) if _is_unreadable(body)), None)


def _is_unreadable(body: bytes) -> bool:
    codes = [int(hexadecimal, 16) if hexadecimal else int(decimal) for hexadecimal, decimal in _CHARACTER.findall(body)]
    return any(not code or code in _HALVES for code in codes)


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _filled_cells(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Every cell that is more than a format: (row, column, attributes, body), placed as the parser places it."""
    row = column = -1
    for row_tag, attributes, body in _TOKEN.findall(_without_blanks(xml)):
        if row_tag:
            number = _ROW_NUMBER.search(row_tag)
            row, column = int(number[1]) - 1 if number else row + 1, -1
            continue
        reference = _REFERENCE.search(attributes)
        column = _column_index(reference[1]) if reference else column + 1
        if body or b't="e"' in attributes:
            yield int(reference[2]) - 1 if reference else row, column, attributes, body


def _without_blanks(xml: bytes) -> bytes:
    """The XML without blanks around the equals signs of tags; those of texts and formulas do not matter here."""
    return _AROUND_EQUALS.sub(b"=", xml) if b" =" in xml or b'= "' in xml else xml


def _look_at_cells(sight: Sight, xml: bytes, title: str, filled: int, percent_styles: Collection[bytes]) -> None:
    """Enter every cell that is not what it seems. Raises Rejected where the parser saw a cell that is not seen here."""
    seen: set[tuple[int, int]] = set()
    for row, column, attributes, body in _filled_cells(xml):
        at = row, column
        value = _VALUE.search(body)
        is_formula = _FORMULA.search(body) is not None
        if is_formula:
            sight.formulas.append(at)
        if value and b"&" in value[1] and b't="str"' not in attributes:
            raise Rejected("E-CORRUPT", address(row, column), title)
        if b't="e"' in attributes:
            sight.cells[at] = ("E-CELL-ERROR", value[1].decode("utf-8", "replace") if value else "#")
        elif is_formula and _is_uncalculated(attributes, body, value):
            sight.cells[at] = ("E-FORMULA-UNCALCULATED", _formula_text(body))
        elif value and (style := _STYLE.search(attributes)) and style[1] in percent_styles:
            sight.percents.add(at)
        if at in seen:
            sight.cells[at] = ("E-DUP-CELL", "")
        seen.add(at)
    if len(seen) < filled:
        raise Rejected("E-CORRUPT", "cells", title)


def _is_uncalculated(attributes: bytes, body: bytes, value: re.Match[bytes] | None) -> bool:
    """A formula without a stored value; an empty text that was calculated is one (t="str" with an empty v)."""
    if value is None:
        return b"<v/>" not in body
    return not value[1] and b't="str"' not in attributes


def _formula_text(body: bytes) -> str:
    """The formula as the bar of the spreadsheet shows it; empty where the cell shares that of another."""
    formula = _FORMULA_TEXT.search(body)
    return f"={unescape(formula[1].decode('utf-8', 'replace'))}" if formula else ""


def _look_for_hidden(sight: Sight, xml: bytes, title: str) -> None:
    """Rows and columns that are hidden as far as the content reaches; many hide all that lies beyond it."""
    filled = [(row, column) for row, column, _, _ in _filled_cells(xml)]
    last_row, last_column = (max(numbers) + 1 for numbers in zip(*filled, strict=True)) if filled else (0, 0)
    columns = [
        range(int(first[1]), min(int(last[1]), last_column) + 1)
        for tag in _COLUMN.findall(xml)
        if _HIDDEN.search(tag)
        for first, last in [[pattern.search(tag) for pattern in _BETWEEN]]
        if first and last
    ]
    rows: list[int] = []
    row = 0
    for tag, _, _ in _TOKEN.findall(xml):
        if tag:
            number = _ROW_NUMBER.search(tag)
            row = int(number[1]) if number else row + 1
            if row <= last_row and _HIDDEN.search(tag):
                rows.append(row)
    if rows:
        sight.remarks.append(Remark("W-HIDDEN-ROW", title, spans(rows)))
    if letters := spans(chain.from_iterable(columns), lambda column: column_letters(column - 1)):
        sight.remarks.append(Remark("W-HIDDEN-COLUMN", title, letters))
