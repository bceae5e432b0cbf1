"""A report as the sheets of a workbook: the template's own, filled in by a school's hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

from pipelines.collect.plan import SheetPlan
from pipelines.collect.templates import School, identity_values
from pipelines.collect.workbook import Cell, Sheet
from pipelines.metadata.contracts import Contract, contract
from pipelines.metadata.items import Item
from pipelines.metadata.periods import parse_period
from pipelines.metadata.text import normal
from pipelines.sample.facts import Report, SchoolRow
from pipelines.sample.hand import Hand, write_value

_EVENTS = ("guards", "trainings", "drills", "hazards", "incidents", "buses")
_NIL = {"hazards": ("无", "本月无隐患", "零报告"), "drills": ("无",), "incidents": ("无", "零报告")}
_TOTALLED = ("guards", "trainings", "drills", "hazards")


def as_school(row: SchoolRow) -> School:
    """The register's row as the template knows it."""
    return School(row.school_code, row.school_name, row.school_type, row.ownership, row.urban_rural, row.township)


def fill_sheets(plans: Sequence[SheetPlan], report: Report, hand: Hand, rng: Random) -> list[Sheet]:
    """The report's sheets, in the order and under the names and headings that the hand gives them."""
    sheets = [_fill_sheet(plan, report, hand, rng) for plan in plans]
    if hand.is_shuffled:
        rng.shuffle(sheets)
    return sheets


def _fill_sheet(plan: SheetPlan, report: Report, hand: Hand, rng: Random) -> Sheet:
    facts = _facts(plan, report)
    rows = _write_rows(plan, facts, report, hand)
    if plan.contract.item_kind and hand.has_own_numbers:
        _renumber(plan, rows)
    if not facts and report.returns.get(plan.contract.name) == "nil":
        word = rng.choice(_NIL.get(plan.contract.name, ("无",)))
        rows = [[word, *([None] * (len(plan.columns) - 1))]]
    elif facts:
        _add_extra_rows(plan, rows, hand)
    above, below = _lines_around(plan, report, hand)
    headings = _headings(plan.contract.name, hand.headings, hand.synonym_turn)
    if hand.has_side_note and rows:
        rows[0] = [*rows[0], None, "此列为办公室备注，勿删"]
    is_own = hand.headings == "own" and not above
    name = plan.contract.title if hand.sheet_names == "own" else _sheet_name(plan.contract)
    return Sheet(plan, name, headings, rows, above, below, is_protected=is_own, is_styled=hand.dates != "serial")


def _facts(plan: SheetPlan, report: Report) -> list[Mapping[str, Any]]:
    """Rows of typed values by field name, in the order of the report's own lists."""
    name = plan.contract.name
    if name == "profile":
        return [{**identity_values(as_school(report.school), parse_period(report.month)), **report.profile}]
    if name == "campuses":
        return list(report.campuses)
    if name == "checklist":
        return [_answer_row(item, report, number) for number, item in enumerate(plan.items, 1)]
    if name == "counts":
        return [_count_row(item, report) for item in plan.items]
    return [vars(row) for row in getattr(report, name)] if name in _EVENTS else []


def _answer_row(item: Item, report: Report, number: int) -> dict[str, Any]:
    answer = report.answers[item.id]
    has_proof = answer.value == "yes"
    return {
        "item_code": item.code,
        "item_name": item.zh,
        "answer": answer.value,
        "answer_date": answer.day,
        "evidence_no": f"JY-{report.school.school_code[-4:]}-{number:02d}" if has_proof else None,
    }


def _count_row(item: Item, report: Report) -> dict[str, Any]:
    count = report.counts[item.id]
    return {"item_code": item.code, "item_name": item.zh, "done_count": count.done, "due_count": count.due}


def _write_rows(plan: SheetPlan, facts: Sequence[Mapping[str, Any]], report: Report, hand: Hand) -> list[list[Cell]]:
    table, today = plan.contract.name, parse_period(report.month).end
    identity = {column.field.name for column in plan.columns if column.is_locked}
    lines: list[list[Cell]] = []
    for row, fact in enumerate(facts):
        line: list[Cell] = []
        for column in plan.columns:
            name = column.field.name
            key = (table, row, name)
            if key in report.written:
                line.append(_as_written(hand, report.written[key]))
            elif name in identity:
                is_number = hand.has_code_as_number and name == "school_code"
                line.append(int(fact[name]) if is_number else fact.get(name))
            else:
                line.append(write_value(hand, column.field, fact.get(name), today, row))
        lines.append(line)
    if hand.has_ditto:
        _write_ditto(plan, lines)
    return lines


