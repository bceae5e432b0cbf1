"""Sheets as grids of Python values, for every format that a school sends."""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.extract.csv_rows import read_csv
from pipelines.extract.gates import open_gate
from pipelines.extract.panics import panics_refused
from pipelines.extract.remarks import Cells, Gate, Rejected, Remark
from pipelines.extract.sheet_xml import MAX_ROW, look_through, unreadable_reference
from pipelines.metadata.persons import without_numbers
from pipelines.store.archives import PACKED_SUFFIXES, packed_files

BOOK_KINDS = ("xlsx", "xlsb", "xls", "ods")
_MIDNIGHT = time(0)
_VISIBLE = "SheetVisibleEnum.Visible"
EXACT_FLOAT = 1e15


@dataclass
class Sheet:
    """One sheet as read: `rows` of Python values from A1 on, blanks as empty text.

    `problems` holds the cells whose content the reader cannot know: zero-based (row, column) to
    (finding code, text). `remarks` are the gate's about this sheet; the first sheet also carries those about the file.
    `formulas` and `percents` are the cells that formulas computed and those shown as percentages; `merged` are ranges,
    first and last cell, all zero-based.
    """

    name: str
    rows: list[list[Any]]
    is_hidden: bool = False
    problems: Cells = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    percents: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    is_from_1904: bool = False


@dataclass(frozen=True)
class Grid:
    """One sheet as texts from A1 on: what a receipt draws again."""

    name: str
    rows: list[list[str]]
    is_hidden: bool


def cell_text(value: Any) -> str | None:
    """The text of a cell; None when blank. Whole floats lose their point, dates become ISO."""
    if value.__class__ is str:
        return value or None
    if value.__class__ is float:
        return str(int(value)) if abs(value) < EXACT_FLOAT and value == int(value) else repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return None if value is None else str(value)


def read_sheets(path: Path, file_name: str) -> list[Sheet]:
    """Every sheet of a file, in order; a .zip of CSV files is one workbook.

    `file_name` is the name under which it arrived. Raises Rejected with the code of the finding.
    """
    gate = open_gate(path, PurePosixPath(file_name).suffix.lower())
    if gate.kind in BOOK_KINDS:
        return _book(path, gate)
    if gate.kind == "csv":
        return [Sheet(PurePosixPath(file_name).stem, read_csv(path.read_bytes(), file_name))]
    return _zip_of_files(path)


def read_grids(path: Path, file_name: str) -> list[Grid]:
    """The sheets as texts, named as in findings; what the reader could not know shows as written (#REF!)."""
    grids = []
    for sheet in read_sheets(path, file_name):
        rows = [[cell_text(value) or "" for value in row] for row in sheet.rows]
        for (row, column), (_, text) in sheet.problems.items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        grids.append(Grid(without_numbers(sheet.name), rows, sheet.is_hidden))
    return grids


@panics_refused()
def _book(path: Path, gate: Gate) -> list[Sheet]:
    from python_calamine import CalamineError, PasswordError, ZipError

    try:
        book = _opened(path, gate)
        _refuse_doubled([meta.name for meta in book.sheets_metadata])
        sheets = [
            _sheet(book.get_sheet_by_index(index), meta, gate)
            for index, meta in enumerate(book.sheets_metadata)
            if str(meta.typ).endswith("WorkSheet")
        ]
    except PasswordError as error:
        raise Rejected("E-ENCRYPTED") from error
    except ZipError as error:
        raise Rejected("E-TRUNCATED") from error
    except (CalamineError, ValueError, OSError) as error:
        for title, xml in gate.sheets.items():
            if address := unreadable_reference(xml):
                raise Rejected("E-CORRUPT", address, title) from error
        raise Rejected("E-CORRUPT", type(error).__name__) from error
    if sheets:
        sheets[0].remarks[:0] = [remark for remark in gate.remarks if not remark.sheet]
    return sheets


