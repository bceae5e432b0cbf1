"""Sites around schools over the bureau's monthly lists; the latest list speaks. Independent of pipelines/measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.second_opinion.desk import Row
from tests.second_opinion.retold import SITE, spoken
from tests.second_opinion.school import Unit


@dataclass(frozen=True)
class Site:
    """One site that was found on a day; in doubt where another row may tell of it and a cell cannot be read."""

    key: tuple[Any, ...]
    found: date
    cleared: date | None
    row: Row
    is_doubtful: bool


def is_uncertain(unit: Unit, *cells: str, since: date | None = None) -> bool:
    """Whether sites found since a day, or on any, could be more or fewer: the month's list is not there, rows were
    lost, one that speaks cannot be read in one of these cells or in its day, or it is in doubt whether it is one more.

    Without a day every list tells, and its losses with it; with one, a row of an unread day is of its list's month.
    """
    history, month = unit.desk.history(None, "perimeter"), unit.point_month
    asked = [sheet for name, sheet in history.items() if since is None or name >= f"{since:%Y-%m}"]
    if month not in history or not history[month].is_known or any(sheet.lost for sheet in asked):
        return True
    asked_from, last = since or date.min, unit.desk.cut_off
    if any("found_date" in row["invalid"] for sheet in asked for row in sheet.rows):
        return True
    found = [each for each in sites(unit) if asked_from <= each.found <= last]
    return any(each.is_doubtful or bool(each.row["invalid"] & set(cells)) for each in found)


def sites(unit: Unit) -> list[Site]:
    """Every site of the lists up to the month measured; of a list that names it twice, the first row speaks."""
    lists = {month: sheet.rows for month, sheet in unit.desk.history(None, "perimeter").items()}
    rows = [row for told in spoken(SITE, lists).values() for row in told if row["found_date"] is not None]
    return [
        Site(
            (row["school_code"], row["category"], row["location"]),
            *(row["found_date"], row["cleared_date"], row, bool(row.get("maybe_again"))),
        )
        for row in rows
    ]
