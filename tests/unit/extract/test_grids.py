"""Sheets as grids: no cell is blank that is not blank in the file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from pipelines.extract import book_xml
from pipelines.extract.grids import Sheet, cell_text, read_grids, read_sheets
from pipelines.extract.remarks import Rejected, Remark
from tests.unit.extract.books import (
    DRILL,
    DRILL_HEADINGS,
    book_bytes,
    drill_sheet,
    ods_bytes,
    ods_table,
    packed,
    raw_book,
    raw_parts,
    sheet_xml,
    text_cell,
    write_book,
)

UNCALCULATED = ("E-FORMULA-UNCALCULATED", "=A1")
NAME = text_cell("A2", "秋季消防演练")


def read(folder: Path, content: bytes, name: str = "report.xlsx") -> list[Sheet]:
    path = folder / "original"
    path.write_bytes(content)
    return read_sheets(path, name)


def refused(folder: Path, content: bytes, name: str) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(folder, content, name)
    return caught.value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", None),
        (None, None),
        (" x ", " x "),
        (3.0, "3"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (2153990101.0, "2153990101"),
        (999_999_999_999_999.0, "999999999999999"),
        (12345678901234567890.0, "1.2345678901234567e+19"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (datetime(2026, 10, 14), "2026-10-14"),
        (datetime(2026, 10, 14, 10, 20), "2026-10-14 10:20:00"),
        (datetime(2026, 10, 14, 10, 20, 5, 999), "2026-10-14 10:20:05"),
        (date(2026, 10, 14), "2026-10-14"),
        (time(10, 20), "10:20:00"),
        (timedelta(hours=26, minutes=5), "1 day, 2:05:00"),
    ],
)
def test_text_of_a_cell(value: Any, text: str | None) -> None:
    assert cell_text(value) == text


def test_values_keep_their_place_from_the_first_cell_on(tmp_path: Path) -> None:
    (sheet,) = read(tmp_path, book_bytes({"应急演练": [[], ["", "", "x"], [], ["", 5, date(2026, 10, 1)]]}))
    assert sheet.rows == [["", "", ""], ["", "", "x"], ["", "", ""], ["", 5.0, date(2026, 10, 1)]]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ('<c r="D2" t="e"><v>#REF!</v></c>', ("E-CELL-ERROR", "#REF!")),
        ('<c r="D2" s="3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ("E-CELL-ERROR", "#DIV/0!")),
        ('<c t="e" r="D2"><v>#N/A</v></c>', ("E-CELL-ERROR", "#N/A")),
        ('<c r="D2" t="e"></c>', ("E-CELL-ERROR", "#")),
        ('<c r="D2"><f>A1</f></c>', UNCALCULATED),
        ('<c r="D2"><f>A1</f><v></v></c>', UNCALCULATED),
        ('<c r="D2"><f t="shared" ref="D2:D9" si="0">A1</f></c>', UNCALCULATED),
        ('<c r="D2"><f t="shared" si="0"/></c>', ("E-FORMULA-UNCALCULATED", "")),
        ('<c r="D2"><f t="array" ref="D2">SUM(A1:A9)</f></c>', ("E-FORMULA-UNCALCULATED", "=SUM(A1:A9)")),
        ('<c r="D2" t="str"><f>A1</f></c>', UNCALCULATED),
        ('<c r="D2" t="str"><f>A1</f><v></v></c>', None),
        ('<c r="D2" t="str"><f>A1</f><v/></c>', None),
        ('<c r="D2"><f>A1</f><v>5</v></c>', None),
        ('<c r="D2"><f t="shared" si="0"/><v>5</v></c>', None),
        ('<c r="D2" s="1"/>', None),
    ],
)
@pytest.mark.parametrize("before", ["", '<c r="B2" s="1"/><c r="C2" s="1"/>'], ids=["", "after blank cells"])
def test_cells_that_the_parser_would_show_as_blank(
    tmp_path: Path, cell: str, problem: tuple[str, str] | None, before: str
) -> None:
    (sheet,) = read(tmp_path, raw_book({"应急演练": drill_sheet(NAME, before, cell)}))
    assert sheet.problems == ({(1, 3): problem} if problem else {})


def test_problems_stay_on_their_sheet_under_its_title(tmp_path: Path) -> None:
    titles = ["应急演练", "a&amp;b", "校区"]
    sheets = {title: drill_sheet(NAME) for title in titles}
    sheets["a&amp;b"] = drill_sheet(NAME, '<c r="D2" t="e"><v>#REF!</v></c>')
    found = {sheet.name: sheet.problems for sheet in read(tmp_path, raw_book(sheets))}
    assert found == {"应急演练": {}, "a&b": {(1, 3): ("E-CELL-ERROR", "#REF!")}, "校区": {}}


def test_a_last_row_of_uncalculated_formulas_is_not_lost(tmp_path: Path) -> None:
    rows = drill_sheet(NAME).replace("</sheetData>", '<row r="4"><c r="A4"><f>A2</f></c></row></sheetData>')
    (sheet,) = read(tmp_path, raw_book({"应急演练": rows}))
    assert sheet.problems == {(3, 0): ("E-FORMULA-UNCALCULATED", "=A2")}
    assert [len(row) for row in sheet.rows] == [4, 4, 4, 4]


def prefixed(xml: str) -> str:
    names = ("worksheet", "sheetData", "row", "c", "is", "t", "v", "f")
    for name in names:
        for mark in (" ", ">", "/>"):
            xml = xml.replace(f"<{name}{mark}", f"<x:{name}{mark}").replace(f"</{name}{mark}", f"</x:{name}{mark}")
    return xml.replace("xmlns=", "xmlns:x=")


@pytest.mark.parametrize("turn", [prefixed, lambda xml: xml.replace('"', "'")], ids=["prefixes", "single quotes"])
def test_xml_written_in_another_way_is_looked_through_too(tmp_path: Path, turn: Any) -> None:
    xml = turn(drill_sheet(NAME, '<c r="C2"><f>A1</f></c><c r="D2" t="e"><v>#REF!</v></c>'))
    (sheet,) = read(tmp_path, raw_book({"应急演练": xml}))
    assert sheet.rows[1][0] == "秋季消防演练"
    assert sheet.problems == {(1, 2): UNCALCULATED, (1, 3): ("E-CELL-ERROR", "#REF!")}


def test_hidden_sheets_and_rows_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("封面")
        page = book.add_worksheet("应急演练")
        for number in range(4):
            page.write(number, 0, number)
        page.set_row(1, options={"hidden": True})
        page.set_row(3, options={"hidden": True})
        book.add_worksheet("藏").hide()
        book.add_worksheet("深藏").very_hidden()
    sheets = read_sheets(path, "hidden.xlsx")
    assert [(sheet.name, sheet.is_hidden, sheet.remarks) for sheet in sheets] == [
        ("封面", False, []),
        ("应急演练", False, [Remark("W-HIDDEN-ROW", "应急演练", "2、4")]),
        ("藏", True, []),
        ("深藏", True, []),
    ]
    assert len(sheets[1].rows) == 4


def test_old_excel_files_are_read(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("应急演练")
    page.write(0, 0, "演练名称")
    page.write(1, 0, 5)
    page.write(1, 1, datetime(2026, 10, 14), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "old.xls"))
    (sheet,) = read_sheets(tmp_path / "old.xls", "old.xls")
    assert (sheet.name, sheet.rows) == ("应急演练", [["演练名称", ""], [5.0, date(2026, 10, 14)]])


def test_open_document_sheets_are_read(tmp_path: Path) -> None:
    (sheet,) = read(tmp_path, ods_bytes(ods_table("校区", [["校区代码", "校区名称"], ["1", "本部"]])), "report.ods")
    assert (sheet.name, sheet.rows) == ("校区", [["校区代码", "校区名称"], ["1", "本部"]])


def test_a_damaged_old_excel_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "report.xls").code == "E-CORRUPT"


def test_damaged_shared_parts_are_refused(tmp_path: Path) -> None:
    parts = raw_parts({"应急演练": drill_sheet(NAME)}) | {"xl/sharedStrings.xml": b"<sst><si><t>x</sst>"}
    assert refused(tmp_path, packed(parts), "report.xlsx").code == "E-CORRUPT"


CSV = "演练名称,类别,时间,参加人数\n秋季消防演练,消防,2026-10-14,480\n"
CSV_ROWS = [DRILL_HEADINGS, ["秋季消防演练", "消防", "2026-10-14", "480"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_csv_is_read_in_the_encodings_that_people_send(tmp_path: Path, encoding: str, ending: str) -> None:
    (sheet,) = read(tmp_path, CSV.replace("\n", ending).encode(encoding), "应急演练.csv")
    assert (sheet.name, sheet.rows) == ("应急演练", CSV_ROWS)


@pytest.mark.parametrize("is_flagged", [True, False], ids=["UTF-8 flag", "no flag"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_zip_of_csv_files_is_one_workbook(tmp_path: Path, is_flagged: bool, encoding: str) -> None:
    content = zip_named({"应急演练.csv": CSV, "校区.csv": "校区代码,校区名称\n1,本部\n"}, is_flagged, encoding)
    first, second = read(tmp_path, content, "report.zip")
    assert (first.name, first.rows) == ("应急演练", CSV_ROWS)
    assert (second.name, second.rows[1]) == ("校区", ["1", "本部"])


def zip_named(texts: dict[str, str], is_flagged: bool, encoding: str) -> bytes:
    """A zip as Windows packs it: entries named in the system's encoding, unless the UTF-8 flag is set."""
    if is_flagged:
        return packed({name: text.encode("gbk") for name, text in texts.items()})
    keys = {name: str(number) * len(name.encode(encoding)) for number, name in enumerate(texts)}
    content = packed({keys[name]: text.encode("gbk") for name, text in texts.items()})
    for name, key in keys.items():
        content = content.replace(key.encode(), name.encode(encoding))
    return content


