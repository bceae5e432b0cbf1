"""Sites around schools over the bureau's monthly lists; the latest list speaks. Independent of pipelines/measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.second_opinion.desk import Row
from tests.second_opinion.school import Unit


@dataclass(frozen=True)
class Site:
    """One site that was found on a day."""

    key: tuple[Any, ...]
    found: date
    cleared: date | None
    row: Row


def is_uncertain(unit: Unit, *cells: str, since: date | None = None) -> bool:
    """Whether sites found since a day, or on any, could be more or fewer: the month's list is not there, rows were
    lost, or one that speaks cannot be read in one of these cells or in its day.

    Without a day every list tells, and its losses with it; with one, a row of an unread day is of its list's month.
    """
    history, month = unit.desk.history(None, "perimeter"), unit.point_month
    asked = [sheet for name, sheet in history.items() if since is None or name >= f"{since:%Y-%m}"]
    if month not in history or not history[month].is_known or any(sheet.lost for sheet in asked):
        return True
    undated = [row for sheet in asked for row in sheet.rows if "found_date" in row["invalid"]]
    told = [each.row for each in sites(unit)]
    # Of a row whose kind or place cannot be read it is not known that another one speaks for it.
    told += [row for sheet in history.values() for row in sheet.rows if row["invalid"] & {"category", "location"}]
    days = [(row["found_date"], row["invalid"] & set(cells)) for row in told]
    asked_from, last = since or date.min, unit.desk.cut_off
    return bool(undated) or any(unread and day and asked_from <= day <= last for day, unread in days)


def sites(unit: Unit) -> list[Site]:
    """Every site of the lists up to the month measured; of a list that names it twice, the first row speaks."""
    latest: dict[tuple[Any, ...], Row] = {}
    for sheet in unit.desk.history(None, "perimeter").values():
        for row in reversed(sheet.rows):
            if row["found_date"] is not None:
                latest[row["school_code"], row["category"], row["location"], row["found_date"]] = row
    return [Site(key[:3], row["found_date"], row["cleared_date"], row) for key, row in latest.items()]
