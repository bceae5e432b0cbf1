"""Returns that cannot be true, planted so that each cross-check has something to find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipelines.metadata.calendars import load_calendar
from pipelines.metadata.items import items, items_for
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import Standard
from pipelines.sample.bureau_facts import Visit
from pipelines.sample.events import weekdays
from pipelines.sample.facts import Answer, Drill, Report, SchoolRow
from pipelines.sample.hazards import Story, plain_story

ABOVE_ENROLMENT, ON_A_HOLIDAY, VANISHED, SAME_LEDGER, UNCHANGED, CLOSED_AT_ONCE = 2, 5, 3, (6, 7), 8, 9
CONTRADICTED = ON_A_HOLIDAY
"""Numbers in the register of the schools that send what cannot be so. All of them report in every month."""
DOUBTFUL = frozenset({ABOVE_ENROLMENT, ON_A_HOLIDAY, VANISHED, *SAME_LEDGER, UNCHANGED, CLOSED_AT_ONCE})
_TOO_MANY = 35
_HAZARDS = 4
"""How many are the same, unchanged or closed at once: more than any cross-check wants."""


def is_doubtful(number: int, month: Period, months: tuple[Period, ...]) -> bool:
    """Whether what the school of that number sends for the month is planted and must arrive as it is."""
    return number in DOUBTFUL and month in months[-2:]


def doubtful_stories(number: int, months: tuple[Period, ...], stories: list[Story]) -> list[Story]:
    """The school's hazards, with those in their place that are no true account."""
    last, before = months[-1], months[max(0, len(months) - 2)]
    if number in SAME_LEDGER:
        return [_story(row, last.start + timedelta(days=2 * row), last) for row in range(_HAZARDS)]
    if number == UNCHANGED:
        return [_story(row, before.start + timedelta(days=2 * row), last) for row in range(_HAZARDS)]
    if number == CLOSED_AT_ONCE:
        end = last.start + timedelta(days=24)
        found = [before.start + timedelta(days=5 * row) for row in range(_HAZARDS)]
        return [replace(_story(row, day, last), closed_date=end) for row, day in enumerate(found)]
    if number == VANISHED:
        row = max((story.number for story in stories), default=0)
        return [*stories, replace(_story(row, before.start, last), hidden_months=(last.label,))]
    return stories


def _story(row: int, found: date, last: Period) -> Story:
    """A hazard that stays open beyond the last month."""
    return plain_story(number=row + 1, kind=row, found=found, closed=last.end + timedelta(days=60))


def _denied_item(standard: Standard, school: SchoolRow) -> str:
    """The first checklist item of the school: it says yes, and a visit finds no."""
    asked = items_for(standard.asked_items, school.school_type)
    return next(item for item in asked if items()[item].kind == "checklist")


def contradicting_visits(
    standard: Standard, month: Period, months: tuple[Period, ...], schools: Sequence[SchoolRow]
) -> list[Visit]:
    """A visit on the month's last weekday that finds what the school denies."""
    return [
        Visit(weekdays(month)[-1], school.school_code, school.school_name, "spot", "random", "暗访",
              _denied_item(standard, school), "no",
              1, 1, 0, is_notified=False)
        for school in schools
        if school.number == CONTRADICTED and is_doubtful(school.number, month, months)
    ]  # fmt: skip


def plant_events(report: Report, month: Period, standard: Standard) -> None:
    """Put into the report what cannot be: too many students, a drill on a Sunday, a yes that a visit denies."""
    students, number = report.profile["student_count"], report.school.number
    if number == ABOVE_ENROLMENT and report.trainings:
        row = next((row for row, held in enumerate(report.trainings) if held.audience == "students"), None)
        if row is not None:
            report.trainings[row] = replace(report.trainings[row], attended_count=students + _TOO_MANY)
    if number == CONTRADICTED:
        report.answers[_denied_item(standard, report.school)] = Answer("yes", month.start)
    if number == ON_A_HOLIDAY:
        people = students + report.profile["staff_count"]
        report.drills.insert(0, _holiday_drill(report, people, _day_off(month, standard.calendar)))
        report.returns["drills"] = "rows"


def _day_off(month: Period, calendar: str) -> date:
    """The first Sunday of the month on which no stage makes up for a holiday."""
    taught = load_calendar(calendar).teaching_days(month.start, month.end, "default")
    days = (month.start + timedelta(days=index) for index in range(31))
    return next(day for day in days if day.isoweekday() == 7 and day not in taught)


def _holiday_drill(report: Report, people: int, day: date) -> Drill:
    return Drill(
        drill_name="消防应急疏散演练（周日）",
        category="fire",
        held_date=day,
        place="操场",
        commander_name=report.profile["principal_name"],
        expected_count=people,
        attended_count=people,
        evacuation_seconds=180,
        has_plan=True,
        rating="优秀",
        is_homeroom_signed=True,
        campus_name=report.campuses[0]["campus_name"],
    )
