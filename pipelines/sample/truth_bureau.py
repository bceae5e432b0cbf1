"""What the bureau, its bodies and the townships did, from the bureau's own months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pipelines.metadata.standards import load_standard
from pipelines.sample.bureau_facts import BureauMonth, Site, Task
from pipelines.sample.facts import Answer, Count
from pipelines.sample.truth_calendar import Span, is_due, months_between, span
from pipelines.sample.truth_view import Case, Desk, all_of

_BUREAU_STAGE = "unknown"
_RECURRENCE = timedelta(days=180)
_FREQUENT = 2
_ACTIONS = ("约谈", "挂牌", "通报")
_MUSTS = ("must_meeting", "must_training", "must_project", "must_check", "must_inquiry")


def _span(desk: Desk, kind: str) -> Span:
    return span(desk.calendar, kind, desk.month, _BUREAU_STAGE)


def _this_month(desk: Desk) -> BureauMonth | None:
    return next((facts for facts in desk.bureau_months if facts.month == desk.month), None)


def _decide(desk: Desk, kind: str, meets: bool | None, *, gathers: bool = False) -> str:
    """A bureau's status; `gathers` as for a school's rule."""
    window = _span(desk, kind)
    if not window.has_duty:
        return "exempt"
    if meets:
        return "met"
    if _this_month(desk) is None or meets is None:
        return "unreported"
    if window.last > desk.cut_off:
        return "pending"
    if not gathers:
        return "unmet"
    sent = {facts.month for facts in desk.bureau_months}
    earlier = [month for month in months_between(window.first, window.last) if month < desk.month]
    is_missing = any(is_due(desk.calendar, _BUREAU_STAGE, month) and month not in sent for month in earlier)
    return "unreported" if is_missing else "unmet"


def _yes(desk: Desk, *names: str) -> bool | None:
    facts = _this_month(desk)
    return all_of(_agreed(facts.answers.get(name, {}).values() if facts else ()) for name in names)


def _agreed(answers: Iterable[Answer]) -> bool | None:
    """Whether every body that answers says yes, with its date; one no decides."""
    known = [_known(answer) for answer in answers if answer.value != "na"]
    return all_of(known) if known else None


def _known(answer: Answer) -> bool | None:
    if answer.value == "yes":
        return True if answer.day else None
    return False if answer.value == "no" else None


def _summed(desk: Desk, item: str) -> Count:
    """The bodies' numbers together; not known where one body leaves it blank or none answers."""
    facts = _this_month(desk)
    rows = list(facts.counts.get(item, {}).values()) if facts else []
    done, due = [row.done for row in rows], [row.due for row in rows]
    return Count(_sum(done), _sum(due))


