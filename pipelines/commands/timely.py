"""Who has not sent and who must mend what, on one screen: what `status` says of the current period.

Nothing is written. It looks at the clock, as only `receive` and `chase` do besides: days left are days from today.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.commands.terminal import display_width, printable
from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.store.ledger import LedgerEntry
from pipelines.wording import text

if TYPE_CHECKING:
    from pipelines.report.chasing import Pursued, Pursuit

_LISTED = 4
"""Lines of a list on a terminal of the usual 24; a higher one shows more."""
_USUAL_HEIGHT = 24
_LINES = 18
"""Lines that these may take of the usual terminal: what stands above and below them has the rest."""
_INDENT = "    "


def month_lines(pursuit: Pursuit) -> list[str]:
    """The month's deadline, and how many schools were in time."""
    from pipelines.report.reminders import day_words, left_key
    from pipelines.report.timeliness import stated_count

    key, days = left_key(pursuit.days_over), abs(pursuit.days_over)
    stated = stated_count([one.row for one in pursuit.schools])
    return [
        text(f"timely.deadline_{key}", month=pursuit.month, deadline=day_words(pursuit.deadline), days=days),
        text("timely.counts", expected=len(pursuit.schools), **pursuit.states),
        *([text("timely.stated", count=stated)] if stated else []),
    ]


def screen_lines(settings: Settings, ledger: Sequence[LedgerEntry], now: datetime) -> Iterator[str]:
    """The screen's lines, none wider than the terminal; one sentence where the database cannot tell.

    A line that is wider goes on in a second one as long as there is room, what is to be mended first, else it is cut.
    """
    size = shutil.get_terminal_size()
    higher = max(0, size.lines - _USUAL_HEIGHT)
    try:
        lines = list(_lines(replace(settings, as_of=now), ledger, _LISTED + higher // 2))
    except PipelineError as error:
        yield text("timely.unclear", reason=error)
        return
    room = _LINES + higher - len(lines)
    shown: list[str] = []
    for line in reversed([printable(line) for line in lines]):
        head = _head(line, size.columns)
        if head == line or room <= 0:
            shown.append(line if head == line else _cut(line, size.columns))
            continue
        shown += [_cut(_INDENT + line[len(head) :], size.columns), head]
        room -= 1
    yield from reversed(shown)


def _lines(settings: Settings, ledger: Sequence[LedgerEntry], listed: int) -> Iterator[str]:
    from pipelines.load.database import open_unwritten
    from pipelines.report.chasing import pursue
    from pipelines.report.material import SQL
    from pipelines.report.timeliness import repeated_from
    from pipelines.store.sql import named_rows, sql_text

    assert settings.as_of is not None
    with open_unwritten(settings.home, settings.as_of) as connection:
        pursuit = pursue(connection, settings)
        moment = {"as_of": settings.as_of, "last_month": settings.period.last_month}
        corrections = named_rows(connection.execute(sql_text(SQL, "corrections"), moment))
        ((read_count,),) = connection.execute("SELECT count(*) FROM core_submissions").fetchall()
    yield from month_lines(pursuit)
    yield from _unsent(pursuit, listed)
    yield from _to_mend(pursuit, listed)
    earlier = sum(bool(one.unsent) for one in pursuit.schools)
    repeated = len(pursuit.found.repeated)
    if earlier or repeated:
        yield text("timely.earlier", count=earlier, times=repeated_from(), repeated=repeated)
    unapplied = sum(row["state"] == "failed" for row in corrections)
    if unapplied:
        yield text("timely.unapplied", count=unapplied)
    if pursuit.nameless:
        yield text("timely.nameless", count=len(pursuit.nameless))
    if pursuit.chased:
        yield text("timely.all")
    if len(ledger) > read_count:
        yield text("timely.unread", count=len(ledger) - read_count)


def _unsent(pursuit: Pursuit, listed: int) -> Iterator[str]:
    """Schools of which nothing came that counts, by township; the townships with most of them first."""
    unsent = [one for one in pursuit.schools if one.is_unsent]
    if not unsent:
        return
    yield text("timely.unsent", count=len(unsent))
    groups = sorted(pursuit.by_township(unsent).items(), key=lambda group: (-len(group[1]), group[0]))
    shown = groups if len(groups) <= listed else groups[: listed - 1]
    for township, schools in shown:
        names = text("join").join(one.row.school_name for one in schools)
        place = township or text("timely.no_township")
        yield text("timely.township", township=place, count=len(schools), schools=names)
    rest = groups[len(shown) :]
    if rest:
        count = sum(len(schools) for _, schools in rest)
        yield text("timely.more_townships", townships=len(rest), count=count)


def _to_mend(pursuit: Pursuit, listed: int) -> Iterator[str]:
    """Schools that must mend something with the first thing to mend; refused files, then errors, then queries."""
    mend = [one for one in pursuit.schools if one.refused or one.fixes]
    if not mend:
        return
    mend.sort(key=lambda one: (not one.refused, -one.error_count, -one.query_count, one.row.school_code))
    yield text("timely.mend", count=len(mend))
    shown = mend if len(mend) <= listed else mend[: listed - 1]
    yield from (_mend_line(one) for one in shown)
    if len(mend) > len(shown):
        yield text("timely.more_schools", count=len(mend) - len(shown))


def _mend_line(one: Pursued) -> str:
    if one.refused:
        return text("timely.refused", school=one.row.school_name, reason=one.refused[0].first.message)
    first = one.fixes[0].first
    place = " ".join(part for part in (first.place, first.address or "") if part)
    return text(
        "timely.fix",
        school=one.row.school_name,
        errors=one.error_count,
        queries=one.query_count,
        place=text("timely.place", place=place) if place else "",
        reason=first.message,
    )


def _head(line: str, columns: int) -> str:
    """As much of the line as the terminal is wide."""
    while display_width(line) > columns:
        line = line[:-1]
    return line


def _cut(line: str, columns: int) -> str:
    """The line, cut with a mark where it is wider than the terminal."""
    kept, mark = _head(line, columns), text("timely.cut", names="")
    return line if kept == line else _head(line, columns - display_width(mark)) + mark
