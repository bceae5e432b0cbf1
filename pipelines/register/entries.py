"""Every register that was received, its entries as loaded, and which of them counts for a month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cached_property

import duckdb

_STAMP = re.compile(r"school-safety;register-([a-z]+)-(\d+)(?:-(\d+))?;(\d+)")
UNDO = "undo"


@dataclass(frozen=True)
class Entry:
    """One row of the register: a school as it is from one day to another, both included; None is open, or not told."""

    school_code: str
    school_name: str | None
    school_type: str | None
    ownership: str | None
    urban_rural: str | None
    township: str | None
    valid_from_date: date | None = None
    valid_to_date: date | None = None
    change_reason: str | None = None
    successor_code: str | None = None
    note: str | None = None

    def is_valid(self, day: date) -> bool:
        """Whether the day lies within it."""
        return (self.valid_from_date is None or self.valid_from_date <= day) and (
            self.valid_to_date is None or self.valid_to_date >= day
        )


ENTRY_FIELDS = tuple(field.name for field in fields(Entry))

_STATED = f"""SELECT submission_no, sent.period, sent.received_at, sent.file_name, sent.sha256, sent.template_stamp,
{", ".join(f"entry.{name}" for name in ENTRY_FIELDS)}
FROM core_register AS entry JOIN core_submissions AS sent USING (submission_no)
WHERE sent.version IS NOT NULL AND sent.origin = 'bureau' AND entry.school_code IS NOT NULL
ORDER BY submission_no, entry.row_no"""


@dataclass(frozen=True)
class Stamp:
    """What a register that a command wrote says of itself: the kind of change, its number, the change it takes back.

    The number of a change is that of the first register which it wrote; it writes one for every month that has its own.
    """

    kind: str
    change_no: int
    undone_no: int | None = None

    def written(self, number: int) -> str:
        """The stamp of the register with that number in the ledger."""
        undone = "" if self.undone_no is None else f"-{self.undone_no}"
        return f"school-safety;register-{self.kind}-{self.change_no}{undone};{number}"


@dataclass(frozen=True)
class Register:
    """One register as received; `number` is that of its file in the ledger, `stamp` None where no command wrote it."""

    number: int
    month: str
    received_at: datetime
    file_name: str
    sha256: str
    stamp: Stamp | None
    entries: tuple[Entry, ...]

    @cached_property
    def by_school(self) -> dict[str, tuple[Entry, ...]]:
        """The entries of each school in order of their first day."""
        return by_school(self.entries)


def by_school(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Entries by school code, each school's in order of their first day."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.school_code, []).append(entry)
    return {code: tuple(sorted(rows, key=lambda row: row.valid_from_date or date.min)) for code, rows in found.items()}


def are_same(some: Iterable[Entry], others: Iterable[Entry]) -> bool:
    """Whether both hold the same entries, in whatever order."""
    return sorted(map(repr, some)) == sorted(map(repr, others))


def entry_on(rows: Sequence[Entry], day: date) -> Entry:
    """Of a school's rows the one that counts on the day, by the rule of store/register.sql: a valid one, the latest."""
    return max(reversed(rows), key=lambda row: (row.is_valid(day), row.valid_from_date or date.min))


def read_registers(connection: duckdb.DuckDBPyConnection) -> list[Register]:
    """Every register of an accepted file, in the order of receipt."""
    found: dict[int, Register] = {}
    entries: dict[int, list[Entry]] = {}
    for number, month, received_at, name, sha256, stamp, *values in connection.execute(_STATED).fetchall():
        entries.setdefault(number, []).append(Entry(*values))
        if number not in found:
            found[number] = Register(number, month, received_at, name, sha256, _stamp(stamp, number), ())
    return [replace(one, entries=tuple(entries[number])) for number, one in found.items()]


def _stamp(text: str | None, number: int) -> Stamp | None:
    """The stamp; None in a copy of such a workbook that somebody sent again, which has another number."""
    match = _STAMP.fullmatch(text or "")
    if match is None or int(match[4]) != number:
        return None
    return Stamp(match[1], int(match[2]), int(match[3]) if match[3] else None)


def counting(registers: Iterable[Register], month: str) -> Register | None:
    """The register that counts for the month: of the latest month up to it, the one received last."""
    known = [one for one in registers if one.month <= month]
    return max(known, key=lambda one: (one.month, one.number), default=None)


def months_after(registers: Iterable[Register], month: str) -> list[str]:
    """Later months that have a register of their own."""
    return sorted({one.month for one in registers if one.month > month})
