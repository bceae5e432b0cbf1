"""The bureau's own workbook of a month: register, tasks, meetings, visits, surroundings, what its bodies have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from pipelines.collect.plan import plan_sheet
from pipelines.collect.templates import filled_sheet
from pipelines.collect.workbook import draw_workbook
from pipelines.metadata.contracts import Contract, contracts
from pipelines.metadata.items import items
from pipelines.metadata.periods import Period, parse_period
from pipelines.metadata.standards import Standard
from pipelines.sample.bodies import plan_answers, plan_body_counts, plan_meetings, turns_of
from pipelines.sample.bureau_facts import BureauMonth, Site, Visit
from pipelines.sample.doubtful import contradicting_visits
from pipelines.sample.facts import SchoolRow
from pipelines.sample.hand import TIDY, write_value
from pipelines.sample.outside import plan_inquiries, plan_sites, plan_tasks, plan_visits, sites_of, tasks_of


def plan_bureau(
    seed: int, standard: Standard, register: Sequence[SchoolRow], months: tuple[Period, ...], *, is_tidy: bool
) -> list[BureauMonth]:
    """The bureau's months, oldest first; tasks and places of disorder live on from one to the next."""
    rng = Random(f"bureau/{seed}")
    townships = list(dict.fromkeys(row.township for row in register))
    schools = [row for row in register if row.school_type != "teaching_point"]
    tasks = plan_tasks(rng, standard, months)
    sites: list[Site] = []
    result: list[BureauMonth] = []
    for turn in turns_of(months):
        month = turn.month
        sites += plan_sites(rng, standard, month, schools, sites)
        inquiries = plan_inquiries(month, schools) if len(result) == 1 else []
        inquiries += [] if is_tidy else contradicting_visits(standard, month, months, schools)
        result.append(
            BureauMonth(
                month=month.label,
                tasks=tuple(tasks_of(tasks, turn)),
                meetings=tuple(plan_meetings(rng, standard, turn, townships)),
                visits=(*plan_visits(rng, standard, turn, schools), *inquiries),
                sites=tuple(sites_of(sites, month)),
                answers=plan_answers(rng, standard, turn),
                counts=plan_body_counts(rng, standard, turn),
            )
        )
    return result


def write_bureau(bureau: BureauMonth, register: Sequence[SchoolRow]) -> bytes:
    """The workbook's bytes, its sheets but the corrections under the contracts' own headings."""
    rows: dict[str, Sequence[Mapping[str, Any]]] = {
        "register": [vars(row) for row in register],
        "tasks": [{**vars(task), "progress": "已完成" if task.done_date else "进行中"} for task in bureau.tasks],
        "meetings": [vars(meeting) for meeting in bureau.meetings],
        "inspections": [_visit_row(visit) for visit in bureau.visits],
        "perimeter": [vars(site) for site in bureau.sites],
        "body_checklist": [
            {**_item_row(item, body), "answer": answer.value, "answer_date": answer.day}
            for item, answers in bureau.answers.items()
            for body, answer in answers.items()
        ],
        "body_counts": [
            {**_item_row(item, body), "done_count": count.done, "due_count": count.due}
            for item, counts in bureau.counts.items()
            for body, count in counts.items()
        ],
    }
    return draw_bureau(rows, parse_period(bureau.month).end)


def draw_bureau(rows: Mapping[str, Sequence[Mapping[str, Any]]], today: date) -> bytes:
    """A workbook of the bureau with these sheets alone, by table the rows of each."""
    sheets = []
    for contract in contracts("bureau"):
        if contract.name not in rows:
            continue
        plan = plan_sheet(contract, ())
        written = [_written(contract, row, today) for row in rows[contract.name]]
        sheets.append(filled_sheet(plan, written))
    return draw_workbook(None, sheets)


def _written(contract: Contract, row: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {field.name: write_value(TIDY, field, row.get(field.name), today, 0) for field in contract.fields}


def _visit_row(visit: Visit) -> dict[str, Any]:
    item = items()[visit.item_id]
    return {**vars(visit), "item_code": item.code, "item_name": item.zh}


def _item_row(item_id: str, body: str) -> dict[str, Any]:
    item = items()[item_id]
    return {"body": body, "item_code": item.code, "item_name": item.zh}
