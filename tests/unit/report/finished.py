"""What stands in the finished files of a report: text, sentences and marked numbers, as a program reads them."""

from __future__ import annotations

import html
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl

_MARK = re.compile(r'<span data-(?:count|figure)="[^"]*"[^>]*>([^<]*)</span>')
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Mark:
    """A marked number as it is shown; `key` is a figure's, `count` what was counted."""

    text: str
    key: str = ""
    part: str = ""
    count: str = ""


def page_text(path: Path) -> str:
    """A page's HTML with the marks around numbers in sentences taken away and entities resolved."""
    return html.unescape(_MARK.sub(r"\1", path.read_text(encoding="utf-8")))


class _Page(HTMLParser):
    """Marks of a page, and its paragraphs without what is marked in them."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []
        self.sentences: list[str] = []
        self._open: list[tuple[str, Mark | None, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = {name: value or "" for name, value in attrs}
        key, count = given.get("data-figure", ""), given.get("data-count", "")
        mark = Mark("", key, given.get("data-part", ""), count) if key or count else None
        self._open.append((tag, mark, []))

    def handle_data(self, data: str) -> None:
        marked = False
        for tag, mark, texts in reversed(self._open):
            if tag in ("style", "script"):
                return
            if (mark or tag == "p") and not marked:
                texts.append(data)
            marked = marked or mark is not None

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, mark, texts = self._open.pop()
            text = "".join(texts).strip()
            if mark:
                self.marks.append(Mark(text, mark.key, mark.part, mark.count))
            elif name == "p":
                self.sentences.append(text)
            if name == tag:
                return


def read_page(path: Path) -> tuple[list[Mark], list[str]]:
    """The marks of a page, and the text of its paragraphs outside of marks."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page.marks, page.sentences


def read_word(path: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """(name, text) of each bookmark, and the paragraphs outside of tables without what bookmarks hold."""
    with zipfile.ZipFile(path) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    bookmarks = [found for paragraph in body.iter(f"{_W}p") for found in _bookmarks(paragraph)]
    top = body.find(f"{_W}body")
    assert top is not None
    sentences = ["".join(_texts(paragraph, outside=True)) for paragraph in top.findall(f"{_W}p")]
    return bookmarks, sentences


def _bookmarks(paragraph: ElementTree.Element) -> Iterator[tuple[str, str]]:
    name, texts = "", [""]
    for element in paragraph:
        if element.tag == f"{_W}bookmarkStart":
            name, texts = element.attrib[f"{_W}name"], []
        elif element.tag == f"{_W}bookmarkEnd":
            yield name, "".join(texts).strip()
        elif element.tag == f"{_W}r":
            texts.append("".join(text.text or "" for text in element.iter(f"{_W}t")))


def _texts(paragraph: ElementTree.Element, *, outside: bool) -> Iterator[str]:
    inside = False
    for element in paragraph:
        if element.tag in (f"{_W}bookmarkStart", f"{_W}bookmarkEnd"):
            inside = element.tag == f"{_W}bookmarkStart"
        elif element.tag == f"{_W}r" and inside is not outside:
            yield "".join(text.text or "" for text in element.iter(f"{_W}t"))


def read_book(path: Path) -> Any:
    """tables.xlsx as openpyxl reads it, formulas as formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def book_rows(book: Any, name: str) -> list[dict[str, Any]]:
    """Rows of one of its sheets by column title; none where the sheet has no rows and is left out."""
    if name not in book.sheetnames:
        return []
    head, *rows = book[name].iter_rows(min_row=4, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]
