"""The truth that was planted, told in plain Python without the pipeline: figures of the whole county by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.metadata.standards import Standard, load_standard
from pipelines.sample.bureau_facts import BureauMonth
from pipelines.sample.facts import Arrival, SchoolRow
from pipelines.sample.truth_bureau import BUREAU, tally
from pipelines.sample.truth_cases import hazard_figures, incident_figures
from pipelines.sample.truth_rules import (
    JINGHONG_RATIOS,
    JINGHONG_RULES,
    SUNITE_RATIOS,
    SUNITE_RULES,
    Ratio,
    Rule,
    decide,
    guards_gap,
    security_hours,
)
from pipelines.sample.truth_view import Case, Desk

RULES: Mapping[str, Mapping[str, Rule]] = {"jinghong-2019": JINGHONG_RULES, "sunite-2022": SUNITE_RULES}
RATIOS: Mapping[str, Mapping[str, Ratio]] = {"jinghong-2019": JINGHONG_RATIOS, "sunite-2022": SUNITE_RATIOS}
_GUARDS = {"jinghong-2019": "guards_staffing", "sunite-2022": "four_100_guards"}


def tell_truth(
    standard: Standard,
    register: tuple[SchoolRow, ...],
    months: tuple[str, ...],
    arrivals: tuple[Arrival, ...],
    bureau: tuple[BureauMonth, ...],
) -> dict[str, Any]:
    """By month: who was expected, what each school's files came to, and the figures of every indicator.

    `as_of` is the moment of the month's last file. The figures hold for the standard whose template the schools
    filled in, and for every other one that has a model here: what its items were not asked for is unreported.
    """
    told: dict[str, Any] = {"standard": standard.id, "months": {}}
    for month in months:
        as_of = max(arrival.received_at for arrival in arrivals if arrival.month == month)
        figures = {}
        for name in sorted(RULES):
            desk = Desk(load_standard(name).calendar, month, as_of, register, arrivals, bureau)
            figures[name] = _figures(name, desk)
        told["months"][month] = {
            "as_of": as_of.isoformat(timespec="seconds"),
            "expected": [school.school_code for school in desk.expected],
            "submissions": _submissions(desk),
            "files": _files(desk),
            "figures": figures,
        }
    return told


def _figures(name: str, desk: Desk) -> dict[str, Any]:
    """Indicator to its county figure: counts of statuses, numerator and denominator, or a value."""
    cases = [Case(desk, school) for school in desk.expected]
    figures: dict[str, Any] = {
        provision: tally(decide(rule, case) for case in cases) for provision, rule in RULES[name].items()
    }
    guards = _GUARDS[name]
    rule = RULES[name][guards]
    missing = [-(guards_gap(case) or 0) for case in cases if decide(rule, case) == "unmet"]
    figures[f"{guards}.gap"] = {"value": sum(missing)}
    for provision, ratio in RATIOS[name].items():
        figures[provision] = _ratio(ratio, cases)
    figures |= incident_figures(desk, both=name == "jinghong-2019")
    figures |= BUREAU[name](desk)
    if name == "jinghong-2019":
        figures |= hazard_figures(desk)
        cases_known = [count.done for case in cases if (count := case.count("insurance_violations")).done is not None]
        figures["insurance_violations.cases"] = {"value": sum(cases_known) if cases_known else None}
    else:
        figures["national_security_hours"] = tally(security_hours(case) for case in cases)
    return figures


def _ratio(ratio: Ratio, cases: list[Case]) -> dict[str, int]:
    """Done over due of the schools that have the duty; what was due and is not known to be done counts as not done.

    `unknown` counts the schools of which one of the two numbers is not known.
    """
    counts = [ratio.of(case) for case in cases if case.span(ratio.window).has_duty]
    with_due = [count for count in counts if count.due is not None]
    return {
        "numerator": sum(count.done or 0 for count in with_due),
        "denominator": sum(count.due or 0 for count in with_due),
        "unknown": sum(count.done is None or count.due is None for count in counts),
    }


def _submissions(desk: Desk) -> dict[str, Any]:
    """By expected school: accepted, rejected (something came, nothing usable) or missing, and how many versions."""
    outcomes: dict[str | None, list[str]] = {}
    for arrival in desk.arrivals:
        if arrival.month == desk.month and arrival.received_at <= desk.as_of:
            outcomes.setdefault(arrival.school_code, []).append(arrival.outcome)
    told = {}
    for school in desk.expected:
        sent = outcomes.get(school.school_code, [])
        versions = sent.count("accepted")
        status = "accepted" if versions else "rejected" if sent else "missing"
        told[school.school_code] = {"status": status, "versions": versions}
    return told


def _files(desk: Desk) -> list[dict[str, str]]:
    """Every file sent for the month and received by as_of: its name, outcome, and the mess in it."""
    return [
        {
            "file": arrival.file_name,
            "received_at": arrival.received_at.isoformat(timespec="seconds"),
            "school_code": arrival.school_code or "",
            "outcome": arrival.outcome,
            "mess": arrival.mess,
        }
        for arrival in desk.arrivals
        if arrival.month == desk.month and arrival.received_at <= desk.as_of
    ]
