"""Originals read in disposable children: a file that kills its child is found, tried alone, and rejected by name.

The parent never opens an original. What binds a child is in `limits`; how it is started and watched in `children`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.errors import IntegrityError, PipelineError
from pipelines.extract.batch import Extracted, Original
from pipelines.extract.children import Death, run_child
from pipelines.extract.grids import Grid
from pipelines.extract.limits import Limits
from pipelines.extract.remarks import Rejected
from pipelines.metadata.contracts import contracts
from pipelines.store.tables import read_table
from pipelines.wording import text

IN_COMPANY = 3
_LIMITS = Limits()


@dataclass(frozen=True)
class Batch:
    """Originals to read, and the folder that takes their tables."""

    originals: tuple[Original, ...]
    folder: Path

    @property
    def is_done(self) -> bool:
        """Whether the batch was written whole."""
        return (self.folder / "submissions.parquet").exists()


def extract_isolated(batches: Sequence[Batch], limits: Limits = _LIMITS) -> None:
    """Fill the folder of every batch; many files a child, a new child only after a death.

    A file that stops its child is tried alone; one that stops it again, alone or in company, is rejected. Raises
    PipelineError where the child cannot run at all, or stops at ever other files that can be read alone, and
    IntegrityError where an original cannot be opened: that is no fault of the file's.
    """
    killers: dict[int, Death] = {}
    innocent: set[int] = set()
    in_company: set[int] = set()
    has_ended_early = False
    while pending := [batch for batch in batches if not batch.is_done]:
        death = _run(pending, killers, limits)
        if death is None:
            continue
        if death.at == 0 and not has_ended_early:  # killed from outside, say, for its memory
            has_ended_early = True
            continue
        suspect = _suspect([original for batch in pending for original in batch.originals], death)
        if death.at in innocent:
            if len(in_company) == IN_COMPANY:
                raise PipelineError(text("errors.reader_stops", file=suspect.file_name))
            in_company.add(death.at)
            killers[death.at] = death
            continue
        with tempfile.TemporaryDirectory(prefix="school-safety-") as alone:
            again = _run([Batch((suspect,), Path(alone))], {}, limits)
        if again is None:
            innocent.add(death.at)
        else:
            killers[death.at] = again


def _suspect(originals: Sequence[Original], death: Death) -> Original:
    found = [original for original in originals if original.submission_no == death.at]
    if not found:
        raise PipelineError(text("errors.reader_start", detail=death.detail))
    if not os.access(found[0].path, os.R_OK):
        raise IntegrityError(text("errors.original_unreadable", file=found[0].file_name, path=found[0].path))
    return found[0]


def _run(batches: Sequence[Batch], killers: Mapping[int, Death], limits: Limits) -> Death | None:
    """Read the batches in one child; how it died, None where it did not."""
    job = {
        "killers": [(death.at, death.code, death.detail) for death in killers.values()],
        "batches": [
            {"folder": str(batch.folder.resolve()), "originals": [_entry(original) for original in batch.originals]}
            for batch in batches
        ],
    }
    return _ending(run_child(job, limits))


def _entry(original: Original) -> tuple[int, str, str, str, str]:
    path = os.path.abspath(original.path)  # noqa: PTH100 - to resolve is to ask the disk of every folder on the way
    return original.submission_no, path, original.file_name, original.sent_period, original.table_name


def _ending(lines: Generator[bytes, None, Death | None]) -> Death | None:
    while True:
        try:
            next(lines)
        except StopIteration as stop:
            death: Death | None = stop.value
            return death


def read_grids_isolated(originals: Sequence[Original], limits: Limits = _LIMITS) -> Iterator[list[Grid] | Rejected]:
    """The sheets of each original in turn, as texts, or why it cannot be read; many originals a child.

    The child is a file ahead of whoever draws, and waits: memory stays that of a few files. A file that kills it is
    tried alone; what was read alone is taken. Raises as `extract_isolated` does.
    """
    done = 0
    while done < len(originals):
        lines = _grid_lines(originals[done:], limits)
        while True:
            try:
                line = next(lines)
            except StopIteration as stop:
                death: Death | None = stop.value
                break
            done += 1
            yield _grids(json.loads(line))
        if death is not None and done < len(originals):
            suspect = _suspect(originals[done:], death)
            done += 1
            yield _grids_alone(suspect, limits)


def _grid_lines(originals: Sequence[Original], limits: Limits) -> Generator[bytes, None, Death | None]:
    return run_child({"grids": [_entry(original) for original in originals]}, limits)


def _grids_alone(original: Original, limits: Limits) -> list[Grid] | Rejected:
    lines = _grid_lines([original], limits)
    try:
        return _grids(json.loads(next(lines)))
    except StopIteration as stop:
        death: Death = stop.value
        return Rejected(death.code, death.detail)
    finally:
        lines.close()


def _grids(answer: Any) -> list[Grid] | Rejected:
    if isinstance(answer, dict):
        return Rejected(**answer)
    return [Grid(name, rows, is_hidden) for name, rows, is_hidden in answer]


class _Stored(Mapping[str, pa.Table]):
    """The records of a batch by the name of their contract, each table read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        paths = ((contract, folder / f"record_{contract.name}.parquet") for contract in contracts())
        self._stored = {contract.name: (path, contract) for contract, path in paths if path.exists()}

    def __getitem__(self, name: str) -> pa.Table:
        path, contract = self._stored[name]
        return read_table(path, [field.name for field in contract.fields])

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def load_extracted(folder: Path) -> Extracted:
    """The tables of one batch; its records, most of it, stay on disk until they are asked for."""
    submissions, sheets, findings = (
        read_table(folder / f"{name}.parquet") for name in ("submissions", "sheets", "findings")
    )
    return Extracted(submissions, sheets, findings, _Stored(folder))
