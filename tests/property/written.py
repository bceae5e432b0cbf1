"""Values that a field may take, each with a way in which people write it into a cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from pipelines.collect.workbook import Cell
from pipelines.metadata.contracts import Field
from pipelines.metadata.text import fold, normal, traditional
from pipelines.metadata.values import value_rules, vocabulary, written_forms

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2049, 12, 31)
# From here on a bare number is read as the day that a spreadsheet counts with it.
FIRST_SERIAL = date(2000, 1, 1)
_EPOCH = date(1899, 12, 30)
_WIDE = str.maketrans({character: chr(character + 0xFEE0) for character in range(0x21, 0x7F)})
_WEEKDAYS = "一二三四五六日"
_DIGITS = "〇一二三四五六七八九"
# Every blank that is trimmed; within a text all of them stay.
BLANKS = " \t\r\n\u3000\u00a0\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202f"
# Legal and seldom thought of: beyond the BMP, combining, right to left, wide blanks, what CSV and XML must escape.
ODD = "𠮷😀é̈ßİﬁ㎡①Ⅱ々〇ヶعא\u3000\u00a0\u200b\n\t,;\"'<>&|_x%=+-@#()（）·—…龘囧"
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Written:
    """A cell and the typed value that it stands for."""

    cell: Cell
    value: Any


def widened(text: str) -> str:
    """The text in full-width characters."""
    return text.translate(_WIDE)


@cache
def _marks() -> frozenset[str]:
    rules = value_rules()
    return frozenset(
        mark.lower() for name in ("missing", "missing_answer", "ditto", "unticked", "ticked") for mark in rules[name]
    )


@cache
def _row_marks() -> re.Pattern[str]:
    """What makes a row a total or a line about the form, or a return of nothing."""
    rules = value_rules()
    patterns = [rules[name] for name in ("total_row", "form_line", "nil_return")]
    return re.compile("|".join([*patterns, *map(traditional, patterns)]))


def is_plain_text(text: str) -> bool:
    """Whether a text stands for itself alone: no mark, no number of a person's, nothing that would be trimmed."""
    return (
        bool(text)
        and text == text.strip(BLANKS)
        and text.lower() not in _marks()
        and not _row_marks().search(fold(text))
        and sum(character.isdigit() or unicodedata.normalize("NFKC", character).isdigit() for character in text) < 8
        and not re.search(r"\d[eE]", text)
    )


_CHINESE = st.text(alphabet="秋季消防演练校园食堂教学楼东侧第三小学甲乙丙丁", min_size=1, max_size=8)
_ANY_CHARACTER = st.one_of(
    st.sampled_from(ODD),
    st.characters(
        exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp"),
        exclude_characters="".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFE))))
        + "".join(map(chr, range(0xE0000, 0xE0080))),
    ),
)


def texts() -> st.SearchStrategy[Written]:
    """Plain and odd texts, with blanks around them that do not count."""
    odd = st.text(alphabet=_ANY_CHARACTER, min_size=1, max_size=6)
    words = st.one_of(_CHINESE, odd, st.tuples(_CHINESE, odd, _CHINESE).map("".join)).filter(is_plain_text)
    around = st.sampled_from(["", "", "", " ", "\u3000", "\u200b"])
    return st.builds(lambda text, pad: Written(pad + text + pad, text), words, around)


def names() -> st.SearchStrategy[Written]:
    """Names of persons; only the first character is kept."""
    return st.text(alphabet="卫某赵钱孙李周吴郑王", min_size=2, max_size=4).map(lambda name: Written(name, name))


def _unit_words(field: Field) -> list[str]:
    rules = value_rules()
    words: list[str] = rules["measure_units"].get(field.unit, rules["units"])
    return words


