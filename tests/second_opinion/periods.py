"""The desk of a period of several months: a quarter, a semester, a school year, a calendar year.

Written from architecture.md ("Status, denominators, time"); independent of pipelines/measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.second_opinion.calendar import Window, month_span, months_between
from tests.second_opinion.desk import Desk


@dataclass
class PeriodDesk(Desk):
    """As the desk of its last month, but for point facts and what happened in the period.

    Point facts are those of the last month that is over and in which the stage has school: in the summer no school
    states the year's result anew. The bureau has no holidays: its monthly workbook states them in the last month that
    is over. Events are those of the whole period.
    """

    first_day: date = date.min

    def __post_init__(self) -> None:
        """The tables of the last month; what is new in the period begins with its first day."""
        super().__post_init__()
        self.start = self.first_day

    def point_month(self, stage: str) -> str:
        """The last due month that is over; before any is, the last that has begun."""
        months = months_between(self.start, self.cut_off)
        due = [month for month in months if self.calendar.is_due_month(month, stage)] or months
        return self._last_over(due)

    @property
    def bureau_month(self) -> str:
        """The last month that is over, be it a holiday; before any is, the first."""
        return self._last_over(months_between(self.start, self.cut_off))

    def _last_over(self, months: Sequence[str]) -> str:
        return ([month for month in months if month_span(month)[1] <= self.cut_off] or months)[-1]

    def window(self, kind: str, stage: str) -> Window:
        """An event counts in the whole period, every other window is that of the cut-off."""
        return Window(self.start, self.end, True) if kind == "event" else super().window(kind, stage)
