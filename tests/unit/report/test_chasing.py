"""Whom a month still waits for and what they are told: texts for townships, the chase list, the screen of status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.properties import PageSetupProperties

from pipelines.commands.terminal import display_width
from pipelines.commands.timely import screen_lines
from pipelines.errors import UsageError
from pipelines.metadata.periods import parse_period
from pipelines.report.chase_list import write_chase_list
from pipelines.report.chasing import Pursuit, pursue
from pipelines.report.reminders import reminders
from pipelines.report.timeliness import WORDS
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.wording import text
from tests.spec.world import World

HOSTILE = '=HYPERLINK("http://example.invalid","x")'
REGISTER = f"""
school_code | school_name | school_type | township
A           | 东一小      | primary     | 东镇
B           | 东二小      | primary     | 东镇
C           | 东三小      | primary     | 东镇
D           | 西一小      | primary     | 西乡
E           | {HOSTILE}   | primary     | 西乡
F           | 南一小      | primary     | 南街道
"""
OVER = datetime(2026, 11, 8, 18)
FINDINGS = (
    (
        2,
        "error",
        "BA-201",
        "guards",
        "保安人员",
        5,
        "C5",
        "entry_date",
        "2026.13.1",
        "“上岗时间”填的是“2026.13.1”，不是日期",
    ),
    (2, "query", "BA-205", "guards", "保安人员", 6, "A6", "guard_name", "王*", "这名保安与第5行重复"),
    (3, "fatal", "E-ENCRYPTED", "", "", None, "", "", "", "文件设了打开密码"),
    (5, "fatal", "E-SCHOOL-MISSING", "", "", None, "", "", "", "没有学校标识码，无法判断是哪所学校"),
)


@pytest.fixture(scope="module")
def world() -> World:
    """A sent in time with something to mend, B's file was refused, D was late, F is whole; a file names no school."""
    world = World().register(REGISTER, "2026-09")
    world.report("A", "2026-10", received_at="2026-11-03 09:00:00")
    world.report("B", "2026-10", status="rejected", received_at="2026-11-04")
    world.report("D", "2026-10", received_at="2026-11-07 10:00:00")
    world.report("", "2026-10", status="rejected", received_at="2026-11-04 08:00:00")
    world.report("F", "2026-10", received_at="2026-11-01").report("F", "2026-09", received_at="2026-10-01")
    world.connection.execute(
        "UPDATE core_submissions SET school_code = NULL, file_name = '月报.xlsx' WHERE school_code = ''"
    )
    world.connection.execute("ALTER TABLE core_findings ADD COLUMN answer_category VARCHAR")
    world.connection.execute(
        "INSERT INTO core_corrected_cells (correction_no, month, received_at, state)"
        " VALUES (1, '2026-10', '2026-11-06', 'failed'), (2, '2026-10', '2026-11-06', 'applied')"
    )
    for number, finding in enumerate(FINDINGS):
        world.connection.execute(
            "INSERT INTO core_findings (finding_no, submission_no, severity, code, table_name, sheet, row_no, cell,"
            " field, value, message, hint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            [number, *finding],
        )
    return world


def settings(root: Path, as_of: datetime = OVER, period: str = "2026-10") -> Settings:
    return Settings(Home(root), "jinghong-2019", parse_period(period), as_of)


@pytest.fixture
def pursuit(world: World, tmp_path: Path) -> Pursuit:
    return pursue(world.connection, settings(tmp_path))


def test_those_who_sent_nothing_come_first_and_a_whole_school_is_not_chased(pursuit: Pursuit) -> None:
    order = [(one.row.school_code, one.row.state, one.error_count, one.query_count) for one in pursuit.chased]
    assert order == [
        *(("B", "missing", 0, 0), ("C", "missing", 0, 0), ("A", "on_time", 1, 1)),
        *(("E", "missing", 0, 0), ("D", "late", 0, 0)),
    ]
    assert (pursuit.deadline.isoformat(), pursuit.days_over) == ("2026-11-05", 3)
    assert pursuit.states == {"on_time": 2, "late": 1, "missing": 3, "awaited": 0}


def test_an_explained_query_asks_for_nothing(world: World, tmp_path: Path) -> None:
    world.connection.execute("BEGIN")
    world.connection.execute("UPDATE core_findings SET answer = '已核实' WHERE code = 'BA-205'")
    found = pursue(world.connection, settings(tmp_path))
    world.connection.execute("ROLLBACK")
    assert [(one.error_count, one.query_count) for one in found.schools if one.row.school_code == "A"] == [(1, 0)]


def test_the_text_of_a_township_names_who_owes_what_and_quotes_no_cell(pursuit: Pursuit) -> None:
    told = reminders(pursuit, "县教育局安全科")
    assert set(told) == {"东镇", "西乡"}
    assert told["东镇"].splitlines() == [
        "【报送提醒】东镇各学校、幼儿园：2026年10月学校安全月报的报送截止日为11月5日（星期四），现已逾期3天。"
        "截至11月8日18:00，东镇应报3所，已收到1所。",
        "尚未收到报表的1所：东三小。",
        "报表被退回、请更正后重新报送的1所：",
        "东二小：文件设了打开密码。",
        "以往月份尚未补报的3所：东二小（9月）、东三小（9月）、东一小（9月）。",
        "已收到、但需更正错误或说明疑问的1所（具体单元格见回执）：东一小（错误1处、疑问1处）。",
        "请以上学校抓紧办理，报送至县教育局安全科。已经发出的请告知，如有困难请及时联系。感谢支持与配合！",
    ]
    assert "2026.13.1" not in "".join(told.values())


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2026-11-03T08:00", "还有2天"),
        ("2026-11-05T08:00", "今天（11月5日（星期四））24时截止"),
        ("2026-11-06T00:00", "已逾期1天"),
    ],
)
def test_the_text_says_how_much_time_is_left(world: World, tmp_path: Path, as_of: str, words: str) -> None:
    found = pursue(world.connection, settings(tmp_path, datetime.fromisoformat(as_of)))
    assert words in reminders(found, "x")["西乡"]


