"""A35 to A44: what could be read in two ways, CSV files of every kind, headings, totals and templates."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.threats.cases import Case
from tests.unit.extract.books import (
    DRILL,
    DRILL_HEADINGS,
    Sheets,
    drill_sheet,
    ods_bytes,
    ods_table,
    packed,
    raw_book,
    sheet_xml,
    text_cell,
    write_book,
)

PROFILE: list[list[Any]] = [["学校标识码", "学校名称", "在校生数"], ["2153990203", "青棂镇中心小学", 300]]
LEDGER = ["隐患编号", "排查时间", "隐患内容", "整改资金(元)"]
DRILL_CSV = "演练名称,类别,时间,参加人数\n秋季消防演练,消防,2026-10-14,480\n"
PROFILE_CSV = "学校标识码,学校名称,在校生数\n2153990203,青棂镇中心小学,300\n"


def _book(sheets: Sheets) -> Callable[[Path], None]:
    """A school's workbook of those sheets beside its profile."""

    def make(folder: Path) -> None:
        write_book(folder / "青棂镇中心小学.xlsx", {"学校概况": PROFILE, **sheets})

    return make


def _drills(*rows: Sequence[Any], headings: Sequence[Any] = DRILL_HEADINGS) -> Callable[[Path], None]:
    return _book({"应急演练": [headings, *rows]})


