"""How a school writes: its dates, ticks, numbers and money, drawn once a school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from pipelines.collect.workbook import Cell
from pipelines.metadata.contracts import Field
from pipelines.metadata.values import label

_EPOCH = date(1899, 12, 30)
_YEAR_GOES_WITHOUT_SAYING = 150
"""Days within which nobody doubts the year of a date written without one."""
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_TICKS = {
    "plain": ("是", "否"),
    "mark": ("√", "×"),
    "has": ("有", "无"),
    "box": ("☑是 口否", "口是 ☑否"),
    "letter": ("Y", "N"),
    "digit": ("1", "0"),
    "done": ("已落实", "未落实"),
}
_UNITS_WRITTEN = ("人", "个", "天", "秒", "课时")


@dataclass(frozen=True)
class Hand:
    """The ways of one school. Every name in it is one kind of mess; the default is as the template asks."""

    file_format: str = "xlsx"
    headings: str = "own"
    synonym_turn: int = 0
    sheet_names: str = "own"
    ticks: str = "plain"
    dates: str = "true"
    numbers: str = "plain"
    money: str = "plain"
    missing: str | None = None
    has_cover: bool = True
    has_title: bool = False
    has_two_rows: bool = False
    has_total_rows: bool = False
    has_blank_rows: bool = False
    has_ditto: bool = False
    has_side_note: bool = False
    has_form_lines: bool = False
    has_hidden_sheet: bool = False
    has_own_numbers: bool = False
    has_code_as_number: bool = False
    is_shuffled: bool = False


TIDY = Hand()


def draw_hand(rng: Random) -> Hand:
    """One school's ways: half of the schools fill in the template as it is, the others do as people do."""
    if rng.random() < 0.45:
        return Hand(ticks="plain", dates=rng.choice(("true", "iso")))
    file_format = rng.choices(("xlsx", "xls", "csv_gbk", "csv_bom", "ods"), (74, 9, 8, 5, 4))[0]
    is_xlsx = file_format == "xlsx"
    dates = rng.choice(("true", "iso", "chinese", "dots", "slashes", "no_year", "mixed", "serial"))
    return Hand(
        file_format=file_format,
        headings=rng.choices(("own", "synonyms", "traditional"), (35, 55, 10))[0],
        synonym_turn=rng.randrange(4),
        sheet_names=rng.choices(("own", "synonyms"), (70, 30))[0],
        ticks=rng.choice(tuple(_TICKS)),
        dates=dates if is_xlsx or dates != "serial" else "iso",
        numbers=rng.choices(("plain", "unit", "full_width", "text"), (60, 15, 12, 13))[0],
        money=rng.choices(("plain", "ten_thousand"), (75, 25))[0],
        missing=rng.choice((None, None, "/", "—")),
        has_cover=is_xlsx and rng.random() < 0.5,
        has_title=rng.random() < 0.45,
        has_two_rows=rng.random() < 0.2,
        has_total_rows=rng.random() < 0.25,
        has_blank_rows=rng.random() < 0.2,
        has_ditto=rng.random() < 0.2,
        has_side_note=rng.random() < 0.1,
        has_form_lines=rng.random() < 0.2,
        has_hidden_sheet=is_xlsx and rng.random() < 0.15,
        has_own_numbers=rng.random() < 0.3,
        has_code_as_number=rng.random() < 0.15,
        is_shuffled=rng.random() < 0.15,
    )


def write_value(hand: Hand, field: Field, value: Any, today: date, turn: int) -> Cell:
    """The cell for a known value, written at the month's end.

    `turn` counts the cells of a column, for those who write each one differently.
    """
    if value is None:
        return hand.missing
    form = field.form
    if form in ("text", "code", "month"):
        return str(value)
    if form == "enum":
        return _write_enum(hand, str(field.vocabulary), value)
    if form == "bool":
        return _TICKS[hand.ticks][0 if value else 1]
    if form == "date":
        return _write_date(hand.dates, value, today, turn)
    if form == "datetime":
        return _write_moment(hand.dates, value)
    if form == "money":
        return _write_money(hand, value)
    return _write_number(hand, field, value)


@cache
def _labels(vocabulary: str, value: str) -> str:
    return label(vocabulary, value)


def _write_enum(hand: Hand, vocabulary: str, value: str) -> str:
    if vocabulary == "answer" and value in ("yes", "no"):
        return _TICKS[hand.ticks][0 if value == "yes" else 1]
    if vocabulary == "answer" and hand.ticks != "plain":
        return "不适用"
    return _labels(vocabulary, value)


def _write_date(style: str, day: date, today: date, turn: int) -> Cell:
    if style == "mixed":
        style = ("iso", "chinese", "dots", "true")[turn % 4]
    if style == "no_year":
        is_plain = day.year == today.year and abs((day - today).days) < _YEAR_GOES_WITHOUT_SAYING
        return f"{day.month}月{day.day}日" if is_plain else f"{day.year}年{day.month}月{day.day}日"
    if style == "iso":
        return day.isoformat()
    if style == "chinese":
        return f"{day.year}年{day.month}月{day.day}日"
    if style == "dots":
        return f"{day.year}.{day.month}.{day.day}"
    if style == "slashes":
        return f"{day.year}/{day.month}/{day.day}"
    if style == "serial":
        return (day - _EPOCH).days
    return day


def _write_moment(style: str, moment: datetime) -> Cell:
    if style == "true":
        return moment
    if style == "chinese":
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    return f"{moment:%Y/%m/%d %H:%M}" if style == "slashes" else f"{moment:%Y-%m-%d %H:%M}"


def _write_money(hand: Hand, value: int) -> Cell:
    if hand.money == "ten_thousand" and value >= 1000:
        return f"{(Decimal(value) / 10000).normalize():f}万元"
    return value


def _write_number(hand: Hand, field: Field, value: int) -> Cell:
    if hand.numbers == "unit" and field.unit in _UNITS_WRITTEN:
        return f"{value}{field.unit}"
    if hand.numbers == "full_width":
        return str(value).translate(_FULL_WIDTH)
    return str(value) if hand.numbers == "text" else value
