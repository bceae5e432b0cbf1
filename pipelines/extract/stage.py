"""Stage extract: originals that were not read before, under this contract, to batches of text tables."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pipelines.extract.batch import Original
from pipelines.extract.sandbox import Batch, extract_isolated
from pipelines.metadata.contracts import reading_hash
from pipelines.settings import Settings
from pipelines.store.batches import batch_folders, open_batch, prune_batches, read_members, seal_batch
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, first_receipts, read_ledger
from pipelines.store.pruned import finish_pruning, read_pruned

BATCH_FILES = 5000


def _batch_name(entries: Sequence[LedgerEntry]) -> str:
    content = "".join(f"{entry.sequence}:{entry.sha256};" for entry in entries)
    return f"{entries[0].sequence:09d}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _originals(home: Home, entries: Sequence[LedgerEntry]) -> tuple[Original, ...]:
    return tuple(
        Original(entry.sequence, home.original(entry.sha256), entry.file_name, entry.period) for entry in entries
    )


def run(settings: Settings) -> None:
    """Bring data/extract up to the ledger. Batches are immutable; those read under another contract go.

    Pruned files are not there to be read: what was kept of them stands for them.
    """
    home = settings.home
    finish_pruning(home)
    root = home.stage_dir("extract")
    root.mkdir(parents=True, exist_ok=True)
    version = reading_hash()
    prune_batches(root, version)
    known = {number for folder in batch_folders(root) for number in read_members(folder)} | read_pruned(home).keys()
    fresh = [entry for entry in first_receipts(read_ledger(home)) if entry.sequence not in known]
    groups = [fresh[start : start + BATCH_FILES] for start in range(0, len(fresh), BATCH_FILES)]
    batches = [Batch(_originals(home, group), open_batch(root, _batch_name(group))) for group in groups]
    if batches:
        extract_isolated(batches)
    for batch in batches:
        seal_batch(batch.folder, [original.submission_no for original in batch.originals], version)
