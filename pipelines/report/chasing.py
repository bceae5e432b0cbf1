"""Whom to chase for a month: who has not sent, whose file was refused, and who must mend what of one that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import UsageError
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import load_standard
from pipelines.report.measured import measured_dir, read_cross_checks
from pipelines.report.receipt_content import TO_MEND, Fix, fixes_of
from pipelines.report.remarks import remarks_of
from pipelines.report.timeliness import SchoolMonth, Timeliness, counts, timeliness
from pipelines.settings import Settings
from pipelines.store.sql import named_rows, sql_text
from pipelines.wording import text

_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Pursued:
    """One school that owes the month, with the kinds of problem that it must mend, dearest first.

    `refused` are those of the last file where that was refused, `fixes` those of the file that counts; `times` counts
    its months late or missing in the school year, `unsent` names those before this one that are missing still.
    """

    row: SchoolMonth
    times: int
    unsent: tuple[str, ...]
    refused: tuple[Fix, ...]
    fixes: tuple[Fix, ...]

    @property
    def is_unsent(self) -> bool:
        """Nothing that counts came for the month."""
        return self.row.received_at is None

    @property
    def is_chased(self) -> bool:
        """Something is asked of the school."""
        return bool(self.is_unsent or self.row.refused_no or self.unsent or self.fixes)

    @cached_property
    def error_count(self) -> int:
        """Places with an error in the file that counts."""
        return self._count("error")

    @cached_property
    def query_count(self) -> int:
        """Queries of that file without an explanation."""
        return self._count("query")

    def _count(self, standing: str) -> int:
        return sum(remark.standing == standing for fix in self.fixes for remark in fix.remarks)


@dataclass(frozen=True)
class NamelessFile:
    """A refused file that names no school; `reason` is the first thing found."""

    submission_no: int
    file_name: str
    received_at: datetime
    reason: str


@dataclass(frozen=True)
class Pursuit:
    """The month's deadline and every school that owes it, by township and code; the gravest of a township first."""

    month: str
    deadline: date
    as_of: datetime
    found: Timeliness
    schools: tuple[Pursued, ...]
    nameless: tuple[NamelessFile, ...]

    @property
    def days_over(self) -> int:
        """Whole days since the deadline; below 0 while it is ahead."""
        return (self.as_of.date() - self.deadline).days

    @cached_property
    def states(self) -> Mapping[str, int]:
        """Schools by state."""
        return counts([one.row for one in self.schools])

    @cached_property
    def chased(self) -> tuple[Pursued, ...]:
        """The schools of which something is asked."""
        return tuple(one for one in self.schools if one.is_chased)

    def by_township(self, schools: Iterable[Pursued]) -> dict[str, list[Pursued]]:
        """Those schools by township."""
        groups: dict[str, list[Pursued]] = {}
        for one in schools:
            groups.setdefault(one.row.township, []).append(one)
        return groups


def pursue(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Pursuit:
    """The last month of the period that is due and has begun by `as_of`, which is set.

    Reads the core tables, and the cross-checks of the last run where there was one. UsageError where no school owes a
    month of the period: no register, before the home's first month, out of term.
    """
    assert settings.as_of is not None
    standard = load_standard(settings.standard)
    calendar = calendar_for(standard, settings.home.root)
    found = timeliness(connection, standard, calendar, settings.period, settings.as_of)
    if not found.latest:
        raise UsageError(_why_nobody(settings, found, calendar.first_month))
    nameless = _nameless(connection, found.last_month, settings.as_of)
    numbers = {number for row in found.latest for number in (row.submission_no, row.refused_no) if number}
    fixes = _fixes(connection, settings, numbers | {row["submission_no"] for row in nameless})
    schools = [
        Pursued(
            row,
            found.times_overdue[row.school_code],
            tuple(month for month in found.of_school(row.school_code, "missing") if month < row.month),
            fixes.get(row.refused_no or 0, ()),
            fixes.get(row.submission_no or 0, ()),
        )
        for row in found.latest
    ]
    return Pursuit(
        month=found.last_month,
        deadline=found.latest[0].deadline,
        as_of=settings.as_of,
        found=found,
        schools=tuple(sorted(schools, key=_order)),
        nameless=tuple(NamelessFile(**row, reason=_reason(fixes, row["submission_no"])) for row in nameless),
    )


def _why_nobody(settings: Settings, found: Timeliness, first_month: str | None) -> str:
    if not found.months:
        return text("errors.before_first_month", period=settings.period.label, first_month=first_month)
    if set(found.months) <= set(found.unregistered):
        return text("errors.no_register", inbox=settings.home.inbox / found.months[-1])
    return text("errors.no_month_due", period=settings.period.label)


def _order(one: Pursued) -> tuple[Any, ...]:
    return one.row.township, not one.is_unsent, not one.refused, -one.error_count, -one.query_count, one.row.school_code


def _reason(fixes: Mapping[int, tuple[Fix, ...]], number: int) -> str:
    found = fixes.get(number)
    return found[0].first.message if found else ""


def _nameless(connection: duckdb.DuckDBPyConnection, month: str, as_of: datetime) -> list[dict[str, Any]]:
    return named_rows(connection.execute(sql_text(_SQL, "nameless"), {"month": month, "as_of": as_of}))


def _fixes(connection: duckdb.DuckDBPyConnection, settings: Settings, numbers: set[int]) -> dict[int, tuple[Fix, ...]]:
    """The kinds of problem of each of the files; explained queries ask for nothing."""
    is_checked = (measured_dir(settings, settings.period) / "crosschecks.parquet").exists()
    remarks = remarks_of(connection, numbers, read_cross_checks(settings) if is_checked else (), TO_MEND)
    asked = {number: [one for one in found if one.standing in TO_MEND] for number, found in remarks.items()}
    return {number: tuple(fixes_of(found)) for number, found in asked.items() if found}


def unsent_of(schools: Sequence[Pursued]) -> list[Pursued]:
    """Those of which nothing came that could be refused."""
    return [one for one in schools if one.is_unsent and one.row.refused_no is None]
