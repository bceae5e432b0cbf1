"""What a run came to: files, schools missing, headline figures, where to look and what to do next."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.commands.stale import stale_lines
from pipelines.commands.terminal import format_table, printable
from pipelines.load.database import open_database
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import Standard, load_standard
from pipelines.report.corrections import applied_count, unapplied
from pipelines.report.display import fraction, number, share
from pipelines.report.material import School, read_schools
from pipelines.report.measured import measured_dir
from pipelines.report.timeliness import SchoolMonth, counts, stated_count, timeliness
from pipelines.report.wording import label
from pipelines.settings import Settings
from pipelines.store.ledger import brought_files, read_ledger
from pipelines.store.pruned import pruned_lines, read_pruned
from pipelines.wording import table, text

Row = dict[str, str]

_NAMES_SHOWN = 12


def read_rows(path: Path) -> list[Row]:
    """The rows of one of the CSV files of a fixed form, by column."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def report_folder(settings: Settings) -> Path:
    """Where the report of that standard and period lies."""
    return settings.home.reports / settings.standard / settings.period.label


def summary_lines(settings: Settings) -> Iterator[str]:
    """The summary of a finished run, a line at a time; `settings` are resolved."""
    standard = load_standard(settings.standard)
    folder = report_folder(settings)
    submissions = read_rows(folder / "submissions.csv")
    as_of = settings.as_of.isoformat(sep=" ", timespec="seconds") if settings.as_of else ""
    yield ""
    yield text("summary.title", standard=standard.name_zh, period=settings.period.label, as_of=as_of)
    yield from _files(submissions)
    later = _later_count(settings)
    if later:
        yield text("summary.later", count=later, as_of=as_of)
    yield from pruned_lines(one for one in read_pruned(settings.home).values() if one.period in settings.period.months)
    schools = read_schools(measured_dir(settings, settings.period)).values()
    expected = [school for school in schools if school.is_expected]
    missing = [school for school in expected if school.submission_no is None]
    yield from _schools(missing, len(expected))
    yield from _corrections(settings)
    yield from _timely(settings, standard)
    yield ""
    yield headline_table(standard, read_rows(folder / "figures.csv"))
    yield ""
    yield from _places(settings, folder, missing, as_of, max(school.point_month for school in expected))
    yield from stale_lines(settings.home)


def _files(submissions: Sequence[Row]) -> Iterator[str]:
    files = [row for row in submissions if row["file"]]
    counts = Counter(row["status"] for row in files)
    yield text(
        "summary.files",
        received=len(files),
        accepted=counts["accepted"],
        with_findings=counts["accepted_with_findings"],
        rejected=counts["rejected"],
        duplicate=counts["duplicate"],
    )
    for row in files:
        if row["status"] == "rejected":
            yield text("summary.rejected", file=printable(row["file"]))


def _corrections(settings: Settings) -> Iterator[str]:
    """How many corrections by the bureau count; how many do not fit, and which: none may be published over."""
    if applied := applied_count(settings):
        yield text("summary.applied", count=applied)
    found = unapplied(settings)
    if found:
        yield text("summary.unapplied", count=len(found))
    for one in found[:_NAMES_SHOWN]:
        yield printable(text("summary.unapplied_one", **vars(one)))


def _later_count(settings: Settings) -> int:
    months = set(settings.period.months)
    entries = [entry for entry in brought_files(read_ledger(settings.home)) if entry.period in months]
    return sum(settings.as_of is not None and entry.received_at > settings.as_of for entry in entries)


def _schools(missing: Sequence[School], expected: int) -> Iterator[str]:
    yield text("summary.expected", expected=expected, submitted=expected - len(missing), missing=len(missing))
    if missing:
        names = text("join").join(printable(school.school_name) for school in missing[:_NAMES_SHOWN])
        if len(missing) > _NAMES_SHOWN:
            names = text("summary.more", schools=names, count=len(missing))
        yield text("summary.missing", schools=names)


def _timely(settings: Settings, standard: Standard) -> Iterator[str]:
    """How many were on time for the last month that is due, as of the run's moment; nothing where none is."""
    assert settings.as_of is not None
    calendar = calendar_for(standard, settings.home.root)
    with open_database(settings.home, settings.as_of) as connection:
        rows = timeliness(connection, standard, calendar, settings.period, settings.as_of).latest
    if rows:
        by_state = counts(rows)
        yield text("timely.run", month=rows[0].month, deadline=rows[0].deadline, expected=len(rows), **by_state)
        if stated := stated_count(rows):
            yield text("timely.stated", count=stated)
        yield from entered_late(settings, rows)


def entered_late(settings: Settings, rows: Sequence[SchoolMonth]) -> Iterator[str]:
    """That the clerk may have entered the files later than they came: all late, and all entered on one day."""
    came = [row for row in rows if row.received_at is not None]
    days = {row.received_at.date() for row in came if row.received_at is not None}
    if len(came) > 1 and len(days) == 1 and all(row.state == "late" and row.received_on is None for row in came):
        month = rows[0].month
        told = {"month": month, "day": days.pop(), "inbox": settings.home.inbox / month}
        yield text("timely.entered_late", count=len(came), **told)


def headline_table(standard: Standard, figures: Sequence[Row]) -> str:
    """The standard's headline figures for the whole county, as a table for the terminal."""
    whole = {row["indicator"]: row for row in figures if row["unit_level"] == "county"}
    rows = [_figure_cells(standard, whole[name]) for name in standard.headline if name in whole]
    return format_table(list(table("summary.columns").values()), rows, numeric=frozenset(range(1, 6)))


def _figure_cells(standard: Standard, row: Row) -> list[str]:
    statistic = standard.statistic(row["indicator"])
    title = standard.provision(row["indicator"]).name_zh + (f" {label('statistics', statistic)}" if statistic else "")
    value = shown_value(row) + (text("summary.open") if row["status"] == "open" else "")
    return [title, value, shown_parts(row), row["unmet"], row["pending"], row["unreported"]]


def shown_value(row: Mapping[str, str]) -> str:
    """A figure's value with its unit; its status in words where it has none."""
    value = _number(row["value"])
    if value is None:
        return label("figure_statuses", row["status"])
    if row["measure_unit"] == "rate":
        return share(value)
    return number(value) + label("measure_units", row["measure_unit"])


def shown_parts(row: Mapping[str, str]) -> str:
    """Numerator and denominator of a figure; empty where it has none."""
    return fraction(_number(row["numerator"]), _number(row["denominator"]))


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _places(settings: Settings, folder: Path, missing: Sequence[School], as_of: str, point_month: str) -> Iterator[str]:
    """Where the results lie and what to do next; `point_month` is the month for which schools are chased."""
    index, receipts = folder / "index.html", settings.home.returns / point_month
    receipt_count = len(list(receipts.glob("*.xlsx"))) if receipts.is_dir() else 0
    yield text("summary.report", path=index)
    yield text("summary.receipts", path=receipts, count=receipt_count)
    yield text("summary.data", path=folder / "figures.csv")
    yield text("summary.next")
    yield text("summary.next_look", path=index)
    if receipt_count:
        yield text("summary.next_receipts", path=receipts)
    if missing:
        inbox = settings.home.inbox / point_month
        yield text("summary.next_missing", count=len(missing), inbox=inbox)
    yield text("summary.next_publish", period=settings.period.label, as_of=as_of.replace(" ", "T"))
