"""From a change to registers of every month that it concerns, received like any workbook of the bureau."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import PipelineError, UsageError
from pipelines.receive.inbox import receive
from pipelines.register.book import draw_register
from pipelines.register.changes import Change, changed
from pipelines.register.entries import UNDO, Entry, Register, Stamp, are_same, counting, months_after
from pipelines.register.history import named, without
from pipelines.store.files import naming
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import text


@dataclass(frozen=True)
class Plan:
    """What is to be written: the entries of each month's register, in order of month; why other months are left alone.

    `what` says the change in sentences.
    """

    kind: str
    reason: str
    what: tuple[str, ...]
    months: tuple[tuple[str, tuple[Entry, ...]], ...]
    left_alone: tuple[tuple[str, str], ...]
    undone_no: int | None = None


def plan_change(registers: Sequence[Register], change: Change, month: str, what: Sequence[str]) -> Plan:
    """The change in the register that counts for the month, and in those of later months that have one of their own.

    UsageError where there is no register, or the first one cannot take the change; a later one that cannot is left.
    """
    now = counting(registers, month)
    if now is None:
        raise UsageError(text("register.errors.no_register", month=month))
    return _plan(
        registers, month, change.kind, change.reason, tuple(what), lambda one: changed(change, one.entries), None
    )


def plan_undo(registers: Sequence[Register], number: int | None, reason: str) -> Plan:
    """The schools that the change touched as they were before it, in every month's register from the change's on.

    UsageError where there is nothing to take back, or a later change of the same school stands in the way.
    """
    parts = named(registers, number)
    first = parts[0]
    undone = first.stamp.change_no if first.stamp else first.number
    what = text("register.what.undo", number=undone, file=first.file_name)

    def undone_in(current: Register) -> tuple[Entry, ...]:
        part = max((one for one in parts if one.month <= current.month), key=lambda one: one.month, default=first)
        return without(registers, part, current)

    return _plan(registers, first.month, UNDO, reason, (what,), undone_in, undone)


def _plan(
    registers: Sequence[Register],
    month: str,
    kind: str,
    reason: str,
    what: tuple[str, ...],
    made: Callable[[Register], tuple[Entry, ...]],
    undone_no: int | None,
) -> Plan:
    months: list[tuple[str, tuple[Entry, ...]]] = []
    left_alone: list[tuple[str, str]] = []
    for one in (month, *months_after(registers, month)):
        current = counting(registers, one)
        assert current is not None
        try:
            entries = made(current)
        except UsageError as error:
            if one == month:
                raise
            left_alone.append((one, str(error)))
            continue
        if not are_same(entries, current.entries):
            months.append((one, entries))
    if not months:
        raise UsageError(text("register.errors.no_change"))
    return Plan(kind, reason, what, tuple(months), tuple(left_alone), undone_no)


def record(home: Home, plan: Plan, moment: datetime) -> list[str]:
    """Write and receive the registers, the latest month first; the file names, in order of month.

    So that a command that is killed half-way can be given again: the month that it asks about first comes last. The
    lock is held by the caller.
    """
    number = change_no = len(read_ledger(home)) + 1
    names = []
    for month, entries in reversed(plan.months):
        stamp = Stamp(plan.kind, change_no, plan.undone_no).written(number)
        name = text("register.file_name", month=month, number=number, kind=text(f"register.kinds.{plan.kind}"))
        content = draw_register(entries, month, stamp, plan.what, plan.reason)
        _receive(home, month, name, content, moment)
        names.append(name)
        number += 1
    return names[::-1]


def _receive(home: Home, month: str, name: str, content: bytes, moment: datetime) -> None:
    """Receive the one file, from a folder of its own, and lay it into the month's inbox, which knows it from then."""
    inbox = home.inbox / month
    with naming(home.data), tempfile.TemporaryDirectory(prefix=".register-", dir=home.data) as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        received = receive(home, Path(folder), month, lambda: moment)
        if len(received.entries) != 1:
            raise PipelineError(text("register.errors.not_received", file=name))
        inbox.mkdir(parents=True, exist_ok=True)
        path.replace(inbox / name)
