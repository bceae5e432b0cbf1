"""What the notebooks beside the bulletin are made of: parts of paragraphs, tables and charts, one shown by a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.report import wording
from pipelines.report.blocks import Heading, Paragraph
from pipelines.report.drawing import Chart
from pipelines.report.material import Material
from pipelines.report.naming import (
    county_name,
    day_name,
    document_name,
    indicator_name,
    moment_name,
    period_name,
    scope_name,
)
from pipelines.report.notebook_view import Html
from pipelines.report.page import environment
from pipelines.report.tables import Cell, Column, Table, figure_cell
from pipelines.report.townships import township_of

Part = Heading | Paragraph | Table | Chart


@dataclass(frozen=True)
class NotebookReport:
    """Title, scope, opening sentence, and the parts by what the notebook calls them."""

    title: str
    scope: str
    opening: str
    parts: Mapping[str, tuple[Part, ...]]


def place_name(material: Material) -> str:
    """The county, with the township where the material is narrowed to one."""
    return f"{county_name(material)}{township_of(material)}"


def report_title(material: Material, name: str) -> str:
    """What the report of that notebook is about."""
    return wording.text(f"{name}.title", period=period_name(material.period), place=place_name(material))


def headed(material: Material, name: str, parts: Mapping[str, Sequence[Part]]) -> NotebookReport:
    """The parts under the title and the opening of that notebook."""
    return NotebookReport(
        title=report_title(material, name),
        scope=scope_name(material),
        opening=wording.text(
            "notebooks.opening",
            standard=document_name(material.standard),
            cut_off=day_name(material.cut_off),
            as_of=moment_name(material.as_of),
        ),
        parts={key: tuple(blocks) for key, blocks in parts.items()},
    )


def opening(report: NotebookReport) -> Html:
    """Title, scope and dates, what the numbers rest on."""
    template = environment().get_template("notebook_opening.html.j2")
    return Html(Markup(template.render(report=report)))


def part(report: NotebookReport, name: str) -> Html:
    """One part as HTML; a table without rows says that there are none."""
    template = environment().get_template("notebook_part.html.j2")
    return Html(Markup(template.render(blocks=report.parts[name], t=wording.text)))


def figure_table(material: Material, title: str, indicators: Sequence[str]) -> Table:
    """Figures of the whole one below the other. Grain: one row per indicator that was computed."""
    columns = (
        Column(wording.column("indicator")),
        Column(wording.column("value"), is_number=True),
        Column(wording.column("measure_unit")),
    )
    rows = tuple(
        (
            Cell(indicator_name(material.standard, figure.indicator)),
            figure_cell(figure),
            Cell(wording.label("measure_units", figure.measure_unit)),
        )
        for figure in (material.county.get(indicator) for indicator in indicators)
        if figure is not None
    )
    return Table(title, columns, rows)
