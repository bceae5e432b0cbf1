"""A1 to A23: files that are none, are another type than they say, or whose archive is a trap."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

from docx import Document

from tests.threats.cases import Case
from tests.unit.extract.books import (
    DRILL,
    DRILL_HEADINGS,
    Sheets,
    book_bytes,
    drill_sheet,
    lying,
    ods_bytes,
    ods_table,
    packed,
    school_parts,
    sheet_xml,
    text_cell,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MANY = 100 << 20
DRILL_CELLS = text_cell("A2", "秋季消防演练") + text_cell("B2", "消防")
GOOD_PARTS = school_parts(应急演练=drill_sheet(DRILL_CELLS))
SHEET = "xl/worksheets/sheet2.xml"


def files(contents: Mapping[str, bytes | Callable[[], bytes]]) -> Callable[[Path], None]:
    """Writes each content under its name; what is big is made only then."""

    def make(folder: Path) -> None:
        for name, content in contents.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content())

    return make


def with_part(name: str, content: bytes) -> bytes:
    """The good book with one part in another's place, or added."""
    return packed({**GOOD_PARTS, name: content})


def with_sheet(xml: str) -> bytes:
    """The good book with another drill sheet."""
    return with_part(SHEET, xml.encode())


def docx_bytes() -> bytes:
    """A letter."""
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("安全月报")
    document.save(buffer)
    return buffer.getvalue()


