"""File names as bytes and as people read them."""

from __future__ import annotations

import unicodedata

from pipelines.metadata.persons import without_numbers

_LATIN_END = "\u0250"
_TWO_BYTES_END = "\u0800"
_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def name_encoding(name: bytes) -> str | None:
    """The encoding in which the bytes are a name: UTF-8, else GB18030, else none.

    A few short Chinese names in GB18030 are letters of a foreign alphabet in UTF-8 by accident, such as Cyrillic;
    names in nothing but such letters do not come from our schools.
    """
    try:
        marks = [mark for mark in name.decode("utf-8") if not mark.isascii()]
    except UnicodeDecodeError:
        return "gb18030" if _is_gb18030(name) else None
    is_foreign = any(mark >= _LATIN_END for mark in marks) and all(mark < _TWO_BYTES_END for mark in marks)
    return "gb18030" if is_foreign and _is_gb18030(name) else "utf-8"


def _is_gb18030(name: bytes) -> bool:
    try:
        name.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _shown(mark: str) -> str:
    """The mark, or its escape where it would break the line or turn the direction of what stands beside it."""
    if mark in _JOINERS or unicodedata.category(mark) not in _STEERING:
        return mark
    return mark.encode("unicode_escape").decode("ascii")


def shown_name(name: bytes) -> str:
    """The name as people read it, on one line: what cannot be shown stands as an escape, a person's number as stars."""
    return without_numbers("".join(map(_shown, name.decode(name_encoding(name) or "utf-8", "backslashreplace"))))
