"""Commands that show the register: the one that counts, and every one that was received with what it changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.declaring import command, group
from pipelines.commands.locking import locked
from pipelines.commands.options import as_of_option, chosen_settings, home_option
from pipelines.commands.terminal import format_table, printable
from pipelines.errors import UsageError
from pipelines.metadata.periods import parse_period, told_period
from pipelines.settings import Settings
from pipelines.wording import table, text

if TYPE_CHECKING:
    from pipelines.metadata.standards import Standard
    from pipelines.register.entries import Entry, Register
    from pipelines.register.history import Moved

_FORMS = click.Choice(["table", "csv"])
_SHOWN = 15
_TABLE = (
    *("school_code", "school_name", "school_type", "ownership", "township", "valid_from_date", "valid_to_date"),
    "state",
)

register = group("register", "Show the register of schools and change it.")


def register_month(settings: Settings, written: str | None) -> str:
    """The month named, or the last of the period; UsageError for what is no month."""
    period = told_period(written) if written else None
    if period is not None and period.kind != "month":
        raise UsageError(text("register.errors.month", value=period.label))
    return period.label if period else settings.period.last_month


def parse_day(written: str) -> date:
    """The day; UsageError for what is none."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(text("register.errors.date", value=repr(written))) from error


def _registers(settings: Settings) -> list[Register]:
    """Every register received by the run's moment; files that wait to be read are read first."""
    from pipelines.load.database import open_as_of
    from pipelines.register.entries import read_registers
    from pipelines.stages import run_stages

    as_of = settings.as_of or datetime.max.replace(microsecond=0)
    try:
        connection = open_as_of(settings.home, as_of)
    except UsageError:
        with locked(settings.home):
            run_stages(replace(settings, as_of=as_of), ("extract", "validate"))
        connection = open_as_of(settings.home, as_of)
    with connection:
        return [one for one in read_registers(connection) if one.received_at <= as_of]


@command("list", register)
@click.option("--on", metavar="DATE", help=text("options.list_on"))
@click.option("--period", metavar="MONTH", help=text("options.list_period"))
@as_of_option
@click.option("--format", "form", type=_FORMS, default="table", help=text("options.format"))
@home_option
def list_register(root: Path, on: str | None, period: str | None, as_of: str | None, form: str) -> None:
    """List the register that counts for a month: who is in it on a day, since when, and who is expected to report."""
    from pipelines.metadata.standards import load_standard
    from pipelines.metadata.values import label
    from pipelines.register.entries import counting, entry_on

    settings = chosen_settings(root, None, None, as_of or "latest")
    day = parse_day(on) if on else None
    month = register_month(settings, period or (f"{day:%Y-%m}" if day else None))
    day = day or parse_period(month).end
    one = counting(_registers(settings), month)
    if one is None:
        raise UsageError(text("register.errors.no_register", month=month))
    entries = [entry_on(rows, day) for _, rows in sorted(one.by_school.items())]
    standard = load_standard(settings.standard)
    rows = [_listed(entry, day, standard) for entry in entries]
    headings = table("register.columns")
    if form == "csv":
        _print_csv(list(headings), rows)
        return
    click.echo(text("register.listed", month=month, day=day, number=one.number, file=printable(one.file_name)))
    click.echo(format_table([headings[name] for name in _TABLE], [_in_table(list(headings), row) for row in rows]))
    valid = [entry for entry in entries if entry.is_valid(day)]
    click.echo(text("register.counted", count=len(valid), others=len(rows) - len(valid)))
    if uncounted := Counter(entry.school_type for entry in valid if not _is_counted(entry, standard)):
        named = (text("register.of_type", type=label("school_type", kind), count=n) for kind, n in uncounted.items())
        told = {"expected": len(valid) - uncounted.total(), "count": uncounted.total(), "standard": standard.id}
        click.echo(text("register.uncounted", **told, types=text("join").join(named)))


