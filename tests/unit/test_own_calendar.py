"""A home's own calendar: read in its place, with its first month and deadlines; a release keeps it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.metadata.calendars import calendar_for, load_calendar
from pipelines.metadata.standards import load_standard
from pipelines.publish.rule_changes import shared_changes
from pipelines.store.home import Home
from tests.unit.own_calendar import write_calendar

STANDARD = load_standard("jinghong-2019")
YUNNAN = load_calendar("yunnan")


def test_a_home_without_a_calendar_is_measured_by_that_of_the_standard(tmp_path: Path) -> None:
    assert calendar_for(STANDARD, tmp_path) == YUNNAN
    assert YUNNAN.first_month is None


def test_a_home_s_calendar_takes_the_place_of_the_standard_s(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_calendar(home, id="county", first_month="2026-09")
    own = calendar_for(STANDARD, tmp_path)
    assert (own.id, own.file, own.first_month) == ("county", "calendar.yaml", "2026-09")
    assert own.teaching == YUNNAN.teaching
    write_calendar(home, makeup_days=[])
    assert not calendar_for(STANDARD, tmp_path).is_teaching_day(date(2026, 10, 10), "primary")


@pytest.mark.parametrize(
    ("month", "deadline"),
    [
        ("2026-10", date(2026, 11, 5)),
        ("2026-08", date(2026, 9, 7)),  # the 5th is a Saturday
        ("2027-01", date(2027, 2, 15)),  # the 5th is the first day of the assumed Spring Festival, then a weekend
        ("2025-09", date(2025, 10, 9)),  # in the October holidays
        ("2026-12", date(2027, 1, 5)),
    ],
)
def test_a_deadline_is_moved_on_to_a_working_day(month: str, deadline: date) -> None:
    assert YUNNAN.deadline(month) == deadline


def test_a_make_up_day_is_a_working_day(tmp_path: Path) -> None:
    write_calendar(Home(tmp_path), deadlines={"day": 10})
    assert calendar_for(STANDARD, tmp_path).deadline("2026-09") == date(2026, 10, 10)


def test_a_deadline_that_is_named_stands_as_it_is(tmp_path: Path) -> None:
    write_calendar(Home(tmp_path), deadlines={"day": 8, "months": {"2026-10": date(2026, 11, 7)}})
    own = calendar_for(STANDARD, tmp_path)
    assert own.deadline("2026-10") == date(2026, 11, 7)
    assert own.deadline("2026-11") == date(2026, 12, 8)


def test_what_differs_in_teaching_days_is_a_rule_and_a_deadline_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_calendar(home, first_month="2026-09", deadlines={"day": 8})
    assert shared_changes(STANDARD, STANDARD, YUNNAN, calendar_for(STANDARD, tmp_path)) == ()
    write_calendar(home, makeup_days=[])
    (change,) = shared_changes(STANDARD, STANDARD, YUNNAN, calendar_for(STANDARD, tmp_path))
    assert (change.provision, change.part) == ("", "calendar")
