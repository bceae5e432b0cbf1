"""calendar.yaml as init writes it: terms as told, else assumed; public holidays; deadlines; the first month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import yaml

from pipelines.begin.holiday_days import public_holidays
from pipelines.errors import UsageError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendar_checks import DEFAULT_STAGE, check_calendar, stage_name, text
from pipelines.metadata.calendars import FILE, default_deadline_day, parse_calendar
from pipelines.metadata.periods import Period, told_period
from pipelines.metadata.values import vocabulary, written_forms


class _PlainDumper(yaml.SafeDumper):
    """Writes a day that stands twice out twice: people edit the file."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whatever it is."""
        del data
        return True


@dataclass(frozen=True)
class Term:
    """One term of one stage: its label such as 2026-2027-S1, first and last day of school."""

    label: str
    stage: str
    start: date
    end: date
    is_assumed: bool = False

    def entry(self) -> dict[str, Any]:
        """As a calendar's file has it."""
        year, _, number = self.label.rpartition("-S")
        told = {"school_year": year, "semester": int(number), "stage": self.stage, "start": self.start, "end": self.end}
        return told | ({"is_assumed": True} if self.is_assumed else {})


@dataclass(frozen=True)
class Wanted:
    """What init was told of time; an empty region is that of the standard's calendar."""

    region: str
    terms: tuple[Term, ...]
    first_month: str
    deadline_day: int | None = None


@dataclass(frozen=True)
class HomeCalendar:
    """The file's text, its terms, and up to which year public holidays are announced."""

    content: str
    terms: tuple[Term, ...]
    announced_to: int
    deadline_day: int


def parse_term(told: str) -> Term:
    """The term of `2026-2027-S1:2026-09-01:2027-01-22`, perhaps with `:kindergarten`; UsageError for anything else."""
    label, *rest = told.split(":")
    if len(rest) not in (2, 3) or parse_kind(label) != "semester":
        raise UsageError(text("init.errors.term", term=told))
    try:
        start, end = (date.fromisoformat(day) for day in rest[:2])
    except ValueError as error:
        raise UsageError(text("init.errors.term", term=told)) from error
    return Term(label, parse_stage(rest[2]) if len(rest) == 3 else DEFAULT_STAGE, start, end)


def parse_first_month(told: str) -> str:
    """The label of the month that is meant; UsageError where it is none."""
    if parse_kind(told) != "month":
        raise UsageError(text("init.errors.first_month", value=told))
    return told_period(told).label


def parse_region(told: str) -> str:
    """The name of a region or of a calendar's file; UsageError for what can be neither."""
    name = told.strip()
    if name not in _known() and not re.fullmatch(text("init.region_form"), name):
        raise UsageError(text("init.errors.region", region=told))
    return name


def parse_from(label: str, first_month: str) -> Period:
    """The period of that label; UsageError where it is over before the first month."""
    period = told_period(label)
    if first_month > period.last_month:
        raise UsageError(text("init.errors.first_month_late", month=first_month, period=label))
    return period


def default_month(today: date) -> str:
    """The month before today's: what schools report about next."""
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def parse_kind(label: str) -> str:
    """The kind of the period of that label; '' where it is none."""
    try:
        return told_period(label).kind
    except UsageError:
        return ""


def parse_stage(told: str) -> str:
    """The stage of that code or Chinese name; UsageError naming those that there are."""
    known = {term.value: term.zh for term in vocabulary("school_type")}
    stage = told if told in (*known, DEFAULT_STAGE) else written_forms("school_type").get(told)
    if stage is None:
        names = "、".join(f"{value}（{name}）" for value, name in known.items())
        raise UsageError(text("init.errors.stage", stage=told, known=names))
    return stage


