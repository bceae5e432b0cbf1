"""How hazards are mended: what hazard_closure.ipynb shows, of the whole or of one township."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.report import display, wording
from pipelines.report.blocks import Paragraph
from pipelines.report.charts import ageing_chart
from pipelines.report.ledger import ledger_table, listed_cases, major_cases, overdue_cases
from pipelines.report.material import Case, Material
from pipelines.report.naming import indicator_name
from pipelines.report.notebook_parts import NotebookReport, Part, figure_table, headed
from pipelines.report.opened import open_material
from pipelines.report.survival import closure_chart
from pipelines.report.tables import Cell, Column, Table, day_of, unit_table
from pipelines.report.tiles import HAZARD, closure, durations, red_shares
from pipelines.report.townships import township_of

PARTS = ("overview", "curve", "ageing", "overdue", "major", "on_time", "vanished")
_COUNTS = ("open", "overdue", "vanished", "reopened", "extended", "in_doubt")


def _say(key: str) -> str:
    return wording.text(f"hazard_closure.{key}")


def _computed(material: Material, indicators: Iterable[str]) -> list[str]:
    return [indicator for indicator in indicators if indicator in material.county]


def _timed(material: Material) -> list[str]:
    """Every figure of the provisions that time hazards, in the standard's order."""
    found = (name for provision in durations(material.standard, HAZARD) for name in provision.indicators)
    return _computed(material, found)


def _overview(material: Material) -> Iterable[Part]:
    yield figure_table(material, _say("overview"), [*_timed(material), *_computed(material, _shares(material))])
    for provision in durations(material.standard, HAZARD):
        if provision.reading:
            yield Paragraph(provision.reading)


def _shares(material: Material) -> Sequence[str]:
    return red_shares(material.standard, HAZARD)


def _columns(material: Material, indicators: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, indicator_name(material.standard, name)) for name in _computed(material, indicators)]


def _counted(material: Material, statistics: Sequence[str]) -> list[tuple[str, str]]:
    """(indicator, title) of those statistics of the provision that makes curve and lists."""
    named = [(f"{closure(material.standard)}.{name}", wording.label("statistics", name)) for name in statistics]
    return [(indicator, title) for indicator, title in named if indicator in material.county]


def _vanished_table(material: Material) -> Table:
    """Hazards that left the school's list without being closed. Grain: one row per hazard, by school."""
    words = ("school_name", "case_no", "start", "deadline", "observed_until")
    cases = [
        case for case in material.cases if case.indicator == closure(material.standard) and case.status == "vanished"
    ]
    columns = tuple(Column(wording.column(word)) for word in words)
    return Table(_say("vanished_list"), columns, tuple(_vanished_row(material, case) for case in cases))


def _vanished_row(material: Material, case: Case) -> tuple[Cell, ...]:
    days = (case.start, case.deadline, case.observed_until)
    return (
        Cell(material.name(case.school_code), case.school_code),
        Cell(case.case_no),
        *(Cell(display.moment(day_of(day))) for day in days),
    )


def _parts(material: Material) -> dict[str, Iterable[Part]]:
    on_time = _counted(material, ("on_time_rate", "open", "overdue"))
    lost = _counted(material, _COUNTS[2:])
    shares = _columns(material, _shares(material))
    return {
        "overview": _overview(material),
        "curve": (closure_chart(material),),
        "ageing": (ageing_chart(material),),
        "overdue": (ledger_table(material, _say("overdue_list"), overdue_cases),),
        "major": (
            *((unit_table(material, _say("major_rates"), "township", shares),) if shares else ()),
            ledger_table(material, _say("major_list"), major_cases),
            ledger_table(material, _say("listed_list"), listed_cases),
        ),
        "on_time": (
            unit_table(material, _say("on_time_townships"), "township", on_time, _say("on_time_note")),
            *(() if township_of(material) else (unit_table(material, _say("on_time_stages"), "stage", on_time),)),
        ),
        "vanished": (
            Paragraph(_say("vanished_note")),
            unit_table(material, _say("vanished_townships"), "township", lost),
            _vanished_table(material),
        ),
    }


def open_report(home: str, standard: str, period: str, as_of: str, township: str) -> NotebookReport:
    """The report of that home, standard, period and moment (ISO form); of one township where it is named."""
    return compose(open_material(home, standard, period, as_of, township))


def compose(material: Material) -> NotebookReport:
    """The report; where the standard times no hazards each part says so, for an empty list would deny them."""
    if not closure(material.standard):
        unasked = (Paragraph(wording.text("page.tiles_none")),)
        return headed(material, "hazard_closure", dict.fromkeys(PARTS, unasked))
    return headed(material, "hazard_closure", {name: tuple(found) for name, found in _parts(material).items()})
