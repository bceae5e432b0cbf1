"""Which rows of monthly lists tell of one event, and of which that cannot be read. Independent of pipelines/measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.second_opinion.desk import Row

EVENTS = {
    "drills": ("held_date", "drill_name", "campus_name"),
    "trainings": ("held_date", "topic", "audience"),
    "meetings": ("held_date", "meeting_type", "township"),
    "inspections": ("held_date", "school_code", "level", "inspection_kind", "item_id", "item_name"),
}
"""What makes two rows tell of one drill, session, meeting or visit: its day first, its name, where or for whom."""
SITE = ("found_date", "school_code", "category", "location")
"""What makes two rows tell of one site."""
Place = tuple[str, Row]
"""A row and the month of its list."""


def spoken(names: Sequence[str], lists: Mapping[str, Iterable[Row]]) -> dict[str, list[Row]]:
    """The rows of every month's list without those for which another one speaks: the first row of the latest month.

    A row `maybe_again` tells of an event again, or of another one: a cell by which that is known cannot be read.
    """
    seen: set[tuple[Any, ...]] = set()
    of_day: dict[Any, list[Place]] = defaultdict(list)
    kept: list[Place] = []
    for month in sorted(lists, reverse=True):
        for row in sorted(lists[month], key=lambda row: int(row["row_no"])):
            if _is_dated(row, names):
                identity = tuple(row[name] for name in names)
                if not _is_unread(row, names):
                    if identity in seen:
                        continue
                    seen.add(identity)
                of_day[identity[0]].append((month, row))
            kept.append((month, row))
    doubtful = {
        (row["submission_no"], row["row_no"])
        for told in of_day.values()
        for place, (_, row) in enumerate(told)
        if _is_doubtful(place, told, names)
    }
    result: dict[str, list[Row]] = {month: [] for month in lists}
    for month, row in kept:
        is_doubtful = (row["submission_no"], row["row_no"]) in doubtful
        result[month].append({**row, "maybe_again": True} if is_doubtful else row)
    return result


def _is_dated(row: Row, names: Sequence[str]) -> bool:
    """The day is there and can be read."""
    return row[names[0]] is not None and names[0] not in row["invalid"]


def _is_unread(row: Row, names: Sequence[str]) -> bool:
    """A cell by which the event is known cannot be read."""
    return bool(row["invalid"] & set(names))


def _is_doubtful(place: int, told: Sequence[Place], names: Sequence[str]) -> bool:
    """An unread row is in doubt beside any read one and any unread one before it, a read row beside later unread ones.

    `told` are the rows of a day, those of later months first.
    """
    month, row = told[place]
    if _is_unread(row, names):
        others = [other for at, (_, other) in enumerate(told) if at < place or not _is_unread(other, names)]
    else:
        others = [other for later, other in told if later > month and _is_unread(other, names)]
    return any(_may_be_one(row, other, names) for other in others)


def _may_be_one(row: Row, other: Row, names: Sequence[str]) -> bool:
    """Every cell is equal, blank as blank, or cannot be read in one of the two."""
    return all(row[name] == other[name] or name in row["invalid"] | other["invalid"] for name in names)
