"""schools.html: every school of the register in one table to search and filter, and a view of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.load.database import open_database
from pipelines.metadata.persons import without_numbers
from pipelines.metadata.values import vocabulary
from pipelines.report import display, marks, wording
from pipelines.report.addresses import page_name, switch
from pipelines.report.material import Assessment, Figure, Material, School
from pipelines.report.naming import (
    LEVEL_VOCABULARIES,
    county_name,
    document_name,
    indicator_name,
    level_value,
    scope_name,
)
from pipelines.report.page import asset, content_policy, environment, inert_json
from pipelines.report.proof_links import INDEX, SCHOOLS, proof_href, safe, school_proof_href
from pipelines.report.proof_rows import STATUSES, part_name, said_numbers
from pipelines.report.school_rows import submissions_said
from pipelines.report.sources import read_boarding
from pipelines.report.summary import SUBMISSION_RATE, headlines
from pipelines.report.tables import days_open, is_overdue, open_cases
from pipelines.report.tiles import closure
from pipelines.report.twins import write_twins
from pipelines.settings import Settings

_COUNTED = ("met", "unmet", "pending", "unreported", "exempt")


@dataclass(frozen=True)
class Choice:
    """One choice of a filter: the value in the rows and its name."""

    value: str
    name: str


@dataclass(frozen=True)
class Filter:
    """One filter over the table; `name` is the data attribute that it looks at."""

    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Status:
    """One status in the table: its code for colour and count, in words, and where it is proved."""

    code: str
    text: str
    href: str


@dataclass(frozen=True)
class SchoolRow:
    """One school of the table; `traits` are the values that the filters look at, in their order."""

    id: str
    code: str
    name: str
    traits: tuple[Choice, ...]
    is_expected: bool
    is_reported: bool
    sent: str
    statuses: tuple[Status, ...]
    unmet: int | None


@dataclass(frozen=True)
class CountLine:
    """How many of the schools shown stand how under one headline rate, said as its figure has it for all of them."""

    name: str
    text: str


def write_school_page(settings: Settings, material: Material, folder: Path) -> None:
    """schools.html and its English twin in `folder`; each is whole in itself and opens from disk."""
    with open_database(settings.home, material.as_of) as connection:
        boarding = read_boarding(connection, material)
    write_twins(folder, SCHOOLS, lambda: render(material, boarding))


def render(material: Material, boarding: Mapping[str, bool]) -> str:
    """The page in the language spoken."""
    script = asset("schools.js")
    return (
        environment()
        .get_template("schools.html.j2")
        .render(
            **context(material, boarding),
            language=wording.text("language"),
            policy=content_policy(str(script)),
            css=asset("page.css") + asset("schools.css"),
            script=script,
            index_page=page_name(INDEX),
            twins=switch(SCHOOLS),
            t=wording.text,
            column=wording.column,
        )
    )


def context(material: Material, boarding: Mapping[str, bool]) -> dict[str, Any]:
    """Everything that schools.html.j2 shows."""
    counted = counted_figures(material)
    rows = school_rows(material, boarding, counted)
    return {
        "title": wording.text("schools.title", county=county_name(material)),
        "kicker": wording.text("page.subtitle", standard=document_name(material.standard)),
        "scope": scope_name(material),
        "filters": filters(rows),
        "rows": rows,
        "counted": [indicator_name(material.standard, figure.indicator) for figure in counted],
        "total": _total(material),
        "lines": [_count_line(material, figure) for figure in counted],
        "data": inert_json(school_data(material)),
    }


def counted_figures(material: Material) -> tuple[Figure, ...]:
    """Figures of the headline rates of which each school meets or fails its part."""
    return tuple(
        row.figure
        for row in headlines(material)
        if row.figure.met is not None and any(_is_total(one, row.figure.indicator) for one in material.assessments)
    )


def _is_total(row: Assessment, indicator: str) -> bool:
    return row.indicator == indicator and row.unit_level == "school" and not row.campus and not row.stage


def _total(material: Material) -> str:
    """Schools shown, expected and reported, the last two marked with the figure that says so."""
    figure = material.county.get(SUBMISSION_RATE)
    expected: str = str(len(material.expected))
    reported: str = str(len(material.reporting))
    if figure:
        expected, reported = marks.column(figure, "denominator"), marks.column(figure, "numerator")
    return wording.text(
        "schools.total", shown=marks.count(len(material.schools), "schools"), expected=expected, reported=reported
    )


def _count_line(material: Material, figure: Figure) -> CountLine:
    numbers = {name: marks.column(figure, name) for name in _COUNTED}
    return CountLine(indicator_name(material.standard, figure.indicator), wording.text("schools.counts", **numbers))


_TRAITS: tuple[tuple[str, Callable[[School], str]], ...] = (
    ("township", lambda school: school.township),
    ("stage", lambda school: school.school_type),
    ("urban_rural", lambda school: school.urban_rural),
    ("ownership", lambda school: school.ownership),
)
"""(level of the figures, value of a school); a stage is the type of the whole school, as in the figures."""


def _traits(school: School, boarding: Mapping[str, bool]) -> tuple[Choice, ...]:
    unknown = wording.text("schools.unknown")
    found = [Choice(value(school), level_value(level, value(school)) or unknown) for level, value in _TRAITS]
    lives = {True: "yes", False: "no", None: ""}[boarding.get(school.school_code)]
    return (*found, Choice(lives, wording.text(f"schools.boarding.{lives or 'unknown'}")))


def filters(rows: tuple[SchoolRow, ...]) -> tuple[Filter, ...]:
    """One filter a trait, its choices in the order of the vocabulary or by name; only what some school has."""
    made = []
    names = [(name, wording.label("levels", name)) for name, _ in _TRAITS]
    names.append(("boarding", wording.text("schools.boarding.title")))
    for index, (name, title) in enumerate(names):
        words = LEVEL_VOCABULARIES.get(name)
        order = [term.value for term in vocabulary(words)] if words else ["yes", "no"]
        found = {row.traits[index] for row in rows}
        known = {value: place for place, value in enumerate(order)}
        choices = sorted(found, key=lambda one: (one.value == "", known.get(one.value, len(order)), one.name))
        made.append(Filter(name, title, tuple(choices)))
    return tuple(made)


def school_rows(material: Material, boarding: Mapping[str, bool], counted: tuple[Figure, ...]) -> tuple[SchoolRow, ...]:
    """Every school of the register, those that must report first. Grain: one row per school."""
    names = [figure.indicator for figure in counted]
    judged: dict[str, dict[str, Assessment]] = {}
    failed: dict[str, int] = {}
    for row in material.assessments:
        if row.unit_level == "school" and not row.campus and not row.stage:
            judged.setdefault(row.unit_code, {})[row.indicator] = row
            failed[row.unit_code] = failed.get(row.unit_code, 0) + (row.status == "unmet")
    sent = submissions_said(material)
    rows = [
        SchoolRow(
            id=safe(code),
            code=code,
            name=school.school_name or code,
            traits=_traits(school, boarding),
            is_expected=school.is_expected,
            is_reported=code in material.reporting,
            sent=sent.get(code, wording.text("schools.not_expected")),
            statuses=tuple(_status(judged.get(code, {}).get(name), name, code) for name in names),
            unmet=failed.get(code),
        )
        for code, school in material.schools.items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_expected, row.traits[0].name, row.code)))


def _status(row: Assessment | None, indicator: str, code: str) -> Status:
    if row is None:
        return Status("", "", "")
    return Status(row.status, wording.label("statuses", row.status), proof_href(f"{indicator}|school|{code}"))


def school_data(material: Material) -> dict[str, Any]:
    """What the view of a school shows, as short as it can be: every list is explained in schools.js.

    Provisions are listed once; a school's rows name them by their place.
    """
    indicators = list(dict.fromkeys(row.indicator for row in material.assessments if row.unit_level == "school"))
    order = {name: place for place, name in enumerate(_listed(material, indicators))}
    statuses = list(dict.fromkeys((*STATUSES, *(row.status for row in material.assessments))))
    rows: dict[str, list[list[Any]]] = {code: [] for code in material.schools}
    judged = [row for row in material.assessments if row.unit_code in rows and row.unit_level == "school"]
    # A school's own row comes before those of its campuses and stages.
    for row in sorted(judged, key=lambda row: (order[row.indicator], row.campus, row.stage)):
        reason = wording.label("reasons", row.reason) if row.reason else ""
        said = wording.text("page.item_separator").join(filter(None, (reason, said_numbers(row))))
        part = [part_name(material, row)] if row.campus or row.stage else []
        rows[row.unit_code].append([order[row.indicator], statuses.index(row.status), said, *part])
    return {
        "provisions": [[indicator_name(material.standard, name), school_proof_href(name)] for name in order],
        "statuses": [[status, wording.label("statuses", status)] for status in statuses],
        "asks_hazards": bool(closure(material.standard)),
        "schools": {safe(code): found for code, found in rows.items()},
        "hazards": _hazards(material),
        "files": _files(material),
    }


def _listed(material: Material, indicators: list[str]) -> list[str]:
    """The indicators in the order of the standard's provisions, others last."""
    known = [name for provision in material.standard.provisions for name in provision.indicators]
    return [*(name for name in known if name in indicators), *(name for name in indicators if name not in known)]


def _hazards(material: Material) -> dict[str, list[list[str]]]:
    """School to its open hazards, the longest open first: number, found, deadline, days open, late or not."""
    found: dict[str, list[list[str]]] = {}
    for case in open_cases(material):
        late = is_overdue(case, material.cut_off)
        days = (display.moment(case.start), display.moment(case.deadline), display.number(days_open(case)))
        state = wording.text("page.past_deadline" if late else "page.within_deadline")
        found.setdefault(safe(case.school_code), []).append([without_numbers(case.case_no), *days, state])
    return found


def _files(material: Material) -> dict[str, list[list[str]]]:
    """School to the files received of it: month, name, version, status, received, errors, queries, sha256."""
    found: dict[str, list[list[str]]] = {}
    for row in material.submissions:
        counts = (display.number(row.error_count), display.number(row.query_count))
        status = wording.label("submission_statuses", row.status)
        said = (row.month, without_numbers(row.file_name), display.number(row.version), status)
        found.setdefault(safe(row.school_code), []).append(
            [*said, display.moment(row.received_at), *counts, row.sha256]
        )
    return found
