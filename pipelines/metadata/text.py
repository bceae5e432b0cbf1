"""One way to compare what people wrote with what a contract says."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

# White space, and the marks without a width that copying from web pages and other systems leaves behind.
_SPACE = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")


@cache
def _converter(direction: str) -> Any:
    from opencc import OpenCC

    return OpenCC(direction)


def fold(text: str) -> str:
    """NFKC, no white space, lower case: full-width and half-width forms compare equal."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Folded and Simplified: the form in which headings, sheet names and item names are compared."""
    folded = fold(text)
    return folded if folded.isascii() else simplified(folded)


def simplified(text: str) -> str:
    """The text in Simplified script."""
    return str(_converter("t2s").convert(text))


@lru_cache(maxsize=65536)
def traditional(text: str) -> str:
    """The text in Traditional script."""
    return str(_converter("s2t").convert(text))
