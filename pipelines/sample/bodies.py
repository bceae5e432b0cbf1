"""The bodies of a county, what they answer, and the meetings to which they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from pipelines.metadata.items import items
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import Standard
from pipelines.sample.bureau_facts import Meeting
from pipelines.sample.events import weekdays
from pipelines.sample.facts import Answer, Count

_BODIES = ("教育体育局", "公安局", "市场监管局", "交通运输局", "住房城乡建设局", "卫生健康委", "司法局", "文化旅游局")
_EDUCATION = "教育"
_BY_MEMBERS = ("body_self_check", "self_check_findings")
"""Items that every member body answers for itself; the others are the bureau's, some of them the police's too."""
_MEETINGS = (("joint", "季度安全形势"), ("analysis", "安全形势研判"), ("coordination", "协调解决校园周边问题"))


@dataclass(frozen=True)
class Turn:
    """Which of the county's months it is: the bureau is late in the first and complete in the middle."""

    month: Period
    is_first: bool
    is_last: bool


def turns_of(months: Sequence[Period]) -> list[Turn]:
    """The months in order; a single one is a last."""
    last = len(months) - 1
    return [Turn(month, index == 0 and last > 0, index == last) for index, month in enumerate(months)]


def bodies_of(standard: Standard) -> tuple[str, ...]:
    """The standard's own bodies, or the usual ones of a place of its rank (市, 旗, 县, 区)."""
    return tuple(body.name for body in standard.bodies) or tuple(f"{standard.whole_name[-1]}{name}" for name in _BODIES)


def bureau_of(standard: Standard) -> str:
    """The education bureau among them."""
    names = bodies_of(standard)
    return next((name for name in names if _EDUCATION in name), f"{standard.whole_name[-1]}{_BODIES[0]}")


def plan_answers(rng: Random, standard: Standard, turn: Turn) -> dict[str, dict[str, Answer]]:
    """Item and body to the answer of that month: blank in a first, in place in the middle, mostly so in a last."""
    return {
        item: {body: _answer(rng, turn) for body in _answering(standard, item, place)}
        for place, item in enumerate(_asked(standard, "body"))
    }


def plan_body_counts(rng: Random, standard: Standard, turn: Turn) -> dict[str, dict[str, Count]]:
    """Item and body to the numbers of that month: values, zeros and blanks."""
    return {
        item: {body: _count(rng, turn, place + seat) for seat, body in enumerate(_answering(standard, item, place))}
        for place, item in enumerate(_asked(standard, "body_count"))
    }


def plan_meetings(rng: Random, standard: Standard, turn: Turn, townships: Sequence[str]) -> list[Meeting]:
    """The month's meetings: three-party ones by township; of the bodies none in a first, all came in a last."""
    days = weekdays(turn.month)
    rows = [
        Meeting("tripartite", rng.choice(days), township, True, True, rng.random() < 0.8, "上下学秩序")
        for township in townships
        if rng.random() < 0.4
    ]
    bodies = bodies_of(standard)
    for kind, note in _MEETINGS:
        if turn.is_first:
            continue
        absent = set() if turn.is_last else set(rng.sample(bodies, k=rng.choice((1, 2))))
        expected = "、".join(bodies)
        attended = "、".join(body for body in bodies if body not in absent)
        rows.append(Meeting(kind, rng.choice(days), None, None, None, None, note, expected, attended))
    return sorted(rows, key=lambda row: (row.held_date, row.meeting_type, row.township or ""))


def _asked(standard: Standard, kind: str) -> list[str]:
    return [item for item in standard.asked_items if items()[item].kind == kind]


def _answering(standard: Standard, item: str, place: int) -> tuple[str, ...]:
    bodies = bodies_of(standard)
    if item in _BY_MEMBERS:
        return bodies
    others = tuple(body for body in bodies if body != bureau_of(standard))
    return (bureau_of(standard), *others[: int(place % 4 == 0)])


def _answer(rng: Random, turn: Turn) -> Answer:
    if turn.is_first:
        return Answer(None, None)
    word = rng.choices(("yes", "no"), (90, 10))[0] if turn.is_last else "yes"
    return Answer(word, turn.month.start + timedelta(days=rng.randrange(28)) if word == "yes" else None)


def _count(rng: Random, turn: Turn, number: int) -> Count:
    if turn.is_first and number % 3 == 1:
        return Count(None, None)
    due = 0 if number % 4 == 3 else rng.randrange(1, 7)
    return Count(max(0, due - rng.randrange(2)) if turn.is_first or turn.is_last else due, due)
