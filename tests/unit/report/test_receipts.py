"""Receipts: the right words, the right cells in the right colour, the same bytes, nothing that can harm."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter

from pipelines.errors import IntegrityError
from pipelines.extract.grids import Grid, read_grids
from pipelines.measure.crosschecking import SCHEMA
from pipelines.measure.stage import measured_folder
from pipelines.metadata.periods import parse_period
from pipelines.report.receipt_content import Receipt, Remark, SheetCount, top_fixes
from pipelines.report.receipt_paper import CELL_LIMIT, cells_of, safe_text, sheet_names
from pipelines.report.receipts import write_receipt, write_receipts
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.tables import write_table
from tests.unit.publish.loaded import seal_database

RED, AMBER, BLUE = "FFFFC7CE", "FFFFEB9C", "FFDDEBF7"
RECEIVED = datetime(2026, 11, 2, 9, 15, 30)
SHEET = "隐患台账"
ROWS = [
    ["某校隐患台账", "", ""],
    ["隐患编号", "排查时间", "隐患内容"],
    ["1", "2026-10-32", "灭火器过期"],
    ["2", "", "护栏松动"],
]

TABLES = """
CREATE TABLE core_submissions (
    submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR,
    sent_period VARCHAR, file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP, version INTEGER, status VARCHAR
);
CREATE TABLE core_findings (
    finding_no BIGINT, submission_no BIGINT, severity VARCHAR, code VARCHAR, table_name VARCHAR, sheet VARCHAR,
    row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR
);
CREATE TABLE core_sheets (
    submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER, lost_row_count INTEGER,
    is_nil BOOLEAN
);
"""


def remark(severity: str = "error", code: str = "E-DATE", cell: str | None = "B3", **changes: Any) -> Remark:
    """A finding on the hazard sheet."""
    made = Remark(
        severity=severity,
        code=code,
        table_name="hazards",
        sheet=SHEET,
        row_no=3 if cell else None,
        cell=cell,
        field="found_date",
        value="2026-10-32",
        message="“排查时间”不是日期",
        hint="请填年月日",
    )
    return replace(made, **changes)


def receipt(*remarks: Remark, **changes: Any) -> Receipt:
    """The receipt of an accepted school workbook with these findings."""
    made = Receipt(
        sequence=123,
        origin="school",
        period="2026-10",
        status="accepted_with_findings",
        school_code="2136001234",
        school_name="白石小学",
        file_name="月报.xlsx",
        received_at=RECEIVED,
        sha256="ab12" * 16,
        version=2,
        sheets=(SheetCount("hazards", SHEET, 1, 1, False), SheetCount("drills", "应急演练", 0, 0, True)),
        remarks=remarks,
    )
    return replace(made, **changes)


def draw(folder: Path, made: Receipt, grids: list[Grid] | None = None) -> openpyxl.Workbook:
    """The receipt as a reader opens it."""
    path = folder / "receipt.xlsx"
    write_receipt(path, made, [Grid(SHEET, ROWS, False)] if grids is None else grids)
    return openpyxl.load_workbook(path)


def front_texts(book: openpyxl.Workbook) -> list[str]:
    """Every text of the first sheet, row by row."""
    return [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]


def row_of(book: openpyxl.Workbook, text: str, column: int = 1) -> int:
    """Number of the first row of the first sheet that begins with the text."""
    sheet = book.worksheets[0]
    return next(row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, column).value or "").startswith(text))


def test_first_sheet_says_number_school_file_time_and_hash(tmp_path: Path) -> None:
    texts = front_texts(draw(tmp_path, receipt(remark())))
    for text in (
        "2026-10-000123",
        "白石小学（学校标识码 2136001234）",
        "2026年10月",
        "月报.xlsx",
        "2026-11-02 09:15",
        "ab12" * 16,
    ):
        assert text in texts
    assert any(text.startswith("ab12ab12ab12（") for text in texts)


@pytest.mark.parametrize(
    ("status", "remarks", "words"),
    [
        ("accepted_with_findings", (remark(),), "已接收，有问题需更正"),
        ("accepted_with_findings", (remark("query"),), "已接收，有疑问需核实"),
        ("rejected", (remark("fatal", "E-ENCRYPTED", None),), "已退回"),
    ],
)
def test_status_is_said_in_plain_words(tmp_path: Path, status: str, remarks: tuple[Remark, ...], words: str) -> None:
    book = draw(tmp_path, receipt(*remarks, status=status))
    assert book.worksheets[0]["A2"].value == words


def test_a_file_that_was_only_checked_is_told_so_and_given_no_number(tmp_path: Path) -> None:
    made = receipt(remark(), sequence=0, school_code=None, school_name=None, version=None, sheets=())
    texts = front_texts(draw(tmp_path, made))
    assert "预检查：有问题需更正" in texts
    assert "月报.xlsx" in texts
    assert not {"回执编号", "接收时间", "哪些计入了统计"} & set(texts)


def test_rows_that_count_and_rows_that_do_not_are_told(tmp_path: Path) -> None:
    book = draw(tmp_path, receipt(remark()))
    sheet = book.worksheets[0]
    assert "计入统计 1 行，因错误未计入 1 行" in str(sheet["A3"].value)
    start = row_of(book, "哪些计入了统计")
    counted = {
        sheet.cell(row, 2).value: (sheet.cell(row, 3).value, sheet.cell(row, 4).value)
        for row in range(start, start + 13)
    }
    assert counted[SHEET] == (1, "另有 1 行有错误，未计入")
    assert counted["应急演练"] == (0, "零报告，已记录为本月无此类情况")
    assert counted["安全培训"] == (0, "文件中没有找到这张表，按“未填报”处理")
    assert counted["校区"] == (0, "文件中没有这张表；本校无此内容的，无须处理")
    assert "情况说明" not in counted


def test_top_fixes_put_errors_before_more_frequent_queries_and_count_each_code_once() -> None:
    queries = [remark("query", "Q-1", f"C{row}") for row in range(3, 9)]
    errors = [remark("error", "E-DATE", "B3"), remark("error", "E-INTEGER", "B4"), remark("error", "E-INTEGER", "B5")]
    fixes = top_fixes(receipt(*queries, *errors).to_mend)
    assert [(fix.first.code, fix.count) for fix in fixes] == [("E-INTEGER", 2), ("E-DATE", 1), ("Q-1", 6)]
    assert [one.cell for one in fixes[2].examples] == ["C3", "C4", "C5"]


def test_a_fourth_kind_of_problem_is_listed_but_not_among_the_first(tmp_path: Path) -> None:
    remarks = [remark("error", f"E-{number}", f"B{number + 3}") for number in range(4)]
    book = draw(tmp_path, receipt(*remarks))
    sheet = book.worksheets[0]
    top, counted, listed = (row_of(book, heading) for heading in ("请先处理", "哪些计入", "全部问题（4 处）"))
    assert [sheet.cell(row, 1).value for row in range(top + 2, counted - 1)] == [1, 2, 3]
    assert [sheet.cell(row, 8).value for row in range(listed + 2, listed + 6)] == ["E-0", "E-1", "E-2", "E-3"]


def test_findings_link_to_their_cell_and_give_a_right_value(tmp_path: Path) -> None:
    book = draw(tmp_path, receipt(remark()))
    sheet = book.worksheets[0]
    row = row_of(book, "全部问题") + 2
    place = sheet.cell(row, 3)
    assert place.hyperlink is not None
    assert (place.value, place.hyperlink.location) == ("B3", f"'{SHEET}'!B3")
    assert sheet.cell(row, 5).value == "请填年月日。正确示例：2026-10-09"
    assert sheet.cell(row, 7).value == "错误，须更正"


def test_a_hint_with_its_own_example_gets_no_second_one() -> None:
    assert remark(hint="请填年月日，例如：2026-10-12").mending == "请填年月日，例如：2026-10-12"


def test_an_example_of_a_listed_field_is_its_terms() -> None:
    assert remark(field="level", hint="请选择").mending == "请选择。正确示例：重大 或 较大 或 一般"


def test_cells_are_coloured_and_commented_at_their_own_address(tmp_path: Path) -> None:
    remarks = (remark(), remark("query", "YH-105", "B4", message="没有填"), remark("repair", "R-UNIT", "A3"))
    sheet = draw(tmp_path, receipt(*remarks))[SHEET]
    assert [sheet[cell].fill.fgColor.rgb for cell in ("B3", "B4", "A3")] == [RED, AMBER, BLUE]
    assert sheet["C3"].fill.fill_type is None
    assert sheet["B3"].comment.text.startswith("【错误，须更正】“排查时间”不是日期\n怎样改：请填年月日")
    assert sheet["B4"].value is None
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()] == ROWS


def test_the_gravest_finding_of_a_cell_gives_the_colour_and_speaks_first(tmp_path: Path) -> None:
    sheet = draw(tmp_path, receipt(remark("query", "Q-1"), remark("error", "E-DATE")))[SHEET]
    assert sheet["B3"].fill.fgColor.rgb == RED
    assert sheet["B3"].comment.text.index("错误") < sheet["B3"].comment.text.index("疑问")


def test_a_finding_of_a_row_marks_its_first_cell_and_one_of_a_range_marks_it_all(tmp_path: Path) -> None:
    remarks = (remark(cell=None, row_no=4), remark("query", "Q-1", "B2:C3"))
    sheet = draw(tmp_path, receipt(*remarks))[SHEET]
    assert sheet["A4"].fill.fgColor.rgb == RED
    assert {sheet[cell].fill.fgColor.rgb for cell in ("B2", "C2", "B3", "C3")} == {AMBER}


def test_a_rejected_file_gets_the_first_sheet_only(tmp_path: Path) -> None:
    fatal = remark("fatal", "E-ENCRYPTED", None, sheet=None, row_no=None, message="文件设了打开密码", hint="请取消密码")
    made = receipt(fatal, status="rejected", version=None, school_code=None, school_name=None, sheets=())
    book = draw(tmp_path, made, [])
    assert book.sheetnames == ["回执"]
    assert "没有任何内容计入统计。" in front_texts(book)
    assert "未能识别" in front_texts(book)


def test_only_files_that_could_be_read_are_opened_again() -> None:
    assert receipt(remark()).is_drawable
    assert receipt(remark("fatal", "E-SCHOOL-UNKNOWN", None), status="rejected").is_drawable
    assert not receipt(remark("fatal", "E-PARSER-CRASH", None), status="rejected").is_drawable
    assert not receipt(status="rejected").is_drawable


@pytest.mark.parametrize("code", ["../../etc/x", "2136001234/..", "学校", "", None, "1" * 21])
def test_a_code_that_is_no_file_name_never_becomes_one(code: str | None) -> None:
    assert receipt(school_code=code).file_stem == "unknown_2026-10-000123"
    assert receipt().file_stem == "2136001234_2026-10-000123"
    assert receipt(school_code=code, origin="bureau").file_stem == "bureau_2026-10-000123"


def test_the_same_receipt_has_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = set()
    for number, zone in enumerate(("UTC", "Asia/Kathmandu")):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        path = tmp_path / f"{number}.xlsx"
        write_receipt(path, receipt(remark(), remark("repair", "R-UNIT", "A3")), [Grid(SHEET, ROWS, False)])
        hashes.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(hashes) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.xlsx", "1.xlsx"]


def test_text_of_the_school_stays_text(tmp_path: Path) -> None:
    hostile = ["=cmd|' /C calc'!A0", "@SUM(A1)", "http://example.org", "0012", "a\x00b\u202ec\ud800"]
    sheet = draw(tmp_path, receipt(remark()), [Grid(SHEET, [hostile], False)])[SHEET]
    assert {cell.data_type for cell in sheet[1]} == {"s"}
    assert [cell.value for cell in sheet[1]][:4] == hostile[:4]
    assert all(cell.hyperlink is None for cell in sheet[1])
    assert not {"\u202e", "\ud800"} & set(str(sheet["E1"].value))


def test_a_cell_too_long_for_xlsx_is_cut_with_a_note() -> None:
    cut = safe_text("长" * 40_000)
    assert len(cut) == CELL_LIMIT
    assert cut.endswith("……（原文共 40000 字，此处截断）")


def test_sheet_names_are_legal_unique_and_never_the_receipts_own() -> None:
    names = sheet_names(["回执", "a/b:c", "A_b_c", "很" * 40, "'引号'", ""])
    assert list(names.values()) == ["回执_2", "a_b_c", "A_b_c_2", "很" * 31, "引号", "Sheet"]


def test_an_address_that_is_none_marks_nothing() -> None:
    assert cells_of("B3") == [(2, 1)]
    assert cells_of("AA1:AB1") == [(0, 26), (0, 27)]
    assert cells_of("B3; DROP") == []
    assert cells_of("A1:XFD1048576") == [(0, 0)]


def test_hidden_sheets_are_not_drawn_and_their_findings_carry_no_link(tmp_path: Path) -> None:
    grids = [Grid(SHEET, ROWS, False), Grid("词典", [["是"]], True)]
    book = draw(tmp_path, receipt(remark("query", "Q-1", "A1", sheet="词典")), grids)
    assert book.sheetnames == ["回执", SHEET]
    assert book.worksheets[0].cell(row_of(book, "全部问题") + 2, 3).hyperlink is None


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of five runs."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def test_a_receipt_costs_little_more_than_its_cells_and_300_findings_are_still_fast(tmp_path: Path) -> None:
    """Relative to a bare drawing of the same cells (8 ms on a quiet core), so that a busy machine does not fail it."""
    rows = [[f"第{row}行{column}" for column in range(10)] for row in range(12)]
    grids = [Grid(f"表{number}", rows, False) for number in range(11)]

    def bare() -> None:
        with xlsxwriter.Workbook(str(tmp_path / "bare.xlsx"), {"in_memory": True}) as workbook:
            for grid in grids:
                sheet = workbook.add_worksheet(grid.name)
                for number, row in enumerate(grid.rows):
                    sheet.write_row(number, 0, row)

    few = receipt(*(remark(cell=f"B{row}", sheet="表1") for row in range(2, 8)))
    many = receipt(*(remark(cell=f"{'ABCDEFGHIJ'[place % 10]}{2 + place // 10}", sheet="表1") for place in range(300)))
    floor = spent(bare)
    assert spent(lambda: write_receipt(tmp_path / "few.xlsx", few, grids)) <= 4 * floor
    assert spent(lambda: write_receipt(tmp_path / "many.xlsx", many, grids)) <= 12 * floor


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with one original, an encrypted one, and a database of their findings."""
    home = Home(tmp_path / "home")
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet(SHEET)
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    content = book.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    home.original(digest).parent.mkdir(parents=True)
    home.original(digest).write_bytes(content)
    with connect(home.database) as connection:
        connection.execute(TABLES)
        connection.executemany(
            "INSERT INTO core_submissions VALUES (?, 'school', ?, '白石小学', ?, ?, '月报.xlsx', ?, ?, 1, ?)",
            [
                (1, "2136001234", "2026-10", "2026-10", digest, RECEIVED, "accepted_with_findings"),
                (2, None, "2026-10", "2026-10", "0" * 64, RECEIVED, "rejected"),
                (3, "2136001235", "2026-10", "2026-10", digest, RECEIVED, "accepted"),
                (4, "2136001236", "2026-09", "2026-09", digest, RECEIVED, "accepted_with_findings"),
            ],
        )
        connection.executemany(
            "INSERT INTO core_findings VALUES (?, ?, ?, ?, 'hazards', ?, ?, ?, 'found_date', '王*', '坏了', '请改')",
            [
                (1, 1, "error", "E-DATE", SHEET, 3, "B3"),
                (2, 1, "repair", "R-UNIT", SHEET, 3, "A3"),
                (3, 2, "fatal", "E-ENCRYPTED", "", None, ""),
                (4, 3, "repair", "R-UNIT", SHEET, 3, "A3"),
                (5, 4, "query", "Q-1", SHEET, 3, "A3"),
            ],
        )
        connection.execute("INSERT INTO core_sheets VALUES (1, 'hazards', ?, 1, 1, false)", [SHEET])
    seal_database(home)
    settings = Settings(home, "jinghong-2019", parse_period("2026-10"), RECEIVED)
    for period in ("2026-10", "2026-2027-S1"):
        cross_check_rows(replace(settings, period=parse_period(period)))
    return settings


