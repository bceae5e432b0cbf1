"""A small county whose bureau corrects what its schools wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.load.database import open_database
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home
from pipelines.store.sql import named_rows
from tests.unit.extract.books import book_bytes

STANDARD, MONTH = "jinghong-2019", "2026-10"
FIRST, TWIN, SECOND, THIRD, FOURTH = (f"215399010{number}" for number in range(1, 6))
NAMES = {
    FIRST: "望楹街道第一小学",
    TWIN: "望楹街道第二小学",
    SECOND: "青棂镇中心小学",
    THIRD: "白桫乡小学",
    FOURTH: "石楝乡小学",
}
SENT, DECIDED, LATER, LAST = (datetime(2026, 11, day, 12) for day in (2, 3, 4, 5))
HEAD = (
    *("填报月份", "学校标识码", "工作表", "单元格", "行号或项目", "栏目", "原填写内容", "更正为"),
    *("更正原因", "决定人", "决定日期", "学校申诉", "申诉处理结果", "是否撤销"),
)
Sheets = dict[str, list[list[Any]]]


def sheets(code: str) -> Sheets:
    """What a school sends; C3 of 落实清单 and F2 of 隐患台账 are what is corrected most."""
    return {
        "学校概况": [
            ["学校标识码", "学校名称", "在校生数", "教职工数", "寄宿生数", "安全分管负责人"],
            [code, NAMES[code], "五百左右", 40, 0, "王建国"],
        ],
        "落实清单": [
            ["项目编号", "项目", "是否落实", "日期"],
            ["", "设施设备采购认证产品", "是", ""],
            ["", "安全责任书", "否", ""],
        ],
        "统计数据": [["项目", "完成数"], ["每天课后安全提醒（天）", 5]],
        "保安人员": [["姓名", "年龄", "专职或兼职", "持证"], ["李秀英", 45, "专职", "是"]],
        "隐患台账": [
            [
                "隐患编号",
                "发现日期",
                "隐患部位",
                "隐患内容",
                "责任人",
                "整改期限",
                "整改情况",
                "完成时间",
                "整改资金(万元)",
            ],
            ["1", "2026-10-12", "教学楼", "楼梯扶手松动", "王建国", "2026-10-20", "整改中", "", ""],
            ["2", "2026-13-45", "食堂", "电线裸露", "李秀英", "2026-10-21", "整改中", "", ""],
        ],
        "应急演练": [["演练日期", "演练名称", "演练类别", "参加人数"], ["2026-10-15", "消防疏散", "火灾", 480]],
        "安全培训": [["类别"], ["无"]],
        "安全事故": [["类别"], ["无"]],
    }


def corrected_by(
    sheet: str, place: str | tuple[str, str], expected: str, new: str, code: str = FIRST, **more: str
) -> dict[str, str]:
    """A row of the bureau's sheet; `place` is an address, or row and column."""
    where = {"单元格": place} if isinstance(place, str) else {"行号或项目": place[0], "栏目": place[1]}
    reason = {"更正原因": "现场核查", "决定人": "安全科赵科长", "决定日期": "2026-11-03"}
    row = {"填报月份": MONTH, "学校标识码": code, "工作表": sheet, **where, "原填写内容": expected, "更正为": new}
    return row | reason | more


def bureau(*corrections: Mapping[str, str]) -> bytes:
    """The register with the bureau's corrections; without any, the month's ordinary workbook."""
    head = ["学校标识码", "学校名称", "办学类型", "乡镇", "生效日期"]
    register = [head, *([code, name, "小学", "青棂镇", "2019-09-01"] for code, name in NAMES.items())]
    if not corrections:
        return book_bytes({"学校名册": register, "任务清单": [["任务编号", "任务内容", "牵头单位"]]})
    rows = [[row.get(name, "") for name in HEAD] for row in corrections]
    return book_bytes({"学校名册": register, "数据更正": [list(HEAD), *rows]})


@dataclass
class County:
    """The county's home, and how many times it was delivered to."""

    home: Home
    inbox: Path
    deliveries: int = field(default=0)

    def settings(self, moment: datetime) -> Settings:
        return Settings(self.home, STANDARD, parse_period(MONTH), moment)

    def deliver(self, moment: datetime, files: Mapping[str, bytes]) -> None:
        self.deliveries += 1
        folder = self.inbox / str(self.deliveries)
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        receive(self.home, folder, MONTH, lambda: moment)

    def correct(self, moment: datetime, *corrections: Mapping[str, str]) -> None:
        """The bureau's corrections come."""
        self.deliver(moment, {f"更正{self.deliveries}.xlsx": bureau(*corrections)})

    def load(self, moment: datetime) -> None:
        run_stages(self.settings(moment), ("extract", "validate", "load"))

    def query(self, moment: datetime, statement: str) -> list[dict[str, Any]]:
        with open_database(self.home, moment) as connection:
            return named_rows(connection.execute(statement))

    def outcomes(self, moment: datetime, code: str) -> list[tuple[str, str]]:
        """State and code of every correction of that school as of that moment, in the order of receipt."""
        rows = self.query(moment, f"FROM core_corrected_cells WHERE school_code = '{code}' ORDER BY correction_no")
        return [(row["state"], row["code"]) for row in rows]

    def assessments(self, moment: datetime, code: str) -> list[dict[str, Any]]:
        """Everything that was judged of the school as of that moment, measured now."""
        run_stages(self.settings(moment), ("measure",))
        path = self.home.stage_dir("measure") / STANDARD / MONTH
        rows = [
            {**row, "table": name, "unit_code": "", "school_code": ""}
            for name, column in (("assessments", "unit_code"), ("cases", "school_code"))
            for row in pq.read_table(path / f"{name}.parquet").to_pylist()
            if row[column] == code
        ]
        return sorted(rows, key=str)


def founded(folder: Path, files: Mapping[str, bytes]) -> County:
    """Register and these schools' files of the month, received."""
    county = County(Home(folder / "home"), folder / "inbox")
    county.deliver(SENT, {"教育局.xlsx": bureau(), **files})
    return county


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def changed(first: Sheets, changes: Sequence[tuple[str, int, int, Any]]) -> Sheets:
    """The same workbook with other texts at (sheet, row, column), from 0."""
    copied = {name: [list(row) for row in rows] for name, rows in first.items()}
    for sheet, row, column, value in changes:
        copied[sheet][row][column] = value
    return copied
