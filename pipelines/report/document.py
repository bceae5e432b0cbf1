"""report.docx: the bulletin in Word, laid out as an official paper (after GB/T 9704), the same bytes every time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from pipelines.report import wording
from pipelines.report.blocks import Block, Heading, Paragraph
from pipelines.report.bulletin import Bulletin
from pipelines.report.tables import Table
from pipelines.report.word import Bookmarks, add_paragraph, add_run, add_said, clean, name_fallbacks, number_pages
from pipelines.report.word_tables import WIDE_COLUMNS, add_table
from pipelines.report.zipping import without_times
from pipelines.store.files import write_atomically

_TITLE, _TITLE_PITCH, _BODY = Pt(22), Pt(36), Pt(16)
_TITLE_CHARACTERS = 18
_MARGIN = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
_WIDE_MARGIN = {"top_margin": Mm(26), "bottom_margin": Mm(28), "left_margin": Mm(25), "right_margin": Mm(25)}
_FOOTER, _WIDE_FOOTER = Mm(23), Mm(16)
"""From the edge to the page number, which stands 7 mm below the text."""


def _page(section: Any, landscape: bool) -> None:
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.footer_distance = _WIDE_FOOTER if landscape else _FOOTER
    for name, value in (_WIDE_MARGIN if landscape else _MARGIN).items():
        setattr(section, name, value)


def _turn(document: Any, table: Table, *, new_page: bool = False) -> None:
    """Begin a page the way round that the table wants, unless the page lies so already."""
    wide = len(table.columns) > WIDE_COLUMNS
    if new_page or wide != (document.sections[-1].orientation == WD_ORIENT.LANDSCAPE):
        _page(document.add_section(WD_SECTION.NEW_PAGE), wide)


def _block(document: Any, block: Block, bookmarks: Bookmarks) -> None:
    if isinstance(block, Heading):
        paragraph = add_paragraph(document, indent=_BODY)
        add_run(paragraph, block.text, "subheading", _BODY)
        paragraph.paragraph_format.keep_with_next = True
    elif isinstance(block, Paragraph):
        add_said(add_paragraph(document, indent=_BODY), block.text, "body", _BODY, bookmarks)
    else:
        _turn(document, block)
        add_table(document, block, bookmarks)


def _properties(document: Any, title: str, as_of: datetime) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.revision = clean(title), "", "", 1
    core.created = core.modified = core.last_printed = as_of
    core.comments, core.language = "", wording.text("language")


def _title(text: str) -> str:
    """The title, in two lines that end with a word where one is too short for it."""
    if len(text) <= _TITLE_CHARACTERS:
        return text
    words = wording.text("document.title_break")
    return text.replace(words, f"\n{words}", 1)


def _opening(document: Any, bulletin: Bulletin, bookmarks: Bookmarks) -> None:
    title = add_paragraph(document)
    add_run(title, _title(bulletin.title), "title", _TITLE)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = _TITLE_PITCH
    title.paragraph_format.space_after = Pt(18)
    add_said(add_paragraph(document), bulletin.addressee, "body", _BODY, bookmarks)
    add_said(add_paragraph(document, indent=_BODY), bulletin.opening, "body", _BODY, bookmarks)


def write_document(bulletin: Bulletin, as_of: datetime, folder: Path) -> None:
    """report.docx in `folder`; every number that figures.csv or a list holds stands within a bookmark."""
    document, bookmarks = Document(), Bookmarks()
    name_fallbacks(document)
    _page(document.sections[0], False)
    number_pages(document)
    _properties(document, bulletin.title, as_of)
    _opening(document, bulletin, bookmarks)
    for section in bulletin.sections:
        if section.id == "annex" and isinstance(section.blocks[0], Table):
            _turn(document, section.blocks[0], new_page=True)
        heading = add_paragraph(document, indent=None if section.id == "annex" else _BODY)
        add_run(heading, section.title, "heading", _BODY)
        heading.paragraph_format.keep_with_next = True
        for block in section.blocks:
            _block(document, block, bookmarks)
    raw = folder / ".report.docx.raw"
    document.save(str(raw))
    write_atomically(folder / "report.docx", lambda part: without_times(raw, part))
    raw.unlink()
