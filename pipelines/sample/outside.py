"""What the bureau does and finds outside its offices: visits to schools, places of disorder, tasks of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from pipelines.metadata.items import items
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import Standard
from pipelines.sample.bodies import Turn, bodies_of, bureau_of
from pipelines.sample.bureau_facts import Site, Task, Visit
from pipelines.sample.events import GRAVE, grave_day, weekdays
from pipelines.sample.facts import SchoolRow

_SITES = (
    "流动食品摊贩",
    "食品摊点",
    "网吧",
    "歌舞娱乐场所",
    "电子游戏厅",
    "彩票销售点",
    "烟酒销售点",
    "危险化学品经营点",
    "烟花爆竹销售点",
    "占道经营",
)
_PLACES = ("校门东侧", "校门西侧", "校门对面")
_USUAL_ITEM = "closed_campus"
_PSYCHOLOGICAL = "心理健康专项检查"
_AFTER_GRAVE = "重大事故专项督导"
_KINDS = {
    "regular": ("定期检查", "明查"),
    "random": ("随机抽查", "暗访"),
    "special": ("专项检查", "约谈", "挂牌督办"),
}
_TASKS = ("健全安全教育和培训机制", "建立隐患数据库", "视频与报警接入公安机关", "建立心理辅导制度", "开展周边整治")
_AS_PLANNED = 6
"""Of the document's tasks, those of the first numbers are done in time, the next late, one is still open."""


def plan_tasks(rng: Random, standard: Standard, months: Sequence[Period]) -> list[Task]:
    """The tasks of the document where it names any, else a few of the bureau's own; `done_date` may be to come."""
    named = [provision for provision in standard.provisions if provision.task]
    if named:
        return [
            Task(standard.id, task.no, provision.name_zh, task.lead_body, task.due, _done(rng, place, task.due, months))
            for place, provision in enumerate(named)
            if (task := provision.task)
        ]
    dues = [months[0].start + timedelta(days=rng.randrange(0, 110)) for _ in _TASKS]
    ends = [due + timedelta(days=rng.randrange(-20, 25)) if rng.random() < 0.7 else None for due in dues]
    return [
        Task(standard.id, str(number), name, bureau_of(standard), due, end)
        for number, (name, due, end) in enumerate(zip(_TASKS, dues, ends, strict=True), 1)
    ]


def _done(rng: Random, place: int, due: date, months: Sequence[Period]) -> date | None:
    """In time, late, or as late as the county's last month."""
    if place < _AS_PLANNED:
        return due - timedelta(days=rng.randrange(0, 40))
    return (due + timedelta(days=rng.randrange(5, 90)), months[-1].start, None)[place % 3]


def tasks_of(tasks: Sequence[Task], turn: Turn) -> list[Task]:
    """The month's list; some tasks are not on it in the first month, and what is to come is not yet done."""
    end = turn.month.end
    return [
        replace(task, done_date=task.done_date if task.done_date and task.done_date <= end else None)
        for place, task in enumerate(tasks)
        if not (turn.is_first and place % 4 == 3)
    ]


def plan_visits(rng: Random, standard: Standard, turn: Turn, schools: Sequence[SchoolRow]) -> list[Visit]:
    """The month's visits: none is made public in a first, one always in the later ones; a last looks at minds, too."""
    asked = [item for item in standard.asked_items if items()[item].kind == "checklist"]
    rows = [_visit(rng, turn, school, asked) for school in rng.sample(list(schools), k=min(len(schools), 6))]
    if rows and not turn.is_first:
        rows[0] = replace(rows[0], is_notified=True)
    if rows and turn.is_last:
        rows[-1] = replace(rows[-1], inspection_kind=_PSYCHOLOGICAL)
    return sorted(rows, key=lambda row: (row.held_date, row.school_code))


def plan_inquiries(month: Period, schools: Sequence[SchoolRow]) -> list[Visit]:
    """Visits of a second month after the grave incidents of the first, to the schools where the bureau follows up."""
    struck = [school for school in schools if school.number in GRAVE]
    return [
        Visit(grave_day(month), school.school_code, school.school_name, "government", "special", _AFTER_GRAVE,
              _USUAL_ITEM, "yes", 2, 2, 1, is_notified=True)
        for school in struck
        if GRAVE[school.number].month == 0 and GRAVE[school.number].is_followed_up
    ]  # fmt: skip


def _visit(rng: Random, turn: Turn, school: SchoolRow, asked: Sequence[str]) -> Visit:
    result = rng.choice(("yes", "yes", "yes", "no"))
    method = rng.choice(tuple(_KINDS))
    problems = rng.randrange(1, 5) if result == "no" else 0
    is_written_down = rng.random() < 0.95
    return Visit(
        held_date=rng.choice(weekdays(turn.month)),
        school_code=school.school_code,
        school_name=school.school_name,
        level=rng.choice(("spot", "spot", "government", "superior")),
        method=method,
        inspection_kind=_PSYCHOLOGICAL if rng.random() < 0.06 else rng.choice(_KINDS[method]),
        item_id=rng.choice(asked) if rng.random() < 0.6 else _USUAL_ITEM,
        result=result,
        problem_count=problems,
        assigned_count=problems if is_written_down else None,
        fixed_count=max(0, problems - rng.choice((0, 0, 1))) if is_written_down else None,
        is_notified=not turn.is_first and result == "no" and rng.random() < 0.5,
    )


def plan_sites(
    rng: Random, standard: Standard, month: Period, schools: Sequence[SchoolRow], earlier: Sequence[Site]
) -> list[Site]:
    """The places found in the month, and those of earlier months to which disorder came back."""
    return [
        *(_site(rng, standard, month, schools) for _ in range(rng.randrange(3, 7))),
        *(
            replace(site, found_date=month.start + timedelta(days=rng.randrange(28)), cleared_date=None)
            for site in earlier
            if site.cleared_date and site.cleared_date < month.start and rng.random() < 0.3
        ),
    ]


def _site(rng: Random, standard: Standard, month: Period, schools: Sequence[SchoolRow]) -> Site:
    school = rng.choice(list(schools))
    found = month.start + timedelta(days=rng.randrange(28))
    return Site(
        found_date=found,
        school_code=school.school_code,
        school_name=school.school_name,
        category=rng.choice(_SITES),
        distance_metres=rng.randrange(10, 320),
        location=rng.choice(_PLACES),
        action="处置中",
        cleared_date=found + timedelta(days=rng.randrange(50)) if rng.random() < 0.7 else None,
        bodies="、".join(bodies_of(standard)[1:3]) if rng.random() < 0.5 else None,
    )


def sites_of(sites: Sequence[Site], month: Period) -> list[Site]:
    """The month's list: the places still open and those cleared in the month."""
    shown = []
    for site in sites:
        if site.cleared_date and site.cleared_date < month.start:
            continue
        is_cleared = bool(site.cleared_date and site.cleared_date <= month.end)
        day, action = (site.cleared_date, "已清理") if is_cleared else (None, "处置中")
        shown.append(replace(site, cleared_date=day, action=action))
    return shown