def test_folders_and_mac_leavings_in_a_zip_do_not_matter(tmp_path: Path) -> None:
    parts = {"青芽/": b"", "青芽/校区.csv": b"a,b\n1,2\n", "__MACOSX/青芽/._校区.csv": b"\x00", "说明.txt": b"x"}
    (sheet,) = read(tmp_path, packed(parts), "report.zip")
    assert (sheet.name, sheet.rows) == ("校区", [["a", "b"], ["1", "2"]])


def test_a_workbook_in_a_zip_is_read_through_the_gate(tmp_path: Path) -> None:
    inner = raw_book({"应急演练": drill_sheet(NAME, '<c r="D2" t="e"><v>#REF!</v></c>')})
    (sheet,) = read(tmp_path, packed({"青芽/月报.xlsx": inner}), "report.zip")
    assert sheet.problems == {(1, 3): ("E-CELL-ERROR", "#REF!")}


def test_several_workbooks_in_a_zip_are_refused(tmp_path: Path) -> None:
    book = book_bytes({"校区": [["a"]]})
    caught = refused(tmp_path, packed({"a.xlsx": book, "b.xlsx": book}), "report.zip")
    assert (caught.code, caught.detail) == ("E-SEVERAL-BOOKS", "a.xlsx、b.xlsx")
    assert refused(tmp_path, packed({"a.xlsx": book, "b.csv": b"a"}), "report.zip").code == "E-SEVERAL-BOOKS"


