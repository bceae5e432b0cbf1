"""A batch: one row a file, a sheet, a record, a finding; no file disturbs another."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.extract.batch import Extracted, Original, extract_batch
from pipelines.extract.remarks import Rejected
from pipelines.metadata.contracts import contract
from tests.unit.extract.books import (
    DRILL,
    DRILL_HEADINGS,
    Sheets,
    book_bytes,
    drill_rows,
    drill_sheet,
    packed,
    raw_book,
    raw_parts,
    sheet_xml,
    text_cell,
)

DRILLS: Sheets = {"应急演练": [DRILL_HEADINGS, DRILL]}


def originals(folder: Path, *contents: bytes) -> list[Original]:
    """One original a content, numbered from 1."""
    made = []
    for number, content in enumerate(contents, 1):
        path = folder / f"original-{number}"
        path.write_bytes(content)
        made.append(Original(number, path, "report.xlsx", "2026-10"))
    return made


def extract(folder: Path, *contents: bytes) -> Extracted:
    return extract_batch(originals(folder, *contents))


def findings(extracted: Extracted) -> list[dict[str, Any]]:
    """Findings without what they leave blank."""
    rows = extracted.findings.to_pylist()
    return [{name: value for name, value in row.items() if value not in (None, "")} for row in rows]


def test_a_record_carries_its_file_sheet_and_row(tmp_path: Path) -> None:
    sheets: Sheets = {"封面": [["x"]], "应急演练": [["标题"], DRILL_HEADINGS, [], DRILL]}
    extracted = extract(tmp_path, book_bytes(DRILLS), book_bytes(sheets))
    drills = extracted.records["drills"].select(["submission_no", "sheet_no", "row_no", "drill_name"]).to_pylist()
    assert drills == [
        {"submission_no": 1, "sheet_no": 0, "row_no": 2, "drill_name": DRILL[0]},
        {"submission_no": 2, "sheet_no": 1, "row_no": 4, "drill_name": DRILL[0]},
    ]
    assert set(extracted.records) == {"drills"}


def test_a_sheet_carries_its_layout(tmp_path: Path) -> None:
    (sheet,) = extract(tmp_path, book_bytes(DRILLS)).sheets.to_pylist()
    assert json.loads(sheet.pop("columns")) == {
        "drill_name": 0,
        "category": 1,
        "held_date": 2,
        "attended_count": 3,
    }
    assert sheet == {
        "submission_no": 1,
        "sheet_no": 0,
        "sheet": "应急演练",
        "table_name": "drills",
        "header_row": 1,
        "is_nil": False,
        "record_count": 1,
        "left_out_count": 0,
    }


def test_cover_and_titles_are_told_of_the_submission(tmp_path: Path) -> None:
    cover: list[list[Any]] = [["模板版本", "school-safety;x;0"], ["填报月份", "2026-09"], ["学校标识码", "2153990101"]]
    titled: list[list[Any]] = [["2026年9月应急演练"], DRILL_HEADINGS, DRILL]
    extracted = extract(tmp_path, book_bytes({"填报说明": cover, "应急演练": titled}))
    assert extracted.submissions.to_pylist() == [
        {
            "submission_no": 1,
            "origin": "school",
            "sent_period": "2026-10",
            "stamp": "school-safety;x;0",
            "cover_period": "2026-09",
            "cover_school_code": "2153990101",
            "title_period": "2026-09",
            "reject_code": None,
        }
    ]


def test_titles_that_disagree_state_no_month(tmp_path: Path) -> None:
    sheets: Sheets = {
        "应急演练": [["2026年9月"], DRILL_HEADINGS, DRILL],
        "校区": [["2026年8月"], ["校区代码", "校区名称"], ["1", "本部"]],
    }
    assert extract(tmp_path, book_bytes(sheets)).submissions["title_period"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("sheets", "origin"),
    [
        (DRILLS, "school"),
        ({"会议记录": [["会议类别", "日期", "应参加单位"], ["三方会议", "2026-10-01", "x"]]}, "bureau"),
    ],
)
def test_the_sheets_tell_who_sent_the_file(tmp_path: Path, sheets: Sheets, origin: str) -> None:
    assert extract(tmp_path, book_bytes(sheets)).submissions["origin"].to_pylist() == [origin]


def test_a_refused_file_is_one_submission_with_one_finding(tmp_path: Path) -> None:
    extracted = extract(tmp_path, b"%PDF-1.7 ...")
    assert extracted.submissions["reject_code"].to_pylist() == ["E-TYPE"]
    assert findings(extracted) == [{"submission_no": 1, "code": "E-TYPE", "detail": "PDF"}]
    assert extracted.records == {} and extracted.sheets.num_rows == 0


def test_other_files_are_read_as_if_a_bad_one_were_not_there(tmp_path: Path) -> None:
    good = book_bytes(DRILLS)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with_bad = extract_batch(originals(tmp_path / "a", good, b"", good))
    first, _, third = originals(tmp_path / "b", good, b"", good)
    without = extract_batch([first, third])
    assert with_bad.records["drills"].equals(without.records["drills"])
    assert with_bad.sheets.equals(without.sheets)


def test_a_known_killer_is_not_opened(tmp_path: Path) -> None:
    files = originals(tmp_path, book_bytes(DRILLS), book_bytes(DRILLS))
    opened: list[int] = []
    killers = {1: Rejected("E-PARSER-CRASH")}
    extracted = extract_batch(files, killers, lambda original: opened.append(original.submission_no))
    assert opened == [2]
    assert extracted.submissions["reject_code"].to_pylist() == ["E-PARSER-CRASH", None]
    assert findings(extracted) == [{"submission_no": 1, "code": "E-PARSER-CRASH"}]


def test_no_sheet_of_ours(tmp_path: Path) -> None:
    extracted = extract(tmp_path, book_bytes({"课程表": [["星期一", "星期二"], ["语文", "数学"]], "空": []}))
    assert extracted.submissions["reject_code"].to_pylist() == ["E-NO-SHEETS"]
    assert findings(extracted) == [
        {"submission_no": 1, "code": "W-SHEET-UNKNOWN", "sheet": "课程表"},
        {"submission_no": 1, "code": "E-NO-SHEETS", "detail": "课程表、空"},
    ]


def test_a_sheet_of_our_name_without_headings(tmp_path: Path) -> None:
    found = findings(extract(tmp_path, book_bytes({**DRILLS, "隐患台账": [["1", "灭火器过期"]], "校区": []})))
    wanted = "隐患编号、排查时间、隐患部位、隐患内容"
    expected = {"submission_no": 1, "code": "E-HEADER", "sheet": "隐患台账", "table_name": "hazards", "detail": wanted}
    assert found == [expected]
    (near,) = findings(extract(tmp_path, book_bytes({**DRILLS, "隐患台账": [["隐患编码", "整改时现"], ["1", "x"]]})))
    assert (near["code"], near["value"], near["detail"]) == ("E-HEADER", "隐患编码、整改时现", "隐患编号、整改期限")


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    book = raw_book({"应急演练": drill_sheet(text_cell("A2", "x")), "校区": sheet_xml()})
    unread = book_with_hidden(book, "应急演练")
    found = extract(tmp_path, unread)
    assert {"submission_no": 1, "code": "W-HIDDEN-SHEET", "sheet": "应急演练"} in findings(found)
    assert found.records == {}


def book_with_hidden(content: bytes, title: str) -> bytes:
    """The same book with one sheet hidden."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(f'name="{title}"'.encode(), f'name="{title}" state="hidden"'.encode())
            target.writestr(name, part)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("cell", "code", "value"),
    [
        ('<c r="D2" t="e"><v>#REF!</v></c>', "E-CELL-ERROR", "#REF!"),
        ('<c r="D2"><f>A9</f></c>', "E-FORMULA-UNCALCULATED", "=A9"),
    ],
)
def test_unreadable_cells_of_records_are_found_at_their_place(
    tmp_path: Path, cell: str, code: str, value: str | None
) -> None:
    extracted = extract(tmp_path, raw_book({"应急演练": drill_sheet(text_cell("A2", "消防演练"), cell)}))
    wanted = {
        "submission_no": 1,
        "code": code,
        "table_name": "drills",
        "sheet": "应急演练",
        "row_no": 2,
        "column_no": 3,
        "field": "attended_count",
    }
    assert findings(extracted) == [{**wanted, "value": value} if value else wanted]


