"""Runs, paragraphs, marks and fields of a Word document, in the form of an official paper (GB/T 9704)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from pipelines.report import marks, wording

LINE_PITCH = Pt(28)
_PAGE_NUMBER = Pt(14)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


class Bookmarks:
    """Names for the marked numbers of one document: the anchor of the key, its part, and a number from the second on.

    A name in Word stands once in a document and has at most 40 letters, digits and underscores.
    """

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def around(self, run: Any, key: str, part: str) -> None:
        """Put a bookmark around the run."""
        name = f"{marks.anchor(key)}_{part}" if part else marks.anchor(key)
        self._used[name] += 1
        number = self._used[name]
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self._used.total()))
        start.set(qn("w:name"), name if number == 1 else f"{name}_{number}")
        run._element.addprevious(start)
        run._element.addnext(end)


def add_run(paragraph: Any, text: str, font: str, size: Pt, bold: bool = False) -> Any:
    """The text as a run: Chinese in that font of the wording, Latin and figures in Times New Roman."""
    run = paragraph.add_run(clean(text))
    run.font.size, run.font.bold, run.font.name = size, bold or None, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), wording.text(f"document.fonts.{font}"))
    return run


def add_said(paragraph: Any, text: str, font: str, size: Pt, bookmarks: Bookmarks) -> None:
    """A sentence as runs, each marked number within its bookmark."""
    for span in marks.spans_of(text):
        run = add_run(paragraph, span.text, font, size)
        if span.key:
            bookmarks.around(run, span.key, span.part)


def add_paragraph(document: Any, *, indent: Pt | None = None) -> Any:
    """An empty paragraph at the fixed line pitch; `indent` is the width of one character, of which two stand free."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE_PITCH
    if indent:
        form.first_line_indent = Pt(indent.pt * 2)
    return paragraph


def _page_field(paragraph: Any) -> None:
    run = add_run(paragraph, "", "table", _PAGE_NUMBER)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def number_pages(document: Any) -> None:
    """A page number between dashes on the outer side: right on odd pages, left on even ones, one character in."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    sides = ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT))
    for footer, side in sides:
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        form = paragraph.paragraph_format
        form.left_indent, form.right_indent = (None, _PAGE_NUMBER) if side == sides[0][1] else (_PAGE_NUMBER, None)
        add_run(paragraph, "\u2014 ", "table", _PAGE_NUMBER)
        _page_field(paragraph)
        add_run(paragraph, " \u2014", "table", _PAGE_NUMBER)


def name_fallbacks(document: Any) -> None:
    """Say in the font table what to take where a font of official papers is not installed."""
    part = next(part for part in document.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in wording.entry("document.fallbacks").items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())
