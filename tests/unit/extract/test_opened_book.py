"""A workbook with its inflated parts laid open reads as the file itself does, checksums and all."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from pipelines.extract.gates import open_gate
from pipelines.extract.grids import read_sheets
from pipelines.extract.opened_book import MOST_BYTES, opened_book
from pipelines.extract.remarks import Rejected
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, book_bytes

BOOK = book_bytes({"应急演练": [DRILL_HEADINGS, DRILL], "封面": [["学校"]]})
SHEET = "xl/worksheets/sheet1.xml"


def parts_of(content: bytes) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {part.filename.lower(): part for part in archive.infolist()}


def values(book: CalamineWorkbook) -> list[list[list[Any]]]:
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def test_the_parser_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(BOOK)
    opened = open_gate(path, ".xlsx").opened
    assert opened is not None
    assert values(CalamineWorkbook.from_filelike(io.BytesIO(opened))) == values(CalamineWorkbook.from_path(str(path)))


def test_parts_given_are_stored_and_all_others_stay_packed() -> None:
    xml = b"<worksheet/>" * 99
    opened = opened_book(BOOK, parts_of(BOOK), {SHEET: xml})
    assert opened is not None
    before, after = parts_of(BOOK), parts_of(opened)
    start = after[SHEET].header_offset + 30
    assert opened[start : start + len(xml)] == xml
    assert {name for name, part in after.items() if part.compress_type == zipfile.ZIP_STORED} == {SHEET}
    for name in before.keys() - {SHEET}:
        assert (after[name].header_offset, after[name].compress_size, after[name].CRC) == (
            before[name].header_offset,
            before[name].compress_size,
            before[name].CRC,
        )


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    checksum = parts_of(BOOK)[SHEET].CRC.to_bytes(4, "little")
    path = tmp_path / "original"
    path.write_bytes(BOOK.replace(checksum, zlib.crc32(checksum).to_bytes(4, "little")))
    assert open_gate(path, ".xlsx").opened is not None
    with pytest.raises(Rejected) as caught:
        read_sheets(path, "report.xlsx")
    assert caught.value.code == "E-CORRUPT"


@pytest.mark.parametrize(
    "content",
    [
        BOOK[:-2] + b"\x05\x00about",
        b"before" + BOOK,
        BOOK + b"behind",
        BOOK.replace(b"PK\x03\x04", b"PK\x03\x05"),
        BOOK.replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        BOOK[:10],
    ],
    ids=["comment", "before", "behind", "no header", "no entry", "no end"],
)
def test_an_archive_written_otherwise_is_left_to_its_file(content: bytes) -> None:
    assert opened_book(content, parts_of(BOOK), {SHEET: b"<worksheet/>"}) is None


def test_a_large_archive_is_left_to_its_file() -> None:
    assert opened_book(BOOK, parts_of(BOOK), {SHEET: bytes(MOST_BYTES)}) is None
