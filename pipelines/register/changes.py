"""What a change makes of a register's entries: schools opened, closed, merged, moved, renamed, retyped, recoded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from pipelines.errors import UsageError
from pipelines.metadata.contracts import contract
from pipelines.register.entries import Entry, by_school
from pipelines.wording import text

_NEAR = 2
"""Digits in which a code that was mistyped may differ from the one that is meant."""


@dataclass(frozen=True)
class Change:
    """One change from a day on. `kind`: open, close, merge, move, rename, retype or recode.

    `values` are the fields that it sets; `heir` is the code that stands for the schools from then on.
    """

    kind: str
    codes: tuple[str, ...]
    day: date
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    heir: str | None = None
    is_new_township: bool = False

    @property
    def cause(self) -> str:
        """What the column for the reason says."""
        return text("register.cause", kind=text(f"register.kinds.{self.kind}"), reason=self.reason)

    @property
    def eve(self) -> date:
        """The last day before it."""
        return self.day - timedelta(days=1)


def changed(change: Change, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with the change made; UsageError saying why it cannot be made to them, and what can be done."""
    _check_values(change, entries)
    if change.kind == "open":
        return (*entries, _opened(change, entries))
    if change.kind in ("merge", "recode"):
        _check_heir(change, entries)
    result = list(entries)
    for code in change.codes:
        row = _row(code, change.day, entries)
        place = result.index(row)
        result[place : place + 1] = _rows(change, row)
    return tuple(result)


def _rows(change: Change, row: Entry) -> list[Entry]:
    """What stands in the place of the row."""
    if change.kind in ("close", "merge", "recode"):
        if row.valid_to_date is not None:
            raise _refused("ends", row, day=row.valid_to_date)
        if row.valid_from_date == change.day:
            raise _refused("begins_then", row, day=change.day)
        ended = replace(row, valid_to_date=change.eve, change_reason=change.cause, successor_code=change.heir)
        if change.kind != "recode":
            return [ended]
        assert change.heir is not None
        begun = replace(row, school_code=change.heir, valid_from_date=change.day, change_reason=change.cause)
        return [ended, replace(begun, **dict(change.values))]
    after = replace(row, valid_from_date=change.day, change_reason=change.cause, **dict(change.values))
    if all(getattr(row, name) == value for name, value in change.values.items()):
        raise _refused("same", row)
    if row.valid_from_date == change.day:
        return [after]
    return [replace(row, valid_to_date=change.eve), after]


def _row(code: str, day: date, entries: Sequence[Entry]) -> Entry:
    """The school's row on the day, which has to be its last one."""
    rows = by_school(entries).get(code)
    if not rows:
        raise UsageError(text("register.errors.unknown", code=code, near=_near_code(code, entries)))
    valid = [row for row in rows if row.is_valid(day)]
    last = rows[-1]
    if len(valid) > 1:
        raise _refused("twice", last)
    if valid and valid[0] is last:
        return last
    if last.valid_from_date is not None and last.valid_from_date > day:
        raise _refused("later" if valid or len(rows) > 1 else "not_begun", last, day=last.valid_from_date)
    raise _refused("ended", last, day=last.valid_to_date, why=last.change_reason or text("register.no_reason"))


def _refused(key: str, row: Entry, **told: object) -> UsageError:
    return UsageError(text(f"register.errors.{key}", code=row.school_code, name=row.school_name or "", **told))


def _opened(change: Change, entries: Sequence[Entry]) -> Entry:
    (code,) = change.codes
    if known := by_school(entries).get(code):
        last = known[-1]
        key = "exists" if last.valid_to_date is None else "existed"
        raise _refused(key, last, day=last.valid_to_date)
    blank: dict[str, Any] = dict.fromkeys(("school_name", "school_type", "ownership", "urban_rural", "township"))
    values = blank | dict(change.values)
    return Entry(school_code=code, valid_from_date=change.day, change_reason=change.cause, **values)


def _check_heir(change: Change, entries: Sequence[Entry]) -> None:
    assert change.heir is not None
    if change.heir in change.codes:
        raise UsageError(text("register.errors.into_itself", code=change.heir))
    if change.kind == "merge":
        _row(change.heir, change.day, entries)
        return
    _check_code(change.heir)
    if known := by_school(entries).get(change.heir):
        raise _refused("code_taken", known[-1])


def _check_values(change: Change, entries: Sequence[Entry]) -> None:
    for code in change.codes if change.kind == "open" else ():
        _check_code(code)
    township = change.values.get("township")
    known = sorted({entry.township for entry in entries if entry.township})
    if township and known and township not in known and not change.is_new_township:
        near = get_close_matches(township, known, 1, 0)[0]
        raise UsageError(text("register.errors.township", township=township, near=near))


def _check_code(code: str) -> None:
    pattern = contract("register").field("school_code").pattern
    if pattern and not re.fullmatch(pattern, code):
        raise UsageError(text("register.errors.code", code=code))


def _near_code(code: str, entries: Sequence[Entry]) -> str:
    """The code that differs in the fewest digits, in words; '' where none is near."""
    names = {entry.school_code: entry.school_name or "" for entry in entries if len(entry.school_code) == len(code)}
    apart = {known: sum(one != other for one, other in zip(known, code, strict=True)) for known in names}
    near = min(apart, key=lambda known: (apart[known], known), default="")
    return text("register.near", code=near, name=names[near]) if near and apart[near] <= _NEAR else ""
