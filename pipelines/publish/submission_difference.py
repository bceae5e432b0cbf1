"""What changed between two versions of a school's submission: sheets, rows and cells as submitted, and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.errors import UsageError
from pipelines.extract.column_texts import UNREADABLE
from pipelines.load.database import open_verdicts
from pipelines.metadata.contracts import Contract, Field, contracts
from pipelines.metadata.persons import shown
from pipelines.publish.wording import say
from pipelines.store.batches import batch_folders, read_members
from pipelines.store.home import Home
from pipelines.store.pruned import pruned_lines, read_pruned

_VERSIONS = """SELECT submission_no, version, file_name, received_at, status, reject_code FROM core_submissions
WHERE origin = 'school' AND school_code = $school AND period = $month ORDER BY submission_no"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """One file of a school for a month; `version` is None for one that was refused: none of its rows count."""

    submission_no: int
    version: int | None
    file_name: str
    received_at: datetime
    status: str
    reject_code: str | None

    def __str__(self) -> str:
        told = {"file": self.file_name, "received_at": self.received_at, "code": self.reject_code}
        if self.version is None:
            return say("versions.refused", **told)
        return say("versions.accepted", version=self.version, **told)


@dataclass(frozen=True)
class Change:
    """One thing that differs. Grain: one row per sheet that came or went, per cell, per finding.

    `kind`: sheet, row_added, row_removed, cell, finding_added, finding_removed. `key` names the row by the contract's
    key; rows are numbered as in the sheet, None on the side that lacks it. Of a finding `field` holds the code and the
    message stands on its side. Values are as submitted, those of restricted fields masked.
    """

    kind: str
    sheet: str
    key: str
    field: str
    old_row: int | None
    new_row: int | None
    old: str
    new: str


@dataclass(frozen=True)
class SubmissionDifference:
    """Two versions, every change from the one to the other, and all files of the school for the month."""

    old: Version
    new: Version
    changes: tuple[Change, ...]
    files: tuple[Version, ...]


def read_versions(home: Home, school: str, month: str) -> tuple[Version, ...]:
    """Every file of the school for the month, those refused among them, in order of receipt."""
    with open_verdicts(home) as connection:
        rows = connection.execute(_VERSIONS, {"school": school, "month": month}).fetchall()
    return tuple(Version(*row) for row in rows)


def diff_versions(
    home: Home, school: str, month: str, old: int | None = None, new: int | None = None
) -> SubmissionDifference:
    """What changed from version `old` to `new`: by default the last one and the one before it.

    Only reads. UsageError where there is no such version, or none to compare with, or one was pruned.
    """
    files = read_versions(home, school, month)
    known = {one.version: one for one in files if one.version is not None}
    where = {"school": school, "month": month}
    if not files:
        raise UsageError(say("versions.none", **where))
    if len(known) < 2:
        listed = say("join").join(str(one) for one in files)
        raise UsageError(say("versions.one", **where, count=len(known), files=listed))
    last = max(known) if new is None else new
    first = last - 1 if old is None else old
    for number in (first, last):
        if number not in known:
            raise UsageError(say("versions.unknown", **where, version=number, known=say("join").join(map(str, known))))
    pair = known[first], known[last]
    pruned = read_pruned(home)
    if gone := [pruned[one.submission_no] for one in pair if one.submission_no in pruned]:
        raise UsageError("".join(pruned_lines(gone)))
    changes = (*_sheet_changes(home, pair), *_row_changes(home, pair), *_finding_changes(home, pair))
    return SubmissionDifference(*pair, changes, files)


def _read(home: Home, stage: str, name: str, number: int) -> list[Row]:
    """Rows of one submission in a stage's batches, in order."""
    for folder in batch_folders(home.stage_dir(stage)):
        path: Path = folder / f"{name}.parquet"
        if path.exists() and number in read_members(folder):
            rows: list[Row] = pq.read_table(path, filters=[("submission_no", "=", number)]).to_pylist()
            return rows
    return []


