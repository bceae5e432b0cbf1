"""What each register changed against the one before, and how a change is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.errors import UsageError
from pipelines.metadata.contracts import contract
from pipelines.metadata.values import label
from pipelines.register.entries import UNDO, Entry, Register, counting, entry_on
from pipelines.wording import text

Rows = tuple[Entry, ...]


@dataclass(frozen=True)
class Moved:
    """One field of a school that differs; `field` is '' for a school that came or went, whose name stands on its side.

    `day` is the day from which it holds, None where the register gives none.
    """

    school_code: str
    school_name: str
    field: str
    day: date | None
    old: str
    new: str


def earlier(registers: Sequence[Register], one: Register) -> Register | None:
    """The register that counted for its month when it was received."""
    return counting((other for other in registers if other.number < one.number), one.month)


def touched(old: Register, new: Register) -> list[str]:
    """Codes of schools whose entries differ, in order."""
    codes = sorted(old.by_school.keys() | new.by_school.keys())
    return [code for code in codes if old.by_school.get(code, ()) != new.by_school.get(code, ())]


def moved(old: Register, new: Register) -> Iterator[Moved]:
    """What differs between two registers, by school and day."""
    for code in touched(old, new):
        yield from _moved(old.by_school.get(code, ()), new.by_school.get(code, ()))


def _moved(old: Rows, new: Rows) -> Iterator[Moved]:
    if not old or not new:
        one = (new or old)[-1]
        said = text("register.as_entered", name=one.school_name or "", township=one.township or "")
        sides = ("", said) if new else (said, "")
        yield Moved(one.school_code, one.school_name or "", "", one.valid_from_date, *sides)
        return
    before = {row.valid_from_date: row for row in old}
    after = {row.valid_from_date: row for row in new}
    for day, row in after.items():
        # A row that begins anew is held against the one that it follows.
        base = before.get(day) or entry_on(old, day or date.min)
        yield from _differing(base, row, is_new=day not in before)
    for day, row in before.items():
        if day not in after:
            yield from _differing(row, entry_on(new, day or date.min), is_new=True)


def _differing(old: Entry, new: Entry, *, is_new: bool) -> Iterator[Moved]:
    for field in contract("register").fields:
        is_term = is_new and field.name in ("valid_from_date", "valid_to_date")
        was, now = (_written(one, field.name) for one in (old, new))
        if was != now and not is_term:
            day = max(filter(None, (old.valid_from_date, new.valid_from_date)), default=None) if is_new else None
            yield Moved(new.school_code, new.school_name or "", field.label, day, was, now)


def _written(entry: Entry, name: str) -> str:
    field = contract("register").field(name)
    value = getattr(entry, name)
    if value is None:
        return ""
    return label(field.vocabulary, value) or "" if field.vocabulary else str(value)


def _taken_back(registers: Sequence[Register]) -> dict[int, int]:
    """By change that does not hold: the one that took it back. A change whose undoing was undone holds again."""
    undoing = {one.stamp.change_no: one.stamp.undone_no for one in registers if one.stamp and one.stamp.undone_no}
    undone: dict[int, int] = {}
    # From the last: what takes a change back comes after it.
    for change_no, target in sorted(undoing.items(), reverse=True):
        if change_no not in undone and target is not None:
            undone.setdefault(target, change_no)
    return undone


def undone_by(registers: Sequence[Register]) -> dict[int, int]:
    """By the number of each register whose change was taken back: the number of the change that did it."""
    undone = _taken_back(registers)
    change_of = {one.number: one.stamp.change_no if one.stamp else one.number for one in registers}
    return {number: undone[change] for number, change in change_of.items() if change in undone}


def named(registers: Sequence[Register], number: int | None) -> list[Register]:
    """The registers of the change with that number in the log; None is the last one that is not taken back.

    UsageError where there is none, or where it was the first register of all.
    """
    taken_back = _taken_back(registers)
    if number is None:
        made = [one.stamp for one in registers if one.stamp and earlier(registers, one)]
        numbers = [stamp.change_no for stamp in made if stamp.kind != UNDO and stamp.change_no not in taken_back]
        if not numbers:
            raise UsageError(text("register.errors.nothing"))
        chosen = max(numbers)
    else:
        by_number = {one.number: one for one in registers}
        if number not in by_number:
            raise UsageError(text("register.errors.no_number", number=number))
        stamp = by_number[number].stamp
        chosen = stamp.change_no if stamp else number
        if chosen in taken_back:
            raise UsageError(text("register.errors.taken_back", number=number))
    found = [one for one in registers if (one.stamp.change_no if one.stamp else one.number) == chosen]
    if any(earlier(registers, one) is None for one in found):
        raise UsageError(text("register.errors.first", number=chosen))
    return sorted(found, key=lambda one: one.month)


def without(registers: Sequence[Register], change: Register, current: Register) -> Rows:
    """The entries of `current` as they were before `change`, for the schools that it touched.

    UsageError naming the school that something later has changed again.
    """
    before = earlier(registers, change)
    assert before is not None
    entries = list(current.entries)
    for code in touched(before, change):
        was, made, now = (one.by_school.get(code, ()) for one in (before, change, current))
        if now == was:
            continue
        if now != made:
            raise UsageError(_since(registers, current, change, code, now))
        place = next((index for index, entry in enumerate(entries) if entry.school_code == code), len(entries))
        kept = [entry for entry in entries if entry.school_code != code]
        entries = [*kept[:place], *was, *kept[place:]]
    return tuple(entries)


def _since(registers: Sequence[Register], current: Register, change: Register, code: str, now: Rows) -> str:
    """Who has changed the school since: the first later register that says of it what counts now."""
    later = [one for one in registers if one.number > change.number and one.by_school.get(code, ()) == now]
    name = (now or change.by_school.get(code, ()) or (None,))[-1]
    told = {"code": code, "name": name.school_name or "" if name else "", "number": (later or [current])[0].number}
    return text("register.errors.changed_since", **told)