def test_unreadable_cells_of_totals_titles_and_foreign_columns_do_not_matter(tmp_path: Path) -> None:
    error = '<c r="{}" t="e"><v>#REF!</v></c>'
    headings = "".join(text_cell(f"{letter}2", name) for letter, name in zip("ABCD", DRILL_HEADINGS, strict=True))
    xml = sheet_xml(
        text_cell("A1", "标题") + error.format("D1"),
        headings + text_cell("E2", "校长签字"),
        text_cell("A3", "消防演练") + error.format("E3"),
        text_cell("A4", "合计") + error.format("D4"),
    )
    codes = [finding["code"] for finding in findings(extract(tmp_path, raw_book({"应急演练": xml})))]
    assert codes == ["W-COLUMN-UNKNOWN", "R-TOTAL-ROW"]


def test_findings_about_the_layout_of_a_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["演练名称", "参加人数", "参加人数", "地点", "校长签字"],
        ["a", 1, 2, "操场", "x"],
        ["b", 3, 4, "同上", "x"],
        ["合计", 4, 6],
        ["总计", 4, 6],
    ]
    where = {"submission_no": 1, "table_name": "drills", "sheet": "应急演练"}
    assert findings(extract(tmp_path, book_bytes({"应急演练": rows}))) == [
        {**where, "code": "E-HEADER-DUP", "field": "attended_count", "row_no": 1, "detail": "参加人数、参加人数"},
        {**where, "code": "W-COLUMN-UNKNOWN", "row_no": 1, "column_no": 4, "value": "校长签字"},
        {**where, "code": "R-TOTAL-ROW", "row_no": 4, "column_no": 0, "detail": "2"},
        {**where, "code": "R-DITTO", "column_no": 3, "field": "place", "detail": "1"},
    ]


