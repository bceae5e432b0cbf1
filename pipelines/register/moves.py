"""What a change of the register moves: figures of a period before and after, the greatest move first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.load.database import open_database
from pipelines.measure.measuring import measure
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import load_standard
from pipelines.report.csv_files import COLUMNS, written
from pipelines.settings import Settings

_KEY = ("indicator", "unit_level", "unit_code")
_COMPARED = ("numerator", "denominator", "value", "met", "unmet", "pending", "exempt", "unreported", "status")
_WHOLE = "county"

Row = Mapping[str, str]
Figures = dict[tuple[str, ...], Row]
"""Rows of a period as figures.csv has them, by indicator, level and code of the unit."""


@dataclass(frozen=True)
class MovedFigure:
    """A figure whose row differs; a side is None where there is no such figure. `unit_name` is '' for the county."""

    indicator: str
    unit_name: str
    old: Row | None
    new: Row | None

    @property
    def size(self) -> tuple[bool, float]:
        """How far it moved: rates by their difference, others in parts of what they were; a value that went leads."""
        was, now = (one and one["value"] for one in (self.old, self.new))
        if not was or not now:
            return was != now, 0
        unit = 1.0 if (self.new or {}).get("measure_unit") == "rate" else max(abs(float(was)), 1.0)
        return False, abs(float(now) - float(was)) / unit


@dataclass(frozen=True)
class Moves:
    """What moved in one period: figures of the whole county, and of its parts (townships, stages, ...)."""

    period: Period
    whole: tuple[MovedFigure, ...]
    parts: tuple[MovedFigure, ...]


def read_figures(settings: Settings, periods: Iterable[Period], as_of: datetime) -> dict[Period, Figures]:
    """The figures of each period that has begun, measured now over what has been loaded."""
    standard = load_standard(settings.standard)
    calendar = calendar_for(standard, settings.home.root)
    found: dict[Period, Figures] = {}
    with open_database(settings.home, as_of) as connection:
        for period in periods:
            if period.start > as_of.date():
                continue
            rows = measure(connection, standard, period, as_of, calendar).figures.to_pylist()
            texts = [{name: written(row[name]) for name in COLUMNS["figures"]} for row in rows]
            found[period] = {tuple(row[name] for name in _KEY): row for row in texts}
    return found


def moves(before: Mapping[Period, Figures], after: Mapping[Period, Figures]) -> list[Moves]:
    """What differs, by period in order of time."""
    found = []
    for period in sorted(before.keys() & after.keys(), key=lambda one: (one.start, one.end)):
        old, new = before[period], after[period]
        keys = [key for key in {**old, **new} if _told(old.get(key)) != _told(new.get(key))]
        listed = [(key, _moved(key, old.get(key), new.get(key))) for key in keys]
        listed.sort(key=lambda pair: pair[1].size, reverse=True)
        whole, parts = (
            tuple(one for key, one in listed if (key[1] == _WHOLE) == is_whole) for is_whole in (True, False)
        )
        found.append(Moves(period, whole, parts))
    return found


def _moved(key: tuple[str, ...], old: Row | None, new: Row | None) -> MovedFigure:
    named = new or old or {}
    return MovedFigure(key[0], "" if key[1] == _WHOLE else named.get("unit_name") or key[2], old, new)


def _told(row: Row | None) -> tuple[str, ...] | None:
    return None if row is None else tuple(row[name] for name in _COMPARED)
