"""Commands about standards: list, lint, and the SQL of an indicator."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path

import click

from pipelines.commands.options import choice_options, chosen_settings, known_standard
from pipelines.commands.registering import command, group
from pipelines.commands.terminal import format_table
from pipelines.commands.wording import table, text
from pipelines.errors import MetadataError
from pipelines.store.home import Home

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
    from pipelines.metadata.standards import standard_ids

    chosen = [known_standard(name) for name in names] or list(standard_ids())
    problems = [problem for name in chosen for problem in _problems(name)]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(text("standards.lint_ok", count=len(chosen)))


def _problems(name: str) -> Iterator[str]:
    """What is wrong with a standard: the file as a whole, or each provision that cannot be compiled."""
    from pipelines.measure.scopes import read_provision
    from pipelines.metadata.standards import load_standard

    try:
        standard = load_standard(name)
    except MetadataError as error:
        yield str(error)
        return
    for provision in standard.provisions:
        try:
            read_provision(standard, provision)
        except MetadataError as error:
            yield str(error)


@command("sql")
@click.argument("indicator")
@choice_options
def sql(indicator: str, root: Path, standard: str | None, period: str | None, as_of: str | None) -> None:
    """Print the statements that an indicator runs; no data is needed.

    Named parameters such as $cut_off are those of the period.
    """
    from pipelines.load.database import build_database, open_database
    from pipelines.measure.measuring import measure
    from pipelines.metadata.standards import load_standard

    settings = chosen_settings(root, standard, period, as_of)
    chosen = load_standard(settings.standard)
    provision = chosen.provision(indicator.partition(".")[0])
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        empty = Home(Path(folder))
        empty.data.mkdir()
        build_database(empty)
        with open_database(empty) as connection:
            end = datetime.combine(settings.period.end, time.max)
            statements = measure(connection, chosen, settings.period, settings.as_of or end).sql[provision.id]
    click.echo(";\n\n".join(statement.strip() for statement in statements) + ";")
