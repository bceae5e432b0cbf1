"""How a command of the line is declared: its help is the Chinese wording, then the English docstring."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import click

from pipelines.wording import text


def group(name: str, summary: str) -> click.Group:
    """A group of commands, described like a command."""
    chinese = text(f"commands.{name}")
    return click.Group(name, help=f"{chinese}\n\n{summary}", short_help=f"{chinese}  {summary}")


def command(name: str, parent: click.Group | None = None) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command, or one of the group `parent`."""
    chinese = text(f"commands.{parent.name}-{name}" if parent else f"commands.{name}")

    def declare(function: Callable[..., Any]) -> click.Command:
        english = inspect.cleandoc(function.__doc__ or "")
        summary = f"{chinese}  {english.splitlines()[0]}"
        declared: click.Command = click.command(name, help=f"{chinese}\n\n{english}", short_help=summary)(function)
        if parent is not None:
            parent.add_command(declared)
        return declared

    return declare
