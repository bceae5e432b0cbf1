"""Batches read in disposable children: a file that kills its child is found, tried alone, and rejected by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.errors import PipelineError
from pipelines.extract.batch import Extracted, Original
from pipelines.metadata.contracts import contracts

FILE_SECONDS = 60
IN_COMPANY = 3
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Batch:
    """Originals to read, and the folder that takes their tables."""

    originals: tuple[Original, ...]
    folder: Path

    @property
    def is_done(self) -> bool:
        """Whether the batch was written whole."""
        return (self.folder / "submissions.parquet").exists()


def extract_isolated(batches: Sequence[Batch]) -> None:
    """Fill the folder of every batch; many files a child, a new child only after a death.

    A file that stops its child is tried alone; one that stops it again, alone or in company, is rejected. Raises
    PipelineError where the child cannot run at all, or stops at ever other files that can be read alone.
    """
    killers: set[int] = set()
    innocent: set[int] = set()
    in_company: set[int] = set()
    while pending := [batch for batch in batches if not batch.is_done]:
        stopped_at = _run(pending, killers)
        if stopped_at is None:
            continue
        suspects = [
            original for batch in pending for original in batch.originals if original.submission_no == stopped_at
        ]
        if not suspects:
            raise PipelineError(
                "the process that reads workbooks stopped before the first file; is the installation whole?"
            )
        if stopped_at in innocent:
            if len(in_company) == IN_COMPANY:
                raise PipelineError(
                    f"the process that reads workbooks keeps stopping, last at {suspects[0].file_name}, although each "
                    "file can be read alone; is there enough memory and disk?"
                )
            in_company.add(stopped_at)
            killers.add(stopped_at)
            continue
        with tempfile.TemporaryDirectory(prefix="school-safety-") as alone:
            is_killer = _run([Batch(tuple(suspects), Path(alone))], set()) is not None
        (killers if is_killer else innocent).add(stopped_at)


def _run(batches: Sequence[Batch], killers: set[int]) -> int | None:
    """Read the batches in one child; the number of the file that stopped it (0: before the first), None for none."""
    work = {
        "killers": sorted(killers),
        "batches": [
            {
                "folder": str(batch.folder.resolve()),
                "originals": [
                    (original.submission_no, str(original.path.resolve()), original.file_name, original.sent_period)
                    for original in batch.originals
                ],
            }
            for batch in batches
        ],
    }
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps(work), encoding="utf-8")
        environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "TMPDIR": folder}
        command = [sys.executable, "-m", "pipelines.extract.child", str(job)]
        started = 0
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=_ROOT
        ) as child:
            assert child.stdout is not None
            with _watched(child) as progress:
                for line in child.stdout:
                    started = int(line)
                    progress()
        return None if child.returncode == 0 else started


@contextmanager
def _watched(child: subprocess.Popen[str]) -> Iterator[_Progress]:
    """Kill the child when it shows no progress for FILE_SECONDS."""
    progress = _Progress()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            if progress.silence > FILE_SECONDS:
                child.kill()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield progress
    finally:
        ended.set()
        watcher.join()


class _Progress:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self) -> None:
        self._last = time.monotonic()

    @property
    def silence(self) -> float:
        return time.monotonic() - self._last


def load_extracted(folder: Path) -> Extracted:
    """The tables of one batch."""
    return Extracted(
        pq.read_table(folder / "submissions.parquet"),
        pq.read_table(folder / "sheets.parquet"),
        pq.read_table(folder / "findings.parquet"),
        {
            contract.name: pq.read_table(path)
            for contract in contracts()
            if (path := folder / f"record_{contract.name}.parquet").exists()
        },
    )
