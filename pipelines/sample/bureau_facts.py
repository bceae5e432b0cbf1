"""What a bureau and its bodies did in a month. Field names are the contracts' own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.metadata.items import items
from pipelines.sample.facts import Answer, Count

_PSYCHOLOGY = "心理"


@dataclass(frozen=True)
class Task:
    """One task of the bureau's list."""

    standard: str
    task_no: str
    task_name: str
    lead_body: str
    due_date: date | None
    done_date: date | None


@dataclass(frozen=True)
class Meeting:
    """One meeting; for a three-party meeting, which of the three came; for the others, which bodies."""

    meeting_type: str
    held_date: date
    township: str | None
    is_governance_office_present: bool | None
    is_police_present: bool | None
    is_school_present: bool | None
    note: str
    expected_bodies: str | None = None
    attended_bodies: str | None = None


@dataclass(frozen=True)
class Visit:
    """One item checked at one school."""

    held_date: date
    school_code: str
    school_name: str
    level: str
    method: str
    inspection_kind: str
    item_id: str
    result: str
    problem_count: int
    assigned_count: int | None
    fixed_count: int | None
    is_notified: bool

    @property
    def is_psychological(self) -> bool:
        """Whether it looked at mental health."""
        return _PSYCHOLOGY in self.inspection_kind + items()[self.item_id].zh


@dataclass(frozen=True)
class Site:
    """One place of disorder near a school."""

    found_date: date
    school_code: str
    school_name: str
    category: str
    distance_metres: int
    location: str
    action: str
    cleared_date: date | None
    bodies: str | None


@dataclass(frozen=True)
class BureauMonth:
    """What the bureau knows at the end of a month; answers and counts by item, then by the body that gave them."""

    month: str
    tasks: tuple[Task, ...]
    meetings: tuple[Meeting, ...]
    visits: tuple[Visit, ...]
    sites: tuple[Site, ...]
    answers: Mapping[str, Mapping[str, Answer]]
    counts: Mapping[str, Mapping[str, Count]]
