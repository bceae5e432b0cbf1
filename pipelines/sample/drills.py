"""Drills of a month: ways out of the building, and what else may befall a school."""

from __future__ import annotations

from random import Random

from pipelines.metadata.periods import Period
from pipelines.sample.events import SUMMER, weekdays
from pipelines.sample.facts import Drill, Habits
from pipelines.sample.words import person

_EVACUATIONS = (
    ("消防应急疏散演练", "fire"),
    ("防震减灾应急疏散演练", "earthquake"),
    ("楼道防踩踏疏散演练", "stampede"),
    ("紧急疏散演练", "evacuation"),
)
_OTHERS = (
    ("反恐防暴应急处置演练", "terror"),
    ("防溺水救护演练", "drowning"),
    ("食物中毒应急处置演练", "food"),
    ("传染病疫情应急处置演练", "epidemic"),
    ("交通事故应急处置演练", "traffic"),
    ("电梯困人应急处置演练", "lift"),
    ("校车突发事件应急处置演练", "bus_escape"),
)
_GUARDS = ("保安员突发事件处置演练", "security")
_OTHER_CHANCE = 0.06


def plan_drills(rng: Random, month: Period, people: int, habits: Habits, campuses: tuple[str, ...]) -> list[Drill]:
    """The month's drills, evacuations and others; none in the summer holidays."""
    if month.start.month in SUMMER:
        return []
    others = [drill for drill in _OTHERS if drill[1] not in habits.lacks]
    if habits.catches_up_in == month.label:
        held = [*_EVACUATIONS[:2], *others]
    else:
        turn = habits.turn + month.start.month
        held = [_EVACUATIONS[turn % len(_EVACUATIONS)]] if rng.random() < habits.care * 0.75 else []
        held += [drill for drill in others if rng.random() < _OTHER_CHANCE]
        held += [_EVACUATIONS[0]] if rng.random() < 0.1 else []
    if rng.random() < habits.care * 0.7:
        held.append(_GUARDS)
    days = weekdays(month)
    rows = [_drill(rng, drill, month, people, campuses, day=rng.randrange(len(days))) for drill in held]
    unique = {(row.drill_name, row.held_date, row.campus_name): row for row in rows}
    return sorted(unique.values(), key=lambda row: (row.held_date or month.start, row.drill_name))


def _drill(
    rng: Random, drill: tuple[str, str], month: Period, people: int, campuses: tuple[str, ...], day: int
) -> Drill:
    name, category = drill
    taking_part = 4 if drill == _GUARDS else people
    return Drill(
        drill_name=name,
        category=category,
        held_date=weekdays(month)[day],
        place=rng.choice(("操场", "全校", "教学楼至操场")),
        commander_name=person(rng),
        expected_count=taking_part,
        attended_count=max(0, taking_part - rng.randrange(12 if taking_part > 12 else 2)),
        evacuation_seconds=rng.randrange(95, 320) if drill in _EVACUATIONS else None,
        has_plan=rng.random() < 0.95,
        rating=rng.choice(("优秀", "良好", "合格")),
        is_homeroom_signed=rng.random() < 0.9,
        campus_name=rng.choice(campuses),
    )
