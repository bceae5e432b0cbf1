"""What a leader asks first: who reported, how the headline rates stand, what is overdue, who is on the red list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.metadata.periods import parse_period
from pipelines.metadata.values import vocabulary
from pipelines.report import display, marks, wording
from pipelines.report.material import Assessment, Figure, Material, School
from pipelines.report.naming import LEVEL_VOCABULARIES, indicator_name, last_period_name, value_name

SUBMISSION_RATE = "submission_rate"
"""The one indicator that every standard carries."""


@dataclass(frozen=True)
class Silence:
    """Expected schools without a usable submission: nothing came, or what came was not usable."""

    no_file: tuple[School, ...]
    rejected: tuple[School, ...]

    @property
    def schools(self) -> tuple[School, ...]:
        """Both, those without any file first."""
        return (*self.no_file, *self.rejected)


@dataclass(frozen=True)
class Headline:
    """One headline rate with what stands beside it."""

    name: str
    figure: Figure
    counts_schools: bool
    gap: str
    shortfall: str
    unreported: str
    pending: str
    has_gap: bool
    change: str
    change_sign: int
    target: str

    @property
    def shares(self) -> tuple[tuple[str, int], ...]:
        """What is done and what is not, of a rate over hazards or people; empty where either is unknown."""
        short = gap_cases(self.figure)
        return () if short is None else (("met", int(self.figure.numerator or 0)), ("unmet", short))


@dataclass(frozen=True)
class RedSchool:
    """One school on the red list with what it fails."""

    school_code: str
    name: str
    township: str
    items: tuple[str, ...]


def silence(material: Material) -> Silence:
    """Expected schools without a submission for the month that states their point facts, by code."""
    missing = [school for school in material.expected if school.school_code not in material.reporting]
    return Silence(
        no_file=tuple(school for school in missing if school.school_code not in material.sent),
        rejected=tuple(school for school in missing if school.school_code in material.sent),
    )


def submitted_count(material: Material) -> int:
    """Expected schools with a usable submission."""
    return sum(school.school_code in material.reporting for school in material.expected)


def change(figure: Figure, before: Figure | None) -> tuple[str, int]:
    """Difference on the previous period in words (empty where there is none) and its direction."""
    now = display.permille(figure.numerator, figure.denominator)
    then = display.permille(before.numerator, before.denominator) if before else None
    if now is None or then is None:
        return "", 0
    last = last_period_name(parse_period(figure.period).kind)
    if now == then:
        return wording.text("page.change_same", last=last), 0
    form = "page.change_up" if now > then else "page.change_down"
    points = marks.number(display.points(now, then), figure, "change")
    return wording.text(form, points=points, last=last), 1 if now > then else -1


def gap_cases(figure: Figure) -> int | None:
    """Denominator less numerator; None where either is unknown."""
    if figure.numerator is None or figure.denominator is None:
        return None
    return int(figure.denominator) - int(figure.numerator)


def counts_schools(material: Material, figure: Figure) -> bool:
    """The rate is over the schools themselves: its statuses add up to its denominator."""
    return material.standard.provision(figure.indicator).counts_schools(figure.indicator)


def _gap(figure: Figure, is_of_schools: bool) -> str:
    if is_of_schools:
        if figure.unmet:
            return wording.text("page.gap_schools", count=marks.column(figure, "unmet"))
        return wording.text("page.gap_none") if figure.met else ""
    short = gap_cases(figure)
    gap = marks.number(display.number(short), figure, "gap")
    if short and figure.unmet:
        return wording.text("page.gap_cases_schools", count=gap, schools=marks.column(figure, "unmet"))
    return wording.text("page.gap_cases", count=gap) if short else ""


def shortfall(material: Material, figure: Figure, form: str) -> str:
    """What is missing under the figure's indicator, with its unit; empty where nothing is, or nothing is computed."""
    short = material.county.get(f"{figure.indicator}.gap")
    if short is None or not short.value:
        return ""
    unit = wording.label("measure_units", material.standard.provision(figure.indicator).gap)
    return wording.text(form, count=marks.column(short, "value"), unit=unit)


def _part(form: str, figure: Figure, name: str) -> str:
    return wording.text(form, count=marks.column(figure, name)) if getattr(figure, name) else ""


def _headline(material: Material, figure: Figure) -> Headline:
    is_of_schools = counts_schools(material, figure)
    moved, sign = change(figure, material.previous.get(figure.key))
    target = next((entry.target for entry in material.standard.provisions if entry.id == figure.indicator), None)
    return Headline(
        name=indicator_name(material.standard, figure.indicator),
        figure=figure,
        counts_schools=is_of_schools,
        gap=_gap(figure, is_of_schools),
        shortfall=shortfall(material, figure, "page.gap_actual"),
        unreported=_part("page.unreported_part", figure, "unreported"),
        pending=_part("page.pending_part", figure, "pending"),
        has_gap=bool(figure.unmet if is_of_schools else gap_cases(figure)),
        change=moved,
        target=wording.text("page.target", target=marks.number(display.share(target), figure, "target"))
        if target is not None
        else "",
        change_sign=sign,
    )


