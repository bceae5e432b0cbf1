"""The gate: what a file really is, by its bytes, whatever it is called."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document

from pipelines.extract import gates
from pipelines.extract.gates import open_gate
from pipelines.extract.remarks import Gate, Rejected
from tests.unit.extract.books import (
    DRILL,
    DRILL_HEADINGS,
    book_bytes,
    drill_sheet,
    lying,
    ods_bytes,
    ods_table,
    packed,
    raw_book,
    raw_parts,
    school_parts,
    sheet_xml,
    text_cell,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = book_bytes({"应急演练": [DRILL_HEADINGS, DRILL]})


def gate(folder: Path, content: bytes, name: str = "report.xlsx") -> Gate:
    path = folder / "original"
    path.write_bytes(content)
    return open_gate(path, Path(name).suffix)


def refused(folder: Path, content: bytes, name: str = "report.xlsx") -> Rejected:
    with pytest.raises(Rejected) as caught:
        gate(folder, content, name)
    return caught.value


def docx_bytes() -> bytes:
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("安全月报")
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (GOOD, "report.xlsx", "xlsx"),
        (GOOD, "report.xls", "xlsx"),
        (OLE + b"\x00" * 600, "report.xls", "xls"),
        (OLE + b"\x00" * 600, "report.xlsx", "xls"),
        (ods_bytes(ods_table("校区", [["a"]])), "report.ods", "ods"),
        (packed({"xl/workbook.bin": b"x"}), "report.xlsb", "xlsb"),
        (packed({"校区.csv": b"a,b"}), "report.zip", "zip"),
        (b"a,b\n1,2\n", "report.csv", "csv"),
        (b"a,b\n1,2\n", "report.txt", "csv"),
    ],
)
def test_kind_is_told_by_content(tmp_path: Path, content: bytes, name: str, kind: str) -> None:
    assert gate(tmp_path, content, name).kind == kind


@pytest.mark.parametrize(("content", "size"), [(b"", "0"), (b"P", "1")])
def test_empty_file(tmp_path: Path, content: bytes, size: str) -> None:
    caught = refused(tmp_path, content)
    assert (caught.code, caught.detail) == ("E-EMPTY", size)


@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_file_cut_off(tmp_path: Path, share: float) -> None:
    assert refused(tmp_path, GOOD[: int(len(GOOD) * share)]).code == "E-TRUNCATED"


@pytest.mark.parametrize(
    ("content", "name", "detail"),
    [
        (b"%PDF-1.7 ...", "report.xlsx", "PDF"),
        (b"\x89PNG\r\n", "report.xlsx", "PNG"),
        (b"\xff\xd8\xff\xe0", "report.xls", "JPEG"),
        (b"Rar!\x1a\x07", "report.xlsx", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "report.xlsx", "7-Zip"),
        (b"{\\rtf1", "report.xls", "RTF"),
        (b"<html><body><table>", "report.xls", "HTML"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "report.xls", "HTML"),
        (b"<table><tr>", "report.csv", "HTML"),
        (b'<?xml version="1.0"?><Workbook/>', "report.xls", "XML"),
        (b"a,b\n1,2\n", "report.xlsx", "text"),
        (b"\x00\x01\x02", "report.xlsx", "binary"),
        (docx_bytes(), "report.xlsx", "Word"),
        (packed({"ppt/presentation.xml": b"<p/>"}), "report.xlsx", "PowerPoint"),
    ],
)
def test_another_type_is_named(tmp_path: Path, content: bytes, name: str, detail: str) -> None:
    caught = refused(tmp_path, content, name)
    assert (caught.code, caught.detail) == ("E-TYPE", detail)


def test_password_of_an_office_file(tmp_path: Path) -> None:
    assert refused(tmp_path, OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")).code == "E-ENCRYPTED"


def test_password_of_a_zip(tmp_path: Path) -> None:
    content = bytearray(packed({"校区.csv": b"a,b"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(tmp_path, bytes(content), "report.zip").code == "E-ENCRYPTED"


def test_password_of_an_ods(tmp_path: Path) -> None:
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b"\x8f\x00\x11" * 50,
        "META-INF/manifest.xml": b"<manifest:encryption-data/>",
    }
    assert refused(tmp_path, packed(parts), "report.ods").code == "E-ENCRYPTED"


def test_bomb_by_ratio(tmp_path: Path) -> None:
    parts = raw_parts({"应急演练": sheet_xml() + " " * (20 << 20)})
    caught = refused(tmp_path, packed(parts))
    assert (caught.code, caught.detail) == ("E-BOMB", "20 MB")


def test_bomb_by_size_of_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "MAX_PART_BYTES", 1000)
    assert refused(tmp_path, packed(raw_parts({"a": sheet_xml(text_cell("A1", "x" * 2000))}))).code == "E-BOMB"


def test_bomb_by_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "MAX_TOTAL_BYTES", 1000)
    assert refused(tmp_path, GOOD).code == "E-BOMB"


def test_bomb_by_number_of_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "MAX_PARTS", 5)
    assert refused(tmp_path, GOOD).code == "E-BOMB"


def test_a_picture_of_one_colour_is_no_bomb(tmp_path: Path) -> None:
    parts = raw_parts({"应急演练": drill_sheet()}) | {"xl/media/image1.bmp": b"\x00" * (4 << 20)}
    assert gate(tmp_path, packed(parts)).kind == "xlsx"


@pytest.mark.parametrize("declaration", ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!ENTITY a SYSTEM "file:///x">'])
def test_entities_in_a_sheet(tmp_path: Path, declaration: str) -> None:
    assert refused(tmp_path, raw_book({"a": declaration + sheet_xml()})).code == "E-DTD"


def test_entities_in_an_ods(tmp_path: Path) -> None:
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<!DOCTYPE x><a/>"}
    assert refused(tmp_path, packed(parts), "report.ods").code == "E-DTD"


def test_entities_behind_another_encoding(tmp_path: Path) -> None:
    parts = raw_parts({"a": sheet_xml()})
    parts["xl/worksheets/sheet1.xml"] = ("<!DOCTYPE x>" + sheet_xml()).encode("utf-16")
    assert refused(tmp_path, packed(parts)).code == "E-CORRUPT"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "XL/Worksheets/Sheet1.xml"])
def test_two_parts_of_one_name(tmp_path: Path, name: str) -> None:
    parts = raw_parts({"a": sheet_xml(text_cell("A1", "111"))})
    caught = refused(tmp_path, packed(parts, (name, sheet_xml(text_cell("A1", "222")).encode())))
    assert (caught.code, caught.detail) == ("E-AMBIGUOUS-ZIP", name)


@pytest.mark.parametrize("size", [10, 900_000])
def test_lying_size(tmp_path: Path, size: int) -> None:
    content = lying(raw_book({"a": drill_sheet()}), "xl/worksheets/sheet1.xml", size)
    caught = refused(tmp_path, content)
    assert (caught.code, caught.detail) == ("E-CORRUPT", "xl/worksheets/sheet1.xml")


def test_lying_size_of_gigabytes_is_a_bomb(tmp_path: Path) -> None:
    content = lying(raw_book({"a": drill_sheet()}), "xl/worksheets/sheet1.xml", 3 << 30)
    assert refused(tmp_path, content).code == "E-BOMB"


def test_damaged_part(tmp_path: Path) -> None:
    content = bytearray(raw_book({"a": drill_sheet()}))
    start = content.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    content[start : start + 20] = b"\xff" * 20
    assert refused(tmp_path, bytes(content)).code == "E-CORRUPT"


def test_missing_relationships(tmp_path: Path) -> None:
    parts = raw_parts({"a": drill_sheet('<c r="D2" t="e"><v>#REF!</v></c>')})
    del parts["xl/_rels/workbook.xml.rels"]
    assert refused(tmp_path, packed(parts)).code == "E-CORRUPT"


@pytest.mark.parametrize(("reference", "detail"), [("XFD2", "XFD2"), ("AAA1", "AAA1")])
def test_far_column(tmp_path: Path, reference: str, detail: str) -> None:
    caught = refused(tmp_path, raw_book({"a": drill_sheet(text_cell(reference, "x"))}))
    assert (caught.code, caught.detail, caught.sheet) == ("E-EXTENT", detail, "a")


@pytest.mark.parametrize("row", [20_001, 1_048_576, 5_000_000_000])
def test_far_row(tmp_path: Path, row: int) -> None:
    far = f'<row r="{row}">{text_cell(f"A{row}", "x")}</row></sheetData>'
    caught = refused(tmp_path, raw_book({"a": drill_sheet().replace("</sheetData>", far)}))
    assert (caught.code, caught.detail, caught.sheet) == ("E-EXTENT", f"A{row}", "a")


def test_the_last_row_allowed_passes(tmp_path: Path) -> None:
    far = f'<row r="20000">{text_cell("A20000", "x")}</row></sheetData>'
    assert gate(tmp_path, raw_book({"a": drill_sheet().replace("</sheetData>", far)})).kind == "xlsx"


def test_too_many_sheets(tmp_path: Path) -> None:
    sheets = {f"s{number}": sheet_xml() for number in range(101)}
    caught = refused(tmp_path, raw_book(sheets))
    assert (caught.code, caught.detail) == ("E-TOO-MANY-SHEETS", "101")
    del sheets["s100"]
    assert gate(tmp_path, raw_book(sheets)).kind == "xlsx"


def test_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "MAX_FILE_BYTES", len(GOOD))
    assert gate(tmp_path, GOOD).kind == "xlsx"
    assert refused(tmp_path, GOOD + b" ").code == "E-TOO-BIG"


@pytest.mark.parametrize("part", [b"<Types/>", b"<worksheet><sheetData>%80s\x00</sheetData></worksheet>" % b""])
def test_a_part_that_is_no_sheet_is_refused(part: bytes, tmp_path: Path) -> None:
    """The parser takes the first for an empty sheet and skips what follows a NUL."""
    parts = school_parts(应急演练=drill_sheet()) | {"xl/worksheets/sheet2.xml": part}
    (tmp_path / "book.xlsx").write_bytes(packed(parts))
    with pytest.raises(Rejected) as refused:
        open_gate(tmp_path / "book.xlsx", ".xlsx")
    assert (refused.value.code, refused.value.sheet) == ("E-CORRUPT", "应急演练")


def test_a_worksheet_that_the_workbook_does_not_name_is_listed_as_one_that_nobody_sees(tmp_path: Path) -> None:
    parts = raw_parts({"应急演练": drill_sheet()}) | {"xl/worksheets/sheet9.xml": drill_sheet().encode()}
    assert [(mark.code, mark.sheet) for mark in gate(tmp_path, packed(parts)).remarks] == [
        ("W-HIDDEN-SHEET", "sheet9.xml")
    ]
