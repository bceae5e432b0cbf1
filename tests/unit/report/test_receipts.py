"""Receipts: the right words, the right cells in the right colour, the same bytes, nothing that can harm."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.extract.grids import Grid, read_grids
from pipelines.report.receipt_content import TOP_COUNT, Remark, SheetCount
from pipelines.report.receipt_paper import CELL_LIMIT, cells_of, safe_text, sheet_names
from pipelines.report.receipts import write_receipt
from tests.unit.report.receipts import AMBER, BLUE, RED, ROWS, SHEET, draw, front_texts, receipt, remark, row_of


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
    assert ("可能还有新的问题" in book.worksheets[0]["A3"].value) == (remarks[0].severity != "query")


def test_how_to_explain_and_the_heading_stay_in_sight(tmp_path: Path) -> None:
    book = draw(tmp_path, receipt(remark("query")))
    note = " ".join(front_texts(book))
    assert "Excel 行号" in note
    assert "情况属实、系统或模板所限、补课调休、统计口径、其他" in note
    assert book.worksheets[1].freeze_panes == "A3"


def test_a_file_that_was_only_checked_is_told_so_and_given_no_number(tmp_path: Path) -> None:
    made = receipt(remark(), sequence=0, school_code=None, school_name=None, version=None, sheets=())
    book = draw(tmp_path, made)
    texts = front_texts(book)
    footer = book.worksheets[0].oddFooter
    assert footer is not None and footer.left is not None and footer.left.text == "预检查"
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
    fixes = receipt(*queries, *errors).fixes[:TOP_COUNT]
    assert [(fix.first.code, fix.count) for fix in fixes] == [("E-INTEGER", 2), ("E-DATE", 1), ("Q-1", 6)]
    assert [one.cell for one in fixes[2].examples] == ["C3", "C4", "C5"]


def test_what_costs_most_leads_though_other_problems_are_more_frequent() -> None:
    """A sheet not read, then a row kept out, then a cell; a query about a whole sheet before one about a cell."""
    remarks = (
        *(remark("query", "Q-1", f"C{row}") for row in range(3, 9)),
        remark("query", "E-SHEET-EMPTY", None, table_name="drills", sheet="应急演练"),
        *(remark("error", "E-ENUM", f"F{row}", field="level") for row in range(3, 8)),
        remark("error", "E-DATE", "O3", field="closed_date"),
        remark("error", "E-DATE", "B4"),
        remark("error", "YH-103", "A4", field="hazard_no"),
        remark("error", "E-SHEET-TWICE", None),
    )
    fixes = receipt(*remarks).fixes
    codes = ["E-SHEET-TWICE", "E-DATE", "YH-103", "E-ENUM", "E-SHEET-EMPTY", "Q-1"]
    assert [fix.first.code for fix in fixes] == codes
    assert [one.cell for one in fixes[1].examples] == ["B4", "O3"], "the date without which the row says nothing leads"


def test_many_findings_lead_with_three_kinds_that_link_to_the_list(tmp_path: Path) -> None:
    many = [remark("error", f"E-{place % 5}", f"{'ABCDEFGHIJ'[place % 10]}{3 + place // 10}") for place in range(300)]
    sheet = draw(tmp_path, receipt(*many)).worksheets[0]
    book_rows = {str(sheet.cell(row, 1).value): row for row in range(1, sheet.max_row + 1)}
    top, others, listed = (
        book_rows[name] for name in ("请先处理这几件事", "其余各类问题（2 类）", "全部问题（300 处）")
    )
    assert top < others < listed < 45
    assert [sheet.cell(row, 3).value for row in range(top + 2, top + 5)] == ["60 处"] * 3
    targets = [sheet.cell(row, 3).hyperlink for row in (*range(top + 2, top + 5), others + 2, others + 3)]
    assert [link and link.location for link in targets] == [f"'回执'!A{listed + 2 + 60 * kind}" for kind in range(5)]
    assert [sheet.cell(listed + 2 + 60 * kind, 8).value for kind in range(5)] == [f"E-{kind}" for kind in range(5)]


def test_a_list_without_end_is_cut_and_says_so(tmp_path: Path) -> None:
    many = [remark("error", "E-DATE", f"B{row}") for row in range(3, 2_103)]
    book = draw(tmp_path, receipt(*many))
    assert "另有 100 处，不再逐条列出；后面各工作表中已用颜色标出。" in front_texts(book)
    assert book.worksheets[0].max_row < 2_100
    sheet = book[SHEET]
    assert sheet["B1002"].comment is not None and sheet["B1003"].comment is None
    assert sheet["B2102"].fill.fgColor.rgb == RED


def test_repairs_and_notices_stand_apart(tmp_path: Path) -> None:
    repair = remark("repair", "R-UNIT", "A3", value="3人→3", message="单位已去掉", hint="请只填数字")
    notice = remark("notice", "W-FORMULA", "B3", message="由公式计算", hint="请核对")
    book = draw(tmp_path, receipt(remark(), notice, repair))
    sheet = book.worksheets[0]
    cleaned, told = row_of(book, "已自动规范的写法（1 项"), row_of(book, "仅供知悉（1 项")
    assert (sheet.cell(cleaned + 1, 6).value, sheet.cell(cleaned + 2, 6).value) == ("原填写→规范后", "3人→3")
    assert [sheet.cell(row, 8).value for row in (cleaned + 2, told + 2)] == ["R-UNIT", "W-FORMULA"]
    assert cleaned < told


def test_a_sheet_says_which_cells_are_unknown_and_that_a_refused_one_was_not_read(tmp_path: Path) -> None:
    """A sheet with an error and no count was found, and is not told to be missing."""
    cells = [remark("error", "E-INTEGER", f"{letter}3") for letter in "ABCDEFGH"]
    header = remark("error", "E-HEADER", None, table_name="trainings", sheet="安全培训")
    book = draw(tmp_path, receipt(*cells, header))
    sheet = book.worksheets[0]
    start = row_of(book, "哪些计入了统计")
    told = {sheet.cell(row, 2).value: [sheet.cell(row, at).value for at in (4, 5)] for row in range(start, start + 13)}
    assert told[SHEET] == ["另有 1 行有错误，未计入", "8 格：A3、B3、C3、D3、E3、F3 等，见该表标红的单元格"]
    assert told["安全培训"] == ["这张表没有读取，原因见上面的问题；按“未填报”处理", ""]


def test_sheets_that_are_missing_are_named_by_their_titles(tmp_path: Path) -> None:
    missing = [
        remark("query", "E-SHEET-MISSING", None, table_name=name, sheet=None, field=None)
        for name in ("guards", "drills")
    ]
    book = draw(tmp_path, receipt(*missing))
    sheet = book.worksheets[0]
    assert sheet.cell(row_of(book, "请先处理") + 2, 2).value == "保安人员、应急演练"
    listed = row_of(book, "全部问题") + 2
    assert [sheet.cell(row, 2).value for row in (listed, listed + 1)] == ["保安人员", "应急演练"]


def test_a_check_says_what_would_count(tmp_path: Path) -> None:
    texts = front_texts(draw(tmp_path, receipt(remark(), sequence=0, version=None)))
    assert "照此报送，哪些会计入统计" in texts
    assert "另有 1 行有错误，未计入" in texts
    assert "白石小学（学校标识码 2136001234）" in texts


def test_a_list_of_terms_is_told_whole_beside_the_example() -> None:
    told = remark(field="level", hint="请从下拉列表中选择，例如：重大").mending
    assert told == "请从下拉列表中选择，例如：重大（可填：重大、较大、一般）"


def test_the_title_above_a_table_stands_in_its_middle_and_the_heading_is_bold(tmp_path: Path) -> None:
    sheet = draw(tmp_path, receipt(remark()))[SHEET]
    assert [sheet[cell].alignment.horizontal for cell in ("A1", "B1", "C1")] == ["centerContinuous"] * 3
    assert [sheet[cell].font.b for cell in ("A2", "C2", "C3")] == [True, True, False]


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
    assert receipt(school_code=code).file_stem == "回执_白石小学_2026-10-000123"
    assert receipt().file_stem == "回执_白石小学_2136001234_2026-10-000123"
    assert receipt(school_code=code, origin="bureau").file_stem == "回执_教育行政部门_2026-10-000123"
    unknown = receipt(school_code=code, school_name=None, file_name="C:\\报表*（终）.v2.xlsx")
    assert unknown.file_stem == "回执_未能识别_C报表终v2_2026-10-000123"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x", "etcx"),
        ("CON", "CON"),
        ('一小\n（东区）:<>|?*"', "一小东区"),
        ("镇" * 80, "镇" * 30),
        ("白石　小学．", "白石小学"),
        ("a\u202egnp.", "agnp"),
    ],
)
def test_a_school_s_name_is_made_safe_for_the_name_of_its_receipt(name: str, shown: str) -> None:
    assert receipt(school_name=name).file_stem == f"回执_{shown}_2136001234_2026-10-000123"


def test_a_blank_sheet_of_what_the_school_has_not_asks_for_nothing(tmp_path: Path) -> None:
    blank = SheetCount("buses", "校车台账", 0, 0, False)
    said = ("请在表头下面第一行的第一格填“无”", "无须填写")
    for needless, expected in ((frozenset({"buses"}), (False, True)), (frozenset(), (True, False))):
        made = receipt(remark(), sheets=(blank,), needless=needless)
        front = draw(tmp_path, made).worksheets[0]
        (note,) = (
            str(front.cell(row, 4).value) for row in range(1, front.max_row) if front.cell(row, 2).value == blank.sheet
        )
        assert tuple(words in note for words in said) == expected
    counted = receipt(remark(), sheets=(replace(blank, kept=2),), needless=frozenset({"buses"}))
    assert "各行都已计入" in front_texts(draw(tmp_path, counted))


def test_a_stated_day_of_receipt_stands_beside_the_moment_of_entry(tmp_path: Path) -> None:
    texts = front_texts(draw(tmp_path, receipt(remark(), received_on=date(2026, 10, 30))))
    assert any(text.startswith("2026-10-30（收到日期由教育局登记；") for text in texts)


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


def test_a_receipt_of_a_csv_is_drawn_too(tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes("\n".join(",".join(row) for row in ROWS).encode("gb18030"))
    grids = read_grids(path, f"{SHEET}.csv")
    sheet = draw(tmp_path, receipt(remark(), file_name=f"{SHEET}.csv"), grids)[SHEET]
    assert sheet["B3"].value == "2026-10-32"
    assert sheet["B3"].fill.fgColor.rgb == RED