def _sum(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def _held(desk: Desk, kind: str, window: Span, township: str | None = None) -> int:
    """Meetings of that kind in the window, each once; of a township, only those to which all three parties came."""
    meetings = {
        (row.meeting_type, row.held_date, row.township): row for facts in desk.bureau_months for row in facts.meetings
    }
    return sum(
        row.meeting_type == kind
        and window.first <= row.held_date <= window.last
        and (township is None or (row.township == township and bool(row.is_school_present and row.is_police_present)))
        for row in meetings.values()
    )


def _sites(desk: Desk) -> list[Site]:
    """Every place of disorder listed so far, each once, as the latest list has it."""
    rows = {
        (row.found_date, row.school_code, row.category, row.location): row
        for facts in desk.bureau_months
        for row in facts.sites
    }
    return list(rows.values())


def _found(desk: Desk, kind: str) -> list[Site]:
    window = _span(desk, kind)
    return [site for site in _sites(desk) if window.first <= site.found_date <= min(window.last, desk.cut_off)]


def _is_cleared(site: Site, day: date) -> bool:
    return site.cleared_date is not None and site.cleared_date <= day


def _visits(desk: Desk, kind: str) -> list[Any]:
    window = _span(desk, kind)
    rows = {
        (row.held_date, row.school_code, row.level, row.inspection_kind, row.item_id): row
        for facts in desk.bureau_months
        for row in facts.visits
    }
    return [row for row in rows.values() if window.first <= row.held_date <= window.last]


def _calls(visits: Iterable[Any]) -> int:
    """Schools called at on a day, however many items were looked at."""
    return len({(visit.held_date, visit.school_code) for visit in visits})


def _counted(desk: Desk, item: str) -> dict[str, Any]:
    return {"value": _summed(desk, item).done}


def jinghong_bureau(desk: Desk) -> dict[str, dict[str, Any]]:
    """Bureau rules, counts and tasks of jinghong-2019."""
    quarter, cut_off = _span(desk, "quarter"), desk.cut_off
    townships = sorted({school.township for school in desk.expected})
    visits, frequent = _visits(desk, "quarter"), _frequent(desk)
    answers = {school.school_code: Case(desk, school).answer for school in desk.expected}
    checks = [visit for visit in visits if visit.level in ("spot", "government")]
    own = [
        answers[visit.school_code](visit.item_id).value if visit.school_code in answers else None for visit in checks
    ]
    compared = [(visit.result, value) for visit, value in zip(checks, own, strict=True) if value in ("yes", "no")]
    return {
        "reporting_channel": _one(_decide(desk, "point", _yes(desk, "body_reporting_channel"))),
        "joint_meetings": _one(_decide(desk, "quarter", _held(desk, "joint", quarter) >= 1, gathers=True)),
        "tripartite_meetings": tally(
            _decide(desk, "quarter", _held(desk, "tripartite", quarter, township) >= 1, gathers=True)
            for township in townships
        ),
        "five_musts": _one(
            _decide(desk, "school_year", _yes(desk, *_MUSTS))
        ),
        "office_budget": _one(_decide(desk, "school_year", _yes(desk, "body_safety_office", "body_safety_budget"))),
        "safety_zone.found": {"value": len(_found(desk, "month"))},
        "safety_zone.cleared": {"value": sum(_is_cleared(site, cut_off) for site in _found(desk, "month"))},
        "safety_zone.open": {
            "value": sum(site.found_date <= cut_off and not _is_cleared(site, cut_off) for site in _sites(desk))
        },
        **{
            f"three_level_checks.{level}": {"value": _calls(visit for visit in visits if visit.level == level)}
            for level in ("spot", "government", "superior")
        },
        "three_level_checks.agreement": {
            "numerator": sum(found == said for found, said in compared), "denominator": len(compared)
        },
        "training_bodies.found": _counted(desk, "training_bodies_found"),
        "training_bodies.rectified": _counted(desk, "training_bodies_rectified"),
        "training_bodies.registered": _counted(desk, "training_bodies_registered"),
        "training_bodies.banned": _counted(desk, "training_bodies_closed"),
        "summons_and_reports.frequent_schools": {"value": len(frequent)},
        "summons_and_reports.notices": {
            "value": _calls(
                visit
                for visit in _visits(desk, "school_year")
                if visit.school_code in frequent
                and (visit.is_notified or any(word in visit.inspection_kind for word in _ACTIONS))
            )
        },
        **_tasks(desk),
    }  # fmt: skip


def sunite_bureau(desk: Desk) -> dict[str, dict[str, Any]]:
    """Bureau rules and counts of sunite-2022, and what each of its member bodies did."""
    bodies = [body.name for body in load_standard("sunite-2022").bodies]
    quarter, cut_off = _span(desk, "quarter"), desk.cut_off
    cleared = [
        site for site in _sites(desk) if site.cleared_date and cut_off - _RECURRENCE < site.cleared_date <= cut_off
    ]
    has_visit = any(visit.is_psychological for visit in _visits(desk, "school_year"))
    return {
        "situation_analysis": _one(_decide(desk, "quarter", _held(desk, "analysis", quarter) >= 1, gathers=True)),
        "joint_meetings": _one(_decide(desk, "quarter", _held(desk, "joint", quarter) >= 1, gathers=True)),
        "psych_inspection": _one(_decide(desk, "school_year", has_visit, gathers=True)),
        "joint_meetings.b": _attendance(desk, bodies),
        "member_self_check": tally(_decide(desk, "school_year", _has_checked(desk, body)) for body in bodies),
        "perimeter_joint_action.found": {"value": len(_found(desk, "quarter"))},
        "perimeter_joint_action.joint_actions": {
            "value": sum(site.bodies is not None for site in _found(desk, "quarter"))
        },
        "key_person_screening.screened": _counted(desk, "key_persons_screened"),
        "perimeter_recurrence": {
            "numerator": sum(_recurred(site, _sites(desk), cut_off) for site in cleared), "denominator": len(cleared)
        },
    }  # fmt: skip


def _has_checked(desk: Desk, body: str) -> bool | None:
    """Whether the body says that it checked itself, and mended all that it found."""
    facts = _this_month(desk)
    answer = facts.answers.get("body_self_check", {}).get(body) if facts else None
    found = facts.counts.get("self_check_findings", {}).get(body) if facts else None
    is_mended = None if found is None or found.done is None or found.due is None else found.done >= found.due
    return all_of((_known(answer) if answer else None, is_mended))


def _attendance(desk: Desk, bodies: Iterable[str]) -> dict[str, int]:
    """Seats taken of those to which bodies were invited, in joint meetings whose two lists are filled in."""
    window = _span(desk, "quarter")
    meetings = {
        (row.held_date, row.township): (row.expected_bodies.split("、"), row.attended_bodies.split("、"))
        for facts in desk.bureau_months
        for row in facts.meetings
        if row.meeting_type == "joint" and window.first <= row.held_date <= min(window.last, desk.cut_off)
        if row.expected_bodies and row.attended_bodies
    }
    seats = [body in came for body in bodies for invited, came in meetings.values() if body in invited]
    return {"numerator": sum(seats), "denominator": len(seats)}


def _recurred(site: Site, sites: Iterable[Site], cut_off: date) -> bool:
    """Whether the same kind was found again at the same place soon after it was cleared."""
    cleared = site.cleared_date
    return cleared is not None and any(
        (again.school_code, again.category, again.location) == (site.school_code, site.category, site.location)
        and cleared < again.found_date <= min(cleared + _RECURRENCE, cut_off)
        for again in sites
    )


def _frequent(desk: Desk) -> set[str]:
    window = _span(desk, "school_year")
    counts = {
        school.school_code: sum(
            window.first <= (row.known_at or row.occurred_at).date() <= desk.cut_off
            for row in Case(desk, school).incidents()
        )
        for school in desk.expected
    }
    return {code for code, count in counts.items() if count >= _FREQUENT}


def _tasks(desk: Desk) -> dict[str, dict[str, Any]]:
    """The tasks that name the standard: done on time is met, not yet due is pending; no task, no number."""
    facts = _this_month(desk)
    tasks = [task for task in facts.tasks if task.standard == "jinghong-2019"] if facts else []
    states = [_task_state(task, desk.cut_off) for task in tasks]
    words = {"done_on_time": "met", "late": "unmet", "overdue": "unmet", "open": "pending", "unknown": "unreported"}
    return {
        "task_list": tally(words[state] for state in states),
        **{
            f"task_list.{name}": {"value": states.count(name) if states else None}
            for name in ("done_on_time", "late", "overdue", "open")
        },
    }


def _task_state(task: Task, day: date) -> str:
    if task.due_date is None:
        return "unknown"
    if task.done_date and task.done_date <= day:
        return "done_on_time" if task.done_date <= task.due_date else "late"
    return "overdue" if task.due_date < day else "open"


def tally(statuses: Iterable[str]) -> dict[str, Any]:
    """How many of each status, and the rate's numerator and denominator."""
    found = list(statuses)
    counts = {name: found.count(name) for name in ("met", "unmet", "pending", "exempt", "unreported")}
    return {**counts, "numerator": counts["met"], "denominator": len(found) - counts["exempt"]}


def _one(status: str) -> dict[str, Any]:
    return tally([status])


Told = Callable[[Desk], Mapping[str, dict[str, Any]]]
BUREAU: Mapping[str, Told] = {"jinghong-2019": jinghong_bureau, "sunite-2022": sunite_bureau}
