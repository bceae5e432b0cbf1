"""The bulletin (tongbao) as blocks, composed once from figures and rendered to HTML and to Word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pipelines.report import crosschecks, display, losses, queries, tables, wording
from pipelines.report.material import Figure, Material, School
from pipelines.report.naming import (
    county_name,
    day_name,
    document_name,
    figure_status,
    indicator_name,
    moment_name,
    period_name,
    scope_name,
)
from pipelines.report.school_rows import school_table
from pipelines.report.summary import (
    SUBMISSION_RATE,
    counts_schools,
    gap_cases,
    headlines,
    missing,
    names_text,
    scored,
    silence,
    submitted_count,
    unmet_schools,
)
from pipelines.report.tables import Table
from pipelines.report.tiles import HAZARD, red_shares
from pipelines.report.townships import township_of

SECTIONS = ("basics", "results", "problems", "demands", "annex")


@dataclass(frozen=True)
class Heading:
    """A heading below the section's own."""

    text: str
    is_heading: bool = True


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text."""

    text: str
    is_heading: bool = False


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Section:
    """One numbered part of the bulletin."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Bulletin:
    """Title, address, opening and the five parts in order."""

    title: str
    addressee: str
    opening: str
    scope: str
    sections: tuple[Section, ...]

    def section(self, section_id: str) -> Section:
        """The part of that id; KeyError where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(f"the bulletin has no section {section_id}")


def _say(key: str, **values: str | int) -> str:
    return wording.text(f"bulletin.{key}", **values)


def _clauses(group: str, counts: Iterable[tuple[str, int | None]]) -> str:
    """The clauses of a group whose count is above 0, joined."""
    said = [_say(f"{group}.{name}", count=count) for name, count in counts if count]
    return wording.text("bulletin.clause_separator").join(said)


def _basics(material: Material) -> Iterator[Block]:
    expected, submitted = len(material.expected), submitted_count(material)
    silent = expected - submitted
    yield Paragraph(
        _say(
            "basics_submission",
            expected=expected,
            submitted=submitted,
            rate=display.rate(submitted, expected) or wording.text("page.not_available"),
            silent=_say("basics_silent", count=silent) if silent else _say("basics_complete"),
        )
    )
    counts = Counter(row.status for row in material.submissions)
    statuses = ("accepted", "accepted_with_findings", "rejected", "duplicate")
    parts = _clauses("basics_files_parts", ((status, counts[status]) for status in statuses))
    files = len(material.submissions)
    yield Paragraph(_say("basics_files", files=files, parts=parts) if files else _say("basics_no_files"))
    yield Paragraph(losses.summary_text(material, "losses.summary"))
    rates = scored(material)
    full = sum(figure.numerator == figure.denominator and bool(figure.denominator) for figure in rates)
    waiting = sum(bool(figure.pending) for figure in rates)
    tail = _say("basics_overall_open", count=waiting) if waiting else ""
    yield Paragraph(_say("basics_overall", scored=len(rates), full=full, open=tail))


def _result(material: Material, name: str, figure: Figure, change: str) -> str:
    shown = display.rate(figure.numerator, figure.denominator)
    if not shown:
        return _say("result_no_value", name=name, status=figure_status(figure))
    group = "result_parts" if counts_schools(material, figure) else "result_ratio_parts"
    said = [_clauses(group, ((status, getattr(figure, status)) for status in wording.entry(f"bulletin.{group}")))]
    short = missing(material, figure.indicator)
    if short and short.value:
        said.append(_say("result_gap", count=display.number(short.value)))
    said.append(change)
    return _say(
        "result",
        name=name,
        rate=shown,
        numerator=display.number(figure.numerator),
        denominator=display.number(figure.denominator),
        parts="".join(wording.text("bulletin.clause_separator") + part for part in said if part),
    )


def _results(material: Material) -> Iterator[Block]:
    for row in headlines(material):
        yield Paragraph(_result(material, row.name, row.figure, row.change))
    yield Paragraph(_say("results_annex_township" if township_of(material) else "results_annex"))


def _names(material: Material, codes: Iterable[str]) -> str:
    return names_text(material.name(code) for code in codes)


def _silent_problem(material: Material) -> Iterator[Block]:
    silent = silence(material)
    forms: tuple[tuple[str, Sequence[School]], ...] = (
        ("problem_silent_no_file", silent.no_file),
        ("problem_silent_rejected", silent.rejected),
    )
    for form, schools in forms:
        if schools:
            yield Paragraph(
                _say(form, count=len(schools), names=_names(material, (school.school_code for school in schools)))
            )


def _unmet_problems(material: Material) -> Iterator[tuple[str, list[Block]]]:
    """(heading, blocks) for each headline or red-list rule that some school fails."""
    listed = [row.figure.indicator for row in headlines(material)] + list(material.standard.red_list)
    # Silence, overdue hazards and shares of hazards have paragraphs of their own; what is only watched is no failure.
    own = {SUBMISSION_RATE, *red_shares(material.standard, HAZARD)}
    for indicator in dict.fromkeys(listed):
        provision = material.standard.provision(indicator)
        if indicator in own or provision.kind == "duration" or provision.scored != "yes":
            continue
        codes = unmet_schools(material, indicator)
        if codes:
            heading = _say("problem_unmet", indicator=indicator_name(material.standard, indicator))
            yield heading, [Paragraph(_say("problem_unmet_names", count=len(codes), names=_names(material, codes)))]


def _overdue_problem(material: Material) -> Iterator[Block]:
    cases = tables.open_cases(material)
    late = Counter(case.school_code for case in cases if tables.is_overdue(case, material.cut_off))
    if late:
        yield Paragraph(
            _say(
                "problem_overdue_text",
                cut_off=day_name(material.cut_off),
                open=len(cases),
                overdue=sum(late.values()),
                schools=len(late),
                names=_names(material, sorted(late)),
            )
        )


def _share_problems(material: Material) -> Iterator[tuple[str, list[Block]]]:
    """(heading, blocks) for each red-list share of hazards that leaves some out."""
    for indicator in red_shares(material.standard, HAZARD):
        figure = material.county.get(indicator)
        gap = gap_cases(figure) if figure else None
        if figure and gap:
            numbers = {"numerator": display.number(figure.numerator), "denominator": display.number(figure.denominator)}
            codes = unmet_schools(material, indicator)
            form = "problem_share_text" if codes else "problem_share_count"
            text = _say(form, gap=gap, schools=len(codes), names=_names(material, codes), **numbers)
            yield _say("problem_share", indicator=indicator_name(material.standard, indicator)), [Paragraph(text)]


def _quality_problem(material: Material) -> Iterator[Block]:
    wrong = [row.school_code for row in material.findings if row.severity == "error" and row.school_code]
    asked = queries.count_queries(queries.query_rows(material))
    schools = sorted({*wrong, *asked.open_schools} & set(material.schools))
    if schools:
        yield Paragraph(
            _say(
                "problem_quality_text",
                schools=len(schools),
                errors=len(wrong),
                open=asked.open,
                raised=asked.raised,
                answered=asked.answered,
                names=_names(material, schools),
            )
        )


def _truth_problem(material: Material) -> Iterator[Block]:
    if any(kind.row_count for kind in crosschecks.kinds(material)):
        yield Paragraph(crosschecks.summary_text(material, "bulletin.problem_truth_text"))


def problems(material: Material) -> dict[str, list[tuple[str, list[Block]]]]:
    """What is wrong, by kind: (heading, blocks). A kind that the figures do not hold is absent."""
    single = {
        "silent": (_say("problem_silent"), list(_silent_problem(material))),
        "overdue": (_say("problem_overdue"), list(_overdue_problem(material))),
        "quality": (_say("problem_quality"), list(_quality_problem(material))),
        "truth": (_say("problem_truth"), list(_truth_problem(material))),
    }
    kinds = {
        "silent": [single["silent"]],
        "unmet": list(_unmet_problems(material)),
        "overdue": [single["overdue"]],
        "share": list(_share_problems(material)),
        "quality": [single["quality"]],
        "truth": [single["truth"]],
    }
    held = {kind: [(heading, blocks) for heading, blocks in found if blocks] for kind, found in kinds.items()}
    return {kind: found for kind, found in held.items() if found}


def _numbered(headings: Iterable[tuple[str, list[Block]]]) -> Iterator[Block]:
    ordinals: list[str] = wording.entry("bulletin.ordinals")
    for index, (heading, blocks) in enumerate(headings):
        yield Heading((ordinals[index] if index < len(ordinals) else f"{index + 1}. ") + heading)
        yield from blocks


def _demands(held: Iterable[str]) -> Iterator[Block]:
    wanted = {*held, "always"}
    texts = [entry["text"] for entry in wording.entry("bulletin.demands") if entry["when"] in wanted]
    for index, text in enumerate(texts, 1):
        yield Paragraph(_say("annex_item", number=index, title=text))


def _annex(material: Material) -> Iterator[Block]:
    by_township = partial(tables.level_tables, level="township")
    compared: tuple[tuple[str, Callable[[Material, str], Table | tuple[Table, ...]]], ...] = (
        (("county", by_township), ("schools", school_table))
        if township_of(material)
        else (("township", by_township), ("stage", partial(tables.level_tables, level="stage")))
    )
    makers: tuple[tuple[str, Callable[[Material, str], Table | tuple[Table, ...]]], ...] = (
        *compared,
        ("indicators", tables.indicator_table),
        ("statistics", tables.statistic_table),
        ("red", tables.red_table),
        ("silent", tables.silent_table),
        ("cases", tables.case_table),
        ("truth", crosschecks.kind_table),
        ("truth_items", partial(crosschecks.agreement_table, level="item")),
        ("truth_townships", partial(crosschecks.agreement_table, level="township")),
        ("queries", queries.query_table),
        ("losses", losses.loss_table),
    )
    for number, (name, make) in enumerate(makers, 1):
        made = make(material, _say("annex_title", number=number, title=_say(f"table_{name}")))
        yield from (made,) if isinstance(made, Table) else made


def compose(material: Material) -> Bulletin:
    """The whole bulletin; nothing in it is claimed that the figures do not hold."""
    held = problems(material)
    listed = [block for found in held.values() for block in found]
    period, county, township = period_name(material.period), county_name(material), township_of(material)
    form = "_township" if township else ""
    blocks: dict[str, tuple[Block, ...]] = {
        "basics": tuple(_basics(material)),
        "results": tuple(_results(material)),
        "problems": tuple(_numbered(listed)) or (Paragraph(_say("problem_none")),),
        "demands": tuple(_demands(held)),
        "annex": tuple(_annex(material)),
    }
    return Bulletin(
        title=_say(f"title{form}", period=period, county=county, township=township),
        addressee=_say(f"addressee{form}", township=township),
        opening=_say(
            "opening",
            standard=document_name(material.standard),
            period=period,
            cut_off=day_name(material.cut_off),
            as_of=moment_name(material.as_of),
        )
        + (_say("opening_township", township=township) if township else ""),
        scope=scope_name(material),
        sections=tuple(Section(name, _say(f"sections.{name}"), blocks[name]) for name in SECTIONS),
    )
