"""Rows of a proof page: the figures of a provision, its statuses by school, and the places on which they rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipelines.metadata.persons import without_numbers
from pipelines.metadata.standards import Provision, Standard
from pipelines.report import display, wording
from pipelines.report.evidence import SchoolTrace
from pipelines.report.material import Assessment, Case, Figure, Material
from pipelines.report.naming import figure_status, indicator_name, unit_name, value_name
from pipelines.report.proof_links import anchor, school_href
from pipelines.report.sources import Cell, Source, uses

STATUSES = ("unmet", "unreported", "pending", "met", "reported", "exempt")
"""What a reader looks for first comes first."""

_SHARES = ("lower", "upper", "reported_value")
_COUNTS = ("met", "unmet", "pending", "unreported", "exempt")


@dataclass(frozen=True)
class Number:
    """One cell of a figure's row: its text and the column of figures.csv that it shows."""

    text: str
    part: str


@dataclass(frozen=True)
class FigureRow:
    """One figure: the id of its row, its key, the unit and the numbers in the table's order."""

    id: str
    key: str
    level: str
    unit: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class FigureTable:
    """The figures of one indicator. Grain: one row per unit; columns that are empty throughout are left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class Place:
    """One file of a school and where in it the provision's facts stand, in words.

    `texts` are what stands there, a line a cell or row, in a trace alone.
    """

    file: str
    sha256: str
    month: str
    received: str
    cells: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class JudgedRow:
    """One school (or township, body, task) with its parts and its files; `above` is the row that lists the files."""

    id: str
    name: str
    code: str
    href: str
    lines: tuple[str, ...]
    places: tuple[Place, ...]
    above: str


@dataclass(frozen=True)
class StatusGroup:
    """Units of one status. Grain: one row per unit, a unit's campuses and stages within."""

    id: str
    status: str
    title: str
    rows: tuple[JudgedRow, ...]

    @property
    def has_places(self) -> bool:
        """Whether any unit leads to a file: those that the bureau reports on do not."""
        return any(row.places or row.above for row in self.rows)


@dataclass(frozen=True)
class Judgement:
    """Everything judged under one indicator; `window` is the one in which most were."""

    title: str
    window: str
    groups: tuple[StatusGroup, ...]


@dataclass(frozen=True)
class CaseRow:
    """One case of a duration, as cases.csv has it."""

    name: str
    code: str
    href: str
    case_no: str
    days: tuple[str, ...]
    status: str


def figure_tables(material: Material, provision: Provision) -> tuple[FigureTable, ...]:
    """One table for each indicator of the provision that has figures: the whole first, then the levels in order."""
    levels = {level: place for place, level in enumerate(wording.entry("levels"))}
    tables = []
    for indicator in provision.indicators:
        figures = [figure for figure in material.figures if figure.indicator == indicator]
        figures.sort(key=lambda figure: levels.get(figure.unit_level, len(levels)))
        if figures:
            tables.append(_figure_table(indicator_name(material.standard, indicator), figures))
    return tuple(tables)


def _figure_table(title: str, figures: Sequence[Figure]) -> FigureTable:
    rows = [_numbers(figure) for figure in figures]
    kept = [index for index in range(len(rows[0])) if any(row[index].text for row in rows)]
    unit = next(filter(None, (wording.label("measure_units", figure.measure_unit) for figure in figures)), "")
    columns = [wording.column(rows[0][index].part) for index in kept]
    # The name of a duration's statistic says its unit already.
    if unit and unit not in title:
        title = wording.text("proof.with_unit", title=title, unit=unit)
    return FigureTable(
        title,
        tuple(columns),
        tuple(
            FigureRow(
                anchor(figure.key),
                figure.key,
                wording.label("levels", figure.unit_level),
                unit_name(figure),
                tuple(row[index] for index in kept),
            )
            for figure, row in zip(figures, rows, strict=True)
        ),
    )