def _in_table(columns: list[str], row: list[str]) -> list[str]:
    """The cells that a terminal has room for; why a school ended, and for which, stands with its state."""
    from pipelines.metadata.values import label

    told = dict(zip(columns, row, strict=True))
    if told["state"] == text("register.states.ended"):
        why = " ".join(filter(None, (told["change_reason"], told["successor_code"])))
        told["state"] += f" {why}" if why else ""
    elif told["state"] == text("register.states.valid") and told["is_expected"] == label("yes_no", "false"):
        told["state"] = text("register.is_uncounted", state=told["state"])
    return [told[name] for name in _TABLE]


def _is_counted(one: Entry, standard: Standard) -> bool:
    """Whether the standard counts schools of that type, as store/register.sql has it."""
    return one.school_type not in standard.excluded_school_types


def _listed(one: Entry, day: date, standard: Standard) -> list[str]:
    from pipelines.metadata.values import label

    terms = [label(name, getattr(one, name)) for name in ("school_type", "ownership", "urban_rural")]
    is_future = one.valid_from_date is not None and one.valid_from_date > day
    state = "valid" if one.is_valid(day) else "future" if is_future else "ended"
    days = [value.isoformat() if value else "" for value in (one.valid_from_date, one.valid_to_date)]
    told = [one.school_name or "", *terms, one.township or "", *days, one.change_reason or "", one.successor_code or ""]
    is_expected = "true" if state == "valid" and _is_counted(one, standard) else "false"
    return [one.school_code, *told, text(f"register.states.{state}"), label("yes_no", is_expected)]


def _print_csv(columns: list[str], rows: list[list[str]]) -> None:
    from pipelines.report.csv_files import csv_text

    click.echo(csv_text(columns, [dict(zip(columns, row, strict=True)) for row in rows], line_end="\n"), nl=False)


@command("log", register)
@as_of_option
@click.option("--format", "form", type=_FORMS, default="table", help=text("options.format"))
@home_option
def log(root: Path, as_of: str | None, form: str) -> None:
    """List every register received, with what it changed against the one that counted before it."""
    from pipelines.register.book import told_on_cover
    from pipelines.register.history import earlier, moved, undone_by

    settings = chosen_settings(root, None, None, as_of or "latest")
    registers = _registers(settings)
    if not registers:
        raise UsageError(text("register.errors.no_register", month=settings.period.last_month))
    rows = []
    undone = undone_by(registers)
    for one in registers:
        before = earlier(registers, one)
        changes = list(moved(before, one)) if before else []
        what, reason = told_on_cover(settings.home, one) if one.stamp else ("", "")
        head = [str(one.number), one.month, one.received_at.isoformat(sep=" "), one.file_name]
        if form == "csv":
            tail = [what, reason, text("register.undone_by", number=undone[one.number]) if one.number in undone else ""]
            rows += [[*head, *_cells(change), *tail] for change in changes] or [[*head, *[""] * 6, *tail]]
            continue
        line = text("register.log", number=head[0], month=head[1], at=head[2], file=printable(head[3]))
        if one.number in undone:
            line = text("register.log_undone", line=line, number=undone[one.number])
        click.echo(line)
        for line in [what] if what else []:
            click.echo(text("register.log_what", what=printable(line), reason=printable(reason)))
        _show_changes(one, changes, is_first=before is None)
    if form == "csv":
        _print_csv(list(table("register.log_columns")), rows)


def _cells(change: Moved) -> list[str]:
    day = change.day.isoformat() if change.day else ""
    return [change.school_code, change.school_name, change.field, day, change.old, change.new]


def _show_changes(one: Register, changes: list[Moved], *, is_first: bool) -> None:
    if is_first:
        click.echo(text("register.log_first", count=len(one.by_school)))
    elif not changes:
        click.echo(text("register.log_same"))
    for change in changes[:_SHOWN]:
        click.echo(f"  {change_line(change)}")
    if len(changes) > _SHOWN:
        click.echo(text("register.log_more", count=len(changes) - _SHOWN))


def change_line(change: Moved) -> str:
    """One changed field of a school in words, on one line."""
    told = {"code": change.school_code, "name": change.school_name, "field": change.field}
    blank = text("register.blank")
    told |= {"old": change.old or blank, "new": change.new or blank}
    key = "field" if change.field else "added" if change.new else "removed"
    from_day = text("register.from_day", day=change.day) if change.day else ""
    return printable(text(f"register.changed.{key}", **told, from_day=from_day))
