"""The command that removes what is past its term."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pipelines.commands.declaring import command
from pipelines.commands.locking import locked
from pipelines.commands.options import LATEST, chosen_settings, home_option
from pipelines.commands.terminal import confirmed
from pipelines.store.home import Home
from pipelines.store.pruned import finish_pruning
from pipelines.wording import text


@command("prune")
@click.option("--before", metavar="MONTH", help=text("options.before"))
@click.option("--older-than", "years", type=int, metavar="YEARS", help=text("options.older_than"))
@click.option("--dry-run", "is_dry", is_flag=True, help=text("options.dry_run"))
@click.option("--yes", "is_sure", is_flag=True, help=text("options.sure"))
@click.option("--force", "is_forced", is_flag=True, help=text("options.force_prune"))
@home_option
def prune(root: Path, before: str | None, years: int | None, is_dry: bool, is_sure: bool, is_forced: bool) -> None:
    """Remove originals and receipts past the term, for good; figures, releases, ledger and hashes stay.

    The rows that the files were read to stay too, so no figure changes; but nothing can be made from the originals
    again. Asks first, unless --yes is given. What something not yet published needs is refused, unless --force is.
    """
    from pipelines.retain.pruning import plan_pruning, refuse_needed, term_of
    from pipelines.retain.pruning import prune as prune_home

    settings = chosen_settings(root, None, None, LATEST)
    term = term_of(before, years, date.today())
    with locked(settings.home):
        if not is_dry:
            finish_pruning(settings.home)
        plan = plan_pruning(settings.home, term)
        if plan.held:
            click.echo(text("prune.held", count=len(plan.held)))
        if not plan.entries:
            click.echo(text("prune.nothing", before=term.before))
            return
        counts = {"originals": plan.original_count, "receipts": plan.receipt_count, "count": len(plan.entries)}
        click.echo(text("prune.plan", months=plan.months, before=term.before, **counts))
        for release in plan.releases:
            click.echo(text("prune.release", path=f"{settings.home.releases.name}/{release}"))
        click.echo(text("prune.stays"))
        if not is_forced:
            refuse_needed(plan)
        if is_dry:
            click.echo(text("prune.dry"))
            return
        if not is_sure and not confirmed(text("prune.ask"), default=False):
            raise click.Abort
        prune_home(settings, plan)
    click.echo(text("prune.done", months=plan.months, path=Home(root).pruned, **counts))
