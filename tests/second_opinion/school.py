"""What one school's workbooks say, and the status that follows; blank is not known, unreadable is not known.

Written from architecture.md ("Status, denominators, time") and domain.md; it must stay independent of
pipelines/measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.second_opinion.calendar import Window, months_between
from tests.second_opinion.desk import Desk, Row, Sheet
from tests.second_opinion.logic import Tally, Truth, both
from tests.second_opinion.retold import EVENTS, spoken

TEACHES = {
    "kindergarten": ("kindergarten",),
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "senior": ("senior",),
    "twelve_year": ("primary", "junior", "senior"),
    "vocational": ("vocational",),
    "special": ("primary", "junior"),
}


@dataclass(frozen=True)
class Verdict:
    """The status of a unit, with the numbers behind it where there are any; `parts` are campuses or stages.

    `is_due_certain` is False where rows or a whole ledger are wanting, so that more could be due.
    """

    status: str
    actual: Any = None
    required: Any = None
    done: Any = None
    due: Any = None
    is_due_certain: bool = True
    parts: tuple[tuple[str, Verdict], ...] = ()


EXEMPT = Verdict("exempt")
UNREPORTED = Verdict("unreported")


@dataclass(frozen=True)
class Events:
    """Rows of a list over the months of a window, each with whether it lies in it; `is_month_missing`
    also for a blank sheet, `is_earlier_missing` of one before the point month, `is_told` where this month's sheet says
    something, were it by a row that was lost.

    A row `maybe_again` tells of an event again, or of another one: a cell by which that is known cannot be read.
    """

    rows: tuple[tuple[Row, Truth], ...]
    lost: int
    is_month_missing: bool
    is_earlier_missing: bool
    is_told: bool

    def tally(self, fits: Callable[[Row], Truth] = lambda row: True, *cells: str) -> Tally:
        """How many rows of the window fit; one whose date or one of these cells cannot be read is as good as lost.

        So is one that may tell of an event again, whatever it says. A row of a later day than the cut-off is none of
        them, whatever else of it cannot be read.
        """
        held = [(row, inside) for row, inside in self.rows if inside is not False]
        found = [
            (row["invalid"] & set(cells) or row.get("maybe_again"), inside, both(inside, fits(row)))
            for row, inside in held
        ]
        low = len(self.certain(fits))
        unsure = sum(bool(unread) or inside is None or is_one is None for unread, inside, is_one in found)
        return Tally(low, low + self.lost + unsure)

    def number(self, fits: Callable[[Row], Truth], *cells: str) -> int | None:
        """How many rows of the window that were told fit; None where that is not known."""
        tally = self.tally(fits, *cells)
        return tally.low if self.is_told and tally.is_complete else None

    def certain(self, fits: Callable[[Row], Truth] = lambda row: True) -> list[Row]:
        """Rows that lie in the window and fit for certain."""
        return [row for row, inside in self.rows if both(inside, fits(row)) is True and not row.get("maybe_again")]


def seen(row: Row, name: str, test: Callable[[Any], Truth]) -> Truth:
    """The test of a cell: not known where it cannot be read, no where it is blank."""
    if name in row["invalid"]:
        return None
    return False if row[name] is None else test(row[name])


def _content(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in ("submission_no", "row_no", "invalid")}


def day_of(moment: date) -> date:
    """The day of a day or of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def is_equal(name: str, *wanted: Any) -> Callable[[Row], Truth]:
    """A test of a row: the cell holds one of these."""
    return lambda row: seen(row, name, lambda value: value in wanted)


