"""Commands that run stages: demo, run, stage, status."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.intake import inboxes, receive_inboxes, stop_where_nothing_came
from pipelines.commands.locking import holder_of, locked
from pipelines.commands.options import (
    choice_options,
    chosen_settings,
    home_option,
    inbox_option,
    known_period,
    known_standard,
    standard_option,
)
from pipelines.commands.registering import command
from pipelines.commands.terminal import format_table
from pipelines.commands.wording import table, text
from pipelines.errors import UsageError
from pipelines.metadata.periods import month_labels
from pipelines.settings import Settings, read_settings, write_params
from pipelines.stages import STAGES, run_stages
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger

if TYPE_CHECKING:
    from pipelines.sample.county import Delivery

_DEMO_MARK = ".school-safety-demo"
_DEMO_FIRST_MONTH = "2026-09"


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
    """Show what was received and reported each month, and who holds the home."""
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


@command("demo")
@standard_option
@home_option
@click.option("--schools", "school_count", type=click.IntRange(1, 5000), default=60, help=text("options.schools"))
@click.option("--months", "month_count", type=click.IntRange(1, 12), default=3, help=text("options.months"))
@click.option("--seed", type=int, default=1, help=text("options.seed"))
def demo(root: Path, standard: str | None, school_count: int, month_count: int, seed: int) -> None:
    """Make a synthetic county and run each of its months to a report.

    The home (default ./demo) is made anew each time; a folder that holds anything else is refused.
    """
    from pipelines.metadata.standards import standard_ids

    chosen = known_standard(standard or standard_ids()[0])
    home = Home(root if root != Path() else Path("demo"))
    started = time.monotonic()
    _check_demo_home(home)
    with locked(home):
        _empty_demo_home(home)
        months = _demo_months(month_count)
        _run_demo(home, chosen, school_count, months, seed)
    click.echo("")
    click.echo(text("demo.done", seconds=f"{time.monotonic() - started:.0f}"))
    click.echo(text("demo.look", path=home.reports / chosen / months[-1] / "index.html"))


def _check_demo_home(home: Home) -> None:
    mark = home.root / _DEMO_MARK
    if home.root.is_dir() and any(home.root.iterdir()) and not mark.exists():
        raise UsageError(text("errors.demo_home", home=home.root))
    home.root.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _empty_demo_home(home: Home) -> None:
    """Take away all but the mark and the lock, which the caller holds."""
    others = [path for path in home.root.iterdir() if path not in (home.root / _DEMO_MARK, home.data)]
    others += [path for path in home.data.iterdir() if not path.name.startswith(home.lock.name)]
    for path in others:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _demo_months(count: int) -> tuple[str, ...]:
    first = known_period(_DEMO_FIRST_MONTH).start
    index = first.year * 12 + first.month - 2 + count
    return month_labels(first, first.replace(year=index // 12, month=index % 12 + 1))


def _run_demo(home: Home, standard: str, school_count: int, months: tuple[str, ...], seed: int) -> None:
    """Receive what arrived before the next month's first file, run the month, and so on."""
    from pipelines.receive.inbox import receive as receive_folder
    from pipelines.sample.county import make_county

    county = make_county(home.root / "county", seed, school_count, months, standard)
    click.echo(text("demo.made", schools=school_count, months=text("join").join(months)))
    deliveries = list(county.deliveries)
    for month in months:
        click.echo("\n" + text("demo.month", period=month))
        while deliveries and deliveries[0].period <= month:
            delivery = deliveries.pop(0)
            receive_folder(home, delivery.folder, delivery.period, partial(_moment_of, delivery))
        run_and_summarise(Settings(home, standard, known_period(month)))


def _moment_of(delivery: Delivery) -> datetime:
    return delivery.received_at