def cross_check_rows(settings: Settings, *rows: dict[str, Any]) -> None:
    """crosschecks.parquet as measure leaves it."""
    path = measured_folder(settings) / "crosschecks.parquet"
    write_table(path, pa.Table.from_pylist(list(rows), schema=SCHEMA))


def test_receipts_are_written_for_submissions_with_something_to_mend(settings: Settings) -> None:
    stale = settings.home.returns / "2026-10" / "2136001299_2026-10-000099.xlsx"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    written = write_receipts(settings)
    assert [path.name for path in written] == ["2136001234_2026-10-000001.xlsx", "unknown_2026-10-000002.xlsx"]
    assert sorted(stale.parent.iterdir()) == sorted(written)
    first, second = (openpyxl.load_workbook(path) for path in written)
    assert first.sheetnames == ["回执", SHEET]
    assert first[SHEET]["B3"].fill.fgColor.rgb == RED
    assert "王*" in front_texts(first)
    assert second.sheetnames == ["回执"]


def test_a_cross_check_stands_on_the_receipt_without_naming_the_other_school(settings: Settings) -> None:
    """Submission 3 has nothing of its own to mend; the other school's code and rows stay with the bureau."""
    told = {"code": "Q-LEDGER-SHARED", "severity": "query", "message": "与本月另一所学校的台账相同", "hint": "请核实"}
    place = {"table_name": "hazards", "sheet": SHEET, "row_no": 3, "cell": "C3", "field": "description"}
    shared = {"submission_no": 3, "value": "灭火器过期", "others": ["2136009999"], "other_count": 1}
    cross_check_rows(settings, told | place | shared)
    path = next(path for path in write_receipts(settings) if path.stem.endswith("000003"))
    book = openpyxl.load_workbook(path)
    texts = front_texts(book)
    assert "已接收，有疑问需核实" in texts
    assert texts.count("Q-LEDGER-SHARED") == 1
    assert not any("2136009999" in text for text in texts)
    assert "请核实" in texts, "a value that may be right gets no example of a right one"
    assert book[SHEET]["C3"].fill.fgColor.rgb == AMBER