def test_the_order_of_sheets_does_not_change_the_records(tmp_path: Path) -> None:
    other: list[list[str]] = [["校区代码", "校区名称"], ["1", "本部"]]
    forwards = extract(tmp_path, book_bytes({**DRILLS, "校区": other}))
    backwards = extract(tmp_path, book_bytes({"校区": other, **DRILLS}))
    for name in ("drills", "campuses"):
        assert (
            forwards.records[name].drop_columns(["sheet_no"]).equals(backwards.records[name].drop_columns(["sheet_no"]))
        )


def test_no_files_make_empty_tables() -> None:
    extracted = extract_batch([])
    assert [extracted.submissions.num_rows, extracted.sheets.num_rows, extracted.findings.num_rows] == [0, 0, 0]
    assert extracted.records == {}


def test_a_copied_sheet_counts_once(tmp_path: Path) -> None:
    extracted = extract(tmp_path, book_bytes({**DRILLS, "应急演练 (2)": DRILLS["应急演练"]}))
    assert extracted.records["drills"].num_rows == 1
    assert [(row["code"], row["sheet"]) for row in findings(extracted)] == [("R-SHEET-COPY", "应急演练 (2)")]


def test_of_two_sheets_that_differ_the_first_counts_and_the_rows_of_the_other_are_lost(tmp_path: Path) -> None:
    other: list[list[Any]] = [list(DRILL_HEADINGS), ["反恐演练", *DRILL[1:]]]
    extracted = extract(tmp_path, book_bytes({**DRILLS, "9月应急演练": other}))
    assert extracted.records["drills"]["drill_name"].to_pylist() == [DRILL[0]]
    (found,) = findings(extracted)
    assert (found["code"], found["sheet"], found["value"]) == ("E-SHEET-TWICE", "9月应急演练", "1")
    assert extracted.sheets["left_out_count"].to_pylist() == [0, 1]


def test_a_lone_sheet_is_not_the_bureaus_word(tmp_path: Path) -> None:
    lone: Sheets = {"本镇学校名单": [["学校标识码", "学校名称", "学段", "乡镇"], ["2153990101", "一小", "小学", "镇"]]}
    extracted = extract(tmp_path, book_bytes(lone))
    assert extracted.submissions["reject_code"].to_pylist() == ["E-BUREAU-PARTIAL"]


def _first_labels(name: str, count: int | None = None) -> list[Any]:
    return [field.label for field in contract(name).fields[:count]]


@pytest.mark.parametrize("name", ["register", "corrections"])
def test_a_lone_standing_sheet_speaks_with_its_name_and_columns(tmp_path: Path, name: str) -> None:
    title, labels = contract(name).title, _first_labels(name)
    for sheets, reject_code in (
        ({title: [labels]}, None),
        ({"本镇" + title: [labels]}, "E-BUREAU-PARTIAL"),
        ({title: [_first_labels(name, 6)]}, "E-BUREAU-PARTIAL"),
    ):
        extracted = extract(tmp_path, book_bytes(sheets))
        assert extracted.submissions["origin"].to_pylist() == ["bureau"]
        assert extracted.submissions["reject_code"].to_pylist() == [reject_code]


def test_a_text_that_no_person_writes_into_a_cell_is_an_error_there(tmp_path: Path) -> None:
    long = ["长" * 4001, *DRILL[1:]]
    extracted = extract(tmp_path, book_bytes({"应急演练": [DRILL_HEADINGS, DRILL, long]}))
    (finding,) = findings(extracted)
    assert (finding["code"], finding["row_no"], finding["column_no"], finding["detail"]) == ("E-CELL-LEN", 3, 0, "4001")
    assert extracted.records["drills"]["drill_name"].to_pylist() == [DRILL[0], "\ufffc"]


