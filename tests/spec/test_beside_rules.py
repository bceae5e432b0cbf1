"""Numbers and rates beside a rule, rates of a duration, and small numbers that are not published for parts."""

from __future__ import annotations

from pathlib import Path

from pipelines.metadata.standards import Standard
from tests.spec.world import World, expect, made_up_standard

_CAMPUS_RULE = """
  - id: guarded
    name_zh: x
    name_en: Guarded
    clause: x
    population: all
    kind: rule
    over: campus
    window: point
    scored: yes
    parameters:
      least: {value: 2, source: x}
    aggregates:
      company_guards: {of: campus_guard, count: "is_on_duty AND employment = 'full_time' AND is_from_company"}
    actual: company_guards
    required: least
    values:
      people: campus_headcount
    rates:
      full: {done: 'min_of(company_guards, least)', due: least}
    reading: At least {least} guards of a company.
  - id: guarded.b
    name_zh: x
    name_en: Certified
    clause: x
    population: all
    kind: ratio
    window: point
    scored: no
    aggregates:
      on_duty: {of: guard, count: is_on_duty}
      certified: {of: guard, count: is_on_duty AND is_certified}
    done: certified
    due: on_duty
    values:
      guards: on_duty
"""


def guards(*rows: str) -> str:
    """A guard sheet: campus, company, certified."""
    head = "employment | campus_name | company_name | is_certified"
    return "\n".join([head, *(f"full_time | {row}" for row in rows)])


def two_schools() -> World:
    """A with two campuses, B with one that it does not list; the self-hired count nowhere."""
    world = World().register("school_code | school_type | township\nA | primary | East\nB | primary | West")
    campuses = "campus_name | student_count | staff_count\nn | 300 | 20\ns | 100 | 10"
    world.report(
        "A", "2026-10", campuses=campuses, guards=guards("n | Shield | true", "n | Shield | true", "s | 自聘 |")
    )
    profile = "student_count | staff_count | campus_count\n200 | 15 | 1"
    world.report("B", "2026-10", profile=profile, guards=guards(" | Shield | true", " | Shield | false", " | | true"))
    return world


def test_numbers_and_rates_beside_a_rule_over_campuses(tmp_path: Path) -> None:
    """A school's number is the sum of its campuses; the rate sums what each campus has up to what it needs."""
    measured = two_schools().measure(made_up_standard(tmp_path, _CAMPUS_RULE))
    expect(
        measured.assessments,
        "guarded",
        """
        unit_code | campus | status | actual | required
        A |   | unmet | 2 | 4
        A | n | met   | 2 | 2
        A | s | unmet | 0 | 2
        B |   | met   | 2 | 2
        B |   | met   | 2 | 2
        """,
    )
    expect(measured.assessments, "guarded.people", "unit_code | done\nA | 430\nB | 215")
    expect(
        measured.figures,
        "guarded.full",
        "numerator | denominator | value | lower\n4 | 6 | 0.6667 | 0.6667",
        level="county",
    )
    expect(measured.figures, "guarded.people", "value | measure_unit\n645 | count", level="county")


def test_a_split_provision_has_its_own_figures(tmp_path: Path) -> None:
    """`guarded.b` is no number of `guarded`; what begins with its id is its own."""
    standard = made_up_standard(tmp_path, _CAMPUS_RULE)
    assert standard.provision("guarded.b").name_en == standard.provision("guarded.b.guards").name_en == "Certified"
    assert standard.provision("guarded.people").reading == "At least 2 guards of a company."
    measured = two_schools().measure(standard)
    expect(measured.figures, "guarded.b", "numerator | denominator\n4 | 6", level="county")
    expect(measured.figures, "guarded.b.guards", "value\n6", level="county")


def test_an_unknown_campus_leaves_the_schools_number_unknown(tmp_path: Path) -> None:
    """Half a sum is none."""
    world = World().register("school_code | school_type | township\nA | primary | East")
    campuses = "campus_name | student_count | staff_count\nn | 300 | 20\ns | 100 |"
    world.report("A", "2026-10", campuses=campuses, guards=guards("n | Shield | true"))
    measured = world.measure(made_up_standard(tmp_path, _CAMPUS_RULE))
    expect(measured.figures, "guarded.people", "value | unreported | status\n | 1 | no_data", level="county")


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
    applies: student_count >= 100
    start: found_date
    end: closed_date
    observed_until: observed_until_date
    deadline: deadline_date
    case_status: case_status
    cohort: NOT is_in_doubt
    due: NOT is_in_doubt AND deadline_date <= cut_off_date
    done: closed_date <= deadline_date
    values:
      open: case_status IN ('open', 'overdue')
    rates:
      closed: {done: is_closed, due: NOT is_in_doubt}