def test_a_township_of_which_everything_came_is_thanked_first(world: World, tmp_path: Path) -> None:
    found = pursue(world.connection, settings(tmp_path))
    only = replace(found, schools=tuple(one for one in found.schools if one.row.school_code in "AD"))
    assert "应报2026年10月学校安全月报的1所已全部报送" in reminders(only, "x")["东镇"]


def test_the_chase_list_is_inert_filtered_frozen_and_prints_on_a4(pursuit: Pursuit, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write_chase_list(path, pursuit, {2: "A_2026-10-000002.xlsx"})
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == list(WORDS.table("list.sheets").values())
    sheet = book.worksheets[0]
    heads, *lines = list(sheet.iter_rows(min_row=4, values_only=True))
    rows = [dict(zip(heads, line, strict=True)) for line in lines]
    assert [row["学校标识码"] for row in rows] == ["B", "C", "A", "E", "D"]
    assert (rows[0]["状态"], rows[0]["首先更正"], rows[0]["超过天数"]) == (
        "未报（退回）",
        "退回原因：文件设了打开密码",
        3,
    )
    mend = "1. 保安人员 C5：“上岗时间”填的是“2026.13.1”，不是日期\n2. 保安人员 A6：这名保安与第5行重复"
    assert (rows[2]["首先更正"], rows[2]["回执"], rows[2]["错误"]) == (mend, "A_2026-10-000002.xlsx", 1)
    assert (rows[4]["首次有效报送"], rows[4]["迟报未报次数"]) == (datetime(2026, 11, 7, 10), 2)
    assert [(cell.value, cell.data_type) for cell in sheet["B"] if cell.value == HOSTILE] == [(HOSTILE, "s")]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C5", "A4:M9")
    page = sheet.page_setup
    assert (str(page.paperSize), page.orientation, page.fitToHeight) == ("9", "landscape", 0)
    assert (sheet.sheet_properties.pageSetUpPr, sheet.print_title_rows) == (
        PageSetupProperties(fitToPage=True),
        "$4:$4",
    )
    assert book.worksheets[1].max_row == 4 + 6
    assert book.worksheets[2]["C5"].value == "没有学校标识码，无法判断是哪所学校"


def test_the_same_list_has_the_same_bytes(pursuit: Pursuit, tmp_path: Path) -> None:
    contents = []
    for name in ("one.xlsx", "two.xlsx"):
        write_chase_list(tmp_path / name, pursuit, {})
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    ("period", "calendar", "words"),
    [
        ("2027-08", "", "没有学校应报月报"),
        ("2026-08", "", "没有学校名册"),
        ("2026-10", "first_month: 2026-11\n", "早于本局开始填报的月份 2026-11"),
    ],
)
def test_a_month_that_nobody_owes_is_refused_in_a_sentence(
    world: World, tmp_path: Path, checkout: Path, period: str, calendar: str, words: str
) -> None:
    if calendar:
        own = (checkout / "data_contracts/calendars/yunnan.yaml").read_text(encoding="utf-8")
        own = own.replace("holidays: holidays-china", "holidays: []\nmakeup_days: []")
        (tmp_path / "calendar.yaml").write_text(own + calendar, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        pursue(world.connection, settings(tmp_path, datetime(2027, 10, 1), period))


def entry(number: int) -> LedgerEntry:
    return LedgerEntry(number, "0" * 64, OVER, "2026-10", b"a.xlsx".hex(), 1)


@pytest.fixture(scope="module")
def saved(world: World, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("saved") / "home")
    world.save(home)
    return home


def test_status_fits_a_terminal_and_writes_nothing(saved: Home) -> None:
    before = {path: path.stat().st_mtime_ns for path in saved.root.rglob("*")}
    lines = list(screen_lines(settings(saved.root), [entry(number) for number in range(1, 10)], OVER))
    assert {path: path.stat().st_mtime_ns for path in saved.root.rglob("*")} == before
    assert len(lines) <= 18
    assert max(map(display_width, lines)) <= 80
    assert "已过 3 天" in lines[0]
    assert lines[1] == text("timely.counts", expected=6, on_time=2, late=1, missing=3, awaited=0)
    assert "  东镇 2 所：东二小、东三小" in lines
    assert "  东二小：退回，文件设了打开密码" in lines
    assert any(line.startswith("  东一小：错误 1、疑问 1；先改：保安人员 C5") for line in lines)
    assert text("timely.unapplied", count=1) in lines
    assert text("timely.unread", count=2) in lines


def test_status_says_in_one_line_what_it_cannot_tell(tmp_path: Path) -> None:
    """Before the first run nothing is read yet: no database is made for it."""
    append_entries(Home(tmp_path), [entry(1)])
    lines = list(screen_lines(settings(tmp_path), [entry(1)], OVER))
    assert lines == [text("timely.unclear", reason=text("errors.unread_files", count=1))]
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["ledger.jsonl"]
