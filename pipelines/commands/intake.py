"""Commands around what schools send: templates, receive, check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.declaring import command
from pipelines.commands.locking import locked
from pipelines.commands.options import (
    choice_options,
    chosen_settings,
    home_option,
    inbox_option,
    period_option,
)
from pipelines.commands.register_views import parse_day
from pipelines.commands.terminal import printable
from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.periods import told_period
from pipelines.settings import Settings, read_settings
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import table, text

if TYPE_CHECKING:
    from pipelines.receive.inbox import Received, Stated

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE = click.Path(exists=True, path_type=Path)
_TO_MEND = {"fatal", "error"}


@command("templates")
@choice_options
@inbox_option
@click.option("--out", "outbox", type=_FOLDER, help=text("options.outbox"))
def templates(
    root: Path, standard: str | None, period: str | None, as_of: str | None, inbox: Path | None, outbox: Path | None
) -> None:
    """Write one workbook for each school of the register, to be filled in, and the bureau's own form for corrections.

    The register comes from the bureau's workbook: the inbox is received first where it holds anything.
    """
    from pipelines.collect.corrections import write_correction_form
    from pipelines.collect.templates import write_templates
    from pipelines.commands.register import expected_schools
    from pipelines.metadata.standards import load_standard
    from pipelines.stages import LOADING, run_stages

    settings = chosen_settings(root, standard, period, as_of)
    folder = outbox or settings.home.outbox / settings.period.label
    with locked(settings.home):
        receive_inboxes(settings, inbox)
        ledger = read_ledger(settings.home)
        if not ledger:
            raise PipelineError(text("errors.no_register", inbox=inbox or inbox_of(settings)))
        # A month's templates go out before anything of it has come: the register of the months before speaks.
        settings = replace(settings, as_of=settings.as_of or max(entry.received_at for entry in ledger))
        run_stages(settings, LOADING)
        schools = expected_schools(settings, settings.period.end)
        inbox_of(settings).mkdir(parents=True, exist_ok=True)
        paths = write_templates(folder, load_standard(settings.standard), settings.period, schools)
        months = [settings.period.last_month, *(entry.period for entry in ledger)]
        form = write_correction_form(settings.home.outbox, settings.period.label, schools, months)
    click.echo(text("templates.done", count=len(paths), period=settings.period.label, path=folder))
    click.echo(text("templates.corrections", path=form))
    click.echo(text("templates.next", inbox=inbox_of(settings), period=settings.period.label))


@command("receive")
@click.argument("files", nargs=-1, type=_PLACE)
@choice_options
@inbox_option
@click.option("--received-on", "received_on", metavar="DATE", help=text("options.received_on"))
def receive(
    files: tuple[Path, ...],
    root: Path,
    standard: str | None,
    period: str | None,
    as_of: str | None,
    inbox: Path | None,
    received_on: str | None,
) -> None:
    """Enter the inbox's files in the ledger and keep them as read-only originals.

    With --received-on the ledger also holds the day on which the files came: of all that are new, or of the FILES and
    folders in the inbox that are named, also where they have been entered before.
    """
    from pipelines.receive.inbox import Stated

    settings = chosen_settings(root, standard, period, as_of)
    if files and received_on is None:
        raise UsageError(text("errors.files_without_day"))
    stated = Stated(_day(received_on), files) if received_on is not None else None
    folders = [folder.resolve() for folder, _ in inboxes(settings, inbox)]
    for path in files:
        if not any(path.resolve().is_relative_to(folder) for folder in folders):
            raise UsageError(text("errors.not_in_inbox", path=path, inbox=inbox or inbox_of(settings)))
    with locked(settings.home):
        received = receive_inboxes(settings, inbox, stated)
        stop_where_nothing_came(settings, inbox)
    if stated is not None:
        _say_stated(stated, received)


def _day(told: str) -> date:
    """The day that is written; UsageError for what is none, or lies ahead."""
    day = parse_day(told)
    if day > date.today():
        raise UsageError(text("errors.received_in_future", day=day))
    return day


def _say_stated(stated: Stated, received: Sequence[Received]) -> None:
    """For how many files the day was stated, and how to state it for those that had been entered before."""
    entries = sum(len(one.entries) for one in received)
    click.echo(text("receive.stated", day=stated.day, count=entries, again=sum(one.stated_count for one in received)))
    seen = sum(one.seen_before_count for one in received)
    if seen and not stated.paths:
        click.echo(text("receive.stated_not", count=seen, day=stated.day))


@command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@period_option
@home_option
@click.option("--receipt", "receipts", type=_FOLDER, help=text("options.receipts"))
def check(files: tuple[Path, ...], period: str | None, root: Path, receipts: Path | None) -> None:
    """Check workbooks without receiving them, and list what is wrong where.

    Exit code 1 when a file has a fatal or error finding. The period is that of params.yaml unless given.
    """
    if period is None and not Home(root).params.exists():
        raise UsageError(text("errors.no_period"))
    month = told_period(period) if period else read_settings(root).period

    from pipelines.commands.checking import checked_lines, write_check_receipt
    from pipelines.validate.check import check_files

    checked = check_files(files, month.last_month)
    for file in checked:
        for line in checked_lines(file):
            click.echo(line)
        if receipts is not None and file.findings:
            click.echo(text("check.receipt", path=write_check_receipt(receipts, file)))
    if any(finding.severity in _TO_MEND for file in checked for finding in file.findings):
        raise click.exceptions.Exit(1)


def inbox_of(settings: Settings) -> Path:
    """The folder of the month whose submissions state the period."""
    return settings.home.inbox / settings.period.last_month


def inboxes(settings: Settings, inbox: Path | None) -> Sequence[tuple[Path, str]]:
    """(folder, month sent for): the one named, or the home's folder of every month of the period."""
    if inbox is not None:
        if not inbox.is_dir():
            raise UsageError(text("errors.no_inbox", inbox=inbox))
        return [(inbox, settings.period.last_month)]
    folders = [(settings.home.inbox / month, month) for month in settings.period.months]
    return [(folder, month) for folder, month in folders if folder.is_dir()]


def receive_inboxes(settings: Settings, inbox: Path | None, stated: Stated | None = None) -> list[Received]:
    """Receive every inbox of the period and say what came; first, whether the ledger is older than a release."""
    from pipelines.publish.backing import missing_backing, refuse_newer
    from pipelines.receive.inbox import receive as receive_folder

    refuse_newer(settings.home)
    if behind := missing_backing(settings.home):
        click.echo(text("errors.prefix_warning") + behind, err=True)
    every = []
    for folder, month in inboxes(settings, inbox):
        received = receive_folder(settings.home, folder, month, stated=stated)
        every.append(received)
        fresh = len(received.entries) - received.stated_count
        click.echo(text("run.received", inbox=folder, count=fresh, seen=received.seen_before_count))
        reasons = table("run.reasons")
        for passed in received.passed:
            click.echo(text("run.passed", name=printable(passed.name), reason=reasons[passed.reason]))
    return every


def stop_where_nothing_came(settings: Settings, inbox: Path | None) -> None:
    """UsageError where the ledger holds nothing for the period."""
    months = set(settings.period.months)
    if not any(entry.period in months for entry in read_ledger(settings.home)):
        raise UsageError(text("errors.empty_inbox", inbox=inbox or inbox_of(settings)))
