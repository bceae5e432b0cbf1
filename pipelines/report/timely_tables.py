"""Who was on time, late or missing: a sentence, the townships, the months of the school year, repeated offenders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pipelines.metadata.periods import parse_period
from pipelines.report import display, marks, wording
from pipelines.report.blocks import Paragraph
from pipelines.report.material import Material
from pipelines.report.naming import day_name, period_name
from pipelines.report.tables import Cell, Column, Table
from pipelines.report.timeliness import STATES, WORDS, SchoolMonth, counts, repeated_from, stated_count


def _say(key: str, **values: str | int) -> str:
    return wording.text(f"submission_quality.{key}", **values)


def _number(count: int) -> Cell:
    return Cell(display.number(count), is_number=True)


def timely_part(material: Material) -> tuple[Paragraph | Table, ...]:
    """What the report says of deadlines; that no month of the period is due, where none is."""
    found = material.timeliness
    if not found.of_period:
        return (Paragraph(_say("timely_none")),)
    told: list[Paragraph | Table] = [_summary(material)]
    if stated := stated_count(found.of_period):
        told.append(Paragraph(_say("timely_stated", count=marks.count(stated, "timely", "stated"))))
    if found.unregistered:
        months = wording.text("bulletin.separator").join(map(_month_name, found.unregistered))
        told.append(Paragraph(_say("timely_unregistered", months=months)))
    townships = {row.township for row in found.of_period}
    if len(townships) > 1:
        told.append(_table("timely_townships", "township", found.of_period, lambda row: row.township))
    year = [row for row in found.rows if row.month in found.school_year]
    if len({row.month for row in year}) > 1:
        told.append(_table("timely_months", "month", year, lambda row: row.month, _month_name))
    return (*told, _repeated(material))


def timely_note(material: Material) -> str:
    """How many schools were on time for the month; empty for a period of several months, or of none that is due."""
    rows = material.timeliness.of_period
    if len({row.month for row in rows}) != 1:
        return ""
    by_state = counts(rows)
    numbers = {state: marks.count(by_state[state], "timely", state) for state in ("on_time", "late")}
    key = "page.timely_note"
    if stated := stated_count(rows):
        key, numbers["stated"] = "page.timely_note_stated", marks.count(stated, "timely", "stated")
    return wording.text(key, deadline=day_name(rows[0].deadline), **numbers)


def _month_name(month: str) -> str:
    return period_name(parse_period(month))


def _summary(material: Material) -> Paragraph:
    """The period's schools by state; of several months, each school counts for each month that it owes."""
    rows = material.timeliness.of_period
    by_state = counts(rows)
    numbers = {state: marks.count(by_state[state], "timely", state) for state in STATES}
    numbers["expected"] = marks.count(len(rows), "timely", "expected")
    numbers["share"] = marks.share(by_state["on_time"], len(rows), "timely", "share")
    if len({row.month for row in rows}) > 1:
        return Paragraph(_say("timely_several", **numbers))
    month = _month_name(material.timeliness.last_month)
    return Paragraph(_say("timely_one", month=month, deadline=day_name(rows[0].deadline), **numbers))


def _table(
    title: str,
    unit: str,
    rows: Sequence[SchoolMonth],
    unit_of: Callable[[SchoolMonth], str],
    name_of: Callable[[str], str] = str,
) -> Table:
    """School months by state. Grain: one row per unit, the whole as last row."""
    names = ("expected", *STATES)
    columns = (
        Column(_say(f"timely_{unit}")),
        *(Column(_say(f"timely_{name}"), is_number=True) for name in names),
        Column(_say("timely_share"), is_number=True),
    )
    groups: dict[str, list[SchoolMonth]] = {}
    for row in sorted(rows, key=unit_of):
        groups.setdefault(unit_of(row), []).append(row)
    lines = [_line(name_of(name), group) for name, group in groups.items()]
    return Table(_say(title), columns, (*lines, _line(wording.text("page.all_units"), rows)), _say("timely_note"))


def _line(name: str, rows: Sequence[SchoolMonth]) -> tuple[Cell, ...]:
    by_state = counts(rows)
    share = display.rate(by_state["on_time"], len(rows))
    beside = display.fraction(by_state["on_time"], len(rows))
    return (Cell(name), _number(len(rows)), *map(_number, by_state.values()), Cell(share, beside, is_number=True))


def _repeated(material: Material) -> Table:
    """Schools late or missing again and again this school year. Grain: one row per school, the worst first."""
    found = material.timeliness
    columns = (
        Column(wording.column("school_name")),
        Column(wording.column("township")),
        *(Column(_say(f"timely_{name}"), is_number=True) for name in ("times", "late", "missing")),
        Column(_say("timely_which")),
    )
    rows = tuple(
        (
            Cell(row.school_name, row.school_code),
            Cell(row.township),
            _number(found.times_overdue[row.school_code]),
            *(_number(len(found.of_school(row.school_code, state))) for state in ("late", "missing")),
            Cell(_which(found.of_school(row.school_code, state) for state in ("late", "missing"))),
        )
        for row in found.repeated
    )
    times = marks.count(repeated_from(), "timely", "repeated_from")
    note = _say("timely_repeated_note", times=times, source=str(WORDS.entry("repeated.source")))
    return Table(_say("timely_repeated"), columns, rows, note)


def _which(months: Iterable[Sequence[str]]) -> str:
    return wording.text("bulletin.separator").join(sorted(month for group in months for month in group))
