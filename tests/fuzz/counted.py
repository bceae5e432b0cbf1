"""How many rows of a file hold something, counted without the readers of ours; None where their XML is unsound."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

_DATA = re.compile(rb"<sheetData\s*/>|<sheetData\b.*?</sheetData>", re.DOTALL)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def filled_rows(content: bytes) -> int | None:
    """Rows of all sheets of an .xlsx, an .ods or a zip of UTF-8 CSV files; 0 for every other file."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        return sum(_counted(name, part) for name, part in parts.items())
    except (ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return None


def _counted(name: str, part: bytes) -> int:
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        return len({row.get("r", str(turn)) for turn, row in enumerate(_rows(part)) if _is_filled_row(row)})
    if name == "content.xml":
        found = ElementTree.fromstring(part).iter(f"{_TABLE}table-row")
        return sum("".join(row.itertext()).strip() != "" for row in found)
    if name.endswith(".csv"):
        text = part.decode("utf-8-sig", "ignore")
        return sum(any(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text.replace("\0", ""))))
    return 0


def _rows(part: bytes) -> Iterator[ElementTree.Element]:
    """The rows of a worksheet; what stands beside its data does not matter."""
    data = _DATA.search(part)
    if data is None:
        raise ElementTree.ParseError("no data")
    return ElementTree.fromstring(data[0]).iter("row")


def _is_filled_row(row: ElementTree.Element) -> bool:
    return any(child.text and child.text.strip() for cell in row for child in cell.iter() if child.tag in ("v", "t"))
