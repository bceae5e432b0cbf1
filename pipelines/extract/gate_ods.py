"""What the XML of an .ods says that the parser would hide: error cells, extents, merges, what is hidden."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from pipelines.extract.book_xml import inflated
from pipelines.extract.gate_books import Walk, enter_sights
from pipelines.extract.remarks import Gate, Rejected, idle_contents
from pipelines.extract.sheet_xml import MAX_COLUMN, MAX_ROW, refuse_entities
from pipelines.findings import address

_ERROR = re.compile(r"#(?:REF!|N/A|DIV/0!|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+")
_EMPTY_LIBRARIES = ("script-lb.xml", "script-lc.xml", "dialog-lb.xml", "dialog-lc.xml")
_TABLE, _OFFICE = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0 " for name in ("table", "office"))
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"
_KIND = (_OFFICE + "value-type", "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type")
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
# What these hold is no content of the sheet.
_BESIDE = (_TABLE + "tracked-changes", _OFFICE + "annotation", _TABLE + "shapes")


def look_into_ods(parts: dict[str, zipfile.ZipInfo], content: bytes) -> Gate:
    """The gate of an .ods; without sights where its XML cannot be read. Raises Rejected."""
    manifest = parts.get("meta-inf/manifest.xml")
    if manifest and b"encryption-data" in inflated(manifest, content):
        raise Rejected("E-ENCRYPTED")
    xml = inflated(parts["content.xml"], content)
    refuse_entities(xml)
    reader = _Reader()
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.read
    try:
        parser.Parse(xml, True)
    except (ExpatError, LookupError, ValueError):
        return Gate("ods")
    sights = enter_sights(reader.walks)
    return Gate("ods", remarks=idle_contents(_macros(parts), reader.link_count), sights=sights)


def _macros(parts: dict[str, zipfile.ZipInfo]) -> list[str]:
    return [
        folder
        for folder in ("basic", "scripts", "object")
        if any(name.startswith(folder) and not name.endswith(("/", *_EMPTY_LIBRARIES)) for name in parts)
    ]


@dataclass
class _Cell:
    """A cell while it is read; it stands for `count` cells beside each other. An empty text is one of its texts."""

    attributes: dict[str, str]
    count: int
    texts: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return next((self.attributes[name] for name in reversed(_KIND) if name in self.attributes), "")


class _Reader:
    """Walks over every table as the XML is read. Repeated rows and columns count, but are not unrolled."""

    def __init__(self) -> None:
        self.walks: list[tuple[str, Walk]] = []
        self.link_count = 0
        self._walk = Walk()
        self._row, self._column, self._columns_declared = 0, 0, 0
        self._row_count = 1
        self._filled_to = -1
        self._cell: _Cell | None = None
        self._beside = 0
        self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._beside or name in _BESIDE:
            self._beside += 1
        elif name in _CELLS:
            self._cell = _Cell(attributes, _number(attributes, "number-columns-repeated"))
        elif name == _TEXT:
            self._in_text = True
            if self._cell is not None:
                self._cell.texts.append("")
        elif name == _TABLE + "table-row":
            self._row_count = _number(attributes, "number-rows-repeated")
            self._column, self._filled_to = 0, -1
            if attributes.get(_TABLE + "visibility") in ("collapse", "filter"):
                self._walk.hidden_rows.append(range(self._row, self._row + self._row_count))
        elif name == _TABLE + "table-column":
            first, self._columns_declared = (
                self._columns_declared,
                self._columns_declared + _number(attributes, "number-columns-repeated"),
            )
            if attributes.get(_TABLE + "visibility") in ("collapse", "filter"):
                self._walk.hidden_columns.append(range(first, self._columns_declared))
        elif name == _TABLE + "table":
            if self._cell is not None:
                self._refuse_cell()
            self._walk = Walk()
            self._row = self._columns_declared = 0
            self.walks.append((attributes.get(_TABLE + "name", ""), self._walk))
        elif name in (_TABLE + "table-source", _TABLE + "cell-range-source", _OFFICE + "dde-source"):
            self.link_count += 1

    def read(self, text: str) -> None:
        if self._in_text and not self._beside and self._cell is not None:
            self._cell.texts.append(text)

    def end(self, name: str) -> None:
        if self._beside:
            self._beside -= 1
        elif name == _TEXT:
            self._in_text = False
        elif name in _CELLS and self._cell is not None:
            self._enter(self._cell)
            self._column += self._cell.count
            self._cell = None
        elif name == _TABLE + "table-row":
            self._row += self._row_count
            if self._filled_to >= 0:
                self._walk.last_row = self._row - 1
                self._walk.last_column = max(self._walk.last_column, self._filled_to)

    def _enter(self, cell: _Cell) -> None:
        attributes, sight = cell.attributes, self._walk.sight
        text = "".join(cell.texts)
        formula = attributes.get(_TABLE + "formula")
        across, down = _number(attributes, "number-columns-spanned"), _number(attributes, "number-rows-spanned")
        if across > 1 or down > 1:
            at = self._row, self._column
            sight.merged.append((at, (self._row + down - 1, self._column + across - 1)))
        if not (cell.kind or text or formula is not None):
            return
        if not cell.kind and formula is None:
            self._refuse_cell()
        self._filled_to = self._column + cell.count - 1
        if formula is not None and "'file:" in formula:
            self.link_count += 1
        problem: tuple[str, str] | None = None
        if cell.kind == "error" or (formula is not None and _ERROR.fullmatch(text)):
            problem = ("E-CELL-ERROR", text or "#")
        elif formula is not None and not cell.kind and not cell.texts:
            problem = ("E-FORMULA-UNCALCULATED", "")
        if problem is None and formula is None and cell.kind != "percentage":
            return
        for row in range(self._row, min(self._row + self._row_count, MAX_ROW)):
            for column in range(self._column, min(self._column + cell.count, MAX_COLUMN)):
                if problem:
                    sight.cells[row, column] = problem
                if formula is not None:
                    sight.formulas.append((row, column))
                if cell.kind == "percentage":
                    sight.percents.add((row, column))

    def _refuse_cell(self) -> None:
        """The parser takes a text without a type for a blank, and a table in a cell for the sheet."""
        title, _ = self.walks[-1]
        raise Rejected("E-CORRUPT", address(self._row, self._column), title)


def _number(attributes: dict[str, str], name: str) -> int:
    """A count of repetitions or spanned cells; 1 where there is none, or none that can be."""
    return max(1, int(attributes.get(_TABLE + name, 1)))
