"""Which schools to visit next, the gravest risk first, each with its reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.metadata.risk import Reason, risk
from pipelines.report import display, marks, wording
from pipelines.report.material import Material, Risky
from pipelines.report.tables import Cell, Column, Table


@dataclass(frozen=True)
class Candidate:
    """One school that there is reason to visit: its risk, and how often each reason holds, in the order of the file."""

    school_code: str
    risk: int
    reasons: tuple[tuple[Reason, int], ...]

    @property
    def said(self) -> str:
        """The reasons in words."""
        words = (wording.term(reason).format(count=display.number(count)) for reason, count in self.reasons)
        return wording.text("page.item_separator").join(words)


def _counts(material: Material, row: Risky) -> Mapping[str, int]:
    """How often each reason of the file holds for the school."""
    school = material.schools.get(row.school_code)
    point = school.point_month if school else ""
    missing = material.timeliness.of_school(row.school_code, "missing")
    return {
        "overdue_major": row.overdue_major_count,
        "overdue": row.overdue_count,
        "unreported": int(row.school_code not in material.reporting),
        "missing_months": sum(month != point for month in missing),
        "disagreed": row.disagreed_count,
        "incidents": row.incident_count,
        "never_visited": int(row.visit_count == 0),
    }


def candidates(material: Material) -> tuple[Candidate, ...]:
    """Every school with the least risk that is listed or more, the gravest first, ties by code."""
    rules = risk()
    found = []
    for row in material.risky:
        counts = _counts(material, row)
        held = tuple((reason, counts[reason.id]) for reason in rules.reasons if counts[reason.id])
        total = sum(reason.weight * min(count, reason.at_most) for reason, count in held)
        if total >= rules.minimum:
            found.append(Candidate(row.school_code, total, held))
    return tuple(sorted(found, key=lambda one: (-one.risk, one.school_code)))


def visit_table(material: Material, title: str) -> Table:
    """Schools to visit next. Grain: one row per school, its code beside its name; the note says how risk is counted."""
    words = ("school_name", "township", "risk", "reasons")
    columns = tuple(Column(wording.column(word), is_number=word == "risk") for word in words)
    rows = tuple(
        (
            Cell(material.name(one.school_code), one.school_code),
            Cell(material.schools[one.school_code].township),
            Cell(display.number(one.risk), is_number=True),
            Cell(one.said),
        )
        for one in candidates(material)[: risk().listed]
    )
    return Table(title, columns, rows, _note())


def _note() -> str:
    """How the risk is put together, each reason with what it weighs."""
    rules = risk()
    parts = (
        wording.text(
            "visits.part" if reason.at_most > 1 else "visits.part_once",
            reason=wording.column(reason.id),
            weight=marks.count(reason.weight, "rule", "risk", "weight", reason.id),
            most=marks.count(reason.at_most, "rule", "risk", "at_most", reason.id),
        )
        for reason in rules.reasons
    )
    limits = {name: marks.count(getattr(rules, name), "rule", "risk", name) for name in ("minimum", "listed")}
    told = marks.join(wording.text("bulletin.separator"), parts)
    return wording.text("visits.note", parts=told, **limits)


def visits_intro(material: Material) -> str:
    """How many are listed; that none is."""
    found = candidates(material)[: risk().listed]
    if not found:
        return wording.text("visits.none")
    return wording.text("visits.intro", count=marks.count(len(found), "visits"))