def assumed_terms(region: str, calendar: str) -> tuple[str, tuple[Term, ...]]:
    """(the region's name, its terms as this program assumes them): of the region's own calendar, else the nation's.

    `calendar` is the standard's own, taken where no region is named.
    """
    known = _known()
    place = {name: one["name_zh"].partition("（")[0] for name, one in known.items()}
    if not region:
        chosen = calendar
    else:
        named = (name for name in known if region == name or (place[name] and region.startswith(place[name])))
        chosen = next(named, "china")
    name = region if region and region not in known else place[chosen]
    terms = [
        Term(f"{one['school_year']}-S{one['semester']}", one["stage"], one["start"], one["end"], is_assumed=True)
        for one in known[chosen]["semesters"]
    ]
    return name, _without_repeats(terms)


@cache
def _known() -> dict[str, dict[str, Any]]:
    """The program's own calendars with terms, by name."""
    found = {path.stem: _read(path.stem) for path in sorted((METADATA_ROOT / "calendars").glob("*.yaml"))}
    return {name: one for name, one in found.items() if "semesters" in one}


def _read(name: str) -> dict[str, Any]:
    content = (METADATA_ROOT / "calendars" / f"{name}.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(content, Loader=yaml.CSafeLoader)
    return document


def _without_repeats(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms without those of a stage all of whose terms are those of every stage."""
    spans = {
        stage: {(one.label, one.start, one.end) for one in terms if one.stage == stage}
        for stage in {one.stage for one in terms}
    }
    kept = {stage for stage, own in spans.items() if stage == DEFAULT_STAGE or own != spans[DEFAULT_STAGE]}
    return tuple(one for one in terms if one.stage in kept)


def told_terms(assumed: Sequence[Term], told: Sequence[Term]) -> tuple[Term, ...]:
    """The assumed terms, those told in their place; a stage with a term of its own has all of its own."""
    found = {(one.stage, one.label): one for one in assumed}
    found |= {(DEFAULT_STAGE, one.label): one for one in told if one.stage == DEFAULT_STAGE}
    for stage in dict.fromkeys(one.stage for one in told if one.stage != DEFAULT_STAGE):
        for one in [one for one in found.values() if one.stage == DEFAULT_STAGE]:
            found.setdefault((stage, one.label), Term(one.label, stage, one.start, one.end, one.is_assumed))
    found |= {(one.stage, one.label): one for one in told}
    return tuple(sorted(found.values(), key=lambda one: (one.stage != DEFAULT_STAGE, one.stage, one.start)))


def make_calendar(wanted: Wanted, calendar: str, period: Period) -> HomeCalendar:
    """The home's calendar for a standard whose own is `calendar`; UsageError or MetadataError for what cannot be."""
    first_month = parse_first_month(wanted.first_month or period.months[0])
    parse_from(period.label, first_month)
    name, assumed = assumed_terms(wanted.region, calendar)
    terms = told_terms(assumed, wanted.terms)
    days = [day for one in terms for day in (one.start, one.end)]
    off = public_holidays(min(days), max(days))
    deadline_day = default_deadline_day() if wanted.deadline_day is None else wanted.deadline_day
    document = {
        "id": wanted.region or calendar,
        "name_zh": text("init.calendar_name", region=name),
        "first_month": first_month,
        "deadlines": {"day": deadline_day, "months": {}},
        "semesters": [one.entry() for one in terms],
        "holidays": list(off.spans),
        "makeup_days": list(off.makeup_days),
    }
    check_calendar(document, text("init.given_calendar"))
    note = "".join(f"# {line}\n" for line in text("init.calendar_note", year=off.announced_to).splitlines())
    form: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "default_flow_style": None, "width": 120}
    body = yaml.dump(document, Dumper=_PlainDumper, **form)
    _check_period(body, period)
    return HomeCalendar(note + body, terms, off.announced_to, deadline_day)


def _check_period(content: str, period: Period) -> None:
    """UsageError where a day of the period lies in no stage's term or the holidays after one."""
    made = parse_calendar(content, FILE)
    for stage in made.semesters:
        for day in (period.start, period.end):
            if not made.has_semester(day, stage):
                raise UsageError(text("init.errors.no_term", stage=stage_name(stage), period=period.label, day=day))
