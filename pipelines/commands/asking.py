"""What init asks a bureau in a terminal, one question for whatever no flag told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from pipelines.begin.home_calendar import (
    Term,
    assumed_terms,
    default_month,
    parse_first_month,
    parse_from,
    parse_region,
)
from pipelines.commands.options import known_standard
from pipelines.commands.terminal import confirmed
from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.calendar_checks import DEFAULT_STAGE, check_calendar, stage_name, table, text
from pipelines.metadata.calendars import default_deadline_day, school_year_of
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard, standard_ids

_KINDERGARTEN = "kindergarten"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Given:
    """What init was told, by flags and by answers; None and empty where nothing was."""

    standard: str | None
    period: str | None
    region: str | None = None
    terms: tuple[Term, ...] = ()
    first_month: str | None = None
    deadline_day: int | None = None
    register: Path | None = None

    @property
    def is_timed(self) -> bool:
        """Whether anything was told that a calendar of the home's own holds."""
        return bool(self.region or self.terms or self.first_month) or self.deadline_day is not None


def ask(given: Given) -> Given:
    """The same with everything answered."""
    if given.standard is None:
        for number, one in enumerate(standard_ids(), 1):
            click.echo(text("init.ask.known", number=number, standard=one, name=load_standard(one).name_zh))
    standard = given.standard or _asked("standard", _meant_standard, None)
    calendar = load_standard(standard).calendar
    own_region, _ = assumed_terms("", calendar)
    region = given.region
    if region is None:
        region = _asked("region", lambda told: parse_region(told) if told else "", "", default=own_region)
    first_month = given.first_month or _asked("first_month", parse_first_month, default_month(date.today()))
    period = given.period or _asked("period", lambda told: parse_from(told, first_month).label, first_month)
    terms = given.terms or _asked_terms(assumed_terms(region, calendar)[1], period)
    day = given.deadline_day
    if day is None:
        day = click.prompt(text("init.ask.deadline"), default_deadline_day(), type=click.IntRange(1, 28))
    register = given.register or _asked_file()
    return replace(
        given,
        standard=standard,
        period=period,
        region=region or own_region,
        terms=terms,
        first_month=first_month,
        deadline_day=day,
        register=register,
    )


def summary(given: Given, home: Path) -> str:
    """What is about to be written, a line each, for the bureau to look over once more."""
    own = [one for one in given.terms if one.stage == DEFAULT_STAGE]
    terms = "；".join(f"{_name(one.label)} {one.start} – {one.end}" for one in own)
    return text(
        "init.ask.summary",
        home=home,
        standard=given.standard,
        name=load_standard(given.standard or "").name_zh,
        region=given.region,
        first_month=given.first_month,
        period=given.period,
        terms=terms,
        day=given.deadline_day,
        register=given.register or text("init.ask.no_register"),
    )


def _meant_standard(told: str) -> str:
    """The id of the standard of that number in the list, or of that part of id or name; UsageError but for one."""
    standards = standard_ids()
    if told.isdecimal() and 1 <= int(told) <= len(standards):
        return standards[int(told) - 1]
    found = [one for one in standards if told == one]
    found = found or [one for one in standards if told in one or told in load_standard(one).name_zh]
    if len(found) > 1:
        raise UsageError(text("init.ask.several", told=told, found="、".join(found)))
    return found[0] if found else known_standard(told)


def _asked_file() -> Path | None:
    """The register's file; None for later. A file dragged into a terminal comes in quotes."""
    while True:
        told = click.prompt(text("init.ask.register"), "", show_default=False).strip().strip("'\"")
        path = Path(told).expanduser()
        if not told or path.is_file():
            return path if told else None
        click.echo(text("init.errors.no_file", file=path))


def _asked(key: str, parse: Callable[[str], Answer], default_answer: str | None, **words: str) -> Answer:
    """The answer that can be read; the question again, with the reason, for one that cannot."""
    while True:
        answer = click.prompt(text(f"init.ask.{key}", **words), default_answer, show_default=bool(default_answer))
        try:
            return parse(answer.strip())
        except PipelineError as error:
            click.echo(str(error))


def _asked_terms(assumed: tuple[Term, ...], period: str) -> tuple[Term, ...]:
    """The terms of the period's school year, as confirmed or corrected; none of another year is asked for."""
    year = school_year_of(parse_period(period).start).label
    found = {one.label: one for one in assumed if one.stage == DEFAULT_STAGE and one.label.startswith(year)}
    if found:
        click.echo(text("init.ask.terms", year=year, source=text("init.ask.source_assumed")))
        for one in found.values():
            told = {"stage": stage_name(one.stage), "term": _name(one.label), "start": one.start, "end": one.end}
            click.echo(text("init.ask.term", **told))
    is_right = bool(found) and confirmed(text("init.ask.terms_right"), default=True)
    if is_right:
        terms = [replace(one, is_assumed=False) for one in found.values()]
    else:
        terms = []
        for label in (f"{year}-S1", f"{year}-S2"):
            terms.append(_asked_term(label, DEFAULT_STAGE, found.get(label), terms))
    if not confirmed(text("init.ask.kindergarten"), default=True):
        for one in tuple(terms):
            terms.append(_asked_term(one.label, _KINDERGARTEN, one, terms))
    return tuple(terms)


def _name(label: str) -> str:
    return table("init.ask.semesters")[label[-1]]


def _asked_term(label: str, stage: str, assumed: Term | None, before: Sequence[Term]) -> Term:
    """The term, asked for again where it cannot be beside those before it."""
    while True:
        click.echo(text("init.ask.stage", stage=stage_name(stage), term=_name(label)))
        start = _asked_day("start", assumed.start if assumed else None)
        term = Term(label, stage, start, _asked_day("end", assumed.end if assumed else None))
        try:
            check_calendar({"semesters": [one.entry() for one in (*before, term)]}, text("init.given_calendar"))
        except PipelineError as error:
            click.echo(str(error))
        else:
            return term


def _asked_day(name: str, default: date | None) -> date:
    while True:
        answer = click.prompt(f"    {text(f'init.ask.{name}')}", default.isoformat() if default else None)
        try:
            return date.fromisoformat(answer.strip())
        except ValueError:
            click.echo(text("init.errors.day", value=answer))
