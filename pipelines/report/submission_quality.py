"""Who reported when, and what the reports are worth: what submission_quality.ipynb shows."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.report import display, losses, marks, queries, tables, wording
from pipelines.report.blocks import Paragraph
from pipelines.report.corrections import correction_table
from pipelines.report.finding_rows import kind_table, query_kinds
from pipelines.report.material import Figure, Material
from pipelines.report.naming import indicator_name
from pipelines.report.notebook_parts import NotebookReport, Part, figure_table, headed
from pipelines.report.opened import open_material
from pipelines.report.submission_rows import day_table, rejected_table, sender_table, verdict_table
from pipelines.report.summary import SUBMISSION_RATE, counts_schools, submitted_count
from pipelines.report.tables import Cell, Column, Table, rate_cell, unit_table
from pipelines.report.timely_tables import timely_part

SEVERITIES = ("fatal", "error", "query", "repair")


def _say(key: str, **values: str | int) -> str:
    return wording.text(f"submission_quality.{key}", **values)


def _overview(material: Material) -> Iterable[Part]:
    expected = len(material.expected)
    if not expected:
        yield Paragraph(_say("nobody_expected"))
    elif not submitted_count(material):
        yield Paragraph(_say("nobody_reported", expected=marks.count(expected, "schools", "expected")))
    yield figure_table(material, _say("rate"), (SUBMISSION_RATE,))
    yield verdict_table(material)
    if any(row.indicator == SUBMISSION_RATE and row.unit_level == "township" for row in material.figures):
        named = ((SUBMISSION_RATE, indicator_name(material.standard, SUBMISSION_RATE)),)
        yield unit_table(material, _say("rate_townships"), "township", named)


def _if_all_met(material: Material, figure: Figure) -> str:
    """The rate if every school that did not report had met the rule; empty for a rate that is not over schools."""
    if not counts_schools(material, figure) or figure.numerator is None:
        return ""
    return display.rate(figure.numerator + (figure.unreported or 0), figure.denominator)


def _bounds_table(material: Material) -> Table:
    """Rates that somebody could still move. Grain: one row per indicator, the widest span first."""
    words = ("indicator", "rate", "unreported", "pending", "lower", "upper")
    columns = (
        *(Column(wording.column(word), is_number=word != "indicator") for word in words),
        Column(_say("if_all_met"), is_number=True),
    )
    open_rates = [figure for figure in material.county.values() if figure.is_rate and figure.is_movable]
    rows = tuple(
        (
            Cell(indicator_name(material.standard, figure.indicator)),
            rate_cell(figure),
            *(
                Cell(text, key=figure.key, is_number=True, part=part)
                for part, text in (
                    ("unreported", display.number(figure.unreported)),
                    ("pending", display.number(figure.pending)),
                    ("lower", display.share(figure.lower)),
                    ("upper", display.share(figure.upper)),
                    ("if_all_met", _if_all_met(material, figure)),
                )
            ),
        )
        for figure in sorted(open_rates, key=lambda row: float(row.lower or 0) - float(row.upper or 0))
    )
    return Table(_say("bounds"), columns, rows, _say("bounds_note"))


def _corrections(material: Material) -> Iterable[Part]:
    """What the bureau corrected; nothing where it did not."""
    if material.corrections:
        yield correction_table(material, wording.text("corrections.title"))


def compose(material: Material) -> NotebookReport:
    """The report; every part is there, and says so where it has nothing to tell."""
    parts: dict[str, Iterable[Part]] = {
        "overview": tuple(_overview(material)),
        "senders": (
            *timely_part(material),
            day_table(material),
            sender_table(material),
            tables.silent_table(material, wording.text("bulletin.table_silent")),
        ),
        "rejected": (rejected_table(material),),
        "findings": (kind_table(material, _say("findings"), SEVERITIES),),
        "queries": (Paragraph(queries.summary_text(material)), query_kinds(material, _say("queries_by_code"))),
        "losses": (
            Paragraph(losses.summary_text(material, "losses.summary")),
            losses.loss_table(material, wording.text("losses.title")),
            *_corrections(material),
        ),
        "bounds": (_bounds_table(material),),
    }
    return headed(material, "submission_quality", {name: tuple(found) for name, found in parts.items()})


def open_report(home: str, standard: str, period: str, as_of: str, township: str) -> NotebookReport:
    """The report of that home, standard, period and moment (ISO form); of one township where it is named."""
    return compose(open_material(home, standard, period, as_of, township))
