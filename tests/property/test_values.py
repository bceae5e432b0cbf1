"""What one cell says: a value is read as itself or named as unread, never as another; what was read reads again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.metadata.contracts import Field, contracts
from pipelines.validate.typing import typing_connection
from tests.property.written import FIRST_DAY, LAST_DAY, certain_dates, filled, widened
from tests.unit.validate.readings import made_up, readings

MIDDLE = date(2026, 10, 15)
# One field of every kind of reader: its form, its words, its unit, its pattern, whether it lies ahead.
KINDS = {
    (field.form, field.vocabulary, field.unit, field.pattern, bool(field.mask)): field
    for contract in contracts()
    for field in contract.fields
}


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return typing_connection()


def read(form: str, texts: Sequence[str]) -> list[tuple[Any, str | None]]:
    """(value, code of the finding) of every text, in a file for October 2026."""
    return [(value, error) for _, value, error, _ in readings(connection(), made_up(form), texts, MIDDLE)]


def unclear_dates(day: date) -> list[str]:
    """Ways of writing a day of which some leave the reader in doubt."""
    year, month, number, short = day.year, day.month, day.day, day.year % 100
    return [
        f"{number}/{month}/{year}",
        f"{month}/{number}/{year}",
        f"{number:02d}-{month:02d}-{year}",
        f"{short:02d}-{month}-{number}",
        f"{short:02d}.{month:02d}.{number:02d}",
        f"{month}.{number}.{short:02d}",
        f"{number}/{month}/{short:02d}",
        f"{short:02d}年{month}月{number}日",
        f"{year}{month}{number}",
        f"{short:02d}{month:02d}{number:02d}",
        f"{year}年{number}日",
        f"{year}-{month:02d}-{number:02d}至{number + 1}日",
        f"{year}-{month}-{number}、{number + 1}",
        f"约{year}年{month}月{number}日",
    ]


@given(days=st.lists(st.dates(FIRST_DAY, LAST_DAY), min_size=20, max_size=60))
def test_written_date_is_that_day_or_unread(days: list[date]) -> None:
    texts = [(day, text, True) for day in days for text in certain_dates(day).values() if isinstance(text, str)]
    # A day that lies too far ahead is none of the readings of doubtful digits.
    latest = MIDDLE + timedelta(50)
    texts += [(day, text, False) for day in days if day <= latest for text in unclear_dates(day)]
    found = read("date", [text for _, text, _ in texts])
    for (day, text, is_certain), (value, error) in zip(texts, found, strict=True):
        if is_certain:
            assert (value, error) == (day, None), text
        else:
            assert value == day or (value is None and error is not None), (text, day, value, error)


@given(days=st.lists(st.dates(MIDDLE - timedelta(300), MIDDLE + timedelta(50)), min_size=20, max_size=60))
def test_day_without_a_year_is_that_of_the_report_or_unread(days: list[date]) -> None:
    texts = [
        (day, text)
        for day in days
        for text in (
            f"{day.month}月{day.day}日",
            f"{day.month}.{day.day}",
            f"{day.month}/{day.day}",
            f"{day.month}-{day.day}",
            f"{day.day}/{day.month}",
        )
    ]
    near = {day for day in days if MIDDLE - timedelta(100) <= day}
    for (day, text), (value, error) in zip(texts, read("date", [text for _, text in texts]), strict=True):
        assert (value is None) == (error is not None), text
        if day in near and value is not None:
            assert value == day, (text, day, value)


AT = st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0))


@given(moments=st.lists(AT, min_size=20, max_size=60))
def test_written_moment_is_that_minute_or_unread(moments: list[datetime]) -> None:
    texts = []
    for at in moments:
        half, twelfth = ("上午" if at.hour < 12 else "下午"), (at.hour % 12) or 12
        day = f"{at.year}年{at.month}月{at.day}日"
        texts += [
            (at, f"{day}{half}{twelfth}时{at.minute}分"),
            (at, f"{at:%Y-%m-%d} {twelfth}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"),
            (at, f"{day} {at.hour}点{at.minute}分"),
            (at, f"{at:%Y/%m/%d} {at.hour}:{at:%M}:00"),
            (at, f"{at:%Y-%m-%d}T{at:%H:%M}:00"),
            (at, f"{at.day}/{at.month}/{at.year} {at:%H:%M}"),
            (at, f"{at:%Y%m%d} {at:%H:%M}"),
            (at, f"{at:%Y%m%d%H%M}"),
            (at, f"{at:%Y-%m-%d} {at:%H%M}"),
            (at, f"{at:%Y-%m-%d}"),
        ]
        if at.hour >= 18:
            texts.append((at, f"{day}晚上{at.hour - 12}点{at.minute}分"))
        if at.minute == 30:
            texts.append((at, f"{day}{at.hour}点半"))
    found = read("datetime", [text for _, text in texts])
    for (at, text), (value, error) in zip(texts, found, strict=True):
        assert value == at or (value is None and error is not None), (text, value, error)


@pytest.mark.parametrize("form", ["int", "number", "money"])
@given(
    values=st.lists(
        st.decimals(0, 99_999_999, places=6, allow_nan=False).map(lambda value: abs(value).normalize()),
        min_size=10,
        max_size=40,
    )
)
@example(values=[Decimal("1.234"), Decimal("0.005"), Decimal("1.00004"), Decimal("394.93268"), Decimal(10) ** 7])
def test_written_number_is_itself_or_unread(form: str, values: list[Decimal]) -> None:
    texts = []
    for value in values:
        plain = f"{value:f}"
        forms = (plain, f"+{plain}", f"{value:,f}", widened(plain), f"{plain}元", f" {plain} 人", f"{plain}00")
        exact = [(value, text) for text in forms[:-1]]
        texts += [*exact, (Decimal(forms[-1]), forms[-1]), (value * 10_000, f"{plain}万元"), (-value, f"-{plain}")]
        texts += [(value, f"{plain}%"), (value, f"约{plain}"), (value, f"{plain}-")]
        # 1,234 is a thousand and more.
        if not re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain):
            texts.append((value, plain.replace(".", ",")))
    found = read(form, [text for _, text in texts])
    for (value, text), (number, error) in zip(texts, found, strict=True):
        assert (number is None and error is not None) or (number is not None and Decimal(number) == value), (
            text,
            number,
        )


def _again(field: Field, value: Any) -> str:
    """A typed value as the next program would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if field.form in ("number", "money"):
        return f"{value.normalize():f}"
    return str(value)


@pytest.mark.parametrize("field", KINDS.values(), ids=lambda field: f"{field.form}-{field.name}")
@given(data=st.data())
def test_what_was_read_reads_as_itself_again(field: Field, data: st.DataObject) -> None:
    made = data.draw(st.lists(filled(field), min_size=5, max_size=30))
    owner = made_up(field.form, field.vocabulary, field.pattern)
    texts = [entry.cell for entry in made if isinstance(entry.cell, str)]
    first = [value for _, value, _, _ in readings(connection(), owner, texts, MIDDLE)]
    known = [value for value in first if value is not None]
    again = readings(connection(), owner, [_again(field, value) for value in known], MIDDLE)
    assert [(value, error) for _, value, error, _ in again] == [(value, None) for value in known]
