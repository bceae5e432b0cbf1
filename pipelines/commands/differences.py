"""Differences on the terminal or for machines: figures of two reports, or two versions of a school's month."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click

from pipelines.commands.terminal import format_table, printable
from pipelines.errors import UsageError
from pipelines.metadata.periods import Period
from pipelines.publish.difference import KEY, MovedFigure
from pipelines.publish.difference import diff as figure_difference
from pipelines.publish.submission_difference import Change, SubmissionDifference, diff_versions
from pipelines.report.csv_files import written
from pipelines.store.home import Home
from pipelines.wording import table, text

_FIGURE = (*KEY, "unit_name", "column", "old", "new")
_CHANGE = tuple(field.name for field in fields(Change))
_SHOWN = 40


def show_figures(before: Path, after: Path, form: str) -> None:
    """The figures that moved between two report folders or releases."""
    found = figure_difference(before, after)
    if form == "table":
        click.echo(str(found) or text("diff.same"))
    else:
        _write(_FIGURE, [_figure_row(one) for one in found], form)


def _figure_row(moved: MovedFigure) -> dict[str, Any]:
    values = (*moved.key, moved.unit_name, moved.column, moved.old, moved.new)
    return dict(zip(_FIGURE, values, strict=True))


def show_versions(home: Home, school: str, period: Period, numbers: tuple[int | None, int | None], form: str) -> None:
    """What changed between two versions of the school's month; UsageError where the period is no month."""
    if len(period.months) > 1:
        raise UsageError(text("diff.month"))
    found = diff_versions(home, school, period.label, *numbers)
    if form != "table":
        _write(_CHANGE, [asdict(change) for change in found.changes], form)
        return
    where = {"school": printable(school), "month": period.label}
    click.echo(text("diff.versions", **where, old=printable(str(found.old)), new=printable(str(found.new))))
    for one in found.files:
        if one.version is None:
            click.echo(text("diff.other", file=printable(str(one))))
    click.echo(_change_table(found) if found.changes else text("diff.same_versions"))


def _change_table(found: SubmissionDifference) -> str:
    words, rows = table("diff.changes"), []
    earlier = None
    for one in found.changes:
        row = one.old_row if one.new_row is None else one.new_row
        place = one.key if row is None else text("diff.place", name=one.key, row=row)
        is_same_row = earlier == (one.kind, one.sheet, place) and one.kind.startswith("row_")
        earlier = (one.kind, one.sheet, place)
        named = ("", "", "") if is_same_row else (words[one.kind], one.sheet, place)
        rows.append([*named, one.field, _short(one.old), _short(one.new)])
    return format_table(list(table("diff.columns").values()), rows)


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[:_SHOWN] + "…"


def _write(columns: Sequence[str], rows: Sequence[dict[str, Any]], form: str) -> None:
    """Column names are those of the code; in CSV no value can start a formula."""
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([written(row[name]) for name in columns] for row in rows)
    click.echo(stream.getvalue(), nl=False)
