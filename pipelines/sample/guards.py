"""The guards of a school, campus by campus: enough of them, one too few, or one to spare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from pipelines.metadata.periods import Period
from pipelines.sample.facts import Guard
from pipelines.sample.words import person

_COMPANIES = ("甲盾保安服务有限公司", "平安卫士保安服务有限公司")
_SELF_HIRED = "学校自聘"
_IS_GENEROUS = 0.5
"""Chance that a school staffs itself by the highest of the bands that we know, not by the usual one."""


def plan_guards(rng: Random, campuses: Sequence[Mapping[str, Any]], last: Period, *, is_tidy: bool) -> list[Guard]:
    """The school's guards over the months; `last` is the county's last month."""
    is_generous = rng.random() < _IS_GENEROUS
    is_self_hiring = rng.random() < 0.12
    wanted = [
        name
        for campus in campuses
        for name in [campus["campus_name"]] * _usual(campus, is_generous=is_generous)
    ]  # fmt: skip
    change = rng.choices((-1, 0, 1), (12, 70, 18))[0]
    wanted = wanted[1:] if change < 0 else wanted + [campuses[0]["campus_name"]] * change
    rows = [_guard(rng, name, "full_time", is_self_hired=is_self_hiring) for name in wanted]
    main = campuses[0]["campus_name"]
    if rng.random() < 0.25:
        rows.append(_guard(rng, main, "part_time", is_self_hired=True))
    if rng.random() < 0.05:
        left = last.start - timedelta(days=rng.randrange(40))
        rows.append(replace(_guard(rng, main, "full_time", is_self_hired=False), end_date=left))
    if rng.random() < 0.05:
        joins = last.start + timedelta(days=5)
        rows.append(replace(_guard(rng, main, "full_time", is_self_hired=False), start_date=joins))
    if rng.random() < 0.03 and not is_tidy:
        rows.append(replace(_guard(rng, main, "full_time", is_self_hired=False), employment=None))
    return [replace(row, guard_name=f"{row.guard_name}{number}") for number, row in enumerate(rows, 1)]


def _usual(campus: Mapping[str, Any], *, is_generous: bool) -> int:
    people, boarders = int(campus["student_count"] + campus["staff_count"]), int(campus["boarder_count"])
    steps = max(0, people - 1000) // 500
    if is_generous:
        return (2 if people < 500 else 4 + 2 * steps) + 2 * (boarders // 300)
    return max(1 if people < 100 else 2 + steps, 2 + boarders // 300 if boarders else 0)


def _guard(rng: Random, campus: str, employment: str, *, is_self_hired: bool) -> Guard:
    birth_year = rng.randrange(1966, 2002)
    is_age_only = rng.random() < 0.04
    return Guard(
        guard_name=person(rng),
        gender=rng.choice(("male", "male", "male", "female")),
        birth_year=None if is_age_only else birth_year,
        campus_name=campus,
        employment=employment,
        company_name=_SELF_HIRED if is_self_hired else rng.choices((*_COMPANIES, _SELF_HIRED, None), (50, 40, 7, 3))[0],
        is_certified=rng.random() < 0.93,
        start_date=date(rng.randrange(2019, 2026), rng.randrange(1, 13), rng.randrange(1, 29)),
        end_date=None,
        training_days=rng.choice((0, 1, 2, 3, 3, 3, 4, 5)),
        is_equipped=rng.random() < 0.95,
        age=2026 - birth_year if is_age_only else None,
    )
