"""A24 to A34, A36 and A38 in an .xlsx: cells that a parser passes off as blank, known or harmless."""

from __future__ import annotations

from tests.threats.cases import Case
from tests.threats.crafted_archives import files
from tests.unit.extract.books import drill_rows, packed, school_parts, sheet_xml, text_cell

BOOK = "xl/workbook.xml"
NAMES = "".join(text_cell(f"{letter}1", name) for letter, name in zip("ABC", ("序号", "姓名", "单位"), strict=True))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMATS = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 9, 14))
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs>{FORMATS}</cellXfs></styleSheet>'


def drill(row: int, count: str = "", day: str = "2026-10-14") -> str:
    """The cells of a drill in that row, its headcount given as XML."""
    return text_cell(f"A{row}", f"第{row}次演练") + text_cell(f"B{row}", "消防") + text_cell(f"C{row}", day) + count


def number(reference: str, value: str, style: int = 0) -> str:
    """A cell that holds a number."""
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def book(xml: str, **parts: bytes) -> bytes:
    """A school's book with that drill sheet, and with other parts in place of its own."""
    return packed({**school_parts(应急演练=xml), "xl/styles.xml": STYLES.encode(), **parts})


def merged(*ranges: str) -> str:
    """What stands behind the rows of a sheet with merged cells."""
    return "<mergeCells>" + "".join(f'<mergeCell ref="{cells}"/>' for cells in ranges) + "</mergeCells>"


def hidden(state: str) -> bytes:
    """A book that hides a sheet besides the drills."""
    parts = school_parts(应急演练=drill_rows(drill(2)), 旧数据=sheet_xml(NAMES))
    parts[BOOK] = parts[BOOK].replace('name="旧数据"'.encode(), f'name="旧数据" state="{state}"'.encode())
    return packed(parts)


def hidden_rows_and_columns() -> bytes:
    """Rows 3, 5 and 6 and column B are hidden, and all that lies beyond the table, which is nobody's concern."""
    xml = drill_rows(*(drill(row, number(f"D{row}", "9")) for row in range(2, 8)))
    for row in (3, 5, 6):
        xml = xml.replace(f'<row r="{row}">', f'<row r="{row}" hidden="1">')
    columns = '<cols><col min="2" max="2" hidden="1"/><col min="9" max="16384" hidden="1"/></cols><sheetData>'
    beyond = '<row r="30" hidden="1"/></sheetData>'
    return book(xml.replace("<sheetData>", columns).replace("</sheetData>", beyond))


def hazards_merged_down() -> bytes:
    """Three hazards of one place, whose cells are merged."""
    names = ("隐患部位", "隐患内容", "发现日期")
    headings = "".join(text_cell(f"{letter}1", name) for letter, name in zip("ABC", names, strict=True))
    rows = [
        (text_cell("A2", "食堂") if row == 2 else "")
        + text_cell(f"B{row}", f"第{row}处")
        + text_cell(f"C{row}", "2026-10-09")
        for row in (2, 3, 4)
    ]
    xml = sheet_xml(headings, *rows).replace("</sheetData>", f"</sheetData>{merged('A2:A4')}")
    return packed(school_parts(隐患台账=xml))


def counted_from_1904() -> bytes:
    """A day formatted as such and one bare number, both 2026-10-14 as a 1904 workbook counts."""
    parts = school_parts(
        应急演练=drill_rows(
            text_cell("A2", "一") + number("C2", "44847", 2), text_cell("A3", "二") + number("C3", "44847")
        )
    )
    parts[BOOK] = parts[BOOK].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    return packed({**parts, "xl/styles.xml": STYLES.encode()})


def with_program(name: str) -> bytes:
    """A book with a part that holds a program or a link."""
    return book(drill_rows(drill(2)), **{name: b"<x/>"})


def far_row() -> bytes:
    """A row whose number the parser takes for another, many bits shorter."""
    row = f'<row r="4571414726">{text_cell("A4571414726", "x")}</row></sheetData>'
    return book(drill_rows().replace("</sheetData>", row))


def row_twice() -> bytes:
    """Two rows of one number, the name of a drill in both."""
    return book(drill_rows(drill(2), drill(3)).replace('<row r="3"', '<row r="2"').replace('="A3"', '="A2"'))


def taken(number: int, title: str, content: bytes, **codes: str) -> Case:
    """The case of a book that is accepted and says so; codes are written with underscores."""
    named = {code.replace("_", "-"): part for code, part in codes.items()}
    return Case(number, title, files({"a.xlsx": content}), named, is_refused=False)


