"""The chase list as a workbook: whom to chase, every school of the month, and refused files that name no school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.report.chasing import Pursued, Pursuit
from pipelines.report.receipt_content import Fix
from pipelines.report.receipt_paper import FILLS, safe_text
from pipelines.report.reminders import day_words, left_key, moment_words, month_words, months_words
from pipelines.report.timeliness import WORDS, SchoolMonth, stated_count
from pipelines.store.files import write_atomically
from pipelines.store.workbooks import CheckedWorkbook

_WIDTHS = dict(
    zip(
        ("township", "school", "code", "state", "received", "deadline", "days", "times", "unsent", "errors", "queries"),
        (13, 22, 12.5, 11, 12, 11, 6, 9, 11, 6, 6),
        strict=True,
    )
) | {"mend": 50, "receipt": 28}
_NAMELESS_WIDTHS = {"file": 60, "received": 14, "reason": 70}
_HEAD = 3
_LINE = 14.5
"""Points of a line of text."""
_TALLEST = 400
_A4 = 9
_TONES = {"missing": FILLS["error"], "refused": FILLS["error"], "late": FILLS["query"], "on_time": FILLS["answered"]}


class _Book:
    """One workbook and its formats."""

    def __init__(self, path: Path, pursuit: Pursuit) -> None:
        self.book = CheckedWorkbook(path, {"default_date_format": "yyyy-mm-dd"})
        self.title = _say("title", month=month_words(pursuit.month))
        self.book.set_properties({"title": self.title, "created": pursuit.as_of, "author": ""})
        self.about = _about(pursuit)
        font = {"font_name": WORDS.entry("list.font"), "font_size": 10, "valign": "vcenter"}
        boxed = {**font, "border": 1, "border_color": "#BFBFBF"}
        forms: dict[str, dict[str, Any]] = {
            "title": {**font, "bold": True, "font_size": 16},
            "note": {**font, "font_color": "#595959"},
            "head": {**boxed, "bold": True, "bg_color": "#D9E1F2", "text_wrap": True, "align": "center"},
            "text": {**boxed, "text_wrap": True},
            "number": {**boxed, "num_format": "0", "align": "center"},
            "day": {**boxed, "num_format": "yyyy-mm-dd", "align": "center"},
            "moment": {**boxed, "num_format": "mm-dd hh:mm", "align": "center"},
            **{f"state.{name}": {**boxed, "bg_color": tone, "align": "center"} for name, tone in _TONES.items()},
            "state.awaited": {**boxed, "align": "center"},
        }
        self.forms: dict[str, Format] = {name: self.book.add_format(form) for name, form in forms.items()}

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, form: str = "text") -> None:
        """Write a text as text, a number, a day or a moment; an empty cell keeps its border."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.forms[form])
        elif isinstance(value, str):
            sheet.write_string(row, column, safe_text(value), self.forms[form])
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self.forms["moment"])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.forms["day"])
        else:
            sheet.write_number(row, column, value, self.forms["number"])


def _say(key: str, **values: object) -> str:
    return WORDS.text(f"list.{key}", **values)


def _about(pursuit: Pursuit) -> list[str]:
    left = _say(f"left_{left_key(pursuit.days_over)}", days=abs(pursuit.days_over))
    times = _say("about_times", first=month_words(pursuit.found.school_year[0]))
    if stated := stated_count([one.row for one in pursuit.schools]):
        times = _say("about_stated", count=stated) + times
    return [
        _say(
            "about",
            deadline=day_words(pursuit.deadline),
            left=left,
            as_of=moment_words(pursuit.as_of),
            expected=len(pursuit.schools),
            **pursuit.states,
        ),
        times,
    ]


def mending_words(fixes: Sequence[Fix]) -> str:
    """What to mend first, a line each: the kinds that cost the school most."""
    lines = []
    for number, fix in enumerate(fixes[: int(WORDS.entry("mend_shown"))], 1):
        place = " ".join(part for part in (fix.first.place, fix.first.address or "") if part)
        key = "mend_whole" if not place else "mend" if fix.count == 1 else "mend_count"
        lines.append(_say(key, number=number, place=place, count=fix.count, message=fix.first.message))
    return "\n".join(lines)