def numbers(field: Field) -> st.SearchStrategy[Written]:
    """Whole numbers, measures and money as people write them."""
    places = {"int": 0, "number": 4, "money": 2}[field.form]
    values = st.decimals(0, 9_999_999, places=places, allow_nan=False).map(abs)
    if field.form == "int":
        values = st.one_of(st.integers(0, 2000), st.integers(0, 9_999_999_999)).map(Decimal)

    def write(value: Decimal, style: str, unit: str) -> Written:
        plain = f"{value.normalize():f}"
        cells: dict[str, Cell] = {
            "number": int(value) if value == value.to_integral_value() else float(value),
            "text": plain,
            "padded": f" {plain}\u3000",
            "point": plain if "." in plain else f"{plain}.0",
            "wide": widened(plain),
            "thousands": f"{value.normalize():,f}",
            "wide_thousands": widened(f"{value.normalize():,f}"),
            "unit": plain + unit,
            "spaced_unit": f"{plain} {unit}",
        }
        typed = int(value) if field.form == "int" else value.quantize(Decimal(10) ** -places)
        return Written(cells[style], typed)

    styles = st.sampled_from(
        ["number", "text", "padded", "point", "wide", "thousands", "wide_thousands", "unit", "spaced_unit"]
    )
    return st.builds(write, values, styles, st.sampled_from(_unit_words(field)))


def chinese_date(day: date) -> str:
    """The day in Chinese numerals."""
    return f"{''.join(_DIGITS[int(digit)] for digit in str(day.year))}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    tens, ones = divmod(number, 10)
    words = ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "")
    return words + (_DIGITS[ones] if ones else "")


def certain_dates(day: date) -> dict[str, Cell]:
    """Every way of writing a day that leaves no doubt."""
    year, month, number = day.year, day.month, day.day
    week = _WEEKDAYS[day.weekday()]
    cells: dict[str, Cell] = {
        "true": day,
        "iso": day.isoformat(),
        "dots": f"{year}.{month}.{number}",
        "slashes": f"{year}/{month:02d}/{number:02d}",
        "short_slashes": f"{year}/{month}/{number}",
        "words": f"{year}年{month}月{number}日",
        "padded_words": f"{year} 年 {month:02d} 月 {number:02d} 日",
        "hao": f"{year}年{month}月{number}号",
        "bare": f"{year}{month:02d}{number:02d}",
        "wide": widened(day.isoformat()),
        "wide_words": f"{widened(str(year))}年{widened(str(month))}月{widened(str(number))}日",
        "week": f"{year}年{month}月{number}日（星期{week}）",
        "short_week": f"{year}-{month}-{number} 周{week}",
        "chinese": chinese_date(day),
        "moment": f"{day.isoformat()} 08:30",
        "midnight": f"{day.isoformat()} 00:00:00",
        "padded": f"\u200e{day.isoformat()} ",
    }
    if day >= FIRST_SERIAL:
        cells["serial"] = (day - _EPOCH).days
        cells["serial_text"] = str((day - _EPOCH).days)
    return cells


def dates() -> st.SearchStrategy[Written]:
    """Days written in a way that leaves no doubt."""
    days = st.one_of(st.dates(FIRST_DAY, LAST_DAY), st.dates(date(2025, 8, 1), date(2027, 2, 1)))
    return days.flatmap(lambda day: st.sampled_from([Written(cell, day) for cell in certain_dates(day).values()]))


def moments() -> st.SearchStrategy[Written]:
    """Days with a time to the minute; as a true date of the workbook, too, save at midnight, where no time shows."""

    def write(day: date, minute: int, style: int) -> Written:
        at = datetime.combine(day, time()) + timedelta(minutes=minute)
        clock = f"{at.hour}:{at.minute:02d}"
        half = "上午" if at.hour < 12 else "下午"
        cells: list[Cell] = [
            at if minute else f"{at:%Y-%m-%d %H:%M}",
            f"{at:%Y-%m-%d %H:%M}",
            f"{at:%Y-%m-%dT%H:%M:%S}",
            f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute}分",
            f"{at.year}/{at.month}/{at.day} {clock}",
            widened(f"{at.year}/{at.month}/{at.day}") + " " + widened(clock),
            f"{at.year}.{at.month}.{at.day} {clock}",
            f"{at:%Y-%m-%d} {half}{at.hour % 12}:{at.minute:02d}" if at.hour % 12 else f"{at:%Y-%m-%d %H:%M}",
        ]
        return Written(cells[style], at)

    return st.builds(write, st.dates(FIRST_SERIAL, LAST_DAY), st.integers(0, 1439), st.integers(0, 7))


