"""Member bodies: what each answers, which meetings it attends, tasks whose last day the document sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.measure.linting import lint
from pipelines.measure.measuring import Measured
from pipelines.metadata.standards import Standard, read_standard
from tests.spec.world import REGISTER, World, expect

_FILE = Path(__file__).parent / "standards" / "member-bodies.yaml"


@pytest.fixture(scope="module")
def standard() -> Standard:
    """Three bodies, five provisions."""
    return read_standard(_FILE)


def test_the_document_is_sound() -> None:
    """It lints as any other."""
    assert lint(_FILE) == []


def test_each_body_is_judged_by_its_own_answers(standard: Standard) -> None:
    """A synonym is the body, a stranger is none; the school year is open; without an answer unreported."""
    checks = """
    body | item_id | answer | answer_date
    公安局 | body_self_check | yes | 2026-10-09
    县教育局 | body_self_check | no |
    乡政府 | body_self_check | no |
    """
    counts = """
    body | item_id | done_count | due_count
    公 安 局 | self_check_findings | 2 | 3
    教体局 | self_check_findings | 4 | 4
    """
    world = World().register(REGISTER, month="2026-10", body_checklist=checks, body_counts=counts)
    measured = world.measure(standard)
    expect(
        measured.assessments,
        "self_check",
        """
        unit_level | unit_code | status | reason
        body | 县公安局 | met |
        body | 县卫健委 | unreported | blank
        body | 县教育局 | pending |
        """,
    )
    expect(
        measured.figures,
        "self_check",
        """
        unit_level | unit_code | numerator | denominator | unreported | status
        body | 县公安局 | 1 | 1 | 0 | final
        body | 县卫健委 |   | 1 | 1 | no_data
        body | 县教育局 | 0 | 1 | 0 | open
        county | county | 1 | 3 | 1 | open
        """,
    )
    expect(
        measured.figures,
        "self_check.findings",
        "unit_code | numerator | denominator\n县公安局 | 2 | 3\n县卫健委 | |\n县教育局 | 4 | 4\ncounty | 6 | 7",
    )


def _december(standard: Standard, meetings: str) -> Measured:
    """December with those meetings, after two months without any."""
    world = World().register(REGISTER, month="2026-12", meetings=meetings)
    for month in ("2026-10", "2026-11"):
        world.bureau(month, meetings="nil")
    return world.measure(standard, "2026-12")


def test_meetings_count_for_the_bodies_that_came(standard: Standard) -> None:
    """Lists are cut at their marks; who came to one without a list is not known; an analysis is no joint meeting."""
    meetings = """
    meeting_type | held_date | township | expected_bodies | attended_bodies
    joint | 2026-10-10 | | 公安局、教育局，卫健委 | 县公安局;教体局
    joint | 2026-12-31 | | 公安 教育局 | 教育局/公安/镇政府
    joint | 2026-11-11 | | 公安局、教育局 |
    joint | 2027-01-01 | | 卫健委 | 卫健委
    analysis | 2026-10-12 | | 卫健委 | 卫健委
    """
    measured = _december(standard, meetings)
    expect(
        measured.assessments,
        "attendance",
        "unit_code | status | actual\n县公安局 | met | 2\n县卫健委 | unmet | 0\n县教育局 | met | 2",
    )
    expect(
        measured.figures,
        "attendance.missed",
        "unit_code | value\n县公安局 | 0\n县卫健委 | 1\n县教育局 | 0\ncounty | 1",
    )
    expect(measured.assessments, "full_meetings", "status | actual\nmet | 1")


def test_a_list_that_cannot_be_read_may_name_a_body(standard: Standard) -> None:
    """Who is known to have come has met the duty; of the others it is not known."""
    meetings = """
    meeting_type | held_date | expected_bodies | attended_bodies | invalid
    joint | 2026-12-10 | 公安局、教育局 | 公安局 |
    joint | 2026-12-11 | 公安局、教育局 | | attended_bodies
    """
    measured = _december(standard, meetings)
    expect(
        measured.assessments,
        "attendance",
        "unit_code | status\n县公安局 | met\n县卫健委 | unreported\n县教育局 | unreported",
    )


@pytest.mark.parametrize(
    ("day", "done", "status", "statistic"),
    [
        ("2026-10-31", "2026-10-31", "met", "done_on_time"),
        ("2026-11-30", "2026-11-01", "unmet", "late"),
        ("2026-10-31", "2026-11-01", "pending", "open"),
        ("2026-10-31", "", "pending", "open"),
        ("2026-11-30", "", "unmet", "overdue"),
        ("2026-11-30", "2026-12-02", "unmet", "overdue"),
    ],
)
def test_the_documents_last_day_decides(standard: Standard, day: str, done: str, status: str, statistic: str) -> None:
    """The list's own deadline and lead body do not; done after the cut-off is not done yet."""
    tasks = f"""
    standard | task_no | lead_body | due_date | done_date
    other-1999 | 1 | 别处 | 2026-01-01 | 2026-01-01
    虚构〔2026〕1号 | 01 | 县卫健委 | 2027-12-31 | {done}
    """
    world = World().register(REGISTER, month=day[:7], tasks=tasks)
    measured = world.measure(standard, day[:7])
    expect(measured.assessments, "task_01", f"unit_code | status | window_end\n1 | {status} | 2026-10-31")
    expect(
        measured.figures, "task_01", "unit_level | unit_code | denominator\nbody | 县公安局 | 1\ncounty | county | 1"
    )
    for name in ("done_on_time", "late", "overdue", "open"):
        expect(measured.figures, f"task_01.{name}", f"value\n{int(name == statistic)}", level="county")


def test_a_task_that_the_list_does_not_name_is_unreported(standard: Standard) -> None:
    """As is every one without the month's workbook, and one whose day cannot be read; a row without standard counts."""
    tasks = "task_no | done_date | invalid\n1 | 2026-10-05 |"
    measured = World().register(REGISTER, month="2026-10", tasks=tasks).measure(standard)
    expect(measured.assessments, "task_01", "status | reason\nmet |")
    expect(measured.assessments, "task_02", "status | reason\nunreported | blank")
    unread = World().register(REGISTER, month="2026-10", tasks="task_no | invalid\n2 | done_date").measure(standard)
    expect(unread.assessments, "task_02", "status | reason\nunreported | cell_error")
    silent = World().register(REGISTER, month="2026-09").measure(standard)
    expect(silent.assessments, "task_02", "status | reason\nunreported | no_submission")
