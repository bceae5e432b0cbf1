"""From a month to what is removed of everything before it, and the removal itself.

The rows that pruned files were read and judged to stay: no figure and no window that reaches into a pruned month comes
out otherwise. What goes are the originals, their copies in the inbox, the texts of their cells and the receipts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from pipelines.errors import PipelineError, UsageError
from pipelines.load.database import open_unwritten
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.contracts import reading_hash
from pipelines.metadata.periods import parse_period
from pipelines.publish.manifest import releases_of
from pipelines.settings import Settings
from pipelines.stages import LOADING, run_stages
from pipelines.store.batches import batch_folders, open_batch, read_members, seal_batch
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, read_ledger
from pipelines.store.pruned import (
    Pruned,
    append_pruned,
    finish_pruning,
    gone_originals,
    named_months,
    read_pruned,
    receipts_of,
)
from pipelines.store.tables import read_table, write_table
from pipelines.wording import text


@dataclass(frozen=True)
class Term:
    """Everything sent for a month before `before` is past it; `years` is what led there, None where it was named."""

    before: str
    years: int | None


@dataclass(frozen=True)
class Plan:
    """What a pruning would remove, and why it should not.

    `held` stay although past the term: corrected files and the bureau's corrections are judged from their own cells
    whenever the database is built, and are evidence while they count. `releases` can no longer be made again from
    originals afterwards. `unpublished` are months of which a file is in no release, `recent` those that the reports of
    the running year still take in: both are pruned only if forced.
    """

    term: Term
    entries: tuple[LedgerEntry, ...]
    held: tuple[LedgerEntry, ...]
    original_count: int
    receipt_count: int
    releases: tuple[str, ...]
    unpublished: tuple[str, ...]
    recent: tuple[str, ...]

    @property
    def months(self) -> str:
        """The months concerned, in words."""
        return named_months(entry.period for entry in self.entries)


@cache
def _retention() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((METADATA_ROOT / "retention.yaml").read_text(encoding="utf-8"))
    return found


def term_of(before: str | None, years: int | None, today: date) -> Term:
    """The term that was named, by month or years, or the one of retention.yaml.

    UsageError for both, a month that is none or not over yet, and years below what the law asks for.
    """
    if before is not None and years is not None:
        raise UsageError(text("prune.one_term"))
    if before is not None:
        period = parse_period(before)
        if period.kind != "month" or period.start > today:
            raise UsageError(text("prune.not_a_month", before=before))
        return Term(period.label, None)
    least = int(_retention()["least_years"])
    count = int(_retention()["years"]) if years is None else years
    if count < least:
        raise UsageError(text("prune.too_short", years=count, least=least, source=_retention()["source"]))
    return Term(f"{today.year - count:04d}-{today.month:02d}", count)


def plan_pruning(home: Home, term: Term) -> Plan:
    """What is past the term and was not pruned yet; nothing is written. UsageError where a file was not read yet."""
    ledger, pruned = read_ledger(home), read_pruned(home)
    due = [one for one in ledger if one.period < term.before and one.sequence not in pruned]
    bound = _corrected(home, max(one.received_at for one in ledger)) if due else set()
    entries = tuple(one for one in due if one.sequence not in bound)
    numbers = {entry.sequence for entry in entries}
    gone = gone_originals(home, numbers | pruned.keys(), ledger)
    releases = releases_of(home.releases)
    listed = {(one.sha256, one.period) for _, manifest in releases for one in manifest.originals}
    keys = {(entry.sha256, entry.period) for entry in entries}
    return Plan(
        term=term,
        entries=entries,
        held=tuple(one for one in due if one.sequence in bound),
        original_count=sum(home.original(digest).exists() for digest in gone),
        receipt_count=sum(len(receipts_of(home, one)) for one in entries),
        releases=tuple(
            manifest.path
            for _, manifest in releases
            if any((one.sha256, one.period) in keys for one in manifest.originals)
        ),
        unpublished=tuple(sorted({entry.period for entry in entries if (entry.sha256, entry.period) not in listed})),
        recent=tuple(sorted({entry.period for entry in entries if entry.period >= _running_from(ledger)})),
    )


def _corrected(home: Home, as_of: datetime) -> set[int]:
    """Numbers of the files that hold corrections or were corrected."""
    with open_unwritten(home, as_of) as connection:
        rows = connection.execute(
            "SELECT submission_no FROM core_corrected_cells UNION SELECT target_no FROM core_corrected_cells"
        ).fetchall()
    return {number for (number,) in rows if number is not None}


def _running_from(ledger: Sequence[LedgerEntry]) -> str:
    """The same month a year before the last one received: reports of any period of now take in nothing earlier."""
    last = parse_period(max((entry.period for entry in ledger), default="0001-12"))
    return f"{last.start.year - 1:04d}-{last.start.month:02d}"


def refuse_needed(plan: Plan) -> None:
    """PipelineError naming the months that something not yet published needs."""
    if plan.unpublished:
        raise PipelineError(text("prune.unpublished", months=named_months(plan.unpublished)))
    if plan.recent:
        raise PipelineError(text("prune.recent", months=named_months(plan.recent)))


def prune(settings: Settings, plan: Plan, now: Callable[[], datetime] = datetime.now) -> None:
    """Keep the rows, record what goes, then remove it; the lock is held by the caller.

    Killed before the record, nothing has happened; killed after it, the next run removes the rest.
    """
    home = settings.home
    run_stages(settings, ("extract", "validate"))
    numbers = {entry.sequence for entry in plan.entries}
    _keep(home, numbers)
    moment = now().replace(microsecond=0)
    term = plan.term
    append_pruned(
        home, [Pruned(one.sequence, one.sha256, one.period, moment, term.before, term.years) for one in plan.entries]
    )
    finish_pruning(home)
    run_stages(settings, LOADING)


def _keep(home: Home, numbers: Collection[int]) -> None:
    """One batch of the rows of those files, out of the validated ones."""
    batches = batch_folders(home.stage_dir("validate"))
    sources = [folder for folder in batches if not set(read_members(folder)).isdisjoint(numbers)]
    members = sorted(number for folder in sources for number in read_members(folder) if number in numbers)
    if not members:
        return
    name = hashlib.sha256(",".join(map(str, members)).encode()).hexdigest()[:12]
    folder = open_batch(home.kept, f"{members[0]:09d}-{name}")
    wanted = pa.array(members, pa.int64())
    for file in sorted({path.name for source in sources for path in source.glob("*.parquet")}):
        tables = [read_table(path) for source in sources if (path := Path(source, file)).exists()]
        rows = [table.filter(pc.is_in(table["submission_no"], value_set=wanted)) for table in tables]
        write_table(folder / file, pa.concat_tables(rows))
    seal_batch(folder, members, reading_hash())