def _file(name: str, content: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return make


def _csv(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    """A drill sheet as .csv."""
    return _file("应急演练.csv", text.encode(encoding))


def _csv_pair(drills: str, encoding: str) -> Callable[[Path], None]:
    """Profile and drills as two .csv in one .zip."""
    parts = {"学校概况.csv": PROFILE_CSV.encode(encoding), "应急演练.csv": drills.encode(encoding)}
    return _file("青棂镇中心小学.zip", packed(parts))


def _raw(cells: str) -> Callable[[Path], None]:
    """A workbook whose drill sheet is given as XML."""
    profile = sheet_xml(
        "".join(text_cell(f"{letter}1", text) for letter, text in zip("AB", PROFILE[0], strict=False)),
        "".join(text_cell(f"{letter}2", text) for letter, text in zip("AB", PROFILE[1][:2], strict=True)),
    )
    return _file("青棂镇中心小学.xlsx", raw_book({"学校概况": profile, "应急演练": drill_sheet(cells)}))


def _stamped(stamp: str, school_code: str) -> Callable[[Path], None]:
    cover = [["学校安全工作月报"], ["模板版本", stamp], ["填报月份", "2026-10"], ["学校标识码", school_code]]
    return _book({"填报说明": cover, "应急演练": [DRILL_HEADINGS, DRILL]})


CODES = [
    Case(
        35,
        "leading zeros",
        _csv_pair("演练名称,时间\n甲,2026-10-14\n", "gbk"),
        {},
        is_refused=False,
    ),
    Case(
        35,
        "numbers of hazards with zeros",
        _book({"隐患台账": [LEDGER, ["001", "2026-10-09", "灭火器过期", 0], ["002", "2026-10-09", "护栏松动", 0]]}),
        {"R-CODE-ZEROS": "共2处，如001→1"},
        is_refused=False,
    ),
    Case(
        35,
        "a number with and without zeros",
        _book({"隐患台账": [LEDGER, ["001", "2026-10-09", "灭火器过期", 0], ["1", "2026-10-09", "护栏松动", 0]]}),
        {"Q-CODE-ZEROS": "“001”与去掉前面的0以后的编号同时出现"},
        is_refused=False,
    ),
    Case(
        35,
        "a code turned into a power of ten",
        _file(
            "青棂镇中心小学.zip",
            packed({"学校概况.csv": b"\xef\xbb\xbf" + PROFILE_CSV.replace("2153990203", "2.15E+09").encode()}),
        ),
        {"E-ID-AS-NUMBER": "2.15E+09", "E-SCHOOL-MISSING": ""},
    ),
]
DAYS = [
    Case(
        36,
        "day and month in either order",
        _drills(["甲", "消防", "03/05/2026", 480]),
        {"E-DATE-AMBIGUOUS": "2026-03-05、2026-05-03"},
        is_refused=False,
    ),
    Case(
        36,
        "the only order possible",
        _drills(["甲", "消防", "25/10/2026", 480]),
        {"R-DATE-READ": "25/10/2026→2026-10-25"},
        is_refused=False,
    ),
    Case(36, "a negative serial", _drills(["甲", "消防", -5, 480]), {"E-DATE": "-5"}, is_refused=False),
    Case(36, "serial zero", _drills(["甲", "消防", 0, 480]), {"E-DATE": "“0”"}, is_refused=False),
    Case(36, "a serial as text", _drills(["甲", "消防", "46309", 480]), {"R-SERIAL-DATE": ""}, is_refused=False),
    Case(36, "a span of days", _drills(["甲", "消防", "10.8-10.12", 1]), {"E-DATE-AMBIGUOUS": ""}, is_refused=False),
    Case(36, "a month only", _drills(["甲", "消防", "2026年10月", 1]), {"E-DATE": "2026年10月"}, is_refused=False),
    Case(
        36,
        "Chinese numerals",
        _drills(["甲", "消防", "二〇二六年十月九日", 480]),
        {"R-CHINESE-DIGITS": "→2026-10-09"},
        is_refused=False,
    ),
]
NUMBERS = [
    Case(
        37, "full width", _drills(["甲", "消防", "2026-10-14", "４８０"]), {"R-FULLWIDTH": "参加人数"}, is_refused=False
    ),
    Case(37, "Arabic digits", _drills(["甲", "消防", "2026-10-14", "٤٨٠"]), {"E-INTEGER": "٤٨٠"}, is_refused=False),
    Case(37, "Devanagari digits", _drills(["甲", "消防", "2026-10-14", "४८०"]), {"E-INTEGER": ""}, is_refused=False),
    Case(
        37,
        "thousands separators",
        _drills(["甲", "消防", "2026-10-14", "1,480\u00a0人"]),
        {"R-UNIT": "→1480"},
        is_refused=False,
    ),
    Case(
        37,
        "a decimal comma",
        _book({"隐患台账": [LEDGER, [1, "2026-10-09", "灭火器过期", "2,5"]]}),
        {"E-NUMBER-AMBIGUOUS": "2.5、25"},
        is_refused=False,
    ),
    Case(
        37, "a range", _drills(["甲", "消防", "2026-10-14", "3-5人"]), {"E-NUMBER-AMBIGUOUS": "3、5"}, is_refused=False
    ),
    Case(
        37,
        "a number thereabouts",
        _drills(["甲", "消防", "2026-10-14", "约30"]),
        {"E-NUMBER-AMBIGUOUS": "30左右"},
        is_refused=False,
    ),
]
CHARACTERS = [
    Case(
        38,
        "a control character",
        _raw(text_cell("A2", "演_x0001_练")),
        {"E-CHAR": "U+0001"},
        is_refused=False,
    ),
    Case(38, "an override of direction", _raw(text_cell("A2", "演\u202e练")), {"E-CHAR": "U+202E"}, is_refused=False),
    Case(38, "NUL as Excel escapes it", _raw(text_cell("A2", "演_x0000_练")), {"E-CHAR": "U+0000"}, is_refused=False),
    Case(38, "the reader's own mark", _drills(["\ufffc", "消防", "", ""]), {"E-CHAR": "U+FFFC"}, is_refused=False),
    Case(
        38,
        "an override in ods",
        _file(
            "青棂镇中心小学.ods",
            ods_bytes(
                ods_table("学校概况", [[str(cell) for cell in row] for row in PROFILE])
                + ods_table("应急演练", [DRILL_HEADINGS, ["演\u2067练", "消防", "2026-10-14", "480"]])
            ),
        ),
        {"E-CHAR": "U+2067"},
        is_refused=False,
    ),
    Case(38, "a lone surrogate", _file("应急演练.csv", b"\xff\xfea\x00,\x00\x00\xd8,\x00"), {"E-ENCODING": ""}),
]
ENCODINGS = [
    *(
        Case(39, f"{encoding} is read", _csv_pair(DRILL_CSV, encoding), {}, is_refused=False)
        for encoding in ("gbk", "gb18030", "utf-8-sig", "utf-16")
    ),
    Case(39, "latin-1", _csv("Nom,École\nSéraphine,Collège Molière\n", "latin-1"), {"E-ENCODING": "应急演练.csv"}),
    Case(39, "big5 cut in half", _file("应急演练.csv", "演練名稱,類別\n".encode("big5")[:-3]), {"E-ENCODING": ""}),
]
SHAPES = [
    Case(40, "NUL", _csv(DRILL_CSV.replace("480", "\x00")), {"E-CSV-SHAPE": "第2行含有空字符"}),
    Case(40, "an open quote", _csv(DRILL_CSV + '"春季演练,消防\n'), {"E-CSV-SHAPE": "第3行起引号不配对"}),
    Case(40, "ragged", _csv(DRILL_CSV + "春季演练,消防,2026-10-14\n"), {"E-CSV-SHAPE": "第3行有3列，应为4列"}),
    Case(40, "a line of 3 MB", _csv(DRILL_CSV + "长" * 1_000_000), {"E-CSV-SHAPE": "第3行有一格超过131072字"}),
    Case(40, "very many cells", _csv("a," * 5000 + "a\n"), {"E-EXTENT": ""}),
    Case(
        40,
        "mixed line ends and an end mark",
        _csv_pair(DRILL_CSV.replace("\n", "\r\n", 1) + "春季演练,消防,2026-10-15,12\r\x1a", "utf-8"),
        {},
        is_refused=False,
    ),
    Case(40, "lines ended by CR", _csv_pair(DRILL_CSV.replace("\n", "\r"), "utf-8"), {}, is_refused=False),
    Case(41, "semicolons and decimal commas", _csv("演练名称;时间\n甲;2,5\n"), {"E-CSV-SHAPE": "用分号或制表符分列"}),
    Case(41, "tabs", _csv(DRILL_CSV.replace(",", "\t")), {"E-CSV-SHAPE": "用分号或制表符分列"}),
]
TABLES = [
    Case(
        42,
        "a heading twice",
        _drills([*DRILL, 5], headings=[*DRILL_HEADINGS, "参加人数"]),
        {"E-HEADER-DUP": "参加人数、参加人数"},
        is_refused=False,
    ),
    Case(
        42,
        "rows above and blank rows below",
        _book({"应急演练": [["演练情况表"], ["填报人：王"], [], DRILL_HEADINGS, DRILL, [], [" "], []]}),
        {},
        is_refused=False,
    ),
    Case(
        42,
        "two heading rows and a wrong total",
        _book(
            {
                "应急演练": [
                    ["演练名称", "类别", "时间", "人数", ""],
                    ["", "", "", "应到", "实到"],
                    ["甲", "消防", "2026-10-14", 500, 480],
                    ["乙", "地震", "2026-10-15", 500, 470],
                    ["合计", "", "", 1000, 940],
                ]
            }
        ),
        {"R-TOTAL-ROW": "共1行", "Q-TOTAL-DIFFERS": "合计填的是940，而各行相加是950"},
        is_refused=False,
    ),
    Case(
        42,
        "a choice of two columns",
        _book({"落实清单": [["项目编号", "项目", "是", "否"], ["", "校园封闭化管理", "√", "√"]]}),
        {"E-CHOICE-SPLIT": "是√、否√"},
        is_refused=False,
    ),
    Case(
        42,
        "a note beside the table",
        _book({"应急演练": [DRILL_HEADINGS, [*DRILL, "", "因雨推迟一天"]]}),
        {"W-NOTE-BESIDE": "因雨推迟一天"},
        is_refused=False,
    ),
]
HEADINGS = [
    Case(
        43,
        "blanks and marks without a width",
        _drills(DRILL, headings=["演练名称 ", "类\u200b别", "时间\u3000", "\ufeff参加人数"]),
        {},
        is_refused=False,
    ),
    Case(
        43,
        "decomposed and compatible forms",
        _drills(DRILL, headings=[unicodedata.normalize("NFD", "演练名称"), "类别", "⽇期", "参加⼈数"]),
        {},
        is_refused=False,
    ),
    Case(
        43,
        "a look-alike",
        _drills(DRILL, headings=["演练名称", "类别", "时间", "参加入数"]),
        {"Q-COLUMN-NEAR": "最接近的表头是“参加人数”"},
        is_refused=False,
    ),
    Case(
        43,
        "nothing but look-alikes",
        _drills(["甲", "消防"], headings=["演炼名称", "演练类型型"]),
        {"E-HEADER": "演练名称"},
        is_refused=False,
    ),
    Case(
        44,
        "the template of another year",
        _stamped("school-safety;jinghong-2019;0123456789ab", "2153990203"),
        {"E-CONTRACT-VERSION": "0123456789ab"},
        is_refused=False,
    ),
    Case(
        44,
        "the template of another school",
        _stamped("school-safety;jinghong-2019;0123456789ab", "2153990101"),
        {"E-SCHOOL-MISMATCH": "2153990101"},
        is_refused=False,
    ),
]
CASES = [*CODES, *DAYS, *NUMBERS, *CHARACTERS, *ENCODINGS, *SHAPES, *TABLES, *HEADINGS]
