"""The truth's own rules on counties small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from pipelines.metadata.standards import load_standard
from pipelines.sample.bureau_facts import BureauMonth
from pipelines.sample.facts import Answer, Arrival, Count, Drill, Guard, Hazard, Incident, Report, SchoolRow
from pipelines.sample.truth import RULES, tell_truth
from pipelines.sample.truth_bureau import jinghong_bureau
from pipelines.sample.truth_cases import hazard_figures, incident_figures, time_at
from pipelines.sample.truth_rules import decide, required_guards
from pipelines.sample.truth_view import Case, Desk

JINGHONG = RULES["jinghong-2019"]
SCHOOL = SchoolRow("2153000001", "甲小学", "primary", "public", "urban", "甲镇", date(2019, 9, 1))
GUARD = Guard("王某一", "male", 1980, "主校区", "full_time", "公司", True, date(2024, 9, 1), None, 3, True)
DRILL = Drill(
    "紧急疏散演练", "evacuation", date(2026, 10, 14), "操场", "王某", 90, 90, 100, True, "良好", True, "主校区"
)
HAZARD = Hazard(
    "1", date(2026, 9, 10), "楼梯间", "灯不亮", "消防", "general", "self", "更换", 100, "安全办王某", date(2026, 9, 30),
    True, None, "open", None, None, None,
)  # fmt: skip


def report(month: str, **changes: object) -> Report:
    blank = Report(
        SCHOOL,
        month,
        profile={"student_count": 80, "staff_count": 10, "boarder_count": 0},
        guards=[GUARD],
        returns=dict.fromkeys(("guards", "trainings", "drills", "hazards", "incidents", "buses"), "nil"),
    )
    blank.returns["hazards"] = "rows" if changes.get("hazards") else "nil"
    return replace(blank, **changes)  # type: ignore[arg-type]


def desk(*reports: Report, month: str = "2026-10", as_of: datetime = datetime(2027, 2, 1)) -> Desk:
    arrivals = [
        Arrival(f"{number}.xlsx", datetime(2026, 11, number), one.month, "accepted", "", SCHOOL.school_code, one)
        for number, one in enumerate(reports, 1)
    ]
    return Desk("yunnan", month, as_of, (SCHOOL,), tuple(arrivals), ())


def status(provision: str, *reports: Report, month: str = "2026-10") -> str:
    return decide(JINGHONG[provision], Case(desk(*reports, month=month), SCHOOL))


@pytest.mark.parametrize(
    ("people", "boarders", "guards"),
    [(99, 0, 1), (100, 0, 2), (1000, 0, 2), (1499, 0, 2), (1500, 0, 3), (3000, 1800, 8), (500, 299, 2), (500, 300, 3)],
)
def test_required_guards_follow_the_vectors(people: int, boarders: int, guards: int) -> None:
    assert required_guards(people, boarders) == guards


def test_blank_number_is_unreported_and_not_unmet() -> None:
    unknown = report("2026-10", profile={"student_count": 80, "staff_count": None, "boarder_count": 0}, guards=[])
    assert status("guards_staffing", report("2026-10")) == "met"
    assert status("guards_staffing", report("2026-10", guards=[])) == "unmet"
    assert status("guards_staffing", unknown) == "unreported"
    assert status("guards_staffing") == "unreported"


def test_guard_counts_from_first_to_last_day_on_duty() -> None:
    for change, expected in (
        ({"start_date": date(2026, 11, 1)}, "unmet"),
        ({"end_date": date(2026, 10, 30)}, "unmet"),
        ({"end_date": date(2026, 10, 31)}, "met"),
        ({"employment": "part_time"}, "unmet"),
        ({"employment": None}, "unmet"),
    ):
        assert status("guards_staffing", report("2026-10", guards=[replace(GUARD, **change)])) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer("yes", date(2026, 10, 1)), "met"),
        (Answer("yes", None), "unreported"),
        (Answer("no", None), "unmet"),
        (Answer(None, None), "unreported"),
        (Answer("na", None), "unreported"),
    ],
)
def test_item_is_met_only_by_yes_with_its_date(answer: Answer, expected: str) -> None:
    assert status("closed_campus", report("2026-10", answers={"closed_campus": answer})) == expected


def test_no_drill_is_pending_while_the_quarter_runs_and_unmet_after_it() -> None:
    quarter = [report(month) for month in ("2026-10", "2026-11", "2026-12")]
    assert status("drill_frequency", quarter[0]) == "pending"
    assert status("drill_frequency", *quarter, month="2026-12") == "unmet"
    assert status("drill_frequency", quarter[0], quarter[2], month="2026-12") == "unreported"
    assert status("drill_frequency", report("2026-10", drills=[DRILL]), quarter[2], month="2026-12") == "met"


def test_drill_of_something_else_or_without_a_day_does_not_count() -> None:
    for change in ({"category": "drowning"}, {"held_date": None}, {"held_date": date(2026, 9, 30)}):
        assert status("drill_frequency", report("2026-10", drills=[replace(DRILL, **change)])) == "pending"


def test_month_without_ten_teaching_days_is_exempt() -> None:
    assert status("weekly_education", report("2026-08"), month="2026-08") == "exempt"


def test_draft_gives_way_to_its_resubmission_but_not_before_it_arrives() -> None:
    first = report("2026-10", guards=[])
    both = desk(first, report("2026-10"))
    early = replace(both, as_of=datetime(2026, 11, 1, 12))
    assert decide(JINGHONG["guards_staffing"], Case(both, SCHOOL)) == "met"
    assert decide(JINGHONG["guards_staffing"], Case(early, SCHOOL)) == "unmet"


def test_time_at_gives_the_median_of_the_test_submissions() -> None:
    """Durations and states of the thirty-seven hazards that the shared submissions describe; S(25) = 0.45."""
    times = [8, 21, 0, 15, 6, 12, 84, 51, 14, 25, 42, 18, 3, 198, 16, 32, 7, 5, 172, 66, 4, 31, 8, 9, 41, 25, 23, 3, 41]
    times += [17, 142, 16, 14, 6, 7, 22, 12]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1]
    ended += [0, 0]
    assert time_at(times, [bool(one) for one in ended], 0.5) == 25


def test_time_is_not_reached_where_most_cases_are_open() -> None:
    assert time_at([1, 5, 5], [True, False, False], 0.5) is None
    assert time_at([], [], 0.5) is None


def hazard_states(*reports: Report) -> dict[str, object]:
    figures = hazard_figures(desk(*reports))
    return {name.split(".")[1]: figure.get("value") for name, figure in figures.items() if figure.get("value")}


def test_open_hazard_past_its_deadline_is_overdue() -> None:
    assert hazard_states(report("2026-10", hazards=[HAZARD])) == {"open": 1, "overdue": 1}


def test_first_deadline_stays_the_deadline_and_the_moved_one_is_listed() -> None:
    moved = replace(HAZARD, deadline_date=date(2026, 12, 1))
    reports = (report("2026-09", hazards=[HAZARD]), report("2026-10", hazards=[moved]))
    assert hazard_states(*reports) == {"open": 1, "overdue": 1, "extended": 1}


def test_hazard_that_leaves_the_list_unclosed_has_vanished() -> None:
    assert hazard_states(report("2026-09", hazards=[HAZARD]), report("2026-10")) == {"vanished": 1}


def test_hazard_of_a_school_that_sent_nothing_stays_open() -> None:
    assert hazard_states(report("2026-09", hazards=[HAZARD])) == {"open": 1, "overdue": 1}


def test_closed_hazard_that_comes_back_is_open_and_reopened() -> None:
    closed = replace(HAZARD, status="closed", closed_date=date(2026, 9, 20))
    reports = (report("2026-09", hazards=[closed]), report("2026-10", hazards=[HAZARD]))
    assert hazard_states(*reports) == {"open": 1, "overdue": 1, "reopened": 1}


def test_hazard_in_doubt_is_neither_open_nor_closed_nor_due() -> None:
    doubtful = replace(HAZARD, status="closed", is_in_doubt=True)
    figures = hazard_figures(desk(report("2026-10", hazards=[doubtful])))
    assert figures["hazard_closure.in_doubt"] == {"value": 1}
    assert figures["hazard_closure.open"] == {"value": 0}
    assert figures["hazard_closure.on_time_rate"] == {"numerator": 0, "denominator": 0}


def test_hazard_closed_on_its_deadline_is_on_time() -> None:
    closed = replace(HAZARD, status="closed", closed_date=HAZARD.deadline_date)
    late = replace(closed, hazard_no="2", closed_date=date(2026, 10, 1))
    figures = hazard_figures(desk(report("2026-10", hazards=[closed, late])))
    assert figures["hazard_closure.on_time_rate"] == {"numerator": 1, "denominator": 2}


def test_school_that_sent_nothing_did_not_send_and_is_unreported_elsewhere() -> None:
    assert status("submission_rate") == "unmet"
    assert status("hazard_ledger") == "unreported"


def test_what_is_due_counts_even_where_what_is_done_is_not_known() -> None:
    known = report("2026-10", counts={"daily_reminder": Count(17, 18)})
    unknown = report("2026-10", counts={"daily_reminder": Count(None, 18)})
    told = [
        tell_truth(load_standard("jinghong-2019"), (SCHOOL,), ("2026-10",), desk(one).arrivals, ())
        for one in (known, unknown)
    ]
    figures = [one["months"]["2026-10"]["figures"]["jinghong-2019"]["daily_reminder"] for one in told]
    assert figures[0] == {"numerator": 17, "denominator": 18, "unknown": 0}
    assert figures[1] == {"numerator": 0, "denominator": 18, "unknown": 1}


def test_incident_is_on_time_within_the_hour_and_doubtful_without_a_time() -> None:
    known = datetime(2026, 10, 8, 10, 0)
    rows = [
        Incident(str(number), known, told, reported, reported, "跌落", "一般", "on_campus", 1, 0, 0, "first")
        for number, (told, reported) in enumerate(
            [
                (known, known + timedelta(minutes=60)),
                (known, known + timedelta(minutes=61)),
                (known, None),
                (None, None),
            ]
        )
    ]
    figures = incident_figures(desk(report("2026-10", incidents=rows)), both=True)
    assert figures["incident_reporting.incidents"] == {"value": 4}
    assert figures["incident_reporting.open"] == {"value": 1}
    assert figures["incident_reporting.on_time_rate"] == {"numerator": 1, "denominator": 3}
    assert figures["incident_reporting.median_minutes"] == {"value": 61.0}


def test_drill_that_two_months_list_is_one_drill() -> None:
    reports = (report("2026-10", drills=[DRILL]), report("2026-11", drills=[DRILL]))
    case = Case(desk(*reports, month="2026-11"), SCHOOL)
    assert case.drills(case.span("quarter")) == [DRILL]


@pytest.mark.parametrize("standard", RULES)
def test_truth_covers_every_indicator_of_the_standard(standard: str) -> None:
    one = desk(report("2026-10"))
    told = tell_truth(load_standard(standard), (SCHOOL,), ("2026-10",), one.arrivals, ())
    figures = told["months"]["2026-10"]["figures"][standard]
    asked = {name for provision in load_standard(standard).provisions for name in provision.indicators}
    assert asked <= set(figures)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("yes", "yes"), "met"),
        (("yes", "no"), "pending"),
        (("no", None), "pending"),
        (("yes", None), "unreported"),
        (("yes", "na"), "met"),
        (("na",), "unreported"),
        ((), "unreported"),
    ],
)
def test_an_item_is_met_when_every_body_that_answers_says_yes(values: tuple[str | None, ...], expected: str) -> None:
    given = {
        str(number): Answer(value, date(2026, 10, 9) if value == "yes" else None) for number, value in enumerate(values)
    }
    items = ("body_safety_office", "body_safety_budget")
    month = BureauMonth("2026-10", (), (), (), (), dict.fromkeys(items, given), {})
    figures = jinghong_bureau(replace(desk(), bureau=(month,)))
    assert figures["office_budget"][expected] == 1


def test_numbers_of_bodies_are_summed_and_unknown_where_one_is_blank() -> None:
    def told(*done: int | None) -> object:
        counts = {"training_bodies_found": {str(seat): Count(value, 0) for seat, value in enumerate(done)}}
        month = BureauMonth("2026-10", (), (), (), (), {}, counts)
        return jinghong_bureau(replace(desk(), bureau=(month,)))["training_bodies.found"]["value"]

    assert told(2, 0, 3) == 5
    assert told(2, None) is None
    assert told() is None
