"""What stands in the finished files of a report: text, sentences and marked numbers, as a program reads them."""

from __future__ import annotations

import html
import re
from pathlib import Path

_MARK = re.compile(r'<span data-(?:count|figure)="[^"]*"[^>]*>([^<]*)</span>')


def page_text(path: Path) -> str:
    """A page's HTML with the marks around numbers in sentences taken away and entities resolved."""
    return html.unescape(_MARK.sub(r"\1", path.read_text(encoding="utf-8")))