def _numbers(figure: Figure) -> tuple[Number, ...]:
    if figure.is_rate:
        value, part = display.rate(figure.numerator, figure.denominator) or display.share(figure.value), "rate"
    else:
        value, part = display.number(figure.value), "value"
    return (
        Number(display.number(figure.numerator), "numerator"),
        Number(display.number(figure.denominator), "denominator"),
        Number(value, part),
        *(Number(display.share(getattr(figure, name)), name) for name in _SHARES),
        *(Number(display.number(getattr(figure, name)), name) for name in _COUNTS),
        Number(figure_status(figure), "status"),
    )


def hidden_tables(standard: Standard) -> frozenset[str]:
    """Tables of which a sensitive provision counts rows: how many a school sent is not told under any provision."""
    sensitive = [provision for provision in standard.provisions if provision.suppress_below is not None]
    return frozenset(table.name for provision in sensitive for table in uses(standard, provision).tables)


def shown_sources(sources: Iterable[Source], hidden: frozenset[str], states_facts: int | None) -> tuple[Source, ...]:
    """The files less what would tell of rows in hidden tables: their number, and that another month has any."""
    kept = []
    for source in sources:
        told = any(sheet.table not in hidden for sheet in source.sheets)
        if source.submission_no == states_facts or source.cells or told:
            sheets = [replace(one, row_count=None) if one.table in hidden else one for one in source.sheets]
            is_whole = source.submission_no == states_facts
            kept.append(replace(source, sheets=tuple(one for one in sheets if is_whole or one.row_count is not None)))
    return tuple(kept)


def place(source: Source) -> Place:
    """The file and its cells by sheet, as `sheet C9, D9`, then the sheets whose rows count."""
    by_sheet: dict[str, list[str]] = {}
    for cell in source.cells:
        by_sheet.setdefault(cell.sheet, []).append(_address(cell))
    separator = wording.text("bulletin.separator")
    said = [
        wording.text("proof.cells", sheet=without_numbers(sheet), cells=separator.join(cells))
        for sheet, cells in by_sheet.items()
    ]
    for sheet in source.sheets:
        name = without_numbers(sheet.sheet)
        if sheet.row_count is None:
            said.append(wording.text("proof.sheet_hidden", sheet=name))
        else:
            said.append(wording.text("proof.sheet", sheet=name, count=sheet.row_count))
    return Place(
        file=without_numbers(source.file_name),
        sha256=source.sha256,
        month=source.period,
        received=display.moment(source.received_at),
        cells=wording.text("page.item_separator").join(said),
        texts=tuple(said_texts(source)),
    )


def said_texts(source: Source) -> Iterator[str]:
    """What stands in the cells of the file, a line a cell that is named and a line a row that is gathered.

    Nothing where the texts were not read: nothing that is published says them.
    """
    for cell in source.cells:
        if cell.text is not None:
            told = {"sheet": without_numbers(cell.sheet), "cell": _address(cell), "label": cell.label}
            yield wording.text("proof.cell_text", **told, text=cell.text or wording.text("proof.blank"))
    for sheet in source.sheets:
        for row_no, cells in groupby(sheet.cells, lambda cell: cell.row_no):
            said = (
                wording.text("proof.row_cell", label=one.label, cell=_address(one), text=one.text or "")
                for one in cells
            )
            told = {"sheet": without_numbers(sheet.sheet), "row": row_no}
            yield wording.text("proof.row_text", **told, cells=wording.text("page.item_separator").join(said))


def _address(cell: Cell) -> str:
    return cell.address or wording.text("proof.row", row=cell.row_no)