def test_tables_side_by_side_are_doubled_headings_and_stop_nobody(tmp_path: Path) -> None:
    twice = ["项目", "完成数", "项目", "完成数"]
    extracted = extract(tmp_path, book_bytes({**DRILLS, "统计数据": [twice, ["a", 1, "b", 2]]}))
    assert {row["code"] for row in findings(extracted)} == {"E-HEADER-DUP"}
    assert extracted.records["drills"].num_rows == 1


def test_a_choice_split_into_columns_is_read_where_one_is_ticked(tmp_path: Path) -> None:
    rows = [
        ["项目编号", "项目", "是否落实", "", "备注"],
        ["", "", "否", "是", ""],
        ["18", "校园封闭化管理", "√", "", ""],
        ["19", "硬质防冲撞设施", "", "✓", ""],
        ["20", "护学岗", "√", "√", ""],
        ["21", "法律顾问", "", "?", ""],
        ["22", "新闻发言人", "", "", ""],
        ["23", "心理辅导室", "☐", "☑", ""],
    ]
    extracted = extract(tmp_path, book_bytes({**DRILLS, "落实清单": rows}))
    assert extracted.records["checklist"]["answer"].to_pylist() == ["否", "是", "\ufffc", "\ufffc", "", "是"]
    found = [(row["code"], row["row_no"], row["column_no"], row["value"]) for row in findings(extracted)]
    assert found == [("E-CHOICE-SPLIT", 5, 2, "否√、是√"), ("E-CHOICE-SPLIT", 6, 3, "是?")]


def test_a_column_nearly_named_asks_a_question(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["演练各称", *DRILL_HEADINGS[1:], "签字"], [*DRILL, ""]]
    found = findings(extract(tmp_path, book_bytes({"应急演练": rows})))
    assert [(row["code"], row["value"], row.get("detail")) for row in found] == [
        ("Q-COLUMN-NEAR", "演练各称", "演练名称"),
        ("W-COLUMN-UNKNOWN", "签字", None),
    ]


def test_merged_and_computed_cells_are_found_at_their_place_and_unknown(tmp_path: Path) -> None:
    rows = (
        text_cell("A2", "消防演练") + '<c r="D2"><v>300</v></c>',
        text_cell("A3", "地震演练"),
        text_cell("A4", "反恐演练") + '<c r="D4"><f>1+1</f><v>2</v></c>',
    )
    xml = drill_rows(*rows, after='<mergeCells><mergeCell ref="D2:D3"/></mergeCells>')
    extracted = extract(tmp_path, raw_book({"应急演练": xml}))
    assert extracted.records["drills"]["attended_count"].to_pylist() == ["\ufffc", "\ufffc", "2"]
    found = [(row["code"], row["row_no"], row["field"], row.get("value")) for row in findings(extracted)]
    assert found == [
        ("E-MERGED", 2, "attended_count", "D2:D3"),
        ("E-MERGED", 3, "attended_count", "D2:D3"),
        ("W-FORMULA", 4, "attended_count", None),
    ]


def test_what_the_gate_says_of_the_whole_file_names_no_sheet(tmp_path: Path) -> None:
    parts = {**raw_parts({"应急演练": drill_sheet(text_cell("A2", "x"))}), "xl/vbaProject.bin": b"x"}
    found = [row for row in findings(extract(tmp_path, packed(parts))) if row["code"] == "W-MACRO"]
    assert found == [{"submission_no": 1, "code": "W-MACRO", "detail": "vbaproject"}]


def test_a_register_given_by_name_is_read_whatever_its_sheets_are_called(tmp_path: Path) -> None:
    heading = ["序号", "学校（机构）标识码", "学校全称", "学校类别", "所属乡镇（街道）", "联系电话"]
    rows: Sheets = {
        "小学": [["小学名册"], heading, [1, 2153990101, "一小", "完小", "镇", "0000-1"], ["合计", "", "1所"]],
        "园": [heading, [1, "1153990102", "一园", "民办园", "乡", ""]],
        "说明": [["本表由各学区填写"]],
    }
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(book_bytes(rows))
    extracted = extract_batch([Original(1, path, path.name, "2026-10", "register")])
    assert extracted.submissions["origin"].to_pylist() == ["bureau"]
    assert extracted.submissions["reject_code"].to_pylist() == [None]
    assert extracted.records["register"]["school_code"].to_pylist() == ["2153990101", "1153990102"]
    assert extracted.records["register"]["township"].to_pylist() == ["镇", "乡"]
    unread = {row["value"] for row in findings(extracted) if row["code"] == "W-COLUMN-UNKNOWN"}
    assert unread == {"序号", "联系电话"}
