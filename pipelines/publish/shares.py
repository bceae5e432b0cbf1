"""What each unit adds to each figure: its part of the numerator, the denominator and the counts by status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipelines.metadata.standards import TASK_STATUSES, Provision, Standard

COUNTS = ("numerator", "denominator", "met", "unmet", "pending", "exempt", "unreported")
"""Columns of a figure that are sums over units; what a unit adds is written in this order."""

Unit = tuple[str, str]
"""Level and code: ('school', '2136001234'), ('bureau', 'bureau'), a township, a body, a task."""
Row = Mapping[str, str]
"""One row of assessments.csv, as written."""

_STATUSES = COUNTS[2:]
_DECISION = ("status", "reason", "actual", "required", "done", "due")


@dataclass(frozen=True)
class Case:
    """One case of a duration as measured. `times` are start, end, last day observed and deadline, ISO or empty."""

    provision: str
    school_code: str
    case_no: str
    times: tuple[str, str, str, str]
    status: str
    is_in_cohort: bool
    duration: int | None
    is_observed: bool
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """What one unit adds to an indicator. `told` is all that this rests on; `cases` those of a duration."""

    counts: tuple[int, ...]
    status: str
    told: tuple[Any, ...]
    window_start: str = ""
    cases: tuple[Case, ...] = ()


Shares = dict[str, dict[Unit, Share]]
"""By indicator and unit."""


def shares_of(
    standard: Standard, rows: Iterable[Row], cases: Iterable[Case], tasks: Mapping[str, str | None]
) -> Shares:
    """The shares of every indicator of the standard; `tasks` holds the state of each task by its number."""
    judged = _by_unit(rows)
    listed: dict[str, dict[str, list[Case]]] = {}
    for case in cases:
        listed.setdefault(case.provision, {}).setdefault(case.school_code, []).append(case)
    found: Shares = {}
    for provision in standard.provisions:
        for indicator, rule in _rules(provision, listed.get(provision.id, {}), tasks):
            source = rule.indicator
            units = judged.get(source, {})
            found[indicator] = {unit: rule.share(unit, *_parted(provision, own)) for unit, own in units.items()}
    return found


@dataclass(frozen=True)
class _Rule:
    """How an indicator is added up: from the assessments of which indicator, by what."""

    indicator: str
    share: Callable[[Unit, Row, Sequence[Row]], Share]


def _rules(
    provision: Provision, cases: Mapping[str, list[Case]], tasks: Mapping[str, str | None]
) -> Iterator[tuple[str, _Rule]]:
    """As standard_tables.write_indicator_kinds and the statements of the engines have it."""
    rates = {f"{provision.id}.{name}" for name, _, _ in provision.rates} | {f"{provision.id}.on_time_rate"}
    judged = f"{provision.id}.on_time_rate"
    for indicator in provision.indicators:
        statistic = indicator.removeprefix(f"{provision.id}.")
        if indicator == provision.id or indicator in rates:
            is_ratio = indicator in rates or provision.done is not None
            yield indicator, _Rule(indicator, _ratio if is_ratio else _rule)
        elif provision.kind == "duration" and statistic in dict(provision.values):
            yield indicator, _Rule(judged, _flagged(cases, statistic))
        elif provision.kind == "duration":
            yield indicator, _Rule(judged, _survived(cases))
        elif provision.kind == "task" and statistic in TASK_STATUSES:
            yield indicator, _Rule(provision.id, _task(tasks, statistic))
        elif provision.gap and statistic == "gap":
            yield indicator, _Rule(provision.id, _gap)
        else:
            yield indicator, _Rule(indicator, _counted)


def _by_unit(rows: Iterable[Row]) -> dict[str, dict[Unit, list[Row]]]:
    found: dict[str, dict[Unit, list[Row]]] = {}
    for (indicator, level, code), own in groupby(
        sorted(rows, key=_place), key=lambda row: (row["indicator"], row["unit_level"], row["unit_code"])
    ):
        found.setdefault(indicator, {})[level, code] = list(own)
    return found


def _place(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator", "unit_level", "unit_code", "campus", "stage"))


def _parted(provision: Provision, rows: list[Row]) -> tuple[Row, Sequence[Row]]:
    """The row of the whole unit, and those of its campuses or stages; a campus without a name is told by its status."""
    if provision.over not in ("campus", "stage"):
        return rows[0], ()
    unnamed = [row for row in rows if not row["campus"] and not row["stage"]] or rows[:1]
    for row in unnamed:
        details = [one for one in rows if one is not row]
        if _worst(details) == row["status"]:
            return row, details
    return unnamed[0], [one for one in rows if one is not unnamed[0]]


def _worst(rows: Sequence[Row]) -> str:
    """The status of a unit of several, as rolled.sql has it."""
    held = {row["status"] for row in rows} - {"exempt"}
    return next((name for name in ("unmet", "unreported", "pending", "met") if name in held), "exempt")


def _number(text: str) -> int:
    return int(text) if text else 0


def _share(row: Row, numerator: int, denominator: int, *, is_unreported: bool | None = None, **more: Any) -> Share:
    """Statuses are counted of rates; of numbers only what is unreported."""
    if is_unreported is None:
        by_status = tuple(int(row["status"] == name) for name in _STATUSES)
    else:
        by_status = (0, 0, 0, 0, int(is_unreported))
    told = tuple(row[name] for name in _DECISION)
    return Share((numerator, denominator, *by_status), row["status"], told, row["window_start"], **more)


def _rule(_unit: Unit, row: Row, _details: Sequence[Row]) -> Share:
    return _share(row, int(row["status"] == "met"), int(row["status"] in ("met", "unmet", "pending", "unreported")))


def _ratio(_unit: Unit, row: Row, _details: Sequence[Row]) -> Share:
    if row["status"] == "exempt":
        return _share(row, 0, 0)
    return _share(row, _number(row["done"]) if row["due"] else 0, _number(row["due"]))


def _counted(_unit: Unit, row: Row, _details: Sequence[Row]) -> Share:
    return _share(row, _number(row["done"]), 0, is_unreported=not row["done"] or row["status"] == "unreported")


def _gap(_unit: Unit, row: Row, details: Sequence[Row]) -> Share:
    rows = details or (row,)
    missing = sum(
        max(_number(one["required"]) - _number(one["actual"]), 0)
        for one in rows
        if one["status"] in ("met", "unmet") and one["required"] and one["actual"]
    )
    share = _share(row, missing, 0, is_unreported=False)
    unreported = sum(one["status"] == "unreported" for one in rows)
    told = tuple(one[name] for one in rows for name in _DECISION)
    return Share((missing, 0, 0, 0, 0, 0, unreported), share.status, told, share.window_start)


def _task(tasks: Mapping[str, str | None], status: str) -> Callable[[Unit, Row, Sequence[Row]], Share]:
    def share(unit: Unit, row: Row, _details: Sequence[Row]) -> Share:
        state = tasks.get(unit[1])
        return _share(row, int(state == status), 0, is_unreported=state is None)

    return share


def _flagged(cases: Mapping[str, list[Case]], flag: str) -> Callable[[Unit, Row, Sequence[Row]], Share]:
    """How many cases bear the flag."""

    def share(unit: Unit, row: Row, _details: Sequence[Row]) -> Share:
        own = tuple(case for case in cases.get(unit[1], ()) if flag in case.flags)
        return _of_cases(row, own, len(own), 0)

    return share


def _survived(cases: Mapping[str, list[Case]]) -> Callable[[Unit, Row, Sequence[Row]], Share]:
    """Events and cases of the cohort on which a median rests."""

    def share(unit: Unit, row: Row, _details: Sequence[Row]) -> Share:
        own = tuple(case for case in cases.get(unit[1], ()) if case.is_in_cohort)
        return _of_cases(row, own, sum(case.is_observed for case in own), len(own))

    return share


def _of_cases(row: Row, cases: tuple[Case, ...], numerator: int, denominator: int) -> Share:
    is_unknown = row["status"] != "exempt" and not row["due"]
    shown = _share(row, numerator, denominator, is_unreported=is_unknown, cases=cases)
    told = tuple((case.case_no, case.duration, case.is_observed, case.flags) for case in cases)
    return Share(shown.counts, shown.status, (is_unknown, told), shown.window_start, cases)