ERROR = '<c r="D2" t="e"><v>#REF!</v></c>'
UNCALCULATED = '<c r="D2"><f>SUM(A9)</f></c>'
STALE = '<c r="D2"><f>1+1</f><v>999</v></c>'
LINK = '<c r="D2"><f>[1]Sheet1!A1</f><v>9</v></c>'
LINKED_PART = "xl/externalLinks/externalLink1.xml"
THREE_DRILLS = (drill(2, number("D2", "300")), drill(3), drill(4))
NAME_OF_TWO = (text_cell("A2", "消防演练"), drill(3))
SHARES = (drill(2, number("D2", "0.95", 1)), drill(3, number("D3", "1", 1)))
LONG_CODE = number("A2", "12345678901234567") + drill(2).split("</c>", 1)[1]
PROGRAMS = {
    "xl/vbaProject.bin": "vbaproject",
    "xl/macrosheets/sheet1.xml": "macrosheets",
    "xl/activeX/activeX1.bin": "activex",
    "xl/embeddings/oleObject1.bin": "embeddings",
}
HARMFUL = {
    "control": "&#1;",
    "raw control": "\x01",
    "escaped null": "_x0000_",
    "override of direction": "\u202e",
    "mark of the reader": "\ufffc",
}

CASES: list[Case] = [
    taken(24, "hidden sheet", hidden("hidden"), W_HIDDEN_SHEET="旧数据"),
    taken(24, "very hidden sheet", hidden("veryHidden"), W_HIDDEN_SHEET="旧数据"),
    taken(
        24,
        "hidden rows and columns",
        hidden_rows_and_columns(),
        W_HIDDEN_ROW="（第3、5—6行）",
        W_HIDDEN_COLUMN="（B）",
    ),
    taken(25, "headcounts merged", book(drill_rows(*THREE_DRILLS, after=merged("D2:D4"))), E_MERGED="D2:D4"),
    taken(25, "merged across fields", book(drill_rows(*NAME_OF_TWO, after=merged("A2:B2"))), E_MERGED="A2:B2"),
    taken(25, "merged down a field", hazards_merged_down(), R_MERGED="A2:A4"),
    taken(26, "error cell", book(drill_rows(drill(2, ERROR))), E_CELL_ERROR="#REF!"),
    taken(27, "never calculated", book(drill_rows(drill(2, UNCALCULATED))), E_FORMULA_UNCALCULATED="没有计算结果"),
    taken(28, "stored result", book(drill_rows(drill(2, STALE), drill(3))), W_FORMULA="由公式计算（共1格）"),
    taken(
        29,
        "link to another file",
        book(drill_rows(drill(2, LINK)), **{LINKED_PART: b"<externalLink/>"}),
        W_EXTLINK="1处",
        W_FORMULA="由公式计算",
    ),
    taken(30, "dde link", book(drill_rows(drill(2)), **{LINKED_PART: b"<ddeLink/>"}), W_EXTLINK="1处"),
    *(taken(30, f"program in {mark}", with_program(name), W_MACRO=mark) for name, mark in PROGRAMS.items()),
    Case(31, "row number beyond 32 bits", files({"a.xlsx": far_row()}), {"E-EXTENT": "A4571414726"}),
    taken(
        32, "cell twice", book(drill_rows(drill(2, number("D2", "30") + number("D2", "300")))), E_DUP_CELL="参加人数"
    ),
    taken(32, "row twice", row_twice(), E_DUP_CELL="演练名称"),
    *(
        taken(33, f"number {value}", book(drill_rows(drill(2, number("D2", value)))), E_NOT_FINITE="不是一个数")
        for value in ("NaN", "-Inf", "1e999")
    ),
    taken(34, "code as a number", book(drill_rows(LONG_CODE)), E_ID_AS_NUMBER="数位已丢失"),
    taken(36, "1904 dates", counted_from_1904(), R_DATE_1904="1904"),
    taken(37, "percentages in a count", book(drill_rows(*SHARES)), E_PERCENT="95% (0.95)"),
    *(
        taken(38, f"character {title}", book(drill_rows(text_cell("A2", f"消防{text}演练"))), E_CHAR="演练名称")
        for title, text in HARMFUL.items()
    ),
    *(
        Case(
            38,
            f"reference to {title}",
            files({"a.xlsx": book(drill_rows(drill(2) + text_cell("D2", text)))}),
            {"E-CORRUPT": "D2"},
        )
        for title, text in (("null", "&#0;"), ("half a character", "&#xD800;"))
    ),
]
