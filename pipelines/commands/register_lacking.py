"""Changes made by command that a register of the bureau, which came later, does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from pipelines.commands.terminal import printable
from pipelines.metadata.periods import parse_period
from pipelines.register.entries import Register, counting, entry_on, read_registers
from pipelines.register.history import earlier, touched
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.wording import text

_SHOWN = 6


def lacking_lines(settings: Settings) -> Iterator[str]:
    """The line about the register that counts for the period's last month, as loaded; `settings` are resolved."""
    with connect(settings.home.database, read_only=True) as connection:
        registers = [one for one in read_registers(connection) if one.received_at <= (settings.as_of or datetime.max)]
    yield from _lacking(registers, settings.period.last_month)


def _lacking(registers: Sequence[Register], month: str) -> Iterator[str]:
    """Where the register of the month came from the bureau and says otherwise than a change made by command before it.

    A school is held against what counts on the last day of the month: in the register or not, its name, type, place.
    What a register of an earlier month passed over was told then.
    """
    now = counting(registers, month)
    if now is None or now.stamp is not None:
        return
    day = parse_period(month).end
    seen = [one.number for one in registers if one.stamp is None and one.month < now.month and one.number < now.number]
    found: dict[str, tuple[int, str]] = {}
    for made in registers:
        before = earlier(registers, made)
        if made.stamp is None or before is None or not max(seen, default=0) < made.number < now.number:
            continue
        for code in touched(before, made) if made.month <= month else ():
            found.pop(code, None)
            if _state(made, code, day) not in (_state(now, code, day), _state(before, code, day)):
                name = made.by_school.get(code, before.by_school.get(code, ()))[-1].school_name or ""
                found[code] = (made.stamp.change_no, name)
    if not found:
        return
    shown = [
        text("register.lacks", code=code, name=name, number=number)
        for code, (number, name) in sorted(found.items())[:_SHOWN]
    ]
    more = text("register.lacks_more", count=len(found)) if len(found) > _SHOWN else ""
    told = {"month": month, "number": now.number, "file": printable(now.file_name)}
    yield text("register.lacking", **told, schools=printable(text("join").join(shown)) + more)


def _state(one: Register, code: str, day: date) -> tuple[object, ...] | None:
    """What the register says of the school on that day; None where it is not in it."""
    rows = one.by_school.get(code)
    entry = entry_on(rows, day) if rows else None
    if entry is None or not entry.is_valid(day):
        return None
    return entry.school_name, entry.school_type, entry.ownership, entry.urban_rural, entry.township
