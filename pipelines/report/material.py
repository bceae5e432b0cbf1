"""Everything that one report is made of, read once: measured tables, register, files received, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.metadata.periods import Period, parse_period
from pipelines.metadata.standards import Standard
from pipelines.report.display import Number
from pipelines.report.grades import Grade
from pipelines.report.history import Past
from pipelines.report.measured import as_rows, read_measured
from pipelines.report.timeliness import Timeliness

if TYPE_CHECKING:
    from pipelines.publish.trust import Trust

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Figure:
    """One row of figures.csv; the key is standard, period, as_of, indicator, unit_level, unit_code."""

    standard: str
    period: str
    as_of: Any
    indicator: str
    clause: str
    unit_level: str
    unit_code: str
    unit_name: str
    numerator: Number | None
    denominator: Number | None
    value: Number | None
    lower: Number | None
    upper: Number | None
    reported_value: Number | None
    met: int | None
    unmet: int | None
    pending: int | None
    exempt: int | None
    unreported: int | None
    measure_unit: str
    status: str

    @property
    def key(self) -> str:
        """Where the figure stands in figures.csv: indicator, level and unit of this standard and period."""
        return f"{self.indicator}|{self.unit_level}|{self.unit_code}"

    @property
    def is_movable(self) -> bool:
        """Schools without a decision could still move it: its bounds differ."""
        return self.lower is not None and self.upper is not None and self.lower != self.upper

    @property
    def is_rate(self) -> bool:
        """A share between 0 and 1, written as a percentage."""
        return self.measure_unit == "rate"


@dataclass(frozen=True)
class Assessment:
    """One row of assessments.csv: one school (campus, stage) under one provision."""

    standard: str
    period: str
    indicator: str
    unit_level: str
    unit_code: str
    campus: str
    stage: str
    status: str
    reason: str
    actual: Number | None
    required: Number | None
    done: Number | None
    due: Number | None
    window_start: date | None
    window_end: date | None


@dataclass(frozen=True)
class Case:
    """One row of cases.csv: one hazard or incident under a duration provision; days as dates, minutes as times."""

    standard: str
    period: str
    indicator: str
    school_code: str
    case_no: str
    start: date | None
    end: date | None
    observed_until: date | None
    deadline: date | None
    status: str


@dataclass(frozen=True)
class CohortCase:
    """One case that the survival estimates of a duration rest on: its time, and whether the event came by then."""

    indicator: str
    school_code: str
    case_no: str
    duration: int
    is_observed: bool


@dataclass(frozen=True)
class School:
    """One school of the register as measure saw it; is_expected when it must report on the cut-off day.

    `point_month` is the month whose submission states its point facts (empty for a school not expected) and
    `submission_no` that submission, None where there is none.
    """

    school_code: str
    school_name: str
    school_type: str
    ownership: str
    urban_rural: str
    township: str
    is_expected: bool
    point_month: str
    submission_no: int | None


@dataclass(frozen=True)
class Counted:
    """The submission that counts for one sender and month, as measure decided; the bureau's code is ''.

    The code is the one in force, also where the file bears one that the school bore before.
    """

    school_code: str
    month: str
    submission_no: int


@dataclass(frozen=True)
class Submission:
    """One school file received for the period, with the month that it states and the one that it was sent for.

    `status` is the verdict on the file by itself; `query_count` holds the cross-checks' queries too, as receipts do.
    """

    submission_no: int
    school_code: str
    file_name: str
    sha256: str
    received_at: datetime
    version: int | None
    status: str
    error_count: int | None
    query_count: int | None
    repair_count: int | None
    month: str
    sent_month: str


@dataclass(frozen=True)
class FindingRow:
    """One finding in a file of the period, those of the cross-checks after the file's own; the value of a restricted
    field arrives masked. `answer` is what the school explained to a query.
    """

    submission_no: int
    code: str
    severity: str
    school_code: str
    file: str
    sheet: str
    cell: str
    field: str
    value: str
    message: str
    answer: str = ""


@dataclass(frozen=True)
class Agreement:
    """What visits of the period found on one checklist item that the school had answered, by township."""

    township: str
    item_id: str
    compared_count: int
    agreed_count: int


@dataclass(frozen=True)
class Visited:
    """The row of the bureau's list by which an item of the school counts, instead of the school's own answer."""

    school_code: str
    item_id: str
    submission_no: int
    row_no: int


@dataclass(frozen=True)
class Risky:
    """What is counted of one expected school when schools to visit are chosen: hazards overdue, and of the running
    school year the days of visits, the items that they contradicted, and the incidents.
    """

    school_code: str
    overdue_major_count: int
    overdue_count: int
    visit_count: int
    disagreed_count: int
    incident_count: int


@dataclass(frozen=True)
class Loss:
    """Rows kept out and cells that cannot be read in one sender's workbooks that count; the bureau's code is ''."""

    school_code: str
    row_count: int
    cell_count: int


@dataclass(frozen=True)
class Correction:
    """A cell of a school's file of which another value counts, by the bureau's decision; texts are masked where the
    field is restricted. `item` names the row where the sheet asks items.
    """

    month: str
    school_code: str
    table_name: str
    sheet: str
    target_row_no: int
    cell: str
    field: str
    item: str
    old_text: str
    new_text: str
    reason: str
    decided_by: str
    decided_date: date | None
    objection: str
    objection_outcome: str


@dataclass(frozen=True)
class Material:
    """What a report of one standard and period rests on; nothing in it depends on the clock."""

    standard: Standard
    period: Period
    as_of: datetime
    figures: tuple[Figure, ...]
    previous: Mapping[str, Figure]
    assessments: tuple[Assessment, ...]
    cases: tuple[Case, ...]
    cohort: tuple[CohortCase, ...]
    schools: Mapping[str, School]
    counted: tuple[Counted, ...]
    submissions: tuple[Submission, ...]
    findings: tuple[FindingRow, ...]
    agreement: tuple[Agreement, ...]
    inputs: tuple[Mapping[str, Any], ...]
    campuses: Mapping[tuple[int, str], str]
    losses: tuple[Loss, ...]
    whole: ClassVar[str] = "county"
    """The level of the figures of the whole."""
    history: tuple[Past, ...] = ()
    grades: Mapping[tuple[str, str], Grade] = field(default_factory=dict)
    visited: tuple[Visited, ...] = ()
    risky: tuple[Risky, ...] = ()
    timeliness: Timeliness = field(default_factory=Timeliness)
    corrections: tuple[Correction, ...] = ()
    """Those that were applied to the period's months."""
    trust: Trust | None = None
    """The key that signs the bureau's releases and the last of them, as they stood when the report was made."""
    first_month: str | None = None
    """The first month that schools report to this home, where its calendar says so."""

    @cached_property
    def by_key(self) -> dict[str, Figure]:
        """Figures by their key."""
        return {figure.key: figure for figure in self.figures}

    @cached_property
    def county(self) -> dict[str, Figure]:
        """Figures of the whole by indicator, in the order of the standard's provisions."""
        found = {figure.indicator: figure for figure in self.figures if figure.unit_level == self.whole}
        listed = [name for provision in self.standard.provisions for name in provision.indicators]
        order = {name: place for place, name in enumerate(listed)}
        return {name: found[name] for name in sorted(found, key=lambda name: (order.get(name, len(order)), name))}

    @cached_property
    def expected(self) -> tuple[School, ...]:
        """Schools that must report, by code."""
        return tuple(school for school in self.schools.values() if school.is_expected)

    @cached_property
    def reporting(self) -> frozenset[str]:
        """Codes of the expected schools that have a submission for their point month."""
        return frozenset(school.school_code for school in self.expected if school.submission_no is not None)

    @cached_property
    def sent(self) -> frozenset[str]:
        """Codes of schools of which any file came for their point month, usable or not."""
        months = {school.school_code: school.point_month for school in self.expected}
        return frozenset(
            row.school_code for row in self.submissions if months.get(row.school_code) in (row.month, row.sent_month)
        )

    @cached_property
    def counted_files(self) -> frozenset[int]:
        """Numbers of the schools' submissions that count, of whatever month."""
        return frozenset(row.submission_no for row in self.counted if row.school_code)

    @property
    def cut_off(self) -> date:
        """The last day that the report looks at."""
        return min(self.period.end, self.as_of.date())

    def name(self, school_code: str) -> str:
        """The school's name in the register; its code where the register has none."""
        school = self.schools.get(school_code)
        return school.school_name if school and school.school_name else school_code

    def campus_name(self, school_code: str, campus: str) -> str:
        """What the school calls the campus of that code; the code where it has no name."""
        school = self.schools.get(school_code)
        number = school.submission_no if school else None
        return campus if number is None else self.campuses.get((number, campus), campus)


def read_schools(folder: Path) -> dict[str, School]:
    """The schools of a measured folder by code; PipelineError where measure has not run."""
    return {school.school_code: school for school in as_rows(School, read_measured(folder, "schools"))}


def previous_period(period: Period) -> Period:
    """The period of the same kind that ends on the day before this one starts."""
    day = period.start - timedelta(days=1)
    if period.kind == "month":
        return parse_period(f"{day:%Y-%m}")
    if period.kind == "quarter":
        return parse_period(f"{day.year}Q{(day.month + 2) // 3}")
    if period.kind == "calendar_year":
        return parse_period(str(day.year))
    first_year = period.start.year if period.start.month >= 9 else period.start.year - 1
    if period.kind == "semester":
        return parse_period(
            f"{first_year - 1}-{first_year}-S2" if period.label.endswith("S1") else f"{first_year}-{first_year + 1}-S1"
        )
    return parse_period(f"{first_year - 1}-{first_year}")
