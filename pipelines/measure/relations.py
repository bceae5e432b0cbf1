"""The fact columns that expressions may name, as documented in facts/columns.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FACTS = Path(__file__).parent / "facts"
UNITS = ("school", "campus", "stage", "bureau", "township", "body", "task")
SCHOOL_UNITS = ("school", "campus", "stage")
EVENT_KEYS: Mapping[str, str | None] = {
    **dict.fromkeys(SCHOOL_UNITS, "school_code"),
    "bureau": None,
    "township": "township",
    "body": "body",
    "task": None,
}
"""Key by which events belong to a unit; None where every event does."""


@dataclass(frozen=True)
class Relation:
    """One fact: its columns with their meaning, what each rests on ('profile.staff_count'), what it is held against.

    `current` are the columns that hold only of rows on the last month's list. `tells_unread`: each row names its cells
    that cannot be read. `place`: the field that says where a row counts; it alone leaves in doubt a row that is known.
    """

    name: str
    grain: str
    table: str | None
    date: str | None
    keys: tuple[str, ...]
    current: frozenset[str]
    tells_unread: bool
    place: str | None
    columns: Mapping[str, str]
    sources: Mapping[str, tuple[str, ...]]
    beside: Mapping[str, tuple[str, ...]]


@cache
def _document() -> dict[str, dict[str, object]]:
    document: dict[str, dict[str, object]] = yaml.load(
        (FACTS / "columns.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return document


@cache
def window_columns() -> tuple[str, ...]:
    """Columns about the window that every unit has."""
    return tuple(_document()["window"])


def _named(columns: Mapping[str, Any], part: str) -> dict[str, tuple[str, ...]]:
    return {key: tuple(value[part]) for key, value in columns.items() if isinstance(value, dict) and part in value}


@cache
def relations() -> dict[str, Relation]:
    """Every documented fact by name."""
    found: dict[str, Relation] = {}
    for name, entry in _document()["relations"].items():
        assert isinstance(entry, dict)
        columns = entry["columns"]
        found[name] = Relation(
            name=name,
            grain=entry["grain"],
            table=entry.get("table"),
            date=entry.get("date"),
            keys=tuple(entry.get("keys", ())),
            current=frozenset(entry.get("current", ())),
            tells_unread=entry.get("tells_unread", False),
            place=entry.get("place"),
            columns={key: value["is"] if isinstance(value, dict) else value for key, value in columns.items()},
            sources=_named(columns, "from"),
            beside=_named(columns, "beside"),
        )
    return found