def test_a_file_received_later_gets_no_receipt_and_loses_none(settings: Settings) -> None:
    entries = [LedgerEntry(number, "0" * 64, RECEIVED, "2026-10", b"a".hex(), 1) for number in (1, 2)]
    append_entries(settings.home, entries)
    assert len(write_receipts(settings)) == 2
    before = sorted((settings.home.returns / "2026-10").iterdir())
    assert write_receipts(replace(settings, as_of=RECEIVED - timedelta(seconds=1))) == []
    assert sorted((settings.home.returns / "2026-10").iterdir()) == before


def test_receipts_of_a_quarter_go_to_the_months_for_which_they_were_sent(settings: Settings) -> None:
    written = write_receipts(replace(settings, period=parse_period("2026-2027-S1")))
    assert [str(path.relative_to(settings.home.returns).parent) for path in written] == [
        "2026-10",
        "2026-10",
        "2026-09",
    ]


def test_an_original_that_was_spoilt_stops_with_its_hash(settings: Settings) -> None:
    original = next(settings.home.originals.glob("*/*"))
    original.write_bytes(b"%PDF")
    with pytest.raises(IntegrityError, match=original.name):
        write_receipts(settings)


def test_a_receipt_of_a_csv_is_drawn_too(tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes("\n".join(",".join(row) for row in ROWS).encode("gb18030"))
    grids = read_grids(path, f"{SHEET}.csv")
    sheet = draw(tmp_path, receipt(remark(), file_name=f"{SHEET}.csv"), grids)[SHEET]
    assert sheet["B3"].value == "2026-10-32"
    assert sheet["B3"].fill.fgColor.rgb == RED
