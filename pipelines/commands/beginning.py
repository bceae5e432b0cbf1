"""The command init: a home for a bureau, with its standard and period, its calendar and its register."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import click

from pipelines.begin.home_calendar import (
    HomeCalendar,
    Term,
    Wanted,
    assumed_terms,
    make_calendar,
    parse_first_month,
    parse_region,
    parse_term,
)
from pipelines.commands.asking import Given, ask, summary
from pipelines.commands.declaring import command
from pipelines.commands.intake import inbox_of
from pipelines.commands.locking import locked
from pipelines.commands.options import home_option, known_standard, period_option, standard_option
from pipelines.commands.terminal import confirmed
from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.calendar_checks import DEFAULT_STAGE, stage_name, text
from pipelines.metadata.calendars import Calendar, calendar_for, school_year_of
from pipelines.metadata.periods import told_period
from pipelines.metadata.standards import load_standard
from pipelines.settings import Settings, read_settings, write_params
from pipelines.store.files import write_text_atomically
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import text as words

_FILE = click.Path(dir_okay=False, path_type=Path)


@command("init")
@standard_option
@period_option
@home_option
@click.option("--region", metavar="NAME", help=words("options.region"))
@click.option("--register", type=_FILE, help=words("options.register"))
@click.option("--term", "terms", multiple=True, metavar="TERM", help=words("options.term"))
@click.option("--first-month", metavar="MONTH", help=words("options.first_month"))
@click.option("--deadline", "deadline_day", type=int, metavar="DAY", help=words("options.deadline"))
def init(
    root: Path,
    standard: str | None,
    period: str | None,
    region: str | None,
    register: Path | None,
    terms: tuple[str, ...],
    first_month: str | None,
    deadline_day: int | None,
) -> None:
    """Create a home: standard, period, calendar, first month and the register that the bureau has.

    Asks in a terminal for what no flag tells. A home that is there keeps what it holds: only what is missing is added.
    """
    home = Home(root)
    told = tuple(parse_term(one) for one in terms)
    month = parse_first_month(first_month) if first_month else None
    label = told_period(period).label if period else None
    given = Given(standard, label, region, told, month, deadline_day, register)
    stored = read_settings(root) if home.params.exists() else None
    is_asked = False
    if stored is None and (standard is None or period is None):
        if not sys.stdin.isatty():
            raise UsageError(words("errors.no_params"))
        given = ask(given)
        is_asked = True
    settings = stored or Settings(home, known_standard(given.standard or ""), told_period(given.period or ""))
    calendar = _calendar(settings, given)
    if is_asked:
        click.echo(summary(given, root))
        if not confirmed(text("init.ask.confirm"), default=True):
            raise PipelineError(text("init.errors.not_confirmed"))
    made = calendar if isinstance(calendar, HomeCalendar) else None
    with locked(home):
        _create(settings, made)
        _say_settings(settings, stored, given)
        _say_calendar(settings, given, made)
        _register(settings, given.register)
    if not home.keys.is_dir():
        click.echo(text("init.keygen", home=root))


def _calendar(settings: Settings, given: Given) -> HomeCalendar | None:
    """The calendar to be written; None where none is wanted, or one is there. Raises what is wrong with either."""
    standard = load_standard(settings.standard)
    region = parse_region(given.region) if given.region else ""
    wanted = Wanted(region, given.terms, given.first_month or "", given.deadline_day)
    if settings.home.calendar.is_file():
        calendar_for(standard, settings.home.root)
        return None
    return make_calendar(wanted, standard.calendar, settings.period) if given.is_timed else None


def _create(settings: Settings, calendar: HomeCalendar | None) -> None:
    home = settings.home
    for folder in (inbox_of(settings), home.outbox, home.returns, home.reports, home.releases):
        folder.mkdir(parents=True, exist_ok=True)
    if calendar is not None:
        write_text_atomically(home.calendar, calendar.content)
    if not home.params.exists():
        write_params(settings)


def _say_settings(settings: Settings, stored: Settings | None, given: Given) -> None:
    named = {"standard": settings.standard, "period": settings.period.label}
    if stored is None:
        click.echo(text("init.done", home=settings.home.root, **named))
        return
    click.echo(text("init.exists", home=settings.home.root, **named))
    others = [one for one in (given.standard, given.period) if one and one not in named.values()]
    if others:
        wanted = {"standard": given.standard or settings.standard, "period": given.period or settings.period.label}
        click.echo(text("init.exists_other", given="、".join(others), **wanted))


def _say_calendar(settings: Settings, given: Given, made: HomeCalendar | None) -> None:
    own = calendar_for(load_standard(settings.standard), settings.home.root)
    path = settings.home.calendar
    if made is None and not path.is_file():
        region, _ = assumed_terms("", load_standard(settings.standard).calendar)
        click.echo(text("init.calendar_none", region=region))
        return
    month = own.first_month or text("init.none_given")
    if made is None:
        click.echo(text("init.calendar_kept", path=path, month=month))
        if given.is_timed and _differs(settings, given, own):
            click.echo(text("init.calendar_differs"))
        return
    click.echo(text("init.calendar_made", path=path, month=month, day=made.deadline_day))
    _say_terms(settings, made)
    last = max(one.end for one in made.terms).year
    years = f"{made.announced_to + 1}–{last}" if last > made.announced_to + 1 else str(last)
    key = "holidays_assumed" if last > made.announced_to else "holidays"
    click.echo(text(f"init.{key}", year=made.announced_to, years=years))


def _differs(settings: Settings, given: Given, own: Calendar) -> bool:
    """Whether what is given now would say anything else than the home's calendar does."""
    held = {(stage, one.start, one.end) for stage, terms in own.semesters.items() for one in terms}
    terms = {(one.stage, one.start, one.end) for one in given.terms}
    first_month = given.first_month in (None, own.first_month)
    return not (terms <= held and first_month and given.deadline_day in (None, own.deadline_day))


