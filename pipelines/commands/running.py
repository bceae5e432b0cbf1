"""Commands that run stages: run, stage."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.commands.declaring import command
from pipelines.commands.intake import inboxes, receive_inboxes, stop_where_nothing_came
from pipelines.commands.locking import locked
from pipelines.commands.options import (
    choice_options,
    chosen_settings,
    home_option,
    inbox_option,
    known_standard,
)
from pipelines.settings import Settings, read_settings, write_params
from pipelines.stages import LOADING, STAGES, run_stages
from pipelines.wording import text


def announce(name: str, seconds: float) -> None:
    """Tell on stderr that a stage has ended."""
    click.echo(text("run.stage_done", stage=text(f"stages.{name}"), seconds=f"{seconds:.1f}"), err=True)


def run_and_summarise(settings: Settings) -> None:
    """Run the five stages over what was received and print the summary; the lock is held by the caller."""
    from pipelines.commands.register import expected_schools
    from pipelines.commands.register_lacking import lacking_lines
    from pipelines.commands.summary import summary_lines

    resolved = settings.resolved()
    run_stages(resolved, LOADING, announce)
    expected_schools(resolved)
    # Only now: a moment before the register came must not stay for the next command.
    write_params(settings)
    run_stages(resolved, ("measure", "report"), announce)
    for line in (*summary_lines(resolved), *lacking_lines(resolved)):
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