@dataclass
class Unit:
    """A school, the bureau (code None) or a body (that too, and the names under which it is written), in a period."""

    desk: Desk
    code: str | None
    school_type: str = ""
    ownership: str | None = None
    names: frozenset[str] = frozenset()
    cache: dict[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """The stage whose calendar holds."""
        return "kindergarten" if self.school_type == "kindergarten" else "default"

    @property
    def teaches(self) -> tuple[str, ...]:
        """Stages taught."""
        return TEACHES.get(self.school_type, ())

    @property
    def has_submission(self) -> bool:
        """A current workbook for the month that states point facts."""
        return (self.code, self.point_month) in self.desk.current

    @property
    def point_month(self) -> str:
        """The month whose workbook states the unit's point facts."""
        return self.desk.bureau_month if self.code is None else self.desk.point_month(self.stage)

    def window(self, kind: str) -> Window:
        """The window of that kind in which the cut-off lies."""
        return self.desk.window(kind, self.stage)

    def sheet(self, table: str) -> Sheet:
        """A sheet of the month that states point facts."""
        return self.desk.sheet(self.code, self.point_month, table)

    def profile(self, name: str) -> Any:
        """A cell of the profile; None where it is not known."""
        rows = self.sheet("profile").rows
        return rows[0][name] if rows else None

    def _of_item(self, table: str, item: str) -> list[Row]:
        rows = [row for row in self.sheet(table).rows if row["item_id"] == item]
        return [row for row in rows if row["body"] in self.names] if self.names else rows

    def _answers(self, item: str) -> list[Row]:
        return self._of_item("body_checklist" if self.code is None else "checklist", item)

    def yes(self, item: str) -> Truth:
        """A checklist item: yes with its date, no, or not known; rows that contradict each other are not known.

        A body's item holds when every body that it concerns says so.
        """
        if self.code is None:
            asked = [row for row in self._answers(item) if row["answer"] != "na"]
            told = both(*(_is_yes(row["answer"], row["answer_date"]) for row in asked)) if asked else None
            return None if told and self._is_a_body_lost("body_checklist") else told
        if seen := self._seen(item):
            return seen[0] == "yes"
        answers = self._told(item)
        return _is_yes(answers.pop(), self.day(item)) if len(answers) == 1 else None

    def na(self, item: str) -> Truth:
        """Whether the item does not apply."""
        if self._seen(item):
            return False
        answers = self._told(item)
        if self._is_a_body_lost("body_checklist") and answers == {"na"}:
            return None
        return answers == {"na"} if len(answers) == 1 else None

    def is_unread(self, table: str, item: str) -> bool:
        """Whether a cell beside the item cannot be read."""
        return any(row["invalid"] for row in self._of_item(table, item))

    def _is_a_body_lost(self, table: str) -> bool:
        """Whether a row that one of the bodies sent was kept out: it may say otherwise, or a number more."""
        return self.code is None and not self.names and self.sheet(table).lost > 0

    def _seen(self, item: str) -> tuple[str, date] | None:
        """What the month's last visit saw and when, where that counts: of a school that sent the month."""
        is_asked = self.desk.do_visits_count and self.code is not None and self.has_submission
        return self.desk.visits.get((self.code or "", item)) if is_asked else None

    def _told(self, item: str) -> set[str]:
        """The answers to an item; none where one of them cannot be read."""
        rows = self._answers(item)
        return set() if any("answer" in row["invalid"] for row in rows) else {row["answer"] for row in rows} - {None}

    def day(self, item: str) -> date | None:
        """The latest date beside the answer; the day of the visit where only that says yes."""
        seen = self._seen(item)
        if seen and seen[0] == "yes" and not (self._told(item) == {"yes"} and self._days(item)):
            return seen[1]
        return max(self._days(item), default=None)

    def _days(self, item: str) -> list[date]:
        return [row["answer_date"] for row in self._answers(item) if row["answer_date"] is not None]

    def number(self, item: str, column: str) -> int | None:
        """`done_count` or `due_count` of a count item; two rows that differ are not known; bodies add up."""
        table = "body_counts" if self.code is None else "counts"
        rows = self._of_item(table, item)
        values = [row[column] for row in rows]
        if self.code is None:
            return None if not values or None in values or self._is_a_body_lost(table) else sum(values)
        return values[0] if len({(row["done_count"], row["due_count"]) for row in rows}) == 1 else None

    def done(self, item: str) -> int | None:
        """What was done of a count item."""
        return self.number(item, "done_count")

    def due(self, item: str) -> int | None:
        """What was due of a count item."""
        return self.number(item, "due_count")

    def months_owed(self, window: Window) -> list[str]:
        """Months of the window up to the one measured in which the unit was expected and school was held."""
        months = [month for month in months_between(window.start, window.end) if month <= self.desk.month]
        due = [month for month in months if self.desk.calendar.is_due_month(month, self.stage)]
        return [month for month in due if self.code is None or self.desk.is_expected(self.code, month)]

    def events(self, table: str, window: Window, day: str = "held_date") -> Events:
        """The rows of a list in the current workbooks of the window's months, by their date.

        A drill or session that several rows tell of is told by the first of them on the latest list.
        """
        last = min(window.end, self.desk.cut_off)
        rows: list[tuple[Row, Truth]] = []
        months = months_between(window.start, window.end)
        earlier: list[Row] = []
        history = self.desk.history(self.code, table)
        for month, told in self._spoken(table).items():
            for row in told:
                is_known_by_day = table in EVENTS and row["held_date"] is not None
                if not is_known_by_day and any(known == _content(row) for known in earlier):
                    continue  # a list that repeats last month's rows tells of nothing new
                inside = seen(row, day, lambda value: window.start <= day_of(value) <= last)
                is_elsewhere = row[day] is not None and not window.start <= day_of(row[day]) <= window.end
                if inside or (month in months and not is_elsewhere):
                    rows.append((row, inside))
            earlier += [_content(row) for row in history[month].rows]
        lost = sum(sheet.lost for month, sheet in history.items() if month in months)
        missing = self.months_missing(table, window)
        is_earlier = any(month < self.point_month for month in missing)
        return Events(tuple(rows), lost, bool(missing), is_earlier, self.sheet(table).is_told)

    def months_missing(self, table: str, window: Window) -> list[str]:
        """Months owed of which the list says nothing: no workbook, or neither rows nor a nil return, and none lost."""
        return [month for month in self.months_owed(window) if not self.desk.sheet(self.code, month, table).is_told]

    def _spoken(self, table: str) -> dict[str, list[Row]]:
        """The rows of every month's list, oldest first, each event told once; lists of no events as they are."""
        key = f"spoken {table}"
        if key not in self.cache:
            lists = {month: sheet.rows for month, sheet in self.desk.history(self.code, table).items()}
            is_of_events = table in EVENTS
            self.cache[key] = spoken(EVENTS[table], lists) if is_of_events else lists
        found: dict[str, list[Row]] = self.cache[key]
        return found

    def decide(
        self,
        kind: str,
        met: Truth,
        *,
        population: Truth = True,
        could_flip: bool = False,
        is_month_missing: bool = False,
        **numbers: Any,
    ) -> Verdict:
        """The status of a rule over a window of that kind."""
        window = self.window(kind)
        if population is False or not window.is_duty:
            return EXEMPT
        if population is None:
            return UNREPORTED
        if met is True:
            return Verdict("met", **numbers)
        if met is None or could_flip or not self.has_submission:
            return UNREPORTED
        if window.end > self.desk.cut_off:
            return Verdict("pending", **numbers)
        return UNREPORTED if is_month_missing else Verdict("unmet", **numbers)

    def ratio(
        self,
        kind: str,
        done: Any,
        due: Any,
        *,
        population: Truth = True,
        could_flip: bool = False,
        has_target: bool = True,
    ) -> Verdict:
        """The status of done out of due; without a target there is nothing to fail, and what is told is met.

        What the bureau's lists add up to is no duty, and no holiday excuses it.
        """
        window = self.window(kind)
        is_duty = window.is_duty or self.code is None
        if population is False or not is_duty or due == 0:
            return EXEMPT
        if population is None or done is None or due is None:
            return Verdict("unreported", done=done, due=due if population else None)
        open_or_not = "unreported" if could_flip else "pending" if window.end > self.desk.cut_off else "unmet"
        status = "met" if done >= due or not has_target else open_or_not
        return Verdict(status, done=min(done, due), due=due, is_due_certain=not could_flip)

    def often_enough(
        self, kind: str, events: Events, tally: Tally, required: int, *, population: Truth = True
    ) -> Verdict:
        """At least so many events in the window."""
        met: Truth = tally.low >= required
        if not met and not tally.is_complete and tally.most >= required:
            met = None
        missing = events.is_month_missing
        return self.decide(
            kind, met, population=population, is_month_missing=missing, actual=tally.low, required=required
        )


def _is_yes(answer: Any, day: Any) -> Truth:
    return True if answer == "yes" and day is not None else False if answer == "no" else None


def weeks_of(days: Iterable[date]) -> set[date]:
    """Mondays of the weeks of these days."""
    return {date.fromordinal(day.toordinal() - day.weekday()) for day in days}
