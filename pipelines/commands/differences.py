"""Differences on the terminal or for machines: figures and their causes, or two versions of a school's month."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipelines.commands.terminal import format_table, printable
from pipelines.errors import UsageError
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import Standard, load_standard, read_standard
from pipelines.publish.basis import measured_basis
from pipelines.publish.cause_text import (
    COLUMNS,
    cause_name,
    cause_rows,
    column_name,
    file_text,
    indicator_name,
    rule_text,
    units_text,
)
from pipelines.publish.causes import Causes, MovedIndicator, Part, folder_causes, split
from pipelines.publish.difference import KEY, Key
from pipelines.publish.moved_inputs import MovedFile
from pipelines.publish.shares import COUNTS
from pipelines.publish.submission_difference import Change, SubmissionDifference, diff_versions
from pipelines.publish.wording import say
from pipelines.report.csv_files import csv_text
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.wording import table, text

_WHOLE = "county"
_CHANGE = tuple(field.name for field in fields(Change))
_SHOWN = 40


def show_folders(before: Path, after: Path, form: str) -> None:
    """The figures that moved between two report folders or releases, and why where both sides tell."""
    _show(folder_causes(before, after), form)


def show_moments(settings: Settings, moments: Sequence[datetime], form: str) -> None:
    """The figures that moved between two moments as of which one home is measured; the home is left as it is."""
    standard = load_standard(settings.standard)
    old, new = (measured_basis(settings.home, [standard], settings.period, moment)[0] for moment in moments)
    _show(split(old, new), form)


def show_standards(settings: Settings, standards: Sequence[str], form: str) -> None:
    """The figures that differ between two standards, ids or files, over the same rows; the home is left as it is."""
    chosen = [_standard(one) for one in standards]
    resolved = settings.resolved()
    assert resolved.as_of is not None
    old, new = measured_basis(resolved.home, chosen, resolved.period, resolved.as_of)
    _show(split(old, new), form)


def _standard(named: str) -> Standard:
    """The standard in that file, or of that id."""
    path = Path(named)
    return read_standard(path) if path.suffix in (".yaml", ".yml") and path.is_file() else load_standard(named)


def _show(causes: Causes, form: str) -> None:
    if form == "table":
        click.echo(_figure_text(causes) if causes.figures else text("diff.same"))
    elif form == "csv":
        _write(COLUMNS, list(cause_rows(causes)), form)
    else:
        figures = {one.key: one for one in causes.figures}
        rows = [{**row, "parts": _parts(figures, row)} for row in cause_rows(causes)]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))


def _parts(figures: Mapping[Key, MovedIndicator], row: dict[str, Any]) -> list[dict[str, Any]]:
    """Every unit behind a row: what it adds, its status and files before and after, and the cases that differ."""
    figure = figures[tuple(row[name] for name in KEY)]
    parts = figure.by_cause(row["column"]).get(row["cause"], ())
    return [
        {
            "unit_level": part.unit[0],
            "unit_code": part.unit[1],
            "unit_name": part.name,
            "changes": dict(zip(COUNTS, part.changes, strict=True)),
            "old_status": part.old_status,
            "new_status": part.new_status,
            "files": [_file(one) for one in part.files],
            "register": [asdict(one) for one in part.entries],
            "rules": [asdict(one) for one in part.rules],
            "cases": [[one and asdict(one) for one in pair] for pair in part.cases],
        }
        for part in parts
        if part.unit[1]
    ]


def _file(one: MovedFile) -> dict[str, Any]:
    sides = {
        name: side and {key: getattr(side, key) for key in ("file_name", "sha256", "version", "received_at")}
        for name, side in (("old", one.old), ("new", one.new))
    }
    cells = dict(zip(("old", "new"), ([asdict(cell) for cell in side] for side in one.corrected), strict=True))
    return {"sender": one.sender, "month": one.month, **sides, "corrections": cells}


def _figure_text(causes: Causes) -> str:
    """A line for each column that moved with its causes, under each figure of the whole the units behind it."""
    lines = [causes.note] if causes.note else []
    for one in causes.figures:
        name = indicator_name(causes.standards, one.key)
        lines.append(say("difference.figure", indicator=one.key[2], name=name, unit=one.unit_name or one.key[4]))
        for moved in one.moved:
            old, new = (say("causes.absent") if value in (None, "") else value for value in (moved.old, moved.new))
            told = say("difference.column", column=column_name(moved.column), old=old, new=new)
            lines.append(told + _why(one, moved.column))
        if one.key[3] == _WHOLE:
            lines += _units(one)
    for title, listed in (
        ("revision.files", [file_text(one) for one in causes.files]),
        ("revision.rules", [rule_text(causes.standards, one) for one in causes.rules]),
    ):
        lines += [say(title), *(f"  {line}" for line in listed)] if listed else []
    return "\n".join(map(printable, lines))


def _why(one: MovedIndicator, column: str) -> str:
    found = one.by_cause(column)
    if column not in COUNTS or not found:
        return ""
    changes = ((cause, sum(part.change(column) for part in parts)) for cause, parts in found.items())
    told = [f"{cause_name(cause)} {change:+d}" for cause, change in changes]
    return say("difference.why", causes=say("join").join(told))


def _units(one: MovedIndicator) -> list[str]:
    found: dict[str, list[Part]] = {}
    for part in one.parts:
        found.setdefault(part.cause, []).append(part)
    return [
        say("difference.units", cause=cause_name(cause), units=units)
        for cause, parts in found.items()
        if (units := units_text(parts))
    ]


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
    click.echo(csv_text(columns, rows, line_end="\n"), nl=False)
