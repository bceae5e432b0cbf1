"""Schools one by one under the headline rules: what a township sees of its own schools."""

from __future__ import annotations

from pipelines.report import wording
from pipelines.report.material import Assessment, Material
from pipelines.report.summary import headlines, numbers_beside, silence
from pipelines.report.tables import Cell, Column, Table


def _status_cell(row: Assessment | None) -> Cell:
    """The status in words, what the school has beside it; empty where the rule does not address the school."""
    if row is None:
        return Cell("")
    return Cell(wording.label("statuses", row.status), numbers_beside(row), tone=row.status)


def submissions_said(material: Material) -> dict[str, str]:
    """What came from each school that must report, in words."""
    silent = silence(material)
    return {
        **{code: wording.label("statuses", "reported") for code in material.reporting},
        **{school.school_code: wording.text("page.silent_no_file") for school in silent.no_file},
        **{school.school_code: wording.text("page.silent_rejected") for school in silent.rejected},
    }


def school_table(material: Material, title: str) -> Table:
    """Statuses under the headline rules that count schools. Grain: one row per school that must report, by code."""
    shown = [row for row in headlines(material) if row.counts_schools]
    columns = [Column(wording.column("school_name")), Column(wording.text("page.submission_state"))]
    columns += [Column(row.name) for row in shown]
    wanted = {row.figure.indicator for row in shown}
    judged = {
        (row.unit_code, row.indicator): row
        for row in material.assessments
        if row.indicator in wanted and not row.campus and not row.stage
    }
    sent = submissions_said(material)
    rows = tuple(
        (
            Cell(school.school_name, school.school_code),
            Cell(sent[school.school_code]),
            *(_status_cell(judged.get((school.school_code, row.figure.indicator))) for row in shown),
        )
        for school in material.expected
    )
    return Table(title, tuple(columns), rows, wording.text("page.school_rows_note"))
