"""The third part of the bulletin: what is wrong, kind by kind, naming schools; nothing that the figures do not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipelines.report import crosschecks, ledger, marks, queries, tables, wording
from pipelines.report.annexes import annex_numbers
from pipelines.report.blocks import Block, Paragraph
from pipelines.report.material import Material, School
from pipelines.report.naming import day_name, indicator_name
from pipelines.report.summary import (
    SUBMISSION_RATE,
    gap_cases,
    headlines,
    names_text,
    silence,
    unmet_schools,
)
from pipelines.report.tiles import HAZARD, red_shares

Found = Iterator[tuple[str, list[Block]]]


def _say(key: str, **values: str | int) -> str:
    return wording.text(f"bulletin.{key}", **values)


def _names(material: Material, codes: Iterable[str], *counted: str) -> str:
    return names_text((material.name(code) for code in codes), *counted)


def _silent_problem(material: Material) -> Iterator[Block]:
    silent = silence(material)
    forms: tuple[tuple[str, Sequence[School]], ...] = (("no_file", silent.no_file), ("rejected", silent.rejected))
    for name, schools in forms:
        if schools:
            counted = ("silent", name)
            names = _names(material, (school.school_code for school in schools), *counted)
            yield Paragraph(_say(f"problem_silent_{name}", count=marks.count(len(schools), *counted), names=names))


def _unmet_problems(material: Material) -> Found:
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
            counted = ("unmet", indicator)
            names = _names(material, codes, *counted)
            yield (
                heading,
                [Paragraph(_say("problem_unmet_names", count=marks.count(len(codes), *counted), names=names))],
            )


def _overdue_problem(material: Material) -> Iterator[Block]:
    late = Counter(case.school_code for case in ledger.overdue_cases(material))
    held = tables.open_cases(material)
    if late:
        yield Paragraph(
            _say(
                "problem_overdue_text" if late.total() < len(held) else "problem_overdue_every",
                cut_off=day_name(material.cut_off),
                open=marks.count(len(held), "hazards", "open"),
                overdue=marks.count(late.total(), "hazards", "overdue"),
                schools=marks.count(len(late), "hazards", "overdue_schools"),
                names=_names(material, sorted(late), "hazards", "overdue_schools"),
            )
        )


def _major_problem(material: Material) -> Iterator[Block]:
    major = ledger.major_cases(material)
    if major:
        schools = sorted({case.school_code for case in major})
        listed = sum(ledger.grade(material, case).is_listed for case in major)
        form = "all" if listed == len(major) else "some" if listed else "none"
        yield Paragraph(
            _say(
                f"problem_major_{form}",
                count=marks.count(len(major), "hazards", "major"),
                listed=marks.count(listed, "hazards", "major_listed"),
                unlisted=marks.count(len(major) - listed, "hazards", "major_unlisted"),
                schools=marks.count(len(schools), "hazards", "major_schools"),
                names=_names(material, schools, "hazards", "major_schools"),
            )
        )


def _share_problems(material: Material) -> Found:
    """(heading, blocks) for each red-list share of hazards that leaves some out."""
    for indicator in red_shares(material.standard, HAZARD):
        figure = material.county.get(indicator)
        if not figure or not gap_cases(figure):
            continue
        codes, counted = unmet_schools(material, indicator), ("unmet", indicator)
        text = _say(
            "problem_share_text" if codes else "problem_share_count",
            denominator=marks.column(figure, "denominator"),
            numerator=marks.column(figure, "numerator"),
            gap=marks.gap(figure),
            schools=marks.count(len(codes), *counted),
            names=_names(material, codes, *counted),
        )
        yield _say("problem_share", indicator=indicator_name(material.standard, indicator)), [Paragraph(text)]


def _quality_problem(material: Material) -> Iterator[Block]:
    wrong = [row.school_code for row in material.findings if row.severity == "error" and row.school_code]
    asked = queries.count_queries(queries.query_rows(material))
    schools = sorted({*wrong, *asked.open_schools} & set(material.schools))
    parts = [_say("problem_quality_errors", count=marks.count(len(wrong), "quality", "errors"))] if wrong else []
    if asked.open:
        names = ("open", "raised", "answered")
        said = {name: marks.count(getattr(asked, name), "queries", name) for name in names}
        parts.append(_say("problem_quality_queries", **said))
    if schools:
        yield Paragraph(
            _say(
                "problem_quality_text",
                schools=marks.count(len(schools), "quality", "schools"),
                parts=marks.join(wording.text("bulletin.separator"), parts),
                names=_names(material, schools, "quality", "schools"),
            )
        )


def _truth_problem(material: Material) -> Iterator[Block]:
    if any(kind.row_count for kind in crosschecks.kinds(material)):
        numbers = annex_numbers(material)
        annexes = {name: numbers[name] for name in ("truth", "truth_items", "truth_townships")}
        yield Paragraph(crosschecks.summary_text(material, "bulletin.problem_truth_text", **annexes))


def problems(material: Material) -> dict[str, list[tuple[str, list[Block]]]]:
    """What is wrong, by kind: (heading, blocks). A kind that the figures do not hold is absent."""
    kinds = {
        "silent": [(_say("problem_silent"), list(_silent_problem(material)))],
        "unmet": list(_unmet_problems(material)),
        "overdue": [(_say("problem_overdue"), list(_overdue_problem(material)))],
        "major": [(_say("problem_major"), list(_major_problem(material)))],
        "share": list(_share_problems(material)),
        "quality": [(_say("problem_quality"), list(_quality_problem(material)))],
        "truth": [(_say("problem_truth"), list(_truth_problem(material)))],
    }
    held = {kind: [(heading, blocks) for heading, blocks in found if blocks] for kind, found in kinds.items()}
    return {kind: found for kind, found in held.items() if found}
