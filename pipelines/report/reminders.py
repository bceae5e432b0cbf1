"""Reminders (cuibao): one plain text per township, to be pasted into a message; no value of a cell stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from pipelines.report import finding_rows
from pipelines.report.chasing import Pursued, Pursuit, unsent_of
from pipelines.report.timeliness import WORDS


def reminders(pursuit: Pursuit, contact: str) -> dict[str, str]:
    """Township to text, of those of which anything is asked; `contact` says whom to send to."""
    everybody = pursuit.by_township(pursuit.schools)
    return {
        township: "\n".join(_lines(pursuit, everybody[township], chased, contact)) + "\n"
        for township, chased in pursuit.by_township(pursuit.chased).items()
    }


def day_words(day: date) -> str:
    """Month, day and weekday."""
    return WORDS.text("day", month=day.month, day=day.day, weekday=WORDS.entry("weekdays")[day.weekday()])


def month_words(month: str) -> str:
    """Year and month of 2026-10."""
    year, _, number = month.partition("-")
    return WORDS.text("month", year=year, month=int(number))


def moment_words(moment: datetime) -> str:
    """Month, day, hour and minute."""
    return WORDS.text("moment", month=moment.month, day=moment.day, time=f"{moment:%H:%M}")


def months_words(months: Sequence[str]) -> str:
    """Short names of the months, joined."""
    return _join(WORDS.text("month_short", month=int(month[5:])) for month in months)


def left_key(days_over: int) -> str:
    """Which wording applies so many days after the deadline."""
    return "over" if days_over > 0 else "open" if days_over else "today"


def _join(texts: Iterator[str] | Sequence[str]) -> str:
    return str(WORDS.entry("separator")).join(texts)


def _say(key: str, **values: object) -> str:
    return WORDS.text(f"reminder.{key}", **values)


def _lines(pursuit: Pursuit, every: Sequence[Pursued], chased: Sequence[Pursued], contact: str) -> Iterator[str]:
    unsent, refused = unsent_of(chased), [one for one in chased if one.row.refused_no is not None]
    received = sum(not one.is_unsent for one in every)
    yield _say(
        "head_done" if received == len(every) else f"head_{left_key(pursuit.days_over)}",
        township=every[0].row.township or WORDS.entry("no_township"),
        month=month_words(pursuit.month),
        deadline=day_words(pursuit.deadline),
        days=abs(pursuit.days_over),
        as_of=moment_words(pursuit.as_of),
        expected=len(every),
        received=received,
    )
    if unsent:
        yield _say("missing", count=len(unsent), schools=_join([one.row.school_name for one in unsent]))
    if refused:
        yield _say("refused", count=len(refused))
        yield from (_say("refused_school", school=one.row.school_name, reason=reason_of(one)) for one in refused)
    earlier = [one for one in chased if one.unsent]
    if earlier:
        told = [_say("earlier_school", school=one.row.school_name, months=months_words(one.unsent)) for one in earlier]
        yield _say("earlier", count=len(earlier), schools=_join(told))
    mend = [one for one in chased if one.fixes]
    if mend:
        yield _say("mend", count=len(mend), schools=_join([_mend_words(one) for one in mend]))
    yield _say("close", contact=contact)


def _mend_words(one: Pursued) -> str:
    key = "both" if one.error_count and one.query_count else "errors" if one.error_count else "queries"
    numbers = {"errors": one.error_count, "queries": one.query_count}
    return _say(f"mend_{key}", school=one.row.school_name, **numbers)


def reason_of(one: Pursued) -> str:
    """Why the last file was refused: what the code means, with a gap for whatever a cell would fill in."""
    code = one.refused[0].first.code if one.refused else ""
    return finding_rows.meaning(code) or code
