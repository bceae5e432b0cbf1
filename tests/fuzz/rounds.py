"""What is wrong with how a batch of damaged files was read, beside two good ones; nothing, as it should be."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.extract.batch import Original
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted
from pipelines.findings import catalogue
from pipelines.validate.batch import Validated, Validator
from tests.fuzz.counted import filled_rows
from tests.fuzz.mutants import Mutant

PERIOD = "2026-10"
FIRST, LAST = 1, 100_000
"""Numbers of the two good files, before and after all others."""
_UNWORDED = re.compile(r"\{[a-z_]*\}|Traceback|\bpanicked\b|File \"|<[a-z]+ object|\bNone\b|\bnan\b")
_SHEET = re.compile(r"^xl/worksheets/.*\.xml$|^content\.xml$|\.csv$")
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Reading:
    """What became of one file: its submission rows, its findings, its records by table."""

    submissions: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    records: Rows

    @property
    def is_refused(self) -> bool:
        """Whether the file is rejected whole."""
        return any(row["reject_code"] is not None for row in self.submissions)

    @property
    def codes(self) -> Counter[str]:
        """Codes of its findings, counted."""
        return Counter(row["code"] for row in self.findings)


@cache
def _validator() -> Validator:
    """Slow to set up, and indifferent to what it judged before."""
    return Validator()


def read_files(folder: Path, files: Mapping[int, tuple[str, bytes]]) -> dict[int, Reading]:
    """The files, (name, content) by number, read as one batch in the sandbox and judged."""
    inbox, tables = folder / "inbox", folder / "tables"
    for place in (inbox, tables):
        place.mkdir(parents=True)
    originals = []
    for number, (name, content) in sorted(files.items()):
        path = inbox / f"original-{number}"
        path.write_bytes(content)
        originals.append(Original(number, path, name, PERIOD))
    extract_isolated([Batch(tuple(originals), tables)])
    return _by_file(_validator().validate(load_extracted(tables)), files)


def _by_file(judged: Validated, files: Mapping[int, Any]) -> dict[int, Reading]:
    found = {number: Reading([], [], {}) for number in files}
    for row in judged.submissions.to_pylist():
        found[row["submission_no"]].submissions.append(row)
    for row in judged.findings.to_pylist():
        found[row["submission_no"]].findings.append(row)
    for name, table in judged.records.items():
        for row in table.to_pylist():
            number = row.pop("submission_no")
            found[number].records.setdefault(name, []).append(tuple(map(str, row.values())))
    return found


class Rounds:
    """Reads round after round of mutants of the same good files; knows how those are read undamaged."""

    def __init__(self, folder: Path, bases: Mapping[str, bytes], good: Sequence[tuple[str, bytes]]) -> None:
        self._folder = folder
        self._bases = bases
        self._good = {FIRST: good[0], LAST: good[1]}
        numbers = {name: number for number, name in enumerate(sorted(bases), FIRST + 1)}
        read = read_files(folder / "whole", {**self._good, **{numbers[name]: (name, bases[name]) for name in bases}})
        self.whole = {name: read[number] for name, number in numbers.items()}
        self._reference = {number: read[number] for number in self._good}

    def run(self, turn: int, mutants: Sequence[Mutant]) -> list[tuple[int, str]]:
        """(number of the mutant, what is wrong) for everything wrong; -1 where it is nobody's in particular."""
        files = {number: (mutant.name, mutant.content) for number, mutant in enumerate(mutants, FIRST + 1)}
        place = self._folder / f"round-{turn}"
        temporary = place / "temporary"
        temporary.mkdir(parents=True)
        before, tempfile.tempdir = tempfile.tempdir, str(temporary)
        try:
            read = read_files(place, {**self._good, **files})
        finally:
            tempfile.tempdir = before
        wrong = [(-1, f"left in the temporary folder: {path.name}") for path in temporary.iterdir()]
        for number, reference in self._reference.items():
            if read[number] != reference:
                wrong.append((-1, f"good file {number} is read differently: {read[number].codes}"))
        for at, mutant in enumerate(mutants):
            found = read[at + FIRST + 1]
            lost = _lost(found, self.whole[mutant.base], mutant, self._bases[mutant.base])
            wrong += [(at, told) for told in (*_ill_formed(found), *lost)]
        return wrong


def _ill_formed(found: Reading) -> list[str]:
    """What is wrong whatever the file."""
    wrong = [] if len(found.submissions) == 1 else [f"{len(found.submissions)} submission rows"]
    codes = {row["reject_code"] for row in found.submissions} - {None}
    fatal = {row["code"] for row in found.findings if row["severity"] == "fatal"}
    if bool(codes) != bool(fatal) or not codes <= fatal:
        wrong.append(f"refused by {codes}, told as {fatal}")
    for row in found.findings:
        if row["code"] not in catalogue():
            wrong.append(f"{row['code']} is in no catalogue")
        texts = (row["message"].replace(row["value"], "") if row["value"] else row["message"], row["hint"])
        if not all(texts) or any(map(_UNWORDED.search, texts)):
            wrong.append(f"{row['code']} is not worded: {texts}")
    if found.is_refused and found.records:
        wrong.append("refused, and read all the same")
    return wrong


def _lost(found: Reading, whole: Reading, mutant: Mutant, content: bytes) -> list[str]:
    """Rows that the undamaged file has and the damaged one lacks, without a word more than about the undamaged.

    An archive whose bytes were damaged is proved whole by its checksums. A damaged sheet may have lost rows, but those
    that are there, or that its unsound XML hides, must not get lost without a word.
    """
    if found.is_refused or whole.is_refused or found.codes - whole.codes:
        return []
    if mutant.is_packed:
        if not _SHEET.search(mutant.part) or mutant.name != mutant.base:
            return []
        kept = filled_rows(mutant.content)
        if kept is not None and kept < (filled_rows(content) or 0):
            return []
    is_sealed = not mutant.is_packed and mutant.base.endswith((".xlsx", ".ods", ".zip", ".xlsb"))
    wrong = []
    for table, rows in whole.records.items():
        now = found.records.get(table, [])
        if (is_sealed and now != rows) or (mutant.is_packed and len(now) < len(rows)):
            wrong.append(f"{table} has {len(now)} rows of {len(rows)}, and nothing says so: {dict(found.codes)}")
    return wrong
