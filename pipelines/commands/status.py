"""The command status: a screen for the current period, what came each month, what is stale, who holds the home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from pipelines.commands.declaring import command
from pipelines.commands.locking import holder_of
from pipelines.commands.options import home_option
from pipelines.commands.terminal import format_table
from pipelines.errors import UsageError
from pipelines.settings import read_settings
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, brought_files, read_ledger
from pipelines.store.pruned import pruned_lines, read_pruned
from pipelines.wording import table, text

_MONTHS_SHOWN = 3
"""Months of the table; of a whole year it alone would fill a screen."""
_MOVED_SHOWN = 3


@command("status")
@home_option
def status(root: Path) -> None:
    """Show who has not sent and who must mend what by the deadline, what came each month, and who holds the home.

    Also which releases are stale. It looks at now, and writes nothing.
    """
    from pipelines.commands.stale import stale_lines
    from pipelines.commands.timely import screen_lines

    home = Home(root)
    if not root.is_dir():
        raise UsageError(text("errors.no_home", home=root))
    settings = read_settings(root) if home.params.exists() else None
    if settings is not None:
        as_of = settings.as_of.isoformat(timespec="seconds") if settings.as_of else text("status.as_of_latest")
        click.echo(text("status.params", standard=settings.standard, period=settings.period.label, as_of=as_of))
    holder = holder_of(home)
    if holder is not None:
        click.echo(text("status.locked", **holder))
    entries = read_ledger(home)
    if not entries:
        click.echo(text("status.none"))
        return
    if settings is not None:
        for line in screen_lines(settings, entries, datetime.now()):
            click.echo(line)
    click.echo(_months(home, entries))
    for line in (*stale_lines(home, _MOVED_SHOWN), *pruned_lines(read_pruned(home).values())):
        click.echo(line)


def _months(home: Home, entries: Sequence[LedgerEntry]) -> str:
    """The last months with the files that came for each and the reports made."""
    brought = brought_files(entries)
    months = sorted({entry.period for entry in brought})
    rows = []
    for month in months[-_MONTHS_SHOWN:]:
        received = [entry.received_at for entry in brought if entry.period == month]
        reports = sorted(path.parent.parent.name for path in home.reports.glob(f"*/{month}/manifest.json"))
        rows.append([month, str(len(received)), max(received).isoformat(sep=" "), text("join").join(reports)])
    shown = format_table(list(table("status.columns").values()), rows, numeric=frozenset({1}))
    earlier = len(months) - len(rows)
    return f"{shown}\n{text('status.earlier', count=earlier)}" if earlier > 0 else shown