def judgement(
    material: Material, indicator: str, traces: Sequence[SchoolTrace], hidden: frozenset[str], listed: dict[str, str]
) -> Judgement:
    """The units judged under the indicator by status. `listed` says which row lists a school's files, and grows."""
    windows = Counter(_window(trace.assessment) for trace in traces if trace.assessment)
    common = min(windows, key=lambda window: (-windows[window], window), default="")
    groups: dict[str, list[list[SchoolTrace]]] = {}
    for unit in _units(traces):
        status = next(trace.assessment.status for trace in unit if trace.assessment)
        groups.setdefault(status, []).append(unit)
    order = [*(status for status in STATUSES if status in groups), *sorted(groups.keys() - set(STATUSES))]
    statistic = material.standard.statistic(indicator)
    return Judgement(
        indicator_name(material.standard, indicator),
        common,
        tuple(
            StatusGroup(
                "-".join(filter(None, ("status", statistic, status))),
                status,
                wording.text("proof.group", status=wording.label("statuses", status), count=len(groups[status])),
                tuple(_judged_row(material, unit, hidden, common, listed) for unit in groups[status]),
            )
            for status in order
        ),
    )


def _units(traces: Sequence[SchoolTrace]) -> Iterable[list[SchoolTrace]]:
    """The rows of each unit: its own status first, then those of its campuses and stages."""
    units: dict[str, list[SchoolTrace]] = {}
    for trace in traces:
        units.setdefault(trace.school_code, []).append(trace)
    return units.values()


def _judged_row(
    material: Material, unit: Sequence[SchoolTrace], hidden: frozenset[str], common: str, listed: dict[str, str]
) -> JudgedRow:
    rows = [trace.assessment for trace in unit if trace.assessment]
    level, code = rows[0].unit_level, rows[0].unit_code
    own = anchor(f"{rows[0].indicator}|{level}|{code}")
    above = listed.setdefault(code, own)
    school = material.schools.get(code) if level == "school" else None
    shown = shown_sources(unit[0].sources, hidden, school.submission_no if school else None)
    return JudgedRow(
        id=own,
        name=wording.label("levels", code) if code == level else unit[0].school_name,
        code=code if school else "",
        href=school_href(code) if school else "",
        lines=tuple(_line(material, row, common) for row in rows),
        places=() if above != own else tuple(place(source) for source in shown),
        above="" if above == own or not shown else above,
    )


def part_name(material: Material, row: Assessment) -> str:
    """Campus and stage of a row that is about a part of a school; empty for the school itself."""
    campus = material.campus_name(row.unit_code, row.campus) if row.campus else ""
    stage = value_name("school_type", row.stage) if row.stage else ""
    return wording.text("bulletin.separator").join(filter(None, (without_numbers(campus), stage)))


def said_numbers(row: Assessment) -> str:
    """Every number of the row in words; empty where it has none."""
    if row.done is not None and row.due is None and row.status in ("reported", "unreported"):
        name = "reported" if row.status == "reported" else "so_far"
        return wording.text(f"proof.{name}", number=display.number(row.done))
    said = [
        wording.text(f"proof.{name}", number=display.number(getattr(row, name)))
        for name in ("actual", "required", "due", "done")
        if getattr(row, name) is not None
    ]
    return wording.text("bulletin.clause_separator").join(said)


def _line(material: Material, row: Assessment, common: str) -> str:
    part, window = part_name(material, row), _window(row)
    status = wording.label("statuses", row.status) if part else ""
    reason = wording.label("reasons", row.reason) if row.reason else ""
    said = [" ".join(filter(None, (part, status))), reason, said_numbers(row), window if window != common else ""]
    return wording.text("page.item_separator").join(filter(None, said))


def _window(row: Assessment | None) -> str:
    if row is None or row.window_start is None or row.window_end is None:
        return ""
    start, end = display.moment(row.window_start), display.moment(row.window_end)
    return start if start == end else wording.text("proof.window", start=start, end=end)


def case_row(material: Material, case: Case) -> CaseRow:
    """The case with its days (or minutes) in the order start, end, observed until, deadline."""
    code = case.school_code
    return CaseRow(
        name=material.name(code),
        code=code,
        href=school_href(code) if code in material.schools else "",
        case_no=without_numbers(case.case_no),
        days=tuple(display.moment(day) for day in (case.start, case.end, case.observed_until, case.deadline)),
        status=wording.label("case_statuses", case.status),
    )