def _opened(path: Path, gate: Gate) -> Any:
    """The parser's book: of what the gate inflated, where there is that. What is wrong with a book its file tells."""
    from python_calamine import CalamineError, CalamineWorkbook

    if gate.opened is not None:
        with suppress(CalamineError):
            return CalamineWorkbook.from_filelike(io.BytesIO(gate.opened))
    return CalamineWorkbook.from_path(str(path))


def _refuse_doubled(titles: list[str]) -> None:
    """Refuse a book with two sheets of one name, in capitals or not: Excel knows none, and readers take either."""
    if len({title.casefold() for title in titles}) < len(titles):
        folded = [title.casefold() for title in titles]
        raise Rejected("E-DUP-SHEET", next(title for title in titles if folded.count(title.casefold()) > 1))


def _sheet(page: Any, meta: Any, gate: Gate) -> Sheet:
    """The sheet as the parser reads it, with what the gate says of it and what its XML says beyond its values."""
    sheet = Sheet(
        name=meta.name,
        rows=page.to_python(skip_empty_area=False),
        is_hidden=str(meta.visible) != _VISIBLE,
    )
    if gate.remarks:
        sheet.remarks = [remark for remark in gate.remarks if remark.sheet == meta.name]
        sheet.is_from_1904 = any(remark.code == "R-DATE-1904" for remark in gate.remarks)
    if gate.kind == "xlsx":
        xml = gate.sheets.get(meta.name)
        if xml is None:
            raise Rejected("E-CORRUPT", "sheet", meta.name)
        cells = list(chain.from_iterable(sheet.rows))
        filled = len(cells) - cells.count("")
        sight = look_through(xml, meta.name, filled, gate.percent_styles)
        sheet.problems, sheet.formulas, sheet.percents = sight.cells, sight.formulas, sight.percents
        sheet.remarks += sight.remarks
        sheet.merged = page.merged_cell_ranges or [] if sight.has_merged else []
    elif seen := gate.sights.get(meta.name):
        sheet.problems, sheet.formulas, sheet.percents = seen.cells, seen.formulas, seen.percents
        sheet.merged = seen.merged
        sheet.remarks += seen.remarks
    else:
        sheet.remarks.append(Remark("W-UNCHECKED", meta.name))
    if sheet.problems:
        _reach_problems(sheet)
    return sheet


def _reach_problems(sheet: Sheet) -> None:
    """Add the last rows where nothing but uncalculated formulas stands: the parser ends the sheet before them."""
    last = max(row for row, _ in sheet.problems)
    if len(sheet.rows) <= last < MAX_ROW:
        width = max((len(row) for row in sheet.rows), default=0)
        sheet.rows += [[""] * width for _ in range(last + 1 - len(sheet.rows))]


def _zip_of_files(path: Path) -> list[Sheet]:
    try:
        with zipfile.ZipFile(path) as archive:
            return _packed_sheets(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Rejected("E-CORRUPT", type(error).__name__) from error


def _packed_sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    parts = packed_files(archive)
    books = [(name, part) for name, part in parts if name.lower().endswith(PACKED_SUFFIXES)]
    tables = [(name, part) for name, part in parts if name.lower().endswith(".csv")]
    if len(books) > 1 or (books and tables):
        raise Rejected("E-SEVERAL-BOOKS", "、".join(name for name, _ in books[:5]))
    if books:
        return _packed_book(*books[0], archive)
    if not tables:
        raise Rejected("E-TYPE", "ZIP")
    return [Sheet(PurePosixPath(name).stem, read_csv(archive.read(part), name)) for name, part in tables]


def _packed_book(name: str, part: zipfile.ZipInfo, archive: zipfile.ZipFile) -> list[Sheet]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "book"
        unpacked.write_bytes(archive.read(part))
        gate = open_gate(unpacked, PurePosixPath(name).suffix.lower())
        if gate.kind not in BOOK_KINDS:
            raise Rejected("E-TYPE", "ZIP")
        return _book(unpacked, gate)
