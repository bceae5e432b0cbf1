"""The disposable process that reads originals: python -m pipelines.extract.child JOB.

Notes the number of each file before it opens it, so that its parent knows which one stopped it. A job is either
batches, whose tables it writes into their folders, or files whose sheets it prints, a line of JSON each.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.extract.limits import CANNOT_WRITE, Limits, allow_cpu, confine, forbid_processes
from pipelines.extract.place import PLACE, shared_place

if TYPE_CHECKING:
    from pipelines.extract.batch import Extracted


def _start(number: int, place: memoryview, limits: Limits) -> None:
    allow_cpu(limits.cpu_seconds)
    place[0] = number


def _save(extracted: Extracted, folder: Path) -> None:
    """Write the batch's tables; submissions.parquet comes last and says that the rest is there.

    A disk that refuses is no file's fault: the parent is told which path and why.
    """
    from pipelines.store.tables import write_table

    tables = {f"record_{name}": table for name, table in extracted.records.items()}
    tables |= {"sheets": extracted.sheets, "findings": extracted.findings, "submissions": extracted.submissions}
    try:
        for name, table in tables.items():
            write_table(folder / f"{name}.parquet", table)
    except OSError as error:
        print(error.errno, error.filename, file=sys.stderr)
        sys.exit(CANNOT_WRITE)


def _read_batches(work: dict[str, Any], place: memoryview, limits: Limits) -> None:
    import pyarrow.parquet  # noqa: F401 - starts its threads before threads are forbidden

    from pipelines.extract.batch import Original, extract_batch
    from pipelines.extract.remarks import Rejected
    from pipelines.metadata.contracts import contracts

    contracts()  # at nobody's cost: the first file's time is its own
    forbid_processes()
    killers = {number: Rejected(code, detail) for number, code, detail in work["killers"]}
    for batch in work["batches"]:
        originals = [Original(number, Path(path), *told) for number, path, *told in batch["originals"]]
        gc.collect()
        extracted = extract_batch(originals, killers, lambda original: _start(original.submission_no, place, limits))
        allow_cpu(limits.cpu_seconds)
        _save(extracted, Path(batch["folder"]))


def _print_grids(work: dict[str, Any], place: memoryview, limits: Limits) -> None:
    from pipelines.extract.grids import read_grids
    from pipelines.extract.remarks import Rejected

    forbid_processes()
    for turn, (number, path, name, *_) in enumerate(work["grids"]):
        if turn % 100 == 0:
            gc.collect()
        _start(number, place, limits)
        answer: object
        try:
            answer = [(grid.name, grid.rows, grid.is_hidden) for grid in read_grids(Path(path), name)]
        except Rejected as rejected:
            answer = {"code": rejected.code, "detail": rejected.detail, "sheet": rejected.sheet}
        print(json.dumps(answer, separators=(",", ":")), flush=True)


def main(job: Path) -> None:
    """Do the job under its limits."""
    work = json.loads(job.read_text(encoding="utf-8"))
    limits = Limits(**work["limits"])
    confine(limits)
    gc.disable()
    with shared_place(job.with_name(PLACE)) as place:
        if "grids" in work:
            _print_grids(work, place, limits)
        else:
            _read_batches(work, place, limits)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
