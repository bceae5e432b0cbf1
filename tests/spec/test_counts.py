"""Counts and validity: what was never filled in is unreported, and what is not in force addresses nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.world import World, expect, made_up_standard

_COUNT = """
  - id: sessions
    name_zh: x
    name_en: Sessions
    clause: x
    population: all
    kind: count
    window: month
    scored: trend
    aggregates:
      held: {of: training, count: 'true'}
    values:
      held: held
"""
_RULE = """
  - id: drilled
    name_zh: x
    name_en: Drilled
    clause: x
    population: all
    kind: rule
    window: month
    scored: yes
    aggregates:
      drills: {of: drill, count: 'true'}
    meets: drills >= 1
"""
_CLOSURE = """
  - id: closure
    name_zh: x
    name_en: Closure
    clause: x
    population: all
    kind: duration
    over: hazard
    window: month
    measure_unit: days
    scored: yes
    start: found_date
    end: closed_date
    observed_until: observed_until_date
    deadline: deadline_date
    case_status: case_status
    cohort: 'true'
    due: deadline_date <= cut_off_date
    done: closed_date <= deadline_date
    values:
      open: case_status = 'open'
"""
_BOTH = """
  - id: both
    name_zh: x
    name_en: Both
    clause: x
    population: all
    kind: rule
    window: month
    scored: yes
    all_of: [drilled]
"""
_TRAINING = "held_date | topic\n2026-10-20 | fire"


def test_a_count_over_a_sheet_that_is_absent_empty_or_short_is_unreported(tmp_path: Path) -> None:
    """Only rows or a nil return are an answer."""
    world = World().register(
        "school_code | school_type | township\n" + "\n".join(f"{x} | primary | E" for x in "ABCDEF")
    )
    world.report("A", "2026-10", trainings=_TRAINING).report("B", "2026-10", trainings="nil")
    world.report("C", "2026-10").report("D", "2026-10", trainings="")
    world.report("E", "2026-10", trainings=_TRAINING, lost={"trainings": 1})
    measured = world.measure(made_up_standard(tmp_path, _COUNT))
    expect(
        measured.assessments,
        "sessions.held",
        """
        unit_code | status | done
        A | reported | 1
        B | reported | 0
        C | unreported |
        D | unreported |
        E | unreported |
        F | unreported |
        """,
    )
    expect(measured.figures, "sessions.held", "value | unreported\n1 | 4", level="county")


@pytest.mark.parametrize(
    ("validity", "is_in_force"),
    [
        ("effective_from: 2026-10-31", True),
        ("effective_from: 2026-11-01", False),
        ("effective_to: 2026-10-31", True),
        ("effective_to: 2026-10-30", False),
    ],
)
def test_a_provision_not_in_force_at_the_cut_off_is_exempt_for_all(
    tmp_path: Path, validity: str, is_in_force: bool
) -> None:
    """The first and the last day count; what is composed of it is exempt too; durations and counts have no number."""
    provisions = "".join(each.rstrip() + f"\n    {validity}\n" for each in (_RULE, _CLOSURE, _COUNT)) + _BOTH
    world = World().register("school_code | school_type | township\nA | primary | E\nB | primary | E")
    hazards = "hazard_no | found_date | deadline_date | status\n1 | 2026-10-02 | 2026-10-05 | open"
    for code in "AB":
        drills = "held_date | drill_name\n2026-10-20 | fire"
        world.report(code, "2026-10", drills=drills, hazards=hazards, trainings=_TRAINING)
    measured = world.measure(made_up_standard(tmp_path, provisions))
    status = "met" if is_in_force else "exempt"
    for indicator in ("drilled", "both"):
        expect(measured.assessments, indicator, f"unit_code | status\nA | {status}\nB | {status}")
    late = "unmet" if is_in_force else "exempt"
    expect(measured.assessments, "closure.on_time_rate", f"unit_code | status\nA | {late}\nB | {late}")
    for indicator in ("closure.open", "sessions.held"):
        (figure,) = [
            row
            for row in measured.figures.to_pylist()
            if (row["indicator"], row["unit_level"]) == (indicator, "county")
        ]
        assert figure["status"] == ("final" if is_in_force else "not_reached")
    assert measured.cases.num_rows == measured.cohort.num_rows == (2 if is_in_force else 0)
