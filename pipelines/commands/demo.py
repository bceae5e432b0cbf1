"""The demo: one synthetic county run month by month, or a small one for every standard and a table of them all."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.declaring import command
from pipelines.commands.locking import locked
from pipelines.commands.options import home_option, known_standard, standard_option
from pipelines.commands.running import run_and_summarise
from pipelines.errors import UsageError
from pipelines.metadata.periods import month_labels, parse_period
from pipelines.settings import Settings, write_params
from pipelines.stages import LOADING, run_stages
from pipelines.store.home import Home
from pipelines.wording import text

if TYPE_CHECKING:
    from pipelines.sample.county import Delivery

_MARK = ".school-safety-demo"
_FIRST_MONTH = "2026-09"
_SCHOOLS, SCHOOLS_OF_FIVE = 60, 14
"""Rows of the register of a county that is run alone, and of each where every standard has one."""
_AT_ONCE = 2


@command("demo")
@standard_option
@home_option
@click.option("--schools", "school_count", type=click.IntRange(1, 5000), default=None, help=text("options.schools"))
@click.option("--months", "month_count", type=click.IntRange(1, 12), default=3, help=text("options.months"))
@click.option("--seed", type=int, default=1, help=text("options.seed"))
def demo(root: Path, standard: str | None, school_count: int | None, month_count: int, seed: int) -> None:
    """Make a synthetic county and run it to a report: one for every standard, or with --standard one month by month.

    The home (default ./demo) is made anew each time; a folder that holds anything else is refused.
    """
    chosen = known_standard(standard) if standard else None
    home = Home(root if root != Path() else Path("demo"))
    months = months_of(month_count)
    started = time.monotonic()
    _check_home(home)
    with locked(home):
        empty_home(home)
        if chosen:
            _run_months(home, chosen, school_count or _SCHOOLS, months, seed)
        else:
            _run_every_standard(home, school_count or SCHOOLS_OF_FIVE, months, seed)
    click.echo("")
    click.echo(text("demo.done", seconds=f"{time.monotonic() - started:.0f}"))
    if chosen:
        click.echo(text("demo.look", path=home.reports / chosen / months[-1] / "index.html"))


def _check_home(home: Home) -> None:
    mark = home.root / _MARK
    if home.root.is_dir() and any(home.root.iterdir()) and not mark.exists():
        raise UsageError(text("errors.demo_home", home=home.root))
    home.root.mkdir(parents=True, exist_ok=True)
    mark.touch()


def empty_home(home: Home) -> None:
    """Take away all but the mark and the lock, which the caller holds."""
    others = [path for path in home.root.iterdir() if path not in (home.root / _MARK, home.data)]
    others += [path for path in home.data.iterdir() if not path.name.startswith(home.lock.name)]
    for path in others:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def months_of(count: int) -> tuple[str, ...]:
    """The demo's months, so many from September on."""
    first = parse_period(_FIRST_MONTH).start
    index = first.year * 12 + first.month - 2 + count
    return month_labels(first, first.replace(year=index // 12, month=index % 12 + 1))


def _run_months(home: Home, standard: str, school_count: int, months: tuple[str, ...], seed: int) -> None:
    """Receive what arrived before the next month's first file, run the month, and so on."""
    deliveries = _make_county(home, standard, school_count, months, seed)
    click.echo(text("demo.made", schools=school_count, months=text("join").join(months)))
    for month in months:
        click.echo("\n" + text("demo.month", period=month))
        while deliveries and deliveries[0].period <= month:
            _receive(home, deliveries.pop(0))
        run_and_summarise(Settings(home, standard, parse_period(month)))


def _run_every_standard(home: Home, school_count: int, months: tuple[str, ...], seed: int) -> None:
    """A home for every standard, two at a time, each with a report of the last month, one of them published twice;
    then the table of them and what was published."""
    from pipelines.commands.demo_releases import published_standard
    from pipelines.commands.demo_table import demo_lines
    from pipelines.metadata.standards import standard_ids

    standards, published = standard_ids(), published_standard()
    click.echo(text("demo.begun", standards=len(standards), schools=school_count, months=text("join").join(months)))
    told: list[str] = []
    # Spawned: a child must not inherit what threads of this process hold.
    with ProcessPoolExecutor(_AT_ONCE, get_context("spawn")) as pool:
        # The published one first, since it takes longest.
        running = {
            pool.submit(
                run_last_month, home.root / standard, standard, school_count, months, seed, standard == published
            ): standard
            for standard in sorted(standards, key=lambda standard: standard != published)
        }
        for future in as_completed(running):
            seconds, lines = future.result()
            told += lines
            click.echo(text("demo.county_done", standard=running[future], seconds=f"{seconds:.0f}"))
    for line in demo_lines([_settings(home.root / standard, standard, months[-1]) for standard in standards]):
        click.echo(line)
    for line in told:
        click.echo(line)


def _settings(root: Path, standard: str, month: str) -> Settings:
    return Settings(Home(root), standard, parse_period(month))


def run_last_month(
    root: Path, standard: str, school_count: int, months: tuple[str, ...], seed: int, is_published: bool = False
) -> tuple[float, list[str]]:
    """Seconds taken and what was published: a county with everything that it received and a report of its last month.

    The months before are measured too, since the report compares with the one before. Prints nothing.
    """
    from pipelines.commands.demo_releases import publish_twice

    started = time.monotonic()
    settings = _settings(root, standard, months[-1])
    _check_home(settings.home)
    told = []
    # Without a terminal no stage draws a bar across those of the county beside it.
    with redirect_stderr(io.StringIO()), locked(settings.home):
        write_params(settings)
        deliveries = _make_county(settings.home, standard, school_count, months, seed)
        late = max(number for number, one in enumerate(deliveries) if one.period == months[-1]) if is_published else 0
        _receive_all(settings.home, deliveries[: late or None])
        if is_published:
            receive_late = partial(_receive_all, settings.home, deliveries[late:])
            told = publish_twice(settings, months, partial(_report, settings), receive_late)
        else:
            _report(settings, months)
    return time.monotonic() - started, told


def _report(settings: Settings, months: Sequence[str]) -> None:
    """Run the stages over what was received so far: measure these months and report the run's own."""
    run_stages(settings, LOADING)
    for month in months:
        run_stages(replace(settings, period=parse_period(month)), ("measure",))
    run_stages(settings, ("report",))


def _make_county(home: Home, standard: str, school_count: int, months: tuple[str, ...], seed: int) -> list[Delivery]:
    from pipelines.sample.county import make_county

    return list(make_county(home.root / "county", seed, school_count, months, standard).deliveries)


def _receive_all(home: Home, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        _receive(home, delivery)


def _receive(home: Home, delivery: Delivery) -> None:
    from pipelines.receive.inbox import receive

    receive(home, delivery.folder, delivery.period, partial(_moment_of, delivery))


def _moment_of(delivery: Delivery) -> datetime:
    return delivery.received_at
