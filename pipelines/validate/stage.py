"""Stage validate: every extracted batch, judged once under the present contracts."""

from __future__ import annotations

import pyarrow as pa

from pipelines.extract.sandbox import load_extracted
from pipelines.metadata.contracts import reading_hash
from pipelines.progress import track
from pipelines.settings import Settings
from pipelines.store.batches import batch_folders, open_batch, prune_batches, read_members, seal_batch
from pipelines.store.tables import write_table
from pipelines.validate.batch import Validator
from pipelines.validate.columns import decoded_table


def run(settings: Settings) -> None:
    """Bring data/validate up to data/extract. Batches are immutable; those of another contract go."""
    root = settings.home.stage_dir("validate")
    root.mkdir(parents=True, exist_ok=True)
    version = reading_hash()
    prune_batches(root, version)
    sources = batch_folders(settings.home.stage_dir("extract"))
    for stale in {folder.name for folder in batch_folders(root)} - {source.name for source in sources}:
        open_batch(root, stale).rmdir()
    pending = [source for source in sources if not (root / source.name / "version.txt").exists()]
    if not pending:
        return
    validator = Validator()
    for source in track(pending, "validate"):
        folder = open_batch(root, source.name)
        for name, table in validator.validate(load_extracted(source)).tables.items():
            write_table(folder / f"{name}.parquet", decoded_table(table))
        seal_batch(folder, read_members(source), version)
        pa.default_memory_pool().release_unused()
