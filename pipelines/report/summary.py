"""What a leader asks first: who reported, how the headline rates stand, what is overdue, who is on the red list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.metadata.values import vocabulary
from pipelines.report import display, wording
from pipelines.report.material import Assessment, Figure, Material, School
from pipelines.report.naming import indicator_name

SUBMISSION_RATE = "submission_rate"
"""The one indicator that every standard carries."""


_VOCABULARIES = {"stage": "school_type", "urban_rural": "urban_rural", "ownership": "ownership"}


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
class Tile:
    """One number with a title, marked with the key of its figure."""

    title: str
    text: str
    unit: str
    beside: str
    key: str
    is_alarm: bool


@dataclass(frozen=True)
class Headline:
    """One headline rate with what stands beside it."""

    name: str
    figure: Figure
    counts_schools: bool
    gap: str
    guards: str
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


def _change(figure: Figure, before: Figure | None) -> tuple[str, int]:
    """Difference on the previous period in words (empty where there is none) and its direction."""
    now = display.permille(figure.numerator, figure.denominator)
    then = display.permille(before.numerator, before.denominator) if before else None
    if now is None or then is None:
        return "", 0
    if now == then:
        return wording.text("page.change_same"), 0
    form = "page.change_up" if now > then else "page.change_down"
    return wording.text(form, points=display.points(now, then)), 1 if now > then else -1


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
            return wording.text("page.gap_schools", count=figure.unmet)
        return wording.text("page.gap_none") if figure.met else ""
    short = gap_cases(figure)
    if short and figure.unmet:
        return wording.text("page.gap_cases_schools", count=short, schools=figure.unmet)
    return wording.text("page.gap_cases", count=short) if short else ""


def guards_missing(material: Material, indicator: str) -> Figure | None:
    """The figure of guards missing that belongs to an indicator, where the standard computes one."""
    return material.county.get(f"{indicator}.gap")


def _headline(material: Material, figure: Figure) -> Headline:
    guards, is_of_schools = guards_missing(material, figure.indicator), counts_schools(material, figure)
    change, sign = _change(figure, material.previous.get(figure.key))
    target = next((entry.target for entry in material.standard.provisions if entry.id == figure.indicator), None)
    return Headline(
        name=indicator_name(material.standard, figure.indicator),
        figure=figure,
        counts_schools=is_of_schools,
        gap=_gap(figure, is_of_schools),
        guards=wording.text("page.gap_guards", count=display.number(guards.value)) if guards and guards.value else "",
        unreported=wording.text("page.unreported_part", count=figure.unreported) if figure.unreported else "",
        pending=wording.text("page.pending_part", count=figure.pending) if figure.pending else "",
        has_gap=bool(figure.unmet if is_of_schools else gap_cases(figure)),
        change=change,
        target=wording.text("page.target", target=display.share(target)) if target is not None else "",
        change_sign=sign,
    )


def headlines(material: Material) -> tuple[Headline, ...]:
    """The standard's headline rates, in its order; one that was not computed is left out.

    The submission rate leads the page by itself and is not among them.
    """
    wanted = [name for name in material.standard.headline if name != SUBMISSION_RATE]
    found = (material.county.get(indicator) for indicator in wanted)
    return tuple(_headline(material, figure) for figure in found if figure is not None and figure.is_rate)


def _tile(figure: Figure, form: dict[str, str | bool]) -> Tile:
    beside, is_zero = "", False
    if form["show"] == "rate":
        shown = display.rate(figure.numerator, figure.denominator) or display.share(figure.value)
        beside = display.fraction(figure.numerator, figure.denominator)
    elif form["show"] == "gap":
        gap = gap_cases(figure)
        shown, is_zero = display.number(gap), gap == 0
    else:
        shown, is_zero = display.number(figure.value), figure.value == 0
    return Tile(
        title=str(form["title"]),
        text=shown or wording.label("figure_statuses", figure.status),
        unit=str(form.get("unit", "")) if shown else "",
        beside=beside,
        key=figure.key,
        is_alarm=bool(form.get("alarm")) and bool(shown) and not is_zero,
    )


def tiles(material: Material, group: str) -> tuple[Tile, ...]:
    """The tiles of one group (hazards, incidents) that the standard computes."""
    forms: list[dict[str, str | bool]] = wording.entry("tiles")
    return tuple(
        _tile(material.county[str(form["indicator"])], form)
        for form in forms
        if form["group"] == group and form["indicator"] in material.county
    )


def unmet_schools(material: Material, indicator: str) -> tuple[str, ...]:
    """Codes of schools that fail an indicator, each once however many campuses or stages fail."""
    failing = {row.unit_code for row in material.assessments if row.indicator == indicator and row.status == "unmet"}
    return tuple(sorted(code for code in failing if code in material.schools))


def _failed_item(material: Material, row: Assessment) -> str:
    name = indicator_name(material.standard, row.indicator)
    where = "".join(f"·{part}" for part in (row.campus, row.stage) if part)
    numbers = numbers_beside(row)
    return wording.text("page.failed_item", item=name + where, numbers=numbers) if numbers else name + where


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

    Those that did not report are listed apart, so the submission rate does not count here.
    """
    listed = red_indicators(material)
    items: dict[str, list[str]] = {}
    failing = (row for row in material.assessments if row.status == "unmet" and row.indicator in listed)
    for row in sorted(failing, key=lambda row: (listed.index(row.indicator), row.unit_code, row.campus, row.stage)):
        if row.unit_code in material.schools:
            items.setdefault(row.unit_code, []).append(_failed_item(material, row))
    found = (
        RedSchool(code, material.name(code), material.schools[code].township, tuple(failed))
        for code, failed in items.items()
    )
    return tuple(sorted(found, key=lambda school: (-len(school.items), school.township, school.school_code)))


def red_indicators(material: Material) -> tuple[str, ...]:
    """Indicators whose failure puts a school on the red list."""
    return tuple(name for name in material.standard.red_list if name != SUBMISSION_RATE)


def units(material: Material, level: str) -> tuple[Figure, ...]:
    """One figure per unit of a level, in the order of the level's vocabulary where it has one, else by code."""
    seen: dict[str, Figure] = {}
    for figure in material.figures:
        if figure.unit_level == level:
            seen.setdefault(figure.unit_code, figure)
    order = [term.value for term in vocabulary(_VOCABULARIES[level])] if level in _VOCABULARIES else []
    return tuple(sorted(seen.values(), key=lambda row: order.index(row.unit_code) if row.unit_code in order else -1))


def scored(material: Material) -> tuple[Figure, ...]:
    """County rates of the provisions that are scored."""
    wanted = {provision.judged for provision in material.standard.provisions if provision.scored == "yes"}
    return tuple(figure for figure in material.county.values() if figure.is_rate and figure.indicator in wanted)


def names_text(names: Iterable[str]) -> str:
    """Names in a sentence, cut at the length that a sentence bears with a pointer to the annex."""
    every = list(names)
    limit = int(wording.entry("names_in_text"))
    separator = wording.text("bulletin.separator")
    if len(every) <= limit:
        return separator.join(every)
    return wording.text("bulletin.names_more", names=separator.join(every[:limit]), count=len(every))
