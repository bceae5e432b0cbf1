"""Writes a page in every language, and marks what stays Chinese on an English page as Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pipelines.report import wording
from pipelines.report.addresses import page_name
from pipelines.store.files import write_text_atomically

_HAN = "[\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"
_RUN = re.compile(f"{_HAN}(?:[^<&A-Za-z]*{_HAN})?")
"""From the first Chinese character to the last one before Latin letters: the digits of a document's number too."""
_PARTS = re.compile(
    # What holds no elements, and tags: data in them is escaped, so that none holds a bracket of its own.
    r"(<(?:script|style|svg|title)\b.*?</(?:script|style|svg|title)>|<option\b[^>]*>[^<]*|<[^>]*>)",
    re.DOTALL,
)
_TAG = '<span lang="zh">'


def _marked(part: str) -> str:
    if part.startswith("<option"):
        return part.replace("<option", '<option lang="zh"', 1) if _RUN.search(part.partition(">")[2]) else part
    return part if part.startswith("<") else _RUN.sub(lambda run: f"{_TAG}{run[0]}</span>", part)


def with_chinese_marked(page: str) -> str:
    """The page with every run of Chinese text in an element that says so, for those who listen and for fonts."""
    return "".join(_marked(part) for part in _PARTS.split(page))


def write_twins(folder: Path, stem: str, render: Callable[[], str]) -> tuple[str, ...]:
    """The page that `render` makes, in every language under its own name; the names."""
    names = []
    for each in wording.LANGUAGES:
        with wording.in_language(each):
            page, name = render(), page_name(stem)
        write_text_atomically(folder / name, page if each == wording.LANGUAGES[0] else with_chinese_marked(page))
        names.append(name)
    return tuple(names)
