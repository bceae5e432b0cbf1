"""Ratios: sums of done over due, and what is not known of either."""

from __future__ import annotations

from pathlib import Path

from tests.spec.world import World, expect, made_up_standard

_FIGURE = "numerator | denominator | value | lower | upper | reported_value | met | unmet | unreported | status"


def _four(*rows: str) -> World:
    codes = "ABCD"[: len(rows)]
    world = World().register("school_code | school_type | township\n" + "\n".join(f"{c} | primary | E" for c in codes))
    for code, row in zip(codes, rows, strict=True):
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count\n{row}" if row else "")
    return world


def test_sums_and_bounds_where_every_due_is_known() -> None:
    """A blank done counts as nothing below, as everything above."""
    world = _four("daily_reminder | 18 | 18", "daily_reminder | 9 | 18", "daily_reminder | | 14")
    measured = world.measure("jinghong-2019", only="daily_reminder")
    expect(
        measured.figures,
        "daily_reminder",
        f"{_FIGURE}\n27 | 50 | 0.54 | 0.54 | 0.82 | 0.75 | 1 | 1 | 1 | final",
        level="county",
    )
    expect(
        measured.assessments,
        "daily_reminder",
        """
        unit_code | status | reason | done | due
        A | met | | 18 | 18
        B | unmet | | 9 | 18
        C | unreported | blank | | 14
        """,
    )


def test_no_bounds_where_a_due_is_not_known() -> None:
    """The value stands on those that are."""
    world = _four("daily_reminder | 18 | 18", "daily_reminder | 7 |", "")
    expect(
        world.measure("jinghong-2019", only="daily_reminder").figures,
        "daily_reminder",
        f"{_FIGURE}\n18 | 18 | 1 | | | 1 | 1 | 0 | 2 | final",
        level="county",
    )


def test_more_done_than_due_is_not_more_than_all() -> None:
    """A rate is never above one."""
    world = _four("daily_reminder | 20 | 18")
    expect(
        world.measure("jinghong-2019", only="daily_reminder").figures,
        "daily_reminder",
        "numerator | denominator | value\n18 | 18 | 1",
        level="county",
    )


def test_nothing_due_is_exempt_and_nothing_known_has_no_value() -> None:
    """Zero due reaches nobody; nobody reporting is no data, never zero."""
    expect(
        _four("disputes_resolved | 0 | 0").measure("sunite-2022", only="dispute_screening").figures,
        "dispute_screening",
        "denominator | value | status | exempt\n | | not_reached | 1",
        level="county",
    )
    expect(
        _four("").measure("sunite-2022", only="dispute_screening").figures,
        "dispute_screening",
        "denominator | value | status | unreported\n | | no_data | 1",
        level="county",
    )


def test_a_running_school_year_is_pending() -> None:
    """27 of 30 in October can still become all."""
    world = _four("teacher_training | 27 | 30", "teacher_training | 30 | 30")
    measured = world.measure("jinghong-2019", only="teacher_training")
    expect(measured.assessments, "teacher_training", "unit_code | status\nA | pending\nB | met")
    expect(measured.figures, "teacher_training", "value | status\n0.95 | open", level="county")


def test_five_elements_over_the_hazards_open_in_the_month() -> None:
    """Open at its end, or closed in it; funds of 0 are stated; in doubt is outside; a blank ledger is not known."""
    world = World().register("school_code | school_type | township\nA | primary | E\nB | primary | E\nC | primary | E")
    head = (
        "hazard_no | found_date | responsible_name | fund_amount | measure | deadline_date | has_plan | status"
        " | closed_date | invalid"
    )
    rows = [
        "1 | 2026-09-01 | x | 0 | y | 2026-12-01 | true | open | |",
        "2 | 2026-09-01 | x | 5 | y | | true | open | |",
        "3 | 2026-09-01 | x | 5 | y | 2026-10-01 | true | closed | 2026-10-01 |",
        "4 | 2026-08-01 | x | 5 | y | 2026-10-01 | true | closed | 2026-09-30 |",
        "5 | 2026-10-31 | x | 5 | y | 2026-12-01 | | open | |",
        "6 | 2026-10-01 | x | 5 | y | 2026-12-01 | true | closed | | closed_date",
        "7 | 2026-11-01 | x | 5 | y | 2026-12-01 | true | open | |",
        "8 | 2026-10-01 | x | 5 | y | 2026-12-01 | true | closed | 2026-11-01 |",
    ]
    world.report("A", "2026-10", hazards="\n".join([head, *rows]))
    world.report("B", "2026-10", hazards="nil")
    world.report("C", "2026-10", hazards="")
    measured = world.measure("jinghong-2019", only="five_elements hazard_ledger")
    expect(
        measured.assessments,
        "five_elements",
        "unit_code | status | done | due\nA | unmet | 3 | 5\nB | exempt | 0 | 0\nC | unreported | |",
    )
    expect(measured.assessments, "hazard_ledger", "unit_code | status\nA | met\nB | met\nC | unreported")


def test_an_aggregate_ratio_over_guards(tmp_path: Path) -> None:
    """done and due may be gathered from rows of a list."""
    standard = made_up_standard(
        tmp_path,
        """
  - id: certified
    name_zh: x
    name_en: Certified guards
    clause: '1'
    population: all
    kind: ratio
    window: point
    scored: yes
    target: 1
    aggregates:
      on_duty: {of: guard, count: is_on_duty}
      certified: {of: guard, count: is_on_duty AND is_certified}
    done: certified
    due: on_duty
""",
    )
    world = World().register("school_code | school_type | township\nA | primary | E")
    world.report(
        "A", "2026-10", guards="employment | is_certified\nfull_time | true\nfull_time | false\npart_time | true"
    )
    expect(world.measure(standard).figures, "certified", "numerator | denominator\n2 | 3", level="county")
