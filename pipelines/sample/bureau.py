"""The bureau's own workbook of a month: register, tasks, meetings, visits, surroundings, what its bodies have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from pipelines.collect.plan import plan_sheet
from pipelines.collect.templates import filled_sheet
from pipelines.collect.workbook import draw_workbook
from pipelines.metadata.contracts import Contract, contracts
from pipelines.metadata.items import items
from pipelines.metadata.periods import Period, parse_period
from pipelines.sample.events import weekdays
from pipelines.sample.facts import Answer, Count, SchoolRow
from pipelines.sample.hand import TIDY, write_value

BUREAU = "市教育体育局"
_SITES = ("流动摊贩", "网吧", "烟酒销售点", "娱乐场所")
_CHECKED = "closed_campus"
_PSYCHOLOGICAL = "心理健康专项检查"
_PLACES = ("校门东侧", "校门西侧", "校门对面")


@dataclass(frozen=True)
class Task:
    """One task of the bureau's list."""

    standard: str
    task_no: str
    task_name: str
    lead_body: str
    due_date: date | None
    done_date: date | None


@dataclass(frozen=True)
class Meeting:
    """One meeting; for a three-party meeting, which of the three came."""

    meeting_type: str
    held_date: date
    township: str | None
    is_governance_office_present: bool | None
    is_police_present: bool | None
    is_school_present: bool | None
    note: str


@dataclass(frozen=True)
class Visit:
    """One item checked at one school."""

    held_date: date
    school_code: str
    school_name: str
    level: str
    method: str
    inspection_kind: str
    item_id: str
    result: str
    problem_count: int
    is_notified: bool

    @property
    def is_psychological(self) -> bool:
        """Whether it looked at mental health."""
        return self.inspection_kind == _PSYCHOLOGICAL


@dataclass(frozen=True)
class Site:
    """One place of disorder near a school."""

    found_date: date
    school_code: str
    school_name: str
    category: str
    distance_metres: int
    location: str
    action: str
    cleared_date: date | None
    bodies: str | None


@dataclass(frozen=True)
class BureauMonth:
    """What the bureau knows at the end of a month."""

    month: str
    tasks: tuple[Task, ...]
    meetings: tuple[Meeting, ...]
    visits: tuple[Visit, ...]
    sites: tuple[Site, ...]
    answers: Mapping[str, Answer]
    counts: Mapping[str, Count]


def plan_bureau(
    seed: int, standard: str, register: Sequence[SchoolRow], months: tuple[Period, ...]
) -> list[BureauMonth]:
    """The bureau's months, oldest first; tasks and places of disorder live on from one to the next."""
    rng = Random(f"bureau/{seed}")
    townships = list(dict.fromkeys(row.township for row in register))
    schools = [row for row in register if row.school_type != "teaching_point"]
    names = ("健全安全教育和培训机制", "建立隐患数据库", "视频与报警接入公安机关", "建立心理辅导制度", "开展周边整治")
    dues = [months[0].start + timedelta(days=rng.randrange(0, 110)) for _ in names]
    ends = [due + timedelta(days=rng.randrange(-20, 25)) if rng.random() < 0.7 else None for due in dues]
    sites: list[Site] = []
    result = []
    for month in months:
        sites += [_plan_site(rng, month, schools) for _ in range(rng.randrange(2, 5))]
        sites += _plan_returns(rng, month, sites)
        result.append(
            BureauMonth(
                month=month.label,
                tasks=tuple(
                    Task(standard, str(number), name, BUREAU, due, end if end and end <= month.end else None)
                    for number, (name, due, end) in enumerate(zip(names, dues, ends, strict=True), 1)
                ),
                meetings=tuple(_plan_meetings(rng, month, townships)),
                visits=tuple(_plan_visits(rng, month, schools)),
                sites=tuple(_sites_of(sites, month)),
                answers={item.id: _plan_answer(rng, month) for item in items().values() if item.kind == "body"},
                counts={item.id: Count(rng.randrange(4), 2) for item in items().values() if item.kind == "body_count"},
            )
        )
    return result


def write_bureau(bureau: BureauMonth, register: Sequence[SchoolRow]) -> bytes:
    """The workbook's bytes, all seven sheets under the contracts' own headings."""
    rows = {
        "register": [vars(row) for row in register],
        "tasks": [{**vars(task), "progress": "已完成" if task.done_date else "进行中"} for task in bureau.tasks],
        "meetings": [vars(meeting) for meeting in bureau.meetings],
        "inspections": [_visit_row(visit) for visit in bureau.visits],
        "perimeter": [vars(site) for site in bureau.sites],
        "body_checklist": [_body_row(item, answer) for item, answer in bureau.answers.items()],
        "body_counts": [_body_count_row(item, count) for item, count in bureau.counts.items()],
    }
    sheets = []
    for contract in contracts("bureau"):
        plan = plan_sheet(contract, ())
        written = [_written(contract, row, parse_period(bureau.month).end) for row in rows[contract.name]]
        sheets.append(filled_sheet(plan, written))
    return draw_workbook(None, sheets)


