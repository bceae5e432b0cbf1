"""Hazards that live over months: found, carried in the ledger while open, closed, moved, vanished, re-opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.metadata.periods import Period
from pipelines.sample.facts import Hazard
from pipelines.sample.words import person

_KINDS = (
    ("教学楼楼梯间", "应急照明灯不亮3盏", "消防安全", "更换应急照明灯"),
    ("围墙北段", "围墙墙体开裂约3米，向外倾斜", "校舍设施", "设围挡，委托鉴定后加固"),
    ("食堂储藏室", "米面离墙不足10厘米，有鼠迹", "食品安全", "加货架，投放粘鼠板"),
    ("校门外道路", "减速带破损，上下学车流快", "交通安全", "报交通部门更换减速带"),
    ("学生宿舍三楼", "私拉电线给手机充电", "用电安全", "收缴并设集中充电柜"),
    ("实验室药品柜", "危化品双人双锁未落实", "危化品", "更换锁具，重订领用登记"),
    ("运动场西侧", "篮球架底座锈蚀，螺栓缺失", "体育设施", "停用并更换底座螺栓"),
    ("综合楼屋面", "屋面渗水，吊顶石膏板有脱落风险", "校舍设施", "停用房间，做防水并拆换吊顶"),
    ("消防水池", "消火栓水压不足", "消防安全", "检修管网，更换稳压泵"),
    ("宿舍后山", "边坡有落石", "地质灾害", "设警戒线，修建挡土墙"),
)
_FUNDS = (0, 0, 200, 540, 900, 1300, 2600, 5800, 25000, 86000)
_STAYS_OPEN = 0.06
_PREFIXES = ("总务主任", "副校长", "安全办", "年级组长")


@dataclass(frozen=True)
class Story:
    """One hazard's whole life, of which each month's ledger tells a part.

    `hidden_months`: months in whose ledger it is left out although open; it may come back in a later one.
    `reopened`: the month in which it stands open again after it was closed in an earlier one.
    """

    number: int
    found_date: date
    kind: tuple[str, str, str, str]
    level: str | None
    source: str
    fund_amount: int | None
    responsible_name: str | None
    deadline_date: date | None
    moved_deadline: tuple[str, date] | None
    has_plan: bool | None
    measure: str | None
    is_listed: bool | None
    closed_date: date
    doubt: str | None
    hidden_months: tuple[str, ...]
    reopened: str | None


def plan_stories(rng: Random, months: tuple[Period, ...], monthly: float, *, is_tidy: bool) -> list[Story]:
    """The hazards of one school over the months and before: `monthly` is how many are found a month on average."""
    first, last = months[0].start - timedelta(days=75), months[-1].end
    count = sum(rng.random() < monthly / 10 for _ in range(int(10 * (len(months) + 1))))
    found = sorted(first + timedelta(days=_late(rng, (last - first).days)) for _ in range(count))
    if rng.random() < 0.03:
        found.insert(0, months[0].start - timedelta(days=430))  # older than the cohort
    stories = [_plan_story(rng, number, day, months, is_tidy=is_tidy) for number, day in enumerate(found, 1)]
    # What was over before the first month is in no ledger that is kept.
    return [story for story in stories if story.closed_date >= months[0].start]


def _late(rng: Random, days: int) -> int:
    """A day of the span, mostly in its last third, where the months are that report."""
    return int(days * (1 - rng.random() ** 2 * 0.9))


def _plan_story(rng: Random, number: int, found: date, months: tuple[Period, ...], *, is_tidy: bool) -> Story:
    level = rng.choices(("general", "serious", "major", None), (70, 18, 10, 0 if is_tidy else 2))[0]
    allowed = rng.choice((7, 10, 14, 20, 30, 45))
    usual = (0, 1, allowed // 3, allowed // 2, allowed - 2, allowed - 1, allowed, allowed, allowed + 4, allowed + 25)
    needed = 260 if rng.random() < _STAYS_OPEN else rng.choice(usual)
    deadline: date | None = found + timedelta(days=allowed)
    closed = found + timedelta(days=needed)
    doubt = None
    if not is_tidy and rng.random() < 0.04:
        doubt = rng.choice(("before_found", "no_date"))
    months_open = [month.label for month in months if month.end >= found and closed > month.end]
    hidden: tuple[str, ...] = ()
    if rng.random() < 0.3 and len(months_open) > 1:
        hidden = tuple(months_open[1:]) if rng.random() < 0.6 else (months_open[1],)
    reopened = None
    ended = [month.label for month in months if month.start <= closed <= month.end]
    if ended and not hidden and ended[0] != months[-1].label and rng.random() < 0.1:
        reopened = months[[month.label for month in months].index(ended[0]) + 1].label
    moved = None
    if deadline and len(months_open) > 1 and rng.random() < 0.25:
        moved = (months_open[1], deadline + timedelta(days=30))
    lacks = rng.choice(("responsible", "fund", "measure", "deadline", "plan")) if rng.random() < 0.2 else ""
    return Story(
        number=number,
        found_date=found,
        kind=rng.choice(_KINDS),
        level=level,
        source=rng.choices(("self", "spot", "government"), (75, 15, 10))[0],
        fund_amount=None if lacks == "fund" else rng.choice(_FUNDS),
        responsible_name=None if lacks == "responsible" else rng.choice(_PREFIXES) + person(rng),
        deadline_date=None if lacks == "deadline" else deadline,
        moved_deadline=None if lacks == "deadline" else moved,
        has_plan=rng.choice((False, None)) if lacks == "plan" else True,
        measure=None if lacks == "measure" else "",
        is_listed=rng.choice((True, False, None)) if level == "major" else rng.choice((False, None, None)),
        closed_date=closed,
        doubt=doubt,
        hidden_months=hidden,
        reopened=reopened,
    )


def plain_story(number: int, kind: int, found: date, closed: date) -> Story:
    """A hazard of which nothing is wanting and nothing changes until it is closed."""
    return Story(
        number=number,
        found_date=found,
        kind=_KINDS[kind % len(_KINDS)],
        level="general",
        source="self",
        fund_amount=900,
        responsible_name=_PREFIXES[0],
        deadline_date=found + timedelta(days=45),
        moved_deadline=None,
        has_plan=True,
        measure="",
        is_listed=None,
        closed_date=closed,
        doubt=None,
        hidden_months=(),
        reopened=None,
    )


def ledger_rows(rng: Random, stories: list[Story], month: Period) -> list[Hazard]:
    """The rows of that month's ledger: every open hazard and those closed in the month, in order of number."""
    rows = []
    for story in stories:
        if story.found_date > month.end or month.label in story.hidden_months:
            continue
        is_open_again = story.reopened is not None and month.label >= story.reopened
        if story.closed_date < month.start and not is_open_again:
            continue
        rows.append(_ledger_row(rng, story, month, is_open_again=is_open_again))
    return rows


def _ledger_row(rng: Random, story: Story, month: Period, *, is_open_again: bool) -> Hazard:
    is_closed = story.closed_date <= month.end and not is_open_again
    is_in_doubt = is_closed and story.doubt is not None
    deadline = story.deadline_date
    if story.moved_deadline and month.label >= story.moved_deadline[0]:
        deadline = story.moved_deadline[1]
    place, description, category, measure = story.kind
    return Hazard(
        hazard_no=str(story.number),
        found_date=story.found_date,
        location=place,
        description=description,
        category=category,
        level=story.level,
        source=story.source,
        measure=measure if story.measure is not None else None,
        fund_amount=story.fund_amount,
        responsible_name=story.responsible_name,
        deadline_date=deadline,
        has_plan=story.has_plan,
        is_listed=story.is_listed,
        status="closed" if is_closed else "open",
        closed_date=story.closed_date if is_closed and not is_in_doubt else None,
        reviewer_name=person(rng) if is_closed else None,
        note="复发" if is_open_again else None,
        is_in_doubt=is_in_doubt,
    )