@pytest.mark.parametrize("parts", [{"照片.jpg": b"x"}, {"a.xlsx": b"%PDF-1.7"}, {"a.xlsx": packed({"b.csv": b"a"})}])
def test_a_zip_without_tables_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    assert refused(tmp_path, packed(parts), "report.zip").code == "E-TYPE"


def test_a_damaged_zip_of_csv_files_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed({"a.csv": CSV.encode() * 50}))
    content[content.index(b"a.csv") + 5 + 20] ^= 0xFF
    assert refused(tmp_path, bytes(content), "report.zip").code == "E-CORRUPT"


def test_nothing_is_unpacked_beside_the_original(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    for name in ("../../climb.csv", "/absolute.csv", "..\\back.csv"):
        assert refused(folder, packed({name: b"a,b\n"}), "report.zip").code == "E-BADNAME"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["original"]


def test_receipt_grids_show_what_stood_in_unreadable_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(raw_book({"应急演练": drill_sheet(NAME, '<c r="D2" t="e"><v>#REF!</v></c>')}))
    (grid,) = read_grids(path, "a.xlsx")
    assert grid.rows == [DRILL_HEADINGS, ["秋季消防演练", "", "", "#REF!"]]


def test_moments_survive_the_way_through_a_workbook(tmp_path: Path) -> None:
    moments = [datetime(2026, 10, 15, hour, minute) for hour in range(24) for minute in (0, 1, 20, 29, 59)]
    path = tmp_path / "moments.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        page = book.add_worksheet("事故信息")
        for number, moment in enumerate(moments):
            page.write_datetime(number, 0, moment)
    (sheet,) = read_sheets(path, "moments.xlsx")
    texts = [cell_text(row[0]) for row in sheet.rows]
    assert texts[1:] == [moment.isoformat(" ", "seconds") for moment in moments[1:]]
    assert texts[0] == "2026-10-15"


def test_limits_hold_inside_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_xml, "MAX_SHEETS", 1)
    inner = book_bytes({"校区": [["a"]], "应急演练": [["a"]]})
    assert refused(tmp_path, packed({"a.xlsx": inner}), "report.zip").code == "E-TOO-MANY-SHEETS"


