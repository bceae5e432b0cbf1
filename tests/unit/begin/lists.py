"""Lists of schools as a bureau keeps them: invented rows in the forms that come up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import xlwt

SCHOOLS = (
    (2153990101, "望楹街道第一小学", "小学", "望楹街道", "公办", "城区"),
    (1153990102, "望楹街道中心幼儿园", "公办幼儿园", "望楹街道", "公办", "城区"),
    (2153990203, "青棂镇中心小学", "完全小学", "青棂镇", "公办", "镇区"),
    (3153990204, "青棂镇初级中学", "初中", "青棂镇", "公办", "镇区"),
    (2153990314, "白桫乡下坝教学点", "教学点", "白桫乡", "公办", "乡村"),
    (53990512, "石楝乡初级中学", "初级中学", "石楝乡", "公办", "乡村"),
)
"""The last code has lost digits."""


def old_book(path: Path) -> Path:
    """An .xls with a title, a serial column, townships merged downwards, people and telephones, a total, sign-off."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("2026年秋")
    page.write_merge(0, 0, 0, 8, "某某市各级各类学校名录（2026年9月）")
    page.write_merge(1, 1, 0, 8, "填报单位：教育体育局        填表时间：2026年9月3日")
    for column, heading in enumerate(
        ("序号", "学校代码", "学校名称", "学校类别", "所在乡镇", "办学性质", "城乡类型", "校长", "联系电话")
    ):
        page.write(2, column, heading)
    for row, (code, name, kind, _, ownership, place) in enumerate(SCHOOLS, 3):
        cells = {0: row - 2, 1: code, 2: name, 3: kind, 5: ownership, 6: place, 7: "某某", 8: "0000-1234567"}
        for column, value in cells.items():
            page.write(row, column, value)
    for first, last, township in ((3, 4, "望楹街道"), (5, 6, "青棂镇"), (7, 7, "白桫乡"), (8, 8, "石楝乡")):
        page.write_merge(first, last, 4, 4, township)
    page.write(9, 0, "合计")
    page.write(9, 2, "6所")
    page.write(10, 0, "填表人：某某")
    book.save(str(path))
    return path


def by_stage(path: Path) -> Path:
    """An .xlsx with a sheet for each stage, each with a title, and one that explains; every code is right."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet("说明").append(["本表由各学区填写，每年9月更新"])
    for title, mark in (("幼儿园", "园"), ("小学", "小学"), ("中学", "中")):
        page = book.create_sheet(title)
        page.append([f"{title}名册"])
        page.append(["序号", "学校（机构）标识码", "学校（机构）名称", "学校类别", "所属乡镇（街道）"])
        for number, (code, name, kind, township, *_) in enumerate(SCHOOLS[:5], 1):
            if mark in kind and not (mark == "中" and "园" in kind):
                page.append([number, str(code), name, kind, township])
    book.save(path)
    return path


def simple(path: Path, *rows: list[Any]) -> Path:
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path