def _written(contract: Contract, row: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {field.name: write_value(TIDY, field, row.get(field.name), today, 0) for field in contract.fields}


def _visit_row(visit: Visit) -> dict[str, Any]:
    item = items()[visit.item_id]
    return {**vars(visit), "item_code": item.code, "item_name": item.zh}


def _body_row(item_id: str, answer: Answer) -> dict[str, Any]:
    item = items()[item_id]
    return {
        "body": BUREAU, "item_code": item.code, "item_name": item.zh,
        "answer": answer.value, "answer_date": answer.day,
    }  # fmt: skip


def _body_count_row(item_id: str, count: Count) -> dict[str, Any]:
    item = items()[item_id]
    return {"body": BUREAU, "item_code": item.code, "item_name": item.zh, "done_count": count.done,
        "due_count": count.due,
    }  # fmt: skip


def _plan_answer(rng: Random, month: Period) -> Answer:
    return Answer("yes", month.start + timedelta(days=rng.randrange(28))) if rng.random() < 0.9 else Answer("no", None)


def _plan_meetings(rng: Random, month: Period, townships: Sequence[str]) -> list[Meeting]:
    days = weekdays(month)
    rows = [
        Meeting("tripartite", rng.choice(days), township, True, True, rng.random() < 0.8, "上下学秩序")
        for township in townships
        if rng.random() < 0.4
    ]
    for kind, note, chance in (("joint", "季度安全形势", 0.5), ("analysis", "安全形势研判", 0.5)):
        if rng.random() < chance:
            rows.append(Meeting(kind, rng.choice(days), None, None, None, None, note))
    return sorted(rows, key=lambda row: (row.held_date, row.meeting_type, row.township or ""))


def _plan_visits(rng: Random, month: Period, schools: Sequence[SchoolRow]) -> list[Visit]:
    days = weekdays(month)
    rows = []
    for school in rng.sample(list(schools), k=min(len(schools), 6)):
        result = rng.choice(("yes", "yes", "yes", "no"))
        rows.append(
            Visit(
                held_date=rng.choice(days),
                school_code=school.school_code,
                school_name=school.school_name,
                level=rng.choice(("spot", "spot", "government", "superior")),
                method=rng.choice(("regular", "random", "special")),
                inspection_kind=_PSYCHOLOGICAL if rng.random() < 0.05 else "专项",
                item_id=_CHECKED,
                result=result,
                problem_count=int(result == "no"),
                is_notified=result == "no" and rng.random() < 0.3,
            )
        )
    return sorted(rows, key=lambda row: (row.held_date, row.school_code))


def _plan_site(rng: Random, month: Period, schools: Sequence[SchoolRow]) -> Site:
    school = rng.choice(list(schools))
    found = month.start + timedelta(days=rng.randrange(28))
    cleared = found + timedelta(days=rng.randrange(50)) if rng.random() < 0.7 else None
    return Site(
        found_date=found,
        school_code=school.school_code,
        school_name=school.school_name,
        category=rng.choice(_SITES),
        distance_metres=rng.randrange(10, 200),
        location=rng.choice(_PLACES),
        action="处置中",
        cleared_date=cleared,
        bodies="市公安局、市市场监管局" if rng.random() < 0.5 else None,
    )


def _plan_returns(rng: Random, month: Period, sites: Sequence[Site]) -> list[Site]:
    """Disorder that comes back in this month to a place cleared before."""
    return [
        replace(site, found_date=month.start + timedelta(days=rng.randrange(28)), cleared_date=None, action="处置中")
        for site in sites
        if site.cleared_date and site.cleared_date < month.start and rng.random() < 0.3
    ]


def _sites_of(sites: Sequence[Site], month: Period) -> list[Site]:
    """The month's list: the places still open and those cleared in the month."""
    shown = []
    for site in sites:
        if site.cleared_date and site.cleared_date < month.start:
            continue
        is_cleared = bool(site.cleared_date and site.cleared_date <= month.end)
        shown.append(
            Site(**{**vars(site), "cleared_date": site.cleared_date if is_cleared else None,
                    "action": "已清理" if is_cleared else "处置中"})
        )  # fmt: skip
    return shown
