"""What .xls, .xlsb and .ods hide is found at its address; what cannot be looked into is said."""

from __future__ import annotations

import io
import struct
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwt

from pipelines.extract.grids import Sheet, read_sheets
from pipelines.extract.remarks import Rejected, Remark
from tests.unit.extract.books import ods_bytes, ods_table
from tests.unit.extract.old_books import (
    Page,
    xls_bytes,
    xls_error,
    xls_formula,
    xls_number,
    xls_record,
    xls_text,
    xlsb_bytes,
    xlsb_cell,
    xlsb_record,
    xlsb_row,
    xlsb_text,
)

PERCENT_STYLES = b"".join(xls_record(0xE0, struct.pack("<HH", 0, code) + bytes(16)) for code in (0, 9, 200))
OWN_PERCENT = xls_record(0x41E, struct.pack("<HHB", 200, 4, 0) + b"0.0%")
SUM = (
    '<table:table-cell table:formula="of:=A1" office:value-type="{kind}" office:value="2">'
    "<text:p>{text}</text:p></table:table-cell>"
)
PLAIN = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'


def read(folder: Path, content: bytes, suffix: str) -> list[Sheet]:
    path = folder / f"report{suffix}"
    path.write_bytes(content)
    return read_sheets(path, path.name)


def ods_row(*cells: str) -> bytes:
    return ods_bytes(f'<table:table table:name="表"><table:table-row>{"".join(cells)}</table:table-row></table:table>')


def test_an_xls_tells_errors_formulas_and_percentages_by_address(tmp_path: Path) -> None:
    result = struct.pack("<BBBBBBH", 2, 0, 23, 0, 0, 0, 0xFFFF)
    many = xls_record(0xBD, struct.pack("<HHHLHLH", 2, 0, 1, 4 << 2 | 2, 0, 5 << 2 | 2, 1))
    cells = (
        xls_text(0, 0, "x"),
        xls_error(0, 1, 15),
        xls_formula(1, 0, result),
        xls_formula(1, 1, struct.pack("<d", 7)),
        many,
        xls_number(3, 0, 0.5, 2),
    )
    (sheet,) = read(tmp_path, xls_bytes(Page("表", b"".join(cells)), before=OWN_PERCENT + PERCENT_STYLES), ".xls")
    assert sheet.problems == {(0, 1): ("E-CELL-ERROR", "#VALUE!"), (1, 0): ("E-CELL-ERROR", "#REF!")}
    assert sheet.formulas == [(1, 0), (1, 1)]
    assert sheet.percents == {(2, 0), (3, 0)}
    assert sheet.rows == [["x", ""], ["", 7.0], [4.0, 5.0], [0.5, ""]]


def test_dates_of_an_xls_from_1904_are_converted(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = True
    book.add_sheet("表").write(0, 0, datetime(2026, 10, 14), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    buffer = io.BytesIO()
    book.save(buffer)
    (sheet,) = read(tmp_path, buffer.getvalue(), ".xls")
    assert sheet.rows == [[date(2026, 10, 14)]]
    assert (sheet.is_from_1904, sheet.remarks) == (True, [Remark("R-DATE-1904")])


def test_an_xls_that_cannot_be_looked_into_is_read_and_says_so(tmp_path: Path) -> None:
    """The container says that its stream is longer than it is: the parser does not mind."""
    content = bytearray(xls_bytes(Page("表", xls_text(0, 0, "x"))))
    size_at = content.index("Workbook".encode("utf-16-le")) + 120
    struct.pack_into("<L", content, size_at, 4096 + 1536)
    (sheet,) = read(tmp_path, bytes(content), ".xls")
    assert (sheet.rows, sheet.remarks) == ([["x"]], [Remark("W-UNCHECKED", "表")])


def test_an_xlsb_tells_errors_formulas_and_hidden_columns(tmp_path: Path) -> None:
    columns = xlsb_record(60, struct.pack("<4LH", 1, 1, 2000, 0, 1))
    cells = xlsb_row(0) + xlsb_text(0, "x") + xlsb_cell(1, 3, bytes([42])) + xlsb_row(2)
    cells += xlsb_cell(0, 9, struct.pack("<dHL", 7, 0, 0)) + xlsb_cell(1, 11, bytes([7]) + struct.pack("<HL", 0, 0))
    (sheet,) = read(tmp_path, xlsb_bytes(Page("表", cells + xlsb_record(146) + columns)), ".xlsb")
    assert sheet.problems == {(0, 1): ("E-CELL-ERROR", "#N/A"), (2, 1): ("E-CELL-ERROR", "#DIV/0!")}
    assert sheet.formulas == [(2, 0), (2, 1)]
    assert sheet.remarks == [Remark("W-HIDDEN-COLUMN", "表", "B")]


def test_percentages_of_an_xlsb_are_known_by_their_style(tmp_path: Path) -> None:
    text = "0.0%"
    own = xlsb_record(44, struct.pack("<HL", 200, len(text)) + text.encode("utf-16-le"))
    styles = b"".join(xlsb_record(47, struct.pack("<HH", 0, code) + bytes(12)) for code in (0, 10, 200))
    formats = xlsb_record(615, struct.pack("<L", 1)) + own + xlsb_record(616)
    style_part = xlsb_record(278) + formats + xlsb_record(617, struct.pack("<L", 3)) + styles + xlsb_record(618)
    cells = xlsb_row(0) + b"".join(xlsb_cell(at, 5, struct.pack("<d", 0.5), at) for at in range(3))
    book = xlsb_bytes(Page("表", cells + xlsb_record(146)), more={"xl/styles.bin": style_part})
    (sheet,) = read(tmp_path, book, ".xlsb")
    assert sheet.percents == {(0, 1), (0, 2)}
    assert sheet.rows == [[0.5, 0.5, 0.5]]


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!", "Err:502"])
def test_an_error_of_an_ods_is_one_whatever_value_is_stored(tmp_path: Path, text: str) -> None:
    (sheet,) = read(tmp_path, ods_row(SUM.format(kind="float", text=text)), ".ods")
    assert sheet.problems == {(0, 0): ("E-CELL-ERROR", text)}


def test_an_ods_tells_a_calculated_blank_from_none(tmp_path: Path) -> None:
    calculated = '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>'
    never = '<table:table-cell table:formula="of:=A1"/>'
    percent = SUM.format(kind="percentage", text="200%")
    (sheet,) = read(tmp_path, ods_row(calculated, never, percent), ".ods")
    assert sheet.problems == {(0, 1): ("E-FORMULA-UNCALCULATED", "")}
    assert sheet.formulas == [(0, 0), (0, 1), (0, 2)]
    assert sheet.percents == {(0, 2)}


def test_notes_and_tracked_changes_of_an_ods_are_no_content(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>#REF!</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>x</text:p></table:table-cell>'
    (sheet,) = read(tmp_path, ods_row(cell, f"<table:table-cell>{note}</table:table-cell>"), ".ods")
    assert (sheet.rows[0][0], sheet.problems) == ("x", {})


@pytest.mark.parametrize(
    "cell",
    [
        "<table:table-cell><text:p>12</text:p></table:table-cell>",
        f"<table:table-cell>{ods_table('里', [['x']])}</table:table-cell>",
    ],
    ids=["text-without-a-type", "table-in-a-cell"],
)
def test_a_cell_of_an_ods_that_the_parser_would_drop_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(Rejected) as caught:
        read(
            tmp_path,
            ods_row(PLAIN, cell),
            ".ods",
        )
    assert (caught.value.code, caught.value.detail, caught.value.sheet) == ("E-CORRUPT", "B1", "表")
