"""Commands that run stages: run, stage, status."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.commands.intake import inboxes, receive_inboxes, stop_where_nothing_came
from pipelines.commands.locking import holder_of, locked
from pipelines.commands.options import (
    choice_options,
    chosen_settings,
    home_option,
    inbox_option,
    known_standard,
)
from pipelines.commands.registering import command
from pipelines.commands.terminal import format_table
from pipelines.errors import UsageError
from pipelines.settings import Settings, read_settings, write_params
from pipelines.stages import STAGES, run_stages
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import table, text


def announce(name: str, seconds: float) -> None:
    """Tell on stderr that a stage has ended."""
    click.echo(text("run.stage_done", stage=text(f"stages.{name}"), seconds=f"{seconds:.1f}"), err=True)


def run_and_summarise(settings: Settings) -> None:
    """Run the five stages over what was received and print the summary; the lock is held by the caller."""
    from pipelines.commands.register import expected_schools
    from pipelines.commands.summary import summary_lines

    write_params(settings)
    resolved = settings.resolved()
    run_stages(resolved, ("extract", "validate", "load"), announce)
    expected_schools(resolved)
    run_stages(resolved, ("measure", "report"), announce)
    for line in summary_lines(resolved):
        click.echo(line)


@command("run")
@choice_options
@inbox_option
def run(root: Path, standard: str | None, period: str | None, as_of: str | None, inbox: Path | None) -> None:
    """Receive the inbox and run the five stages to a report and receipts.

    Standard, period and as-of are kept in params.yaml for the next command.
    """
    settings = chosen_settings(root, standard, period, as_of)
    inboxes(settings, inbox)
    with locked(settings.home):
        receive_inboxes(settings, inbox)
        stop_where_nothing_came(settings, inbox)
        run_and_summarise(settings)


@command("stage")
@click.argument("name", type=click.Choice(STAGES))
@home_option
def stage(name: str, root: Path) -> None:
    """Run one stage with the standard, period and as-of of params.yaml (what dvc calls)."""
    settings = read_settings(root)
    known_standard(settings.standard)
    with locked(settings.home):
        run_stages(settings, (name,))


@command("status")
@home_option
def status(root: Path) -> None:
    """Show what was received and reported each month, which releases are stale, and who holds the home."""
    from pipelines.commands.stale import stale_lines

    home = Home(root)
    if not root.is_dir():
        raise UsageError(text("errors.no_home", home=root))
    if home.params.exists():
        settings = read_settings(root)
        as_of = settings.as_of.isoformat(timespec="seconds") if settings.as_of else text("status.as_of_latest")
        click.echo(text("status.params", standard=settings.standard, period=settings.period.label, as_of=as_of))
    holder = holder_of(home)
    if holder is not None:
        click.echo(text("status.locked", **holder))
    entries = read_ledger(home)
    if not entries:
        click.echo(text("status.none"))
        return
    rows = []
    for month in sorted({entry.period for entry in entries}):
        received = [entry.received_at for entry in entries if entry.period == month]
        reports = sorted(
            path.parent.name for path in home.reports.glob(f"*/{month}/manifest.json") for path in [path.parent]
        )
        rows.append([month, str(len(received)), max(received).isoformat(sep=" "), text("join").join(reports)])
    click.echo(format_table(list(table("status.columns").values()), rows, numeric=frozenset({1})))
    for line in stale_lines(home):
        click.echo(line)