"""


def test_a_duration_may_have_other_rates_of_its_cases(tmp_path: Path) -> None:
    """Closed of all, beside on time of those due; a school that is too small is not addressed."""
    hazards = """
    hazard_no | found_date | deadline_date | status | closed_date | invalid
    1 | 2026-10-01 | 2026-10-10 | closed | 2026-10-11 |
    2 | 2026-10-01 | 2026-11-10 | closed | 2026-10-20 |
    3 | 2026-10-01 | 2026-11-10 | open | |
    4 | 2026-10-01 | 2026-10-10 | closed | | closed_date
    """
    world = World().register("school_code | school_type | township\nA | primary | East\nB | primary | West")
    for code, students in (("A", 100), ("B", 99)):
        world.report(code, "2026-10", profile=f"student_count\n{students}", hazards=hazards)
    measured = world.measure(made_up_standard(tmp_path, _CLOSURE))
    expect(measured.figures, "closure.closed", "numerator | denominator\n2 | 3", level="county")
    expect(measured.figures, "closure.on_time_rate", "numerator | denominator\n0 | 1", level="county")
    expect(
        measured.assessments, "closure.closed", "unit_code | status | done | due\nA | unmet | 2 | 3\nB | exempt | 0 | 0"
    )


def sensitive(folder: Path) -> Standard:
    """A count and a ratio whose small numbers are not published for parts."""
    return made_up_standard(
        folder,
        """
  - id: cases
    name_zh: x
    name_en: Cases
    clause: x
    population: all
    kind: count
    window: month
    scored: trend
    suppress_below: {value: 5, source: x}
    values:
      cases: insurance_violations_done
  - id: cared_for
    name_zh: x
    name_en: Cared for
    clause: x
    population: all
    kind: ratio
    window: month
    scored: yes
    target: 1
    suppress_below: {value: 5, source: x}
    done: key_student_care_done
    due: key_student_care_due
""",
    )


def counted(*rows: tuple[str, str, int, int]) -> World:
    """Schools with a township, cases, and key students of whom all are cared for."""
    register = "\n".join(f"{code} | primary | {township} | public" for code, township, _, _ in rows)
    world = World().register("school_code | school_type | township | ownership\n" + register)
    for code, _, cases, students in rows:
        sheet = f"insurance_violations | {cases} |\nkey_student_care | {students} | {students}"
        world.report(code, "2026-10", counts=f"item_id | done_count | due_count\n{sheet}")
    return world


def test_one_small_number_hides_its_level_but_not_the_whole(tmp_path: Path) -> None:
    """4 in one township hides every township, else it could be worked out; 0 and 5 hide nothing."""
    world = counted(("A", "East", 4, 0), ("B", "West", 6, 9), ("C", "North", 0, 5))
    measured = world.measure(sensitive(tmp_path))
    expect(
        measured.figures,
        "cases.cases",
        """
        unit_level | unit_code | numerator | value | unreported | status
        county     | county  | 10 | 10 | 0 | final
        ownership  | public  | 10 | 10 | 0 | final
        stage      | primary | 10 | 10 | 0 | final
        township   | East    | | | 0 | suppressed
        township   | North   | | | 0 | suppressed
        township   | West    | | | 0 | suppressed
        """,
    )
    expect(
        measured.figures,
        "cared_for",
        """
        unit_code | numerator | denominator | value | status
        East  |   |   |   | not_reached
        North | 5 | 5 | 1 | final
        West  | 9 | 9 | 1 | final
        """,
        level="township",
    )


def test_a_small_whole_is_shown(tmp_path: Path) -> None:
    """3 cases in the county; of a rate neither its parts nor its bounds are published below it."""
    measured = counted(("A", "East", 3, 4), ("B", "West", 0, 8)).measure(sensitive(tmp_path))
    expect(measured.figures, "cases.cases", "value | status\n3 | final", level="county")
    expect(
        measured.figures,
        "cared_for",
        "numerator | denominator | value | lower | upper | reported_value | met | status\n"
        " | | | | | | 1 | suppressed\n | | | | | | 1 | suppressed",
        level="township",
    )
