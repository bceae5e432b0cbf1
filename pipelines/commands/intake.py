"""Commands around what schools send: templates, receive, check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from pipelines.commands.locking import locked
from pipelines.commands.options import (
    choice_options,
    chosen_settings,
    home_option,
    inbox_option,
    period_option,
)
from pipelines.commands.registering import command
from pipelines.commands.terminal import printable
from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.settings import Settings, read_settings
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import table, text

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TO_MEND = {"fatal", "error"}


@command("templates")
@choice_options
@inbox_option
@click.option("--out", "outbox", type=_FOLDER, help=text("options.outbox"))
def templates(
    root: Path, standard: str | None, period: str | None, as_of: str | None, inbox: Path | None, outbox: Path | None
) -> None:
    """Write one workbook for each school of the register, to be filled in.

    The register comes from the bureau's workbook: the inbox is received first where it holds anything.
    """
    from pipelines.collect.templates import write_templates
    from pipelines.commands.register import expected_schools
    from pipelines.metadata.standards import load_standard
    from pipelines.stages import run_stages

    settings = chosen_settings(root, standard, period, as_of)
    folder = outbox or settings.home.outbox / settings.period.label
    with locked(settings.home):
        receive_inboxes(settings, inbox)
        ledger = read_ledger(settings.home)
        if not ledger:
            raise PipelineError(text("errors.no_register", inbox=inbox or inbox_of(settings)))
        # A month's templates go out before anything of it has come: the register of the months before speaks.
        settings = replace(settings, as_of=settings.as_of or max(entry.received_at for entry in ledger))
        run_stages(settings, ("extract", "validate", "load"))
        schools = expected_schools(settings, settings.period.end)
        inbox_of(settings).mkdir(parents=True, exist_ok=True)
        paths = write_templates(folder, load_standard(settings.standard), settings.period, schools)
    click.echo(text("templates.done", count=len(paths), period=settings.period.label, path=folder))
    click.echo(text("templates.next", inbox=inbox_of(settings), period=settings.period.label))


@command("receive")
@choice_options
@inbox_option
def receive(root: Path, standard: str | None, period: str | None, as_of: str | None, inbox: Path | None) -> None:
    """Enter the inbox's files in the ledger and keep them as read-only originals."""
    settings = chosen_settings(root, standard, period, as_of)
    with locked(settings.home):
        receive_inboxes(settings, inbox)
        stop_where_nothing_came(settings, inbox)


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
    month = parse_period(period) if period else read_settings(root).period

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


def receive_inboxes(settings: Settings, inbox: Path | None) -> None:
    """Receive every inbox of the period and say what came; first, whether the ledger is older than a release."""
    from pipelines.publish.backing import missing_backing, refuse_newer
    from pipelines.receive.inbox import receive as receive_folder

    refuse_newer(settings.home)
    if behind := missing_backing(settings.home):
        click.echo(text("errors.prefix_warning") + behind, err=True)
    for folder, month in inboxes(settings, inbox):
        received = receive_folder(settings.home, folder, month)
        click.echo(text("run.received", inbox=folder, count=len(received.entries), seen=received.seen_before_count))
        reasons = table("run.reasons")
        for passed in received.passed:
            click.echo(text("run.passed", name=printable(passed.name), reason=reasons[passed.reason]))


def stop_where_nothing_came(settings: Settings, inbox: Path | None) -> None:
    """UsageError where the ledger holds nothing for the period."""
    months = set(settings.period.months)
    if not any(entry.period in months for entry in read_ledger(settings.home)):
        raise UsageError(text("errors.empty_inbox", inbox=inbox or inbox_of(settings)))
