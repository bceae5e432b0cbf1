"""Rows of a CSV file, read strictly: nothing is skipped, shifted or guessed."""

from __future__ import annotations

import csv
import io

from pipelines.extract.gates import Rejected


def decode(data: bytes, name: str) -> str:
    """Text of a CSV file: UTF-8 with or without mark, UTF-16 with mark, else GB18030; strictly."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for candidate in (encoding, "gb18030"):
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise Rejected("E-ENCODING", name)


def read_csv(data: bytes, name: str) -> list[list[str]]:
    """Rows of a CSV file, strictly: comma-separated, quotes matched, no row longer than the longest heading row.

    Rows are padded to one width; blank lines stay, so that a row's number is its line in a spreadsheet.
    """
    text = decode(data, name)
    if "\x00" in text:
        raise Rejected("E-CSV-SHAPE", name)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Rejected("E-CSV-SHAPE", name) from error
    width = max((len(row) for row in rows), default=0)
    ragged = {len(row) for row in rows if any(cell.strip() for cell in row)}
    if width == 1 and any(";" in row[0] or "\t" in row[0] for row in rows if row):
        raise Rejected("E-CSV-SHAPE", name)
    if len(ragged) > 1:
        raise Rejected("E-CSV-SHAPE", name)
    return [row + [""] * (width - len(row)) for row in rows]
