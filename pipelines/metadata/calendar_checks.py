"""Whether what a calendar's file says holds together: one sentence naming file and entry, with the way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from pipelines.errors import MetadataError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.metadata.values import label
from pipelines.wording import Wording

text, table = Wording("init.yaml").text, Wording("init.yaml").table
DEFAULT_STAGE = "default"
LATEST_DEADLINE_DAY = 28


def check_calendar(document: Mapping[str, Any], place: str) -> None:
    """MetadataError with the first thing that is wrong: terms, holidays, first month, deadlines."""
    _check_terms(document, place)
    for entry in _listed(document, "holidays", place) if isinstance(document.get("holidays"), list) else ():
        start, end = (_day(entry, name, "holidays", place) for name in ("start", "end"))
        if end < start:
            raise _wrong("holiday", place, name=entry.get("name_zh", ""), start=start, end=end)
    for day in _listed(document, "makeup_days", place) if "makeup_days" in document else ():
        if type(day) is not date:
            raise _wrong("day", place, key="makeup_days", value=day)
    if (first_month := document.get("first_month")) is not None:
        _check_month(first_month, "first_month", place)
    _check_deadlines(document.get("deadlines") or {}, place)


def stage_name(stage: str) -> str:
    """The stage as a sentence names it."""
    return text("calendar.every_stage") if stage == DEFAULT_STAGE else label("school_type", stage) or stage


def _wrong(key: str, place: str, /, **told: object) -> MetadataError:
    return MetadataError(text(f"calendar.{key}", file=place, **told))


def _listed(document: Mapping[str, Any], key: str, place: str) -> list[Any]:
    found = document.get(key)
    if not isinstance(found, list):
        raise _wrong("missing", place, key=key)
    return found


def _day(entry: Any, name: str, key: str, place: str) -> date:
    value = entry.get(name) if isinstance(entry, dict) else None
    if type(value) is not date:
        raise _wrong("day", place, key=f"{key}: {name}", value=value)
    return value


def _check_terms(document: Mapping[str, Any], place: str) -> None:
    stages: dict[str, list[tuple[date, date, str]]] = {}
    for entry in _listed(document, "semesters", place):
        start, end = (_day(entry, name, "semesters", place) for name in ("start", "end"))
        year, number, stage = (entry.get(name) for name in ("school_year", "semester", "stage"))
        name, term = stage_name(str(stage)), f"{year}-S{number}"
        try:
            span = parse_period(term)
        except UsageError as error:
            raise _wrong("term", place, term=term) from error
        if end <= start:
            raise _wrong("ends_early", place, term=term, stage=name, start=start, end=end)
        first = parse_period(str(year))
        if not first.start.replace(month=8) <= start <= first.end or span.end < start or end < span.start:
            raise _wrong("other_term", place, term=term, stage=name, start=start, end=end)
        stages.setdefault(str(stage), []).append((start, end, term))
    if DEFAULT_STAGE not in stages:
        raise _wrong("no_default", place)
    for stage, terms in stages.items():
        for (_, end, term), (start, _, following) in pairwise(sorted(terms)):
            if start <= end:
                told = {"term": term, "end": end, "following": following, "start": start}
                raise _wrong("overlap", place, stage=stage_name(stage), **told)


def _check_month(month: object, key: str, place: str) -> None:
    try:
        kind = parse_period(str(month)).kind
    except UsageError:
        kind = ""
    if kind != "month":
        raise _wrong("month", place, key=key, value=month)


def _check_deadlines(deadlines: Any, place: str) -> None:
    if not isinstance(deadlines, dict):
        raise _wrong("missing", place, key="deadlines")
    day = deadlines.get("day", 1)
    if type(day) is not int or not 1 <= day <= LATEST_DEADLINE_DAY:
        raise _wrong("deadline_day", place, value=day, latest=LATEST_DEADLINE_DAY)
    for month, due in (deadlines.get("months") or {}).items():
        _check_month(month, "deadlines: months", place)
        if type(due) is not date:
            raise _wrong("day", place, key=f"deadlines: months: {month}", value=due)
        if due <= parse_period(str(month)).end:
            raise _wrong("early_deadline", place, month=month, due=due, end=parse_period(str(month)).end)
