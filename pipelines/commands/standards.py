"""Commands about standards: list, lint, and the SQL of an indicator."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

import click

from pipelines.commands.declaring import command, group
from pipelines.commands.options import choice_options, chosen_settings, known_standard
from pipelines.commands.terminal import format_table
from pipelines.store.home import Home
from pipelines.wording import table, text

_FORMS = click.Choice(["table", "csv"])
_PROVISION_COLUMNS = ("id", "clause", "name_zh", "name_en", "population", "kind", "window", "scored")


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


@click.pass_context
def _list_provisions(context: click.Context, form: str | None) -> None:
    """Without a command: every provision of every standard, or the help when no form is asked for."""
    from pipelines.metadata.standards import load_standard, standard_ids

    if context.invoked_subcommand is not None:
        return
    if form is None:
        click.echo(context.get_help())
        return
    rows = [
        [name, *(str(getattr(each, column)) for column in _PROVISION_COLUMNS)]
        for name in standard_ids()
        for each in load_standard(name).provisions
    ]
    _print(table("standards.all_columns"), rows, form)


standards = group("standards", "List and check the standards.")
standards.invoke_without_command, standards.no_args_is_help = True, False
standards.callback = _list_provisions
standards.params.append(click.Option(["--format", "form"], type=_FORMS, help=text("options.format")))


@command("list", standards)
@click.argument("standard", required=False)
@click.option("--format", "form", type=_FORMS, default="table", help=text("options.format"))
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
    """Check standards by id, or files (.yaml) anywhere; exit code 1 when one is wrong.

    Every problem is a line: file, provision, part, reason.
    """
    from pipelines.measure.linting import lint
    from pipelines.metadata.standards import standard_ids, standard_path

    chosen = [_path(name) for name in names] or [standard_path(name) for name in standard_ids()]
    problems = [problem for path in chosen for problem in lint(path)]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(text("standards.lint_ok", count=len(chosen)))


def _path(name: str) -> Path:
    """The file named, or that of the standard of that id."""
    from pipelines.metadata.standards import standard_path

    return Path(name) if name.endswith(".yaml") else standard_path(known_standard(name))


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
    provision = chosen.provision(indicator)
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        empty = Home(Path(folder))
        empty.data.mkdir()
        build_database(empty)
        with open_database(empty) as connection:
            end = datetime.combine(settings.period.end, time.max)
            statements = measure(connection, chosen, settings.period, settings.as_of or end).sql[provision.id]
    click.echo(";\n\n".join(statement.strip() for statement in statements) + ";")