def _as_written(hand: Hand, cell: Cell) -> Cell:
    """A wrong date is written as the school writes its right ones; anything else stands as it is."""
    if isinstance(cell, date):
        return cell.isoformat() if hand.dates in ("true", "serial") else f"{cell.year}年{cell.month}月{cell.day}日"
    return cell


def _write_ditto(plan: SheetPlan, lines: list[list[Cell]]) -> None:
    """同上 where a column that may be filled down repeats the text of the row above."""
    original = [list(line) for line in lines]
    for index, column in enumerate(plan.columns):
        if not column.field.fill_down:
            continue
        for row in range(1, len(lines)):
            value = original[row][index]
            if isinstance(value, str) and len(value) > 1 and value == original[row - 1][index]:
                lines[row][index] = "同上"


def _renumber(plan: SheetPlan, rows: list[list[Cell]]) -> None:
    """Serial numbers in place of item codes: the items are known by their words."""
    place = plan.field_names.index("item_code")
    for number, line in enumerate(rows, 1):
        line[place] = str(number)


def _add_extra_rows(plan: SheetPlan, rows: list[list[Cell]], hand: Hand) -> None:
    """A blank row inside and a total row below, which are no records."""
    width = len(plan.columns)
    is_list = plan.contract.name in _TOTALLED
    if hand.has_blank_rows and is_list and len(rows) > 1:
        rows.insert(1, [None] * width)
    if hand.has_total_rows and is_list:
        note: Cell = f"共{sum(any(line) for line in rows)}行" if plan.contract.name == "guards" else None
        total: list[Cell] = ["合计", note, *([None] * (width - 2))]
        if plan.contract.name == "hazards":
            place = plan.field_names.index("fund_amount")
            total[place] = sum(cell for line in rows if isinstance(cell := line[place], int))
        rows.append(total)


def _lines_around(plan: SheetPlan, report: Report, hand: Hand) -> tuple[list[list[Cell]], list[list[Cell]]]:
    month = parse_period(report.month)
    words = f"{month.start.year}年{month.start.month}月"
    form: list[Cell] = [
        f"填报单位（盖章）：{report.school.school_name}",
        None,
        None,
        "填报人：卫某八",
        None,
        f"填报时间：{words}",
    ]
    above: list[list[Cell]] = []
    below: list[list[Cell]] = []
    if hand.has_title:
        above.append([f"{report.school.school_name}安全工作月报表（{words}）——{plan.contract.title}"])
        above.append(form)
    elif hand.has_form_lines:
        below = [[None], form]
    if hand.has_two_rows:
        above.append(_group_row(plan))
    return above, below


def _group_row(plan: SheetPlan) -> list[Cell]:
    """The upper of two heading rows: a word over a few columns each."""
    words = ("基本情况", "落实情况", "其他")
    step = max(2, len(plan.columns) // 3)
    return [
        words[index // step] if index % step == 0 and index // step < 3 else None for index in range(len(plan.columns))
    ]


@cache
def _headings(table: str, style: str, turn: int) -> tuple[str, ...]:
    """One heading a column: the template's, a synonym that means no other column, or Traditional characters."""
    fields = contract(table).fields
    shown = [field for field in fields if field.in_template]
    if style == "own":
        return tuple(field.label for field in shown)
    if style == "traditional":
        return tuple(_traditional(field.label) for field in shown)
    counted = Counter(normal(word) for field in fields for word in {normal(word) for word in field.headings})
    chosen: list[str] = []
    for field in shown:
        free = [word for word in field.synonyms if counted[normal(word)] == 1 and "万" not in word]
        chosen.append(free[(len(chosen) + turn) % len(free)] if free else field.label)
    return tuple(chosen)


@cache
def _traditional(words: str) -> str:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(words))


def _sheet_name(sheet: Contract) -> str:
    return sheet.synonyms[0] if sheet.synonyms else sheet.title


def hidden_words(plan: SheetPlan) -> Sheet:
    """A sheet of dropdown words that someone hid."""
    rows: list[list[Cell]] = [["是", "一般", "自查"], ["否", "较大", "抽查"]]
    bare = replace(plan, columns=())
    return Sheet(bare, "下拉选项", (), rows, is_protected=False, is_hidden=True)
