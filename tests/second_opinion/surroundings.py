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


def sites(unit: Unit) -> list[Site]:
    """Every site of the lists up to the month measured; of a list that names it twice, the first row speaks."""
    latest: dict[tuple[Any, ...], Row] = {}
    for sheet in unit.desk.history(None, "perimeter").values():
        for row in reversed(sheet.rows):
            if row["found_date"] is not None:
                latest[row["school_code"], row["category"], row["location"], row["found_date"]] = row
    return [Site(key[:3], row["found_date"], row["cleared_date"], row) for key, row in latest.items()]
