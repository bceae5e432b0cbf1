"""Calendars: teaching days, due months, windows."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import load_calendar

YUNNAN = load_calendar("yunnan")


@pytest.mark.parametrize(
    ("day", "is_held"),
    [
        (date(2026, 9, 1), True),
        (date(2026, 8, 31), False),
        (date(2026, 9, 20), True),  # a Sunday worked for the October holidays
        (date(2026, 9, 19), False),
        (date(2026, 9, 25), False),  # Mid-Autumn
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday worked
        (date(2027, 1, 22), True),
        (date(2027, 1, 25), False),
    ],
)
def test_teaching_days(day: date, is_held: bool) -> None:
    """In a semester, no holiday, a weekday or a make-up day."""
    assert YUNNAN.is_teaching_day(day, "primary") is is_held


@pytest.mark.parametrize(
    ("month", "is_due"),
    [
        ("2026-10", True),
        ("2027-01", True),
        ("2027-02", False),
        ("2027-03", True),
        ("2027-07", False),
        ("2027-08", False),
    ],
)
def test_a_month_is_due_with_ten_teaching_days(month: str, is_due: bool) -> None:
    """The winter break takes February, the summer July and August."""
    assert YUNNAN.is_due_month(month, "primary") is is_due


def test_october_2026_has_18_teaching_days() -> None:
    """As the schools of the test county count them."""
    assert len(YUNNAN.teaching_days(date(2026, 10, 1), date(2026, 10, 31), "primary")) == 18


@pytest.mark.parametrize(
    ("kind", "day", "start", "end"),
    [
        ("point", date(2026, 10, 15), date(2026, 10, 15), date(2026, 10, 15)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        ("week", date(2026, 10, 15), date(2026, 10, 1), date(2026, 10, 31)),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        ("quarter", date(2027, 1, 1), date(2027, 1, 1), date(2027, 3, 31)),
        ("semester", date(2026, 9, 1), date(2026, 9, 1), date(2027, 1, 22)),
        ("semester", date(2026, 8, 31), date(2026, 3, 2), date(2026, 7, 17)),
        ("semester", date(2027, 2, 28), date(2026, 9, 1), date(2027, 1, 22)),
        ("school_year", date(2027, 8, 31), date(2026, 9, 1), date(2027, 8, 31)),
        ("school_year", date(2027, 9, 1), date(2027, 9, 1), date(2028, 8, 31)),
        ("calendar_year", date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_windows_hold_their_day(kind: str, day: date, start: date, end: date) -> None:
    """A break belongs to the semester before it."""
    window = YUNNAN.window(kind, day, "primary")
    assert (window.start, window.end) == (start, end)


def test_windows_without_a_due_month_have_no_duty() -> None:
    """A month out of term; a quarter always has one."""
    assert not YUNNAN.window("month", date(2027, 8, 31), "primary").has_duty
    assert YUNNAN.window("quarter", date(2027, 8, 31), "primary").has_duty


def test_a_day_beyond_the_calendar_is_an_error() -> None:
    """Named by file; a year must be added to the data."""
    with pytest.raises(MetadataError, match=r"calendars/yunnan\.yaml"):
        YUNNAN.window("semester", date(2029, 10, 1), "primary")
    with pytest.raises(MetadataError, match=r"calendars/nowhere\.yaml"):
        load_calendar("nowhere")


@pytest.mark.parametrize("name", ["yunnan", "inner-mongolia", "anhui", "jiangsu", "china"])
def test_every_calendar_covers_four_school_years(name: str) -> None:
    """Two semesters a year for every stage."""
    calendar = load_calendar(name)
    years = ["2024-2025", "2025-2026", "2026-2027", "2027-2028"]
    for semesters in calendar.semesters.values():
        assert [semester.school_year for semester in semesters] == [year for year in years for _ in range(2)]
    assert (METADATA_ROOT / "calendars" / f"{name}.yaml").exists()
