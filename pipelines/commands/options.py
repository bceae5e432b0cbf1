"""Options shared by the commands, and the settings that they choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipelines.errors import UsageError
from pipelines.metadata.periods import told_period
from pipelines.settings import Settings, parse_as_of, read_settings
from pipelines.store.home import Home
from pipelines.wording import text

LATEST = "latest"

Command = TypeVar("Command", bound=Callable[..., Any])


def _option(*names: str, key: str, **attributes: Any) -> Callable[[Command], Command]:
    return click.option(*names, help=text(f"options.{key}"), **attributes)


def home_option(command: Command) -> Command:
    """--home: root of data, returns, reports and releases."""
    kind = click.Path(file_okay=False, path_type=Path)
    return _option("--home", "root", key="home", type=kind, default=Path(), show_default=False)(command)


def standard_option(command: Command) -> Command:
    """--standard: id of a policy document under data_contracts/standards."""
    return _option("--standard", key="standard", metavar="ID")(command)


def period_option(command: Command) -> Command:
    """--period: label of a month, quarter, semester, school year or calendar year."""
    return _option("--period", key="period", metavar="PERIOD")(command)


def as_of_option(command: Command) -> Command:
    """--as-of: only what was received by then counts."""
    return _option("--as-of", "as_of", key="as_of", metavar="DATE")(command)


def inbox_option(command: Command) -> Command:
    """--inbox: folder of the filled workbooks."""
    return _option("--inbox", key="inbox", type=click.Path(file_okay=False, path_type=Path))(command)


def choice_options(command: Command) -> Command:
    """--standard, --period, --as-of and --home."""
    return standard_option(period_option(as_of_option(home_option(command))))


def known_standard(standard: str) -> str:
    """The same id; UsageError naming the known ones where there is none of that id."""
    from pipelines.metadata import standards

    return standards.known_standard(standard)


def chosen_settings(root: Path, standard: str | None, period: str | None, as_of: str | None) -> Settings:
    """What the flags say; params.yaml of the home fills in the rest.

    A stored `as_of` belongs to the run that stored it: it is taken only where no flag names another run.
    LATEST forgets it.
    """
    home = Home(root)
    if not root.is_dir():
        raise UsageError(text("errors.no_home", home=root))
    stored = read_settings(root) if home.params.exists() else None
    if stored is None and (standard is None or period is None):
        raise UsageError(text("errors.no_params"))
    meant = stored.period if stored and not period else told_period(period or "")
    chosen = standard or (stored.standard if stored else "")
    moment = parse_as_of(as_of) if as_of not in (None, LATEST) else None
    if as_of is None and stored is not None and (stored.standard, stored.period.label) == (chosen, meant.label):
        moment = stored.as_of
    return Settings(home, known_standard(chosen), meant, moment)
