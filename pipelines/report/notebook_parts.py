"""What the notebooks beside the bulletin are made of: parts of paragraphs, tables and charts, one shown by a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.report import display, wording
from pipelines.report.blocks import Heading, Paragraph
from pipelines.report.drawing import Chart
from pipelines.report.material import Figure, Material
from pipelines.report.naming import (
    county_name,
    day_name,
    document_name,
    figure_status,
    indicator_name,
    moment_name,
    period_name,
    scope_name,
    unit_name,
)
from pipelines.report.notebook_view import Html
from pipelines.report.page import environment
from pipelines.report.summary import units
from pipelines.report.tables import Cell, Column, Table, rate_cell
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


def figure_cells(figure: Figure | None) -> Cell:
    """The figure in one cell: a rate with its fraction, a number, or in words why there is none."""
    if figure is None or figure.is_rate:
        return rate_cell(figure)
    return Cell(display.number(figure.value) or figure_status(figure), key=figure.key, is_number=True)


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
            figure_cells(figure),
            Cell(wording.label("measure_units", figure.measure_unit)),
        )
        for figure in (material.county.get(indicator) for indicator in indicators)
        if figure is not None
    )
    return Table(title, columns, rows)


def unit_table(material: Material, title: str, level: str, columns: Sequence[tuple[str, str]], note: str = "") -> Table:
    """(indicator, title) side by side by unit, the whole as last row. Grain: one row per unit of the level."""
    heads = (Column(wording.label("levels", level)), *(Column(name, is_number=True) for _, name in columns))
    rows = []
    for unit in (*units(material, level), *units(material, "county")):
        whole = unit.unit_level == "county"
        keys = (f"{indicator}|{unit.unit_level}|{unit.unit_code}" for indicator, _ in columns)
        name = Cell(wording.text("page.all_units") if whole else unit_name(unit))
        rows.append((name, *(figure_cells(material.by_key.get(key)) for key in keys)))
    return Table(title, heads, tuple(rows), note)