def test_a_book_written_twice_reads_the_same(tmp_path: Path) -> None:
    first = read_sheets(write_book(tmp_path / "a.xlsx", {"应急演练": [DRILL_HEADINGS, DRILL]}), "a.xlsx")
    second = read_sheets(tmp_path / "a.xlsx", "b.xlsx")
    assert first == second


def test_far_formulas_do_not_lengthen_the_sheet(tmp_path: Path) -> None:
    rows = sheet_xml(text_cell("A1", "x"), '<c r="A999999"><f>A1</f></c>')
    caught = refused(tmp_path, raw_book({"应急演练": rows}), "report.xlsx")
    assert (caught.code, caught.detail, caught.sheet) == ("E-EXTENT", "A999999", "应急演练")


@pytest.mark.parametrize("second", ["Drills", "DRILLS"])
def test_two_sheets_of_one_name_are_refused(tmp_path: Path, second: str) -> None:
    parts = raw_parts({"Drills": drill_sheet(NAME), "other": drill_sheet(NAME)})
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'"other"', f'"{second}"'.encode())
    caught = refused(tmp_path, packed(parts), "report.xlsx")
    assert (caught.code, caught.detail) == ("E-DUP-SHEET", "Drills")


def test_a_sheet_kept_outside_the_usual_folder_is_looked_through_too(tmp_path: Path) -> None:
    parts = raw_parts({"应急演练": drill_sheet(NAME, '<c r="D2" t="e"><v>#REF!</v></c>')})
    parts["xl/odd/Page.bin"] = parts.pop("xl/worksheets/sheet1.xml")
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"worksheets/sheet1.xml", b"odd/page.BIN")
    (sheet,) = read(tmp_path, packed(parts))
    assert sheet.problems == {(1, 3): ("E-CELL-ERROR", "#REF!")}
