"""The append-only ledger of received files."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.errors import IntegrityError
from pipelines.store.files import naming, sync_folder
from pipelines.store.form import check_form, newer_home
from pipelines.store.home import Home
from pipelines.store.names import shown_name
from pipelines.wording import text

_FIELDS = ("sequence", "sha256", "received_at", "period", "name_hex", "size")


@dataclass(frozen=True)
class LedgerEntry:
    """One received file. Grain: one row per content and period sent for.

    `period` is the month for which it was sent; `received_at` is local time to the second; `name_hex` holds
    the bytes of the file's name. `packed_in` is the sha256 of the archive that the file came in, whose name then
    leads its own: archive.zip/member.xlsx. An archive that was unpacked has no entry, but its original is kept.

    `received_on` is the day on which the file came by what the bureau states; None where nothing is stated. An entry
    of a content that stands there already, with that day, states it afterwards: what was known before does not change.
    """

    sequence: int
    sha256: str
    received_at: datetime
    period: str
    name_hex: str
    size: int
    packed_in: str | None = None
    received_on: date | None = None

    @property
    def file_name(self) -> str:
        """The name as people read it, on one line."""
        return shown_name(bytes.fromhex(self.name_hex))


def _entry(home: Home, line: bytes, number: int) -> LedgerEntry:
    try:
        row = json.loads(line)
        stated = row.get("received_on")
        entry = LedgerEntry(
            **{**{name: row[name] for name in _FIELDS}, "received_at": datetime.fromisoformat(row["received_at"])},
            packed_in=row.get("packed_in"),
            received_on=None if stated is None else date.fromisoformat(stated),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(text("errors.ledger_line", line=number)) from error
    if unknown := row.keys() - {*_FIELDS, "packed_in", "received_on"}:
        raise newer_home(home, f"{home.ledger.name} {number}: {', '.join(sorted(unknown))}")
    if entry.sequence != number:
        raise IntegrityError(text("errors.ledger_order", line=number, sequence=entry.sequence))
    return entry


def read_ledger(home: Home) -> list[LedgerEntry]:
    """Every entry in order of sequence; none before the first receipt.

    A last line without its newline was never acknowledged (a crash while it was written) and does not count.
    IntegrityError naming a damaged line; UsageError where a newer program wrote the home.
    """
    check_form(home)
    if not home.ledger.exists():
        return []
    lines = home.ledger.read_bytes().split(b"\n")[:-1]
    return [_entry(home, line, number) for number, line in enumerate(lines, 1)]


def append_entries(home: Home, entries: Sequence[LedgerEntry]) -> None:
    """Add the entries and make them durable before returning; a torn last line is cut off first."""
    home.ledger.parent.mkdir(parents=True, exist_ok=True)
    with naming(home.ledger), home.ledger.open("ab+") as stream:
        stream.seek(0)
        content = stream.read()
        stream.truncate(content.rfind(b"\n") + 1)
        for entry in entries:
            row = {name: getattr(entry, name) for name in _FIELDS}
            row["received_at"] = entry.received_at.isoformat(timespec="seconds")
            if entry.packed_in is not None:
                row["packed_in"] = entry.packed_in
            if entry.received_on is not None:
                row["received_on"] = entry.received_on.isoformat()
            stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(home.ledger.parent)


def brought_files(ledger: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The entries by which a file came: all but those that only state on which day one came."""
    first: dict[tuple[str, str, str], LedgerEntry] = {}
    for entry in ledger:
        first.setdefault((entry.sha256, entry.period, entry.name_hex), entry)
    return list(first.values())


def first_receipts(ledger: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The entries that bring new content: the first of each content and month sent for."""
    seen: set[tuple[str, str]] = set()
    fresh = []
    for entry in ledger:
        if (entry.sha256, entry.period) not in seen:
            seen.add((entry.sha256, entry.period))
            fresh.append(entry)
    return fresh
