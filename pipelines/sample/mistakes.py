"""Mistakes in writing a report: blanks, error cells, impossible dates, numbers that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from pipelines.collect.workbook import Formula
from pipelines.sample.facts import Answer, Count, Report

UNCALCULATED = Formula("=8+1", "")
"""A formula that no program ever calculated; `formats` takes its empty stored value out of the file."""

KINDS = (
    "blank_answer",
    "yes_without_date",
    "blank_students",
    "error_cell",
    "unreadable_number",
    "percent",
    "uncalculated",
    "blank_ledger",
    "undated_drill",
    "unreadable_deadline",
    "negative_count",
)


def write_doubts(report: Report, rng: Random) -> None:
    """Let the cells of hazards in doubt say what cannot be: closed before found, or closed on no day."""
    for row, hazard in enumerate(report.hazards):
        if hazard.is_in_doubt and rng.random() < 0.5:
            report.written["hazards", row, "closed_date"] = hazard.found_date - timedelta(days=3 + row)


def make_mistake(report: Report, rng: Random, kind: str) -> bool:
    """Put one mistake of that kind into the report; False where the report has no place for it."""
    return {
        "blank_answer": _blank_answer,
        "yes_without_date": _yes_without_date,
        "blank_students": _blank_students,
        "error_cell": _error_cell,
        "unreadable_number": _unreadable_number,
        "percent": _percent,
        "uncalculated": _uncalculated,
        "blank_ledger": _blank_ledger,
        "undated_drill": _undated_drill,
        "unreadable_deadline": _unreadable_deadline,
        "negative_count": _negative_count,
    }[kind](report, rng)


def _blank_answer(report: Report, rng: Random) -> bool:
    if not report.answers:
        return False
    for item in rng.sample(sorted(report.answers), k=min(2, len(report.answers))):
        report.answers[item] = Answer(None, None)
    return True


def _yes_without_date(report: Report, rng: Random) -> bool:
    yes = sorted(item for item, answer in report.answers.items() if answer.value == "yes")
    if not yes:
        return False
    report.answers[rng.choice(yes)] = Answer("yes", None)
    return True


def _blank_students(report: Report, rng: Random) -> bool:
    report.profile["student_count"] = None
    return True


def _error_cell(report: Report, rng: Random) -> bool:
    name = rng.choice(("staff_count", "student_count", "boarder_count"))
    report.profile[name] = None
    report.written["profile", 0, name] = Formula("=#REF!+12", "#REF!")
    return True


def _unreadable_number(report: Report, rng: Random) -> bool:
    report.profile["staff_count"] = None
    report.written["profile", 0, "staff_count"] = "待核实"
    return True


def _percent(report: Report, rng: Random) -> bool:
    return _spoil_count(report, rng, "95%")


def _uncalculated(report: Report, rng: Random) -> bool:
    return _spoil_count(report, rng, UNCALCULATED)


def _negative_count(report: Report, rng: Random) -> bool:
    return _spoil_count(report, rng, -3)


def _spoil_count(report: Report, rng: Random, cell: str | int | Formula) -> bool:
    known = [item for item, count in report.counts.items() if count.done is not None]
    if not known:
        return False
    item = rng.choice(known)
    report.written["counts", list(report.counts).index(item), "done_count"] = cell
    report.counts[item] = Count(None, report.counts[item].due)
    return True


def _blank_ledger(report: Report, rng: Random) -> bool:
    if report.returns["hazards"] != "nil":
        return False
    report.returns["hazards"] = "blank"
    return True


def _undated_drill(report: Report, rng: Random) -> bool:
    if not report.drills:
        return False
    report.drills[-1] = replace(report.drills[-1], held_date=None)
    return True


def _unreadable_deadline(report: Report, rng: Random) -> bool:
    rows = [row for row, hazard in enumerate(report.hazards) if hazard.deadline_date and not hazard.is_in_doubt]
    if not rows:
        return False
    row = rng.choice(rows)
    report.hazards[row] = replace(report.hazards[row], deadline_date=None)
    report.written["hazards", row, "deadline_date"] = rng.choice(("尽快", "年底前", "2026-13-45"))
    return True
