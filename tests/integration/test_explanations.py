"""A month in which schools explain what is asked of them: from their workbooks to database, receipts and report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.load.database import open_database
from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.report.csv_files import submission_rows
from pipelines.report.gathering import gather
from pipelines.report.material import Material
from pipelines.report.queries import count_queries, query_rows, query_table
from pipelines.report.receipts import write_receipts
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home
from pipelines.validate.check import check_files
from tests.unit.extract.books import Sheets, book_bytes

MONTH = "2026-10"
FIRST, SECOND = "2153990101", "2153990102"
HEADINGS = ["演练名称", "类别", "时间", "应参加人数", "参加人数"]
EXPLANATIONS = ["工作表", "行号", "问题代码", "说明类别", "说明"]
REGISTER: Sheets = {
    "学校名册": [
        ["学校标识码", "学校名称", "办学类型", "生效日期"],
        [FIRST, "望楹街道第一小学", "小学", "2019-09-01"],
        [SECOND, "青棂镇中心小学", "小学", "2019-09-01"],
    ],
    "任务清单": [["任务编号", "任务内容", "牵头单位"]],
}
NIL: Sheets = {
    contract.title: [[field.label for field in contract.fields], ["无"]]
    for contract in contracts("school")
    if contract.required_sheet and contract.allows_nil
}


def workbook(code: str, name: str, drills: list[list[Any]], explained: list[list[Any]]) -> bytes:
    """A month of one school: all that must be there, its drills and what it explains."""
    return book_bytes(
        {
            "学校概况": [["学校标识码", "学校名称", "在校生数", "教职工数", "寄宿生数"], [code, name, 500, 40, 0]],
            "落实清单": [["项目", "是否落实"], ["设施设备采购认证产品", "否"]],
            "统计数据": [["项目", "完成数"], ["每天课后安全提醒（天）", 5]],
            **NIL,
            "应急演练": [HEADINGS, *drills],
            "情况说明": [EXPLANATIONS, *explained],
        }
    )


# Asked: a drill on a holiday (by the calendar), one without a day, one with more people than expected. The second is
# left open; an error cannot be explained, and a row that asks nothing has nothing to explain.
THREE = workbook(
    FIRST,
    "望楹街道第一小学",
    [
        ["秋季消防演练", "消防", "2026-10-05", 500, 480],
        ["地震演练", "地震", "", 500, 480],
        ["防踩踏演练", "防踩踏", "2026-10-14", 400, 480],
        ["反恐演练", "反恐防暴", "2026-10-32", 500, 480],
    ],
    [
        ["应急演练", 2, "Q-NO-SCHOOL-DAY", "补课", "当日补课，联系人电话13812345678"],
        ["演练", "第4行", "ｙｌ-202", "雨天室内", "家长代表也参加了"],
        ["应急演练", 5, "E-DATE", "情况属实", "就是这天"],
        ["应急演练", 9, "YL-202", "情况属实", "没有这一行"],
        ["应急演练", 9, "Q-NO-SCHOOL-DAY", "情况属实", "没有这一行"],
    ],
)
ALL_EXPLAINED = workbook(
    SECOND,
    "青棂镇中心小学",
    [["消防演练", "消防", "2026-10-06", 500, 480], ["地震演练", "地震", "2026-10-07", 500, 480]],
    [["", "", "Q-NO-SCHOOL-DAY", "情况属实", "国庆值守期间组织住校生演练"]],
)


@dataclass(frozen=True)
class Ran:
    """The month after measuring and after its receipts were drawn, by school code."""

    settings: Settings
    receipts: dict[str, openpyxl.Workbook]
    material: Material

    def front(self, code: str) -> list[list[str]]:
        """The first sheet's rows, without their empty cells."""
        rows = self.receipts[code].worksheets[0].iter_rows(values_only=True)
        return [[str(value) for value in row if value is not None] for row in rows]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    home = Home(tmp_path_factory.mktemp("explained") / "home")
    inbox = home.inbox / MONTH
    inbox.mkdir(parents=True)
    for name, content in (("局.xlsx", book_bytes(REGISTER)), ("一小.xlsx", THREE), ("中心小学.xlsx", ALL_EXPLAINED)):
        (inbox / name).write_bytes(content)
    receive(home, inbox, MONTH, lambda: datetime(2026, 11, 2, 9))
    settings = Settings(home, "jinghong-2019", parse_period(MONTH), datetime(2026, 11, 5))
    run_stages(settings, ("extract", "validate", "load", "measure"))
    written = write_receipts(settings)
    return Ran(settings, {path.stem.split("_")[2]: openpyxl.load_workbook(path) for path in written}, gather(settings))


