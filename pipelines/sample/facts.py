"""What is true in a synthetic county: schools, their months, their hazards. Field names are the contracts' own.

None means that a careful reader of the file cannot know the value: the cell is blank, broken or contradictory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pipelines.collect.workbook import Cell


@dataclass(frozen=True)
class SchoolRow:
    """One row of the register; `former_code` is that of the same school before, and stands in no register."""

    school_code: str
    school_name: str
    school_type: str
    ownership: str
    urban_rural: str
    township: str
    valid_from_date: date
    valid_to_date: date | None = None
    change_reason: str | None = None
    successor_code: str | None = None
    former_code: str | None = None

    @property
    def life_code(self) -> str:
        """The code under which the school began its life: it goes on under a later one."""
        return self.former_code or self.school_code

    @property
    def number(self) -> int:
        """The school's number in the register, from one."""
        return int(self.school_code[4:])

    def is_expected(self, day: date) -> bool:
        """Whether the register expects a report of that day; teaching points are not counted as schools."""
        is_valid = self.valid_from_date <= day and (self.valid_to_date is None or self.valid_to_date >= day)
        return is_valid and self.school_type != "teaching_point"


@dataclass(frozen=True)
class Habits:
    """How a school goes about its duties.

    `care` is the chance that it meets one. `turn` is where in a round of themes and drills it begins. `catches_up_in`
    is the month in which a thorough school goes through everything that the year asks. `lacks` names the drills for
    which it has no object: no lift, no bus.
    """

    care: float
    turn: int
    catches_up_in: str | None
    has_lectures: bool
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A checklist item: yes, no, na or blank, and the date that yes asks for."""

    value: str | None
    day: date | None


@dataclass(frozen=True)
class Count:
    """A counted item."""

    done: int | None
    due: int | None


@dataclass(frozen=True)
class Guard:
    """One guard on the last day of the month."""

    guard_name: str
    gender: str
    birth_year: int | None
    campus_name: str
    employment: str | None
    company_name: str | None
    is_certified: bool
    start_date: date | None
    end_date: date | None
    training_days: int
    is_equipped: bool
    age: int | None = None


@dataclass(frozen=True)
class Training:
    """One training of the month."""

    topic: str
    category: str
    held_date: date | None
    place: str
    speaker_name: str
    audience: str
    expected_count: int
    attended_count: int
    class_hours: int | None
    is_assessed: bool
    timing: str | None


@dataclass(frozen=True)
class Drill:
    """One drill; `is_evacuation` is what its category means."""

    drill_name: str
    category: str
    held_date: date | None
    place: str
    commander_name: str
    expected_count: int
    attended_count: int
    evacuation_seconds: int | None
    has_plan: bool
    rating: str
    is_homeroom_signed: bool
    campus_name: str

    @property
    def is_evacuation(self) -> bool:
        """Whether it was a drill of getting out."""
        return self.category in ("fire", "earthquake", "evacuation", "stampede")


@dataclass(frozen=True)
class Hazard:
    """One row of a month's hazard ledger.

    `is_in_doubt`: closed on the school's word, on a day that cannot be (before it was found, or not given).
    """

    hazard_no: str
    found_date: date
    location: str
    description: str
    category: str
    level: str | None
    source: str
    measure: str | None
    fund_amount: int | None
    responsible_name: str | None
    deadline_date: date | None
    has_plan: bool | None
    is_listed: bool | None
    status: str | None
    closed_date: date | None
    reviewer_name: str | None
    note: str | None
    is_in_doubt: bool = False


@dataclass(frozen=True)
class Incident:
    """One incident of the month."""

    incident_no: str
    occurred_at: datetime
    known_at: datetime | None
    reported_government_at: datetime | None
    reported_education_at: datetime | None
    category: str
    level: str
    place_kind: str
    injured_count: int
    death_count: int
    student_death_count: int
    report_type: str


@dataclass(frozen=True)
class Bus:
    """One school bus on the last day of the month."""

    plate_no: str
    seat_count: int
    is_driver_qualified: bool | None
    term_check_date: date | None
    winter_check_date: date | None
    last_check_date: date | None
    permit_until_date: date | None
    attendant_name: str
    is_hazard_fixed: bool | None


@dataclass
class Report:
    """One school's month as a careful person reads it, and what stands in the cells where that differs.

    `returns` tells of each ledger and event sheet: rows, nil (a row that says so) or blank.
    `written` maps (table, row index, field) to the cell as it is written.
    """

    school: SchoolRow
    month: str
    profile: dict[str, Any] = field(default_factory=dict)
    campuses: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    counts: dict[str, Count] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    drills: list[Drill] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    buses: list[Bus] = field(default_factory=list)
    returns: dict[str, str] = field(default_factory=dict)
    written: dict[tuple[str, int, str], Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """One file as it reached the bureau.

    `outcome`: accepted, rejected, duplicate. `report` is what it says; none for a file that cannot be read,
    for the bureau's own workbook and for a foreign school.
    """

    file_name: str
    received_at: datetime
    month: str
    outcome: str
    mess: str
    school_code: str | None
    report: Report | None
