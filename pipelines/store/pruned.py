"""The record of what was removed past its term, and what stays of it: a missing original is known as pruned.

A line of data/pruned.jsonl is what counts: from then on the file's rows are taken from data/kept, as it was read and
judged when it was pruned. What was not yet removed when the program was killed goes the next time.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.store.batches import batch_folders, read_members
from pipelines.store.files import naming, remove_file, remove_folder, sha256_file, sync_folder
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, read_ledger
from pipelines.wording import table, text

_NAMED = 12


@dataclass(frozen=True)
class Pruned:
    """One received file whose original is gone. Grain: one row per ledger entry.

    `before` is the month up to which, itself excluded, was pruned; `years` the term that led to it, None where the
    month was given.
    """

    sequence: int
    sha256: str
    period: str
    pruned_at: datetime
    before: str
    years: int | None


def _line(line: bytes, number: int) -> Pruned:
    try:
        row = json.loads(line)
        return Pruned(**{**row, "pruned_at": datetime.fromisoformat(row["pruned_at"])})
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(text("prune.record_line", line=number)) from error


def read_pruned(home: Home) -> dict[int, Pruned]:
    """Every pruned file by its ledger number; a last line without its newline does not count, as in the ledger.

    IntegrityError naming a line that cannot be read.
    """
    if not home.pruned.exists():
        return {}
    lines = home.pruned.read_bytes().split(b"\n")[:-1]
    found = [_line(line, number) for number, line in enumerate(lines, 1)]
    return {one.sequence: one for one in found}


def append_pruned(home: Home, entries: Sequence[Pruned]) -> None:
    """Add the entries and make them durable before returning; a torn last line is cut off first."""
    with naming(home.pruned), home.pruned.open("ab+") as stream:
        stream.seek(0)
        stream.truncate(stream.read().rfind(b"\n") + 1)
        for entry in entries:
            row = {**asdict(entry), "pruned_at": entry.pruned_at.isoformat(timespec="seconds")}
            stream.write(json.dumps(row).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(home.data)


def kept_folders(home: Home) -> list[Path]:
    """The batches of rows that stay of pruned files, in order; one whose pruning was never recorded is left out."""
    pruned = read_pruned(home).keys()
    return [folder for folder in batch_folders(home.kept) if pruned >= set(read_members(folder))]


def gone_originals(home: Home, pruned: Iterable[int], ledger: Sequence[LedgerEntry]) -> set[str]:
    """sha256 of the originals that nothing but pruned entries needs: themselves, and archives that they came in."""
    numbers = set(pruned)
    gone = {digest for one in ledger if one.sequence in numbers for digest in (one.sha256, one.packed_in) if digest}
    needed = {digest for one in ledger if one.sequence not in numbers for digest in (one.sha256, one.packed_in)}
    return gone - needed


def receipts_of(home: Home, entry: LedgerEntry | Pruned) -> list[Path]:
    """Receipts of that file: their names end with its number."""
    return sorted((home.returns / entry.period).glob(f"*-{entry.sequence:06d}.xlsx"))


def finish_pruning(home: Home) -> None:
    """Remove what pruned files still have: originals, their copies in the inbox, receipts, cells as text, stale rows.

    Run whenever files are read, so that a pruning that was killed, or a backup put back, comes to the same.
    """
    pruned = read_pruned(home)
    if not pruned:
        return
    for folder in batch_folders(home.kept):
        if not pruned.keys() >= set(read_members(folder)):
            remove_folder(folder)
    gone = gone_originals(home, pruned, read_ledger(home))
    for digest in sorted(gone):
        if home.original(digest).exists():
            remove_file(home.original(digest))
    for month in sorted({one.period for one in pruned.values()}):
        _clear_inbox(home.inbox / month, gone)
    for one in pruned.values():
        for receipt in receipts_of(home, one):
            remove_file(receipt)
    for stage in ("validate", "extract"):
        for folder in batch_folders(home.stage_dir(stage)):
            if not pruned.keys().isdisjoint(read_members(folder)):
                remove_folder(folder)


def _clear_inbox(inbox: Path, gone: set[str]) -> None:
    """Files stay in the inbox when they are received: these are copies of originals."""
    for path in sorted(inbox.rglob("*")) if inbox.is_dir() else ():
        if stat.S_ISREG(path.lstat().st_mode) and sha256_file(path) in gone:
            remove_file(path)


def pruned_lines(pruned: Iterable[Pruned]) -> list[str]:
    """When, by which term and of which months originals were removed, a sentence for each pruning."""
    groups: dict[tuple[datetime, str, int | None], list[Pruned]] = {}
    for one in pruned:
        groups.setdefault((one.pruned_at, one.before, one.years), []).append(one)
    terms = table("prune.terms")
    lines = []
    for (at, before, years), files in sorted(groups.items(), key=lambda pair: pair[0][0]):
        term = terms["years" if years else "before"].format(years=years, before=before)
        months = named_months({one.period for one in files})
        lines.append(text("prune.was", months=months, count=len(files), at=at.isoformat(sep=" "), term=term))
    return lines


def named_months(months: Iterable[str]) -> str:
    """The months in order; many as the first, the last and their number."""
    ordered = sorted(set(months))
    if len(ordered) <= _NAMED:
        return text("join").join(ordered)
    return text("prune.many_months", first=ordered[0], last=ordered[-1], count=len(ordered))