def months() -> st.SearchStrategy[Written]:
    """Months; 2026.1 is left out, which may be January or October."""

    def write(day: date, style: int) -> Written:
        value = f"{day:%Y-%m}"
        cells = [
            value,
            f"{day.year}年{day.month}月",
            f"{day:%Y年%m月份}",
            f"{day:%Y%m}",
            f"{day:%Y.%m}",
            widened(value),
            day.isoformat(),
        ]
        return Written(cells[style], value)

    return st.builds(write, st.dates(FIRST_SERIAL, LAST_DAY), st.integers(0, 6))


def years() -> st.SearchStrategy[Written]:
    """Years, bare or with what follows them."""
    return st.integers(1901, 2049).flatmap(
        lambda year: st.sampled_from(
            [Written(cell, year) for cell in (year, str(year), f"{year}年", widened(str(year)), f"{year}-03")]
        )
    )


def choices(field: Field) -> st.SearchStrategy[Written]:
    """The terms of a vocabulary under any of their names, in either script, padded, wide, in capitals."""
    written = []
    for term in vocabulary(str(field.vocabulary)):
        value = term.value == "true" if field.form == "bool" else term.value
        for form in (term.zh, *term.synonyms):
            forms = (form, traditional(form), f" {form}\u3000", widened(form), form.upper())
            written += [Written(cell, value) for cell in dict.fromkeys(forms)]
    return st.sampled_from(written)


def codes(field: Field) -> st.SearchStrategy[Written]:
    """Codes of the field's own pattern, or short ones of any kind; capitals do not count."""
    if field.pattern:
        found = st.from_regex(field.pattern, fullmatch=True).filter(str.isascii)
        return found.flatmap(
            lambda code: st.sampled_from([Written(cell, code) for cell in (code, int(code), code + " ")])
        )
    plain = st.from_regex(r"[A-Za-z]{1,3}-?[0-9]{1,6}", fullmatch=True).filter(
        lambda code: not re.fullmatch(r"[\d.]+[eE]\+?\d+", code)
    )
    return plain.flatmap(
        lambda code: st.sampled_from([Written(cell, code.lower()) for cell in (code, widened(code), f" {code}")])
    )


def filled(field: Field) -> st.SearchStrategy[Written]:
    """What may stand in a filled cell of the field."""
    if field.form == "text":
        return names() if field.mask == "name" else texts()
    if field.form == "open":
        return st.one_of(choices(field), texts())
    strategies = {
        "enum": lambda: choices(field),
        "bool": lambda: choices(field),
        "int": lambda: numbers(field),
        "number": lambda: numbers(field),
        "money": lambda: numbers(field),
        "code": lambda: codes(field),
        "date": dates,
        "datetime": moments,
        "month": months,
        "year": years,
    }
    return strategies[field.form]()


def cells(field: Field) -> st.SearchStrategy[Written]:
    """Filled and blank cells, and those that say that there is nothing to say."""
    rules = value_rules()
    is_answer = field.form == "bool" or field.vocabulary == "answer"
    known = written_forms(field.vocabulary) if field.vocabulary else {}
    marks = [mark for mark in rules["missing_answer" if is_answer else "missing"] if normal(mark) not in known]
    blank = st.sampled_from([None, None, *marks]).map(lambda cell: Written(cell, None))
    return st.one_of(filled(field), filled(field), filled(field), blank)
