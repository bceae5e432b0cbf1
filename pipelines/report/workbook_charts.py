"""Colours and charts of tables.xlsx: few colours, the same as on the page, each with its meaning."""

from __future__ import annotations

from typing import Any

from pipelines.report import display, wording
from pipelines.report.sheets import Sheet

PERCENT = "[=1]0%;0." + "0" * display.RATE_DIGITS + "%"
"""100% is written without decimals, as display writes it."""
_MET = "#2f6f9f"
_FILLS = {"unmet": "#f7ddd0", "pending": "#faf0d4", "unreported": "#e3e5e8", "met": "#dbe8f2"}
_INKS = {"unmet": "#8f3209", "pending": "#6b5310", "unreported": "#3f4247", "met": "#1f4c6e"}
_COUNTED = ("unmet", "pending", "unreported")
"""Columns of which every number above 0 is coloured."""
_WORDS = {
    "assessments": ("status", "statuses", ("met", "unmet", "pending", "unreported")),
    "cases": ("status", "case_statuses", ("overdue",)),
    "submissions": ("status", "submission_statuses", ("missing", "rejected")),
    "findings": ("severity", "severities", ("fatal", "error")),
}
"""By sheet: the column whose words are coloured, where its words stand, and which of them."""
_TONES = {"overdue": "unmet", "missing": "unreported", "rejected": "unmet", "fatal": "unmet", "error": "unmet"}
_PLACES, _WIDE = (0, 6, 12), 418
"""Columns at which charts begin, and their width in pixels."""
_PIXELS, _TITLE, _BAR, _LOWEST = 20, 76, 20, 200
"""Heights in pixels: of a row, of a chart's title and axis, of a bar with its air, of the lowest chart."""


_BAR_FORM = {
    "type": "data_bar",
    "bar_color": "#c9dceb",
    "bar_solid": True,
    "min_type": "num",
    "max_type": "num",
    "min_value": 0,
    "max_value": 1,
}


def _tone(book: Any, name: str) -> Any:
    return book.add_format({"bg_color": _FILLS[name], "font_color": _INKS[name]})


def colour(book: Any, sheet: Any, table: Sheet, first: int) -> None:
    """Conditional colours: what is not met, not due, not reported; full rates apart from others."""
    last = first + len(table.rows) - 1
    for column, name in enumerate(table.columns):
        area = (first, column, last, column)
        if name in _COUNTED:
            sheet.conditional_format(*area, {"type": "cell", "criteria": ">", "value": 0, "format": _tone(book, name)})
        elif name in ("rate", "share"):
            # An empty rate is text to a formula, and text is above every number: only numbers are coloured.
            sheet.conditional_format(*area, _BAR_FORM)
    if table.id in _WORDS:
        name, group, words = _WORDS[table.id]
        column = table.columns.index(name)
        for word in words:
            sheet.conditional_format(
                *(first, column, last, column),
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{wording.label(group, word)}"',
                    "format": _tone(book, _TONES.get(word, word)),
                },
            )


def _bars(book: Any, sheet: Any, table: Sheet, first: int, column: int, title: str, category: int) -> Any:
    """A bar a row of one rate, from 0 to 100%."""
    chart = book.add_chart({"type": "bar"})
    last, name = first + len(table.rows) - 1, sheet.get_name()
    chart.add_series(
        {
            "name": title,
            "categories": [name, first, category, last, category],
            "values": [name, first, column, last, column],
            "fill": {"color": _MET},
            "gap": 60,
            "data_labels": {"value": True, "num_format": PERCENT, "font": {"size": 8}},
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "major_tick_mark": "none", "interval_unit": 1})
    return chart


def draw_charts(book: Any, sheet: Any, table: Sheet, first: int, last: int) -> tuple[int, int]:
    """Under a comparison, a chart for each of its rates, three abreast; the last row and column that the sheet uses."""
    height = max(_LOWEST, _TITLE + _BAR * len(table.rows))
    rows = height // _PIXELS + 2
    width = len(table.columns) - 1
    for index, (title, _) in enumerate(table.groups):
        chart = _bars(book, sheet, table, first, 3 * index + 3, title, 0)
        chart.set_size({"width": _WIDE, "height": height})
        down, across = divmod(index, len(_PLACES))
        row = last + 2 + down * rows
        sheet.insert_chart(row, _PLACES[across], chart, {"object_position": 3, "description": title})
        width = max(width, _PLACES[across] + 5)
    down = -(-len(table.groups) // len(_PLACES))
    return last + (1 + down * rows if down else 0), width
