"""docs/year.md: what happened in the simulated year, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipelines.metadata.standards import load_standard
from tests.year.county import STANDARD
from tests.year.standard import FROM, NEW

_HEAD = """# A simulated year

Written by `make year`. One county, {schools} schools on its register, the school year 2026-2027 lived month by month
through the commands that a bureau types: `init` with its own calendar and first month, `receive` whenever files come,
`register` where its workbook forgot a change, `chase` on the 8th after the deadline, `run`, `publish`, `verify` and
`status` on the 20th, each by the clock of that day; nothing is told before it happens. Every quarter, semester and year
is reported with the month that ends it. After December, February and August everything stale is published again. The
schools' files are synthetic and messy (pipelines/sample), the county is `tests/year/county.py`, what the bureau does
itself `tests/year/deeds.py`.

In every month

- every figure of every report equals the second opinion's (tests/second_opinion: plain pandas, written from the texts);
- every file ended as it was planted, and the loaded rows say what the schools meant;
- who was expected, in time, late or missing is what the planted register, files and calendar say;
- a correction that does not fit keeps the month from being published until it is withdrawn;
- every release passes `verify`, and `status` names every stale one.

At the end `reproduce` makes a release of the middle of the year again, and no figure that a revision moved is without
a cause. **{problems} differences** in all.
"""
_EVENTS = """
## What happened

Files are those that came until the 20th of the following month; some are for earlier months. {standard} replaces
{old} from {first} on: a file beside the other standards, in which windows and a limit differ, one demand ends on
2027-04-30 and another begins on 2027-05-01.

"""
_RATES = """
## Headline figures

Numerator/denominator of the whole county as published first; a median in its unit.

"""
_COST = """
## What it cost

CPU seconds of the `run` of the month itself, start-up left out. The whole year's originals lie in the home; those read
before are not read again. The database holds every month so far.

"""


def page_of(told: dict[str, Any]) -> str:
    """The page, from what `living` told."""
    months = told["months"]
    problems = sum(len(month["problems"]) for month in months) + len(told["ending"])
    parts = [
        _HEAD.format(schools=told["schools"], problems=problems),
        _EVENTS.format(standard=NEW, old=STANDARD, first=FROM),
        _table(_EVENT_COLUMNS, (_event_row(month) for month in months)),
        _RATES,
        _table(("month", *_HEADLINE), (_rate_row(month) for month in months)),
        _COST,
        _table(_COST_COLUMNS, (_cost_row(month) for month in months)),
        *_differences(told),
    ]
    return "".join(parts)


_HEADLINE = load_standard(STANDARD).headline
_EVENT_COLUMNS = (
    *("month", "standard", "accepted", "rejected", "duplicate", "for earlier months"),
    *("in time", "late", "missing", "events", "stale before refreshing", "published"),
)
_COST_COLUMNS = ("month", "run", "originals", "database")


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _event_row(month: dict[str, Any]) -> list[object]:
    files, states = month["files"], month["states"]
    own = [path.partition("/")[2].replace("/", " ") for path in month["releases"]]
    stale = [path.partition("/")[2].replace("/", " ") for path in month["stale"]]
    counted = [files.get(name, 0) for name in ("accepted", "rejected", "duplicate", "of earlier months")]
    timely = [states.get(name, 0) for name in ("on_time", "late", "missing")]
    told = ["; ".join(each) or "–" for each in (month["events"], stale, own)]
    return [month["label"], month["standard"], *counted, *timely, *told]


def _rate_row(month: dict[str, Any]) -> list[str]:
    return [month["label"], *(_figure(month["figures"].get(name)) for name in _HEADLINE)]


def _figure(told: Sequence[str] | None) -> str:
    if told is None:
        return "–"
    numerator, denominator, value = told
    if not value:
        return "–"
    is_rate = denominator and float(value) <= 1
    return f"{numerator}/{denominator}" if is_rate else value


def _cost_row(month: dict[str, Any]) -> list[object]:
    own = f"{month['standard']}/{month['label']}/r1"
    size = f"{month['database_bytes'] / 2**20:.1f} MiB"
    return [month["label"], f"{month['seconds'][own]:.0f} s", month["original_count"], size]


def _differences(told: dict[str, Any]) -> Iterable[str]:
    found = [(month["label"], problem) for month in told["months"] for problem in month["problems"]]
    found += [("end", problem) for problem in told["ending"]]
    if found:
        yield "\n## Differences\n\n"
    for place, problem in found:
        yield f"- {place}: {problem}\n"