def headlines(material: Material) -> tuple[Headline, ...]:
    """The standard's headline rates, in its order; one that was not computed is left out.

    The submission rate leads the page by itself and is not among them.
    """
    wanted = [name for name in material.standard.headline if name != SUBMISSION_RATE]
    found = (material.county.get(indicator) for indicator in wanted)
    return tuple(_headline(material, figure) for figure in found if figure is not None and figure.is_rate)


def unmet_schools(material: Material, indicator: str) -> tuple[str, ...]:
    """Codes of schools that fail an indicator, each once however many campuses or stages fail."""
    failing = {row.unit_code for row in material.assessments if row.indicator == indicator and row.status == "unmet"}
    return tuple(sorted(code for code in failing if code in material.schools))


def _part_name(material: Material, row: Assessment) -> str:
    campus = material.campus_name(row.unit_code, row.campus)
    stage = value_name("school_type", row.stage)
    return wording.text("bulletin.separator").join(filter(None, (campus, stage)))


def _shortfall(row: Assessment) -> Decimal | None:
    """How much is missing; None where the numbers do not say."""
    have, want = (row.done, row.due) if row.actual is None or row.required is None else (row.actual, row.required)
    return None if have is None or want is None else max(Decimal(str(want)) - Decimal(str(have)), Decimal(0))


def _failed_item(material: Material, rows: Sequence[Assessment]) -> str:
    """One failure in words from the school's rows under one provision: its total, and a row for each part of it.

    Where campuses or stages are judged apart, only they are told: the total evens out what one has above its due.
    """
    name = indicator_name(material.standard, rows[0].indicator)
    parts = [row for row in rows if row.campus or row.stage]
    failing = [row for row in parts or rows if row.status == "unmet"]
    numbers = [numbers_beside(row) for row in failing]
    if len(parts) > 1:
        names = [_part_name(material, row) for row in failing]
        told = zip(names, numbers, strict=True)
        numbers = [wording.text("page.failed_part", part=part, numbers=number) for part, number in told]
    said = wording.text("page.item_separator").join(filter(None, numbers))
    missing_each = [short for row in failing if (short := _shortfall(row)) is not None]
    if len(failing) > 1 and len(missing_each) == len(failing):
        said = wording.text("page.failed_parts", parts=said, count=display.number(sum(missing_each)))
    return wording.text("page.failed_item", item=name, numbers=said) if said else name


def numbers_beside(row: Assessment) -> str:
    """What the school has and what it should have, or what it has done of what is due; empty where neither is known."""
    if row.actual is not None and row.required is not None:
        actual, required = display.number(row.actual), display.number(row.required)
        return wording.text("page.actual_required", actual=actual, required=required)
    if row.done is not None and row.due is not None:
        return wording.text("page.done_due", done=display.number(row.done), due=display.number(row.due))
    return ""


def red_list(material: Material) -> tuple[RedSchool, ...]:
    """Schools that fail at least one of the standard's red-list indicators, the most failures first.

    A school stands once, and once under each indicator, however many campuses fail. Those that did not report are
    listed apart, so the submission rate does not count here.
    """
    listed = red_indicators(material)
    found: dict[str, dict[str, list[Assessment]]] = {}
    for row in material.assessments:
        if row.indicator in listed and row.unit_code in material.schools:
            found.setdefault(row.unit_code, {}).setdefault(row.indicator, []).append(row)
    red = []
    for code, by_indicator in found.items():
        failed = [
            _failed_item(material, by_indicator[indicator])
            for indicator in listed
            if any(row.status == "unmet" for row in by_indicator.get(indicator, ()))
        ]
        if failed:
            red.append(RedSchool(code, material.name(code), material.schools[code].township, tuple(failed)))
    return tuple(sorted(red, key=lambda school: (-len(school.items), school.township, school.school_code)))


def red_indicators(material: Material) -> tuple[str, ...]:
    """Indicators whose failure puts a school on the red list."""
    return tuple(name for name in material.standard.red_list if name != SUBMISSION_RATE)


def units(material: Material, level: str) -> tuple[Figure, ...]:
    """One figure per unit of a level, in the order of the level's vocabulary where it has one, else by code."""
    seen: dict[str, Figure] = {}
    for figure in material.figures:
        if figure.unit_level == level:
            seen.setdefault(figure.unit_code, figure)
    order = [term.value for term in vocabulary(LEVEL_VOCABULARIES[level])] if level in LEVEL_VOCABULARIES else []
    return tuple(sorted(seen.values(), key=lambda row: order.index(row.unit_code) if row.unit_code in order else -1))


def scored(material: Material) -> tuple[Figure, ...]:
    """County rates of the provisions that are scored."""
    wanted = {provision.judged for provision in material.standard.provisions if provision.scored == "yes"}
    return tuple(figure for figure in material.county.values() if figure.is_rate and figure.indicator in wanted)


def names_text(names: Iterable[str], *counted: str) -> str:
    """Names in a sentence, cut at the length that a sentence bears with a pointer to the rest.

    `counted` says what the names are: the mark of their number, by which their list is found.
    """
    every = list(names)
    limit = int(wording.entry("names_in_text"))
    separator = wording.text("bulletin.separator")
    if len(every) <= limit:
        return separator.join(every)
    shown = separator.join(every[:limit])
    where = wording.text(f"bulletin.names_where.{counted[0]}")
    return wording.text("bulletin.names_more", names=shown, count=marks.count(len(every), *counted), where=where)
