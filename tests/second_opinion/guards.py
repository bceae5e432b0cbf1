"""Guards: who is on duty, how many are required, what share of them fits. Independent of pipelines/measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.second_opinion.desk import Row
from tests.second_opinion.duties import of_rows, unread
from tests.second_opinion.logic import Tally, Truth, both
from tests.second_opinion.opinions import Judge
from tests.second_opinion.school import Unit, Verdict, is_equal


def full_time_guards(unit: Unit) -> Tally | None:
    """Full-time guards on duty on the cut-off day; None without a list."""
    sheet, day = unit.sheet("guards"), unit.desk.cut_off
    if not sheet.is_known and not sheet.lost:
        return None
    fits = [both(is_equal("employment", "full_time")(row), on_duty(row, day)) for row in sheet.rows]
    low = sum(fit is True for fit in fits)
    return Tally(low, low + sheet.lost + unread(sheet.rows, "employment", "start_date", "end_date"))


def on_duty(row: Row, day: date) -> Truth:
    """A guard counts from the first to the last day on duty; a blank day is no bound."""
    begun: Truth = None if "start_date" in row["invalid"] else row["start_date"] is None or row["start_date"] <= day
    still: Truth = None if "end_date" in row["invalid"] else row["end_date"] is None or row["end_date"] >= day
    return both(begun, still)


def headcount(unit: Unit) -> int | None:
    """Students and staff."""
    students, staff = unit.profile("student_count"), unit.profile("staff_count")
    return None if students is None or staff is None else students + staff


def national_bands(unit: Unit, *, is_sum: bool = False) -> int | None:
    """Guards required: 1 below 100, 2 up to 1000, one more for each full 500; boarding 2 and 1 for each full 300."""
    people, boarders = headcount(unit), unit.profile("boarder_count")
    if people is None or boarders is None:
        return None
    general = 1 if people < 100 else 2 + max(people - 1000, 0) // 500
    steps = boarders // 300
    if is_sum:
        return int(general + steps)
    return int(max(general, 2 + steps if boarders else 0))


def staffed(required: int | None, guards: Tally | None, unit: Unit) -> Verdict:
    """As many full-time guards as required."""
    if required is None or guards is None:
        return Verdict("unreported", actual=None if guards is None else guards.low, required=required)
    met: Truth = True if guards.low >= required else False if guards.most < required else None
    return unit.decide("point", met, actual=guards.low, required=required)


def guards_by_bands(unit: Unit) -> Verdict:
    """The national bands held against the guards on duty."""
    return staffed(national_bands(unit), full_time_guards(unit), unit)


def over_age(unit: Unit, row: Row, limit: int) -> Truth:
    """Older than the limit in the year of the period's end; by the age filled in where no year of birth is given."""
    if "birth_year" in row["invalid"]:
        return None
    if row["birth_year"] is not None:
        return bool(unit.desk.end.year - row["birth_year"] > limit)
    return None if row["age"] is None else bool(row["age"] > limit)


def guards_share(kind: str, fits: Callable[[Unit, Row], Truth], *cells: str) -> Judge:
    """The share of the guards on duty that fit; a blank cell does not, one of these unreadable is as good as lost."""

    def judge(unit: Unit) -> Verdict:
        sheet, day = unit.sheet("guards"), unit.desk.cut_off
        if not sheet.is_known:
            return unit.ratio(kind, None, None)
        present = [row for row in sheet.rows if on_duty(row, day)]
        unsure = unread(sheet.rows, "start_date", "end_date")
        unsure += sum(bool(row["invalid"] & set(cells)) and fits(unit, row) is None for row in present)
        done = sum(fits(unit, row) is True for row in present)
        return of_rows(unit, kind, done, len(present), sheet.lost + unsure)

    return judge
