"""report.docx: the bulletin in Word, laid out as an official paper (after GB/T 9704), the same bytes every time."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pipelines.report import wording
from pipelines.report.blocks import Block, Heading, Paragraph
from pipelines.report.bulletin import Bulletin
from pipelines.report.tables import Cell, Table
from pipelines.report.zipping import without_times
from pipelines.store.files import write_atomically

_TITLE, _HEADING, _BODY = Pt(22), Pt(16), Pt(16)
_TABLE, _NOTE, _PAGE_NUMBER = Pt(9), Pt(9), Pt(14)
_LINE_PITCH = Pt(28)
_MARGIN = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
_WIDE_COLUMNS = 6
"""A table with more columns goes on a landscape page."""
_NARROWEST, _WIDEST = 2.5, 20.0
"""Bounds of what a column may claim, in ems; a table of few columns may have one twice as wide."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def _run(paragraph: Any, text: str, font: str, size: Pt, bold: bool = False) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.bold, run.font.name = size, bold, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), wording.text(f"document.fonts.{font}"))


def _paragraph(document: Any, text: str, font: str, size: Pt, *, bold: bool = False, indent: bool = False) -> Any:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE_PITCH
    if indent:
        form.first_line_indent = Pt(size.pt * 2)
    _run(paragraph, text, font, size, bold)
    return paragraph


def _field(paragraph: Any, instruction: str) -> None:
    """A field that Word fills in when it lays out the page, such as the page number."""
    run = paragraph.add_run()
    run.font.size = _PAGE_NUMBER
    for kind, text in (("begin", None), (None, instruction), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _page_number(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("\u2014 ", None, " \u2014"):
        if part is None:
            _field(paragraph, "PAGE")
        else:
            paragraph.add_run(part).font.size = _PAGE_NUMBER


def _fill(cell: Any, content: Cell, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    text = f"{content.text}\n{content.beside}" if content.beside else content.text
    _run(paragraph, text, "table", _TABLE, bold)


def _repeat(row: Any) -> None:
    """Make the row a heading that each page repeats."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _ems(text: str) -> float:
    """Width of the longest line in ems: a Chinese character takes one, a Latin letter about half."""
    return max((sum(0.6 if character.isascii() else 1.0 for character in line) for line in text.split("\n")), default=0)


def _set_widths(grid: Any, table: Table, section: Any) -> None:
    """Share the page's width among the columns by what they hold."""
    wants, widest = [], _WIDEST if len(table.columns) > _WIDE_COLUMNS else 2 * _WIDEST
    for index, column in enumerate(table.columns):
        cells = [row[index] for row in table.rows]
        longest = max([_ems(column.title), *(max(_ems(cell.text), _ems(cell.beside)) for cell in cells)])
        wants.append(min(max(longest, _NARROWEST), widest) + 2)
    room = section.page_width - section.left_margin - section.right_margin
    for index, want in enumerate(wants):
        grid.columns[index].width = int(room * want / sum(wants))
        for cell in grid.columns[index].cells:
            cell.width = grid.columns[index].width


def _headings(grid: Any, table: Table) -> int:
    """Fill the heading rows; the number of rows that they take."""
    last = 1 if table.groups else 0
    for index, column in enumerate(table.columns):
        _fill(grid.cell(last if column.group else 0, index), Cell(column.title), bold=True, right=column.is_number)
        if table.groups and not column.group:
            grid.cell(0, index).merge(grid.cell(1, index))
    start = 0
    for group, span in table.groups:
        if group:
            first = grid.cell(0, start)
            merged = first.merge(grid.cell(0, start + span - 1)) if span > 1 else first
            _fill(merged, Cell(group), bold=True)
        start += span
    for row in range(last + 1):
        _repeat(grid.rows[row])
    return last + 1


def _table(document: Any, table: Table) -> None:
    caption = _paragraph(document, table.title, "heading", Pt(14))
    caption.paragraph_format.keep_with_next = True
    if not table.rows:
        _paragraph(document, table.unasked or wording.text("bulletin.annex_empty"), "body", Pt(12))
        return
    grid = document.add_table(rows=len(table.rows) + (2 if table.groups else 1), cols=len(table.columns))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _set_widths(grid, table, document.sections[-1])
    top = _headings(grid, table)
    for index, row in enumerate(table.rows):
        line = grid.rows[top + index]
        _unbroken(line)
        for cell, content in zip(line.cells, row, strict=True):
            _fill(cell, content, right=content.is_number)
    if table.note:
        note = document.add_paragraph()
        _run(note, table.note, "table", _NOTE)


def _page(section: Any, landscape: bool) -> None:
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    for name, value in _MARGIN.items():
        setattr(section, name, Mm(22) if landscape else value)


def _block(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        _paragraph(document, block.text, "subheading", _HEADING, indent=True).paragraph_format.keep_with_next = True
    elif isinstance(block, Paragraph):
        _paragraph(document, block.text, "body", _BODY, indent=True)
    else:
        _turn(document, block)
        _table(document, block)


def _turn(document: Any, table: Table, *, new_page: bool = False) -> None:
    """Begin a page the way round that the table wants, unless the page lies so already."""
    wide = len(table.columns) > _WIDE_COLUMNS
    if new_page or wide != (document.sections[-1].orientation == WD_ORIENT.LANDSCAPE):
        _page(document.add_section(WD_SECTION.NEW_PAGE), wide)


def _properties(document: Any, title: str, as_of: datetime) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.revision = _clean(title), "", "", 1
    core.created = core.modified = core.last_printed = as_of
    core.comments, core.language = "", wording.text("language")


def write_document(bulletin: Bulletin, as_of: datetime, folder: Path) -> None:
    """report.docx in `folder`."""
    document = Document()
    _page(document.sections[0], False)
    _page_number(document.sections[0])
    _properties(document, bulletin.title, as_of)
    title = _paragraph(document, bulletin.title, "title", _TITLE)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(34)
    title.paragraph_format.space_after = Pt(18)
    _paragraph(document, bulletin.addressee, "body", _BODY)
    _paragraph(document, bulletin.opening, "body", _BODY, indent=True)
    for section in bulletin.sections:
        if section.id == "annex" and isinstance(section.blocks[0], Table):
            _turn(document, section.blocks[0], new_page=True)
        _paragraph(document, section.title, "heading", _HEADING, indent=True).paragraph_format.keep_with_next = True
        for block in section.blocks:
            _block(document, block)
    raw = folder / ".report.docx.raw"
    document.save(str(raw))
    write_atomically(folder / "report.docx", lambda part: without_times(raw, part))
    raw.unlink()