def _sheet_changes(home: Home, pair: tuple[Version, Version]) -> Iterator[Change]:
    states = []
    for one in pair:
        sheets = _read(home, "validate", "sheets", one.submission_no)
        states.append({row["table_name"]: _state(row) for row in sheets})
    for contract in contracts("school"):
        old, new = (found.get(contract.name, "absent") for found in states)
        if old != new:
            yield Change("sheet", contract.title, "", "", None, None, say(f"versions.{old}"), say(f"versions.{new}"))


def _state(sheet: Row) -> str:
    if sheet["row_count"] or sheet["lost_row_count"]:
        return "rows"
    return "nil" if sheet["is_nil"] else "empty"


def _row_changes(home: Home, pair: tuple[Version, Version]) -> Iterator[Change]:
    for contract in contracts("school"):
        old, new = (_keyed_rows(home, contract, one.submission_no) for one in pair)
        order = [*new, *(key for key in old if key not in new)]
        for key in order:
            yield from _cell_changes(contract, old.get(key), new.get(key))


def _keyed_rows(home: Home, contract: Contract, number: int) -> dict[tuple[str, ...], Row]:
    """Rows as submitted by the contract's key; of rows with one key the first, the second… of each version match."""
    name = f"record_{contract.name}"
    typed = {row["row_no"]: row for row in _read(home, "validate", name, number)}
    seen: Counter[tuple[str, ...]] = Counter()
    keyed = {}
    for row in sorted(_read(home, "extract", name, number), key=lambda row: (row["sheet_no"], row["row_no"])):
        key = _key(contract, row, typed.get(row["row_no"], {}))
        seen[key] += 1
        keyed[*key, str(seen[key])] = row
    return keyed


def _key(contract: Contract, row: Row, typed: Row) -> tuple[str, ...]:
    """The key's values as read, so that another way of writing a date is no other row; as written where unread."""
    if contract.single_row:
        return ()
    parts = []
    for name in contract.key:
        read = typed.get("item_id") if name == "item_name" else None
        if read is None and contract.field(name).mask is None:
            read = typed.get(name)
        parts.append(_plain(row[name]) if read is None else str(read))
    return tuple(parts) if any(parts) else ("", str(row["row_no"]))


def _cell_changes(contract: Contract, old: Row | None, new: Row | None) -> Iterator[Change]:
    row = new or old or {}
    key = " ".join(filter(None, (_shown(contract.field(name), row[name]) for name in contract.key)))
    kind = "cell" if old and new else "row_added" if new else "row_removed"
    for field in contract.fields:
        was, now = (_plain(side[field.name]) if side else "" for side in (old, new))
        if was != now:
            rows = (old["row_no"] if old else None, new["row_no"] if new else None)
            yield Change(kind, contract.title, key, field.label, *rows, _shown(field, was), _shown(field, now))


def _plain(text: str | None) -> str:
    return (text or "").strip()


def _shown(field: Field, text: str | None) -> str:
    """A cell as people may see it."""
    plain = _plain(text)
    if plain == UNREADABLE:
        return say("versions.unreadable")
    return shown(plain, field)


def _finding_changes(home: Home, pair: tuple[Version, Version]) -> Iterator[Change]:
    """Findings of the files themselves that the other version lacks; one that only moved to another row is none."""
    found = [_read(home, "validate", "findings", one.submission_no) for one in pair]
    told = [Counter(_told(row) for row in rows) for rows in found]
    for kind, rows, left in (
        ("finding_removed", found[0], told[0] - told[1]),
        ("finding_added", found[1], told[1] - told[0]),
    ):
        for row in sorted(rows, key=lambda row: row["place"]):
            if left[_told(row)] > 0:
                left[_told(row)] -= 1
                yield _finding_change(kind, row)


def _told(row: Row) -> tuple[str, ...]:
    return row["code"], row["sheet"], row["field"], row["value"], row["message"]


def _finding_change(kind: str, row: Row) -> Change:
    is_new = kind == "finding_added"
    rows = (None, row["row_no"]) if is_new else (row["row_no"], None)
    texts = ("", row["message"]) if is_new else (row["message"], "")
    return Change(kind, row["sheet"], row["cell"], row["code"], *rows, *texts)
