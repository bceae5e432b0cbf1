"""Tables of the bulletin in Word: heading rows that each page repeats, unbroken rows, columns by what they hold."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pipelines.report import wording
from pipelines.report.tables import Cell, Table
from pipelines.report.word import Bookmarks, add_paragraph, add_run

_TABLE, _BESIDE, _CAPTION, _EMPTY = Pt(9), Pt(8), Pt(14), Pt(12)
_PITCH, _AIR = Pt(12.5), Pt(1)
WIDE_COLUMNS = 7
"""A table with more columns goes on a landscape page."""
_NARROWEST, _KEPT, _WIDEST = 2.5, 16.0, 40.0
"""In ems: what a column has at least; up to what width it is left unbroken; more than which it cannot claim."""
_MOST = 0.7
"""Of the page's width, what narrow columns may take before all are narrowed alike."""
_PADDING = Mm(1.2)


def _fill(cell: Any, content: Cell, bookmarks: Bookmarks, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    form = paragraph.paragraph_format
    form.space_before = form.space_after = _AIR
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _PITCH
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    run = add_run(paragraph, content.text, "table", _TABLE, bold)
    if content.beside:
        beside = add_run(paragraph, f"\n{content.beside}", "table", _BESIDE)
    if content.key and content.text:
        bookmarks.around(run, content.key, content.part)
        if content.beside:
            bookmarks.around(beside, content.key, "fraction")


def _repeat(row: Any) -> None:
    """Make the row a heading that each page repeats."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F0EEE6")
        properties = cell._tc.get_or_add_tcPr()
        if properties.find(qn("w:shd")) is None:
            properties.append(shade)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _ems(text: str) -> float:
    """Width of the longest line in ems: a Chinese character takes one, a Latin letter about half."""
    return max((sum(0.6 if character.isascii() else 1.0 for character in line) for line in text.split("\n")), default=0)


def _wants(table: Table) -> list[float]:
    """What each column would take, in ems, with the margins of its cells."""
    wants = []
    for index, column in enumerate(table.columns):
        held = max((max(_ems(row[index].text), _ems(row[index].beside)) for row in table.rows), default=0)
        # A heading may break in two; what it stands over should not.
        wants.append(min(max(held, _ems(column.title) / 2, _NARROWEST), _WIDEST) + 1.2)
    return wants


def _shares(wants: list[float], room: float) -> list[float]:
    """Ems for each column: narrow ones get what they want where that leaves the others enough."""
    kept = sum(want for want in wants if want <= _KEPT)
    others = sum(want for want in wants if want > _KEPT)
    if not others or kept > room * _MOST:
        return [want * room / sum(wants) for want in wants]
    return [want if want <= _KEPT else want * (room - kept) / others for want in wants]


def _set_widths(grid: Any, table: Table, section: Any) -> None:
    """Share the page's width among the columns by what they hold."""
    room = section.page_width - section.left_margin - section.right_margin
    widths = [int(share * _TABLE) for share in _shares(_wants(table), room / _TABLE)]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _headings(grid: Any, table: Table, bookmarks: Bookmarks) -> int:
    """Fill the heading rows; the number of rows that they take."""
    last = 1 if table.groups else 0
    # A grid looks through all of its cells to give one.
    tops = [grid.rows[row].cells for row in range(last + 1)]
    for index, column in enumerate(table.columns):
        row = last if column.group else 0
        _fill(tops[row][index], Cell(column.title), bookmarks, bold=True, right=column.is_number)
        if table.groups and not column.group:
            tops[0][index].merge(tops[1][index])
    start = 0
    for group, span in table.groups:
        if group:
            first = tops[0][start]
            merged = first.merge(tops[0][start + span - 1]) if span > 1 else first
            _fill(merged, Cell(group), bookmarks, bold=True)
        start += span
    for row in range(last + 1):
        _repeat(grid.rows[row])
    return last + 1


def _pad(grid: Any) -> None:
    """Narrow margins within the cells, so that numbers keep to one line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(int(_PADDING.pt * 20)))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    properties = grid._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def add_table(document: Any, table: Table, bookmarks: Bookmarks) -> None:
    """The table under its title, with its note; a word in its place where it has no rows."""
    caption = add_paragraph(document)
    add_run(caption, table.title, "heading", _CAPTION)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(6)
    if not table.rows:
        add_run(add_paragraph(document), table.unasked or wording.text("bulletin.annex_empty"), "body", _EMPTY)
        return
    grid = document.add_table(rows=len(table.rows) + (2 if table.groups else 1), cols=len(table.columns))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _pad(grid)
    _set_widths(grid, table, document.sections[-1])
    top = _headings(grid, table, bookmarks)
    for line, row in zip(list(grid.rows)[top:], table.rows, strict=True):
        _unbroken(line)
        for cell, content in zip(line.cells, row, strict=True):
            _fill(cell, content, bookmarks, right=content.is_number)
    if table.note:
        note = document.add_paragraph()
        note.paragraph_format.space_before = Pt(3)
        add_run(note, table.note, "table", _TABLE)