def test_the_database_keeps_what_was_said_and_masks_it(ran: Ran) -> None:
    with open_database(ran.settings.home) as connection:
        found = connection.execute(
            """SELECT code, severity, cell, answer_category, answer FROM core_findings
            JOIN core_submissions USING (submission_no) WHERE school_code = ? ORDER BY finding_no""",
            [FIRST],
        ).fetchall()
        queries = connection.execute("SELECT query_count FROM core_submissions WHERE school_code = ?", [FIRST])
        assert queries.fetchall() == [(2,)], "queries count whether they were explained or not"
    asked = {code: rest for code, *rest in found}
    assert asked["YL-201"] == ["query", "C3", None, None]
    assert asked["YL-202"] == ["query", "E4", "other", "家长代表也参加了"]
    assert asked["R-REASON-OTHER"] == ["repair", "D3", None, None]
    assert asked["W-EXPLANATION-ERROR"] == ["notice", "C4", None, None]
    assert asked["W-EXPLANATION-PLACE"] == ["notice", "B5", None, None]


def test_cross_checks_are_answered_by_the_same_sheet(ran: Ran) -> None:
    said = {(row.school_code, row.code, row.cell): row.answer for row in ran.material.findings}
    assert said[FIRST, "Q-NO-SCHOOL-DAY", "C2"] == "当日补课,联系人电话***********"
    assert said[FIRST, "W-EXPLANATION-PLACE", "B6"] == ""
    assert {said[SECOND, "Q-NO-SCHOOL-DAY", cell] for cell in ("C2", "C3")} == {"国庆值守期间组织住校生演练"}


def test_the_receipt_asks_only_for_what_was_not_explained(ran: Ran) -> None:
    rows = ran.front(FIRST)
    assert ["已接收，有问题需更正"] in rows
    listed = rows.index(["全部问题（2 处）"])
    assert {row[-1] for row in rows[listed + 2 : listed + 4]} == {"E-DATE", "YL-201"}
    apart = rows.index(["已说明的疑问（2 处，不需要再处理）"])
    assert [[row[4], row[-2], row[-1]] for row in rows[apart + 2 : apart + 4]] == [
        ["家长代表也参加了", "其他", "YL-202"],
        ["当日补课,联系人电话***********", "补课调休", "Q-NO-SCHOOL-DAY"],
    ]
    drills = ran.receipts[FIRST]["应急演练"]
    assert [drills[cell].fill.fgColor.rgb for cell in ("C2", "C3", "E4")] == ["FFE2EFDA", "FFFFEB9C", "FFE2EFDA"]


def test_a_school_that_explained_everything_has_nothing_left_to_do(ran: Ran) -> None:
    rows = ran.front(SECOND)
    assert ["已接收，疑问均已说明"] in rows
    assert ["没有需要更正的问题。"] in rows
    assert ["已说明的疑问（2 处，不需要再处理）"] in rows


def test_the_report_counts_them(ran: Ran) -> None:
    count = count_queries(query_rows(ran.material))
    assert (count.raised, count.answered, count.open, count.open_schools) == (5, 4, 1, frozenset({FIRST}))
    table = {row[0].text: [cell.text for cell in row[1:4]] for row in query_table(ran.material, "").rows}
    assert table["Q-NO-SCHOOL-DAY"] == ["3", "3", "0"]
    received = {row["school_code"]: row["queries"] for row in submission_rows(ran.material)}
    assert received == {FIRST: 3, SECOND: 2}, "explained queries stay queries of their file"


def test_a_check_before_sending_knows_what_was_explained(tmp_path: Path) -> None:
    path = tmp_path / "一小.xlsx"
    path.write_bytes(THREE)
    (checked,) = check_files([path], MONTH)
    standing = {finding.code: finding.standing for finding in checked.findings if re.match("YL|W-", finding.code)}
    assert standing == {
        "YL-201": "query",
        "YL-202": "answered",
        "W-EXPLANATION-ERROR": "notice",
        "W-EXPLANATION-PLACE": "notice",
    }
