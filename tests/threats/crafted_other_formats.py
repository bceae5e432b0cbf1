"""Section A for .xls, .xlsb and .ods: the same bad inputs as an .xlsx can hold, told by the same codes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.threats.cases import Case
from tests.unit.extract.books import DRILL_HEADINGS, ods_bytes, ods_table, packed, panicking_xls
from tests.unit.extract.old_books import (
    PROFILE,
    PROFILE_HEADINGS,
    Page,
    with_storage,
    xls_drills,
    xls_error,
    xls_formula,
    xls_number,
    xls_record,
    xls_rows,
    xls_school,
    xls_text,
    xlsb_cell,
    xlsb_drills,
    xlsb_record,
    xlsb_row,
    xlsb_school,
    xlsb_text,
    xlsb_texts,
)

DIVIDED_BY_ZERO = 7
NOT_AVAILABLE = 42


def _sent(name: str, make: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(make())

    return write


def _ods(*rows: str, before: str = "", attributes: str = "") -> bytes:
    """An .ods that names its school and holds a drill sheet of the given rows besides."""
    headings = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
        for name in DRILL_HEADINGS
    )
    return ods_bytes(
        ods_table("学校概况", [PROFILE_HEADINGS, PROFILE])
        + f'<table:table table:name="应急演练"{attributes}>{before}<table:table-row>{headings}</table:table-row>'
        + "".join(rows)
        + "</table:table>"
    )


def _row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


def _cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{text}</text:p></table:table-cell>'


def _locked(kind: int) -> Callable[[], bytes]:
    return lambda: xls_school(before=xls_record(0x2F, struct.pack("<H", kind) + bytes(52)))


def _merged_xls() -> bytes:
    merged = xls_record(0xE5, struct.pack("<H4H", 1, 1, 2, 3, 3))
    return xls_school(xls_drills(xls_text(1, 0, "甲"), xls_number(1, 3, 480), xls_text(2, 0, "乙"), merged))


def _merged_xlsb() -> bytes:
    rows = xlsb_row(1) + xlsb_text(0, "甲") + xlsb_text(3, "480") + xlsb_row(2) + xlsb_text(0, "乙")
    return xlsb_school(xlsb_drills(rows, after=xlsb_record(176, struct.pack("<4L", 1, 2, 3, 3))))


def _hidden_xls() -> bytes:
    row = xls_record(0x208, struct.pack("<8H", 1, 0, 4, 300, 0, 0, 0x20, 0))
    column = xls_record(0x7D, struct.pack("<6H", 2, 2, 2000, 0, 1, 0))
    shown = xls_drills(xls_text(1, 0, "甲"), row, column)
    return xls_school(shown, Page("藏", xls_text(0, 0, "x"), state=1), Page("深藏", xls_text(0, 0, "x"), state=2))


def _hidden_xlsb() -> bytes:
    secret = Page("藏", xlsb_texts(0, ["x"]) + xlsb_record(146), state=1)
    shown = xlsb_drills(xlsb_row(1, is_hidden=True) + xlsb_text(0, "甲"))
    return xlsb_school(shown, secret)


def _hidden_ods() -> bytes:
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    row = _row(_cell("甲"), attributes=' table:visibility="filter"')
    end = ' table:number-rows-repeated="1048000" table:visibility="collapse"'
    return _ods(row, _row("<table:table-cell/>", attributes=end), before=columns)


def _ods_with(part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_ods())) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()} | {part: b"<x/>"})


def _many_ods() -> bytes:
    return ods_bytes("".join(ods_table(f"表{number}", [["x"]]) for number in range(101)))


def _error_result(number: int) -> bytes:
    return struct.pack("<BBBBBBH", 2, 0, number, 0, 0, 0, 0xFFFF)


HIDDEN = {"W-HIDDEN-SHEET": "藏", "W-HIDDEN-ROW": "第2行"}
CASES = [
    Case(5, "xls with a password", _sent("a.xls", _locked(1)), {"E-ENCRYPTED": ""}),
    Case(6, "xls obfuscated by xor", _sent("a.xls", _locked(0)), {"E-ENCRYPTED": ""}),
    Case(
        6,
        "xls of an unknown codepage",
        _sent("a.xls", lambda: xls_school(before=xls_record(0x42, struct.pack("<H", 0xD7CC)))),
        {"E-CORRUPT": ""},
    ),
    Case(7, "panic in the parser of xls", _sent("a.xls", panicking_xls), {"E-PARSER-CRASH": ""}),
    Case(
        7,
        "panic in the parser of xlsb",
        _sent("a.xlsb", lambda: xlsb_school(xlsb_drills(xlsb_row(1) + xlsb_cell(0, 7, struct.pack("<L", 99))))),
        {"E-PARSER-CRASH": ""},
    ),
    Case(
        10,
        "xls with a cell in the far corner",
        _sent("a.xls", lambda: xls_school(xls_drills(xls_number(65535, 255, 1)))),
        {"E-EXTENT": "IV65536"},
    ),
    Case(
        10,
        "xlsb with a cell in the far corner",
        _sent("a.xlsb", lambda: xlsb_school(xlsb_drills(xlsb_row(1048575) + xlsb_text(16383, "x")))),
        {"E-EXTENT": "XFD1048576"},
    ),
    Case(
        10,
        "ods whose filled cell is repeated",
        _sent(
            "a.ods",
            lambda: _ods(
                _row(
                    _cell("x", ' table:number-columns-repeated="16000"'),
                    attributes=' table:number-rows-repeated="1000000"',
                )
            ),
        ),
        {"E-EXTENT": "1000001"},
    ),
    Case(21, "ods of too many sheets", _sent("a.ods", _many_ods), {"E-TOO-MANY-SHEETS": "100"}),
    Case(
        22,
        "xls with two sheets of one name",
        _sent("a.xls", lambda: xls_school(xls_drills(), xls_drills())),
        {"E-DUP-SHEET": "应急演练"},
    ),
    Case(24, "xls with hidden parts", _sent("a.xls", _hidden_xls), HIDDEN | {"W-HIDDEN-COLUMN": "C"}, is_refused=False),
    Case(24, "xlsb with hidden parts", _sent("a.xlsb", _hidden_xlsb), HIDDEN, is_refused=False),
    Case(
        24,
        "ods with hidden parts",
        _sent("a.ods", _hidden_ods),
        {"W-HIDDEN-ROW": "第2行", "W-HIDDEN-COLUMN": "B"},
        is_refused=False,
    ),
    Case(25, "xls with merged cells", _sent("a.xls", _merged_xls), {"E-MERGED": "D2:D3"}, is_refused=False),
    Case(25, "xlsb with merged cells", _sent("a.xlsb", _merged_xlsb), {"E-MERGED": "D2:D3"}, is_refused=False),
    Case(
        25,
        "ods with merged cells",
        _sent(
            "a.ods",
            lambda: _ods(
                _row(_cell("甲"), _cell("消防", ' table:number-columns-spanned="2"'), "<table:covered-table-cell/>")
            ),
        ),
        {"E-MERGED": "B2:C2"},
        is_refused=False,
    ),
    Case(
        26,
        "xls with error cells",
        _sent(
            "a.xls",
            lambda: xls_school(
                xls_drills(
                    xls_text(1, 0, "甲"),
                    xls_error(1, 1, NOT_AVAILABLE),
                    xls_formula(1, 3, _error_result(DIVIDED_BY_ZERO)),
                )
            ),
        ),
        {"E-CELL-ERROR": "#N/A"},
        is_refused=False,
    ),
    Case(
        26,
        "xlsb with error cells",
        _sent(
            "a.xlsb",
            lambda: xlsb_school(
                xlsb_drills(xlsb_row(1) + xlsb_text(0, "甲") + xlsb_cell(3, 3, bytes([NOT_AVAILABLE])))
            ),
        ),
        {"E-CELL-ERROR": "#N/A"},
        is_refused=False,
    ),
    Case(
        26,
        "ods with an error that is stored as zero",
        _sent(
            "a.ods",
            lambda: _ods(
                _row(
                    _cell("甲"),
                    '<table:table-cell table:number-columns-repeated="2"/>',
                    '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
                    "<text:p>#DIV/0!</text:p></table:table-cell>",
                )
            ),
        ),
        {"E-CELL-ERROR": "#DIV/0!"},
        is_refused=False,
    ),
    Case(
        27,
        "ods with a formula never calculated",
        _sent("a.ods", lambda: _ods(_row(_cell("甲"), '<table:table-cell table:formula="of:=A1"/>'))),
        {"E-FORMULA-UNCALCULATED": ""},
        is_refused=False,
    ),
    Case(
        28,
        "xls with a formula",
        _sent(
            "a.xls",
            lambda: xls_school(xls_drills(xls_text(1, 0, "甲"), xls_formula(1, 3, struct.pack("<d", 480)))),
        ),
        {"W-FORMULA": "1"},
        is_refused=False,
    ),
    Case(
        29,
        "xls with a link to another file",
        _sent("a.xls", lambda: xls_school(before=xls_record(0x1AE, struct.pack("<HHB", 1, 3, 0) + b"b.x"))),
        {"W-EXTLINK": "1"},
        is_refused=False,
    ),
    Case(
        30,
        "xls with macros",
        _sent(
            "a.xls",
            lambda: with_storage(xls_school(Page("宏", xls_rows(["x"]), kind=1)), "_VBA_PROJECT_CUR"),
        ),
        {"W-MACRO": "vbaproject、macrosheets"},
        is_refused=False,
    ),
    Case(
        30,
        "xlsb with macros and links",
        _sent(
            "a.xlsb",
            lambda: xlsb_school(more={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.bin": b"x"}),
        ),
        {"W-MACRO": "vbaproject", "W-EXTLINK": "1"},
        is_refused=False,
    ),
    Case(
        30,
        "ods with macros",
        _sent("a.ods", lambda: _ods_with("Basic/Standard/Module1.xml")),
        {"W-MACRO": "basic"},
        is_refused=False,
    ),
    Case(
        32,
        "xls with two cells at one address",
        _sent("a.xls", lambda: xls_school(xls_drills(xls_text(1, 0, "甲"), xls_number(1, 3, 1), xls_number(1, 3, 2)))),
        {"E-DUP-CELL": ""},
        is_refused=False,
    ),
    Case(
        36,
        "xls with dates from 1904",
        _sent("a.xls", lambda: xls_school(before=xls_record(0x22, b"\x01\x00"))),
        {"R-DATE-1904": ""},
        is_refused=False,
    ),
]
