"""How grave the schools call their hazards, and which they put under listed supervision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAJOR = "major"
"""The gravest level of the vocabulary hazard_level."""


@dataclass(frozen=True)
class Grade:
    """The level of a hazard (empty where the school states none) and whether it is under listed supervision."""

    level: str
    is_listed: bool


def grades(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Grade]:
    """By school and case number, as cases.csv writes it, from rows of grades.sql.

    A number that a school uses for several hazards carries the day of finding in cases.csv; both forms are given.
    """
    found: dict[tuple[str, str], Grade] = {}
    for row in rows:
        known = Grade(row["level"] or "", bool(row["is_listed"]))
        found[row["school_code"], f"{row['hazard_no']}/{row['found_date']}"] = known
        found[row["school_code"], row["hazard_no"]] = known
    return found