def _say_terms(settings: Settings, made: HomeCalendar) -> None:
    """The terms that were given, and those of the period's school year that are assumed."""
    year = school_year_of(settings.period.end).label
    told = [one for one in made.terms if not one.is_assumed]
    others = [one for one in made.terms if one.is_assumed]
    shown = [one for one in others if one.label.startswith(year)]
    for key, terms in (("told", told), ("assumed", shown)):
        if terms:
            click.echo(text(f"init.terms_{key}", terms="；".join(map(_named, terms))))
    if len(others) > len(shown):
        click.echo(text("init.terms_others"))


def _named(term: Term) -> str:
    days = {"term": term.label, "start": term.start, "end": term.end}
    if term.stage == DEFAULT_STAGE:
        return text("init.term", **days)
    return text("init.term_of", stage=stage_name(term.stage), **days)


def _register(settings: Settings, path: Path | None) -> None:
    """Import the file where one is given; else say which register there is."""
    if path is None and not settings.home.ledger.is_file():
        click.echo(text("init.register_none", home=settings.home.root, inbox=inbox_of(settings)))
        return
    from pipelines.begin.importing import import_register, import_workbook, is_bureau_workbook, registers_of
    from pipelines.begin.reading import read_register
    from pipelines.commands.imported import mend_lines, read_lines
    from pipelines.register.entries import counting

    home, last_month = settings.home, settings.period.last_month
    if path is None:
        current = counting(registers_of(settings), last_month)
        if current is None:
            click.echo(text("init.register_none", home=home.root, inbox=inbox_of(settings)))
        else:
            click.echo(text("init.register_kept", file=current.file_name, count=_expected(settings)))
            click.echo(text("init.next", home=home.root, period=settings.period.label))
        return
    standard = load_standard(settings.standard)
    month = calendar_for(standard, home.root).first_month or settings.period.months[0]
    read = read_register(path, month)
    is_whole = bool(read.passed) and is_bureau_workbook(path, last_month)
    for line in read_lines(replace(read, passed=()) if is_whole else read, standard, settings.period.end):
        click.echo(line)
    if is_whole:
        is_new = import_workbook(home, last_month, path)
        registers_of(settings)
        click.echo(text("init.workbook" if is_new else "init.workbook_same", month=last_month))
    else:
        is_new = import_register(settings, month, read, registers_of(settings))
        registers_of(settings)
    for line in mend_lines(read, home.root):
        click.echo(line)
    key = "init.imported" if is_new else "init.imported_same"
    click.echo(text(key, month=month, count=_expected(settings)))
    click.echo(text("init.next", home=home.root, period=settings.period.label))


def _expected(settings: Settings) -> int:
    """How many schools the register expects at the period's end, by all that has come."""
    from pipelines.commands.register import expected_schools

    received = (entry.received_at for entry in read_ledger(settings.home))
    moment = max(datetime.combine(settings.period.end, time(23, 59, 59)), *received)
    return len(expected_schools(replace(settings, as_of=moment)))
