"""The bulletin (tongbao) as blocks, composed once from figures and rendered to HTML and to Word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.report import earlier, losses, marks, wording
from pipelines.report.annexes import annex_numbers, annex_tables
from pipelines.report.blocks import Block, Heading, Paragraph
from pipelines.report.first_month import early_windows_text
from pipelines.report.material import Figure, Material
from pipelines.report.naming import (
    county_name,
    day_name,
    document_name,
    figure_status,
    last_period_name,
    moment_name,
    period_name,
    scope_name,
)
from pipelines.report.problems import problems
from pipelines.report.summary import (
    SUBMISSION_RATE,
    change,
    counts_schools,
    headlines,
    scored,
    shortfall,
    submitted_count,
)
from pipelines.report.townships import township_of

if TYPE_CHECKING:
    from pipelines.publish.trust import Trust

SECTIONS = ("basics", "results", "problems", "demands", "annex")


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


def _joined(said: Iterable[str]) -> str:
    return marks.join(wording.text("bulletin.clause_separator"), said)


def _submission(material: Material) -> str:
    """Who reported, with the change on the previous period where there is one."""
    expected, submitted = len(material.expected), submitted_count(material)
    if not expected:
        return _say("basics_nobody")
    said = {"expected": marks.count(expected, "expected"), "submitted": marks.count(submitted, "submitted")}
    silent = marks.count(expected - submitted, "silent")
    shown, moved = marks.share(submitted, expected, "submission_share"), ""
    figure = material.county.get(SUBMISSION_RATE)
    if figure and (figure.numerator, figure.denominator) == (submitted, expected):
        said = {"expected": marks.column(figure, "denominator"), "submitted": marks.column(figure, "numerator")}
        silent, shown = marks.gap(figure), marks.rate(figure)
        moved, _ = change(figure, material.previous.get(figure.key))
    number = annex_numbers(material)["silent"]
    tail = "complete" if submitted == expected else "nothing" if not submitted else "silent"
    return _say(
        "basics_submission",
        rate=_joined(part for part in (shown, moved) if part),
        silent=_say(f"basics_{tail}", count=silent, annex=number),
        **said,
    )


def _files(material: Material) -> str:
    files = len(material.submissions)
    counts = Counter(row.status for row in material.submissions)
    forms: dict[str, str] = wording.entry("bulletin.basics_files_parts")
    parts = [
        _say(f"basics_files_parts.{status}", count=marks.count(counts[status], "files", status))
        for status in forms
        if counts[status]
    ]
    return _say("basics_files", files=marks.count(files, "files"), parts=_joined(parts))


def _overall(material: Material) -> str:
    """How many of the scored rates are full, and how many are not yet due."""
    rates = scored(material)
    if not rates:
        return _say("basics_overall_unscored")
    full = sum(figure.numerator == figure.denominator and bool(figure.denominator) for figure in rates)
    waiting = sum(bool(figure.pending) for figure in rates)
    tail = _say("basics_overall_open", count=marks.count(waiting, "scored", "pending")) if waiting else ""
    form = "all" if full == len(rates) else "some" if full else "none"
    return _say(
        f"basics_overall_{form}",
        scored=marks.count(len(rates), "scored"),
        full=marks.count(full, "scored", "full"),
        open=tail,
    )


def _basics(material: Material) -> Iterator[Block]:
    if span := earlier.span_note(material):
        yield Paragraph(span)
    yield Paragraph(_submission(material))
    yield Paragraph(_files(material) if material.submissions else _say("basics_no_files"))
    yield Paragraph(losses.summary_text(material, "losses.summary"))
    yield Paragraph(_overall(material))
    if not material.previous:
        yield Paragraph(_say("basics_first", last=last_period_name(material.period.kind)))
    if early := early_windows_text(material):
        yield Paragraph(early)


def _whole(figure: Figure, is_of_schools: bool) -> str:
    """All or none in words; empty between."""
    form = {figure.denominator: "all", 0: "none"}.get(figure.numerator, "")
    return _say(f"result_{form}_{'schools' if is_of_schools else 'cases'}") if form else ""


def _nothing_before(material: Material) -> str:
    return wording.text("page.change_none", last=last_period_name(material.period.kind))


def _result(material: Material, name: str, figure: Figure, moved: str) -> str:
    shown = marks.rate(figure)
    if not shown:
        return _say("result_no_value", name=name, status=figure_status(figure))
    is_of_schools = counts_schools(material, figure)
    group = "result_parts" if is_of_schools else "result_ratio_parts"
    said = [_whole(figure, is_of_schools)]
    for status in wording.entry(f"bulletin.{group}"):
        if getattr(figure, status):
            said.append(_say(f"{group}.{status}", count=marks.column(figure, status)))
    if short := shortfall(material, figure, "bulletin.result_gap"):
        said.append(short)
    # Where nothing was measured before, that is said once for all.
    said.append(moved or (_nothing_before(material) if material.previous else ""))
    separator = wording.text("bulletin.clause_separator")
    return _say(
        "result",
        name=name,
        rate=shown,
        numerator=marks.column(figure, "numerator"),
        denominator=marks.column(figure, "denominator"),
        parts=marks.join("", (marks.join("", (separator, part)) for part in said if part)),
    )


def _results(material: Material) -> Iterator[Block]:
    for row in headlines(material):
        yield Paragraph(_result(material, row.name, row.figure, row.change))
    numbers = annex_numbers(material)
    names = ("county", "schools") if township_of(material) else ("township", "stage")
    first, second = (numbers[name] for name in names)
    form = "results_annex_township" if township_of(material) else "results_annex"
    yield Paragraph(_say(form, first=first, second=second, indicators=numbers["indicators"]))


def _numbered(headings: Iterable[tuple[str, list[Block]]]) -> Iterator[Block]:
    ordinals: list[str] = wording.entry("bulletin.ordinals")
    for index, (heading, blocks) in enumerate(headings):
        yield Heading((ordinals[index] if index < len(ordinals) else f"{index + 1}. ") + heading)
        yield from blocks


def _demands(material: Material, held: Iterable[str]) -> Iterator[Block]:
    wanted = {*held, "always"}
    texts = [entry["text"] for entry in wording.entry("bulletin.demands") if entry["when"] in wanted]
    for index, text in enumerate(texts, 1):
        yield Paragraph(_say("annex_item", number=index, title=text))
    if material.trust is not None:
        yield Paragraph(_printed_trust(material.trust))


def _printed_trust(trust: Trust) -> str:
    """What an auditor compares with the file that he keeps: it reached him by another way."""
    from pipelines.publish.key_chain import spaced

    return _say(
        "trust_release" if trust.sequence else "trust_first",
        fingerprint=spaced(trust.fingerprint),
        sequence=trust.sequence,
        path=trust.path or "",
        sha256=spaced(trust.sha256 or ""),
    )


def title(material: Material) -> str:
    """What the bulletin is about, with the township where it is one's."""
    period, county, township = period_name(material.period), county_name(material), township_of(material)
    form = "title_township" if township else "title"
    return _say(form, period=period, county=county, township=township)


def compose(material: Material) -> Bulletin:
    """The whole bulletin; nothing in it is claimed that the figures do not hold."""
    held = problems(material)
    listed = [block for found in held.values() for block in found]
    township = township_of(material)
    blocks: dict[str, tuple[Block, ...]] = {
        "basics": tuple(_basics(material)),
        "results": tuple(_results(material)),
        "problems": tuple(_numbered(listed)) or (Paragraph(_say("problem_none")),),
        "demands": tuple(_demands(material, held)),
        "annex": tuple(annex_tables(material)),
    }
    return Bulletin(
        title=title(material),
        addressee=_say("addressee_township" if township else "addressee", township=township),
        opening=_say(
            "opening",
            standard=document_name(material.standard),
            period=period_name(material.period),
            cut_off=day_name(material.cut_off),
            as_of=moment_name(material.as_of),
        )
        + (_say("opening_township", township=township) if township else ""),
        scope=scope_name(material),
        sections=tuple(Section(name, _say(f"sections.{name}"), blocks[name]) for name in SECTIONS),
    )
