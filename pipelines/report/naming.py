"""How things are called in the reports: indicators, periods, moments, units, statuses."""

from __future__ import annotations

from datetime import date, datetime

from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import Provision, Standard
from pipelines.metadata.values import vocabulary
from pipelines.report import wording
from pipelines.report.material import Figure, Material

LEVEL_VOCABULARIES = {"stage": "school_type", "urban_rural": "urban_rural", "ownership": "ownership"}
"""Levels whose units are values of a vocabulary."""


def indicator_name(standard: Standard, indicator: str) -> str:
    """The provision's name, with the name of the statistic when the indicator is one."""
    name, statistic = wording.name(standard.provision(indicator)), standard.statistic(indicator)
    return part_of(name, wording.label("statistics", statistic)) if statistic else name


def part_of(name: str, part: str) -> str:
    """A statistic of a provision, or a tile of one, with the name of the provision before it."""
    return wording.text("page.part_of", name=name, part=part)


def scoring_name(standard: Standard, indicator: str) -> str:
    """Whether the provision is scored, in words."""
    return wording.label("scoring", standard.provision(indicator).scored)


def population_name(standard: Standard, provision: Provision) -> str:
    """Who is addressed, as the expression that is evaluated; in a word where that is everyone."""
    expression = " ".join(standard.population_expression(provision).split())
    return wording.text("proof.everyone") if expression.strip("()") == "true" else expression


def windows_name(provision: Provision) -> str:
    """The windows within which the provision is due, of all stages."""
    windows = (wording.text(f"proof.windows.{window}") for window in provision.windows.values())
    return wording.text("bulletin.separator").join(dict.fromkeys(windows))


def period_name(period: Period) -> str:
    """The period as a sentence names it: year and month, quarter, semester, school year or year."""
    head, _, tail = period.label.partition("Q")
    years = "–".join(period.label.split("-")[:2])
    return wording.text(
        f"periods.{period.kind}",
        year=years if period.kind in ("semester", "school_year") else str(period.start.year),
        month=str(period.start.month),
        quarter=wording.table("quarters")[tail] if tail and head else "",
        semester=wording.table("semesters")[period.label[-1]] if period.kind == "semester" else "",
    )


def last_period_name(kind: str) -> str:
    """How the period before one of that kind is called."""
    return wording.label("last_period", kind)


def moment_name(moment: datetime) -> str:
    """The moment as a sentence names it: date and time to the minute."""
    return wording.text(
        "moment", year=str(moment.year), month=str(moment.month), day=str(moment.day), time=f"{moment:%H:%M}"
    )


def day_name(day: date) -> str:
    """The day as a sentence names it."""
    return wording.text("day", year=str(day.year), month=str(day.month), day=str(day.day))


def scope_name(material: Material) -> str:
    """Period, last day counted and last receipt considered."""
    period, as_of = period_name(material.period), moment_name(material.as_of)
    return wording.text("page.scope", period=period, cut_off=day_name(material.cut_off), as_of=as_of)


def county_name(material: Material) -> str:
    """Name of the whole as the figures carry it; a neutral word where they carry none."""
    named = next((figure.unit_name for figure in material.figures if figure.unit_level == "county"), "")
    if wording.language() != wording.LANGUAGES[0] and named == material.standard.whole_name:
        named = ""
    return named or wording.text("page.county_fallback")


def level_value(level: str, value: str) -> str:
    """The label of a unit of that level; the value itself where the level has no vocabulary."""
    return value_name(LEVEL_VOCABULARIES[level], value) if level in LEVEL_VOCABULARIES else value


def unit_name(figure: Figure) -> str:
    """The unit's name as the figure carries it, else its code; in English the label of what is no name."""
    if wording.language() != wording.LANGUAGES[0]:
        if figure.unit_level in LEVEL_VOCABULARIES:
            return level_value(figure.unit_level, figure.unit_code)
        if figure.unit_level == "county":
            return wording.text("page.county_fallback")
    return figure.unit_name or figure.unit_code


def document_name(standard: Standard) -> str:
    """Title of the policy document with its number; a number with brackets of its own stands in square ones."""
    is_nested = wording.text("bulletin.nested_mark") in standard.document
    form = "bulletin.document_nested" if is_nested else "bulletin.document"
    number = wording.text(form, number=standard.document) if standard.document else ""
    return wording.text("bulletin.standard", name=wording.name(standard)) + number


def value_name(vocabulary_name: str, value: str) -> str:
    """The label of a canonical value; the value itself where the vocabulary has none."""
    return next((wording.term(term) for term in vocabulary(vocabulary_name) if term.value == value), value)


def field_name(field: str, sheet: str) -> str:
    """The heading of a field: by the sheet's contract where the sheet is known, else in any; else the field itself."""
    matching = sorted(contracts(), key=lambda contract: sheet not in (contract.title, *contract.synonyms))
    return next((entry.label for contract in matching for entry in contract.fields if entry.name == field), field)


def figure_status(figure: Figure) -> str:
    """Why a figure has no value; a time that too few cases have reached is no want of cases."""
    is_time = figure.status == "not_reached" and figure.measure_unit in ("days", "minutes")
    return wording.label("figure_statuses", "time_not_reached" if is_time else figure.status)
