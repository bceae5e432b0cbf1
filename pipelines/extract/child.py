"""The disposable process that reads batches: python -m pipelines.extract.child JOB.

Prints the number of each file before it opens it, so that its parent knows which one stopped it.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.extract.batch import Extracted, Original, extract_batch

MEMORY_BYTES = 4 << 30
WRITTEN_BYTES = 2 << 30


def _limit() -> None:
    """Cap memory and forbid core files; on systems without limits the parent's clock is the only guard."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))


def _save(extracted: Extracted, folder: Path) -> None:
    """Write the batch's tables; submissions.parquet comes last and says that the rest is there."""
    tables = {f"record_{name}": table for name, table in extracted.records.items()}
    tables |= {"sheets": extracted.sheets, "findings": extracted.findings, "submissions": extracted.submissions}
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _starting(original: Original) -> None:
    sys.stdout.write(f"{original.submission_no}\n")
    sys.stdout.flush()


def main(job: Path) -> None:
    """Read the batches that the job file lists and write their tables into their folders."""
    _limit()
    gc.disable()
    work = json.loads(job.read_text(encoding="utf-8"))
    killers = frozenset(work["killers"])
    for batch in work["batches"]:
        originals = [Original(number, Path(path), name, period) for number, path, name, period in batch["originals"]]
        gc.collect()
        _save(extract_batch(originals, killers, _starting), Path(batch["folder"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
