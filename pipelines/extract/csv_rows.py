"""Rows of a CSV file, read strictly: nothing is skipped, shifted or guessed.

Two refusals: the encoding is not known (E-ENCODING), or the lines are no table (E-CSV-SHAPE, with the line's number
and what was expected there). What values.yaml says under csv_faults words the second.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from pipelines.extract.remarks import Rejected
from pipelines.extract.sheet_xml import MAX_COLUMN, MAX_ROW
from pipelines.metadata.text import simplified
from pipelines.metadata.values import value_rules

LONGEST_FIELD = 131_072
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_END_OF_FILE = "\x1a"
_SEPARATORS = (";", "\t")
# A Chinese text is made of common characters; bytes of another encoding read as GB18030 turn into rare ones.
_MAX_RARE_SHARE = 0.3


def decode(data: bytes, name: str) -> str:
    """Text of a CSV file: UTF-8 with or without mark, UTF-16 with mark, else GB18030; strictly.

    Nearly any bytes are some GB18030, so that its text must also make sense. Raises Rejected (E-ENCODING).
    """
    encoding = "utf-16" if data[:2] in _MARKS else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Rejected("E-ENCODING", name) from error
    if data[:2] in _MARKS or not _makes_sense(text):
        raise Rejected("E-ENCODING", name)
    return text


def _makes_sense(text: str) -> bool:
    """Whether the characters beyond ASCII are those of everyday Chinese, Simplified or Traditional."""
    beyond = sorted({character for character in text if character > "\x7f"})
    plain = simplified("".join(beyond)).encode("gb2312", "ignore").decode("gb2312")
    return len(beyond) - len(plain) <= _MAX_RARE_SHARE * len(beyond)


def read_csv(data: bytes, name: str) -> list[list[str]]:
    """Rows of a CSV file: comma-separated, quotes matched, every row as wide as the others.

    Rows are padded to one width; blank lines stay, so that a row's number is its line in a spreadsheet. Blank cells
    at the end of a row and a title alone in its line make no row too wide or too short.
    """
    text = decode(data, name).rstrip(_END_OF_FILE)
    if "\x00" in text:
        raise _misshapen(name, "nul", text.count("\n", 0, text.index("\x00")) + 1)
    _refuse_other_separators(text, name)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _unreadable_line(text, name) from error
    width = max(map(len, rows), default=0)
    if len(set(map(len, rows))) > 1:
        width = _common_width(rows, text, name)
        rows = [row[:width] + [""] * (width - len(row)) for row in rows]
    if width > MAX_COLUMN or len(rows) > MAX_ROW:
        raise Rejected("E-EXTENT", f"{len(rows)} x {width}", name)
    return rows


def _misshapen(name: str, fault: str, line: int, **words: object) -> Rejected:
    told = value_rules()["csv_faults"][fault].format(line=line, **words)
    return Rejected("E-CSV-SHAPE", told, name)


def _refuse_other_separators(text: str, name: str) -> None:
    """Cells parted by semicolons or tabs: their commas may be decimal ones."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            if any(line.count(mark) > line.count(",") for mark in _SEPARATORS):
                raise _misshapen(name, "separator", number)
            return


def _starts(text: str) -> list[tuple[int, list[str] | None]]:
    """First line and cells of every row; None for the row that cannot be read, which is the last."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str] | None]] = []
    while True:
        line = reader.line_num + 1
        try:
            found.append((line, next(reader)))
        except StopIteration:
            return found
        except csv.Error:
            return [*found, (line, None)]


def _unreadable_line(text: str, name: str) -> Rejected:
    line = _starts(text)[-1][0]
    lengths = [len(part) for part in text.splitlines()[line - 1 : line]]
    return _misshapen(name, "long" if lengths and lengths[0] > LONGEST_FIELD else "quotes", line, limit=LONGEST_FIELD)


def _filled_width(row: Sequence[str]) -> int:
    return max((number for number, cell in enumerate(row, 1) if cell.strip()), default=0)


def _common_width(rows: Sequence[Sequence[str]], text: str, name: str) -> int:
    """The width that most rows have; Rejected where a row of several cells has another."""
    widths = Counter(len(row) for row in rows if _filled_width(row) > 1)
    width = widths.most_common(1)[0][0] if widths else 1
    for line, row in _starts(text):
        filled = _filled_width(row or ())
        if row and filled > 1 and (filled > width or len(row) < width):
            raise _misshapen(name, "ragged", line, found=len(row), expected=width)
    return width
