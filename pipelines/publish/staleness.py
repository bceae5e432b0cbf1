"""Releases that rest on files which no longer count: computed whenever asked, never stored.

A release itself never changes; publishing again makes the revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipelines.load.database import open_verdicts
from pipelines.metadata.contracts import reading_hash
from pipelines.metadata.periods import parse_period
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.manifest import Manifest, readable_releases
from pipelines.store.batches import current_batches
from pipelines.store.home import Home
from pipelines.store.sql import sql_text

_SQL = Path(__file__).parent / "sql"
_CORRECTION = "correction"
_COLUMNS = ["origin", "school_code", "school_name", "period", "submission_no", "received_at", "status"]


@dataclass(frozen=True)
class MovedSubmission:
    """A school's (or the bureau's) month of which another file counts now, or of which the bureau corrected a cell.

    `received_at` is when that one came; None where the one that counted was taken back and none stands for it.
    """

    origin: str
    school_code: str
    school_name: str
    month: str
    received_at: datetime | None


@dataclass(frozen=True)
class StaleRelease:
    """The last release of a standard and period, with every month that moved since; there is at least one."""

    path: str
    manifest: Manifest
    moved: tuple[MovedSubmission, ...]


def stale_releases(home: Home) -> tuple[StaleRelease, ...]:
    """The stale ones among the last releases of each standard and period, in the order of publication.

    Any month up to the release's last one is taken as read: a hazard's life and windows longer than a month reach back.
    A release that cannot be read is left to `verify`.
    """
    last = _last_releases(home)
    if not last:
        return ()
    with open_verdicts(home) as connection:
        texts = current_batches(home.stage_dir("extract"), reading_hash())
        found = [StaleRelease(one.path, one, _moved(connection, texts, rows, one)) for rows, one in last]
    return tuple(release for release in found if release.moved)


def _last_releases(home: Home) -> list[tuple[Path, Manifest]]:
    """Rows and manifest of the last release of each standard and period, in the order of the chain."""
    last: dict[tuple[str, str], tuple[Path, Manifest]] = {}
    for folder, manifest in readable_releases(home.releases):
        rows = folder / ROWS / "core_submissions.parquet"
        earlier = last.get((manifest.standard, manifest.period))
        if rows.exists() and (earlier is None or earlier[1].number < manifest.number):
            last[manifest.standard, manifest.period] = (rows, manifest)
    return sorted(last.values(), key=lambda pair: pair[1].chain)


def _moved(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[Path], rows: Path, manifest: Manifest
) -> tuple[MovedSubmission, ...]:
    connection.register("recorded", pq.read_table(rows, columns=_COLUMNS))
    moment = {"last_month": parse_period(manifest.period).last_month, "as_of": manifest.as_of}
    moved = connection.execute(sql_text(_SQL, "moved_submissions"), moment).fetchall()
    connection.unregister("recorded")
    found = tuple(MovedSubmission(*row) for row in moved)
    if not any(one.origin == _CORRECTION for one in found):
        return found
    counted = _counted_otherwise(connection, texts, manifest.as_of)
    return tuple(one for one in found if one.origin != _CORRECTION or (one.school_code, one.month) in counted)


def _counted_otherwise(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[Path], as_of: datetime
) -> set[tuple[str, str]]:
    """(school, month) of which other corrections count now than then: one that never fitted has moved nothing."""
    from pipelines.load.correcting import fitting

    then, now = (fitting(connection, texts, moment) for moment in (as_of, None))
    return {(school, month) for school, month, *_ in then ^ now}
