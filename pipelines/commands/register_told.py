"""What a change of the register did, in lines: the registers written, what differs in them, the figures that moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.commands.register_views import change_line
from pipelines.commands.stale import stale_lines
from pipelines.commands.terminal import format_table, printable
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard
from pipelines.register.entries import Register, counting, entry_on
from pipelines.register.history import earlier, moved, touched
from pipelines.register.moves import MovedFigure, Moves, Row
from pipelines.register.recording import Plan
from pipelines.report.display import fraction, number, share
from pipelines.report.wording import label
from pipelines.settings import Settings
from pipelines.wording import table, text

_FIGURES_SHOWN = 10
_SCHOOLS_SHOWN = 15
_LACKING_SHOWN = 6


def told_lines(
    settings: Settings,
    plan: Plan,
    names: Sequence[str],
    registers: tuple[Sequence[Register], Sequence[Register]],
    moves: Sequence[Moves],
    day: date | None,
) -> Iterator[str]:
    """What was done and what it moves; `registers` are those before and after, `names` the files written, by month."""
    old, new = registers
    month = plan.months[0][0]
    written = [one for one in new if one.number > max(other.number for other in old)]
    primary = next(one for one in written if one.month == month)
    yield text("register.done", month=month, what=printable(text("register.join").join(plan.what)))
    for one, name in zip(sorted(written, key=lambda each: each.month), names, strict=True):
        path = settings.home.inbox / one.month / name
        yield text("register.written", month=one.month, number=one.number, path=path)
    before = earlier(new, primary)
    assert before is not None
    changes = list(moved(before, primary))
    for change in changes[:_SCHOOLS_SHOWN]:
        yield f"    {change_line(change)}"
    if len(changes) > _SCHOOLS_SHOWN:
        yield text("register.log_more", count=len(changes) - _SCHOOLS_SHOWN)
    for other in plan.months[1:]:
        yield text("register.also", month=other[0])
    for left, why in plan.left_alone:
        yield text("register.left_alone", month=left, why=printable(why))
    yield from _earlier_months(old, month, day)
    standard = load_standard(settings.standard)
    for figures in moves:
        yield from _moved_lines(standard, figures)
    yield from stale_lines(settings.home)
    stamp = primary.stamp
    yield text("register.next_undo", number=stamp.change_no if stamp else primary.number)
    as_of = "latest" if month in settings.period.months else primary.received_at.isoformat(timespec="seconds")
    yield text("register.next_run", period=settings.period.label, as_of=as_of)


def _earlier_months(old: Sequence[Register], month: str, day: date | None) -> Iterator[str]:
    """That months between the change's day and the month of its register keep the register that they had."""
    if day is None or f"{day:%Y-%m}" >= month or counting(old, f"{day:%Y-%m}") is None:
        return
    yield text("register.keeps", since=f"{day:%Y-%m}", month=month)


def _moved_lines(standard: Standard, one: Moves) -> Iterator[str]:
    if not one.whole and not one.part_count:
        yield text("register.none_moved", period=one.period.label)
        return
    yield text("register.moved", period=one.period.label, count=len(one.whole))
    rows = [[_name(standard, each), _written(each.old), _written(each.new)] for each in one.whole[:_FIGURES_SHOWN]]
    if rows:
        yield format_table(list(table("register.figure_columns").values()), rows, numeric=frozenset({1, 2}))
    rest = len(one.whole) - len(rows)
    yield text("register.moved_rest", rest=rest, parts=one.part_count)


def _name(standard: Standard, one: MovedFigure) -> str:
    statistic = standard.statistic(one.indicator)
    part = f" {label('statistics', statistic)}" if statistic else ""
    return standard.provision(one.indicator).name_zh + part


def _written(row: Row | None) -> str:
    """Value and fraction; the status in words where there is no value."""
    if row is None:
        return text("register.blank")
    parts = fraction(*(float(row[name]) if row[name] else None for name in ("numerator", "denominator")))
    if not row["value"]:
        return " ".join(filter(None, (label("figure_statuses", row["status"]), parts)))
    value = float(row["value"])
    shown = (
        share(value) if row["measure_unit"] == "rate" else number(value) + label("measure_units", row["measure_unit"])
    )
    return " ".join(filter(None, (shown, parts)))


def lacking_lines(registers: Sequence[Register], month: str) -> Iterator[str]:
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
        for code, (number, name) in sorted(found.items())[:_LACKING_SHOWN]
    ]
    more = text("register.lacks_more", count=len(found)) if len(found) > _LACKING_SHOWN else ""
    told = {"month": month, "number": now.number, "file": printable(now.file_name)}
    yield text("register.lacking", **told, schools=printable(text("join").join(shown)) + more)


def _state(one: Register, code: str, day: date) -> tuple[object, ...] | None:
    """What the register says of the school on that day; None where it is not in it."""
    rows = one.by_school.get(code)
    entry = entry_on(rows, day) if rows else None
    if entry is None or not entry.is_valid(day):
        return None
    return entry.school_name, entry.school_type, entry.ownership, entry.urban_rural, entry.township
