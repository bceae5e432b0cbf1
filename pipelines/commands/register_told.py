"""What a change of the register did, in lines: the registers written, what differs in them, the figures that moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.commands.register_views import change_line
from pipelines.commands.stale import stale_lines
from pipelines.commands.summary import shown_parts, shown_value
from pipelines.commands.terminal import format_table, printable
from pipelines.metadata.standards import Standard, load_standard
from pipelines.register.entries import Register, counting
from pipelines.register.history import earlier, moved
from pipelines.register.moves import MovedFigure, Moves, Row
from pipelines.register.recording import Plan
from pipelines.report.wording import label
from pipelines.settings import Settings
from pipelines.wording import table, text

_FIGURES_SHOWN = 10
_SCHOOLS_SHOWN = 15


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
        yield from _moved_lines(standard, figures, day)
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


def _moved_lines(standard: Standard, one: Moves, day: date | None) -> Iterator[str]:
    """The greatest moves of the county's figures, or of its parts' where its own stay; how many others there are."""
    period, listed = one.period.label, one.whole or one.parts
    if not listed:
        key = "not_yet" if day and day > one.period.end else "none_moved"
        yield text(f"register.{key}", period=period, day=day)
        return
    rows = [[_name(standard, each), _written(each.old), _written(each.new)] for each in listed[:_FIGURES_SHOWN]]
    yield text("register.moved", period=period, whole=len(one.whole), parts=len(one.parts))
    yield format_table(list(table("register.figure_columns").values()), rows, numeric=frozenset({1, 2}))
    if len(listed) > len(rows):
        yield text("register.moved_rest", shown=len(rows), rest=len(one.whole) + len(one.parts) - len(rows))


def _name(standard: Standard, one: MovedFigure) -> str:
    statistic = standard.statistic(one.indicator)
    part = label("statistics", statistic) if statistic else ""
    return " ".join(filter(None, (one.unit_name, standard.provision(one.indicator).name_zh, part)))


def _written(row: Row | None) -> str:
    """Value and fraction; the status in words where there is no value."""
    if row is None:
        return text("register.blank")
    return " ".join(filter(None, (shown_value(row), shown_parts(row))))