def _mending(one: Pursued) -> str:
    refused = [_say("refused_reason", message=fix.first.message) for fix in one.refused[:1]]
    return "\n".join([*refused, *filter(None, [mending_words(one.fixes)])])


def _received(row: SchoolMonth) -> datetime | str | None:
    """When the first usable file came: its entry, or the day that the bureau stated, told as such."""
    return row.received_at if row.received_on is None else _say("received_stated", day=row.received_on)


def _cells(one: Pursued, receipts: Mapping[int, str]) -> dict[str, Any]:
    row, state = one.row, WORDS.entry("states")[one.row.state]
    is_refused = row.refused_no is not None
    number = row.refused_no or row.submission_no or 0
    return {
        "township": row.township,
        "school": row.school_name,
        "code": row.school_code,
        "state": _say("refused", state=state) if is_refused else state,
        "received": _received(row),
        "deadline": row.deadline,
        "days": row.late_days or None,
        "times": one.times or None,
        "unsent": months_words(one.unsent),
        "errors": one.error_count or None,
        "queries": one.query_count or None,
        "mend": _mending(one),
        "receipt": receipts.get(number, ""),
    }


def _lines_of(text: str, width: float) -> int:
    """Lines that a text takes; a Chinese character is two wide."""
    wide = (sum(1 if mark.isascii() else 2 for mark in line) for line in text.split("\n"))
    return sum(max(1, -(-count // int(width - 1))) for count in wide)


def _open_sheet(book: _Book, name: str, titles: Mapping[str, str], widths: Mapping[str, float]) -> Worksheet:
    sheet = book.book.add_worksheet(_say(f"sheets.{name}"))
    for row, text in enumerate((book.title, *book.about)):
        book.put(sheet, row, 0, text, "note" if row else "title")
    sheet.set_row(0, 26)
    sheet.set_row(_HEAD, 32)
    for column, (key, title) in enumerate(titles.items()):
        book.put(sheet, _HEAD, column, title, "head")
        sheet.set_column(column, column, widths[key])
    sheet.freeze_panes(_HEAD + 1, min(2, len(titles) - 1))
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&A&C{_say('footer')}")
    sheet.hide_gridlines(2)
    return sheet


def _draw_schools(book: _Book, name: str, schools: Sequence[Pursued], receipts: Mapping[int, str]) -> None:
    titles = WORDS.table("list.columns")
    sheet = _open_sheet(book, name, titles, _WIDTHS)
    for row, one in enumerate(schools, _HEAD + 1):
        cells = _cells(one, receipts)
        for column, key in enumerate(titles):
            state = "refused" if one.row.refused_no is not None and one.is_unsent else one.row.state
            book.put(sheet, row, column, cells[key], f"state.{state}" if key == "state" else "text")
        lines = max(_lines_of(value, _WIDTHS[key]) for key, value in cells.items() if isinstance(value, str))
        sheet.set_row(row, min(_TALLEST, 4 + _LINE * lines))
    sheet.autofilter(_HEAD, 0, _HEAD + max(1, len(schools)), len(titles) - 1)


def _draw_nameless(book: _Book, pursuit: Pursuit) -> None:
    titles = WORDS.table("list.unknown_columns")
    sheet = _open_sheet(book, "unknown", titles, _NAMELESS_WIDTHS)
    for row, file in enumerate(pursuit.nameless, _HEAD + 1):
        for column, value in enumerate((file.file_name, file.received_at, file.reason)):
            book.put(sheet, row, column, value)
        lines = max(_lines_of(file.file_name, _NAMELESS_WIDTHS["file"]), _lines_of(file.reason, 70))
        sheet.set_row(row, min(_TALLEST, 4 + _LINE * lines))
    sheet.autofilter(_HEAD, 0, _HEAD + len(pursuit.nameless), len(titles) - 1)


def write_chase_list(path: Path, pursuit: Pursuit, receipts: Mapping[int, str]) -> None:
    """The workbook; `receipts` names the file of each submission's receipt. The same content gives the same bytes."""

    def draw(temporary: Path) -> None:
        book = _Book(temporary, pursuit)
        _draw_schools(book, "chase", pursuit.chased, receipts)
        _draw_schools(book, "every", pursuit.schools, receipts)
        if pursuit.nameless:
            _draw_nameless(book, pursuit)
        book.book.close()

    write_atomically(path, draw)
