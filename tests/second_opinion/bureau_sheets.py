"""What the bureau of a random county sends: register, tasks, meetings, visits, sites, answers of bodies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tests.second_opinion.drawing import ITEMS, County, Fields, values_of
from tests.second_opinion.school_sheets import TOWNSHIPS, draw_answers, draw_numbers

BODIES = ("公安局", "教育局", "民政局", "市场监管局", "综治办")


def send_bureau(county: County, month: str, schools: Sequence[Fields]) -> None:
    rng = county.rng
    county.send(
        "bureau",
        None,
        month,
        {
            "register": lambda: [dict(each) for each in schools],
            "tasks": lambda: [_task(county, number) for number in range(1, 13)],
            "meetings": lambda: [_meeting(county, month) for _ in range(rng.randrange(0, 7))],
            "inspections": lambda: _visits(county, month, schools),
            "perimeter": lambda: [_site(county, month, schools) for _ in range(rng.randrange(0, 9))],
            "body_checklist": lambda: [
                row for body in BODIES[:2] for row in draw_answers(county, "body", month, body=body)
            ],
            "body_counts": lambda: [
                row for body in BODIES[:2] for row in draw_numbers(county, "body_count", body=body)
            ],
        },
    )


def _task(county: County, number: int) -> Fields:
    due = county.day_near(county.rng.choice(county.months))
    return {
        "standard": county.rng.choice((None, county.document, county.document, "另一文件")),
        "task_no": str(number),
        "task_name": "x",
        "lead_body": county.rng.choice(BODIES),
        "due_date": due,
        "done_date": county.rng.choice((None, due, due + timedelta(days=1), due - timedelta(days=9))),
    }


def _meeting(county: County, month: str) -> Fields:
    rng = county.rng
    bodies = rng.sample(BODIES, 3)
    return {
        "meeting_type": rng.choice(values_of("meeting_type")),
        "held_date": county.day_near(month),
        "township": rng.choice(TOWNSHIPS),
        "expected_bodies": "、".join(bodies),
        "attended_bodies": "、".join(bodies[: rng.choice((2, 3, 3))]),
        "is_governance_office_present": county.chance(0.8),
        "is_police_present": county.chance(0.8),
        "is_school_present": county.chance(0.8),
    }


def _visits(county: County, month: str, schools: Sequence[Fields]) -> list[Fields]:
    """The month's visits; of a county that is visited much, none told twice."""
    rows = [_visit(county, month, schools) for _ in range(county.rng.randrange(0, 25) + 400 * county.is_visited)]
    if not county.is_visited:
        return rows
    names = ("held_date", "school_code", "level", "inspection_kind", "item_id")
    return list({tuple(row[name] for name in names): row for row in rows}.values())


def _visit(county: County, month: str, schools: Sequence[Fields]) -> Fields:
    rng = county.rng
    asked = [each for each in ITEMS if each["kind"] == "checklist" and each["id"] in county.asked]
    item = rng.choice(asked if county.is_visited else asked[:8])
    return {
        "held_date": county.day_near(month),
        "school_code": rng.choice(schools)["school_code"],
        "level": rng.choice(values_of("inspection_level")),
        "method": rng.choice(values_of("inspection_method")),
        "inspection_kind": rng.choice(("心理健康", "消防", None)),
        "item_id": item["id"],
        "item_name": item["zh"],
        "result": rng.choice(("yes", "yes", "no", "na")),
        "problem_count": rng.randrange(3),
        "assigned_count": rng.randrange(3),
        "fixed_count": rng.randrange(3),
        "is_notified": county.chance(0.4),
    }


def _site(county: County, month: str, schools: Sequence[Fields]) -> Fields:
    rng = county.rng
    found = county.day_near(month)
    return {
        "found_date": found,
        "school_code": rng.choice(schools[:3])["school_code"],
        "category": rng.choice(("流动摊贩", "网吧", "彩票店")),
        "distance_metres": rng.choice((10, 199, 200, 201, 500)),
        "location": rng.choice(("门口", "路口")),
        "action": rng.choice(("取缔", None)),
        "cleared_date": rng.choice((None, found, found + timedelta(days=rng.randrange(60)))),
        "bodies": rng.choice(("公安局、教育局", "公安局", None)),
    }