def locked_zip() -> bytes:
    """An archive whose only entry asks for a password."""
    content = bytearray(packed({"应急演练.csv": b"a,b"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def doubled(name: str) -> bytes:
    """The good book with a second part of that name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return packed(GOOD_PARTS, (name, drill_sheet(text_cell("A2", "另一个")).encode()))


def with_texts() -> bytes:
    """The good book with shared texts."""
    return with_part("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 99 + b"</sst>")


def amplified() -> bytes:
    """A text of 100 KB that 100,000 cells refer to."""
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}" t="s"><v>0</v></c>' for column in "ABCDE") + "</row>"
        for row in range(2, 20_000)
    )
    sheet = drill_sheet().replace("</sheetData>", rows + "</sheetData>").encode()
    texts = b"<sst><si><t>" + b"x" * 100_000 + b"</t></si></sst>"
    return packed({**GOOD_PARTS, SHEET: sheet, "xl/sharedStrings.xml": texts})


def declaring(part: str, root: str) -> bytes:
    """The good book with a part that declares entities before its root element."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    plain = GOOD_PARTS.get(part, f"<{root}/>".encode()).decode()
    return with_part(part, plain.replace(f"<{root}", f"{bomb}<{root}", 1).encode())


def many_sheets() -> bytes:
    """20,000 sheets that are all one part."""
    parts = dict(GOOD_PARTS)
    entries = "".join(f'<sheet name="s{number}" sheetId="{number + 9}" r:id="rId2"/>' for number in range(20_000))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", f"{entries}</sheets>".encode())
    return packed(parts)


def renamed(old: str, new: str) -> bytes:
    """A book of two drill sheets, one renamed where XML allows what no program would write."""
    parts = school_parts(Drills=drill_sheet(DRILL_CELLS), other=drill_sheet(DRILL_CELLS))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(f'"{old}"'.encode(), f'"{new}"'.encode())
    return packed(parts)


def far(reference: str) -> bytes:
    """A book whose drill sheet has one cell far away, in a row of that number."""
    row = "".join(filter(str.isdigit, reference))
    cell = f'<row r="{row}">{text_cell(reference, "x")}</row></sheetData>'
    return with_sheet(drill_sheet(DRILL_CELLS).replace("</sheetData>", cell))


def far_without_addresses() -> bytes:
    """A row of many cells above many rows of one, none of which says where it stands."""
    cell = "<c><v>1</v></c>"
    rows = f"<row>{cell * 5_000}</row>" + f"<row>{cell}</row>" * 15_000
    return with_sheet(sheet_xml().replace("</sheetData>", f"{rows}</sheetData>"))


def elsewhere() -> bytes:
    """A far cell in a sheet that lies outside the usual folder."""
    parts = dict(GOOD_PARTS)
    del parts[SHEET]
    parts["xl/odd/page.bin"] = drill_sheet(text_cell("XFD1048576", "x")).encode()
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"worksheets/sheet2.xml", b"odd/page.bin")
    return packed(parts)


BADLY_NAMED = ("../../climb.xml", "/absolute.xml", "C:/drive.xml", "..\\..\\back.xml", "xl\\worksheets\\sheet9.xml")
FEW_SHEETS: Sheets = {
    "学校概况": [["学校标识码", "学校名称"], ["2153990103", "望楹街道第三小学"]],
    "应急演练": [DRILL_HEADINGS, DRILL],
    "课程表": [["星期一", "星期二"], ["语文", "数学"]],
}
FAR_CORNER = "工作表“应急演练”在极远的位置有内容（XFD1048576）"

CASES: list[Case] = [
    Case(1, "no byte and one byte", files({"a.xlsx": b"", "b.xlsx": b"P"}), {"E-EMPTY": "0字节"}),
    Case(2, "cut off", files({"a.xlsx": packed(GOOD_PARTS)[:-400]}), {"E-TRUNCATED": "打不开"}),
    Case(
        3,
        "another type under our suffix",
        files(
            {
                "a.xlsx": b"%PDF-1.7 ...",
                "b.xls": b"<html><body><table>",
                "c.xlsx": b"a,b\n1,2\n",
                "d.xlsx": docx_bytes(),
            }
        ),
        {"E-TYPE": "PDF"},
    ),
    Case(
        4, "ods inside xlsx", files({"a.xlsx": ods_bytes(ods_table("应急演练", [DRILL_HEADINGS]))}), {"E-TYPE": "ODS"}
    ),
    Case(
        4,
        "ods beside xlsx in one archive",
        files({"a.xlsx": with_part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")}),
        {"E-TYPE": "XLSX + ODS"},
    ),
    Case(
        5,
        "a password on the book or the archive",
        files(
            {
                "a.xlsx": OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
                "b.zip": locked_zip(),
            }
        ),
        {"E-ENCRYPTED": "密码"},
    ),
    Case(7, "address that overflows", files({"a.xlsx": far("A99999999999999999999")}), {"E-EXTENT": "A9999999999"}),
    Case(7, "column that overflows", files({"a.xlsx": far("ZZZZZZZZZZZZZZ2")}), {"E-EXTENT": "ZZZZZZZZZZZZZZ2"}),
    Case(
        8,
        "far corner",
        files({"a.xlsx": far("XFD1048576")}),
        {"E-EXTENT": FAR_CORNER},
    ),
    Case(9, "far column", files({"a.xlsx": far("XFD6000")}), {"E-EXTENT": "XFD6000"}),
    Case(9, "far column in a sheet kept elsewhere", files({"a.xlsx": elsewhere()}), {"E-EXTENT": "XFD1048576"}),
    Case(10, "wide and long but sparse", files({"a.xlsx": far("ZZ9999")}), {"E-EXTENT": "ZZ9999"}),
    Case(10, "wide and long without addresses", files({"a.xlsx": far_without_addresses}), {"E-EXTENT": "应急演练"}),
    Case(11, "one long text in many cells", files({"a.xlsx": amplified}), {"E-BOMB": "MB"}),
    Case(
        12,
        "huge inline text",
        files({"a.xlsx": lambda: with_sheet(drill_sheet(text_cell("A2", "x" * MANY)))}),
        {"E-BOMB": "100 MB"},
    ),
    Case(13, "huge white space", files({"a.xlsx": lambda: with_sheet(drill_sheet(" " * MANY))}), {"E-BOMB": "100 MB"}),
    Case(
        14,
        "millions of shared texts",
        files({"a.xlsx": lambda: with_part("xl/sharedStrings.xml", b"<sst>" + b"<si/>" * (MANY // 5) + b"</sst>")}),
        {"E-BOMB": "100 MB"},
    ),
    Case(
        15,
        "huge picture",
        files({"a.xlsx": lambda: with_part("xl/media/image1.bmp", b"\x00" * MANY)}),
        {"E-BOMB": "100 MB"},
    ),
    Case(
        15,
        "picture of one colour is left packed",
        files({"a.xlsx": lambda: with_part("xl/media/image1.bmp", b"\x00" * (30 << 20))}),
        {},
        is_refused=False,
    ),
    *(
        Case(16, f"entities in {part.split('/')[-1]}", files({"a.xlsx": declaring(part, root)}), {"E-DTD": "实体"})
        for part, root in (
            ("xl/workbook.xml", "workbook"),
            ("xl/_rels/workbook.xml.rels", "Relationships"),
            ("xl/sharedStrings.xml", "sst"),
            ("xl/styles.xml", "styleSheet"),
            (SHEET, "worksheet"),
        )
    ),
    *(
        Case(
            17,
            f"lying size of {part.split('/')[-1]}",
            files({"a.xlsx": lying(with_texts(), part, 10)}),
            {"E-CORRUPT": told},
        )
        for part, told in ((SHEET, SHEET), ("xl/sharedStrings.xml", "XmlError"), ("xl/workbook.xml", "xl/workbook.xml"))
    ),
    Case(18, "part twice", files({"a.xlsx": doubled(SHEET)}), {"E-AMBIGUOUS-ZIP": SHEET}),
    Case(
        19,
        "part twice in capitals",
        files({"a.xlsx": doubled("XL/Worksheets/Sheet2.xml")}),
        {"E-AMBIGUOUS-ZIP": "XL/Worksheets/Sheet2.xml"},
    ),
    Case(
        20,
        "names that lead out of the folder",
        files({f"{number}.xlsx": with_part(name, b"x") for number, name in enumerate(BADLY_NAMED)}),
        {"E-BADNAME": "../../climb.xml"},
    ),
    Case(
        20,
        "names in a zip that lead out of the folder",
        files({"a.zip": packed({"../climb.csv": b"a,b\n"}), "b.zip": packed({"/tmp/absolute.csv": b"a,b\n"})}),
        {"E-BADNAME": "/tmp/absolute.csv"},
    ),
    Case(21, "20000 sheets", files({"a.xlsx": many_sheets}), {"E-TOO-MANY-SHEETS": "20002张"}),
    Case(22, "two sheets of one name", files({"a.xlsx": renamed("other", "Drills")}), {"E-DUP-SHEET": "Drills"}),
    Case(
        22,
        "two sheets of one name but for capitals",
        files({"a.xlsx": renamed("other", "DRILLS")}),
        {"E-DUP-SHEET": "Drills"},
    ),
    Case(
        23,
        "no sheet of ours lists those found",
        files({"a.xlsx": book_bytes({"课程表": [["星期一", "星期二"], ["语文", "数学"]], "Sheet2": [["x"]]})}),
        {"E-NO-SHEETS": "课程表、Sheet2"},
    ),
    Case(
        23,
        "missing sheet is named beside one not known",
        files({"a.xlsx": book_bytes(FEW_SHEETS)}),
        {"E-SHEET-MISSING": "隐患台账", "W-SHEET-UNKNOWN": "课程表"},
        is_refused=False,
    ),
]
