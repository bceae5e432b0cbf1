"""Commands about standards: list, lint, and the SQL of an indicator."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import click

from pipelines.commands.options import known_standard, standard_option
from pipelines.commands.registering import command, group
from pipelines.commands.terminal import format_table
from pipelines.commands.wording import table, text
from pipelines.errors import UsageError

standards = group("standards", "List and check the standards.")


def _print(headings: dict[str, str], rows: Sequence[Sequence[str]], form: str) -> None:
    """CSV carries the column names of the code, so that programs can read it; a table the Chinese ones."""
    if form == "table":
        click.echo(format_table(list(headings.values()), rows))
        return
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    click.echo(stream.getvalue(), nl=False)


@command("list", standards)
@click.argument("standard", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", help=text("options.format"))
def list_standards(standard: str | None, form: str) -> None:
    """List the standards, or the provisions of one."""
    from pipelines.metadata.standards import load_standard, standard_ids

    if standard is None:
        known = [load_standard(name) for name in standard_ids()]
        rows = [[each.id, each.name_zh, each.document, str(len(each.provisions))] for each in known]
        _print(table("standards.columns"), rows, form)
        return
    provisions = load_standard(known_standard(standard)).provisions
    headings = table("standards.provision_columns")
    cells = [
        [each.id, each.name_zh, each.clause, each.kind, each.population, each.window, each.scored]
        for each in provisions
    ]
    _print(headings, cells, form)


@command("lint", standards)
@click.argument("names", nargs=-1)
def lint_standards(names: Sequence[str]) -> None:
    """Check the standards' files and expressions; exit code 1 when one is wrong."""
    from pipelines.measure.lint import lint
    from pipelines.metadata.standards import standard_ids

    chosen = [known_standard(name) for name in names] or list(standard_ids())
    problems = [problem for name in chosen for problem in lint(name)]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(text("standards.lint_ok", count=len(chosen)))


@command("sql")
@click.argument("indicator")
@standard_option
def sql(indicator: str, standard: str | None) -> None:
    """Print the query that an indicator runs."""
    from pipelines.measure.statements import statement

    if standard is None:
        raise UsageError(text("errors.no_standard"))
    click.echo(statement(known_standard(standard), indicator))
