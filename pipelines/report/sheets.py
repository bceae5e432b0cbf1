"""What tables.xlsx holds: one sheet a table, as plain values, texts, dates and rates over their two numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.metadata.risk import risk
from pipelines.report import display, losses, marks, wording
from pipelines.report.blocks import Paragraph
from pipelines.report.bulletin import compose
from pipelines.report.crosschecks import item_name, kinds, township_name, wilson
from pipelines.report.csv_files import submission_rows
from pipelines.report.ledger import grade
from pipelines.report.material import Figure, Material
from pipelines.report.naming import field_name, figure_status, indicator_name, unit_name, value_name
from pipelines.report.summary import headlines, units
from pipelines.report.tiles import HAZARD
from pipelines.report.visits_next import candidates

LEVELS = ("county", "township", "stage", "urban_rural", "ownership", "body")
COMPARED = ("township", "stage")


@dataclass(frozen=True)
class Rate:
    """A rate to be written as a formula over two other columns of its row."""

    numerator: display.Number | None
    denominator: display.Number | None


@dataclass(frozen=True)
class Sheet:
    """One table: columns by name and rows of plain values, texts, dates and rates.

    `keys` are the figures of the rows, where each row is one; `groups` are headings over several columns.
    """

    id: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    keys: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()


def _level_sheet(material: Material, level: str) -> Sheet:
    """Figures of one level. Grain: one row per unit and indicator."""
    unit = () if level == "county" else ("unit_name",)
    columns = (
        *unit,
        *("indicator_name", "clause", "numerator", "denominator", "rate", "value", "measure_unit", "lower", "upper"),
        *("reported_value", "met", "unmet", "pending", "unreported", "exempt", "status", "indicator", "anchor"),
    )
    order = {indicator: place for place, indicator in enumerate(material.county)}
    found = [figure for figure in material.figures if figure.unit_level == level]
    found.sort(key=lambda figure: order.get(figure.indicator, len(order)))
    rows = [_figure_row(material, figure, bool(unit)) for figure in found]
    return Sheet(level, columns, rows, tuple(figure.key for figure in found))


def _figure_row(material: Material, figure: Figure, has_unit: bool) -> list[Any]:
    bounds = (figure.lower, figure.upper, figure.reported_value)
    return [
        *([unit_name(figure)] if has_unit else []),
        indicator_name(material.standard, figure.indicator),
        figure.clause,
        figure.numerator,
        figure.denominator,
        Rate(figure.numerator, figure.denominator) if figure.is_rate else None,
        None if figure.is_rate else figure.value,
        wording.label("measure_units", figure.measure_unit),
        *(Rate(bound, 1) if bound is not None else None for bound in bounds),
        *(figure.met, figure.unmet, figure.pending, figure.unreported, figure.exempt),
        figure_status(figure),
        figure.indicator,
        marks.anchor(figure.key),
    ]


def _assessment_sheet(material: Material) -> Sheet:
    columns = (
        *(
            "township",
            "school_name",
            "school_code",
            "unit_level",
            "campus",
            "stage",
            "indicator_name",
            "clause",
            "status",
        ),
        "reason",
        *("actual", "required", "done", "due", "window_start", "window_end", "indicator"),
    )
    rows = []
    for row in material.assessments:
        school = material.schools.get(row.unit_code)
        rows.append(
            [
                school.township if school else "",
                material.name(row.unit_code),
                row.unit_code,
                wording.label("levels", row.unit_level),
                row.campus,
                value_name("school_type", row.stage),
                indicator_name(material.standard, row.indicator),
                material.standard.provision(row.indicator).clause,
                wording.label("statuses", row.status),
                wording.label("reasons", row.reason),
                *(row.actual, row.required, row.done, row.due, row.window_start, row.window_end, row.indicator),
            ]
        )
    return Sheet("assessments", columns, rows)


def _case_sheet(material: Material) -> Sheet:
    names = (
        *("school_name", "school_code", "indicator_name", "clause", "case_no", "start", "end", "observed_until"),
        *("deadline", "status", "level", "listed"),
    )
    rows: list[list[Any]] = []
    for case in material.cases:
        known = grade(material, case)
        provision = material.standard.provision(case.indicator)
        is_hazard = provision.over == HAZARD
        rows.append(
            [
                *(material.name(case.school_code), case.school_code, indicator_name(material.standard, case.indicator)),
                *(provision.clause, case.case_no, case.start, case.end, case.observed_until, case.deadline),
                wording.label("case_statuses", case.status),
                value_name("hazard_level", known.level) if is_hazard else "",
                wording.text("page.listed_yes" if known.is_listed else "page.listed_no") if is_hazard else "",
            ]
        )
    return Sheet("cases", names, rows)


def _submission_sheet(material: Material) -> Sheet:
    names = ("file", "status", "version", "received_at", "errors", "queries", "repairs", "sha256")
    rows = []
    for row in submission_rows(material):
        labelled = row | {"status": wording.label("submission_statuses", row["status"])}
        rows.append([material.name(row["school_code"]), row["school_code"], *(labelled.get(name) for name in names)])
    return Sheet("submissions", ("school_name", "school_code", *names), rows)


def _finding_sheet(material: Material) -> Sheet:
    names = (
        *("school_name", "school_code", "severity", "code", "sheet", "cell", "field", "value", "message", "file"),
        *("answer", "counted"),
    )
    rows = [
        [
            *(material.name(row.school_code), row.school_code, wording.label("severities", row.severity), row.code),
            *(row.sheet, row.cell, field_name(row.field, row.sheet), row.value, row.message, row.file, row.answer),
            wording.text("page.listed_yes" if row.submission_no in material.counted_files else "page.listed_no"),
        ]
        for row in material.findings
    ]
    return Sheet("findings", names, rows)


def _crosscheck_sheet(material: Material) -> Sheet:
    names = ("check", "code", "school_name", "school_code", "township", "count", "answered")
    rows = []
    for kind in kinds(material):
        for code, count in kind.schools.items():
            school = material.schools.get(code)
            place = (material.name(code), code, school.township if school else "")
            rows.append([kind.check.name_zh, kind.check.code, *place, count, kind.answered.get(code, 0)])
    return Sheet("crosschecks", names, rows)


def _agreement_sheet(material: Material) -> Sheet:
    names = ("item", "township", "numerator", "denominator", "rate", "lower", "upper")
    rows = []
    for row in material.agreement:
        share = Rate(row.agreed_count, row.compared_count)
        bounds = (Rate(bound, 1) for bound in wilson(row.agreed_count, row.compared_count))
        rows.append([item_name(row), township_name(row), row.agreed_count, row.compared_count, share, *bounds])
    return Sheet("agreement", names, rows)


def _visit_sheet(material: Material) -> Sheet:
    """Schools to visit next, with how often each reason holds. Grain: one row per school that may be listed."""
    reasons = [reason.id for reason in risk().reasons]
    names = ("school_name", "school_code", "township", "risk", "reasons", *reasons)
    rows: list[list[Any]] = []
    for one in candidates(material):
        held = {reason.id: count for reason, count in one.reasons}
        school = material.schools[one.school_code]
        place = (material.name(one.school_code), one.school_code, school.township)
        rows.append([*place, one.risk, one.said, *(held.get(name, 0) for name in reasons)])
    return Sheet("visits", names, rows)


def _loss_sheet(material: Material) -> Sheet:
    names = ("school_name", "school_code", "lost_rows", "unread_cells", "undecided")
    statuses = losses.undecided(material)
    kept = {loss.school_code: loss for loss in material.losses}
    rows: list[list[Any]] = []
    for code in sorted({*kept, *statuses}):
        loss = kept.get(code)
        name = material.name(code) if code else wording.text("losses.bureau")
        numbers = (loss.row_count, loss.cell_count) if loss else (0, 0)
        rows.append([name, code, *numbers, statuses[code]])
    return Sheet("losses", names, rows)


def _comparison_sheet(material: Material, level: str) -> Sheet:
    """Headline rates side by side. Grain: one row per unit of the level."""
    named = [(row.figure.indicator, row.name) for row in headlines(material)]
    rows = []
    for unit in units(material, level):
        row: list[Any] = [unit_name(unit)]
        for indicator, _ in named:
            figure = material.by_key.get(f"{indicator}|{level}|{unit.unit_code}")
            pair = (figure.numerator, figure.denominator) if figure else (None, None)
            row += [*pair, Rate(*pair) if figure else None]
        rows.append(row)
    columns = ("unit_name", *(("numerator", "denominator", "share") * len(named)))
    return Sheet(f"compared_{level}", columns, rows if named else [], (), tuple((name, 3) for _, name in named))


def _said_sheet(material: Material) -> Sheet:
    """Numbers in the bulletin's sentences. Grain: one row per bookmark's key, part and section, in the order read."""
    rows: dict[tuple[str, ...], None] = {}
    for section in compose(material).sections:
        for text in (block.text for block in section.blocks if isinstance(block, Paragraph)):
            for span in marks.spans_of(text):
                if span.key:
                    kind = "count" if span.is_count else "figure"
                    place = (section.title, wording.label("marks", kind), span.key, span.part)
                    rows[(*place, span.text, marks.anchor(span.key))] = None
    return Sheet("said", ("section", "mark_kind", "key", "part", "shown", "anchor"), [list(row) for row in rows])


def sheets(material: Material) -> Iterator[Sheet]:
    """Every sheet that has rows, figures first."""
    makers = (
        *(_assessment_sheet, _case_sheet, _submission_sheet, _finding_sheet),
        *(_crosscheck_sheet, _agreement_sheet, _visit_sheet, _loss_sheet, _said_sheet),
    )
    levels = [_level_sheet(material, level) for level in LEVELS]
    compared = [_comparison_sheet(material, level) for level in COMPARED]
    for sheet in (levels[0], *compared, *levels[1:], *(make(material) for make in makers)):
        if sheet.rows:
            yield sheet
